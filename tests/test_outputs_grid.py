"""Plain tables: columns line up by what a terminal shows."""

from __future__ import annotations

from rich.cells import cell_len

from forecast.outputs.grid import WIDEST, cut, grid, table_text
from forecast.outputs.tables.run import Table


def test_texts_begin_and_figures_end_at_the_same_place() -> None:
    assert grid([["item", "amount"], ["buffer", "5"], ["gap", "1,500"]]) == (
        "item    amount\nbuffer       5\ngap      1,500"
    )


def test_a_chinese_character_takes_two_columns() -> None:
    assert grid([["项目", "元"], ["flow", "12"]]) == "项目  元\nflow  12"
    assert grid([["项目", "元"], ["flows", "125"]]) == "项目    元\nflows  125"


def test_no_blanks_at_the_end_and_no_line_break_within() -> None:
    assert grid([["a", "why"], ["b", ""]], text_columns=(0, 1)) == "a  why\nb"
    assert grid([["net\nreceipts", "1"]]) == "net receipts  1"


def test_a_table_of_the_report_as_text() -> None:
    assert table_text(Table(["name", "limit"], [["line", "10"]])) == "name  limit\nline     10"


def test_a_control_character_in_a_cell_shows_by_its_number() -> None:
    assert grid([["a\x1b[2J", "1"]]) == "a\\u001b[2J  1"


def test_a_name_that_would_push_the_figures_out_of_sight_is_cut_with_a_mark() -> None:
    for name in ("x" * 1_000, "情" * 500):
        lines = grid([["scenario", "gap"], [name, "1,500"]]).splitlines()
        assert max(map(cell_len, lines)) <= WIDEST + 2 + len("1,500")
        assert lines[1].startswith(name[:39])
        assert lines[1].split("  ")[0].endswith("…")
        assert max(map(cell_len, table_text(Table(["item", name], [["gap", "1"]])).splitlines())) <= WIDEST + 6
    assert cut("x" * WIDEST) == "x" * WIDEST
    assert grid([["why", "x" * 200]], (0, 1)).endswith("x" * 200)  # what is told is never cut
