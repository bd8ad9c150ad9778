"""Reverse stress: the level of one assumption at which cash no longer holds with every facility, and how likely it is.

Each assumption goes from a harmless end to a harmful one in steps as large as the tolerance; a level is what a what-if
sets, on the same random numbers, and holds where that what-if's recommended mix is feasible.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forecast.liquidity import case_buffer, needs
from forecast.notes import Named, Note
from forecast.plan.short_keys import FLOP, OUTAGE_DAYS, first_peak
from forecast.studies.stress.questions import key_of
from forecast.studies.stress.turning import Turn, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from forecast.plan.model import Plan
    from forecast.studies.stress.questions import Answer, Questions

RATE_STEP, MOST_RATE = 0.0025, 0.9
"""Failure and refund rates, and recovered shares, are sought to a quarter of a point; rates go up to this one."""

VOLUME_STEP, MOST_VOLUME = 0.01, 10.0
"""Volumes are sought to a hundredth, upwards to this one, downwards to 0."""

LONGEST_DELAY, LONGEST_OUTAGE = 30, 30
"""Payout days of settlement delay, and days of an outage, that are tried at most."""

EARLIER_DAYS = 3
"""Days of an outage that is tried before the tightest day, as long as the built-in scenario's."""

CASH = "opening_balance"
"""The key of the cash on the evening of as_of."""

CASH_STEPS = 1_000
"""The opening balance is sought to a thousandth of its range, in whole yuan."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels of one key: ``steps`` of ``step``, downwards where that is negative, from the harmless one."""

    kind: str
    name: str
    harmless: float
    step: float
    steps: int

    @property
    def key(self) -> str:
        """The key as a what-if writes it."""
        return key_of(self.kind, self.name)

    def level(self, number: int) -> float:
        """The level after so many steps, as a what-if writes it."""
        return round(self.harmless + number * self.step, 10)

    def setting(self, number: int) -> str:
        """The change of a what-if that sets it."""
        return f"{self.key}={self.level(number):.15g}"

    @property
    def harmful(self) -> float:
        """The level at the other end."""
        return self.level(self.steps)


def scales(plan: Plan) -> Iterator[Scale]:
    """Every assumption whose breaking point is sought, in the order of a result."""
    channels = list(plan.channels)
    clearings = dict.fromkeys(channel.clearing for channel in plan.channels.values())
    left = plan.horizon.days - (first_peak(plan) - plan.horizon.as_of).days + 1
    rates = round(MOST_RATE / RATE_STEP)
    for name in channels:
        yield Scale("failure_rate", name, 0.0, RATE_STEP, rates)
    for name in clearings:
        yield Scale(OUTAGE_DAYS, name, 0, 1, min(LONGEST_OUTAGE, left))
    for name in channels:
        yield Scale("settlement_delay", name, 0, 1, LONGEST_DELAY)
    for name in channels:
        yield Scale("refund_rate", name, 0.0, RATE_STEP, rates)
    for name in channels:
        yield Scale("recovery", name, 1.0, -RATE_STEP, round(1.0 / RATE_STEP))
    yield Scale("volume", "", 1.0, VOLUME_STEP, round((MOST_VOLUME - 1.0) / VOLUME_STEP))
    yield Scale(FLOP, "", 1.0, -VOLUME_STEP, round(1.0 / VOLUME_STEP))
    yield cash_scale(plan)


def cash_scale(plan: Plan) -> Scale:
    """The opening balance, down to nothing, and below it by as much as the facilities lend."""
    opening = plan.cash.opening_balance
    limits = sum(one.limit for one in plan.facilities if one.limit is not None and math.isfinite(one.limit))
    span = max(opening, 0.0) + max(limits, plan.cash.minimum_balance, abs(opening), float(CASH_STEPS))
    return Scale(CASH, "", opening, -float(math.ceil(span / CASH_STEPS)), CASH_STEPS)


def more_cash(questions: Questions) -> Scale:
    """The opening balance from one that is enough on every path, all debts repaid beside it, down to today's."""
    answer = questions.whatif()
    opening, debts = questions.plan.cash.opening_balance, sum(one.drawn for one in questions.plan.facilities)
    span = float(needs(answer.case.flows, answer.case.minimum_balance).max()) + 2 * debts - opening
    step = float(max(math.ceil(span / CASH_STEPS), 1))
    return Scale(CASH, "", opening + CASH_STEPS * step, -step, CASH_STEPS)


def breaking_point(questions: Questions, scale: Scale) -> Turn:
    """Find the step of a scale at which no mix holds any longer."""

    @lru_cache(maxsize=1)
    def answer(number: int) -> Answer:
        return questions.whatif(scale.setting(number))

    return turn(
        scale.steps, lambda number: answer(number).holds_in_full(), lambda number: answer(number).verdict().feasible
    )


def breaking_points(questions: Questions, say: Callable[[str], None]) -> Iterator[tuple[Scale, Turn]]:
    """Find the breaking point of every assumption; of an opening balance that is not enough, the one that is.

    That is found on a scale down to today's: the last step that holds, with the status ``always``.
    """
    for scale in scales(questions.plan):
        say(f"reverse:{scale.key}")
        found = breaking_point(questions, scale)
        if scale.kind == CASH and found.status == "always":
            more = more_cash(questions)
            enough = breaking_point(questions, more)
            yield more, Turn("always", enough.step, monotone=enough.monotone)
        else:
            yield scale, found


def sooner_outages(questions: Questions, found: Iterable[tuple[Scale, Turn]]) -> Iterator[Note]:
    """Tell of each clearing name whose outage breaks before base's tightest day, though one from the peak on holds.

    ``found`` are breaking points. An outage of ``EARLIER_DAYS`` is tried that ends on the day before the tightest.
    """
    tight = case_buffer(questions.whatif().case, questions.plan.horizon.confidence).peak_day
    if tight is None:
        return
    begins = max(tight - dt.timedelta(days=EARLIER_DAYS), questions.plan.horizon.as_of + dt.timedelta(days=1))
    for scale, turned in found:
        held = scale.steps if turned.step is None else turned.step - 1
        if scale.kind != OUTAGE_DAYS or turned.status == "always" or held < EARLIER_DAYS:
            continue
        clearing = json.dumps(scale.name, ensure_ascii=False)
        outage = f"outages=[{{clearing={clearing},start={begins},days={EARLIER_DAYS}}}]"
        if not questions.whatif(outage).holds_in_full():
            figures: dict[str, str | int | float] = {
                "start": str(begins),
                "days": EARLIER_DAYS,
                "tight": str(tight),
                "held": held,
            }
            yield Note("outage_breaks_sooner", scale.key, figures, {"clearing": Named("clearing", scale.name)})
