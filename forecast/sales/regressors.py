"""Weekday, month, season, public holidays and the user's own regressors as columns of the design.

All coefficients are on the log scale: 0.1 is about 10 % more sales. The prior standard deviations below say how far
each effect may reasonably go before the data speak; they matter in short histories alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.calendar import SUNDAY, WORKING_DAY, Calendar, to_date
from forecast.errors import InputError, Problem
from forecast.notes import Note
from forecast.sales.design import Block, Columns
from forecast.sales.public_holidays import add_holidays, holiday_names

if TYPE_CHECKING:
    from forecast.arrays import Days

YEAR = "year:"
"""What the columns of the yearly waves begin with."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_SD = 0.5
"""Of one weekday against the mean of all; a shop that closes on Sundays reaches beyond it within a few weeks."""
MONTH_SD = 0.1
"""Of the first five days, and of the last three days, of a month."""
YEAR_SD = 0.2
"""Of each yearly wave, where there is a year at all (see ``forecast.sales.beliefs``): a shop may sell twice as much in
its best months as in its worst. Half of it took the seasons of real shops for levels that walk."""
YEAR_WAVES = 2
"""Waves a year (sine and cosine of each)."""
YEAR_DAYS = 400
"""The yearly shape is looked for from thirteen months of history on: less cannot tell it from trend."""
REGRESSOR_SD = 0.5
"""Of a user's regressor per standard deviation of its own."""
REGRESSOR_WEEKDAY_SD = 0.1
"""Of what one weekday adds to that effect: a promotion may draw more on a Monday than on a Friday."""


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
            columns.add(f"{YEAR}sin{wave}", np.sin(wave * phase), YEAR_SD)
            columns.add(f"{YEAR}cos{wave}", np.cos(wave * phase), YEAR_SD)
    if country is not None:
        add_holidays(columns, days, Calendar(country))
    return columns.block()


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
