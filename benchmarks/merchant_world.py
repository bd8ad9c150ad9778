"""The calibration's merchants in time: how much they sell on each day, and in which faults and promotions.

Sales differ from what the planner fits: a level of straight pieces, with a new growth rate at each bend and now and
then a step; a sine over the year, moving averages of skewed shocks, jumps for a day, and shares of channels that drift,
wave and shift in promotions.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.merchant_laws import CLEARING, INTEGRATION, RISK_CONTROL, VALIDATION, occurs
from forecast.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.merchant_laws import ChannelTruth, Law
    from forecast.arrays import Bools, Days, Floats, Ints

HORIZON = 60
"""Days after as_of on which orders are still placed."""

BEYOND = 260
"""Days after the horizon on which what was ordered may still settle."""

SPRING_FESTIVALS = ("2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29")


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion: ``peak`` is None where it is flat; ``uplift`` its main day's multiple of an ordinary day."""

    name: str
    start: int
    peak: int | None
    end: int
    uplift: float


@dataclass(frozen=True, slots=True)
class Demand:
    """Sales by day from the first of the history to the last of the horizon.

    Mean numbers of orders (day): ``ordinary`` without promotions, ``expected`` with them, ``planned`` as its owner
    plans on as_of (the level of that day goes on, promotions come as usual), ``actual`` with the noise of days.
    ``shares`` and ``expected_shares`` (day, channel) sum to 1; ``promoted`` (day) marks promotions.
    """

    ordinary: Floats
    expected: Floats
    planned: Floats
    actual: Floats
    shares: Floats
    expected_shares: Floats
    promoted: Bools
    promotions: tuple[Promotion, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The calendar: ``history`` days up to and with as_of, ``HORIZON`` after it, and ``BEYOND`` more for settlements.

    ``working`` and ``delivering`` (day) tell which days are worked on, by offices and by carriers.
    """

    first: np.datetime64
    history: int
    working: Bools
    delivering: Bools
    month_end: Bools

    @property
    def days(self) -> Days:
        """All days."""
        return np.asarray(self.first + np.arange(len(self.working)))

    @property
    def as_of(self) -> dt.date:
        """The last known day."""
        return dt.date.fromisoformat(str(self.first + self.history - 1))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What happens to all orders of a world: rows of episodes are (start, end, severity) in days since the first.

    ``batch_sku`` (episode) is the sku of each validation batch; ``base`` (channel, cause, day) the chances of failing
    outside episodes; ``payout`` (channel, day) the payout day on which what is due on a day is paid.
    """

    clearing: Mapping[str, Floats]
    integration: Mapping[str, Floats]
    batches: Floats
    batch_sku: Ints
    base: Floats
    payout: Ints


def draw_frame(rng: np.random.Generator) -> Frame:
    """A history of 5 to 30 months that ends between the summers of 2022 and 2025."""
    as_of = np.datetime64("2022-06-01") + int(rng.integers(0, 1095))
    return frame_of(as_of, int(rng.uniform(5.0, 30.0) * 30.4))


def frame_of(as_of: np.datetime64, history: int) -> Frame:
    """The calendar of so many days of history up to and with ``as_of``."""
    first = as_of - history + 1
    days = first + np.arange(history + HORIZON + BEYOND)
    calendar = Calendar("CN")
    working = calendar.is_working_day(days)
    months = days.astype("datetime64[M]")
    last = np.zeros(len(days), dtype=bool)
    worked = np.flatnonzero(working)
    last[worked[np.flatnonzero(np.diff(months[worked].astype(int), append=10**6))]] = True
    weekday = (days.astype(np.int64) + 3) % 7
    delivering = (weekday != 6) & ~(calendar.is_holiday(days) & ~working)  # noqa: PLR2004  # 6 is Sunday
    return Frame(first, history, working, delivering, last)


def draw_promotions(rng: np.random.Generator, history: int) -> tuple[Promotion, ...]:
    """Half of the merchants promote: a large event some times a year, one of them ahead; some have monthly sales."""
    found: list[Promotion] = []
    if occurs(rng, 0.5):  # half of the merchants
        gap, length = int(rng.integers(90, 190)), int(rng.integers(2, 22))
        uplift = float(np.exp(rng.uniform(np.log(2.0), np.log(8.0))))
        start = history + int(rng.integers(3, HORIZON - 22))
        lead = int(rng.integers(0, length))
        while start + length > 0:
            own = 1.0 + (uplift - 1.0) * float(np.exp(0.15 * rng.standard_normal()))
            found.append(Promotion("festival", start, start + lead, start + length - 1, own))
            start -= gap + int(rng.integers(-5, 6))
        if occurs(rng, 0.4):  # some of them
            uplift, length = rng.uniform(1.2, 1.8), int(rng.integers(3, 6))
            for middle in range(history + HORIZON - int(rng.integers(5, 25)), 0, -30):
                begin, end = middle, middle + length - 1
                if all(begin > one.end + 3 or end < one.start - 3 for one in found):
                    own = uplift * float(np.exp(0.05 * rng.standard_normal()))
                    found.append(Promotion("monthly_sale", begin, None, end, own))
    return tuple(sorted((one for one in found if one.start >= 0), key=lambda one: one.start))


def _promotion_factor(one: Promotion, days: Ints) -> Floats:
    """Multiple of an ordinary day: a triangle up to the peak over a plateau, and a quieter week after it."""
    inside = (days >= one.start) & (days <= one.end)
    if one.peak is None:
        return np.where(inside, one.uplift, 1.0)
    plateau = 1.0 + 0.15 * (one.uplift - 1.0)
    rise = np.clip(1.0 - np.abs(days - one.peak) / np.where(days <= one.peak, 4.0, 2.0), 0.0, 1.0)
    after = (days > one.end) & (days <= one.end + 7)
    return np.where(inside, plateau + (one.uplift - plateau) * rise, np.where(after, 0.85, 1.0))


def draw_demand(
    law: Law, frame: Frame, size: float, rng: np.random.Generator, promotions: tuple[Promotion, ...] | None = None
) -> Demand:
    """Sales of a merchant with ``size`` orders on an ordinary day at as_of; its promotions are drawn unless given."""
    count = frame.history + HORIZON
    day = np.arange(count)
    years = (day - frame.history) / 365.0
    wander = _level(count, rng)
    level = np.exp(wander - wander[frame.history - 1])
    held = np.where(day < frame.history, 1.0, 1.0 / level)
    level *= 1.0 + rng.uniform(0.0, 0.12) * np.sin(2 * np.pi * years + rng.uniform(0.0, 6.28))
    weekday = np.exp(rng.normal(0.0, rng.uniform(0.02, 0.25), 7))
    dip = rng.uniform(0.0, 0.6)
    for festival in SPRING_FESTIVALS:
        offset = day - int((np.datetime64(festival) - frame.first).astype(int))
        level = level * (1.0 - dip * ((offset >= -4) & (offset <= 7)))  # noqa: PLR2004  # days around the holiday
    ordinary = size * level * (weekday / weekday.mean())[(frame.days[:count].astype(np.int64) + 3) % 7]
    promotions = draw_promotions(rng, frame.history) if promotions is None else promotions
    factor = np.ones(count)
    for one in promotions:
        factor *= _promotion_factor(one, day)
    spread = rng.uniform(0.04, 0.18)
    shocks = rng.gamma(4.0, 0.25, count + 6) - 1.0
    weights = np.array([1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.1])
    noise = spread * np.convolve(shocks, weights / np.sqrt((weights**2).sum()) / 0.5, "valid")
    viral = np.where(rng.random(count) < 0.003, rng.uniform(1.4, 2.5, count), 1.0)  # noqa: PLR2004  # a day a year
    promoted = factor > 1.05  # noqa: PLR2004  # a promotion is on
    expected_shares = _shares(law.channels, years, promoted, np.zeros((count, len(law.channels))), day)
    wobble = np.cumsum(rng.normal(0.0, 0.01, (count, len(law.channels))), axis=0)
    wobble += rng.normal(0.0, 0.06, wobble.shape)
    shares = _shares(law.channels, years, promoted, wobble - wobble[frame.history - 1], day)
    expected = ordinary * factor
    return Demand(
        ordinary,
        expected,
        expected * held,
        expected * np.maximum(1.0 + noise, 0.3) * viral,
        shares,
        expected_shares,
        promoted,
        promotions,
    )


def _level(count: int, rng: np.random.Generator) -> Floats:
    """Logarithm of the level of sales (day,): straight pieces with bends and steps.

    A bend every four months on average brings a new growth rate of about ±45 % a year around the merchant's own; a
    step of about ±10 % comes every eight months.
    """
    bends = rng.random(count) < 1 / 120
    bends[0] = True
    own = rng.normal(0.1, 0.2)
    rates = rng.laplace(own, 0.3, count)
    slope = rates[np.maximum.accumulate(np.where(bends, np.arange(count), 0))] / 365.0
    steps = np.where(rng.random(count) < 1 / 240, rng.normal(0.0, 0.1, count), 0.0)
    return np.asarray(np.cumsum(slope + steps))


def _shares(channels: tuple[ChannelTruth, ...], years: Floats, promoted: Bools, wobble: Floats, day: Ints) -> Floats:
    """Share of orders (day, channel)."""
    logs = np.empty((len(years), len(channels)))
    for index, channel in enumerate(channels):
        level, drift, amplitude, phase, promotion = channel.mix
        logs[:, index] = level + drift * years + amplitude * np.sin(2 * np.pi * years + phase) + promotion * promoted
        logs[day < channel.launch, index] = -np.inf
    weights = np.exp(logs + wobble)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def draw_surroundings(law: Law, frame: Frame, surge: Floats, begin: int, rng: np.random.Generator) -> Surroundings:
    """Faults and chances from day ``begin`` on, given the surge over ordinary sales by day since the first (day)."""
    end = float(len(surge))
    clearing = {name: one.draw(rng, begin, end) for name, one in law.clearing.items()}
    integration = {
        one.name: one.integration.draw(rng, begin, end) for one in law.channels if one.integration is not None
    }
    batches = np.empty((0, 3)) if law.validation is None else law.validation.draw(rng, begin, end)
    batch_sku = rng.choice(len(law.popularity), size=len(batches), p=law.popularity)
    base = np.empty((len(law.channels), 4, len(surge)))
    for index, channel in enumerate(law.channels):
        deviation, memory = channel.swing
        innovations = rng.standard_normal(len(surge)) * deviation * np.sqrt(1.0 - memory**2)
        level = deviation * rng.standard_normal()
        for day in range(len(surge)):
            level = memory * level + innovations[day]
            base[index, :, day] = level
        base[index] = np.exp(base[index] - deviation**2 / 2) * np.array(channel.base)[:, None]
        base[index, RISK_CONTROL] *= law.risk.at(surge) * _regimes(channel, len(surge), rng)
    payout = np.stack([_payout(one, frame, clearing.get(one.clearing)) for one in law.channels])
    return Surroundings(clearing, integration, batches, batch_sku, base, payout)


def _regimes(channel: ChannelTruth, days: int, rng: np.random.Generator) -> Floats:
    """Multiple of risk control's chance by day: tight and easy spells in turn, with mean 1 in the long run."""
    multiple, tight, easy = channel.regime
    share = tight / (tight + easy)
    is_tight = bool(rng.random() < share)
    out, day = np.empty(days), 0
    while day < days:
        length = 1 + int(rng.geometric(1.0 / (tight if is_tight else easy)))
        out[day : day + length] = multiple if is_tight else 1.0
        day, is_tight = day + length, not is_tight
    expected_tight, expected_easy = 1 + tight, 1 + easy
    mean = (multiple * expected_tight + expected_easy) / (expected_tight + expected_easy)
    return np.asarray(out / mean)


def _payout(channel: ChannelTruth, frame: Frame, outages: Floats | None) -> Ints:
    """For each day the next one on which the channel pays; an outage at ten o'clock of a day holds its payments."""
    weekday = (frame.days.astype(np.int64) + 3) % 7
    pays = {
        "every_day": np.ones(len(frame.days), dtype=bool),
        "working_days": frame.working,
        "working_count": frame.working,
        "tuesday_friday": np.isin(weekday, (1, 4)),
        "month_end": frame.month_end,
        "delivery": frame.delivering,
    }[channel.settlement.payout].copy()
    if outages is not None:
        for start, stop, severity in outages:
            first = int(np.ceil(start - 10 / 24))
            if severity > 0.5:  # noqa: PLR2004  # a partial fault lets payments through
                pays[max(first, 0) : max(int(np.ceil(stop - 10 / 24)), 0)] = False
    pays[-1] = True
    position = np.where(pays, np.arange(len(pays)), len(pays) - 1)
    return np.asarray(np.minimum.accumulate(position[::-1])[::-1])


def struck(rows: Floats, at: Floats) -> tuple[Floats, Floats, Ints]:
    """Severity and end of the episode that covers each moment (0 and NaN where none does), and its row (or −1)."""
    if not len(rows):
        return np.zeros(len(at)), np.full(len(at), np.nan), np.full(len(at), -1)
    row = np.searchsorted(rows[:, 0], at, side="right") - 1
    inside = (row >= 0) & (at < rows[np.maximum(row, 0), 1])
    return (
        np.where(inside, rows[row, 2], 0.0),
        np.where(inside, rows[row, 1], np.nan),
        np.where(inside, row, -1),
    )


def long_run_rates(law: Law, demand: Demand, rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """The law's expected share of tried value that fails, by channel and cause (and ``total``).

    Causes are met in turn, and in each the episodes before the base rate; episodes are independent of sales, so their
    share of time is their share of value. Risk control's curve is averaged over the days of history and horizon,
    weighted by their expected sales, with 200 draws of the noise of a day's sales.
    """
    noise = np.exp(0.1 * rng.standard_normal((200, 1)) - 0.005)
    surge = demand.expected / demand.ordinary * noise
    rates: dict[str, dict[str, float]] = {}
    scope = float((law.popularity * law.value_share()).sum())
    for index, channel in enumerate(law.channels):
        weight = demand.ordinary * surge * demand.expected_shares[:, index]
        by_episode = [0.0, 0.0, 0.0, 0.0]
        if channel.clearing in law.clearing:
            by_episode[CLEARING] = law.clearing[channel.clearing].struck_share()
        if channel.integration is not None:
            by_episode[INTEGRATION] = channel.integration.struck_share()
        if law.validation is not None:
            by_episode[VALIDATION] = law.validation.struck_share() * scope * channel.sensitivity
        base = list(channel.base)
        base[RISK_CONTROL] *= float((weight * law.risk.at(surge)).sum() / weight.sum())
        left, found = 1.0, {}
        for cause, name in enumerate(("clearing", "integration", "validation", "risk_control")):
            fails = by_episode[cause] + (1.0 - by_episode[cause]) * base[cause]
            found[name] = left * fails
            left *= 1.0 - fails
        rates[channel.name] = {**found, "total": 1.0 - left}
    return rates
