"""Public holidays as columns of the design: a whole country's, the days around them, and those of its regions.

All coefficients are on the log scale: 0.1 is about 10 % more sales. The prior standard deviations below say how far
each effect may reasonably go before the data speak.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import holidays as holiday_source
import numpy as np

from forecast.calendar import PUBLIC_HOLIDAY, SATURDAY, WORKING_DAY, Calendar, to_date

if TYPE_CHECKING:
    import datetime as dt

    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.sales.design import Columns

HOLIDAYS = "holiday"
"""The column of holidays in general; the names of all others begin with it too."""
HOLIDAY = "holiday:"
"""What the column of a holiday's own effect begins with."""
EVE, BEFORE, AFTER, REGIONAL = "holiday_eve:", "holiday_before:", "holiday_after:", "holiday_regional:"
"""What those of a holiday's eve, of the days before and after it, and of a holiday of regions begin with."""
HOLIDAY_SD = 0.3
"""Of holidays in general, against the last day of a weekend; a short holiday's own deviation has the same."""
LONG_HOLIDAY_SD = 0.4
"""Of a long holiday's own deviation: parcels rest at Spring Festival, and a shop may lose half its sales or more."""
BEFORE_SD = 0.25
"""Of the fortnight that leads up to a holiday, of the days after a long one, and of what the last day before adds."""
REGIONAL_SHARE = 0.2
"""A holiday that so many of a country's regions keep, and not all of them, is looked for in a shop's sales; how many
people live in them is not known."""
LONG_HOLIDAY_DAYS = 5
"""From so many days off in a row on, weekend days among them count as the holiday's."""
AROUND = 30
"""Days looked at on each side: a holiday may begin or end there, and cast its lead-up over the days."""
LEAD_DAYS = 14
"""Days before a holiday over which its lead-up rises, and days after a long one over which it fades."""


def is_of_holidays(column: str) -> bool:
    """Whether a column tells what public holidays, or the days around them, do."""
    return column.startswith(HOLIDAYS)


def holiday_names(days: Days, calendar: Calendar) -> list[str | None]:
    """The public holiday that each day belongs to, None on other days.

    Days off that stand next to a holiday without a name of their own (observed, substituted) bear its name; so do
    all of at least ``LONG_HOLIDAY_DAYS`` days off in a row (a Chinese golden week), weekend days among them.
    """
    return _names_around(days, calendar)[AROUND:-AROUND]


def _names_around(days: Days, calendar: Calendar) -> list[str | None]:
    """The same of these days and ``AROUND`` more on each side."""
    padded = np.arange(days[0] - AROUND, days[-1] + AROUND + 1)
    types = calendar.day_types(padded)
    source = _in_english(calendar.country)
    found: list[str | None] = [None] * len(padded)
    for first, end in _runs(types != WORKING_DAY):
        public = [place for place in range(first, end) if types[place] == PUBLIC_HOLIDAY]
        named = {place: _own_name(source, padded[place]) for place in public}
        is_long = named and end - first >= LONG_HOLIDAY_DAYS
        for place in range(first, end) if is_long else named:
            found[place] = _nearest_name(named, place)
    return found


def _nearest_name(named: dict[int, str], place: int) -> str:
    """The name of the nearest of these holidays that has one of its own, the earlier of two."""
    known = [other for other in named if named[other]]
    return named[min(known, key=lambda other: (abs(other - place), other))] if known else "holiday"


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


def add_holidays(columns: Columns, days: Days, calendar: Calendar) -> None:
    """The general effect of holidays, each one's own, its lead-up and its eve, and what follows a long one.

    The eve, the last day before, has an effect of its own beside the lead-up: shops may close early on it, or parcels
    no longer go out, however busy the days before were. Holidays that begin or end outside the days are whole.
    """
    names = _names_around(days, calendar)
    is_holiday = np.array([name is not None for name in names], dtype=bool)
    columns.add(HOLIDAYS, is_holiday[AROUND:-AROUND].astype(float), HOLIDAY_SD)
    own, around = _effects(names, is_holiday)
    for name in sorted(own):
        is_long = name in around[AFTER]
        columns.add(f"{HOLIDAY}{name}", own[name][AROUND:-AROUND], LONG_HOLIDAY_SD if is_long else HOLIDAY_SD)
        for prefix, values in around.items():
            if name in values:
                columns.add(f"{prefix}{name}", values[name][AROUND:-AROUND], BEFORE_SD)
    for name, days_of in regional_holidays(days, calendar).items():
        columns.add(f"{REGIONAL}{name}", days_of, HOLIDAY_SD)


def _effects(names: list[str | None], is_holiday: Bools) -> tuple[dict[str, Floats], dict[str, dict[str, Floats]]]:
    """By name of the holiday, how strongly each day feels it; the same by prefix of its eve, lead-up and aftermath."""
    own, eve, lead, fade = (defaultdict[str, "Floats"](lambda: np.zeros(len(names))) for _ in range(4))
    for spell in (_Spell(first, end, names[first:end]) for first, end in _runs(is_holiday)):
        for place, day in enumerate(spell.days, start=spell.first):
            own[spell.name if spell.is_long else str(day)][place] = 1.0
        before = np.arange(spell.first - 1, max(spell.first - LEAD_DAYS, 0) - 1, -1)
        rising = 1.0 - np.arange(len(before)) / LEAD_DAYS
        eve[spell.name][before[:1]] = 1.0
        lead[spell.name][before[~is_holiday[before]]] = rising[~is_holiday[before]]
        if spell.is_long:
            after = min(LEAD_DAYS, len(names) - spell.end)
            fade[spell.name][spell.end : spell.end + after] = 1.0 - np.arange(after) / LEAD_DAYS
    return own, {EVE: eve, BEFORE: lead, AFTER: fade}


def regional_holidays(days: Days, calendar: Calendar) -> dict[str, Floats]:
    """By name, 1.0 on the days on which regions of the country rest and the others work; in the order of the names.

    Of the regions at least ``REGIONAL_SHARE`` keep it, or the country leaves it to each employer (Carnival in Brazil);
    Corpus Christi closes the shops of six of Germany's sixteen states. The usual day of rest is none.
    """
    first, last = (int(str(day.astype("datetime64[Y]"))) for day in (days[0], days[-1]))
    works = np.isin(calendar.day_types(days), (WORKING_DAY, SATURDAY))
    found: dict[str, Floats] = {}
    for day, name in _kept_by_some(calendar.country, first, last):
        place = int((np.datetime64(day, "D") - days[0]).astype(np.int64))
        if 0 <= place < len(days) and works[place]:
            found.setdefault(name, np.zeros(len(days)))[place] = 1.0
    return dict(sorted(found.items()))


@cache
def _kept_by_some(country: str, first: int, last: int) -> tuple[tuple[dt.date, str], ...]:
    """Holidays of the years ``first`` to ``last`` that are no public ones of all the country.

    Regions have names of their own for one day (the day after Thanksgiving is Lincoln's in Indiana): it bears the most
    common.
    """
    years = range(first, last + 1)
    regions = _in_english(country).subdivisions
    kept: defaultdict[dt.date, Counter[str]] = defaultdict(Counter)
    times: Counter[dt.date] = Counter()
    for region in regions:
        for day, names in _in_english(country, subdiv=region, years=years).items():
            kept[day].update(_single(names))
            times[day] += 1
    found = {day for day, count in times.items() if count >= REGIONAL_SHARE * len(regions)}
    if "optional" in _in_english(country).supported_categories:
        for day, names in _in_english(country, categories=("optional",), years=years).items():
            kept[day].update(_single(names))
            found.add(day)
    return tuple((day, min(kept[day], key=lambda name: (-kept[day][name], name))) for day in sorted(found))


def _single(names: str) -> list[str]:
    """The names that the library joins for one day, without what stands in brackets (observed, estimated)."""
    return [name.split(" (")[0] for name in names.split("; ")]


def _in_english(country: str, **what: Any) -> holiday_source.HolidayBase:  # noqa: ANN401  # the library's own arguments
    """The library's holidays of a country, with English names where it has them."""
    source = holiday_source.country_holidays(country, **what)
    if "en_US" in source.supported_languages:
        source = holiday_source.country_holidays(country, language="en_US", **what)
    return source


def _own_name(source: holiday_source.HolidayBase, day: np.datetime64) -> str:
    """A holiday's name without what stands in brackets; empty for a day that only substitutes another."""
    names = sorted(name.split(" (")[0] for name in source.get_list(to_date(day)))
    own = [name for name in names if name and not name.startswith("Day off")]
    return own[0] if own else ""


def _runs(mask: Bools) -> list[tuple[int, int]]:
    """First and one past the last place of every run of True."""
    edges: Ints = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]
