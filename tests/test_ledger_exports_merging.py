"""Lines of orders become one row an order, and every line is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from export_tables import lines_in, merged, order

from forecast.ledger.exports.merging import FIELDS, KNOWN, PART, Merged

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line


def known(folder: Path, *lines: Line) -> tuple[dict[str, dict[str, Any]], Merged]:
    """Each order's row, absent facts left out, and what became of the lines."""
    with lines_in(folder, lines) as engine:
        counts = merged(engine)
        found = engine.rows(f"SELECT order_id, key, lines, {', '.join(FIELDS)} FROM {KNOWN} ORDER BY order_id")  # noqa: S608  # our own
    rows = [dict(zip(("order_id", "key", "lines", *FIELDS), row, strict=True)) for row in found]
    shown = [{key: value for key, value in row.items() if value is not None} for row in rows]
    assert counts.told == counts.used + counts.replaced + counts.contradicting
    return {row.pop("order_id"): row for row in shown}, counts


def test_product_lines_that_bear_the_amount_of_the_whole_order_do_not_add_up(tmp_path: Path) -> None:
    rows, counts = known(tmp_path, order(part_id="p1", sku="p1"), order(part_id="p2", sku="p2"), order("B1", 500))
    assert (rows["A1"]["amount"], rows["A1"]["lines"], rows["A1"]["key"]) == (10000, 2, 2)
    assert rows["B1"]["amount"] == 500
    assert counts == Merged(told=3, used=3, replaced=0, contradicting=0, differing=0)


def test_amounts_of_parts_add_up_and_a_part_that_repeats_counts_once(tmp_path: Path) -> None:
    parts = [
        order(amount=6000, part_id="a", of_order=False, refunded_amount=1000),
        order(amount=3000, part_id="b", of_order=False, refunded_amount=500, ordered_at="2026-09-01 09:59:00"),
        order(amount=3000, part_id="b", of_order=False, refunded_amount=500),
    ]
    rows, counts = known(tmp_path, *parts)
    assert (rows["A1"]["amount"], rows["A1"]["refunded_amount"]) == (9000, 1500)
    assert str(rows["A1"]["ordered_at"]) == "2026-09-01 09:59:00"
    assert (counts.used, counts.replaced) == (2, 1)


def test_lines_without_a_part_s_number_all_count(tmp_path: Path) -> None:
    rows, _ = known(tmp_path, order(amount=100, of_order=False), order(amount=100, of_order=False))
    assert rows["A1"]["amount"] == 200


def test_an_order_closes_with_its_last_part_and_a_part_closed_unpaid_does_not_count(tmp_path: Path) -> None:
    shut: Line = {"of_order": False, "deducted_at": None}
    rows, _ = known(
        tmp_path,
        order(amount=6000, part_id="a", of_order=False),
        order(amount=4000, part_id="b", closed_at="2026-09-02", **shut),
        order("B1", 700, part_id="a", closed_at="2026-09-02", **shut),
        order("B1", 300, part_id="b", closed_at="2026-09-03", **shut),
    )
    assert rows["A1"]["amount"] == 6000
    assert "closed_at" not in rows["A1"]
    assert (rows["B1"]["amount"], str(rows["B1"]["closed_at"])) == (1000, "2026-09-03 00:00:00")


def test_of_exports_whose_months_overlap_the_newest_tells_an_order(tmp_path: Path) -> None:
    """The newest is the one with the latest moment, not the last one named."""
    rows, counts = known(
        tmp_path,
        order(file=0, refunded_amount=300),
        order("B1", file=0, ordered_at="2026-09-30 10:00:00", deducted_at="2026-09-30 10:01:00"),
        order(file=1, line=2),
        order("C1", file=1, line=3),
        order("C1", file=0, line=4),
    )
    assert (rows["A1"]["refunded_amount"], rows["A1"]["key"], rows["C1"]["key"]) == (300, 2, 4)
    assert (counts.used, counts.replaced, counts.differing) == (3, 2, 1), "A1 is told differently, C1 alike"
    other, _ = known(tmp_path, order(file=0), order(file=1, closed_at="2026-10-01"))
    assert other["A1"]["key"] == PART + 3


def test_lines_of_one_order_that_contradict_each_other_leave_it_out(tmp_path: Path) -> None:
    rows, counts = known(tmp_path, order(amount=100), order(amount=101), order("B1"))
    assert list(rows) == ["B1"]
    assert (counts.used, counts.contradicting) == (1, 2)


def test_payments_make_orders_only_where_no_export_of_orders_has_them(tmp_path: Path) -> None:
    pay: Line = {
        "is_payment": True,
        "fee": 60,
        "ordered_at": "2026-09-01 10:05:00",
        "deducted_at": "2026-09-01 10:05:00",
    }
    rows, counts = known(
        tmp_path,
        order(deducted_at=None, closed_at="2026-09-02", method="card"),
        order(file=1, method="wechat", **pay),
        order("W1", 700, file=1, method="wechat", **pay),
    )
    assert (rows["A1"]["channel"], rows["A1"]["fee"], rows["A1"]["lines"]) == ("card", 60, 2)
    assert str(rows["A1"]["ordered_at"]) == "2026-09-01 10:00:00"
    assert str(rows["A1"]["deducted_at"]) == "2026-09-01 10:05:00"
    assert "closed_at" not in rows["A1"]
    assert (rows["W1"]["channel"], rows["W1"]["amount"]) == ("wechat", 700)
    assert counts.used == 3


def test_lines_with_a_fault_or_without_a_number_tell_of_no_order(tmp_path: Path) -> None:
    rows, counts = known(tmp_path, order(fault="amount_unreadable"), order(None), order("B1"))
    assert list(rows) == ["B1"]
    assert counts.told == 1
