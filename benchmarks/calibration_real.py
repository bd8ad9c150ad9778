"""The calibration's rows for real orders: ten as-of days, a fortnight apart, on the ledger of ``plans/olist.toml``.

The truth is the same ledger as known at its end. Windows of 60 days that begin a fortnight apart overlap, so that their
counts are no independent trials; they are told as they are. The plan's flows are replaced by a payment a day of what
came in on average over the last 60 days before each as-of day, so that every window has a need to compare.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.measures import held
from benchmarks.merchants import known
from benchmarks.practice import usual_receipts
from benchmarks.real_orders import KNOWN_TO, PLAN, arrivals
from forecast.ledger.reading import read_ledger
from forecast.liquidity import buffer, needs
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.model import OtherFlow
from forecast.plan.reading import load_plan
from forecast.scenarios import shocks

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

LAST_AS_OF = dt.date(2017, 9, 1)
"""The last as-of day: 60 days later the ledger ends."""

WINDOWS = 10

LOOK_BACK = 60
"""Days over which past receipts are averaged to size the payments."""


def measure_real(paths: int) -> list[dict[str, Any]]:
    """The rows of all as-of days."""
    plan = load_plan(PLAN)
    plan = replace(plan, horizon=replace(plan.horizon, paths=paths))
    truth = read_ledger(replace(plan, horizon=replace(plan.horizon, as_of=KNOWN_TO)))
    orders = pd.read_parquet(plan.path.parent / plan.ledger.orders)
    rows = []
    for back in range(WINDOWS - 1, -1, -1):
        as_of = LAST_AS_OF - dt.timedelta(days=14 * back)
        rows.append(_window(plan, as_of, truth, orders))
        print(f"\r{WINDOWS - back} of {WINDOWS} as-of days", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def _window(plan: Plan, as_of: dt.date, truth: Ledger, orders: pd.DataFrame) -> dict[str, Any]:
    """One as-of day's row."""
    names, days = tuple(plan.channels), plan.horizon.days
    first = as_of + dt.timedelta(days=1)
    past = np.sum([arrivals(truth, name, as_of - dt.timedelta(days=LOOK_BACK - 1), LOOK_BACK) for name in names])
    payment = -round(float(past) / LOOK_BACK, 2)
    flows = tuple(OtherFlow(first + dt.timedelta(days=day), payment, "stock") for day in range(days))
    plan = replace(plan, horizon=replace(plan.horizon, as_of=as_of), other_flows=flows)
    prepared = prepare(plan)
    base = plan.scenarios["base"]
    run = run_scenarios(prepared, scenarios={"base": base}, financing=False)
    came = np.stack([arrivals(truth, name, first, days) for name in names])
    sold = np.stack([_sold(truth, name, first, days) for name in names])
    receipts = prepared.engine.run(shocks(base, plan, prepared.days)).receipts
    sales = prepared.engine.sales
    truly_sold = replace(prepared.engine, sales=np.broadcast_to(sold, sales.shape).copy())
    given = truly_sold.run(shocks(base, plan, prepared.days)).receipts
    minimum = plan.cash.minimum_balance
    need = float(needs((came.sum(axis=0) + payment)[None], minimum)[0])
    amount = run.result["scenarios"]["base"]["buffer"]["amount"]
    rows = known(orders, as_of)
    rng = np.random.default_rng([plan.horizon.seed, 2])
    usual = usual_receipts(rows, names, as_of, sales, rng)
    sure = usual_receipts(rows, names, as_of, np.broadcast_to(sales.mean(axis=0), sales.shape), rng)
    practice: dict[str, Any] = held(usual, came.sum(axis=0))
    for key, one in (("buffer", usual), ("sure_buffer", sure)):
        practice[key] = buffer(needs(one + payment, minimum), plan.horizon.confidence).amount
    practice.update(exceeded=need > practice["buffer"] + 0.01, sure_exceeded=need > practice["sure_buffer"] + 0.01)
    ordered = rows.groupby("channel").size()
    return {
        "as_of": str(as_of),
        "receipts": held(receipts.sum(axis=1), came.sum(axis=0)),
        "sales": held(sales.sum(axis=1), sold.sum(axis=0)),
        "true_sales_given": held(given.sum(axis=1), came.sum(axis=0)),
        "channels": {
            name: {
                "orders": int(ordered.get(name, 0)),
                "receipts": held(receipts[:, index], came[index]),
                "sales": held(sales[:, index], sold[index]),
                "true_sales_given": held(given[:, index], came[index]),
            }
            for index, name in enumerate(names)
        },
        "buffer": {"amount": amount, "need": need, "minimum": minimum, "exceeded": need > amount + 0.01},
        "practice": practice,
    }


def _sold(truth: Ledger, channel: str, first: dt.date, days: int) -> Floats:
    """Order value in yuan by day (day,)."""
    table = truth.tables.sales
    own = table[table["channel"] == channel]
    at = (own["day"].to_numpy().astype("datetime64[D]") - np.datetime64(first)).astype(np.int64)
    inside = (at >= 0) & (at < days)
    return np.bincount(at[inside], own["value"].to_numpy(float)[inside], days)[:days] / 100.0
