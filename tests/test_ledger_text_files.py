"""CSV files: their encoding, and the line on which each row begins."""

from __future__ import annotations

import codecs
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.ledger import text_files
from forecast.ledger.engine import OrderEngine
from forecast.ledger.opening import load_table, open_tables
from forecast.ledger.text_files import _line_in, open_text

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, body: bytes) -> list[tuple[int, str | None, str | None, str | None]]:
    """Line, misfit, and the columns ``a`` and ``b`` of a file with the headers ``订单,金额``."""
    path, temporary = folder / "orders.csv", folder / "temporary"
    path.write_bytes(body)
    temporary.mkdir(exist_ok=True)
    table = open_tables(path, temporary)[0]
    with closing(OrderEngine(temporary)) as engine:
        load_table(engine, "found", table, 1, {"a": 0, "b": len(table.first_rows[0][1]) - 1})
        return engine.rows("SELECT line, misfit, a, b FROM found ORDER BY line")


TEXT = "订单,金额\n甲,1.00\n乙,2.00\n"
ROWS = [(2, None, "甲", "1.00"), (3, None, "乙", "2.00")]


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        ("\ufeff" + TEXT).encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("\n", "\r\n").encode("gb18030"),
        TEXT.rstrip("\n").encode(),
        TEXT.replace("甲,1.00\n", "甲,1.00\r\n").encode(),
        TEXT.replace("甲", '"甲"').encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "gb18030-bom", "crlf", "cr", "gb18030-crlf", "no-last-break", "mixed", "quoted"],
)
def test_encodings_and_line_breaks_read_alike(tmp_path: Path, body: bytes) -> None:
    assert load(tmp_path, body) == ROWS


def test_a_character_that_a_chunk_cuts_in_two_is_whole_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 3, 5):
        monkeypatch.setattr(text_files, "CHUNK", size)
        assert load(tmp_path, TEXT.encode()) == ROWS
        assert load(tmp_path, TEXT.encode("gb18030")) == ROWS


def test_utf_16_reads_with_and_without_its_mark_and_breaks_are_told_at_their_line(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert load(tmp_path, TEXT.encode(encoding)) == ROWS
    with pytest.raises(InputError, match=r"orders.csv:3: ends in the middle of a character"):
        load(tmp_path, TEXT.encode("utf-16")[:-1])


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_cells_apart_by_semicolons_or_tabs_read_alike(tmp_path: Path, delimiter: str) -> None:
    assert load(tmp_path, TEXT.replace(",", delimiter).encode()) == ROWS
    noted = "订单;金额;备注\n甲;1,50;手机,壳\n乙;2,00;(a,b,c)\n".replace(";", delimiter)
    path = tmp_path / "orders.csv"
    path.write_text(noted, encoding="utf-8")
    assert open_text(path, tmp_path, "orders.csv").delimiter == delimiter


def test_commas_stay_separators_where_cells_end_in_tabs(tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_text("a,b,c\n1\t,2\t,3\t\n4\t,5;6\t,7\t\n", encoding="utf-8")
    assert open_text(tmp_path / "bill.csv", tmp_path, "bill.csv").delimiter == ","


def test_a_gb18030_file_is_copied_into_the_temporary_folder_alone(tmp_path: Path) -> None:
    load(tmp_path, TEXT.encode("gb18030"))
    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "temporary").rglob("*.csv")] == [TEXT]
    assert (tmp_path / "orders.csv").read_bytes() == TEXT.encode("gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_that_ends_within_a_character_was_cut_short(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InputError, match=r"orders\.csv:2: ends in the middle of a character"):
        load(tmp_path, "订单号,状态\n1,完成".encode(encoding)[:-1])


def test_neither_encoding_is_an_error_that_says_what_to_save_as(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither UTF-8 nor GB18030 .*; save the file as \"CSV UTF-8\""):
        load(tmp_path, TEXT.encode("euc-kr", "replace") + b"\xff\n")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "gb18030"])
@pytest.mark.parametrize("chunk", [5, 1 << 20])
def test_bytes_that_are_no_text_are_told_at_their_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, chunk: int
) -> None:
    monkeypatch.setattr(text_files, "CHUNK", chunk)
    shop = {"ascii": "shop"}.get(encoding, "订单店铺号")
    body = (f"a,{shop}\n" + f"1,{shop}\n" * 9).encode(encoding) + b"2,\xff\xff\n"
    with pytest.raises(InputError, match=r"orders.csv:11: is neither UTF-8 nor GB18030 from this line on"):
        load(tmp_path, body)


def test_a_line_break_at_the_very_start_counts_as_a_line() -> None:
    assert _line_in(UnicodeDecodeError("utf-8", b"\n\n\xff\n", 2, 3, "no text")) == 3
    assert _line_in(UnicodeDecodeError("utf-8", b"\xff\n", 0, 1, "no text")) == 1
