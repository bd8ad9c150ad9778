"""Which incident is rehearsed: its cause, scope, size and hour, by the merchant's own laws, or as asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.plan.changes import CAUSES
from forecast.receivables.episodes import LOAD_SD, NEW_WEIGHT
from forecast.studies.drill.planting import Planted, plant
from forecast.watch.feed import HOUR, MINUTE, NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats, Ints
    from forecast.plan.model import Plan
    from forecast.receivables.assumptions import ChannelLaw
    from forecast.receivables.episodes import EpisodeLaw
    from forecast.studies.drill.days import Rehearsal
    from forecast.studies.drill.planting import Sown

TRIES, BY_LAW = 20, 10
"""Incidents that are drawn until one is large enough to be told from chance, and how many of them as heavy as drawn."""

HEAVIER = 1.5
"""How many times as heavy as the one before it each further one is: a small shop rehearses what it can notice."""

FEWEST_FAILURES, LEAST_SHARE = 30, 0.2
"""Failed orders of an incident, and their share of its worst hour, at least: what the monitor promises to find."""

FEWEST_AT_ALL = 10
"""Failed orders of the largest incident that is drawn, at least, where none has that many."""

SHARES = (0.3, 0.95)
"""Between which failed shares one is drawn: the ledger's daily sums tell how much failed, not within which hours."""

HOURS = (1.0, 30.0)
"""Hours that an incident lasts, at least and at most."""

BATCH_HOURS = (3.0, 30.0)
"""Between which hours, evenly in their logarithm, those lie for which goods or regions are drawn to carry a load."""

MOST_SKUS, MOST_REGIONS = 5, 2
"""Goods of a wrong batch, and regions with a surge, at most."""

RATE_DRAWS = 200
"""Draws of the number of episodes whose mean weighs the causes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for in place of what is drawn; None: it is drawn. ``number`` counts the rehearsals, from 1."""

    cause: str | None = None
    channel: str | None = None
    hours: float | None = None
    share: float | None = None
    number: int = 1


def chosen(
    plan: Plan, laws: Sequence[ChannelLaw], cured: Sequence[Floats], day: Rehearsal, asked: Asked
) -> tuple[Planted, Sown]:
    """An incident, planted; the same for the same seed of the plan and number of the rehearsal.

    ``cured`` are shares by cause of ``CAUSES``, each (channel, age), as ``plant`` takes them.

    Raises:
        InputError: No incident is large enough in the day's orders, or the channel asked for has none.
    """
    rng = np.random.default_rng([plan.horizon.seed, asked.number])
    largest: tuple[Planted, Sown] | None = None
    for tried in range(TRIES):
        incident = _drawn(laws, day, asked, HEAVIER ** max(tried - BY_LAW + 1, 0), rng)
        if incident is None:
            continue
        sown = plant(day.feed, incident, cured[CAUSES.index(incident.cause)], rng)
        failed = _failed(incident, sown)
        if failed >= FEWEST_FAILURES:
            return incident, sown
        if failed >= FEWEST_AT_ALL and (largest is None or failed > largest[1].struck.sum()):
            largest = incident, sown
    if largest is not None:
        return largest
    small = said("drill.too_small", tries=TRIES, orders=FEWEST_AT_ALL, share=f"{LEAST_SHARE:.0%}")
    raise InputError(Problem(small, plan.ledger.shown, key=asked_for(asked)))


def asked_for(asked: Asked) -> str:
    """The options that were given, for a message."""
    given = {"--incident": asked.cause, "--channel": asked.channel, "--hours": asked.hours, "--share": asked.share}
    return " ".join(key for key, value in given.items() if value is not None) or "--incident"


def _failed(incident: Planted, sown: Sown) -> int:
    """How many orders fail; 0 where they are in no hour a large enough share of the scope's to be told from chance."""
    tried = sown.feed.tried_at[incident.during(sown.feed)]
    hours = (tried - incident.start) // HOUR
    struck = sown.struck[incident.during(sown.feed)]
    if not struck.any():
        return 0
    share = np.bincount(hours, struck) / np.maximum(np.bincount(hours), 1)
    return int(struck.sum()) if share.max() >= LEAST_SHARE else 0


def _drawn(
    laws: Sequence[ChannelLaw], day: Rehearsal, asked: Asked, heavier: float, rng: np.random.Generator
) -> Planted | None:
    """An incident as the laws or the wishes have it; None where no order of the day is in its scope."""
    law, cause = _of_law(laws, asked, rng)
    episodes = law.failures[cause].episodes
    load, share = heavier * drawn_load(episodes, rng), asked.share or float(rng.uniform(*SHARES))
    scope = _scope(law, laws, cause, asked)
    reach = (asked.hours or float(np.exp(rng.uniform(*np.log(BATCH_HOURS))))) / 24 * share
    scope, part = _narrowed(scope, day, load / reach, rng)
    hours = asked.hours or float(np.clip(load * 24 / (share * max(part, 1e-9)), *HOURS))
    if asked.share is None and asked.hours is not None:
        share = float(np.clip(load * 24 / (asked.hours * max(part, 1e-9)), *SHARES))
    tried = day.feed.tried_at[scope.within(day.feed) & day.today & (day.feed.tried_at < NEVER)]
    if not len(tried):
        return None
    start = int(rng.choice(tried)) // MINUTE * MINUTE
    return replace(scope, start=start, end=start + round(hours * HOUR), share=share, heavier=heavier)


def _of_law(laws: Sequence[ChannelLaw], asked: Asked, rng: np.random.Generator) -> tuple[ChannelLaw, str]:
    """A channel and a cause by how many episodes each is expected to have; evenly where none has any."""
    pairs = [
        (law, cause)
        for law in laws
        for cause in CAUSES
        if asked.cause in {None, cause} and asked.channel in {None, law.name}
    ]
    weights = [float(law.failures[cause].episodes.draw_rates(RATE_DRAWS, rng).mean()) for law, cause in pairs]
    total = sum(weights)
    chance = [one / total for one in weights] if total > 0 else None
    return pairs[int(rng.choice(len(pairs), p=chance))]


def drawn_load(law: EpisodeLaw, rng: np.random.Generator) -> float:
    """The load of one episode, in days of wholly failed value: of one that was seen, or of one like none seen."""
    place = rng.random() * (len(law.seen) + NEW_WEIGHT)
    if place < len(law.seen):
        return law.seen[int(place)].load
    return law.usual_load * float(np.exp(LOAD_SD * rng.standard_normal() - LOAD_SD**2 / 2.0))


def _scope(law: ChannelLaw, laws: Sequence[ChannelLaw], cause: str, asked: Asked) -> Planted:
    """Where an incident of a cause strikes, goods and regions not chosen yet.

    All channels of a clearing name; goods on every channel, or on the one asked for; else one channel.
    """
    channels: tuple[str, ...] = (law.name,)
    if cause == "clearing":
        channels = tuple(one.name for one in laws if one.clearing == law.clearing)
    elif cause == "validation" and asked.channel is None:
        channels = ()
    return Planted(cause, channels, 0, 0, 1.0)


def _narrowed(scope: Planted, day: Rehearsal, wanted: float, rng: np.random.Generator) -> tuple[Planted, float]:
    """The scope with its goods or regions, as many as carry the load, and their part of the scope's value on the day.

    ``wanted`` is the part that carries it in the hours that are meant.
    """
    feed, inside = day.feed, scope.within(day.feed) & day.today
    if scope.cause == "validation" and feed.skus:
        names = _some(feed.skus, feed.sku[inside], feed.amount[inside], (wanted, MOST_SKUS), rng)
        scope = replace(scope, sku=names)
    elif scope.cause == "risk_control" and feed.regions and rng.random() < 0.5:  # noqa: PLR2004  # as often as not
        names = _some(feed.regions, feed.region[inside], feed.amount[inside], (wanted, MOST_REGIONS), rng)
        scope = replace(scope, region=names)
    whole = float(feed.amount[inside].sum())
    part = float(feed.amount[scope.within(feed) & day.today].sum())
    return scope, part / whole if whole > 0 else 0.0


def _some(
    names: Sequence[str], column: Ints, amount: Ints, bounds: tuple[float, int], rng: np.random.Generator
) -> tuple[str, ...]:
    """Names drawn by their value until they make up a part of it, or are as many as may be."""
    wanted, most = bounds
    value = np.bincount(column[column >= 0], amount[column >= 0], len(names)).astype(np.float64)
    if not value.any():
        return ()
    found: list[int] = []
    whole, carried = float(value.sum()), 0.0
    while len(found) < most and value.any() and (not found or carried < wanted * whole):
        place = int(rng.choice(len(names), p=value / value.sum()))
        found.append(place)
        carried += value[place]
        value[place] = 0.0
    return tuple(names[place] for place in sorted(found))
