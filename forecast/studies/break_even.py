"""Break-even: at which failure rate, and at which volume, another way of financing becomes the cheaper or the only one.

The base scenario is run again at levels of one input, on the same random numbers, and the choice made anew at each.
Between two levels with different choices the change is sought by halving, until it lies between two levels a tolerance
apart. A choice that appears and goes again between two neighbouring levels of the first grid is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import by_category
from forecast.financing.kinds.table import pool_rules
from forecast.kept import keep
from forecast.pipeline import financing_of
from forecast.plan.model import StatedRate
from forecast.results.answers import BreakEven, Stretch
from forecast.scenarios import PREFERRED_CHANNEL, shocks
from forecast.simulated import cash_case, cost_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.plan.model import Scenario
    from forecast.simulated import Forecast

FAILURE_LEVELS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
"""Failure rates of one channel that are tried first."""

VOLUME_LEVELS = (0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
"""Multiples of the volume that are tried first."""

RATE_TOLERANCE, VOLUME_TOLERANCE = 0.0025, 0.01
"""How closely a break-even is known."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen at a level: the facilities of the recommended mix, whether it holds, the cheapest one alone."""

    mix: tuple[str, ...]
    feasible: bool
    cheapest: str | None
    expected_cost: float


def stretches(levels: Sequence[float], choose: Callable[[float], Choice], tolerance: float) -> tuple[Stretch, ...]:
    """Find where the choice changes along an input: one stretch after another, each from its first level tried on.

    At least two ``levels`` are tried first, ascending; ``choose`` is called once a level. Neighbouring levels with
    different choices end up at most ``tolerance`` apart.
    """
    made = cache(choose)
    known = {*levels}
    for low, high in pairwise(levels):
        known |= {*_between(low, high, made, tolerance)}
    found: list[Stretch] = []
    for level in sorted(known):
        now = made(level)
        last = found[-1] if found else None
        if last is not None and _same(last, now):
            found[-1] = replace(last, high=level, cost_high=now.expected_cost)
        else:
            cost = now.expected_cost
            found.append(Stretch(level, level, now.feasible, now.mix, now.cheapest, cost, cost))
    return tuple(found)


def _between(low: float, high: float, made: Callable[[float], Choice], tolerance: float) -> list[float]:
    """Give the levels that halving tries between two levels with different choices."""
    if high - low <= tolerance or _same(made(low), made(high)):
        return []
    middle = (low + high) / 2
    return [*_between(low, middle, made, tolerance), middle, *_between(middle, high, made, tolerance)]


def _same(one: Choice | Stretch, other: Choice | Stretch) -> bool:
    return (one.mix, one.feasible, one.cheapest) == (other.mix, other.feasible, other.cheapest)


def break_even(
    prepared: Forecast, scenario: Scenario, progress: Callable[[str], None] | None = None
) -> list[BreakEven]:
    """Find the break-evens of the base scenario: in the failure rate of one channel, and in the volume.

    The channel is the one that the built-in scenarios change: ``baitiao``, else that with most expected sales. Its
    failure rate is a target of all causes together, as in a scenario. Everything runs on the paths of ``prepared``;
    ``progress`` is called with ``level:KEY = VALUE`` before each level. One result an input; none without facilities.
    """
    plan, say = prepared.plan, progress or (lambda _: None)
    if not plan.facilities:
        return []
    channels = list(plan.channels)
    expected = prepared.engine.sales.mean(axis=(0, 2))
    channel = PREFERRED_CHANNEL if PREFERRED_CHANNEL in channels else channels[int(np.argmax(expected))]

    def choice(changed: Scenario) -> Choice:
        blocks = prepared.engine.blocks(shocks(changed, plan, prepared.days))
        costs = by_category(cost_lines(prepared, changed))
        case = cash_case(prepared, keep(channels, blocks, pool_rules(plan.facilities)), costs)
        compared = financing_of(plan, case, plan.facilities)
        alone = [one for one in compared.options if one.feasible and one.expected_cost is not None]
        cheapest = min(alone, key=lambda one: one.expected_cost or 0.0).facility if alone else None
        best = compared.recommended
        mix = tuple(sorted(part.facility for part in best.mix if part.rates.peak_drawn > 0))
        return Choice(mix, best.feasible, cheapest, best.expected_cost)

    def at_rate(rate: float) -> Choice:
        say(f"level:failure_rate.{channel} = {rate:.4g}")
        return choice(replace(scenario, failure_rate={**scenario.failure_rate, channel: StatedRate(rate)}))

    def at_volume(volume: float) -> Choice:
        say(f"level:volume = {volume:.4g}")
        return choice(replace(scenario, volume=scenario.volume * volume))

    rate = _present_rate(prepared, scenario, channel)
    by_rate = stretches(FAILURE_LEVELS, at_rate, RATE_TOLERANCE)
    by_volume = stretches(VOLUME_LEVELS, at_volume, VOLUME_TOLERANCE)
    return [
        BreakEven(f"failure_rate.{channel}", rate, RATE_TOLERANCE, by_rate),
        BreakEven("volume", 1.0, VOLUME_TOLERANCE, by_volume),
    ]


def _present_rate(prepared: Forecast, scenario: Scenario, channel: str) -> float:
    """Give the failure rate of a channel in base: failed value ÷ value first tried, over the horizon."""
    place = list(prepared.plan.channels).index(channel)
    flows = prepared.engine.block(place, shocks(scenario, prepared.plan, prepared.days))
    tried = flows.sales.sum() * prepared.engine.kernels[place].tried.sum(axis=1).mean()
    return float(flows.failed.sum() / tried) if tried > 0 else 0.0
