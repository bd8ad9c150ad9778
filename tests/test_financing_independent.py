"""The daily rule against a second one in plain Python: random deterministic plans, to the fen; and both by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from facility_plans import cash_case, small_plan
from facility_simulator import simulate
from facility_world import World

from forecast.financing.policy import check_outcome
from forecast.financing.sizing import Desk, Proposal
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

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

PENDING: dict[tuple[str, int], str] = {}
"""Plans on which the planner is known to be wrong, by kinds and seed, with the reason."""


def plans() -> Iterator[ParameterSet]:
    """Every plan: each kind alone, and two together."""
    drawn: list[tuple[tuple[str, ...], int]] = [((kind,), seed) for kind in ALONE for seed in SEEDS_ALONE]
    drawn += [(kinds, seed) for kinds in TOGETHER for seed in SEEDS_TOGETHER]
    for kinds, seed in drawn:
        name = "+".join(kinds)
        reason = PENDING.get((name, seed))
        marks = () if reason is None else (pytest.mark.xfail(reason=reason, strict=True),)
        yield pytest.param(kinds, seed, id=f"{name}-{seed}", marks=marks)


@pytest.mark.parametrize(("kinds", "seed"), list(plans()))
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
        assert sum(bool(getattr(one, field)) for one in offered) >= 10


MONDAY = dt.date(2026, 10, 19)
LINE = Facility("line", "revolver", 200_000.0, annual_rate=0.06, notice_days=1)


def world(*flows: float, as_of: dt.date = MONDAY, opening: float = 0.0) -> World:
    """A world of these flows from the day after as_of, where banks work from Monday to Friday."""
    days = [as_of + dt.timedelta(days=day) for day in range(len(flows) + 1)]
    return World(as_of, opening, 0.0, 0.0, (0.0, *flows), [day.weekday() < 5 for day in days], [False] * len(days))


def test_a_line_on_notice_brings_its_own_interest_of_the_month() -> None:
    # 40,000 on Tuesday the 27th, 41,000 back a week later; interest of four nights falls due on Saturday the 31st
    found = simulate(world(-40_000.0, *[0.0] * 6, 41_000.0, 0.0, as_of=dt.date(2026, 10, 26)), [(LINE, 200_000.0)])
    assert found.feasible
    # three nights to Friday's, on which 26.67 more arrive for the interest of four nights, and four to the repayment
    due = 40_000 * 4 * 0.06 / 365
    extra = due / (1 - 0.06 / 365)
    assert found.cost == pytest.approx(7 * 40_000 * 0.06 / 365 + 4 * extra * 0.06 / 365, abs=1.0)


def test_ten_days_of_an_overdraft_cost_ten_nights() -> None:
    owing = Facility("overdraft", "overdraft", 1000.0, annual_rate=0.12, drawn=1000.0, interest_due="maturity")
    assert simulate(world(*[0.0] * 10), [(owing, 1000.0)]).cost == pytest.approx(1000 * 0.12 * 10 / 365)


def test_a_loan_costs_its_contract_beyond_the_horizon_and_must_be_repaid() -> None:
    loan = Facility("loan", "term_loan", 1e5, annual_rate=0.05, day_count="act/360", tenor_days=365)
    assert simulate(world(*[0.0] * 30), [(loan, 1e5)]).cost == pytest.approx(1e5 * 0.05 * 365 / 360)
    short = replace(loan, tenor_days=30)
    assert not simulate(world(-1e5, *[0.0] * 29, opening=1000.0), [(short, 1e5)]).feasible
    assert simulate(world(-1e5, *[0.0] * 28, 1e5, opening=1000.0), [(short, 1e5)]).feasible
