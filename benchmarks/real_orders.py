"""Receipts forecast beside what really arrived, on real orders: ``python -m benchmarks.real_orders``.

Reads the plan ``benchmarks/plans/olist.toml``, whose orders lie beside the repository, cuts the ledger at each as-of
day, forecasts 60 days with everything later hidden, and compares with the same ledger as known at its end.
"""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.ledger.reading import read_ledger
from forecast.pipeline import run
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

PLAN = Path(__file__).parent / "plans" / "olist.toml"
AS_OF_DAYS = ("2017-07-31", "2017-08-31")
KNOWN_TO = dt.date(2017, 10, 31)
"""The day as of which the data file was made: what arrived by then is the truth."""


def arrivals(ledger: Ledger, channel: str, first: dt.date, days: int) -> Floats:
    """What really arrived, net of refunds taken back, by day from ``first`` on."""
    out = np.zeros(days)
    start = np.datetime64(first)
    for table, column, sign in (
        (ledger.tables.settlement, "settled", 1.0),
        (ledger.tables.refund_after, "refunded", -1.0),
    ):
        happened = {"settled": "settled", "refunded": "refunded"}[column]
        rows = table[(table["channel"] == channel) & (table["outcome"] == happened)]
        day = rows["day"].to_numpy().astype("datetime64[D]") + rows["age"].to_numpy()
        index = (day - start).astype(int)
        inside = (index >= 0) & (index < days)
        np.add.at(out, index[inside], sign * rows[column].to_numpy(float)[inside] / 100.0)
    return out


def compare(plan: Plan, as_of: dt.date, truth: Ledger) -> list[dict[str, Any]]:
    """Forecast and truth of every channel and of the total."""
    scenario = {"base": plan.scenarios["base"]}
    cut = replace(plan, horizon=replace(plan.horizon, as_of=as_of))
    base = run(cut, scenarios=scenario, financing=False).result["scenarios"]["base"]
    first, days = as_of + dt.timedelta(days=1), plan.horizon.days
    actual = {name: arrivals(truth, name, first, days) for name in plan.channels}
    actual["total"] = np.sum(list(actual.values()), axis=0)
    rows = []
    for name, came in actual.items():
        part = base if name == "total" else base["by_channel"][name]
        daily, total = part["receipts"], part["receipts_total"]
        inside = (came >= np.array(daily["p10"])) & (came <= np.array(daily["p90"]))
        rows.append(
            {
                "channel": name,
                "arrived": came.sum(),
                "mean": total["mean"],
                "p05": total["p05"],
                "p95": total["p95"],
                "error": total["mean"] / came.sum() - 1.0,
                "held": total["p05"] <= came.sum() <= total["p95"],
                "days": float(inside.mean()),
            }
        )
    return rows


def main() -> None:
    """Print one table an as-of day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-of", nargs="*", default=list(AS_OF_DAYS), help="as-of days, YYYY-MM-DD")
    chosen = parser.parse_args().as_of
    plan = load_plan(PLAN)
    truth = read_ledger(replace(plan, horizon=replace(plan.horizon, as_of=KNOWN_TO)))
    for text in chosen:
        as_of = dt.date.fromisoformat(text)
        print(f"\nas of {as_of}, {plan.horizon.days} days ahead ({plan.merchant.currency})")
        heads = ("arrived", "mean", "p05", "p95")
        columns = "".join(f"{head:>12}" for head in heads)
        print(f"{'channel':<12}{columns}{'error':>9}{'in p05-p95':>12}{'days in p10-p90':>17}")
        for row in compare(plan, as_of, truth):
            amounts = "".join(f"{row[head]:>12,.0f}" for head in heads)
            held = "yes" if row["held"] else "no"
            print(f"{row['channel']:<12}{amounts}{row['error']:>9.1%}{held:>12}{row['days']:>17.0%}")


if __name__ == "__main__":
    main()
