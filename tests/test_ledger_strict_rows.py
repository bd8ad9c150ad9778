"""Rows read strictly: no open quotation mark swallows others, and every row that was not touched stays what it was."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.ledger import strict_rows
from forecast.ledger.strict_rows import Width, all_lines_whole, read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

HEADERS = ("order_id", "amount", "address", "note", "settled_on", "")

FIVE = Width(5, 6)

Read = list[tuple[int, list[str], str | None]]


def read(path: Path, text: str, after: int = 1, width: Width | None = FIVE) -> Read:
    path.write_text(text, encoding="utf-8", newline="")
    rows = list(read_rows(path, ",", width, after))
    return [one for some in rows for one in zip(some.lines, some.cells, some.misfits, strict=True)]


def test_a_row_has_the_fields_of_its_header_whose_empty_end_does_not_count() -> None:
    width = Width.of(HEADERS)
    assert [fields for fields in range(9) if width.fits(fields)] == [5, 6]
    assert Width.of(("a", "", "c")) == Width(3, 3)


def test_short_and_long_rows_do_not_fit_whatever_their_missing_or_extra_fields_hold(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "h\n1,2,3,4,5\n1,2,3,4\n1,2,3,4,\n1,2,3,4,5,\n1,2,3,4,5,,\n1,2,3,4,5,6,7\n")
    assert [misfit for _, _, misfit in rows] == [None, "1,2,3,4", None, None, "1,2,3,4,5,,", "1,2,3,4,5,6,7"]


@pytest.mark.parametrize(
    ("lines", "misfits"),
    [
        (['1,"a,b,c,d', "2,a,b,c,d", "3,a,b,c,d"], [2]),
        (['1,"a,b,c,d', '2,"a",b,c,d', "3,a,b,c,d"], [2]),
        (['1,"a,b,c,d', '2,a",b,c,d', "3,a,b,c,d"], [2]),
        (['1,"a,b,c,d', "2,a,b,c,d", '3,a,b",c,d'], [2]),
        (['1,a,b,c,"d', "2,a,b,c,d", '3,a,b,c,""'], [2]),
        (['"1,a,b,c,d', '"2",a,b,c,d', '"3",a,b,c,d'], [2]),
        (['1,"a"b,c,d,e', "2,a,b,c,d", "3,a,b,c,d"], [2]),
        (['1,a,"b', 'c",d,e', '2,"a,b,c,d', '3,"a', 'b",b,c,d'], [4]),
    ],
)
def test_an_open_quotation_mark_makes_its_own_line_a_misfit_and_no_other(
    tmp_path: Path, lines: list[str], misfits: list[int]
) -> None:
    rows = read(tmp_path / "a.csv", "\n".join(["h", *lines, ""]))
    assert [line for line, _, misfit in rows if misfit is not None] == misfits
    assert [cells[0] for _, cells, misfit in rows if misfit is None] == [
        x for x in ("1", "2", "3") if not any(lines[line - 2].strip('"').startswith(x) for line in misfits)
    ]


def test_a_quotation_mark_inside_an_unquoted_cell_is_a_character(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", 'h\n1,27" screen,b,c,d\n') == [(2, ["1", '27" screen', "b", "c", "d"], None)]


def test_cells_over_several_lines_are_read_with_their_breaks(tmp_path: Path) -> None:
    text = 'h\r\n1,2,"Room 1, House 2,\r\n\r\nShanghai",c,d\r\n2,"x ""y"", z",b,c,"last\r\n"\r\n3,a,b,c,d'
    assert read(tmp_path / "a.csv", text) == [
        (2, ["1", "2", "Room 1, House 2,\r\n\r\nShanghai", "c", "d"], None),
        (5, ["2", 'x "y", z', "b", "c", "last\r\n"], None),
        (7, ["3", "a", "b", "c", "d"], None),
    ]


def test_a_cell_longer_than_a_spreadsheet_holds_is_none(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'h\n1,"' + "x\n" * 20_000 + '",b,c,d\n2,a,b,c,d\n')
    assert (rows[0][0], rows[0][2]) == (2, '1,"x')
    assert (rows[-1][0], rows[-1][2]) == (20_003, None)


def test_without_a_width_rows_of_any_number_of_fields_are_read(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", '#账单\n\na,b\n1,"2\n3"\n4,"5\n6,7\n', after=0, width=None)
    assert [(line, cells) for line, cells, _ in rows] == [
        (1, ["#账单"]),
        (3, ["a", "b"]),
        (4, ["1", "2\n3"]),
        (6, ["4", '"5']),
        (7, ["6", "7"]),
    ]


def cell(generator: Generator) -> str:
    """A cell: plain, empty, with separators, doubled quotation marks or line breaks in quotation marks."""
    return str(generator.choice(["", "a", "12.50", '"a,b"', '"say ""so"""', '"Room 1\nHouse 2"', '""', '27" x', "\t7"]))


def spoiled(generator: Generator, row: str) -> str:
    """A row with a field too many or too few, or with a quotation mark put in or taken away."""
    kind, place = generator.integers(5), int(generator.integers(len(row) + 1))
    if kind == 0:
        return row.rpartition(",")[0]
    if kind == 1:
        return row + ",extra"
    if kind == 2 and '"' in row:
        return row.replace('"', "", 1)
    return row[:place] + '"' + row[place:]


@pytest.mark.parametrize("seed", range(60))
def test_rows_that_were_not_touched_stay_whole_whatever_was_done_to_others(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    width = int(generator.integers(5, 9))
    rows = [",".join([f"A{number}", *(cell(generator) for _ in range(width - 1))]) for number in range(80)]
    bad = set(generator.choice(80, size=int(generator.integers(1, 8)), replace=False).tolist())
    text = "\n".join(["h", *(spoiled(generator, row) if number in bad else row for number, row in enumerate(rows)), ""])
    found = {
        cells[0]: cells
        for _, cells, misfit in read(tmp_path / "a.csv", text, width=Width(width, width))
        if misfit is None
    }
    untouched = {f"A{number}": next(csv.reader(io.StringIO(rows[number]))) for number in range(80) if number not in bad}
    assert {order: found.get(order) for order in untouched} == untouched


@pytest.mark.parametrize("chunk", [8, 1 << 20])
def test_whole_lines_are_told_from_the_bytes_as_the_reader_tells_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(strict_rows, "CHUNK", chunk)
    path = tmp_path / "a.csv"
    whole = ["a,b\n1,2\n", 'a,b\r\n"1","2,3"\r\n', 'a,b\n"say ""so""",""\n', "a,b\n1,2"]
    others = [
        "a,b\n1\n",
        "a,b\n1,2,\n",
        "a,b\n1\n2,3,4\n",
        "a,b\n1,2,3\n4\n",
        'a,b\n1,"2\n3"\n',
        'a,b\n1,2"\n',
        'a,b\n1, "2"\n',
        'a,b\n"1"x,2\n',
        "a,b\n1,2\r3,4\n",
        "a,b\n\n",
        "a,b\r1,2\r3,4\r",
        "a,b\r1,2\n3,4\n",
    ]
    for text in (*whole, *others):
        path.write_text(text, encoding="utf-8", newline="")
        assert all_lines_whole(path, ",", 1, 2) == (text in whole)
    for text, alone in (("a\n1\n2\n", True), ("a\n1\n2,\n", False)):
        path.write_text(text, encoding="utf-8", newline="")
        assert all_lines_whole(path, ",", 1, 1) == alone
