"""What each channel of a ledger does not show, and what the plan says in its place, channel by channel."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledger_plans import AS_OF, Terms, ledger_of, plan_for, rows_of, write_orders

from forecast.errors import InputError
from forecast.ledger.completeness import EXPECTED_FAILURES, HANDFUL, UNPAID_DAYS, USUAL_LAG
from forecast.ledger.engine import OrderEngine
from forecast.ledger.reading import Orders, read_ledger
from forecast.ledger.sources import Source

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = "order_id,channel,ordered_at,amount,deducted_at,refunded_amount\n"
TERMS: Terms = {"baitiao": {"settlement_days": 7, "refund_days": 3, "unpaid_after_hours": 48.0, "fee_rate": 0.009}}
WHOLE = (
    "order_id,channel,ordered_at,amount,deducted_at,closed_at,settled_on,settled_amount,refunded_on,refunded_amount\n"
)
"""The headers of a ledger that has every column."""

THERE: dict[str, float] = {"settlement_days": 7, "fee_rate": 0.01}


def keys_wanted(folder: Path, text: str, channels: Terms | None = None) -> list[str]:
    """The keys that a plan over this ledger must still write."""
    try:
        ledger_of(folder, text, channels=channels)
    except InputError as error:
        return [problem.key.removeprefix("channels.") for problem in error.problems]
    return []


def orders(channel: str, number: int, *, day: str = "2026-09-01", rest: str) -> str:
    """So many orders of 100 yuan placed on one day; ``rest`` are the cells that follow the amount."""
    return "".join(f"{channel}{day}{place},{channel},{day},100.00,{rest}\n" for place in range(number))


SETTLES = orders("wechat", 20, rest="2026-09-01,,2026-09-04,99.40,,")
"""Orders of a channel that shows what it should, settled after three days."""


def test_every_key_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    text = HEADERS + (
        "A,baitiao,2026-10-01,100.00,2026-10-01,20.00\nB,wechat,2026-10-01,5.00,,\nC,baitiao,2026-10-02,1.00,,0\n"
    )
    with pytest.raises(InputError) as caught:
        ledger_of(tmp_path, text)
    assert [problem.key for problem in caught.value.problems] == [
        "channels.baitiao.settlement_days",
        "channels.baitiao.refund_days",
        "channels.baitiao.unpaid_after_hours",
        "channels.wechat.unpaid_after_hours",
    ]
    assert "write settlement_days = 7 under [channels.baitiao]" in str(caught.value)
    assert "[channels.baitiao] 下写 settlement_days = 7" in caught.value.problems[0].text("zh")
    assert keys_wanted(tmp_path, text, TERMS | {"wechat": {}}) == ["wechat.unpaid_after_hours"]


def test_a_channel_that_the_ledger_does_not_use_needs_no_key(tmp_path: Path) -> None:
    text = HEADERS + "A,baitiao,2026-10-01,100.00,2026-10-01,\n"
    assert ledger_of(tmp_path, text, channels=TERMS | {"wechat": {}}).counts.orders == 1


def test_of_two_channels_in_one_ledger_the_one_without_settlements_is_completed(tmp_path: Path) -> None:
    """Baitiao's column is there and empty: 100 × 0.99 arrive on the 8th of September; of October's nothing yet."""
    text = WHOLE + SETTLES + orders("baitiao", 6, rest="2026-09-01,,,,,")
    text += orders("baitiao", 2, day="2026-10-12", rest="2026-10-12,,,,,")
    ledger = ledger_of(tmp_path, text, channels={"baitiao": THERE, "wechat": {"settlement_days": 30}})
    assert ledger.tables.completion.settled == {"baitiao"}
    assert rows_of(ledger.tables.settlement[["channel", "day", "outcome", "age", "orders", "fees", "settled"]]) == [
        ("baitiao", "2026-09-01", "settled", 7, 6, 600, 59400),
        ("baitiao", "2026-10-12", "in_transit", 6, 2, 0, 0),
        ("wechat", "2026-09-01", "settled", 3, 20, 1200, 198800),
    ]


def test_a_channel_without_settlements_wants_its_days_and_its_fee(tmp_path: Path) -> None:
    text = WHOLE + SETTLES + orders("baitiao", HANDFUL, rest="2026-09-01,,,,,")
    assert keys_wanted(tmp_path, text) == ["baitiao.settlement_days"]
    assert keys_wanted(tmp_path, text, {"baitiao": {"settlement_days": 7}, "wechat": {}}) == ["baitiao.fee_rate"]
    assert keys_wanted(tmp_path, text, {"baitiao": THERE | {"fee_rate": 0.0}, "wechat": {}}) == []
    with pytest.raises(InputError, match=r"write fee_rate = 0\.006 under \[channels\.baitiao\]"):
        ledger_of(tmp_path, text, channels={"baitiao": {"settlement_days": 7}, "wechat": {}})


def test_a_young_channel_waits_as_the_others_did(tmp_path: Path) -> None:
    """Wechat settles after three days: of orders three days old nothing is missed, of those of four it is."""
    for age, wanted in ((3, []), (4, ["baitiao.settlement_days"])):
        text = WHOLE + SETTLES + orders("baitiao", 9, day=f"2026-10-{18 - age}", rest=f"2026-10-{18 - age},,,,,")
        assert keys_wanted(tmp_path, text) == wanted
    young = WHOLE + SETTLES + orders("baitiao", 9, day="2026-10-15", rest="2026-10-15,,,,,")
    assert ledger_of(tmp_path, young).tables.settlement["outcome"].tolist() == ["in_transit", "settled"]
    # Where nothing has settled at all, a week is waited.
    for age, wanted in ((USUAL_LAG, []), (USUAL_LAG + 1, ["baitiao.settlement_days"])):
        day = AS_OF - dt.timedelta(days=age)
        assert keys_wanted(tmp_path, WHOLE + orders("baitiao", 9, day=str(day), rest=f"{day},,,,,")) == wanted


def test_wholly_refunded_orders_are_owed_no_settlement(tmp_path: Path) -> None:
    refunded = orders("baitiao", 9, rest="2026-09-01,,,,2026-09-03,100.00")
    assert keys_wanted(tmp_path, WHOLE + SETTLES + refunded) == []


def test_a_plan_cut_at_an_earlier_day_judges_by_its_own_day(tmp_path: Path) -> None:
    """On 3 September nothing had settled yet; by as_of everything has, so nothing is completed at either day."""
    write_orders(tmp_path, WHOLE + SETTLES)
    plan = plan_for(tmp_path, channels={"wechat": {"settlement_days": 1, "fee_rate": 0.5}})
    early = replace(plan, horizon=replace(plan.horizon, as_of=dt.date(2026, 9, 3)), judged_on=AS_OF)
    assert read_ledger(early).tables.settlement["outcome"].tolist() == ["in_transit"]
    assert read_ledger(replace(early, judged_on=None)).tables.settlement["outcome"].tolist() == ["settled"]


def test_refunds_are_dated_from_the_plan_in_the_channel_that_dates_none(tmp_path: Path) -> None:
    dated = orders("wechat", 1, day="2026-09-02", rest="2026-09-02,,2026-09-04,90.00,2026-09-09,10.00")
    undated = orders("baitiao", HANDFUL, rest="2026-09-01,,2026-09-08,89.10,,10.00")
    assert keys_wanted(tmp_path, WHOLE + dated + undated) == ["baitiao.refund_days"]
    ledger = ledger_of(tmp_path, WHOLE + dated + undated, channels={"baitiao": {"refund_days": 2}, "wechat": {}})
    assert rows_of(ledger.tables.refund_before) == [("baitiao", "2026-09-01", 2, HANDFUL, 1000 * HANDFUL)]
    assert ledger.counts.rejected == 0
    # Where a channel dates its refunds, one without a date is a bad row.
    mixed = WHOLE + dated + orders("wechat", HANDFUL, rest="2026-09-01,,2026-09-08,89.10,,10.00")
    assert set(ledger_of(tmp_path, mixed).rejected["reason"]) == {"refunded_on_missing"}


def test_unpaid_orders_are_closed_from_the_plan_in_the_channel_that_closes_none(tmp_path: Path) -> None:
    closed = orders("wechat", 3, day="2026-09-02", rest=",2026-09-03,,,,")
    old = AS_OF - dt.timedelta(days=UNPAID_DAYS + 1)
    unpaid = orders("baitiao", HANDFUL, day=str(old), rest=",,,,,")
    assert keys_wanted(tmp_path, WHOLE + SETTLES + closed + unpaid) == ["baitiao.unpaid_after_hours"]
    terms: Terms = {"baitiao": {"unpaid_after_hours": 24.0}, "wechat": {"unpaid_after_hours": 24.0}}
    more = orders("wechat", 4, day="2026-09-05", rest=",,,,,")
    first = ledger_of(tmp_path, WHOLE + SETTLES + closed + unpaid + more, channels=terms).tables.first
    found = {(row.channel, row.outcome): row.orders for row in first.itertuples()}
    # Wechat closes orders itself: what it has not closed is still awaited, whatever the plan says.
    assert found == {
        ("baitiao", "never_paid"): HANDFUL,
        ("wechat", "awaiting"): 4,
        ("wechat", "deducted"): 20,
        ("wechat", "never_paid"): 3,
    }


def test_fresh_unpaid_orders_are_awaited_without_a_question(tmp_path: Path) -> None:
    """Also where the ledger has no column of closings."""
    week = AS_OF - dt.timedelta(days=UNPAID_DAYS)
    assert keys_wanted(tmp_path, WHOLE + orders("baitiao", 9, day=str(week), rest=",,,,,")) == []
    assert keys_wanted(tmp_path, HEADERS + f"A,baitiao,{week},5.00,,\n") == []
    assert keys_wanted(tmp_path, HEADERS + "A,baitiao,2026-10-01,5.00,,\n") == ["baitiao.unpaid_after_hours"]


@pytest.mark.parametrize(
    ("number", "blind"), [(10 * EXPECTED_FAILURES - 1, set()), (10 * EXPECTED_FAILURES, {"wechat"})]
)
def test_a_channel_of_which_many_should_have_failed_cannot_show_failures(
    tmp_path: Path, number: float, blind: set[str]
) -> None:
    """One in ten of baitiao's fails: of two hundred of wechat's twenty would."""
    headers = "order_id,channel,ordered_at,amount,deducted_at,failure_cause\n"
    fails = orders("baitiao", 18, rest="2026-09-01,") + orders(
        "baitiao", 2, day="2026-09-02", rest="2026-09-03,clearing"
    )
    text = headers + fails + orders("wechat", int(number), rest="2026-09-01,")
    assert ledger_of(tmp_path, text, channels={"baitiao": THERE, "wechat": THERE}).tables.completion.blind == blind


def test_without_causes_the_channels_that_are_not_confirmed_cannot_show_failures(tmp_path: Path) -> None:
    confirmed = "order_id,channel,ordered_at,amount,deducted_at,paid_at\n"
    text = confirmed + orders("baitiao", 2, rest="2026-09-01,2026-09-01") + orders("wechat", 2, rest="2026-09-01,")
    terms: Terms = {"baitiao": THERE, "wechat": THERE}
    assert ledger_of(tmp_path, text, channels=terms).tables.completion.blind == {"wechat"}
    assert ledger_of(
        tmp_path, HEADERS + orders("wechat", 1, rest="2026-09-01,"), channels=terms
    ).tables.completion.blind == {"wechat"}


def test_a_fee_that_a_bill_tells_stands_in_place_of_the_rate(tmp_path: Path) -> None:
    """Of the three orders two have a fee of 60 fen; the third loses the same share of its amount."""
    plan = plan_for(tmp_path, channels={"wechat": {"settlement_days": 1}})
    with closing(OrderEngine(tmp_path)) as engine:
        engine.make(
            "orders",
            "SELECT row_number() OVER () AS line, CAST(NULL AS VARCHAR) AS misfit, id AS order_id, 'wechat' AS channel,"
            " TIMESTAMP '2026-09-01 10:00:00' AS ordered_at, TIMESTAMP '2026-09-01 10:00:00' AS deducted_at,"
            " CAST(100 AS DECIMAL(12, 2)) AS amount, fee AS fee_amount"
            " FROM (VALUES ('A', CAST(60 AS BIGINT)), ('B', 60), ('C', NULL)) AS bills (id, fee)",
        )
        types = dict.fromkeys(("ordered_at", "deducted_at"), "TIMESTAMP") | dict.fromkeys(
            ("order_id", "channel"), "VARCHAR"
        )
        source = Source("orders", types | {"amount": "DECIMAL(12,2)", "fee_amount": "BIGINT"}, "bills")
        ledger = Orders(plan, engine, source).known(AS_OF)
    assert ledger.tables.completion.fees == {"wechat": 0.006}
    assert ledger.tables.settlement[["outcome", "fees", "settled"]].to_numpy().tolist() == [["settled", 180, 29820]]


def test_settlements_of_which_only_the_day_or_only_the_amount_is_told_are_an_error(tmp_path: Path) -> None:
    """The column is named that is blank; where some settlements are whole, the others are bad rows."""
    dated = orders("baitiao", HANDFUL, rest="2026-09-01,,2026-09-08,,,")
    priced = orders("card", HANDFUL, rest="2026-09-01,,,99.00,,")
    with pytest.raises(InputError) as caught:
        ledger_of(tmp_path, WHOLE + SETTLES + dated + priced, channels={"baitiao": {}, "wechat": {}, "card": {}})
    days, amounts = caught.value.problems
    assert f"{HANDFUL} orders of baitiao have a day in settled_on and nothing in settled_amount" in str(days)
    assert f"{HANDFUL} orders of card have an amount in settled_amount and nothing in settled_on" in str(amounts)
    whole = orders("baitiao", 1, day="2026-09-02", rest="2026-09-02,,2026-09-09,99.00,,")
    assert ledger_of(tmp_path, WHOLE + SETTLES + dated + whole).counts.rejected == HANDFUL


def test_a_column_that_cannot_be_read_is_told_before_a_key_is_asked_for(tmp_path: Path) -> None:
    told = orders("baitiao", 60, day="2026-09-02", rest="2026-09-02,,08/09/2026,99.00,,")
    waiting = orders("baitiao", 9, rest="2026-09-01,,,,,")
    with pytest.raises(InputError, match=r'the dates in settled_on cannot be read: "08/09/2026" and 60 rows') as caught:
        ledger_of(tmp_path, WHOLE + told + waiting)
    assert "“08/09/2026”" in caught.value.problems[0].text("zh")
    # Undated refunds are asked for; unreadable ones are not taken for undated.
    unread = orders("baitiao", 9, rest="2026-09-01,,2026-09-08,89.10,09/09/2026,10.00")
    assert set(ledger_of(tmp_path, WHOLE + SETTLES + unread).rejected["reason"]) == {"refunded_on_unreadable"}
