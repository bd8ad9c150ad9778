"""Does the watch find incidents, soon, and rightly: ``python -m benchmarks.monitor --seeds 1-300``.

Feeds of 30 days after 200 days of history (see ``monitor_world``), once with the feed's causes and once without cause
and moment of failure; beside the watch a fixed threshold, a three-sigma chart and a Poisson scan. Judged are incidents
of at least 30 failed orders and 20 % of some hour's orders of their scope; delays are counted from the moment at which
the deduction of the tenth failed order was due. A feed takes four seconds or so. ``--kept FILE`` keeps what was counted
of each feed, one a line, and counts no feed twice, so that many can be run in stretches or side by side in files of
their own; several files add up in one table: ``--kept a.jsonl b.jsonl``.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.monitor_rivals import RIVALS
from benchmarks.monitor_told import Told
from benchmarks.monitor_world import simulate
from forecast.watch.feed import HOUR
from forecast.watch.monitor import Watch, asked_moments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.monitor_world import Simulated
    from forecast.arrays import Bools
    from forecast.watch.feed import Feed

    Method = Callable[[Feed, int, int], list[Told]]

WATCH = "the watch"
"""The method that is measured."""

STEP = 900
"""Seconds between the moments at which every method looks."""

FEWEST, LEAST_SHARE = 30, 0.2
"""What an incident must have to be judged: failed orders, and their share of some hour of its scope."""

ALREADY = 3 * HOUR
"""Seconds after an incident's end in which an alert still counts as told of it."""


@dataclass(slots=True)
class Tally:
    """The counts of a method over feeds."""

    days: int = 0
    judged: int = 0
    found: int = 0
    right: int = 0
    excused: int = 0
    alerts: int = 0
    false: int = 0
    delays: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(**{name: value + getattr(other, name) for name, value in asdict(self).items()})


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a method on one feed."""

    seed: int
    method: str
    causes: bool
    tally: Tally

    @classmethod
    def read(cls, line: str) -> Counted:
        """What a line says."""
        found = json.loads(line)
        return cls(found["seed"], found["method"], found["causes"], Tally(**found["tally"]))


def watch(feed: Feed, since: int, end: int) -> list[Told]:
    """What the monitor tells, as it stands at the end, with the cause that it named two hours after it rang."""
    watching = Watch.of(feed, feed, since)
    told: dict[int, Told] = {}
    for now, incidents in zip(asked := asked_moments(since, end, STEP), watching.replay(asked), strict=True):
        for number, incident in enumerate(incidents):
            if now <= incident.rang_at + 2 * HOUR:
                one = watching.alert(number, incidents, now)
                told[number] = Told(
                    one.detected_at,
                    one.started_at,
                    one.channels,
                    one.cause,
                    one.sku,
                    one.region,
                    f"{one.failed} of {one.tried}, usual {one.usual_rate:.3f}, silent {one.silent}",
                )
    return list(told.values())


def judge(world: Simulated, told: Sequence[Told], tally: Tally, *, verbose: bool) -> None:
    """Count what a method told of one feed."""
    tally.days += round((world.end - world.since) / 86_400)
    used: set[int] = set()
    for number, one in enumerate(world.incidents):
        struck = world.struck == number
        tried = np.sort(world.feed.tried_at[struck])
        mine = [
            place
            for place, alert in enumerate(told)
            if one.start <= alert.at <= one.end + ALREADY and _meets(world, struck, alert)
        ]
        used |= set(mine)
        if len(tried) < FEWEST or _worst_hour(world, number) < LEAST_SHARE:
            continue
        tally.judged += 1
        line = f"  {one.cause:12} {one.rate:.2f} {(one.end - one.start) / HOUR:5.1f} h, {len(tried):5d} orders {[world.feed.channels[c] for c in one.channels]} {one.skus} {one.regions}"  # noqa: E501
        if not mine:
            if verbose:
                print(line, "MISSED")
            continue
        first = min((told[place] for place in mine), key=lambda alert: alert.at)
        tally.found += 1
        tally.alerts += len(mine)
        tally.delays.append(max(first.at - int(tried[9]), 0) / HOUR)
        right = first.cause == one.cause
        alone = (
            len(one.channels) == 1
            and {one.cause, first.cause} == {"integration", "clearing"}
            and _alone(world, one.channels[0])
        )
        tally.excused += alone
        tally.right += right or alone
        if verbose:
            print(
                line,
                f"+{tally.delays[-1]:.2f} h x{len(mine)}",
                "" if right or alone else f"WRONG {first.cause} {first.channels} {first.sku} {first.region}",
            )
    tally.false += len(told) - len(used)
    if verbose:
        for place, alert in enumerate(told):
            if place not in used:
                print("  FALSE", alert, np.datetime64(alert.at, "s"))


def _meets(world: Simulated, struck: Bools, alert: Told) -> bool:
    """Whether an alert's scope holds orders that the incident failed."""
    feed = world.feed
    within = struck & np.isin(np.array(feed.channels)[feed.channel], alert.channels)
    if alert.sku:
        within &= np.isin(np.array(feed.skus)[feed.sku], alert.sku)
    if alert.region:
        within &= np.isin(np.array(feed.regions)[feed.region], alert.region)
    return bool(within.sum() >= 3)  # noqa: PLR2004  # not a chance meeting


def _worst_hour(world: Simulated, number: int) -> float:
    """The share of the scope's orders that failed in its worst hour."""
    one, feed = world.incidents[number], world.feed
    within = (feed.tried_at >= one.start) & (feed.tried_at < one.end) & np.isin(feed.channel, one.channels)
    if one.skus:
        within &= np.isin(feed.sku, one.skus)
    if one.regions:
        within &= np.isin(feed.region, one.regions)
    hour = (feed.tried_at[within] - one.start) // HOUR
    return float((np.bincount(hour, world.struck[within] == number) / np.maximum(np.bincount(hour), 1)).max(initial=0))


def _alone(world: Simulated, channel: int) -> bool:
    names = [world.feed.clearing[name] for name in world.feed.channels]
    return names.count(names[channel]) == 1


def row(name: str, tally: Tally) -> str:
    """A line of the table."""
    found, judged = tally.found, max(tally.judged, 1)
    return (
        f"{name:26} {found:4d} of {tally.judged:4d} ({found / judged:6.1%})"
        f"  {np.median(tally.delays or [np.nan]):6.2f} h"
        f"  {tally.right / max(found, 1):6.1%}  {30 * tally.false / max(tally.days, 1):8.2f}"
        f"  {tally.alerts / max(found, 1):6.2f}  {tally.seconds:7.1f} s"
    )


def counted(seed: int, methods: Mapping[str, Method], *, verbose: bool) -> list[Counted]:
    """What each method tells of the feed of a seed, with causes and without."""
    world, found = simulate(seed), []
    for causes in (True, False):
        feed = world.feed if causes else world.without_causes()
        for name, method in methods.items():
            tally, begin = Tally(), time.process_time()
            told = method(feed, world.since, world.end)
            tally.seconds = time.process_time() - begin
            if verbose and name == WATCH:
                print(f"feed {seed}, {'with' if causes else 'without'} causes, {len(feed)} orders")
            judge(world, told, tally, verbose=verbose and name == WATCH)
            found.append(Counted(seed, name, causes, tally))
    return found


def table(found: Iterable[Counted], methods: Iterable[str]) -> str:
    """All that was counted added up: a line a method, with causes and without."""
    tallies = {(name, causes): Tally() for causes in (True, False) for name in methods}
    for one in found:
        if (one.method, one.causes) in tallies:
            tallies[one.method, one.causes] += one.tally
    lines = [f"{'':26} {'found':>21}  {'delay':>8}  {'cause':>6}  {'false/30d':>8}  {'alerts':>6}  {'time':>9}"]
    lines += [row(f"{name}{'' if causes else ', no causes'}", one) for (name, causes), one in tallies.items()]
    return "\n".join(lines)


def span(text: str) -> range:
    """The seeds from A to B of ``A-B``, both included."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> None:
    """Print a table: how each method did, with causes and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=span, nargs="+", default=[], metavar="A-B", help="the feeds of these seeds")
    parser.add_argument("--kept", type=Path, nargs="+", default=[], metavar="FILE", help="add to the first, add all up")
    parser.add_argument("--alone", action="store_true", help="the watch alone, without its rivals")
    parser.add_argument("--verbose", action="store_true", help="a line an incident")
    arguments = parser.parse_args()
    methods: dict[str, Method] = {WATCH: watch} if arguments.alone else {WATCH: watch, **RIVALS}
    found = [Counted.read(line) for path in arguments.kept if path.exists() for line in path.read_text().splitlines()]
    done = {one.seed for one in found}
    for seed in chain.from_iterable(arguments.seeds):
        if seed not in done:
            new = counted(seed, methods, verbose=arguments.verbose)
            found += new
            for path in arguments.kept[:1]:
                with path.open("a") as file:
                    file.writelines(json.dumps(asdict(one)) + "\n" for one in new)
    print(f"{len({one.seed for one in found})} feeds")
    print(table(found, methods), flush=True)


if __name__ == "__main__":
    main()
