"""Every line that no order holds stands with its reason, and every line is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from export_tables import lines_in, merged, moved, order

from forecast.errors import IdentityError
from forecast.ledger.exports.overlaps import keep_once
from forecast.ledger.exports.sums import PAYMENTS, sum_movements
from forecast.ledger.exports.unmatched import by_reason, check_lines, find_unmatched, later_lines, unmatched_lines
from forecast.ledger.reasons import reasons
from forecast.ledger.tables import APART, NO_PARTNER, Unmatched
from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.merging import Merged

END = "TIMESTAMP '2026-10-19'"
FORMATS = ["jd_orders", "jd_settlement", "bank_statement"]

ORDERS = [
    order(),
    order("B1", 100),
    order("B1", 200),
    order(None, fault="order_id_missing"),
    order("C1", None, fault="amount_unreadable", value="x"),  # type: ignore[arg-type]  # no amount
]
MOVEMENTS = [
    {**line, "file": 1}
    for line in (
        moved("payment", 10000),
        moved("payment", 100, order_id="B1"),
        moved("payment", 7, order_id=None, what="收款"),
        moved("fee", -1, order_id=None),
        moved("withdrawal", -500, order_id=None),
        moved("other", 3),
        moved("other", 4, order_id="Z9"),
        moved("payment", 9, "2026-10-19", order_id="Z9"),
        moved("transfer", 9, None),  # type: ignore[arg-type]  # still to come
        moved("other", None, fault="amount_unreadable", value="y"),  # type: ignore[arg-type]  # no amount
    )
]
BANK = [moved("other", 1, order_id=None, file=2, balance=1)]


@pytest.fixture
def joined(tmp_path: Path) -> Iterator[tuple[OrderEngine, Merged]]:
    """Lines of every kind, joined as known on 18 October."""
    with lines_in(tmp_path, ORDERS, [*MOVEMENTS, *BANK]) as engine:
        counts = merged(engine)
        keep_once(engine, FORMATS)
        sum_movements(engine, END)
        find_unmatched(engine, END)
        yield engine, counts


def test_every_line_without_an_order_has_its_reason(joined: tuple[OrderEngine, Merged]) -> None:
    lines = unmatched_lines(joined[0], FORMATS)
    assert list(zip(lines["line"], lines["reason"], strict=True)) == [
        (3, "amounts_contradict"),
        (4, "amounts_contradict"),
        (5, "order_id_missing"),
        (6, "amount_unreadable"),
        (3, "order_not_found"),
        (4, "order_id_missing"),
        (5, "fee_without_order"),
        (6, "withdrawal"),
        (7, "other_of_order"),
        (8, "other"),
        (11, "amount_unreadable"),
    ]
    assert lines["file"].tolist() == ["jd_orders"] * 4 + ["jd_settlement"] * 7
    third = lines.iloc[5]
    assert (third["order_id"], third["amount"], third["what"]) == ("", 0.07, "收款")
    assert lines["amount"].isna().sum() == 2
    assert Unmatched("amounts_contradict", 2, 300) in by_reason(joined[0])
    assert Unmatched("amount_unreadable", 2, 0) in by_reason(joined[0])
    assert later_lines(joined[0], END) == 2


def test_the_lines_add_up_and_one_counted_twice_is_a_fault_of_the_program(joined: tuple[OrderEngine, Merged]) -> None:
    engine, counts = joined
    check_lines(engine, FORMATS, counts, 0, END)
    with pytest.raises(IdentityError, match="lines of money: 9 read from the exports, 10 accounted for"):
        check_lines(engine, FORMATS, counts, 1, END)
    engine.make(PAYMENTS, f"SELECT * FROM {PAYMENTS} UNION ALL SELECT * FROM {PAYMENTS}")  # noqa: S608  # our own
    with pytest.raises(IdentityError, match="lines of money"):
        check_lines(engine, FORMATS, counts, 0, END)


def test_every_reason_has_words_in_both_languages(joined: tuple[OrderEngine, Merged]) -> None:
    codes = {one.reason for one in by_reason(joined[0])} | APART | NO_PARTNER
    for language in ("zh", "en"):
        assert all(f"unmatched.{code}" in catalogue(language) for code in codes)
        assert reasons(language).keys().isdisjoint(NO_PARTNER - {"order_id_missing"})
