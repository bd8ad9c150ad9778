"""The least-cost programme: the short-term financing problem of Cornuejols and Tütüncü, chapter 3."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from forecast.errors import InputError
from forecast.financing.optimise import Instrument, LeastCost, least_cost

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "financing.json"
FLOWS = [-150.0, -100.0, 200.0, -200.0, 50.0, 300.0]
LINE = Instrument("line", 0.12, 100.0)
PAPER = Instrument("paper", 0.08, tenor=3)


def assert_carried(found: LeastCost, flows: list[float], rate_of_surplus: float) -> None:
    """Cash of every period adds up, nothing is negative, wealth = flows − cost + surplus income."""
    held = 0.0
    for period, flow in enumerate(flows):
        brought = sum(found.draws[name][period] - found.repayments[name][period] for name in found.draws)
        held = held * (1 + rate_of_surplus) + flow + brought
        expected = found.final_wealth if period == len(flows) - 1 else found.surplus[period]
        assert held == pytest.approx(expected, abs=1e-6)
    assert found.surplus[-1] == 0.0  # no period follows to which it could be held
    assert min(found.surplus.min(), *(draws.min() for draws in found.draws.values())) >= -1e-9
    assert found.final_wealth == pytest.approx(sum(flows) - found.cost + found.surplus_income)


def test_short_term_financing() -> None:
    found = least_cost(FLOWS, [1 / 12] * 6, [LINE, PAPER], 0.036)
    assert found.final_wealth == pytest.approx(92.4969491525, abs=1e-9)
    assert found.draws["paper"][0] == pytest.approx(150)
    assert found.surplus[2] == pytest.approx(351.94417, abs=1e-5)
    assert found.draws["line"].max() <= 100 + 1e-9
    assert found.marginal_values == pytest.approx([1.037288, 1.0302, 1.02, 1.016949, 1.01, 1], abs=1e-6)
    assert_carried(found, FLOWS, 0.003)


def test_periods_may_differ_in_length() -> None:
    # 100 for a quarter, then 50 for a half year at 8 %
    found = least_cost([-100.0, 52.0, 60.0], [0.25, 0.5], [Instrument("line", 0.08)])
    assert found.cost == pytest.approx(100 * 0.02 + 50 * 0.04)
    assert found.final_wealth == pytest.approx(8.0)


def test_flows_that_the_limits_cannot_carry_are_refused_with_what_is_missing() -> None:
    with pytest.raises(InputError, match=r"at least 50\.00 more"):
        least_cost([-150.0, 200.0], [1 / 12], [LINE])


@pytest.mark.parametrize(
    ("flows", "years", "facilities"),
    [
        ([], [], [LINE]),
        ([1.0, float("nan")], [1.0], [LINE]),
        ([1.0, 2.0], [1.0, 1.0, 1.0], [LINE]),
        ([1.0, 2.0], [0.0], [LINE]),
        ([1.0, 2.0], [1.0], [LINE, LINE]),
        ([1.0, 2.0], [1.0], [Instrument("odd", 0.1, tenor=0)]),
    ],
)
def test_figures_that_make_no_sense_are_refused(
    flows: list[float], years: list[float], facilities: list[Instrument]
) -> None:
    with pytest.raises(InputError):
        least_cost(flows, years, facilities)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12), st.floats(0, 0.05))
def test_every_schedule_adds_up(flows: list[float], surplus_rate: float) -> None:
    years = [1 / 12] * (len(flows) - 1)
    flows[-1] += 1e8
    scale = max(abs(flow) for flow in flows)
    found = least_cost([flow / scale for flow in flows], years, [Instrument("line", 0.06), PAPER], surplus_rate)
    assert_carried(found, [flow / scale for flow in flows], surplus_rate / 12)


def test_a_larger_limit_never_leaves_less() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        flows = [*rng.normal(0, 100, 8).tolist(), 1000.0]
        dear = Instrument("dear", 0.2)
        wealth = [
            least_cost(flows, [1 / 12] * 8, [Instrument("cheap", 0.05, limit), dear]).final_wealth
            for limit in (0.0, 50.0, 100.0, 1000.0)
        ]
        assert wealth == sorted(wealth)


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of published cases is not beside the repository")
def test_published_case() -> None:
    case = json.loads(SHARED.read_text(encoding="utf-8"))["short_term_financing"]
    line = Instrument("line", 12 * case["line_rate_month"], case["line_limit"])
    paper = Instrument("paper", 4 * case["paper_rate_3_months"], tenor=3)
    found = least_cost(case["net_flows"], [1 / 12] * 6, [line, paper], 12 * case["surplus_rate_month"])
    assert found.final_wealth == pytest.approx(case["final_wealth"], abs=1e-9)
    assert found.marginal_values == pytest.approx([-price for price in case["shadow_prices"]], abs=1e-6)
    assert_carried(found, case["net_flows"], case["surplus_rate_month"])


def independent_wealth(
    flows: list[float], years: list[float], facilities: list[Instrument], surplus_rate: float
) -> float:
    """Give the best final wealth by another formulation: balances by period in a dense programme, nothing scaled.

    Columns: by instrument and period what is drawn; what a credit line owes is drawn anew each period. Wealth is
    the last period's cash, cash of each period being what all drawings so far have left of the flows.
    """
    count = len(flows)
    columns = [(item, start) for item in facilities for start in range(count)]
    effect = np.zeros((count, len(columns)))
    for column, (item, start) in enumerate(columns):
        end = start + (item.tenor or 1)
        if end < count:
            effect[start, column] += 1.0
            effect[end, column] -= 1.0 + item.rate * sum(years[start:end])
    # cash held after each period: C f + C effect x ≥ 0, C compounding at the surplus rate
    compound = np.zeros((count, count))
    for row in range(count):
        for column in range(row + 1):
            compound[row, column] = np.prod([1 + surplus_rate * year for year in years[column:row]])
    held, moved = compound @ np.array(flows), compound @ effect
    rows, most = [-moved[:-1]], [held[:-1]]
    for item in facilities:
        if np.isfinite(item.limit):
            owed = np.zeros((count, len(columns)))
            for column, (other, start) in enumerate(columns):
                if other is item:
                    owed[start : start + (item.tenor or 1), column] = 1.0
            rows.append(owed)
            most.append(np.full(count, item.limit))
    usable = [(0, None) if start + (item.tenor or 1) < count else (0, 0) for item, start in columns]
    answer = linprog(-moved[-1], A_ub=np.vstack(rows), b_ub=np.concatenate(most), bounds=usable, method="highs-ds")
    assert answer.status == 0
    return float(held[-1] - float(np.asarray(answer.fun)))


@pytest.mark.parametrize("seed", range(20))
def test_variants_agree_with_another_formulation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(4, 11))
    flows = [*rng.normal(-40.0, 150.0, count - 1).round().tolist(), 400.0]
    years = rng.choice([1 / 52, 1 / 12, 0.25], count - 1).tolist()
    facilities = [
        Instrument("line", float(rng.uniform(0.05, 0.2)), float(rng.choice([50.0, 100.0, 200.0]))),
        Instrument("paper", float(rng.uniform(0.03, 0.2)), tenor=int(rng.integers(2, 4))),
        Instrument("notes", float(rng.uniform(0.02, 0.1)), 80.0, tenor=int(rng.integers(1, 5))),
        Instrument("dear", 0.6),
    ]
    surplus_rate = float(rng.choice([0.0, 0.036]))
    found = least_cost(flows, years, facilities, surplus_rate)
    assert found.final_wealth == pytest.approx(independent_wealth(flows, years, facilities, surplus_rate), abs=1e-5)


def test_a_schedule_is_read_period_by_period() -> None:
    """100 are lacking; paper of two periods costs less than the line of one, which carries what the limit leaves."""
    paper = Instrument("paper", 0.12, 60.0, tenor=2)
    found = least_cost([-100.0, 0.0, 110.0], [0.25, 0.5], [Instrument("line", 0.2), paper])
    assert found.draws["paper"] == pytest.approx([60.0, 0.0, 0.0])
    assert found.repayments["paper"] == pytest.approx([0.0, 0.0, 60 * (1 + 0.12 * 0.75)])
    assert found.draws["line"] == pytest.approx([40.0, 42.0, 0.0])
    assert found.repayments["line"] == pytest.approx([0.0, 42.0, 46.2])
    assert found.cost == pytest.approx(5.4 + 2.0 + 4.2)
    assert found.surplus == pytest.approx([0.0, 0.0, 0.0])
    assert found.surplus_income == 0.0
    assert found.final_wealth == pytest.approx(10.0 - 11.6)


def test_a_surplus_earns_by_the_length_of_the_period_it_is_held_for() -> None:
    found = least_cost([100.0, 20.0, -10.0], [0.25, 0.5], [], 0.04)
    assert found.surplus == pytest.approx([100.0, 121.0, 0.0])
    assert found.surplus_income == pytest.approx(1.0 + 2.42)
    assert found.final_wealth == pytest.approx(113.42)
    assert found.marginal_values == pytest.approx([1.01 * 1.02, 1.02, 1.0])


def test_what_is_outstanding_at_once_stays_within_the_limit_and_what_is_missing_is_told() -> None:
    paper = Instrument("paper", 0.0, 100.0, tenor=2)
    with pytest.raises(InputError, match=r"at least 20\.00 more"):
        least_cost([-60.0, -60.0, 60.0, 60.0], [1.0] * 3, [paper])
    longer = replace(paper, limit=120.0)
    assert least_cost([-60.0, -60.0, 60.0, 60.0], [1.0] * 3, [longer]).draws["paper"][:2] == pytest.approx([60.0, 60.0])
