"""A movement that two bills of overlapping months tell counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_tables import lines_in, moved

from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.exports.sums import MOVED

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line


def kept(folder: Path, formats: list[str], *lines: Line) -> tuple[list[tuple[int, int]], int]:
    """File and line of the movements kept, and how many repeat."""
    with lines_in(folder, [], lines) as engine:
        repeated = keep_once(engine, formats)
        return engine.rows(f"SELECT file, line FROM {MOVED} ORDER BY file, line"), repeated  # noqa: S608  # our own


def test_the_same_line_of_two_bills_counts_once_and_equal_lines_of_one_bill_all(tmp_path: Path) -> None:
    piece = moved("payment", 100)
    lines, repeated = kept(tmp_path, ["jd", "jd"], piece, piece, *({**piece, "file": 1} for _ in range(3)))
    assert lines == [(0, 2), (0, 3), (1, 6)]
    assert repeated == 2


def test_lines_that_differ_in_anything_that_matters_are_not_the_same(tmp_path: Path) -> None:
    there = moved("payment", 100, file=0)
    others = [
        moved("payment", 101, file=1),
        moved("fee", 100, file=1),
        moved("payment", 100, "2026-09-11", file=1),
        moved("payment", 100, order_id="B1", file=1),
        moved("payment", 100, "2026-09-09", file=1),
        moved("payment", 100, file=1, fault="amount_unreadable"),
    ]
    assert kept(tmp_path, ["jd", "jd"], there, *others)[1] == 0
    two = moved("withdrawal", -100, order_id=None, what="one")
    assert kept(tmp_path, ["jd", "jd"], two, {**two, "file": 1, "what": "another"})[1] == 0
    assert kept(tmp_path, ["jd", "jd"], two, {**two, "file": 1})[1] == 1


def test_bills_of_different_formats_and_of_different_days_are_left_alone(tmp_path: Path) -> None:
    line = moved("payment", 100)
    assert kept(tmp_path, ["jd", "alipay"], line, {**line, "file": 1}) == ([(0, 2), (1, 3)], 0)
    assert kept(tmp_path, ["jd", "jd"], line, moved("payment", 100, "2026-09-11", file=1))[1] == 0


def test_statements_of_a_bank_are_no_movements_of_orders(tmp_path: Path) -> None:
    lines = [moved("other", 100, order_id=None), moved("payment", 100, file=1)]
    assert kept(tmp_path, ["bank_statement", "jd"], *lines) == ([(1, 3)], 0)
