"""Time and memory of the choice of financing: ``python -m benchmarks.financing_choice``.

120 days × 500 paths × 6 facilities of a shop that buys stock before a promotion: the whole comparison (options, mix,
judgement on unseen paths, foresight bound), then the programme alone on every path and lacking evening, built by the
planner and solved by bare HiGHS (interior point) on the same matrix, in the same run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
import time
from typing import Any

import numpy as np
from scipy.optimize import linprog

from forecast.cash import CashCase, ChannelCash
from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal, ranks
from forecast.financing.programme import UNIT, build
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility

FACILITIES = (
    Facility(
        "bank_line",
        "revolver",
        5e6,
        annual_rate=0.0435,
        day_count="act/360",
        arrangement_fee=0.001,
        commitment_fee=0.002,
        notice_days=1,
        minimum_draw=10_000.0,
    ),
    Facility("receivables", "receivables", 3e6, annual_rate=0.06, advance_rate=0.8, service_fee=0.002),
    Facility("overdraft", "overdraft", 1e6, annual_rate=0.12),
    Facility("term_loan", "term_loan", 5e6, annual_rate=0.05, day_count="act/360", tenor_days=90),
    Facility("factoring", "factoring", 3e6, advance_rate=0.9, discount_rate=0.075, service_fee=0.003),
    Facility("owner", "owner_loan", 2e6, annual_rate=0.08, tenor_days=30),
)


def shop(paths: int, count: int, seed: int) -> CashCase:
    """A shop whose sales settle after a week and which buys stock for six millions before its promotion."""
    lag, usual = 7, 400_000.0
    rng = np.random.default_rng(seed)
    expected = np.full(count, usual)
    expected[20:26] *= (2, 4, 8, 3, 2, 1.5)
    sales = expected * np.exp(rng.normal(0, 0.12, (paths, 1))) * np.exp(rng.normal(0, 0.15, (paths, count)))
    settled = np.full((paths, 1, count), usual * 0.95)
    settled[:, 0, lag:] = sales[:, :-lag] * 0.95
    stock = np.zeros(count)
    stock[12] = 6e6
    days = np.datetime64("2026-10-19") + np.arange(count)
    return CashCase(
        days=days,
        as_of=dt.date(2026, 10, 18),
        opening_balance=3.2e6,
        minimum_balance=5e5,
        surplus_rate=0.0,
        flows=settled[:, 0] - 340_000.0 - stock,
        channels=("all",),
        opening_receivables=np.array([lag * usual]),
        banking_day=np.is_busday(days),
        by_channel=ChannelCash(
            settled=settled,
            receivables=(lag * usual + np.cumsum(sales - settled[:, 0] / 0.95, axis=1))[:, None],
        ),
        purchases={"stock": stock},
    )


def peak_megabytes() -> float:
    """Peak memory of this process so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Print the times, the memory, and what either way costs when the rule carries it out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=500)
    parser.add_argument("--days", type=int, default=120)
    arguments = parser.parse_args()
    case = shop(arguments.paths, arguments.days, 1)
    begin = time.perf_counter()
    best = compare(case, FACILITIES, 0.95, case_buffer(case, 0.95).buffer).recommended
    print(f"the choice: {time.perf_counter() - begin:.1f} s, {peak_megabytes():.0f} MB")
    mix = ", ".join(f"{part.facility} {part.limit_used:,.0f}" for part in best.mix)
    print(
        f"  {mix}: cost {best.expected_cost:,.0f}, lower bound {best.lower_bound:,.0f}, "
        f"short on {best.shortfall_probability:.1%} of {best.judged_paths} unseen paths"
    )
    desk = Desk.of(case, FACILITIES, 0.95)
    begin = time.perf_counter()
    programme = build(desk, ranks(desk)[0], everything=True)
    if programme is None:
        return
    built = time.perf_counter() - begin
    begin = time.perf_counter()
    rows: Any = programme.rows  # scipy takes sparse matrices here, its stubs do not
    bounds = [(0.0, most) for most in programme.upper.tolist()]
    solution = linprog(programme.cost, A_ub=rows, b_ub=programme.most, bounds=bounds, method="highs-ipm")
    height, width = programme.rows.shape
    print(
        f"bare HiGHS, every path ({height:,} rows, {width:,} columns, {programme.rows.nnz:,} non-zeros): "
        f"built in {built:.1f} s, solved in {time.perf_counter() - begin:.1f} s, {peak_megabytes():.0f} MB"
    )
    limits = np.asarray(solution.x)[: len(desk.items)] * UNIT
    carried = desk.run(Proposal(desk.items, tuple(limits.tolist()), 0.5))
    print(f"  its limits carried out by the rule: cost {carried.cost.mean():,.0f}, short on {carried.short.mean():.1%}")


if __name__ == "__main__":
    main()
