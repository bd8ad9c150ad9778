"""The programme that proposes limits: the closed form of one line and a fallback, bases, and what must hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of

from forecast.financing.desk import Desk, Proposal
from forecast.financing.programme import _Lacking, build, planning_paths, propose, required_drawings
from forecast.plan.model import Facility

LINE = Facility(
    "line",
    "revolver",
    1e9,
    annual_rate=0.05,
    day_count="act/360",
    arrangement_fee=0.001,
    commitment_fee=0.004,
)
FALLBACK = Facility("fallback", "overdraft", 1e9, annual_rate=0.20, day_count="act/360")
RNG = np.random.default_rng(7)
WALKS = RNG.normal(-3.0, 60.0, (60, 40)).round()


def limits(desk: Desk, holding: int) -> list[float]:
    programme = build(desk, holding)
    assert programme is not None
    found = propose(programme)
    assert found is not None
    return [float(limit) for limit in found]


def test_one_line_and_a_dearer_fallback_meet_the_closed_form() -> None:
    # E[days on which need > L] = (upfront fee × 360 + commitment × T) ÷ (fallback rate − line rate + commitment)
    desk = Desk.of(case_of(WALKS, opening=0.0), [LINE, FALLBACK], 0.95)
    limit = limits(desk, 60)[0]
    wanted = (0.001 * 360 + 0.004 * 39) / (0.20 - 0.05 + 0.004)
    # the close-out evening costs no night
    needs = required_drawings(desk)[:-1]

    def days_above(amount: float) -> float:
        return float((needs > amount).sum(axis=0).mean())

    # the programme counts that evening, too: at most one more day
    assert days_above(limit + 1.0) <= wanted
    assert wanted <= days_above(limit - 1.0) + 1.0
    # and the rule finds no better limit on either side
    fallback = float(needs.max())

    def cost(amount: float) -> float:
        return float(desk.run(Proposal(desk.items, (amount, fallback * 1.1))).cost.mean())

    assert cost(limit) <= min(cost(limit * 0.8), cost(limit * 1.2))


def test_without_fees_the_cheapest_takes_all() -> None:
    desk = Desk.of(
        case_of(WALKS, opening=0.0), [replace(LINE, arrangement_fee=0.0, commitment_fee=0.0), FALLBACK], 0.95
    )
    line, fallback = limits(desk, 60)
    assert line == pytest.approx(required_drawings(desk).max(), abs=1.0)
    assert fallback == pytest.approx(0.0, abs=1.0)


def test_the_paths_of_the_largest_needs_may_lack() -> None:
    desk = Desk.of(case_of(WALKS, opening=0.0), [LINE], 0.95)
    needs = np.sort(required_drawings(desk).max(axis=0))
    assert limits(desk, 57)[0] == pytest.approx(needs[56], abs=1.0)
    assert limits(desk, 60)[0] == pytest.approx(needs[59], abs=1.0)


def test_a_base_bounds_what_may_be_owed() -> None:
    receivables = np.full((1, 1, 4), 100.0)
    case = case_of([[-150.0, 0, 0, 0]], opening=0.0, receivables=receivables, opening_receivables=100.0)
    desk = Desk.of(case, [replace(RECEIVABLES, service_fee=0.0), OVERDRAFT], 0.95)
    by_name = dict(zip([item.facility.name for item in desk.items], limits(desk, 1), strict=True))
    assert by_name == {"receivables_finance": pytest.approx(80.0), "overdraft": pytest.approx(70.0)}


def test_a_term_loans_amount_is_one_for_all_paths_and_days() -> None:
    case = case_of([[-100.0] + [0.0] * 19, [-80.0] + [0.0] * 19], opening=0.0)
    desk = Desk.of(case, [replace(TERM_LOAN, annual_rate=0.01, tenor_days=20), OVERDRAFT], 0.95)
    by_name = dict(zip([item.facility.name for item in desk.items], limits(desk, 2), strict=True))
    # half of the paths need the last 20: 9 % on them is dearer than 1 % on all
    assert by_name["term_loan"] == pytest.approx(100.0)
    assert by_name["overdraft"] == pytest.approx(0.0)


def test_what_is_owed_on_as_of_must_be_carried() -> None:
    desk = Desk.of(case_of([[-10.0, 0.0]], opening=0.0), [replace(OVERDRAFT, drawn=25.0, signed=True)], 0.95)
    assert required_drawings(desk)[:, 0].tolist() == [35.0, 35.0]


def test_paths_are_chosen_evenly_by_need_with_the_last_that_must_hold() -> None:
    required = np.zeros((30, 1000))
    required[:] = np.random.default_rng(1).permutation(1000) + 1.0
    chosen, must_hold = planning_paths(required, 961)
    needs = required[0, chosen]
    assert needs.min() == 1
    assert needs.max() == 1000
    assert needs[must_hold].max() == 961
    assert 40 <= chosen.size <= 60


def test_without_a_lack_or_a_facility_there_is_no_programme() -> None:
    assert build(Desk.of(case_of([[10.0]]), [OVERDRAFT], 0.95), 1) is None
    assert build(Desk.of(case_of([[-10.0]]), [], 0.95), 1) is None


@pytest.mark.parametrize(("days", "chosen"), [(1, 200), (30, 50), (75, 20), (500, 12)])
def test_so_many_paths_are_planned_on_that_their_lacking_evenings_are_fifteen_hundred(days: int, chosen: int) -> None:
    required = np.zeros((600, 1000))
    required[:days] = np.random.default_rng(1).permutation(1000) + 1.0
    paths, must_hold = planning_paths(required, 1000)
    assert paths.size == chosen
    assert must_hold.all()
    every, holding = planning_paths(required, 950, everything=True)
    assert sorted(every.tolist()) == list(range(1000))
    assert int(holding.sum()) == 950
    assert required[0, every].tolist() == sorted(required[0].tolist())


def test_a_spell_is_the_mean_run_of_evenings_with_more_than_half_of_the_largest_need() -> None:
    required = np.array([[0.0, 10.0, 0.0], [60.0, 90.0, 0.0], [100.0, 10.0, 0.0], [50.0, 0.0, 0.0], [90.0, 0.0, 0.0]])
    lacking = _Lacking.of(required, np.array([1, 0]), np.array([True, False]))
    # runs of two and one on the first path, of one on the second
    assert lacking.spell == pytest.approx(4 / 3)
    assert lacking.paths == 2
    assert lacking.day.tolist() == [0, 1, 1, 2, 2, 3, 4]
    assert lacking.path.tolist() == [1, 1, 0, 1, 0, 0, 0]
    assert lacking.amount == pytest.approx(np.array([10.0, 90.0, 60.0, 10.0, 100.0, 50.0, 90.0]) / 1e5)
    assert lacking.must_hold.tolist() == [True, True, False, True, False, False, False]
    assert _Lacking.of(np.zeros((3, 2)), np.array([0, 1]), np.array([True, True])).spell == 0.0


def test_a_yuan_of_limit_a_day_owed_and_a_day_short_have_their_prices() -> None:
    """Two paths, of which one may lack: what may lack costs hardly more than the dearest, what must hold far more."""
    desk = Desk.of(case_of([[-100.0, 100.0], [-300.0, 300.0]], opening=0.0), [LINE, FALLBACK], 0.5)
    programme = build(desk, 1, everything=True)
    assert programme is not None
    line, fallback = desk.items
    limits_cost = [line.limit_cost + 1e-6, fallback.limit_cost + 1e-6]
    rates = [line.daily_rate(1.0), fallback.daily_rate(1.0)]
    held, lacking = 10.0 * (limits_cost[0] + rates[1]), 1.01 * rates[1] / 2
    per_evening = [rate / 2 for rate in rates for _ in range(2)]
    assert programme.cost == pytest.approx([*limits_cost, *per_evening, held, lacking])
    assert programme.upper.tolist() == [*[1e4] * 6, np.inf, np.inf]
    # each evening is covered by what is owed or short, which no limit lets exceed it
    assert programme.most.tolist() == pytest.approx([-100 / 1e5, -300 / 1e5, 0.0, 0.0, 0.0, 0.0])
    assert programme.rows.toarray()[:2].tolist() == [[0, 0, -1, 0, -1, 0, -1, 0], [0, 0, 0, -1, 0, -1, 0, -1]]
    assert programme.rows.toarray()[2:].tolist() == [
        [-1, 0, 1, 0, 0, 0, 0, 0],
        [-1, 0, 0, 1, 0, 0, 0, 0],
        [0, -1, 0, 0, 1, 0, 0, 0],
        [0, -1, 0, 0, 0, 1, 0, 0],
    ]
