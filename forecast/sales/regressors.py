"""Weekday, month, season, public holidays and the user's own regressors as columns of the design.

All coefficients are on the log scale: 0.1 is about 10 % more sales. The prior standard deviations below say how far
each effect may reasonably go before the data speak; they matter in short histories alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import holidays as holiday_source
import numpy as np
import pandas as pd

from forecast.calendar import PUBLIC_HOLIDAY, SUNDAY, WORKING_DAY, Calendar, to_date
from forecast.errors import InputError, Problem
from forecast.notes import Note
from forecast.sales.design import Block, Columns

if TYPE_CHECKING:
    from forecast.arrays import Bools, Days, Floats, Ints

HOLIDAY = "holiday:"
"""What the column of a holiday's own effect begins with."""
HOLIDAYS, BEFORE, AFTER = "holiday", "before:", "after:"
"""The column of holidays in general, and what those of the days before and after a holiday begin with."""
YEAR = "year:"
"""What the columns of the yearly waves begin with."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_SD = 0.5
"""Of one weekday against the mean of all; a shop that closes on Sundays reaches beyond it within a few weeks."""
MONTH_SD = 0.1
"""Of the first five days, and of the last three days, of a month."""
YEAR_SD = 0.1
"""Of each yearly wave."""
YEAR_WAVES = 2
"""Waves a year (sine and cosine of each)."""
YEAR_DAYS = 400
"""The yearly shape is looked for from thirteen months of history on: less cannot tell it from trend."""
HOLIDAY_SD = 0.3
"""Of holidays in general, against the last day of a weekend; a short holiday's own deviation has the same."""
LONG_HOLIDAY_SD = 0.4
"""Of a long holiday's own deviation: parcels rest at Spring Festival, and a shop may lose half its sales or more."""
BEFORE_SD = 0.25
"""Of the fortnight that leads up to a holiday, and of the days after a long one."""
REGRESSOR_SD = 0.5
"""Of a user's regressor per standard deviation of its own."""
REGRESSOR_WEEKDAY_SD = 0.1
"""Of what one weekday adds to that effect: a promotion may draw more on a Monday than on a Friday."""
LONG_HOLIDAY_DAYS = 5
"""From so many days off in a row on, weekend days among them count as the holiday's."""
LEAD_DAYS = 14
"""Days before a holiday over which its lead-up rises, and days after a long one over which it fades."""


def is_of_holidays(column: str) -> bool:
    """Whether a column tells what public holidays, the days that lead up to them, or those after them do."""
    return column == HOLIDAYS or column.startswith((HOLIDAY, BEFORE, AFTER))


def is_of_year(column: str) -> bool:
    """Whether a column is one of the yearly waves."""
    return column.startswith(YEAR)


def day_index(days: Days) -> pd.DatetimeIndex:
    """The days as a pandas index."""
    return pd.DatetimeIndex(days.astype("datetime64[ns]"))


def calendar_block(days: Days, country: str | None, history: int) -> Block:
    """Weekday, month, season and holidays of ``days``, the first ``history`` of which are the past.

    A public holiday behaves as the last day of a weekend, and a weekend day that makes up for a holiday (调休) as the
    mean of Monday to Friday, each holiday with a deviation of its own that its repeats share.
    """
    columns = Columns(len(days))
    index = day_index(days)
    weekday = np.asarray(index.day_of_week)
    dummies = np.eye(7)[weekday]
    names: list[str | None] = [None] * len(days)
    if country is not None:
        calendar = Calendar(country)
        names = holiday_names(days, calendar)
        types = calendar.day_types(days)
        last = weekday[types == SUNDAY]
        closing_day = int(np.bincount(last).argmax()) if last.size else 6
        make_up = (types == WORKING_DAY) & (weekday > 4) & (closing_day == 6)  # noqa: PLR2004  # Saturday, Sunday
        dummies[make_up] = np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0])
        dummies[np.array([name is not None for name in names], dtype=bool)] = np.eye(7)[closing_day]
    for place, label in enumerate(WEEKDAYS):
        columns.add(f"weekday:{label}", dummies[:, place], WEEKDAY_SD)
    columns.add("month:start", (np.asarray(index.day) <= 5).astype(float), MONTH_SD)  # noqa: PLR2004  # five days
    to_end = np.asarray(index.days_in_month) - np.asarray(index.day)
    columns.add("month:end", (to_end < 3).astype(float), MONTH_SD)  # noqa: PLR2004  # three days
    if history >= YEAR_DAYS:
        phase = 2 * np.pi * (np.asarray(index.day_of_year) - 1) / 365.25
        for wave in range(1, YEAR_WAVES + 1):
            columns.add(f"{YEAR}sin{wave}", np.sin(wave * phase), YEAR_SD / wave)
            columns.add(f"{YEAR}cos{wave}", np.cos(wave * phase), YEAR_SD / wave)
    _add_holidays(columns, names)
    return columns.block()


def holiday_names(days: Days, calendar: Calendar) -> list[str | None]:
    """The public holiday that each day belongs to, None on other days.

    Days off that stand next to a holiday without a name of their own (observed, substituted) bear its name; so do
    weekend days inside at least ``LONG_HOLIDAY_DAYS`` days off in a row (a Chinese golden week).
    """
    padded = np.arange(days[0] - 12, days[-1] + 13)
    types = calendar.day_types(padded)
    off = types != WORKING_DAY
    source = holiday_source.country_holidays(calendar.country)
    if "en_US" in source.supported_languages:
        source = holiday_source.country_holidays(calendar.country, language="en_US")
    found: list[str | None] = [None] * len(padded)
    for first, end in _runs(off):
        public = [place for place in range(first, end) if types[place] == PUBLIC_HOLIDAY]
        named = {place: _own_name(source, padded[place]) for place in public}
        is_long = named and end - first >= LONG_HOLIDAY_DAYS
        for place in range(min(named), max(named) + 1) if is_long else named:
            found[place] = _nearest_name(named, place)
    return found[12:-12]


def _nearest_name(named: dict[int, str], place: int) -> str:
    """The name of the nearest of these holidays that has one of its own, the earlier of two."""
    known = [other for other in named if named[other]]
    return named[min(known, key=lambda other: (abs(other - place), other))] if known else "holiday"


def regressor_block(days: Days, regressors: pd.DataFrame | None, history: int) -> tuple[Block, list[Note]]:
    """The user's regressors, standardised over the history; one that never varied there teaches nothing (a note).

    Raises:
        InputError: A value is absent or not a number on a day of the horizon, or of the history.
    """
    columns = Columns(len(days))
    notes: list[Note] = []
    if regressors is None:
        return columns.block(), notes
    table = regressors.copy()
    table.index = pd.DatetimeIndex(table.index).normalize()
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0].date()
        raise InputError(f"regressors: {twice} stands in the index twice; write one row a day")
    table = table.reindex(day_index(days))
    weekday = np.asarray(day_index(days).day_of_week)
    problems = []
    for name in table.columns:
        values = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
        absent = ~np.isfinite(values)
        if absent.any():
            day = to_date(days[int(np.argmax(absent))])
            message = f"no number for {day}; write one for every day of history and horizon"
            problems.append(Problem(message, key=f"regressors.{name}"))
            continue
        spread = float(values[:history].std())
        if spread < 1e-9 * max(1.0, float(np.abs(values[:history]).max(initial=0.0))):
            notes.append(Note("regressor_constant", f"regressors.{name}"))
            continue
        standard = (values - values[:history].mean()) / spread
        columns.add(f"regressor:{name}", standard, REGRESSOR_SD)
        for place, label in enumerate(WEEKDAYS):
            columns.add(f"regressor:{name}:{label}", standard * (weekday == place), REGRESSOR_WEEKDAY_SD)
    if problems:
        raise InputError(problems)
    return columns.block(), notes


@dataclass(frozen=True, slots=True)
class _Spell:
    """Days of holidays in a row, from place ``first`` to before ``end``, with the name that each day bears."""

    first: int
    end: int
    days: list[str | None]

    @property
    def is_long(self) -> bool:
        return len(self.days) >= LONG_HOLIDAY_DAYS

    @property
    def name(self) -> str:
        """A long holiday is one throughout, whatever its single days are called: the name that most of them bear."""
        return str(max(dict.fromkeys(self.days), key=self.days.count) if self.is_long else self.days[0])


def _add_holidays(columns: Columns, names: list[str | None]) -> None:
    """The general effect of holidays, each one's own, its lead-up, and what follows a long one."""
    is_holiday = np.array([name is not None for name in names], dtype=bool)
    columns.add(HOLIDAYS, is_holiday.astype(float), HOLIDAY_SD)
    own, lead, fade = (defaultdict[str, "Floats"](lambda: np.zeros(len(names))) for _ in range(3))
    for spell in (_Spell(first, end, names[first:end]) for first, end in _runs(is_holiday)):
        for place, day in enumerate(spell.days, start=spell.first):
            own[spell.name if spell.is_long else str(day)][place] = 1.0
        before = np.arange(spell.first - 1, max(spell.first - LEAD_DAYS, 0) - 1, -1)
        rising = 1.0 - np.arange(len(before)) / LEAD_DAYS
        lead[spell.name][before[~is_holiday[before]]] = rising[~is_holiday[before]]
        if spell.is_long:
            after = min(LEAD_DAYS, len(names) - spell.end)
            fade[spell.name][spell.end : spell.end + after] = 1.0 - np.arange(after) / LEAD_DAYS
    for name in sorted(own):
        columns.add(f"{HOLIDAY}{name}", own[name], LONG_HOLIDAY_SD if name in fade else HOLIDAY_SD)
        if name in lead:
            columns.add(f"{BEFORE}{name}", lead[name], BEFORE_SD)
        if name in fade:
            columns.add(f"{AFTER}{name}", fade[name], BEFORE_SD)


def _own_name(source: holiday_source.HolidayBase, day: np.datetime64) -> str:
    """A holiday's name without what stands in brackets; empty for a day that only substitutes another."""
    names = sorted(name.split(" (")[0] for name in source.get_list(to_date(day)))
    own = [name for name in names if name and not name.startswith("Day off")]
    return own[0] if own else ""


def _runs(mask: Bools) -> list[tuple[int, int]]:
    """First and one past the last place of every run of True."""
    edges: Ints = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
