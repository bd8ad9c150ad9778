"""The expected course of the sample shop's sales: calendar, promotions and daily noise."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import holidays
import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Days, Floats
    from forecast.sample.law import Law

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion of the sample shop; ``uplift`` is its peak's expected multiple of an ordinary day."""

    name: str
    start: dt.date
    peak: dt.date
    end: dt.date
    uplift: float


_KNOWN = {
    ("double11", 2023): (dt.date(2023, 10, 23), dt.date(2023, 11, 13)),
    ("double11", 2024): (dt.date(2024, 10, 14), dt.date(2024, 11, 13)),
    ("double11", 2025): (dt.date(2025, 10, 9), dt.date(2025, 11, 13)),
    ("double11", 2026): (dt.date(2026, 10, 14), dt.date(2026, 11, 13)),
    ("618", 2024): (dt.date(2024, 5, 31), dt.date(2024, 6, 20)),
    ("618", 2025): (dt.date(2025, 5, 13), dt.date(2025, 6, 20)),
    ("618", 2026): (dt.date(2026, 5, 15), dt.date(2026, 6, 18)),
}
"""Start and end by name and year, as in the shop's own diary; other years repeat the usual days."""

_USUAL = {"618": (5, 31, 6, 18, 6, 20, 6.2), "double11": (10, 14, 11, 11, 11, 13, 8.0)}


def promotions(first: dt.date, last: dt.date) -> tuple[Promotion, ...]:
    """The promotions that touch the days from ``first`` to ``last``, by start."""
    found = []
    for year in range(first.year, last.year + 1):
        for name, (from_month, from_day, peak_month, peak_day, to_month, to_day, uplift) in _USUAL.items():
            usual = (dt.date(year, from_month, from_day), dt.date(year, to_month, to_day))
            start, end = _KNOWN.get((name, year), usual)
            found.append(Promotion(name, start, dt.date(year, peak_month, peak_day), end, uplift))
    return tuple(sorted((p for p in found if p.start <= last and p.end >= first), key=lambda p: p.start))


_LULL_DAYS = 5


def promotion_factor(promotion: Promotion, days: Days) -> Floats:
    """Multiple of an ordinary day's sales (day,): a lull, an opening, a plateau, the peak, its end and a dip.

    Five days before the start buyers wait (×0.92); the opening day sells ×2.0 and fades to a plateau of ×1.3 within
    days; in the last days the factor climbs to the peak's uplift with a half-life of 1.2 days; what follows the peak
    falls with a half-life of half a day; after the end sales dip to ×0.75 and recover in a fortnight.
    """
    day = days.astype("datetime64[D]")
    to_peak = (np.datetime64(promotion.peak) - day).astype(np.int64)
    from_start = (day - np.datetime64(promotion.start)).astype(np.int64)
    from_end = (day - np.datetime64(promotion.end)).astype(np.int64)
    plateau = 1.3 + 0.7 * np.exp(-np.maximum(from_start, 0) / 1.5)
    half_lives = np.where(to_peak >= 0, to_peak / 1.2, -to_peak / 0.5)
    rise = (promotion.uplift - 1.3) * 0.5 ** np.minimum(half_lives, 60.0)
    factor = np.where((from_start >= 0) & (from_end <= 0), plateau + rise, 1.0)
    factor = np.where((from_start < 0) & (from_start >= -_LULL_DAYS), 0.92, factor)
    return np.asarray(np.where(from_end > 0, 1 - 0.25 * np.exp(-np.maximum(from_end - 1, 0) / 6.0), factor))


def spring_festivals(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """First days of the lunar years around the given days."""
    country = holidays.country_holidays("CN", years=range(first.year - 1, last.year + 2), language="en_US")
    by_year: dict[int, dt.date] = {}
    for day, name in sorted(country.items()):
        if "Spring Festival" in name and "New Year's Eve" not in name:
            by_year.setdefault(day.year, day)
    return tuple(by_year.values())


def ordinary_sales(law: Law, days: Days) -> Floats:
    """Expected orders of each day relative to the first day's level, promotions left out (day,)."""
    dates: list[dt.date] = days.astype("datetime64[D]").tolist()
    elapsed = np.arange(len(days)) / DAYS_A_YEAR
    year_day = np.array([date.timetuple().tm_yday for date in dates]) / DAYS_A_YEAR * 2 * np.pi
    weekday = np.array(law.weekday)[[date.weekday() for date in dates]]
    level = np.exp(np.log1p(law.growth) * elapsed + 0.06 * np.cos(year_day - 5.6) + 0.03 * np.cos(2 * year_day))
    for festival in spring_festivals(dates[0], dates[-1]):
        offset = (days - np.datetime64(festival)).astype(np.int64)
        near = np.where(offset < 0, np.exp(-((offset / 5.0) ** 2)), np.exp(-((offset / 6.0) ** 2)))
        level = level * (1 - 0.55 * near)
    return np.asarray(level * weekday)


@dataclass(frozen=True, slots=True)
class Demand:
    """The shop's sales as they are expected and as they are, by day of the whole world (day,).

    ``expected`` and ``actual`` are relative numbers of orders; ``surge`` is the promotion's multiple of an ordinary
    day as it really is; ``shares`` (day, channel) sum to 1 on every day.
    """

    days: Days
    expected: Floats
    actual: Floats
    surge: Floats
    shares: Floats


def draw_demand(law: Law, days: Days, rng: np.random.Generator) -> Demand:
    """Draw the daily noise and the strength of each promotion; the same days come first whatever the last day."""
    first, last = days[0].item(), days[-1].item()
    ordinary = ordinary_sales(law, days)
    expected_surge, surge = np.ones((2, len(days)))
    strength_rng, noise_rng = rng.spawn(2)
    around = dt.timedelta(days=40)
    for promotion in promotions(first - around, last + around):
        factor = promotion_factor(promotion, days)
        expected_surge *= factor
        surge *= 1 + (factor - 1) * np.exp(0.10 * strength_rng.standard_normal())
    shocks = noise_rng.standard_normal(len(days)) * law.noise * np.sqrt(1 - law.noise_memory**2)
    noise = np.empty(len(days))
    level = 0.0
    for index, shock in enumerate(shocks):
        level = law.noise_memory * level + shock
        noise[index] = level
    elapsed = np.arange(len(days))[:, None] / DAYS_A_YEAR
    weights = np.array([c.share for c in law.channels]) * np.exp(np.array([c.drift for c in law.channels]) * elapsed)
    return Demand(
        days=days,
        expected=ordinary * expected_surge,
        actual=ordinary * surge * np.exp(noise - law.noise**2 / 2),
        surge=surge,
        shares=weights / weights.sum(axis=1, keepdims=True),
    )
