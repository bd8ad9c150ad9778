"""What long waiting tells of channels that show no refunds, or no closings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from ledger_plans import AS_OF, ledger_of

from forecast.ledger.presumed import EVIDENCE, LOST_DAYS, REFUNDED_DAYS, Waiting, lost_after, unrefunded

if TYPE_CHECKING:
    from pathlib import Path

    from ledger_plans import Terms

    from forecast.ledger.tables import Ledger

HEADERS = (
    "order_id,channel,ordered_at,amount,deducted_at,closed_at,settled_on,settled_amount,refunded_on,refunded_amount"
)
OLD, RECENT = AS_OF - dt.timedelta(days=REFUNDED_DAYS + 15), AS_OF - dt.timedelta(days=REFUNDED_DAYS - 1)


def placed(channel: str, number: int, day: dt.date, rest: str) -> str:
    """So many orders of 100 yuan of one day; ``rest`` are the cells after the amount, ``+n`` being days later."""
    for days in (3, 5):
        rest = rest.replace(f"+{days}", str(day + dt.timedelta(days=days)))
    first = f"{channel}{day}{rest}".replace(",", "-")
    return "".join(f"{first}{one},{channel},{day},100.00,{rest}\n" for one in range(number))


def paid(channel: str, number: int, day: dt.date = OLD) -> str:
    """Orders that settled after three days less 1 %."""
    return placed(channel, number, day, f"{day},,+3,99.00,,")


def outstanding(ledger: Ledger, channel: str) -> int:
    """Fen of a channel that count as money to come."""
    rows = ledger.tables.identity
    return int(rows.outstanding[rows.channel == channel].sum())


REFUNDS = paid("wechat", 400) + placed("wechat", 40, OLD, f"{OLD},,,,+5,100.00")
"""A channel that shows that one order of eleven is refunded."""


def test_orders_that_never_settle_count_as_refunded_where_a_channel_shows_no_refunds(tmp_path: Path) -> None:
    """Of baitiao 30 of 330 old orders wait for ever, and 7 younger ones may still come."""
    waiting = placed("baitiao", 30, OLD, f"{OLD},,,,,") + placed("baitiao", 7, RECENT, f"{RECENT},,,,,")
    text = f"{HEADERS}\n{REFUNDS}{paid('baitiao', 300)}{waiting}"
    ledger = ledger_of(tmp_path, text)
    assert ledger.tables.completion.unrefunded == {"baitiao"}
    assert ledger.tables.completion.refunded_after == {"baitiao": REFUNDED_DAYS}
    assert outstanding(ledger, "baitiao") == 7 * 100_00
    assert int(ledger.tables.refund_before.value[ledger.tables.refund_before.channel == "baitiao"].sum()) == 30 * 100_00
    # The plan's word that nothing is refunded leaves them on their way.
    none: Terms = {"baitiao": {"refund_rate": 0.0}, "wechat": {}}
    assert outstanding(ledger_of(tmp_path, text, channels=none), "baitiao") == 37 * 100_00


def test_where_too_many_wait_their_settlements_are_missing_and_not_refunded(tmp_path: Path) -> None:
    text = f"{HEADERS}\n{REFUNDS}{paid('baitiao', 150)}{placed('baitiao', 150, OLD, f'{OLD},,,,,')}"
    ledger = ledger_of(tmp_path, text)
    assert ledger.tables.completion.unrefunded == {"baitiao"}
    assert ledger.tables.completion.refunded_after == {}
    assert outstanding(ledger, "baitiao") == 150 * 100_00


def waits(name: str = "card", *, ripe: int = 0, refunded: int = 0, **more: int | bool | None) -> Waiting:
    """A channel with so many orders that are old enough."""
    figures: dict[str, object] = {"settled_by": 5, "cured_by": None, "stuck": 0, "closes_by_plan": False}
    figures |= {"refunds_none": False, "deducted": ripe or 1, **more}
    return Waiting(name=name, ripe=ripe, refunded=refunded, **figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ripe", "column", "others", "silent"),
    [
        (EVIDENCE, False, [], True),
        (EVIDENCE - 1, False, [], False),
        (400, True, [], True),  # 20 of 400 at the usual twentieth
        (399, True, [], False),
        (200, True, [waits("wechat", ripe=100, refunded=10)], True),
        (199, True, [waits("wechat", ripe=100, refunded=10)], False),
    ],
)
def test_a_channel_is_blind_where_refunds_would_be_expected(
    ripe: int, *, column: bool, others: list[Waiting], silent: bool
) -> None:
    found = unrefunded([waits(ripe=ripe), *others], has_refunds=column)
    assert found == ({"card"} if silent else set())


def test_failed_orders_are_given_up_where_a_channel_shows_no_closings(tmp_path: Path) -> None:
    """Failed on the 1st of September: lost after a fortnight; those of October's 10th may still be cured."""
    headers = "order_id,channel,ordered_at,amount,failure_cause,deducted_at,closed_at,settled_on,settled_amount\n"
    old, fresh = dt.date(2026, 9, 1), dt.date(2026, 10, 10)
    cured = placed("wechat", 20, old, "clearing,+3,,,")
    stuck = (
        placed("baitiao", 1, old, ",+3,,+5,99.00")
        + placed("baitiao", 9, old, "clearing,,,,")
        + placed("baitiao", 2, fresh, "clearing,,,,")
    )
    unpaid = placed("baitiao", 6, old, ",,,,")
    terms: Terms = {"baitiao": {"unpaid_after_hours": 48.0}, "wechat": {"settlement_days": 3, "fee_rate": 0.0}}
    ledger = ledger_of(tmp_path, headers + cured + stuck + unpaid, channels=terms)
    assert ledger.tables.completion.lost_after == {"baitiao": LOST_DAYS}
    found = {
        (row.outcome, row.age): row.orders for row in ledger.tables.recovery.itertuples() if row.channel == "baitiao"
    }
    assert found == {("lost", LOST_DAYS): 9, ("failed", 8): 2}
    identity = ledger.tables.identity[ledger.tables.identity.channel == "baitiao"]
    assert (identity.lost.sum(), identity.never_paid.sum(), identity.outstanding.sum()) == (90_000, 60_000, 20_000)


def test_the_age_of_giving_up_is_that_of_nearly_all_cures_and_closings_shown_need_none() -> None:
    slow = waits("wechat", cured_by=21)
    assert lost_after([waits(stuck=5), slow]) == {"card": 21}
    assert lost_after([waits(stuck=5, cured_by=3), slow]) == {"card": LOST_DAYS}
    assert lost_after([waits(stuck=4), slow]) == {}
    assert lost_after([waits(stuck=1, closes_by_plan=True)]) == {"card": LOST_DAYS}
