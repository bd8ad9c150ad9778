"""The quiz of a drill: what a screen without causes shows at the alarm, two questions, their answers, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.changes import CAUSES
from forecast.results.quiz import Cell, Line, Screen
from forecast.watch.evidence import known
from forecast.watch.feed import HOUR
from forecast.watch.telling import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.arrays import Bools, Ints
    from forecast.results.quiz import Asks, State
    from forecast.studies.drill.planting import Planted
    from forecast.studies.drill.replaying import Replay
    from forecast.watch.evidence import Known
    from forecast.watch.feed import Feed

FEWEST_HOURS = 3
"""Hours before the alarm that the screen shows, at least; as many as the incident has lasted."""

MOST_CELLS = 6
"""Goods or regions that a table of the screen shows, those with most failures first."""

LATEST = 12
"""Orders of the last hour that it shows, the latest last."""

FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")  # as a Chinese keyboard types them
"""Digits that count as those of ASCII."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options in the order in which they are shown; ``right`` is the place of the true one."""

    asks: Asks
    options: tuple[str, ...]
    right: int


def screen(replay: Replay, now: int) -> Screen:
    """What is known at a moment of the hours before it, from the hour of the first failure on."""
    hours = max(FEWEST_HOURS, -(-(now - replay.first) // HOUR))
    view, feed = replay.watch.view, replay.watch.view.feed
    seen = known(view, now - hours * HOUR, now)
    part = slice(seen.first, seen.first + len(seen.good))
    age = (now - feed.tried_at[part]) // HOUR
    begins = [moment_text(now - back * HOUR) for back in range(hours, 0, -1)]
    return Screen(
        at=moment_text(now),
        hours=hours,
        channels=_cells(seen, feed, feed.channel[part], feed.channels),
        skus=_worst(_cells(seen, feed, feed.sku[part], feed.skus)),
        regions=_worst(_cells(seen, feed, feed.region[part], feed.regions)),
        by_hour=_cells(seen, feed, hours - 1 - age, begins),
        latest=list(_latest(seen, feed)),
    )


def _cells(seen: Known, feed: Feed, column: Ints, names: Sequence[str]) -> list[Cell]:
    """A cell a name, of the orders that are decided or overdue."""
    part = slice(seen.first, seen.first + len(seen.good))
    bad = seen.bad[0]
    told = feed.failed_at[part] <= seen.now
    chosen = (seen.good | bad) & (column >= 0)

    def count(which: Bools) -> Ints:
        return np.bincount(column[which & chosen], minlength=len(names))

    orders, chance = count(chosen), np.bincount(column[chosen], seen.chance[0][chosen], len(names))
    usual = np.divide(chance, orders, out=np.zeros(len(names)), where=orders > 0)
    rows = zip(names, orders.tolist(), count(bad).tolist(), count(bad & ~told).tolist(), usual.tolist(), strict=True)
    return [Cell(*row) for row in rows]


def _worst(cells: Sequence[Cell]) -> list[Cell]:
    return sorted(cells, key=lambda one: (-one.failed, -one.rate, one.name))[:MOST_CELLS]


def _latest(seen: Known, feed: Feed) -> Iterator[Line]:
    """The latest orders of the last hour."""
    places = np.arange(seen.first, seen.first + len(seen.good))
    within = feed.tried_at[places] > seen.now - HOUR
    for place in places[within][-LATEST:].tolist():
        own = place - seen.first
        told = feed.failed_at[place] <= seen.now
        state: State = "failed" if told else "overdue" if seen.bad[0][own] else "waiting"
        sku, region = int(feed.sku[place]), int(feed.region[place])
        yield Line(
            at=moment_text(int(feed.tried_at[place])),
            channel=feed.channels[feed.channel[place]],
            sku=feed.skus[sku] if sku >= 0 else None,
            region=feed.regions[region] if region >= 0 else None,
            amount=float(feed.amount[place]) / 100,
            state="deducted" if seen.good[own] else state,
        )


def questions(incident: Planted, steps: Mapping[str, Sequence[str]], rng: np.random.Generator) -> list[Question]:
    """The cause, and the first step of the playbook for it among those for the other causes.

    ``steps`` are those of the playbook by cause. Causes whose first step is the same give one option.
    """
    true = steps[incident.cause][0]
    firsts = list(dict.fromkeys(steps[cause][0] for cause in CAUSES))
    shuffled = tuple(firsts[place] for place in rng.permutation(len(firsts)))
    asked = [Question("cause", CAUSES, CAUSES.index(incident.cause))]
    return [*asked, Question("next_step", shuffled, shuffled.index(true))] if len(firsts) > 1 else asked


def shown_by(incident: Planted, replay: Replay, now: int) -> dict[str, str | float]:
    """The figures by which the screen gives the cause away: of the scope, and of all beside it."""
    view, feed = replay.watch.view, replay.watch.view.feed
    seen = known(view, replay.first - 1, now)
    part = slice(seen.first, seen.first + len(seen.good))
    inside, bad = incident.within(feed)[part], seen.bad[0]
    decided = seen.good | bad
    silent = bad & (feed.failed_at[part] > seen.now)

    def share(which: Bools) -> str:
        return f"{(bad & which).sum() / max(int((decided & which).sum()), 1):.0%}"

    return {
        "failed": int((bad & inside).sum()),
        "tried": int((decided & inside).sum()),
        "silent": int((silent & inside).sum()),
        "rate": share(inside),
        "elsewhere": share(~inside),
    }


def asked_until(replay: Replay, incident: Planted) -> int:
    """The moment of the screen: that of the alarm, or the end of the incident where none rang."""
    return incident.end if replay.alarm is None else replay.alarm.detected_at


def read_answer(line: str, options: int) -> int | None:
    """The place of the option whose number, from 1, was typed; None where it is none."""
    text = line.strip().translate(FULL_WIDTH)
    return int(text) - 1 if text.isdecimal() and 1 <= int(text) <= options else None
