"""Is any mix on a grid of limits cheaper than the recommended one at equal risk: ``python -m benchmarks.brute_force``.

For each of 20 small random plans of two to four facilities: the recommended mix, then the cheapest of all limits on a
grid, made finer twice about the best, each carried by the same daily rule through the same paths. Equal risk: short on
no more of these paths than the recommended mix. It passes where it costs at most 1 % more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import CashCase, ChannelCash
from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal
from forecast.liquidity import case_buffer
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.financing.kinds.terms import Terms

CONFIDENCE = 0.95
ALLOWED = 0.01
"""How much more than the best on the grid the recommended mix may cost, as a share."""

DAYS, LAG, USUAL = 30, 5, 40_000.0
LEVELS = {1: 41, 2: 21, 3: 9, 4: 6}
"""Limits tried of each facility, by the number of facilities; every finer grid has five."""

RESERVES = (0.5, 0.8, 0.95, 1.0)
"""Quantiles of the cash kept for facilities on notice."""

OFFERED = (
    Facility("line", "revolver", 800_000.0, day_count="act/360", notice_days=1, minimum_draw=1_000.0),
    Facility("overdraft", "overdraft", 600_000.0),
    Facility("loan", "term_loan", 800_000.0, day_count="30/360", tenor_days=20, interest_due="maturity"),
    Facility("receivables", "receivables", 500_000.0, advance_rate=0.8, service_fee=0.001),
    Facility("factoring", "factoring", 400_000.0, advance_rate=0.9),
    Facility("owner", "owner_loan", 300_000.0, tenor_days=12),
    Facility("early", "early_settlement", 300_000.0, fee_per_day=0.0003),
    Facility("stock_loan", "inventory", 500_000.0, advance_rate=0.7, tenor_days=25),
)


@dataclass(frozen=True)
class Judgement:
    """The recommended mix beside the best on the grid: yuan, and the share of paths on which either falls short."""

    offered: tuple[str, ...]
    feasible: bool
    cost: float
    best: float
    short: float
    tried: int
    mixes: tuple[dict[str, float], dict[str, float]]  # limits by facility: the recommended ones and the best

    @property
    def excess(self) -> float:
        """What the recommended mix costs more than the best on the grid, as a share of it."""
        return self.cost / self.best - 1 if self.best > 0 else float(self.cost > 0)

    @property
    def passes(self) -> bool:
        """Whether it costs at most what is allowed more."""
        return self.excess <= ALLOWED


def random_plan(seed: int, paths: int, facilities: int | None = None) -> tuple[CashCase, tuple[Facility, ...]]:
    """Give a small shop that buys stock before its best days, and two to four facilities of differing terms."""
    rng, numbers = np.random.default_rng(seed), random.Random(seed)  # noqa: S311  # plans, no secrets
    sales = USUAL * np.exp(rng.normal(0, 0.15, (paths, 1)) + rng.normal(0, 0.2, (paths, DAYS)))
    peak = numbers.randint(10, 20)
    sales[:, peak : peak + 3] *= 4
    settled = np.full((paths, 1, DAYS), USUAL)
    settled[:, 0, LAG:] = sales[:, :-LAG]
    stock = np.zeros(DAYS)
    stock[numbers.randint(2, 8)] = numbers.uniform(8, 15) * USUAL
    as_of = dt.date(2026, numbers.randint(1, 12), numbers.randint(1, 28))
    days = np.datetime64(as_of, "D") + 1 + np.arange(DAYS)
    case = CashCase(
        days=days,
        as_of=as_of,
        opening_balance=numbers.uniform(2, 6) * USUAL,
        minimum_balance=USUAL,
        surplus_rate=0.0,
        flows=settled[:, 0] - 0.95 * USUAL - stock,
        channels=("all",),
        opening_receivables=np.array([LAG * USUAL]),
        banking_day=np.is_busday(days),
        by_channel=ChannelCash(settled, (LAG * USUAL + np.cumsum(sales - settled[:, 0], axis=1))[:, None]),
        purchases={"stock": stock},
    )
    count = facilities or numbers.randint(2, 4)
    return case, tuple(priced(numbers, one) for one in numbers.sample(OFFERED, count))


def priced(numbers: random.Random, offered: Facility) -> Facility:
    """Give a facility with a rate and fees of its own."""
    return replace(
        offered,
        annual_rate=numbers.uniform(0.03, 0.15) if offered.kind != "early_settlement" else 0.0,
        arrangement_fee=numbers.choice([0.0, 0.0, 0.0005, 0.002]),
        commitment_fee=numbers.choice([0.0, 0.0, 0.005]),
    )


def judge(case: CashCase, facilities: Sequence[Facility], levels: int | None = None) -> Judgement:
    """Hold the recommended mix of a plan against every mix on a grid; ``levels``: limits tried of each facility."""
    recommended = compare(case, facilities, CONFIDENCE, case_buffer(case, CONFIDENCE).buffer).recommended
    desk = Desk.of(case, facilities, CONFIDENCE)
    allowed = int(recommended.outcome.short.sum())
    need = float((desk.days.minimum - desk.days.opening - desk.days.cumulated).max())
    tops = [min(item.most, 1.05 * need) for item in desk.items]
    steps = levels or LEVELS[len(tops)]
    grid = [np.linspace(0.0, top, steps) for top in tops]
    best, at, tried = np.inf, tuple(tops), 0
    for width in (1.0, 1 / (steps - 1), 0.5 / (steps - 1)):
        if width < 1:
            grid = [_about(limit, width * top, top) for limit, top in zip(at, tops, strict=True)]
        cost, limits, runs = _cheapest(desk, grid, allowed)
        tried += runs
        if cost < best:
            best, at = cost, limits
    return Judgement(
        tuple(one.name for one in facilities),
        recommended.feasible,
        recommended.expected_cost,
        best,
        allowed / desk.paths,
        tried,
        (
            {part.facility: part.limit_used or 0.0 for part in recommended.mix},
            {item.facility.name: limit for item, limit in zip(desk.items, at, strict=True) if limit > 0},
        ),
    )


def _about(limit: float, reach: float, top: float) -> np.ndarray:
    """Give five limits about one."""
    return np.unique(np.clip(np.linspace(limit - reach, limit + reach, 5), 0.0, top))


def _cheapest(desk: Desk, grid: Iterable[np.ndarray], allowed: int) -> tuple[float, tuple[float, ...], int]:
    """Give the least mean cost of the limits that are short on no more paths than allowed, these, and the runs."""
    best, at, tried = np.inf, (), 0
    for limits in itertools.product(*(values.tolist() for values in grid)):
        for reserve in RESERVES if _asks(desk.items, limits) else RESERVES[-1:]:
            outcome = desk.run(Proposal(desk.items, limits, reserve))
            tried += 1
            cost = float(outcome.cost.mean())
            if cost < best and int(outcome.short.sum()) <= allowed:
                best, at = cost, limits
    return best, at, tried


def _asks(items: Sequence[Terms], limits: Sequence[float]) -> bool:
    """Whether cash is kept for a facility that has a limit."""
    return any(item.keeps_reserve and limit > 0 for item, limit in zip(items, limits, strict=True))


def written(mix: dict[str, float]) -> str:
    """Give a mix in words."""
    return ", ".join(f"{name} {limit:,.0f}" for name, limit in mix.items()) or "nothing"


def main() -> None:
    """Print a line a plan, then how many pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="seed of the first plan")
    parser.add_argument("--paths", type=int, default=200)
    arguments = parser.parse_args()
    passed = 0
    print(
        "plan  feasible  short  recommended  best on the grid  excess   mixes  offered: recommended | where not, best"
    )
    for seed in range(arguments.first, arguments.first + arguments.plans):
        found = judge(*random_plan(seed, arguments.paths))
        passed += found.passes
        print(
            f"{seed:4d}  {found.feasible!s:8}  {found.short:5.1%}  {found.cost:11,.2f}  {found.best:16,.2f}"
            f"  {found.excess:+6.2%}  {found.tried:6,d}  {', '.join(found.offered)}: {written(found.mixes[0])}"
            f"{'' if found.passes else f' | {written(found.mixes[1])}'}",
            flush=True,
        )
    print(f"at most {ALLOWED:.0%} above the best on the grid: {passed} of {arguments.plans}")


if __name__ == "__main__":
    main()
