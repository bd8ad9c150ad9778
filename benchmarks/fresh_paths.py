"""Does the recommended financing hold on paths it has never seen: ``python -m benchmarks.fresh_paths``.

For each of 24 sample merchants (another shop a seed): the plan's base scenario, the recommended mix of the planner, and
the naive optimum, which is the programme's answer for paths that are each seen whole. Both are then carried by the
daily rule through fresh paths of the same ledger: other seeds, other draws of the laws, nothing sized on them. A chance
of falling short of at most 5 % + two standard errors passes.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import by_category
from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal
from forecast.financing.kinds.table import pool_rules, terms
from forecast.financing.policy import ScenarioDays, simulate
from forecast.financing.programme import build, propose
from forecast.kept import keep
from forecast.liquidity import case_buffer, quantile_rank
from forecast.pipeline import prepare
from forecast.plan.reading import load_plan
from forecast.sample import write_sample
from forecast.scenarios import shocks
from forecast.simulated import cash_case, cost_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Arrangement
    from forecast.financing.policy import Outcome
    from forecast.plan.model import Plan

SEEDS = 2
"""Fresh seeds a merchant, which share the fresh paths."""

NAIVE_PATHS = 100
"""Paths that the naive optimum sees whole."""


def base_case(plan: Plan, paths: int, seed: int) -> CashCase:
    """The plan's base scenario on paths of a seed."""
    seeded = replace(plan, horizon=replace(plan.horizon, paths=paths, seed=seed))
    prepared = prepare(seeded)
    blocks = prepared.engine.blocks(shocks(plan.scenarios["base"], seeded, prepared.days))
    costs = by_category(cost_lines(prepared, plan.scenarios["base"]))
    return cash_case(prepared, keep(list(plan.channels), blocks, pool_rules(plan.facilities)), costs)


def carried(case: CashCase, arrangements: Sequence[Arrangement]) -> Outcome:
    """The daily rule on a scenario's paths with the same limits and reserves."""
    there = [replace(one, terms=terms(case, one.terms.facility)) for one in arrangements]
    return simulate(ScenarioDays.of(case), there)


def naive(case: CashCase, plan: Plan) -> list[Arrangement]:
    """The limits that would be least costly if each path were known: all but 1 − confidence of them just hold."""
    desk = Desk.of(case, plan.facilities, plan.horizon.confidence).every(max(1, case.flows.shape[0] // NAIVE_PATHS))
    programme = build(desk, quantile_rank(desk.paths, desk.confidence))
    limits = None if programme is None else propose(programme)
    if limits is None:
        return []
    return [each.arrangement for each in desk.run(Proposal(desk.items, tuple(limits.tolist()), 0.5)).accounts]


def main() -> None:
    """Print a line a merchant, then how many pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merchants", type=int, default=24)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--paths", type=int, default=10_000, help="fresh paths a merchant")
    arguments = parser.parse_args()
    error = np.sqrt(0.05 * 0.95 / arguments.paths)
    passed = naive_passed = 0
    print("merchant  feasible  stated  fresh        cost  lower bound  gap   naive: fresh    cost  mix")
    for merchant in range(1, arguments.merchants + 1):
        with tempfile.TemporaryDirectory() as folder:
            write_sample(Path(folder), arguments.orders, merchant, with_truth=False)
            plan = load_plan(Path(folder) / "plan.toml")
            case = base_case(plan, plan.horizon.paths, plan.horizon.seed)
            best = compare(case, plan.facilities, plan.horizon.confidence, case_buffer(case, 0.95).buffer).recommended
            chosen = [account.arrangement for account in best.outcome.accounts]
            blind = naive(case, plan)
            shares = np.zeros(2)
            for seed in range(SEEDS):
                fresh = base_case(plan, arguments.paths // SEEDS, 1000 * merchant + seed)
                shares += [carried(fresh, mix).short.mean() / SEEDS for mix in (chosen, blind)]
            blind_cost = float(carried(case, blind).cost.mean())
        good = shares <= 0.05 + 2 * error
        passed, naive_passed = passed + bool(good[0]), naive_passed + bool(good[1])
        gap = "–" if best.foresight_gap is None else f"{best.foresight_gap:.1%}"
        mix = ", ".join(f"{part.facility} {part.limit_used:,.0f}" for part in best.mix)
        print(
            f"{merchant:8d}  {best.feasible!s:8}  {best.shortfall_probability:6.2%}  {shares[0]:5.2%}"
            f"{best.expected_cost:12,.2f}  {best.lower_bound:11,.2f}  {gap:4}"
            f"  {shares[1]:12.2%}  {blind_cost:6,.0f}  {mix}",
            flush=True,
        )
    print(
        f"at most 5 % + two standard errors ({0.05 + 2 * error:.2%}): {passed} of {arguments.merchants}; "
        f"the naive optimum {naive_passed}"
    )


if __name__ == "__main__":
    main()
