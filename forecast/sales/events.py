"""Promotions (大促) as columns of the design: one shape, pooled over names and over the repeats of one name.

On the log scale an event's effect on a day is ``level x shape(day)`` plus what its name's own phases add. The level
is the log of the peak day's sales as a multiple of an ordinary day, and is itself a sum of normal parts: a level
common to all events, a deviation of the name, and a deviation of each single repeat. So one past Double 11 makes the
next neither a copy of it nor unknown, and an event never seen takes the level of the others, or a wide default. An
``uplift`` in the plan replaces the common level and the name's deviation by its own logarithm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.errors import InputError, Problem
from forecast.notes import Note
from forecast.sales.design import Block, Columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Days, Floats
    from forecast.plan.model import Event


@dataclass(frozen=True, slots=True)
class _Kind:
    """Events with a peak, or flat ones: the prior of the common level, and what a name deviates from it."""

    name: str
    level: float
    common_sd: float
    name_sd: float


PEAK = _Kind("peak", math.log(4.0), 0.6, 0.4)
"""The default for a peak day nobody has seen: four times an ordinary day, 90 % of the prior between 1.2 and 14."""
FLAT = _Kind("flat", math.log(1.4), 0.3, 0.25)
"""The default for an event without a peak: 1.4 times an ordinary day, 90 % of the prior, with a repeat's own deviation,
between 0.7 and 2.9."""
UPLIFT_SD = 0.3
"""How far a plan's own ``uplift`` is believed: 90 % within a factor of 1.8, a repeat's own deviation included."""
REPEAT_SD = 0.2
"""Of one repeat's level against its name's: with one past repeat the next is known within about a third; learnt
from three repeats on."""
PRESALE_SHARE, BUILD_UP_SHARE, AFTER_SHARE = 0.15, 0.5, 0.4
"""The default shape, as shares of the peak's log level: from the start on; the day before the peak (falling to a
tenth of that five days earlier); the day after it (halving in a day and a half)."""
PHASE_SD, PHASE_NAME_SD = 0.3, 0.2
"""Of the phases presale, build-up and after: what all events, and what one name, add to the default shape."""
DIP_DAYS, DIP_LEVEL, DIP_SD = 7, -0.05, 0.1
"""After an event with a peak sales may dip for a week, fading linearly."""

Source = Literal["history", "uplift", "other_events", "default"]
_NOTES = {"uplift": "event_prior_uplift", "other_events": "event_prior_other_events", "default": "event_prior_default"}


@dataclass(frozen=True, slots=True)
class Ahead:
    """An event in the horizon, where its level comes from, and the columns' weights on its main day."""

    event: Event
    source: Source
    weights: Floats


def event_block(days: Days, events: Sequence[Event], history: int) -> tuple[Block, list[Ahead], list[Note]]:
    """The columns of all events that touch ``days``, what lies ahead, and a note for each name not seen before.

    Raises:
        InputError: An event ends before it starts, has its peak outside, or an uplift that is not positive.
    """
    _check(events)
    touching = [event for event in dict.fromkeys(events) if _window(event, days).any()]
    uplifts = {event.name: _uplift(event.name, touching) for event in touching}
    past = [
        event for event in touching if _window(event, days)[:history].any() and _main_day(event) <= days[history - 1]
    ]
    to_come = [event for event in touching if _window(event, days)[history:].any()]
    block = _columns(days, touching, uplifts)
    ahead = [_ahead(event, _source(event, past, uplifts[event.name]), days, block) for event in to_come]
    return block, ahead, [_note(one) for one in ahead if one.source != "history"]


def _columns(days: Days, events: Sequence[Event], uplifts: Mapping[str, float | None]) -> Block:
    """The levels of both kinds, the phases of events with a peak, and each repeat's own deviation."""
    columns = Columns(len(days))
    peaked, flat = ([event for event in events if (event.peak is None) == is_flat] for is_flat in (False, True))
    _add_levels(columns, days, peaked, uplifts, PEAK)
    _add_levels(columns, days, flat, uplifts, FLAT)
    _add_phases(columns, days, peaked)
    for event in events:
        columns.add(f"repeat:{event.name}:{event.start}", _shape(event, days), REPEAT_SD, repeat_of=event.name)
    return columns.block()


def _ahead(event: Event, source: Source, days: Days, block: Block) -> Ahead:
    main = int(np.clip(np.searchsorted(days, _main_day(event)), 0, len(days) - 1))
    return Ahead(event, source, np.array([_belongs(name, event) for name in block.names]) * block.matrix[main])


def _note(ahead: Ahead) -> Note:
    """Where the level of an event comes from that was not seen before."""
    event = ahead.event
    return Note(_NOTES[ahead.source], f"events.{event.name}", {"name": event.name, "start": str(event.start)})


def peak_days(days: Days, events: Sequence[Event]) -> Floats:
    """1.0 on the peak of an event and the day to each side of it, 0.0 elsewhere."""
    near = np.zeros(len(days))
    for event in events:
        if event.peak is not None:
            near[np.abs((days - np.datetime64(event.peak, "D")).astype(np.int64)) <= 1] = 1.0
    return near


def _add_levels(
    columns: Columns, days: Days, events: list[Event], uplifts: Mapping[str, float | None], kind: _Kind
) -> None:
    """The common level of the events of a kind, and each name's own part."""
    shapes = {event: _shape(event, days) for event in events}
    pooled = sum((shapes[event] for event in events if uplifts[event.name] is None), np.zeros(len(days)))
    columns.add(f"level:{kind.name}", pooled, kind.common_sd, kind.level)
    for name in sorted({event.name for event in events}):
        own = sum((shapes[event] for event in events if event.name == name), np.zeros(len(days)))
        uplift = uplifts[name]
        if uplift is None:
            columns.add(f"level:{kind.name}:{name}", own, kind.name_sd)
        else:
            columns.add(f"level:{kind.name}:{name}", own, UPLIFT_SD, math.log(uplift))


def _add_phases(columns: Columns, days: Days, events: list[Event]) -> None:
    """What presale, build-up, the days after and the dip add to the default shape: in common, and by name."""
    for phase in ("presale", "build_up", "after", "dip"):
        common_sd, name_sd, mean = (DIP_SD, DIP_SD, DIP_LEVEL) if phase == "dip" else (PHASE_SD, PHASE_NAME_SD, 0.0)
        values = {event: _phase(event, days, phase) for event in events}
        columns.add(f"{phase}:", sum(values.values(), np.zeros(len(days))), common_sd, mean)
        for name in sorted({event.name for event in events}):
            own = sum((values[event] for event in events if event.name == name), np.zeros(len(days)))
            columns.add(f"{phase}:{name}", own, name_sd)


def _phase(event: Event, days: Days, phase: str) -> Floats:
    """How strongly a phase holds on each day, between 0 and 1."""
    start, end = np.datetime64(event.start, "D"), np.datetime64(event.end, "D")
    to_peak = (_main_day(event) - days).astype(np.int64).astype(np.float64)
    if phase == "presale":
        return np.asarray((days >= start) & (to_peak > 0), dtype=np.float64)
    if phase == "build_up":
        return np.where((days >= start) & (to_peak > 0), np.exp(-(np.maximum(to_peak, 1.0) - 1.0) / 1.75), 0.0)
    if phase == "after":
        return np.where((days <= end) & (to_peak < 0), 0.5 ** ((np.maximum(-to_peak, 1.0) - 1.0) / 1.5), 0.0)
    to_end = (days - end).astype(np.int64).astype(np.float64)
    return np.where((to_end > 0) & (to_end <= DIP_DAYS), 1.0 - (to_end - 1.0) / DIP_DAYS, 0.0)


def _shape(event: Event, days: Days) -> Floats:
    """The default shape: 1 on the peak, or on every day of an event without one."""
    if event.peak is None:
        return _window(event, days)
    presale, build_up, after = (_phase(event, days, phase) for phase in ("presale", "build_up", "after"))
    shape = PRESALE_SHARE * presale + (BUILD_UP_SHARE - PRESALE_SHARE) * build_up + AFTER_SHARE * after
    return np.where(days == np.datetime64(event.peak, "D"), 1.0, shape)


def _window(event: Event, days: Days) -> Floats:
    start, end = np.datetime64(event.start, "D"), np.datetime64(event.end, "D")
    return np.asarray((days >= start) & (days <= end), dtype=np.float64)


def _main_day(event: Event) -> np.datetime64:
    return np.datetime64(event.peak or event.start, "D")


def _belongs(column: str, event: Event) -> bool:
    """Whether a column is part of that event's level."""
    kind = (FLAT if event.peak is None else PEAK).name
    return column in {f"level:{kind}", f"level:{kind}:{event.name}", f"repeat:{event.name}:{event.start}"}


def _uplift(name: str, events: Sequence[Event]) -> float | None:
    """The uplift the plan gives to a name: that of its latest repeat which has one."""
    given = [event for event in events if event.name == name and event.uplift is not None]
    return max(given, key=lambda event: event.start).uplift if given else None


def _source(event: Event, past: Sequence[Event], uplift: float | None) -> Source:
    """Where an event's level comes from: its own past, the plan's uplift, other events of its kind, or the default."""
    if any(other.name == event.name and (other.peak is None) == (event.peak is None) for other in past):
        return "history"
    if uplift is not None:
        return "uplift"
    alike = any((other.peak is None) == (event.peak is None) for other in past)
    return "other_events" if alike else "default"


def _check(events: Sequence[Event]) -> None:
    problems = []
    for event in events:
        if event.end < event.start:
            problems.append(Problem(f"ends on {event.end}, before its start {event.start}", key=f"events.{event.name}"))
        elif event.peak is not None and not event.start <= event.peak <= event.end:
            message = f"peak {event.peak} lies outside {event.start} to {event.end}; write a day between them"
            problems.append(Problem(message, key=f"events.{event.name}"))
        if event.uplift is not None and not (math.isfinite(event.uplift) and event.uplift > 0):
            message = f"uplift must be a positive multiple of an ordinary day (got {event.uplift})"
            problems.append(Problem(message, key=f"events.{event.name}"))
    if problems:
        raise InputError(problems)
