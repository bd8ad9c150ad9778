"""Calibration of the planner over merchants with known truth: ``python -m benchmarks.calibration --merchants 200``.

Each merchant (``benchmarks/merchants.py``) is written as a plan folder, forecast as of one day for 60 days, and
compared with what its own laws made of it. ``--real`` does the same for real orders at ten as-of days, less what needs
the truth.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.calibration_against import rows_of, show_beside
from benchmarks.calibration_table import show
from benchmarks.measures import held, in_band
from benchmarks.merchants import ledger, simulate, write_folder
from benchmarks.oracle import number_of_paths, oracle_receipts
from benchmarks.practice import usual_receipts
from benchmarks.processes import by_seed
from forecast.liquidity import buffer, needs
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.reading import load_plan
from forecast.scenarios import shocks

if TYPE_CHECKING:
    from benchmarks.merchants import Merchant
    from forecast.arrays import Floats
    from forecast.simulated import Forecast

Row = dict[str, Any]

GIVEN_PATHS = 60
"""The oracle's paths where it is told the true sales; of K paths, p05-p95 holds about 0.9 (K - 1) / (K + 1)."""


def measure(seed: int, *, paths: int, oracle: bool) -> Row:
    """One merchant's row: figures of the forecast beside the truth, the oracle and the usual practice."""
    begin = time.perf_counter()
    merchant = simulate(seed)
    with tempfile.TemporaryDirectory() as folder:
        plan = load_plan(write_folder(merchant, Path(folder), paths=paths))
        prepared = prepare(plan)
    base = {"base": plan.scenarios["base"]}
    run = run_scenarios(prepared, scenarios=base, financing=False)
    came, sold = merchant.truth.receipts, merchant.truth.sales
    flows = prepared.engine.run(shocks(plan.scenarios["base"], plan, prepared.days))
    truly_sold = replace(prepared.engine, sales=np.broadcast_to(sold, prepared.engine.sales.shape).copy())
    given = truly_sold.run(shocks(plan.scenarios["base"], plan, prepared.days)).receipts
    case = run.cases["base"]
    other = case.flows[0] - flows.receipts[0].sum(axis=0)
    amount = run.result["scenarios"]["base"]["buffer"]["amount"]
    need = float(needs((came.sum(axis=0) + other)[None], case.minimum_balance)[0])
    names = merchant.channels
    row: Row = {
        "seed": seed,
        "size": merchant.size,
        "history": merchant.frame.history,
        "as_of": str(merchant.frame.as_of),
        "feed": merchant.feed,
        "promotion_ahead": bool(merchant.demand.promoted[merchant.frame.history :].any()),
        "payout": {one.name: one.settlement.payout for one in merchant.law.channels},
        "terms": {one.name: _terms(merchant, index) for index, one in enumerate(merchant.law.channels)},
        "receipts": held(flows.receipts.sum(axis=1), came.sum(axis=0)),
        "sales": held(prepared.engine.sales.sum(axis=1), sold.sum(axis=0)),
        "true_sales_given": held(given.sum(axis=1), came.sum(axis=0)),
        "channels": {
            name: {
                "orders": int((merchant.orders[index].ordered < merchant.frame.history).sum()),
                "receipts": held(flows.receipts[:, index], came[index]),
                "sales": held(prepared.engine.sales[:, index], sold[index]),
                "true_sales_given": held(given[:, index], came[index]),
            }
            for index, name in enumerate(names)
        },
        "buffer": {"amount": amount, "need": need, "minimum": case.minimum_balance, "exceeded": need > amount + 0.01},
        **_rates(merchant, prepared),
        "practice": _practice(merchant, prepared, other, need, case.minimum_balance),
        "seconds": {"planner": time.perf_counter() - begin},
    }
    if oracle:
        count = number_of_paths(merchant)
        chosen = prepared.engine.sales[:count]
        told = oracle_receipts(merchant, chosen, np.random.default_rng([seed, 1]))
        row["oracle"] = held(told.sum(axis=1), came.sum(axis=0))
        row["oracle"]["paths"] = count
        amount = buffer(needs(told.sum(axis=1) + other, case.minimum_balance), 0.95).amount
        row["oracle"].update(buffer=amount, exceeded=need > amount + 0.01)
        row["oracle"]["channels"] = {name: held(told[:, index], came[index]) for index, name in enumerate(names)}
        known_sales = np.broadcast_to(sold, (min(count, GIVEN_PATHS), *sold.shape))
        told = oracle_receipts(merchant, known_sales, np.random.default_rng([seed, 3]))
        row["oracle_given"] = held(told.sum(axis=1), came.sum(axis=0))
        row["oracle_given"]["channels"] = {name: held(told[:, index], came[index]) for index, name in enumerate(names)}
    row["seconds"]["all"] = time.perf_counter() - begin
    return row


def _terms(merchant: Merchant, index: int) -> str:
    """What makes a channel's lag hard to learn, in words."""
    channel = merchant.law.channels[index]
    terms, said = channel.settlement, []
    if terms.drift:
        said.append(f"lag drifts {np.expm1(terms.drift):+.0%} a year")
    if terms.jump != 1.0:
        said.append(f"lag x {terms.jump} since {merchant.frame.history - terms.jump_day} days")
    if terms.promotion > 1.0:
        said.append(f"x {terms.promotion:.2f} in promotions")
    if channel.launch:
        said.append(f"launched {merchant.frame.history - channel.launch} days ago")
    if channel.closing is None:
        said.append("carts never closed")
    return ", ".join(said)


def _rates(merchant: Merchant, prepared: Forecast) -> dict[str, list[Row]]:
    """Every channel × cause of a channel with orders: the truth beside the estimate with p05 and p95."""
    failure, recovery = [], []
    for index, name in enumerate(merchant.channels):
        if not (merchant.orders[index].ordered < merchant.frame.history).any():
            continue
        for cause, truth in merchant.truth.failure[name].items():
            estimate = prepared.estimates[name]["failure_rate"][cause]
            pair = {"channel": name, "cause": cause, "truth": truth, "inside": in_band(estimate, truth)}
            failure.append({**pair, **_numbers(estimate)})
            if cause != "total" and truth > 0:
                cured, share = prepared.estimates[name]["recovery_rate"][cause], merchant.truth.recovery[name][cause]
                pair = {"channel": name, "cause": cause, "truth": share, "inside": in_band(cured, share)}
                recovery.append({**pair, **_numbers(cured)})
    return {"failure": failure, "recovery": recovery}


def _numbers(estimate: Row) -> Row:
    return {key: float(estimate[key]) for key in ("mean", "p05", "p95")}


def _practice(merchant: Merchant, prepared: Forecast, other: Floats, need: float, minimum: float) -> Row:
    """The usual practice's receipts and buffer."""
    rows = ledger(merchant, known_only=True)
    rng = np.random.default_rng([merchant.seed, 2])
    usual = usual_receipts(rows, merchant.channels, merchant.frame.as_of, prepared.engine.sales, rng)
    mean_sales = np.broadcast_to(prepared.engine.sales.mean(axis=0), prepared.engine.sales.shape)
    sure = usual_receipts(rows, merchant.channels, merchant.frame.as_of, mean_sales, rng)
    out: Row = held(usual, merchant.truth.receipts.sum(axis=0))
    for name, paths in (("buffer", usual), ("sure_buffer", sure)):
        out[name] = buffer(needs(paths + other, minimum), 0.95).amount
    out.update(exceeded=need > out["buffer"] + 0.01, sure_exceeded=need > out["sure_buffer"] + 0.01)
    return out


def measure_or_tell(seed: int, *, paths: int, oracle: bool) -> Row:
    """One merchant's row, or how the program failed on it: one fault must not hide the other merchants."""
    try:
        return measure(seed, paths=paths, oracle=oracle)
    except Exception:  # noqa: BLE001  # whatever it is, it is told with its merchant
        return {"seed": seed, "fault": traceback.format_exc()}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--merchants", type=int, default=200, help="number of merchants (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first merchant; the others follow it")
    parser.add_argument("--only", type=int, help="one merchant alone, by its seed, told at length")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--paths", type=int, default=500, help="sample paths (default 500)")
    parser.add_argument("--no-oracle", action="store_true", help="leave the oracle out, which takes more than half")
    parser.add_argument("--against", type=Path, help="another checkout, which plans the same merchants")
    parser.add_argument("--real", action="store_true", help="real orders at ten as-of days instead of merchants")
    parser.add_argument("--json", type=Path, help="write every row to this file")
    given = parser.parse_args()
    if given.against and (given.real or given.only is not None):
        parser.error("--against goes with merchants, not with --real or --only")
    begin = time.perf_counter()
    if given.only is not None:
        print(json.dumps(measure(given.only, paths=given.paths, oracle=not given.no_oracle), indent=1))
        return
    seeds = list(range(given.seed, given.seed + given.merchants))
    if given.real:
        from benchmarks.calibration_real import measure_real  # noqa: PLC0415  # needs the data beside the repository

        rows = measure_real(given.paths)
    else:
        work = partial(measure_or_tell, paths=given.paths, oracle=not given.no_oracle)
        rows = by_seed(work, seeds, given.jobs)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    faults = [row for row in rows if "fault" in row]
    for row in faults:
        print(f"merchant {row['seed']} failed:\n{row['fault']}", file=sys.stderr)
    sound = [row for row in rows if "fault" not in row]
    if sound:
        show(sound)
    if given.against:
        theirs = rows_of(given.against.resolve(), seeds, given.paths, given.jobs)
        both = {row["seed"] for row in sound} & {row["seed"] for row in theirs if "fault" not in row}
        show_beside(*([row for row in side if row["seed"] in both] for side in (sound, theirs)))
    failed = f", {len(faults)} merchants failed: {', '.join(str(row['seed']) for row in faults)}" if faults else ""
    print(f"\n{len(sound)} windows in {time.perf_counter() - begin:.0f} s{failed}")
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
