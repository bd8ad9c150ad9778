"""The daily rule against a second one in plain Python: random deterministic plans, to the fen; and both by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from facility_plans import cash_case, small_plan
from facility_simulator import simulate
from facility_world import Receivable, World

from forecast.financing.desk import Desk, Proposal
from forecast.financing.policy import check_outcome
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from collections.abc import Callable

FEN = 0.005
"""Yuan: costs that differ by less are the same money."""

ALONE = (
    "revolver",
    "overdraft",
    "owner_loan",
    "inventory",
    "receivables",
    "factoring",
    "early_settlement",
    "term_loan",
    "prepayable",
    "payables_extension",
)
TOGETHER = (
    ("revolver", "overdraft"),
    ("revolver", "owner_loan"),
    ("revolver", "inventory"),
    ("revolver", "receivables"),
    ("revolver", "term_loan"),
    ("revolver", "payables_extension"),
    ("overdraft", "factoring"),
    ("overdraft", "prepayable"),
    ("overdraft", "payables_extension"),
    ("receivables", "early_settlement"),
    ("owner_loan", "prepayable"),
    ("term_loan", "inventory"),
)
SEEDS_ALONE, SEEDS_TOGETHER = range(14), range(100, 108)

PLANS: list[tuple[tuple[str, ...], int]] = [((kind,), seed) for kind in ALONE for seed in SEEDS_ALONE]
PLANS += [(kinds, seed) for kinds in TOGETHER for seed in SEEDS_TOGETHER]
PLANS += [(("inventory", "revolver"), 50123), (("revolver", "revolver", "term_loan"), 50590)]  # have differed


@pytest.mark.parametrize(("kinds", "seed"), PLANS, ids=[f"{'+'.join(kinds)}-{seed}" for kinds, seed in PLANS])
def test_cost_and_feasibility_are_those_of_the_plain_simulator(kinds: tuple[str, ...], seed: int) -> None:
    plan = small_plan(seed, kinds)
    desk = Desk.of(cash_case(plan.world), plan.facilities, 0.95)
    outcome = desk.run(Proposal(desk.items, tuple(item.most for item in desk.items)))
    check_outcome(outcome)
    found = simulate(plan.world, [(item.facility, item.most) for item in desk.items])
    assert float(outcome.cost[0]) == pytest.approx(found.cost, rel=0, abs=FEN)
    assert bool(outcome.short[0]) is not found.feasible


def test_the_plans_hold_and_fall_short_with_every_term_that_matters() -> None:
    drawn = [small_plan(seed, (kind,)) for kind in ALONE for seed in SEEDS_ALONE]
    found = [simulate(plan.world, [(one, float(one.limit or 0)) for one in plan.facilities]) for plan in drawn]
    assert len(drawn) + len(TOGETHER) * len(SEEDS_TOGETHER) >= 200
    assert 0.25 < sum(one.feasible for one in found) / len(found) < 0.75
    assert sum(sum(one.drawn) > 0 for one in found) > 0.8 * len(found)
    offered = [one for plan in drawn for one in plan.facilities]
    for field in ("notice_days", "signing_days", "signed", "drawn", "available_from", "available_to", "commitment_fee"):
        assert sum(bool(getattr(one, field)) for one in offered) >= 5


SUNDAY = dt.date(2026, 10, 18)
LINE = Facility("line", "revolver", 200_000.0, annual_rate=0.06, notice_days=1)


def world(*flows: float, as_of: dt.date = SUNDAY, opening: float = 0.0) -> World:
    """A world of these flows from the day after as_of, where banks work from Monday to Friday."""
    days = [as_of + dt.timedelta(days=day) for day in range(len(flows) + 1)]
    banking = [day.weekday() < 5 for day in days]
    return World(as_of, opening, 0.0, 0.0, (0.0, *flows), banking, [False] * len(days))


def test_a_line_on_notice_brings_its_own_interest_of_the_month() -> None:
    # 40,000 are needed on Tuesday the 27th and come back a week later; interest is due on Saturday the 31st
    flows = [-40_000.0, *[0.0] * 6, 41_000.0, 0.0]
    found = simulate(world(*flows, as_of=dt.date(2026, 10, 26)), [(replace(LINE, notice_days=0), 200_000.0)])
    asked = simulate(world(0.0, *flows, as_of=dt.date(2026, 10, 25)), [(LINE, 200_000.0)])
    assert found.feasible
    assert asked.feasible
    night = 0.06 / 365
    due = 4 * 40_000 * night
    assert found.cost == pytest.approx(7 * 40_000 * night + 3 * due * night)
    # what is due on Saturday has to arrive on Friday, with a night's interest of its own
    assert asked.cost == pytest.approx(7 * 40_000 * night + 4 * due / (1 - night) * night)


def test_ten_days_of_an_overdraft_cost_ten_nights() -> None:
    owing = Facility("overdraft", "overdraft", 1000.0, annual_rate=0.12, drawn=1000.0, interest_due="maturity")
    assert simulate(world(*[0.0] * 10), [(owing, 1000.0)]).cost == pytest.approx(1000 * 0.12 * 10 / 365)


def test_a_loan_costs_its_contract_beyond_the_horizon_and_must_be_repaid() -> None:
    loan = Facility("loan", "term_loan", 1e5, annual_rate=0.05, day_count="act/360", tenor_days=365)
    assert simulate(world(*[0.0] * 30), [(loan, 1e5)]).cost == pytest.approx(1e5 * 0.05 * 365 / 360)
    short = replace(loan, tenor_days=30)
    assert not simulate(world(-1e5, *[0.0] * 29, opening=1000.0), [(short, 1e5)]).feasible
    assert simulate(world(-1e5, *[0.0] * 28, 1e5, opening=1000.0), [(short, 1e5)]).feasible


def two_on_notice() -> tuple[World, tuple[Facility, ...], float]:
    """Of 200 due on two days the cheap line, three days away, brings all on Wednesday, the dear one half on Tuesday."""
    slow = replace(LINE, name="slow", annual_rate=0.03, notice_days=3)
    return world(0.0, -100.0, -100.0, 0.0, 0.0, 0.0), (LINE, slow), (100 * 0.06 + 3 * 200 * 0.03) / 365


def a_small_base() -> tuple[World, tuple[Facility, ...], float]:
    """Of 100 due on Wednesday stock of 60 bears 30 for two nights, the line the rest."""
    stock = Facility("stock", "inventory", 1e3, annual_rate=0.03, notice_days=1, advance_rate=0.5, tenor_days=30)
    bought = replace(world(0.0, 0.0, -100.0, 0.0, 0.0), purchases={"stock": {1: 60.0}})
    return bought, (LINE, stock), 2 * (30 * 0.03 + 70 * 0.06) / 365


def a_base_that_ages() -> tuple[World, tuple[Facility, ...], float]:
    """The 80 advanced come due on Wednesday, when the receivables are six days old; the line has them two nights."""
    aged = Facility("aged", "receivables", 80.0, drawn=80.0, max_age_days=5)
    pool = replace(world(0.0, 0.0, 0.0, 0.0, 0.0), receivables=[Receivable("baitiao", -3, 9, 100.0)])
    return pool, (aged, LINE), 2 * 80 * 0.06 / 365


def a_payment_deferred() -> tuple[World, tuple[Facility, ...], float]:
    """Monday's 100 wait at 0.1 % a night; of Tuesday's 150 only 20 are not needed on Wednesday and pay 19.98."""
    payment = OtherFlow(SUNDAY + dt.timedelta(days=1), -100.0, "stock", movable_days=30)
    suppliers = Facility("suppliers", "payables_extension", 1e3, annual_rate=0.365)
    waiting = 100 - 20 / 1.001
    return replace(world(-100.0, 150.0, -130.0, 0.0, 100.0), payments=[payment]), (suppliers,), 0.1 + 3e-3 * waiting


def a_discount() -> tuple[World, tuple[Facility, ...], float]:
    """100 asked for a day ahead, of which 0.1 % a night is kept back for four nights, as nothing settles."""
    sold = Facility("sold", "factoring", 1e3, discount_rate=0.365, notice_days=1)
    pool = replace(world(0.0, -100.0, 0.0, 0.0, 0.0, 0.0), receivables=[Receivable("baitiao", 0, 30, 1000.0)])
    return pool, (sold,), 100 / (1 - 4e-3) * 4e-3


def a_loan_half_drawn() -> tuple[World, tuple[Facility, ...], float]:
    """Two halves for thirty nights each at 0.01 % a night, and a night's commitment fee on the second."""
    loan = Facility("loan", "term_loan", 1e4, annual_rate=0.0365, tenor_days=30, drawn=5e3, commitment_fee=0.0365)
    return world(0.0, 0.0, 0.0, 0.0, 0.0, opening=2e4), (replace(loan, signed=True),), 2 * 30 * 0.5 + 0.5


def payments_at_two_rates() -> tuple[World, tuple[Facility, ...], float]:
    """Of two payments of 100,000 the one at 0.2 % a night is halved after a night, by 50,100 with its own 100."""
    free = OtherFlow(SUNDAY + dt.timedelta(days=1), -1e5, "stock", movable_days=30)
    dear = OtherFlow(SUNDAY + dt.timedelta(days=2), -1e5, "stock", movable_days=30, deferral_cost=0.73)
    paying = replace(world(-1e5, -1e5, 50_100.0, 0.0, 0.0, 3e5), payments=[free, dear])
    return paying, (Facility("suppliers", "payables_extension", 1e6),), 200.0 + 3 * 100.0


def two_deferrals_under_way() -> tuple[World, tuple[Facility, ...], float]:
    """Three days ahead Monday's payment is deferred, then Tuesday's, while the first request is under way still."""
    days = [SUNDAY + dt.timedelta(days=day) for day in (8, 9)]
    payments = [OtherFlow(day, -100.0, "stock", movable_days=2) for day in days]
    noticed = Facility("suppliers", "payables_extension", 1e3, annual_rate=0.365, notice_days=3)
    late = world(*[0.0] * 7, -100.0, -100.0, 100.2, 100.2, 0.0)
    return replace(late, payments=payments), (noticed,), 2 * 2 * 0.1


def a_loan_to_come() -> tuple[World, tuple[Facility, ...], float]:
    """Sunday's 100 are lent on Saturday at 6 % for three nights: the dear line need not bring them on Friday."""
    saturday = SUNDAY + dt.timedelta(days=6)
    loan = Facility("loan", "term_loan", 101.0, annual_rate=0.06, tenor_days=3, draw_date=saturday)
    lent = world(*[0.0] * 6, -100.0, 102.0, 0.0, 0.0)
    return lent, (loan, replace(LINE, annual_rate=0.12)), 3 * 101 * 0.06 / 365


def an_owner_at_maturity() -> tuple[World, tuple[Facility, ...], float]:
    """The owner's 100,000 come back after three nights with 100 for each, of which the owner lends 100 anew."""
    owner = Facility("owner", "owner_loan", 1e5, annual_rate=0.365, tenor_days=3, interest_due="maturity")
    return world(-1e5, 0.0, 0.0, 100_200.0, 0.0, 200.0), (owner,), 300 + 2 * 0.1


def more_than_the_receivables_bear() -> tuple[World, tuple[Facility, ...], float]:
    """On Tuesday 60 of 100 are still open; the dear line brings the other 40 of what falls due then."""
    pool = Facility("pool", "receivables", 1e3, annual_rate=0.03, notice_days=1)
    open_until = [Receivable("baitiao", -3, 2, 40.0), Receivable("baitiao", -3, 30, 60.0)]
    paid = replace(world(0.0, -100.0, 0.0, 0.0), receivables=open_until)
    return paid, (pool, LINE), 2 * (60 * 0.03 + 40 * 0.06) / 365


@pytest.mark.parametrize(
    "drawn",
    [
        two_on_notice,
        a_small_base,
        a_base_that_ages,
        a_payment_deferred,
        a_discount,
        a_loan_half_drawn,
        payments_at_two_rates,
        two_deferrals_under_way,
        a_loan_to_come,
        an_owner_at_maturity,
        more_than_the_receivables_bear,
    ],
)
def test_what_holds_by_hand_holds_at_the_cost_by_hand(
    drawn: Callable[[], tuple[World, tuple[Facility, ...], float]],
) -> None:
    given, facilities, cost = drawn()
    both_hold(given, facilities, cost)


def both_hold(given: World, facilities: tuple[Facility, ...], cost: float) -> None:
    """Hold the rule and the plain simulator to a cost at which a plan holds with all that is offered."""
    desk = Desk.of(cash_case(given), facilities, 0.95)
    found = simulate(given, [(item.facility, item.most) for item in desk.items])
    outcome = desk.run(Proposal(desk.items, tuple(item.most for item in desk.items)))
    check_outcome(outcome)
    assert found.feasible
    assert not outcome.short[0]
    assert found.cost == pytest.approx(cost, abs=FEN)
    assert float(outcome.cost[0]) == pytest.approx(cost, abs=FEN)


OLD = Facility("owner", "owner_loan", 60_000.0, annual_rate=0.05, tenor_days=10, drawn=50_000.0, signed=True)


def flowing(as_of: dt.date, last: int, holiday: range = range(0), **flows: float) -> World:
    """A world of so many days with some flows, by day (``day_9 = 40_000.0``), and a public holiday."""
    found = world(*[flows.get(f"day_{day}", 0.0) for day in range(1, last + 1)], as_of=as_of)
    shut = [day in holiday for day in range(last + 1)]
    banking = [works and not closed for works, closed in zip(found.banking, shut, strict=True)]
    return replace(found, banking=banking, holiday=shut)


@pytest.mark.parametrize("tenor", [8, 9, 10, 11, 14, 16, 20])
def test_an_owners_loan_that_falls_due_on_a_holiday_is_renewed_before_it(tenor: int) -> None:
    # 50,000 for 30 nights; the interest of September is paid on the 30th, with what bears it for 21
    night = 0.05 / 365
    cost = (30 * 50_000 + 21 * 9 * 50_000 * night) * night
    shut = flowing(dt.date(2026, 9, 21), 40, holiday=range(10, 17), day_30=80_000.0)
    both_hold(shut, (replace(OLD, tenor_days=tenor),), cost)


@pytest.mark.parametrize("notice", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("tenor", [8, 9, 10, 12])
@pytest.mark.parametrize("limit", [60_000.0, 100_000.0])
def test_an_owners_loan_on_notice_is_renewed_in_room_that_it_makes_itself(
    notice: int, tenor: int, limit: float
) -> None:
    # 50,000 for 30 nights but two, and the interest of July, paid on its last day, for five
    night = 0.1 / 365
    owed = 30 * 50_000 - 2 * 40_000
    july = 25 * 50_000 - 2 * 40_000
    owner = replace(OLD, limit=limit, annual_rate=0.1, tenor_days=tenor, notice_days=notice)
    given = flowing(dt.date(2026, 7, 6), 40, day_9=40_000.0, day_11=-40_000.0, day_30=80_000.0)
    both_hold(given, (owner,), (owed + 5 * july * night) * night)


@pytest.mark.parametrize("notice", [0, 1, 3, 4, 5])
def test_a_surplus_to_come_is_counted_to_repay_what_is_still_under_way(notice: int) -> None:
    # what is asked for on day 8 is repaid on day 9 with all else that comes then, and drawn again on day 10
    line = replace(LINE, annual_rate=0.1, drawn=50_000.0, signed=True, notice_days=notice, interest_due="maturity")
    given = flowing(dt.date(2026, 7, 6), 30, day_8=-40_000.0, day_9=60_000.0, day_10=-30_000.0, day_25=80_000.0)
    owed = 8 * 50_000 + 90_000 + 30_000 + 15 * 60_000
    both_hold(given, (line,), owed * 0.1 / 365)


@pytest.mark.parametrize(("tenor", "notice"), [(3, 2), (4, 3), (5, 4)])
@pytest.mark.parametrize("needed", [8, 9, 10, 11])
def test_an_owners_loan_that_is_still_under_way_is_renewed_as_well(tenor: int, notice: int, needed: int) -> None:
    # 20,000 from the day of the need to day 26, and no night twice: each renewal repays what it renews
    owner = Facility("owner", "owner_loan", 21_000.0, annual_rate=0.1, tenor_days=tenor, notice_days=notice)
    flows = {f"day_{needed}": -20_000.0, "day_26": 60_000.0}
    given = flowing(dt.date(2026, 3, 1), 30, range(0), **flows)
    both_hold(given, (owner,), (26 - needed) * 20_000 * 0.1 / 365)
