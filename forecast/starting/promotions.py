"""The promotions of Chinese platforms by year: 618, 双11, 双12 and 年货节, as events of a plan."""

from __future__ import annotations

import datetime as dt

import holidays

from forecast.plan.model import Event

_618_STARTS = {2022: (5, 31), 2023: (5, 31), 2024: (5, 20)}
_618_USUAL, _618_OLD, _FIRST_LONG_618 = (5, 13), (6, 1), 2025
"""618 began on 1 June for years, and has begun in the middle of May since 2025."""

_DOUBLE11_STARTS = {2022: (10, 31), 2023: (10, 31)}
_DOUBLE11_USUAL, _DOUBLE11_OLD, _FIRST_LONG_DOUBLE11 = (10, 14), (11, 1), 2024
"""双11 began on 1 November for years, and has begun in the middle of October since 2024."""

_NEW_YEAR_FROM, _NEW_YEAR_TO = 28, 8
"""年货节 runs from four weeks before the first day of Spring Festival until couriers stop, some days before it."""


def promotions(first: dt.date, last: dt.date) -> tuple[Event, ...]:
    """The promotions that touch the days from ``first`` to ``last``, by start. Years not listed have usual dates."""
    found = [event for year in range(first.year - 1, last.year + 2) for event in _of_year(year)]
    return tuple(sorted((x for x in found if x.start <= last and x.end >= first), key=lambda event: event.start))


def _of_year(year: int) -> list[Event]:
    june = _618_STARTS.get(year, _618_USUAL if year >= _FIRST_LONG_618 else _618_OLD)
    november = _DOUBLE11_STARTS.get(year, _DOUBLE11_USUAL if year >= _FIRST_LONG_DOUBLE11 else _DOUBLE11_OLD)
    festival = _spring_festival(year)
    return [
        Event("new_year", festival - dt.timedelta(_NEW_YEAR_FROM), festival - dt.timedelta(_NEW_YEAR_TO)),
        Event("618", dt.date(year, *june), dt.date(year, 6, 20), peak=dt.date(year, 6, 18)),
        Event("double11", dt.date(year, *november), dt.date(year, 11, 13), peak=dt.date(year, 11, 11)),
        Event("double12", dt.date(year, 12, 10), dt.date(year, 12, 13), peak=dt.date(year, 12, 12)),
    ]


def _spring_festival(year: int) -> dt.date:
    """The first day of the lunar year that begins in a year."""
    country = holidays.country_holidays("CN", years=year, language="en_US")
    return min(day for day, name in country.items() if "Spring Festival" in name and "Eve" not in name)
