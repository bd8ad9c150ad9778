"""Opening files of any kind as tables, and their rows in the engine with the user's own line numbers."""

from __future__ import annotations

import zipfile
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ledger_plans import COLUMNS, plan_for, row

from forecast.errors import InputError
from forecast.ledger.engine import OrderEngine
from forecast.ledger.opening import load_table, open_tables, stream_table
from forecast.ledger.reading import read_ledger

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, body: bytes, header_line: int = 1) -> list[tuple[Any, ...]]:
    """Line, misfit, and the first and last column of a text file's rows."""
    (folder / "a.csv").write_bytes(body)
    table = open_tables(folder / "a.csv", folder)[0]
    last = len(dict(table.first_rows)[header_line]) - 1
    with closing(OrderEngine(folder)) as engine:
        load_table(engine, "found", table, header_line, {"a": 0, "b": last})
        return engine.rows("SELECT line, misfit, a, b FROM found ORDER BY line")


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
    monkeypatch.setattr(OrderEngine, "load_lines", lambda *_, **__: False)
    assert load(tmp_path, body) == quick


def test_a_stream_has_the_rows_of_a_loaded_text_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,注,b\n" + "".join(f'{i},"x,""y""",{i}.00\n' for i in range(9, 0, -1)), "utf-8")
    (table,) = open_tables(tmp_path / "a.csv", tmp_path)
    with closing(OrderEngine(tmp_path)) as engine:
        load_table(engine, "found", table, 1, {"n": 0, "x": 1})
        lines = stream_table(engine, "stream", table, 1, {"n": 0, "x": 1})
        assert lines is not None
        assert (lines.rows, lines.after, lines.positions) == (9, 1, {"n": 0, "x": 1})
        streamed = engine.rows("SELECT misfit, n, x FROM stream")
        assert streamed == engine.rows("SELECT misfit, n, x FROM found ORDER BY line")
        assert engine.rows("SELECT DISTINCT line FROM stream") == [(None,)]


@pytest.mark.parametrize("rows", ["1,2\n3\n", "1,2\n\n3,4\n", '1,"2\n3"\n', "1,2\n3,4,5\n"])
def test_a_text_with_a_line_that_is_no_row_is_no_stream(tmp_path: Path, rows: str) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + rows, encoding="utf-8")
    (table,) = open_tables(tmp_path / "a.csv", tmp_path)
    with closing(OrderEngine(tmp_path)) as engine:
        assert stream_table(engine, "stream", table, 1, {"n": 0}) is None


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    assert load(tmp_path, b'"a\n(id)",b\n1,2\n') == [(3, None, "1", "2")]


def test_an_open_quotation_mark_makes_its_line_a_misfit_and_loses_no_other_row(tmp_path: Path) -> None:
    assert load(tmp_path, b'a,x,b\n1,2,3\n4,"5,6\n7,8,9\n') == [
        (2, None, "1", "3"),
        (3, '4,"5,6', "4", "6"),
        (4, None, "7", "9"),
    ]


def test_the_header_may_stand_below_a_preamble_and_rows_keep_their_lines(tmp_path: Path) -> None:
    body = "#支付宝账务明细查询\n#账号：[2088]\n\n流水号,金额\n1\t,2274.00\n2\t,\n#合计：2笔\n".encode("gb18030")
    assert load(tmp_path, body, 4) == [
        (5, None, "1\t", "2274.00"),
        (6, None, "2\t", None),
        (7, "#合计：2笔", "#合计：2笔", None),
    ]
    with_break = load(tmp_path, '账单\n"流水\n号",金额\n1,2\n'.encode(), 2)
    assert with_break == [(4, None, "1", "2")]


def test_a_sheet_of_a_workbook_is_a_table_whose_stray_cells_are_misfits(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for cells in (["结算单"], ["订单", "金额"], [], ["甲", 1.5], ["乙", None], ["丙", 2, None, "备注"]):
        workbook.active.append(cells)
    workbook.create_sheet("说明").append(["x"])
    workbook.save(tmp_path / "jd.xlsx")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "jd.xlsx", "2026/jd.xlsx")
    table, other = open_tables(tmp_path / "a.zip", tmp_path)
    assert (table.shown, other.shown) == ("a.zip › 2026/jd.xlsx › Sheet", "a.zip › 2026/jd.xlsx › 说明")
    assert table.source == tmp_path / "a.zip"
    with closing(OrderEngine(tmp_path)) as engine:
        load_table(engine, "found", table, 2, {"a": 0, "b": 1})
        assert engine.rows("SELECT * FROM found ORDER BY line") == [
            (4, None, "甲", "1.5"),
            (5, None, "乙", None),
            (6, "丙,2,,备注", "丙", "2"),
        ]


def test_parquet_keeps_its_types_and_counts_its_rows_from_1(tmp_path: Path) -> None:
    pd.DataFrame({"x": ["a", None], "y": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    (table,) = open_tables(tmp_path / "a.parquet", tmp_path)
    assert table.first_rows == ((0, ("x", "y")), (1, ("a", "1")), (2, ("", "2")))
    with closing(OrderEngine(tmp_path)) as engine:
        load_table(engine, "found", table, 0, {"n": 1})
        assert engine.rows("SELECT line, misfit, n FROM found ORDER BY line") == [(1, None, 1), (2, None, 2)]


def test_an_empty_file_and_archives_in_archives_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\n\n")
    with pytest.raises(InputError, match=r"a.csv: holds no rows"):
        open_tables(tmp_path / "a.csv", tmp_path)
    for inner, outer in (("a.csv", "0.zip"), ("0.zip", "1.zip"), ("1.zip", "2.zip"), ("2.zip", "3.zip")):
        with zipfile.ZipFile(tmp_path / outer, "w") as archive:
            archive.write(tmp_path / inner, inner)
    with pytest.raises(InputError, match="archive in an archive"):
        open_tables(tmp_path / "3.zip", tmp_path)
    with pytest.raises(InputError, match=r"b.csv: cannot be read \(No such file or directory\)"):
        open_tables(tmp_path / "b.csv", tmp_path)


@pytest.mark.parametrize("ending", ["xlsx", "zip", "parquet", "csv"])
def test_a_damaged_file_is_read_or_an_error_in_words(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame({"订单": [f"A{number}" for number in range(50)], "金额": 1.5})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "a.csv", "订单.csv")
    whole = (tmp_path / f"a.{ending}").read_bytes()
    generator, broken, read = np.random.default_rng(1), tmp_path / f"b.{ending}", 0
    for _ in range(60):
        damaged = bytearray(whole)
        for place in generator.integers(len(whole), size=int(generator.choice([1, 3, 20]))):
            damaged[place] = generator.integers(256)
        broken.write_bytes(damaged[: int(generator.choice([len(whole), int(generator.integers(len(whole)))]))])
        with suppress(InputError):
            open_tables(broken, tmp_path)
            read += 1
    assert read < 60


@pytest.mark.parametrize("seed", range(6))
def test_every_row_of_a_ledger_is_an_order_or_a_bad_row(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    lines = [row(order_id=f"A{number}", sku='"S ""1"",\nred"' if number % 9 == 0 else "S1") for number in range(200)]
    bad = sorted(generator.choice([n for n in range(200) if n % 9], size=8, replace=False).tolist())
    for number in bad:
        place = int(generator.integers(lines[number].index(",") + 1, len(lines[number])))
        cut, mark = lines[number].rpartition(",")[0], f'{lines[number][:place]}"{lines[number][place:]}'
        lines[number] = [cut, mark, f"{lines[number]},"][generator.integers(3)]
    (tmp_path / "orders.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    plan = plan_for(tmp_path, channels={"baitiao": {"unpaid_after_hours": 48.0}})
    counts = read_ledger(plan).counts
    assert counts.orders + counts.rejected == 200
    assert 192 <= counts.orders <= 195  # a mark inside the sku or the amount's cell alone spoils no row


@pytest.mark.parametrize("name", ["file_row_number", "forecast_file", "Forecast_File"])
def test_a_parquet_column_by_which_rows_are_counted_is_refused(name: str, tmp_path: Path) -> None:
    pd.DataFrame({"order_id": ["A1"], name: [7]}).to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(InputError, match=f'orders.parquet: has a column "{name.casefold()}", a name under which'):
        open_tables(tmp_path / "orders.parquet", tmp_path)


def test_moments_beyond_the_calendar_are_shown_as_they_stand(tmp_path: Path) -> None:
    pq.write_table(pa.table({"closed_at": pa.array([2**62], pa.timestamp("us"))}), tmp_path / "orders.parquet")
    (table,) = open_tables(tmp_path / "orders.parquet", tmp_path)
    assert table.first_rows[1][1] == (f"<value out of range: {2**62}>",)
