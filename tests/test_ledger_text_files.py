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
from forecast.ledger.text_files import _line_in

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


def test_a_gb18030_file_is_copied_into_the_temporary_folder_alone(tmp_path: Path) -> None:
    load(tmp_path, TEXT.encode("gb18030"))
    assert (tmp_path / "temporary" / "orders.csv").read_text(encoding="utf-8") == TEXT
    assert (tmp_path / "orders.csv").read_bytes() == TEXT.encode("gb18030")


def test_rows_with_too_many_or_too_few_fields_keep_their_line(tmp_path: Path) -> None:
    body = "a,x,b\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n"
    assert load(tmp_path, body.encode()) == [
        (2, None, "1", "3"),
        (3, "4,5", "4", None),
        (4, "6,7,8,9", "6", "8"),
        (5, None, "10", "12"),
    ]


def test_quoted_line_breaks_and_blank_lines_shift_no_line_number(tmp_path: Path) -> None:
    body = 'a,b\n1,"line\nbreak"\n\n2,3\n   \n4,"quote "" inside"\n'
    assert load(tmp_path, body.encode()) == [
        (2, None, "1", "line\nbreak"),
        (5, None, "2", "3"),
        (7, None, "4", 'quote " inside'),
    ]


def test_both_ways_of_reading_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = ("订单,注,金额\n" + "".join(f'{i},"a,b",{i}.00\n' for i in range(1, 500))).encode()
    quick = load(tmp_path, body)
    monkeypatch.setattr(OrderEngine, "load_lines", lambda *_: False)
    assert load(tmp_path, body) == quick


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    assert load(tmp_path, b'"a\n(id)",b\n1,2\n') == [(3, None, "1", "2")]


def test_neither_encoding_is_an_error_that_says_what_to_save_as(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither UTF-8 nor GB18030 .*; save the file as \"CSV UTF-8\""):
        load(tmp_path, TEXT.encode("utf-16"))


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


@pytest.mark.parametrize("body", [b"", b"\n1,2\n", b" , \n"])
def test_a_file_without_headers_is_an_error(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(InputError, match="first line must hold the columns' headers"):
        load(tmp_path, body)


def test_a_quotation_mark_that_is_never_closed_is_an_error_or_a_misfit_never_a_silent_loss(tmp_path: Path) -> None:
    found = load(tmp_path, b'a,x,b\n1,2,3\n4,"5,6\n7,8,9\n')
    assert found == [(2, None, "1", "3"), (3, "4,5,6\n7,8,9\n", "4", None)]
    with pytest.raises(InputError, match=r"orders.csv:2: .*quotation mark that is not closed"):
        load(tmp_path, b'a,b\n1,"' + b"x" * 200_000 + b"\n")


def test_a_line_break_at_the_very_start_counts_as_a_line() -> None:
    assert _line_in(UnicodeDecodeError("utf-8", b"\n\n\xff\n", 2, 3, "no text")) == 3
    assert _line_in(UnicodeDecodeError("utf-8", b"\xff\n", 0, 1, "no text")) == 1
