"""What may be needed before more can be drawn: by hand, and in the words of the plain simulator."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from facility_plans import FEES, cash_case
from facility_simulator import simulate
from facility_world import Receivable, World

from forecast.financing.desk import Desk, Proposal
from forecast.financing.needs import Needs
from forecast.financing.policy import check_outcome
from forecast.financing.uses import Use
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.plan.facilities import FacilityKind

LINE = Facility("line", "revolver", 200_000.0, annual_rate=0.06, day_count="act/360")
FORTNIGHT = dt.date(2026, 9, 21)
HOLIDAYS = [dt.date(2026, 10, day) for day in range(1, 8)]


def world(as_of: dt.date, last: int, flows: Mapping[dt.date, float], opening: float = 100_000.0) -> World:
    days = [as_of + dt.timedelta(days=day) for day in range(last + 1)]
    shut = [day in HOLIDAYS for day in days]
    banking = [day.weekday() < 5 and not closed for day, closed in zip(days, shut, strict=True)]
    return World(as_of, opening, 0.0, 0.0, [flows.get(day, 0.0) for day in days], banking, shut)


def cost_of(
    given: World, *facilities: Facility, carried: Sequence[Facility] = (), asked_beside: Sequence[str] = ()
) -> float:
    """Give what the rule and the plain simulator both say that facilities cost in a plan that holds.

    Of those ``carried`` beside them nothing more is drawn; those ``asked_beside`` are asked for what cheaper ones
    without notice cannot bring.
    """
    desk = Desk.of(cash_case(given), [*facilities, *carried], 0.95)
    desk = desk.using(dict.fromkeys(asked_beside, Use(beside=True)))
    drawn = tuple(item for item in desk.items if item.facility in facilities)
    outcome = desk.run(Proposal(drawn, tuple(item.most for item in drawn)))
    check_outcome(outcome)
    beside = [(item.facility, item.most) for item in desk.items if item.facility in carried]
    found = simulate(given, [(item.facility, item.most) for item in drawn], beside, asked_beside)
    assert found.feasible
    assert not outcome.short[0]
    assert float(outcome.cost[0]) == pytest.approx(found.cost, abs=0.005)
    return found.cost


@pytest.mark.parametrize("notice", [0, 1, 3])
def test_a_payment_on_a_public_holiday_is_drawn_for_on_the_last_day_before(notice: int) -> None:
    flows = {dt.date(2026, 10, 3): -140_000.0, dt.date(2026, 10, 12): 150_000.0}
    # 40,000 from 30 September to 12 October
    assert cost_of(world(FORTNIGHT, 30, flows), replace(LINE, notice_days=notice)) == pytest.approx(80.0)


@pytest.mark.parametrize("kind", ["revolver", "overdraft"])
def test_a_payment_after_the_last_day_of_a_line_is_drawn_for_on_that_day(kind: FacilityKind) -> None:
    flows = {dt.date(2026, 10, 14): -140_000.0, dt.date(2026, 10, 19): 150_000.0}
    ending = replace(LINE, kind=kind, available_to=dt.date(2026, 10, 13))
    assert cost_of(world(FORTNIGHT, 30, flows), ending) == pytest.approx(40.0)


def test_what_a_lot_brings_beyond_the_need_repays_the_same_evening() -> None:
    flows = {dt.date(2026, 6, 10): -101_000.0, dt.date(2026, 6, 25): 50_000.0}
    assert cost_of(world(dt.date(2026, 6, 5), 30, flows), replace(LINE, minimum_draw=30_000.0)) == pytest.approx(2.5)


def test_a_lot_is_kept_where_no_other_could_be_drawn() -> None:
    # 30 on Monday, 70 on Wednesday, of a limit that is one lot of 100
    flows = {dt.date(2026, 6, 8): -30.0, dt.date(2026, 6, 10): -70.0}
    lot = replace(LINE, limit=100.0, minimum_draw=100.0)
    assert cost_of(world(dt.date(2026, 6, 5), 10, flows, 0.0), lot) == pytest.approx(7 * 100 * 0.06 / 360, abs=1e-3)


@pytest.mark.parametrize(
    ("notice", "needed", "cost"),
    [
        (3, dt.date(2026, 8, 14), 5 + 11 * 10),  # 30,000 for a night, 60,000 from the 14th to the 25th
        (5, dt.date(2026, 8, 18), 5 + 7 * 10),
    ],
)
def test_a_surplus_repays_what_a_request_of_the_same_evening_brings_back(
    notice: int, needed: dt.date, cost: float
) -> None:
    flows = {needed: -130_000.0, dt.date(2026, 8, 25): 100_000.0}
    line = replace(LINE, notice_days=notice, drawn=30_000.0)
    assert cost_of(world(dt.date(2026, 8, 10), 25, flows), line) == pytest.approx(cost)


JUNE = dt.date(2026, 6, 5)
OLD = Facility("old", "revolver", 8000.0, annual_rate=0.12, day_count="act/365", drawn=8000.0, signed=True)
CHEAP = replace(OLD, annual_rate=0.006)
"""Old debt that costs less than anything else: nothing refinances it."""


def test_old_debt_is_not_repaid_from_money_drawn_on_friday_for_saturday() -> None:
    # 1,000 repay at once; 20,000 come on Friday the 12th for the next day, 40,000 on the 26th repay all
    flows = {dt.date(2026, 6, 13): -20_000.0, dt.date(2026, 6, 26): 40_000.0}
    line = replace(LINE, annual_rate=0.03, notice_days=1)
    old = replace(CHEAP, available_to=JUNE)
    cost = (8000 + 20 * 7000) * 0.006 / 365 + 14 * 20_000 * 0.03 / 360
    assert cost_of(world(JUNE, 24, flows, 1000.0), line, carried=[old]) == pytest.approx(cost)
    # a loan that may be repaid early is old debt as well
    loan = replace(old, kind="term_loan", tenor_days=60, prepayment_fee=0.0, available_to=None)
    saved = 2.63 * 20 * 0.006 / 365  # the first night's interest is not yet paid
    assert cost_of(world(JUNE, 24, flows, 1000.0), line, carried=[loan]) == pytest.approx(cost + saved, abs=0.01)


def test_old_debt_leaves_what_is_needed_before_a_line_is_signed_and_beyond_what_the_sooner_one_brings() -> None:
    flows = {dt.date(2026, 6, 8): 5000.0, dt.date(2026, 6, 10): -6000.0, dt.date(2026, 6, 20): 20_000.0}
    signed_late = replace(LINE, annual_rate=0.03, signing_days=8)
    cost = 15 * 8000 * 0.006 / 365
    assert cost_of(world(JUNE, 24, flows, 1000.0), signed_late, carried=[CHEAP]) == pytest.approx(cost)
    # 2,000 can be drawn on the day, for ten nights: so much less is kept, on the first day and on the 8th
    small = Facility("small", "overdraft", 2000.0, annual_rate=0.01)
    cost = (8000 + 2 * 7000 + 12 * 6000) * 0.006 / 365 + 10 * 2000 * 0.01 / 365
    assert cost_of(world(JUNE, 24, flows, 1000.0), small, signed_late, carried=[CHEAP]) == pytest.approx(cost)


THREE = replace(LINE, annual_rate=0.03, day_count="act/365", interest_due="maturity")


@pytest.mark.parametrize("notice", [0, 1])
@pytest.mark.parametrize("drawn_again", [True, False])
def test_a_cheaper_line_repays_dear_debt_with_and_without_notice(notice: int, *, drawn_again: bool) -> None:
    # 100,000 at 24 % for one night, then at 5 % to 29 June, 50,000 to the end
    as_of = dt.date(2026, 6, 9)
    given = world(as_of, 30, {dt.date(2026, 6, 29): 50_000.0, dt.date(2026, 7, 9): 121_000.0}, 0.0)
    old = Facility("old", "overdraft", 1e5, annual_rate=0.24, drawn=1e5, interest_due="maturity")
    line = replace(THREE, annual_rate=0.05, notice_days=notice)
    cost = 1e5 * 0.24 / 365 + (19 * 1e5 + 10 * 5e4) * 0.05 / 365
    assert cost == pytest.approx(394.52, abs=0.01)
    lines, carried = ([line, old], []) if drawn_again else ([line], [old])
    assert cost_of(given, *lines, carried=carried) == pytest.approx(cost)


LACK = {dt.date(2026, 6, 15): -6000.0, dt.date(2026, 6, 25): 20_000.0}


def test_old_debt_is_repaid_from_no_room_that_may_be_needed() -> None:
    # of 10,000 the 6,000 of the 15th are left, and the interest that is due; old debt keeps 4,000 to the 25th
    line = replace(THREE, limit=10_000.0)
    cost = (8000 + 19 * 4000) * 0.12 / 365 + (9 * 4000 + 10 * 10_000) * 0.03 / 365
    given = world(JUNE, 24, LACK, 0.0)
    assert cost_of(given, line, carried=[OLD]) == pytest.approx(cost, abs=0.3)
    # with cash for it all of the room may be used
    rich = cost_of(world(JUNE, 24, {dt.date(2026, 6, 15): -6000.0, JUNE: 0.0}, 6000.0), line, carried=[OLD])
    assert rich < cost


def test_what_can_be_drawn_again_the_next_day_is_repaid_from_all_the_room() -> None:
    # 8,000 at 3 %; of the 6,000 the line brings 2,000, what was repaid the rest
    line = replace(THREE, limit=10_000.0)
    cost = (8000 + 10 * 4000) * 0.12 / 365 + (9 * 8000 + 10 * 10_000) * 0.03 / 365
    assert cost_of(world(JUNE, 24, LACK, 0.0), line, OLD) == pytest.approx(cost)


@pytest.mark.parametrize(("fee", "repaid"), [(0.0, True), (0.0005, False), (None, False)])
def test_a_loan_of_as_of_is_refinanced_where_it_may_be_repaid_without_a_fee(fee: float | None, *, repaid: bool) -> None:
    loan = replace(OLD, kind="term_loan", tenor_days=60, prepayment_fee=fee, interest_due="maturity")
    given = world(JUNE, 24, {dt.date(2026, 6, 29): 1.0}, 0.0)
    by_contract = 24 * 8000 * 0.12 / 365 + 8000 * min(36 * 0.12 / 365, 1.0 if fee is None else fee)
    refinanced = 8000 * 0.12 / 365 + 23 * 8000 * 0.03 / 365
    assert cost_of(given, THREE, carried=[loan]) == pytest.approx(refinanced if repaid else by_contract)


def test_a_loan_that_is_newly_lent_is_not_refinanced_the_same_day() -> None:
    loan = Facility("loan", "term_loan", 8000.0, annual_rate=0.12, tenor_days=60, prepayment_fee=0.0)
    given = world(JUNE, 24, {dt.date(2026, 6, 6): -8000.0, dt.date(2026, 6, 29): 9000.0}, 0.0)
    assert cost_of(given, loan, THREE) > 8000 * 20 * 0.12 / 365


def test_nothing_is_refinanced_on_a_public_holiday() -> None:
    old = replace(OLD, kind="overdraft")
    given = world(dt.date(2026, 10, 1), 20, {dt.date(2026, 10, 21): 9000.0}, 0.0)
    cost = 7 * 8000 * 0.12 / 365 + 13 * 8000 * 0.03 / 365
    assert cost_of(given, THREE, carried=[old]) == pytest.approx(cost)


def test_no_line_that_takes_a_fee_of_each_advance_repays_other_debt_and_none_repays_it_to_draw_it_again() -> None:
    sold = [Receivable("baitiao", 0, 30, 50_000.0)]
    given = replace(world(JUNE, 24, {dt.date(2026, 6, 29): 9000.0}, 0.0), receivables=sold)
    advance = Facility("advance", "receivables", 1e5, annual_rate=0.03, service_fee=0.001, interest_due="maturity")
    assert cost_of(given, advance, replace(OLD, interest_due="maturity")) == pytest.approx(24 * 8000 * 0.12 / 365)
    owing = replace(advance, annual_rate=0.2, drawn=8000.0)
    assert cost_of(given, THREE, owing) == pytest.approx(24 * 8000 * 0.2 / 365)
    once = 8000 * 0.2 / 365 + 23 * 8000 * 0.03 / 365
    assert cost_of(given, THREE, carried=[owing]) == pytest.approx(once)


def test_receivables_repay_what_can_be_drawn_again_the_next_day_and_nothing_else() -> None:
    sold = [Receivable("baitiao", 0, 30, 50_000.0)]
    given = replace(world(JUNE, 24, {dt.date(2026, 6, 29): 9000.0}, 0.0), receivables=sold)
    advance = Facility("advance", "receivables", 1e5, annual_rate=0.03, interest_due="maturity")
    old = replace(OLD, interest_due="maturity")
    cost = 8000 * 0.12 / 365 + 23 * 8000 * 0.03 / 365
    assert cost_of(given, advance, old) == pytest.approx(cost)
    assert cost_of(given, advance, carried=[old]) == pytest.approx(24 * 8000 * 0.12 / 365)
    assert cost_of(given, advance, replace(old, notice_days=1)) == pytest.approx(24 * 8000 * 0.12 / 365)


@pytest.mark.parametrize(("tenor", "nights"), [(20, 1), (9, 1), (8, 2), (4, 6)])
def test_an_owner_repays_a_dear_loan_as_soon_as_that_ends_before_the_drawing_would(tenor: int, nights: int) -> None:
    loan = replace(OLD, kind="term_loan", tenor_days=10, prepayment_fee=0.0, interest_due="maturity")
    owner = Facility("owner", "owner_loan", 1e4, annual_rate=0.03, tenor_days=tenor)
    given = world(JUNE, 24, {dt.date(2026, 6, 29): 9000.0}, 0.0)
    cost = 8000 * (nights * 0.12 + (24 - nights) * 0.03) / 365
    assert cost_of(given, owner, carried=[loan]) == pytest.approx(cost, abs=0.1)


@pytest.mark.parametrize(("tenor", "nights"), [(15, 1), (10, 1), (9, 10)])
def test_stock_repays_a_dear_loan_where_its_purchases_bear_that_until_it_would_have_ended(
    tenor: int, nights: int
) -> None:
    loan = replace(OLD, kind="term_loan", tenor_days=10, prepayment_fee=0.0, interest_due="maturity")
    stock = Facility("stock", "inventory", 1e5, annual_rate=0.03, advance_rate=0.5, tenor_days=tenor)
    flows = {dt.date(2026, 6, 15): 9000.0}
    given = replace(world(JUNE, 24, flows, 0.0), purchases={"stock": {0: 20_000.0}})
    cost = 8000 * (nights * 0.12 + (10 - nights) * 0.03) / 365
    assert cost_of(given, stock, carried=[loan]) == pytest.approx(cost, abs=0.1)


@pytest.mark.parametrize(("last", "nights"), [(29, 0), (30, 1), (31, 2)])
def test_a_line_that_closes_before_the_end_is_drawn_for_a_debt_due_after_it(last: int, nights: int) -> None:
    # 20,000 with 6 nights of July fall due on Monday the 6th; the line can be drawn up to Saturday the 4th
    flows = {dt.date(2026, 6, 20): -500.0, dt.date(2026, 7, 2): 2000.0}
    loan = Facility("loan", "term_loan", 2e4, annual_rate=0.05, day_count="act/360", tenor_days=31, drawn=2e4)
    line = Facility("line", "overdraft", 25_000.0, annual_rate=0.12, day_count="act/360")
    closing = replace(line, available_to=dt.date(2026, 7, 4))
    night = 2e4 * 0.05 / 360
    lack = 20_000 + 6 * night - (2500 - 25 * night)
    if last < 31:
        lack -= (31 - last) * 1500 / 28  # what the days after the horizon bring, as the last four weeks did
    cost = 31 * night + nights * lack * 0.12 / 360
    assert cost_of(world(JUNE, last, flows, 1000.0), closing, replace(loan, signed=True)) == pytest.approx(cost)


@pytest.mark.parametrize("notice", [0, 2, 3])
def test_what_a_surplus_will_repay_before_the_arrival_is_asked_for_again(notice: int) -> None:
    # 30,000 from the 12th to the 17th and from the 19th to the 26th; three days' notice is given on the 14th
    days = ((12, -130_000.0), (17, 30_000.0), (19, -30_000.0), (26, 40_000.0))
    flows = {dt.date(2026, 8, day): amount for day, amount in days}
    line = replace(LINE, annual_rate=0.18, notice_days=notice)
    assert cost_of(world(dt.date(2026, 8, 7), 25, flows), line) == pytest.approx(180.0)


def test_what_settles_repays_an_advance_whole_whatever_fee_the_channel_keeps() -> None:
    assert FEES["baitiao"] > 0
    sold = Facility("sold", "factoring", 1e5, annual_rate=0.0365)
    flows = {dt.date(2026, 6, 6): -1000.0, dt.date(2026, 6, 8): 2000.0}
    settling = replace(world(dt.date(2026, 6, 5), 10, flows, 0.0), receivables=[Receivable("baitiao", -3, 3, 2000.0)])
    # two nights at 0.1, of which the first is kept back, and drawn, on the second day
    assert cost_of(settling, sold) == pytest.approx(0.2, abs=1e-3)


def test_a_loan_is_not_repaid_early_from_what_another_asks_for_just_after_the_horizon() -> None:
    # of 12,000 the first loan takes 10,000 and what it has accrued on the 16th; the rest repays the other at once
    due = Facility("due", "term_loan", 10_000.0, annual_rate=0.05, tenor_days=11, drawn=10_000.0)
    early = replace(due, name="early", tenor_days=60, prepayment_fee=0.0, interest_due="maturity")
    night = 0.05 / 365
    first = 11 * 10_000 * night
    cost = cost_of(world(JUNE, 10, {}, 12_000.0), due, early)
    repaid = 12_000 - 10_000 - first - 10_000 * night  # its own first night's interest is paid at maturity
    assert cost == pytest.approx(first + (10_000 + 9 * (10_000 - repaid)) * night, abs=0.01)
    # what comes in by then need not be kept
    arriving = {JUNE + dt.timedelta(days=9): 10_100.0}
    assert cost_of(world(JUNE, 10, arriving, 12_000.0), due, early) < cost - 5


def test_a_payment_deferred_is_not_made_early_from_what_a_loan_asks_for_before_its_day() -> None:
    # 1,000 of the 6th wait to the 30th at 0.01 % a night; those of the 10th repay the loan on the 15th
    loan = Facility("loan", "term_loan", 1000.0, tenor_days=10, drawn=1000.0)
    suppliers = Facility("suppliers", "payables_extension", 1e4, annual_rate=0.0365)
    flows = {dt.date(2026, 6, 6): -1000.0, dt.date(2026, 6, 10): 1000.0, dt.date(2026, 6, 20): 1010.0}
    moved = OtherFlow(dt.date(2026, 6, 6), -1000.0, "stock", movable_days=24)
    assert cost_of(replace(world(JUNE, 24, flows, 0.0), payments=[moved]), loan, suppliers) == pytest.approx(14 * 0.1)


def test_an_owners_loan_under_way_falls_due_in_its_turn() -> None:
    # 1,000 of Friday the 19th come from the owner until Tuesday, and then, asked for on Thursday, from the line
    owner = Facility("owner", "owner_loan", 1e4, annual_rate=0.01, notice_days=5, tenor_days=4)
    owner = replace(owner, available_to=dt.date(2026, 6, 19))
    slow = replace(LINE, notice_days=3, day_count="act/365")
    flows = {dt.date(2026, 6, 19): -1000.0, dt.date(2026, 6, 28): 1010.0}
    cost = cost_of(world(JUNE, 24, flows, 0.0), owner, slow)
    assert cost == pytest.approx((4 * 1000 * 0.01 + 5 * 1000 * 0.06) / 365, abs=0.01)
    # due on the 2nd of July, after the horizon: the line can be drawn for it up to the 9th of June alone
    owner = replace(owner, limit=1000.0, tenor_days=22, interest_due="maturity")
    closing = replace(slow, notice_days=0, available_to=dt.date(2026, 6, 9))
    cost = cost_of(world(JUNE, 24, {dt.date(2026, 6, 10): -1000.0}, 0.0), owner, closing)
    assert cost == pytest.approx(20 * 1000 * 0.06 / 365, abs=0.1)


def test_what_was_asked_for_because_a_surplus_would_repay_is_not_counted_on_where_it_does_not() -> None:
    # on Tuesday 1,400 take the 400 that are there, 600 that the small line still has, and 400 of the dear one
    small = replace(LINE, name="small", limit=1000.0, drawn=400.0, annual_rate=0.01, notice_days=2, day_count="act/365")
    dear = replace(LINE, notice_days=1, annual_rate=0.12, day_count="act/365")
    flows = {dt.date(2026, 6, 9): -1400.0, dt.date(2026, 6, 11): 2000.0}
    monday = dt.date(2026, 6, 7)
    cost = cost_of(world(monday, 10, flows, 400.0), small, dear)
    assert cost == pytest.approx((2 * 400 * 0.01 + 2 * 1000 * 0.01 + 2 * 400 * 0.12) / 365, abs=0.01)


@pytest.mark.parametrize(("kind", "drawn", "nights"), [("receivables", 400 / 3, 2), ("early_settlement", 200.0, 3)])
def test_so_much_of_receivables_is_drawn_on_friday_that_enough_has_not_settled_on_sunday(
    kind: FacilityKind, drawn: float, nights: int
) -> None:
    # on Saturday a quarter of 400 settles: a quarter of the advance, or 100 of what is brought forward
    pool = Facility("pool", kind, 1e4, notice_days=1)
    pool = replace(pool, fee_per_day=0.001) if kind == "early_settlement" else replace(pool, annual_rate=0.365)
    flows = {dt.date(2026, 6, 14): -100.0, dt.date(2026, 6, 15): 200.0, dt.date(2026, 6, 16): 0.0}
    open_until = (Receivable("baitiao", -3, 8, 100.0), Receivable("baitiao", -3, 30, 300.0))
    settling = replace(world(JUNE, 11, flows, 0.0), receivables=open_until)
    assert cost_of(settling, pool) == pytest.approx((drawn + nights * 100) * 0.001, abs=2e-3)


@pytest.mark.parametrize(("sunday", "cost"), [(0.0, 5 * 400 / 3 + 3 * 100), (100.0, 4 * 100)])
def test_receivables_drawn_before_a_holiday_last_until_it_is_over(sunday: float, cost: float) -> None:
    # a quarter settles on Monday the 5th: 100 of the 400 / 3 of 30 September are left, unless Sunday has repaid it
    days = [dt.date(2026, 10, day) for day in (3, 4, 8)]
    flows = dict(zip(days, (-100.0, sunday, 300.0), strict=True))
    pool = Facility("pool", "receivables", 1e4, annual_rate=0.365)
    open_until = (Receivable("baitiao", -3, 14, 100.0), Receivable("baitiao", -3, 40, 300.0))
    shut = replace(world(FORTNIGHT, 25, flows, 0.0), receivables=open_until)
    assert cost_of(shut, pool) == pytest.approx(cost * 0.001)


@pytest.mark.parametrize(
    ("kind", "discount", "fee", "drawn", "cost"),
    [
        # a night of all, three of the three quarters that are left until the end
        ("factoring", 0.365, 0.0, 100 / (0.75 - 0.00325), 0.00325),
        ("factoring", 0.365, 0.01, 100 / (0.74 - 0.00325), 0.01325),
        ("receivables", 0.0, 0.01, 100 / 0.74, 0.01 + 0.001 * (1 + 2 * 0.75)),
    ],
)
def test_what_settles_repays_what_a_fee_or_discount_has_kept_back_as_well(
    kind: FacilityKind, discount: float, fee: float, drawn: float, cost: float
) -> None:
    pool = Facility("pool", kind, 1e4, notice_days=1, service_fee=fee)
    pool = replace(pool, discount_rate=discount) if discount else replace(pool, annual_rate=0.365)
    flows = {dt.date(2026, 6, 14): -100.0, dt.date(2026, 6, 15): 200.0, dt.date(2026, 6, 16): 0.0}
    open_until = (Receivable("baitiao", -3, 8, 100.0), Receivable("baitiao", -3, 30, 300.0))
    settling = replace(world(JUNE, 11, flows, 0.0), receivables=open_until)
    assert cost_of(settling, pool) == pytest.approx(drawn * cost, abs=2e-3)


def test_nothing_may_be_needed_where_nothing_runs() -> None:
    assert Needs([]).dues(0, 5) == 0.0
    assert Needs([]).coming(0, 5) == 0.0


MARCH = dt.date(2026, 3, 1)
QUICK = Facility("quick", "overdraft", 40_000.0, annual_rate=0.05)
SLOW = Facility("slow", "revolver", 60_000.0, annual_rate=0.15, notice_days=2)


def in_march(last: int, *flows: tuple[int, float]) -> World:
    """A world without cash from Sunday 1 March, with flows by the day of the month."""
    return world(MARCH, last, {dt.date(2026, 3, day): amount for day, amount in flows}, 0.0)


def test_a_dear_line_on_notice_may_be_asked_only_for_what_a_cheaper_one_without_cannot_bring() -> None:
    # 50,000 from Saturday the 7th, 20,000 more from Wednesday the 11th, all back on Sunday the 15th
    given = in_march(20, (7, -50_000.0), (11, -20_000.0), (15, 80_000.0))
    quick, slow = 40_000 * 8 * 0.05 / 365, (10_000 * 5 + 30_000 * 4) * 0.15 / 365  # the first 10,000 from Friday on
    assert cost_of(given, QUICK, SLOW, asked_beside=["slow"]) == pytest.approx(quick + slow, abs=1e-6)
    assert cost_of(given, QUICK, SLOW) > quick + slow + 10


def test_the_room_of_a_cheaper_line_is_counted_once_beside_several_on_notice() -> None:
    given = in_march(20, (10, -90_000.0), (20, 95_000.0))
    slower = replace(SLOW, name="slower", annual_rate=0.2, notice_days=4, limit=30_000.0)
    cost = (40_000 * 0.05 + 20_000 * 0.15 + 30_000 * 0.2) * 10 / 365
    narrow = replace(SLOW, limit=20_000.0)
    assert cost_of(given, QUICK, narrow, slower, asked_beside=["slow", "slower"]) == pytest.approx(cost, abs=1e-6)


def test_a_dearer_line_without_notice_is_not_counted_on() -> None:
    given = in_march(20, (10, -50_000.0), (20, 80_000.0))
    cost = cost_of(given, replace(QUICK, annual_rate=0.2), SLOW, asked_beside=["slow"])
    assert cost == pytest.approx(50_000 * 10 * 0.15 / 365, abs=1e-6)
