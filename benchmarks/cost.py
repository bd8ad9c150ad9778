"""Cost of the receivables: ``python -m benchmarks.cost``.

Estimation after the daily pass on a sample ledger of a million orders, and ten scenarios of 2,000 paths, 90 days and
five channels, each beside a bare numpy draw of as many standard normals as the scenarios have path-days, in one run.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from forecast.calendar import Calendar
from forecast.ledger.reading import read_ledger
from forecast.plan.model import Channel
from forecast.plan.reading import load_plan
from forecast.receivables.estimation import estimate
from forecast.sample import write_sample
from forecast.scenarios import built_in_scenarios, shocks
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness

DAYS, PATHS, SCENARIOS = 90, 2000, 10
"""The size that the scenarios are timed at."""


def peak_gigabytes() -> float:
    """Peak memory of this process so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders of the sample ledger")
    orders = parser.parse_args().orders
    with tempfile.TemporaryDirectory() as folder:
        path = write_sample(Path(folder) / "shop", orders, 7, with_truth=False)
        plan = load_plan(path if path.is_file() else path / "plan.toml", horizon_days=DAYS, paths=PATHS)
        begin = time.perf_counter()
        ledger = read_ledger(plan)
        print(f"daily pass, {orders:,} orders: {time.perf_counter() - begin:.2f} s")
    calendar, rng = Calendar(plan.merchant.holidays), np.random.default_rng(1)
    begin = time.perf_counter()
    made = estimate(ledger, plan, calendar, rng)
    print(f"estimation, {len(made.channels)} channels: {time.perf_counter() - begin:.2f} s")
    # A fifth channel: the first one's laws again, under its own name.
    first = made.channels[0]
    fifth = replace(first, name="fifth", clearing="fifth")
    made = replace(made, channels=(*made.channels, fifth))
    plan = replace(plan, channels={**plan.channels, "fifth": Channel("fifth", "fifth", "fifth")})
    as_of = np.datetime64(plan.horizon.as_of, "D")
    days = np.arange(as_of + 1, as_of + 1 + DAYS)
    sales = rng.gamma(4.0, 2500.0, (PATHS, len(made.channels), DAYS))
    begin = time.perf_counter()
    random = draw_randomness(made, sales, rng)
    engine = Engine.build(made, random, sales, as_of, calendar)
    print(f"kernels and random numbers, once a run: {time.perf_counter() - begin:.2f} s")
    chosen = [*plan.scenarios.values(), *built_in_scenarios(plan, days, sales.mean(axis=0)).values()]
    chosen = [chosen[index % len(chosen)] for index in range(SCENARIOS)]
    begin = time.perf_counter()
    for scenario in chosen:
        engine.run(shocks(scenario, plan, days)).check_identity()
    spent = time.perf_counter() - begin
    begin = time.perf_counter()
    for _ in range(SCENARIOS):
        rng.standard_normal(sales.shape)
    bare = time.perf_counter() - begin
    size = f"{PATHS:,} paths × {DAYS} days × {len(made.channels)} channels"
    print(f"{SCENARIOS} scenarios of {size}: {spent:.2f} s; as many normals by numpy alone: {bare:.2f} s")
    print(f"peak memory: {peak_gigabytes():.2f} GB")


if __name__ == "__main__":
    main()
