"""Simulated merchants with a Double 11 ahead, never seen or seen before; and one of five channels to take the time of.

Their demand is that of the calibration's merchants (``merchant_world``), which differs from what the planner fits;
promotions are laid on the days of the real ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from benchmarks.merchant_laws import Law, draw_law
from benchmarks.merchant_world import HORIZON, Frame, Promotion, draw_demand, draw_frame
from benchmarks.merchants import mean_price
from forecast import Event

if TYPE_CHECKING:
    from forecast.arrays import Floats

Kind = Literal["first", "first, uplift planned", "first, after others", "repeated"]
KINDS: tuple[Kind, ...] = ("first", "first, uplift planned", "first, after others", "repeated")
"""Double 11 ahead as the only event; the same with an ``uplift`` in the plan that is off by a fifth or so; after a 618
and a Double 12 of other uplifts; after Double 11s of earlier years."""

PLANNED_SD, BETWEEN_REPEATS_SD, BETWEEN_NAMES_SD = 0.2, 0.15, 0.3
"""Standard deviations of log uplifts: of what is planned against what comes, and from one promotion to the next."""
CHANNELS = 5
"""Channels of the merchant whose forecast is timed."""
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class PeakMerchant:
    """Daily sales by channel over history and horizon, in yuan; its events, the last of which is Double 11 ahead."""

    daily: pd.DataFrame
    as_of: dt.date
    events: tuple[Event, ...]
    peak: dt.date

    def week(self) -> Floats:
        """What came in total from three days before the peak to three days after it (day,)."""
        around = [str(self.peak + dt.timedelta(days=days)) for days in (-3, 3)]
        return self.daily.loc[around[0] : around[1]].sum(axis=1).to_numpy(float)


def peak_merchant(kind: Kind, seed: int) -> PeakMerchant:
    """A merchant one to six weeks before Double 11."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    longest = kind in {"repeated", "first, after others"}
    frame = draw_frame(rng)
    while not 7 <= _days_to_peak(frame) <= 42 or (longest and frame.history < YEAR_DAYS + 60):  # noqa: PLR2004  # weeks
        frame = draw_frame(rng)
    law = draw_law(rng, frame.history)
    uplift = float(np.exp(rng.uniform(np.log(2.0), np.log(8.0))))
    ahead = _promotion(frame, "double11", dt.date(frame.as_of.year, 11, 11), uplift, rng)
    past: list[Promotion] = []
    if kind == "repeated":
        years = range(frame.as_of.year - 3, frame.as_of.year)
        past = [_promotion(frame, "double11", dt.date(year, 11, 11), uplift, rng) for year in years]
    if kind == "first, after others":
        year = frame.as_of.year
        for name, peak in (("double12", dt.date(year - 1, 12, 12)), ("618", dt.date(year, 6, 18))):
            other = 1.0 + (uplift - 1.0) * float(np.exp(BETWEEN_NAMES_SD * rng.standard_normal()))
            past.append(_promotion(frame, name, peak, other, rng))
    promotions = (*(one for one in past if one.start > 0), ahead)
    events = [_event(frame, one) for one in promotions]
    if kind == "first, uplift planned":
        events[-1] = replace(events[-1], uplift=ahead.uplift * float(np.exp(PLANNED_SD * rng.standard_normal())))
    return PeakMerchant(
        _sales(law, frame, promotions, rng), frame.as_of, tuple(events), dt.date(frame.as_of.year, 11, 11)
    )


def five_channels(seed: int = 1) -> PeakMerchant:
    """The first merchant from the seed on with five channels and two years of history."""
    while True:
        rng = np.random.default_rng([seed, len(KINDS)])
        frame = draw_frame(rng)
        law = draw_law(rng, frame.history)
        if len(law.channels) == CHANNELS and frame.history >= 2 * YEAR_DAYS:
            return PeakMerchant(_sales(law, frame, (), rng), frame.as_of, (), frame.as_of)
        seed += 1


def _days_to_peak(frame: Frame) -> int:
    return (dt.date(frame.as_of.year, 11, 11) - frame.as_of).days


def _promotion(frame: Frame, name: str, peak: dt.date, uplift: float, rng: np.random.Generator) -> Promotion:
    """Up to four weeks of build-up and two days after the peak."""
    place = int((np.datetime64(peak) - frame.first).astype(int))
    own = 1.0 + (uplift - 1.0) * float(np.exp(BETWEEN_REPEATS_SD * rng.standard_normal()))
    return Promotion(name, place - int(rng.integers(3, 29)), place, place + int(rng.integers(0, 3)), own)


def _event(frame: Frame, one: Promotion) -> Event:
    days = frame.days.astype(object)
    return Event(one.name, days[one.start], days[one.end], None if one.peak is None else days[one.peak])


def _sales(law: Law, frame: Frame, promotions: tuple[Promotion, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Order value: a Poisson number of orders a day and channel, their amounts varying by 70 % each."""
    size = float(np.exp(rng.uniform(np.log(50.0), np.log(1000.0))))
    demand = draw_demand(law, frame, size, rng, promotions)
    orders = rng.poisson(demand.actual[:, None] * demand.shares)
    price = np.array([mean_price(law, index) for index in range(len(law.channels))])
    value = rng.gamma(np.maximum(orders, 1) / 0.7**2, price * 0.7**2) * (orders > 0)
    days = pd.DatetimeIndex(frame.days[: frame.history + HORIZON].astype("datetime64[ns]"))
    return pd.DataFrame(value, index=days, columns=[one.name for one in law.channels])
