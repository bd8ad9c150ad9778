"""How much cash steady merchants are told to keep, beside what their true law needs: ``python -m benchmarks.steady``.

A steady merchant sells independent days around one level, without promotions, season or trend; its orders become cash
by laws as those of ``benchmarks/merchant_laws.py`` that neither drift nor jump. The planner forecasts from its ledger.
Beside stands the law itself: sales and orders drawn from it many times, after the history that there was. By default no
public holiday lies in the horizon; with ``--holiday`` the National Day does, which no holiday of the past has shown to
matter for sales. Money is counted above the minimum balance, which both have to keep.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.merchant_laws import Lag, draw_law
from benchmarks.merchant_world import HORIZON, Demand, frame_of
from benchmarks.merchants import assembled, draw_amounts, mean_price, write_folder
from benchmarks.oracle import oracle_receipts
from benchmarks.processes import by_seed
from forecast.liquidity import buffer, needs
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.reading import load_plan
from forecast.scenarios import shocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.merchant_laws import Law
    from benchmarks.merchants import Merchant
    from forecast.arrays import Floats

CONFIDENCE = 0.95
OURS, OUR_SALES, OUR_PAYMENTS = "forecast", "payments told", "sales told"
"""The planner; told the true laws of payment, so that its sales alone are its own; told the law of sales."""
HISTORIES = (240, 720)
"""Days of the shortest and the longest history."""
SIZES = (40.0, 150.0)
"""Orders of an ordinary day."""
NOISES = (0.1, 0.3)
"""Standard deviation of a day's orders, on the log scale."""
QUIET, HOLIDAY = (np.datetime64("2023-10-12"), 20), (np.datetime64("2023-08-20"), 30)
"""The first day that may be as_of, and how many may: sixty days from the former ones hold no public holiday."""
CLOSED = Lag(((1.0, "weibull", 1.0, 8.0),), 30.0)
"""When carts are closed of channels whose law closes none: after a day or so."""
SAMPLE = 20_000
"""Amounts from which a channel's mean and spread are read."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A merchant, and the law of its sales: the ``noise`` of days around a level."""

    merchant: Merchant
    noise: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What was to be kept above the minimum, in yuan, beside draws of what the true law needs.

    ``ratio``: what was told over the law's own quantile; ``exceeded``: the share of the law's draws that need more;
    ``amount`` and ``needed``: both in yuan; ``width``: of the sales' total, p05 to p95 over the law's.
    """

    ratio: float
    exceeded: float
    amount: float
    needed: float
    width: float


def steady_merchant(seed: int, *, holiday: bool = False) -> Steady:
    """A steady merchant of a seed; ``holiday``: whether the National Day lies ahead, or no public holiday at all."""
    rng, law_rng, sales_rng, *streams = np.random.default_rng([seed, 29]).spawn(14)
    first, count = HOLIDAY if holiday else QUIET
    frame = frame_of(first + int(rng.integers(count)), int(rng.integers(*HISTORIES)))
    size = float(np.exp(rng.uniform(*np.log(SIZES))))
    noise = float(rng.uniform(*NOISES))
    law = _still(draw_law(law_rng, frame.history))
    days = frame.history + HORIZON
    ordinary = np.full(days, size)
    shares = np.broadcast_to(_shares(law), (days, len(law.channels))).copy()
    demand = Demand(
        ordinary=ordinary,
        expected=ordinary,
        planned=ordinary,
        actual=size * _around_one(noise, (days,), sales_rng),
        shares=shares,
        expected_shares=shares,
        promoted=np.zeros(days, dtype=bool),
        promotions=(),
    )
    return Steady(assembled(seed, size, "named", law, frame, demand, streams), noise)


def _still(law: Law) -> Law:
    """The law without anything that changes for good: constant shares, all channels from the start, lags as ever.

    Carts that nobody closes are closed, too: of a small channel that closes none a plan has to say how long it waits.
    """
    return replace(
        law,
        channels=tuple(
            replace(
                one,
                mix=(one.mix[0], 0.0, 0.0, 0.0, 0.0),
                launch=0,
                closing=one.closing or CLOSED,
                settlement=replace(one.settlement, drift=0.0, jump_day=0, jump=1.0),
            )
            for one in law.channels
        ),
    )


def _shares(law: Law) -> Floats:
    """Share of orders by channel, (channel,)."""
    weight = np.exp(np.array([one.mix[0] for one in law.channels]))
    return np.asarray(weight / weight.sum())


def _around_one(noise: float, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Independent log-normal multiples with mean 1."""
    return np.asarray(np.exp(noise * rng.standard_normal(shape) - noise**2 / 2))


def true_sales(steady: Steady, draws: int, rng: np.random.Generator) -> Floats:
    """Draws of sales ahead by the true law, in yuan, (draw, channel, day).

    A day's orders are Poisson around its mean; their amounts add up to a gamma law with the sum's mean and variance.
    """
    merchant = steady.merchant
    mean = merchant.size * _around_one(steady.noise, (draws, 1, HORIZON), rng) * _shares(merchant.law)[:, None]
    orders = rng.poisson(mean).astype(np.float64)
    out = np.zeros(orders.shape)
    for index in range(len(merchant.law.channels)):
        price = mean_price(merchant.law, index)
        amounts = draw_amounts(merchant.law, index, SAMPLE, rng)[0] / 100.0
        square = float(amounts.var() / amounts.mean() ** 2)
        shape = orders[:, index] / square
        out[:, index] = rng.standard_gamma(shape) * square * price
    return out


def measure(seed: int, *, holiday: bool, paths: int, draws: int, apart: bool) -> dict[str, Kept]:
    """One merchant: what is to be kept by each forecaster, by name, against the same draws of the law.

    Those that are told something are there if sales and payments are to be told ``apart``.
    """
    steady = steady_merchant(seed, holiday=holiday)
    merchant = steady.merchant
    with tempfile.TemporaryDirectory() as folder:
        plan = load_plan(write_folder(merchant, Path(folder), paths=paths))
        prepared = prepare(plan)
    base = plan.scenarios["base"]
    case = run_scenarios(prepared, scenarios={"base": base}, financing=False).cases["base"]
    rng, engine = np.random.default_rng([seed, 31]), prepared.engine
    truth = true_sales(steady, draws, rng)

    def simulated(sales: Floats) -> Floats:
        """Receipts (path, day) as the planner would have sales become cash."""
        run = replace(engine, sales=sales).run(shocks(base, plan, prepared.days))
        return np.asarray(run.receipts.sum(axis=1))

    ours = simulated(engine.sales)
    other = case.flows[0] - ours[0]
    found = {OURS: (ours, engine.sales)}
    if apart:
        chosen, told = engine.sales[:draws], true_sales(steady, len(engine.sales), rng)
        found[OUR_SALES] = (oracle_receipts(merchant, chosen, rng).sum(axis=1), chosen)
        found[OUR_PAYMENTS] = (simulated(told), told)
    came = needs(oracle_receipts(merchant, truth, rng).sum(axis=1) + other, 0.0)
    return {name: kept(needs(flows + other, 0.0), came, sold, truth) for name, (flows, sold) in found.items()}


def kept(told: Floats, came: Floats, sold: Floats, truth: Floats) -> Kept:
    """The buffer of some needs (path,) beside the law's (draw,); ``sold`` and ``truth`` are both sides' sales."""
    amount, needed = (buffer(one, CONFIDENCE).amount for one in (told, came))
    low, high = np.quantile(sold.sum(axis=(1, 2)), [0.05, 0.95])
    bottom, top = np.quantile(truth.sum(axis=(1, 2)), [0.05, 0.95])
    return Kept(
        ratio=amount / needed,
        exceeded=float((came > amount).mean()),
        amount=amount,
        needed=needed,
        width=float((high - low) / (top - bottom)),
    )


def table(rows: Sequence[dict[str, Kept]]) -> list[str]:
    """One line for each forecaster."""
    found = [f"{'told':<18}{'exceeded':>10}{'ratio':>8}{'p10':>8}{'p90':>8}{'of sums':>9}{'sales':>8}"]
    for name in rows[0]:
        own = [row[name] for row in rows]
        ratio = np.array([one.ratio for one in own])
        low, high = np.quantile(ratio, [0.1, 0.9])
        sums = sum(one.amount for one in own) / sum(one.needed for one in own)
        exceeded, width = (float(np.mean([getattr(one, key) for one in own])) for key in ("exceeded", "width"))
        found.append(f"{name:<18}{exceeded:>10.1%}{ratio.mean():>8.2f}{low:>8.2f}{high:>8.2f}{sums:>9.2f}{width:>8.2f}")
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--merchants", type=int, default=200, help="number of merchants (default 200)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first merchant; the others follow it")
    parser.add_argument("--holiday", action="store_true", help="with the National Day ahead")
    parser.add_argument("--apart", action="store_true", help="also told the laws of payment, or of sales, alone")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--paths", type=int, default=500, help="sample paths (default 500)")
    parser.add_argument("--draws", type=int, default=200, help="draws of the true law (default 200)")
    given = parser.parse_args()
    begin = time.perf_counter()
    seeds = range(given.seed, given.seed + given.merchants)
    asked = {"holiday": given.holiday, "paths": given.paths, "draws": given.draws, "apart": given.apart}
    rows = by_seed(partial(measure, **asked), seeds, given.jobs)
    ahead = "the National Day ahead" if given.holiday else "no public holiday ahead"
    print(f"95 % buffer of {len(rows)} steady merchants, {ahead}")
    print("\n".join(table(rows)))
    print(
        "exceeded: share of the true law's draws that need more; ratio: the buffer over the law's, mean, p10 and p90;"
    )
    print("of sums: over all merchants; sales: width of their total's 90 % interval over the law's")
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
