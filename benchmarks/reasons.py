"""Why forecasts of sales are wide, and why they miss: ``python -m benchmarks.reasons``.

Sales of known law (``benchmarks/known_series.py``) are forecast 60 days ahead, then once more for each source of doubt
with that source alone told as it truly is; ``all of these`` is told everything, and what is left is learnt from so many
days. What the law itself leaves open, given how the history ended, is the oracle.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from benchmarks.known_series import AHEAD, CENTER, EFFECTS, FIRST, HISTORY, LAWS, OUTLIER, columns_of, draw_series
from forecast.sales import beliefs, channels, ensemble, model
from forecast.sales.beliefs import STATES
from forecast.sales.choice import CORE_ALONE
from forecast.sales.dynamics import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.known_series import Series
    from forecast.arrays import Bools, Floats
    from forecast.sales.design import Block
    from forecast.sales.dynamics import Dynamics

PATHS = 1000
NOTHING, EVERYTHING, ORACLE = "nothing told", "all of these", "the law itself"
VARIANCES = {
    "level": ("level_sd", "ar_sd", "ar"),
    "trend": ("slope_sd",),
    "noise": ("noise_sd", "granularity"),
}
"""The parameters that a source is told by."""
NOTHING_SD = 1e-6
"""What a deviation of 0 is told as: logs and shares want more than that."""
OUTLIERS, NO_CHANGE, NO_RIVALS, NO_RESCALING = "outliers", "no lasting change", "no other models", "no rescaling"
SOURCES = (*VARIANCES, *EFFECTS, OUTLIERS, NO_CHANGE, NO_RIVALS, NO_RESCALING)
SHARES = np.array([0.8, 0.2])
"""Of two channels; the smaller one is measured."""
ORDERS = 100
"""On an ordinary day, over both."""
LEVELS = np.arange(0.05, 0.951, 0.05)


@dataclass(frozen=True, slots=True)
class Measured:
    """One forecast beside the draws of the law.

    ``days`` and ``total``: widths of the days' 80 % and the total's 90 % interval on the log scale; ``held``: share of
    the law's totals in the latter; ``miss``: its median off the law's, on the log scale; ``loss`` and ``total_loss``:
    weighted quantile losses of days and total.
    """

    days: float
    total: float
    held: float
    miss: float
    loss: float
    total_loss: float


def measured(paths: Floats, came: Floats) -> Measured:
    """Paths of sales (path, day) against draws of what may come, (draw, day)."""
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    totals, truth = paths.sum(axis=1, keepdims=True), came.sum(axis=1, keepdims=True)
    bottom, top = np.quantile(totals, [0.05, 0.95])
    return Measured(
        days=float(np.log(np.maximum(high, 1e-9) / np.maximum(low, 1e-9)).mean()),
        total=float(np.log(top / bottom)),
        held=float(((truth >= bottom) & (truth <= top)).mean()),
        miss=float(abs(np.log(np.median(totals) / np.median(truth)))),
        loss=_loss(paths, came),
        total_loss=_loss(totals, truth),
    )


def _loss(paths: Floats, came: Floats) -> float:
    """Twice the mean pinball loss over levels, draws and days, over the mean of what came."""
    levels = LEVELS[:, None, None]
    missed = came - np.quantile(paths, LEVELS, axis=0)[:, None]
    return float(2.0 * np.maximum(levels * missed, (levels - 1.0) * missed).mean() / came.mean())


def forecast_told(series: Series, told: Sequence[str], seed: int = 0) -> Floats:
    """Paths of sales (path, day) of the planner's models, told the truth of some ``SOURCES``.

    Of the ``VARIANCES`` the core's states are told; its rivals, which lack some, learn theirs.
    """
    rng = np.random.default_rng([seed, 1])
    past, block, known = series.past.copy(), series.block, np.zeros(HISTORY + AHEAD)
    for effect in EFFECTS:
        if effect in told:
            known += series.effects[effect]
            block = _without(block, columns_of(block, effect))
    past -= known[:HISTORY]
    if OUTLIERS in told:
        past[series.odd] = np.nan
    with ExitStack() as given:
        if NO_CHANGE in told:
            given.enter_context(patch.object(model, "find_shift", lambda *_: None))
        if "trend" in told:
            given.enter_context(patch.object(beliefs, "LINE_SD", NOTHING_SD))
        core = model.fit(past, block, rng, told_states(series, told))
    if "noise" in told:
        core = replace(core, pool=None)
    made = ensemble.judged(core, AHEAD, rng)
    if NO_RIVALS in told:
        made = replace(made, choice=CORE_ALONE)
    if NO_RESCALING in told:
        made = replace(made, calibration=replace(made.calibration, spread=model.AS_FITTED))
    logs, _ = ensemble.simulate(made, AHEAD, PATHS, rng)
    if OUTLIERS in told:
        logs += OUTLIER * (rng.random(logs.shape) < series.law.outlier)
    return np.exp(logs + known[HISTORY:])


def told_states(series: Series, told: Sequence[str]) -> tuple[Dynamics, ...]:
    """The states of affairs that are left once the law of some sources is told, the core's first.

    Of those that come to the same, independent days stay where the law's level does, or else the first.
    """
    law = series.law
    deviations = {"level_sd": law.level, "slope_sd": 0.0, "ar_sd": 0.0, "noise_sd": law.noise}
    truth = {name: float(np.log(max(value, NOTHING_SD))) for name, value in deviations.items()}
    truth |= {"ar": 0.0, "granularity": -20.0}
    names = [name for source in VARIANCES if source in told for name in VARIANCES[source]]
    places = [PARAMETERS.index(name) for name in names]
    left: dict[bytes, Dynamics] = {}
    for state in STATES if law.level else reversed(STATES):
        free, mean = state.free.copy(), state.mean.copy()
        free[places], mean[places] = False, [truth[name] for name in names]
        left.setdefault(free.tobytes() + mean[~free].tobytes(), replace(state, free=free, mean=mean))
    found = tuple(left.values())
    return found if law.level else found[::-1]


def _without(block: Block, columns: Bools) -> Block:
    """The design without some columns."""
    kept = np.flatnonzero(~columns)
    place = {int(old): new for new, old in enumerate(kept)}
    repeats = {
        name: tuple(place[one] for one in places if one in place)
        for name, places in block.repeats.items()
        if any(one in place for one in places)
    }
    names = tuple(block.names[one] for one in kept)
    return replace(
        block, names=names, matrix=block.matrix[:, kept], mean=block.mean[kept], sd=block.sd[kept], repeats=repeats
    )


def channel_told(series: Series, totals: Floats, rng: np.random.Generator) -> dict[str, tuple[Floats, Floats]]:
    """Of the smaller channel, by what was told: paths of its sales, and draws of what may come, (path or draw, day).

    Each day's total is shared out by the value of its orders, which come by chance with the channels' constant shares.
    """
    truth, seen = np.exp(series.ahead), np.exp(series.past)[None]
    came, other = (_shared(half, rng) for half in np.split(truth, 2))
    known = _shared(seen, rng)[0].T
    weekdays = (FIRST + np.arange(HISTORY + AHEAD)).astype(np.int64) % 7
    none = np.zeros(HISTORY + AHEAD)
    split = channels.fit(known, weekdays[:HISTORY], none[:HISTORY])
    ours = {NOTHING: totals, "total": truth[: len(truth) // 2]}
    split_by_us = {
        name: channels.simulate(split, paths, weekdays[HISTORY:], none[HISTORY:], rng)[:, 1]
        for name, paths in ours.items()
    }
    told = {**split_by_us, "split": _shared(totals, rng)[:, 1], ORACLE: other[:, 1]}
    return {name: (paths, came[:, 1]) for name, paths in told.items()}


def _shared(totals: Floats, rng: np.random.Generator) -> Floats:
    """Totals (path, day) by channel, (path, channel, day)."""
    orders = rng.poisson(ORDERS * totals[:, None] / np.exp(CENTER) * SHARES[:, None])
    value = rng.standard_gamma(2.0 * np.maximum(orders, 1e-9)) + 1e-9
    return np.asarray(totals[:, None] * value / value.sum(axis=1, keepdims=True))


Rows = dict[str, list[Measured]]


def compared(law: str, seeds: Sequence[int]) -> tuple[Rows, Rows]:
    """By what was told, the measures of each series: of the total, and of the smaller channel."""
    of_total: Rows = {}
    of_channel: Rows = {}
    cases = {NOTHING: (), **{source: (source,) for source in SOURCES}, EVERYTHING: SOURCES}
    for number, seed in enumerate(seeds, start=1):
        series = draw_series(LAWS[law], seed)
        oracle, came = np.split(np.exp(series.ahead), 2)
        paths = {name: forecast_told(series, told, seed) for name, told in cases.items()} | {ORACLE: oracle}
        for name, one in paths.items():
            of_total.setdefault(name, []).append(measured(one, came))
        split = channel_told(series, paths[NOTHING], np.random.default_rng([seed, 2]))
        for name, (one, truth) in split.items():
            of_channel.setdefault(name, []).append(measured(one, truth))
        print(f"\r{law}: series {number} of {len(seeds)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return of_total, of_channel


HEADS = ("told", "days", "total", "held", "miss", "loss", "total's")


def table(rows: Rows, oracle: str = ORACLE) -> list[str]:
    """One line for each thing told: widths and losses over the oracle's, the total's coverage, its median's miss."""
    truth = rows[oracle]
    found = ["{:<22}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}".format(*HEADS)]
    for name, of_series in rows.items():
        ratio = {
            key: sum(getattr(one, key) for one in of_series) / sum(getattr(one, key) for one in truth)
            for key in ("days", "total", "loss", "total_loss")
        }
        held, miss = (float(np.mean([getattr(one, key) for one in of_series])) for key in ("held", "miss"))
        found.append(
            f"{name:<22}{ratio['days']:>8.2f}{ratio['total']:>8.2f}{held:>8.0%}{miss:>8.1%}"
            f"{ratio['loss']:>8.2f}{ratio['total_loss']:>9.2f}"
        )
    return found


def main() -> None:
    """Print a table for each law."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=10, help="series of each law (default 10)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first series; the others follow it")
    parser.add_argument("--law", choices=list(LAWS), action="append", help="only this law (default all)")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.series)
    for law in given.law or LAWS:
        of_total, of_channel = compared(law, seeds)
        print(f"\n{law}: {given.series} series, {HISTORY} days of history, {AHEAD} days ahead")
        print("\n".join(table(of_total)))
        print("the smaller of two channels")
        print("\n".join(table(of_channel)[1:]))
    print("\ndays, total: width of the days' 80 % and of the total's 90 % interval over the law's; held: share of the")
    print(
        "law's totals in the latter; miss: of the total's median; loss: wQL of days, and of the total, over the law's"
    )


if __name__ == "__main__":
    main()
