"""Movements by order, and the lines whose number is no known order's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export_tables import lines_in, merged, moved, order

from forecast.ledger.exports.merging import KNOWN
from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.exports.sums import PAYMENTS, REFUNDS, STRAYS, find_strays, sum_movements

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

END = "TIMESTAMP '2026-10-19'"


def sums(folder: Path, *movements: Line) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Of the order A1: payments, fees, refunds, how many of these and lines; and the strays with their partners."""
    with lines_in(folder, [order()], movements) as engine:
        merged(engine)
        keep_once(engine, ["bill"])
        sum_movements(engine, END)
        find_strays(engine, END)
        both = f"{KNOWN} LEFT JOIN {PAYMENTS} AS payments USING (order_id) LEFT JOIN {REFUNDS} AS back USING (order_id)"
        columns = "paid, fees, taken_back, refunds, payments.moves, back.moves"
        found = engine.rows(f"SELECT {columns} FROM {both}")  # noqa: S608  # our own
        return found, engine.rows(f"SELECT line, order_id, partner FROM {STRAYS} ORDER BY line")  # noqa: S608  # our own


def test_kinds_of_movements_are_summed_apart_and_what_is_later_or_no_order_s_is_not(tmp_path: Path) -> None:
    lines = [
        moved("payment", 100),
        moved("payment", 50),
        moved("fee", -3),
        moved("refund", -20),
        moved("refund", 5),
        moved("payment", 7, "2026-10-19"),
        moved("withdrawal", -99),
        moved("payment", 1, fault="time_unreadable"),
    ]
    assert sums(tmp_path, *lines) == ([(150, -3, -15, 1, 3, 2)], [])


def test_the_lines_of_a_second_number_are_added_to_those_of_the_first(tmp_path: Path) -> None:
    lines = [
        moved("payment", 100),
        moved("payment", 20, order_id="T1", other_id="A1"),
        moved("refund", -5, order_id=None, other_id="A1"),
        moved("payment", 30, order_id="T2", other_id="T3"),
        moved("payment", 40, order_id="A1", other_id="T3"),
    ]
    found, strays = sums(tmp_path, *lines)
    assert found == [(160, None, -5, 1, 3, 1)]
    assert strays == [(3, "T1", "A1"), (4, None, "A1"), (5, "T2", None)]
