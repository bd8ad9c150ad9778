"""Working days and public holidays of a country, over numpy days.

Days are ``datetime64[D]``, local calendar days. The holidays, and for China the weekend days on which people work to
make up for them (调休), come from the ``holidays`` library; China's State Council publishes a year's list late in the
year before, and later years are computed by the law's rule without make-up days: see ``is_official``.
"""

from __future__ import annotations

import datetime as dt
import difflib
import threading
from typing import TYPE_CHECKING

import holidays
import numpy as np
from holidays.registry import COUNTRIES

from forecast.errors import InputError, Listed, said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.errors import Said

Day = dt.date | np.datetime64
"""One day: a date, or a numpy day."""

WORKING_DAY, SATURDAY, SUNDAY, PUBLIC_HOLIDAY = 0, 1, 2, 3
"""The types of day. Where the weekend is not Saturday and Sunday, its last day is a ``SUNDAY``, the others are
``SATURDAY``. A weekend day that makes up for a holiday is a ``WORKING_DAY``; a public holiday on a weekend is a
``PUBLIC_HOLIDAY``."""

FAR = 30
"""Years between what was looked up and what is asked, beyond which the years between are left out."""


def country_codes() -> dict[str, str]:
    """Every country code that ``Calendar`` takes (``CN``, ``CHN``), with the country's name (``china``)."""
    return {code: name.replace("_", " ") for name, (_, *codes) in COUNTRIES.items() for code in codes if code.isupper()}


def check_country(code: str) -> Said | None:
    """What is wrong with a country code and which one to write; None when it is valid."""
    codes = country_codes()
    if code in codes:
        return None
    if code.strip().upper() in codes:
        return said("calendar.no_country", found=code, advice=f'"{code.strip().upper()}"')
    by_name = {name: known for known, name in reversed(codes.items())}
    words = code.strip().lower().replace("_", " ")
    names = [by_name[name] for name in difflib.get_close_matches(words, by_name, n=2, cutoff=0.75)]
    near = names or difflib.get_close_matches(code.strip().upper(), codes, n=3, cutoff=0.5)
    proposed = Listed(tuple(f'"{known}" ({codes[known]})' for known in near), either=True)
    return said("calendar.no_country", found=code[:60], advice=proposed if near else said("calendar.any_country"))


def weekday_of(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """The weekday of each day, 0 = Monday; 1970-01-01 was a Thursday."""
    return np.asarray((days.astype("datetime64[D]").astype(np.int64) + 3) % 7)


def days_between(start: Day, end: Day) -> NDArray[np.datetime64]:
    """The days from ``start`` to ``end``, both included; empty when ``end`` is earlier."""
    return np.arange(_to_day(start), _to_day(end) + 1, dtype="datetime64[D]")


def to_date(day: Day) -> dt.date:
    """A day as a ``datetime.date``."""
    if isinstance(day, dt.datetime):
        return day.date()
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day.astype("datetime64[D]")))


def _to_day(day: Day) -> np.datetime64:
    found: np.datetime64 = np.datetime64(to_date(day), "D")
    return found


class Calendar:
    """The working days and public holidays of one country, by its code of ISO 3166: ``CN``, ``BR``.

    Raises:
        InputError: The code is not known; the message names the nearest ones.
    """

    def __init__(self, country: str) -> None:
        if country not in _LOOKED_UP:
            problem = check_country(country)
            if problem:
                raise InputError(problem)
            _LOOKED_UP.setdefault(country, _LookedUp(_source(country)))
        self.country = country
        self._days = _LOOKED_UP[country]

    def day_types(self, days: NDArray[np.datetime64]) -> NDArray[np.int8]:
        """``WORKING_DAY``, ``SATURDAY``, ``SUNDAY`` or ``PUBLIC_HOLIDAY`` of each day, in the days' shape."""
        asked = np.asarray(days).astype("datetime64[D]")
        if asked.size == 0:
            return np.empty(asked.shape, dtype=np.int8)
        if np.isnat(asked).any():
            raise ValueError("a day that is absent (NaT) has no type")
        first, types = self._days.covering(asked.min(), asked.max())
        return np.asarray(types[(asked - first).astype(np.int64)])

    def is_holiday(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which days are public holidays, those on weekends included."""
        return np.asarray(self.day_types(days) == PUBLIC_HOLIDAY)

    def is_working_day(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """Which days are working days: neither weekend nor public holiday, or a weekend's make-up workday."""
        return np.asarray(self.day_types(days) == WORKING_DAY)

    def working_day_on_or_after(self, day: Day) -> np.datetime64:
        """The day itself when it is a working day, else the next one that is."""
        return self.add_working_days(day, 0)

    def add_working_days(self, day: Day, n: int) -> np.datetime64:
        """The n-th working day after ``day`` (T+n); before it for a negative n.

        With n = 0 the first working day on or after ``day``.
        """
        start, step = (_to_day(day) + int(n > 0), 1) if n >= 0 else (_to_day(day) - 1, -1)
        wanted, span = max(abs(n), 1), 2 * abs(n) + 30
        while True:
            days = start + step * np.arange(span)
            working = days[self.is_working_day(days)]
            if working.size >= wanted:
                found: np.datetime64 = working[wanted - 1]
                return found
            span *= 2

    def is_official(self, year: int) -> bool:
        """Whether a year's holidays are settled rather than the library's estimate.

        For China: the State Council's list of that year is in the library (the last such year depends on the
        library's version). Elsewhere: the library marks none of the year's holidays as estimated.
        """
        if self.country in {"CN", "CHN"}:
            announced: dict[int, object] = getattr(self._days.source, "special_public_holidays", {})
            return year <= max(announced, default=0)
        self._days.covering(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31"))
        return not any("estimated" in name for day, name in list(self._days.source.items()) if day.year == year)


class _LookedUp:
    """The types of a country's days, looked up once for all calendars of a process."""

    def __init__(self, source: holidays.HolidayBase) -> None:
        self.source = source
        self._found: tuple[np.datetime64, NDArray[np.int8]] = np.datetime64("2020-01-01", "D"), np.empty(0, np.int8)

    def covering(self, first: np.datetime64, last: np.datetime64) -> tuple[np.datetime64, NDArray[np.int8]]:
        """The types of all days of whole years that hold ``first`` and ``last``, and the first of these days."""
        with _ONE_AT_A_TIME:
            asked = to_date(first).year, to_date(last).year
            since, types = self._found
            known = to_date(since).year, to_date(since + types.size - 1).year
            if not types.size or asked[0] > known[1] + FAR or asked[1] < known[0] - FAR:
                since, types = self._look_up(*asked)
                known = asked
            if asked[0] < known[0]:
                since, earlier = self._look_up(asked[0], known[0] - 1)
                types = np.concatenate([earlier, types])
            if asked[1] > known[1]:
                types = np.concatenate([types, self._look_up(known[1] + 1, asked[1])[1]])
            self._found = since, types
            return self._found

    def _look_up(self, start_year: int, end_year: int) -> tuple[np.datetime64, NDArray[np.int8]]:
        for year in range(start_year, min(end_year + 1, dt.MAXYEAR) + 1):
            # Asking for a day makes the library fill its year; a make-up workday late in December stands in the
            # list of the year after, which is therefore filled too.
            self.source.get(dt.date(year, 1, 1))
        days = days_between(dt.date(start_year, 1, 1), dt.date(end_year, 12, 31))
        return days[0], np.array([self._type(to_date(day)) for day in days], dtype=np.int8)

    def _type(self, day: dt.date) -> int:
        if day in self.source:
            return PUBLIC_HOLIDAY
        if self.source.is_working_day(day):
            return WORKING_DAY
        is_last = not self.source.is_weekend(day + dt.timedelta(days=1))
        return SUNDAY if is_last else SATURDAY


_LOOKED_UP: dict[str, _LookedUp] = {}
"""By country; to look days up takes longer than most of what is asked of them."""

_ONE_AT_A_TIME = threading.Lock()
"""Held while days are looked up: the library fills its years as it is asked."""


def _source(country: str) -> holidays.HolidayBase:
    found = holidays.country_holidays(country)
    if "en_US" in found.supported_languages:  # so that estimated days are marked with one word
        return holidays.country_holidays(country, language="en_US")
    return found
