"""The real daily series that forecasts are compared on, and the as-of days (origins) they are forecast from.

The files lie beside the repository (``../shared/data``) and are read from there; nothing of them is kept here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.calendar import Calendar
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan
from forecast.sales.closures import start_of_trade
from forecast.sales.history import daily_sales
from forecast.sales.public_holidays import regional_holidays

ROSSMANN = Path(__file__).resolve().parents[2] / "shared" / "data" / "rossmann_daily.csv"
OLIST_PLAN = Path(__file__).parent / "plans" / "olist.toml"
OLIST_TO = dt.date(2017, 10, 31)
"""The last day that the marketplace's file knows."""

ROSSMANN_ORIGINS = (
    dt.date(2014, 6, 29),
    dt.date(2014, 8, 10),
    dt.date(2014, 9, 21),
    dt.date(2014, 11, 2),
    dt.date(2014, 11, 30),
    dt.date(2014, 12, 21),
    dt.date(2015, 2, 15),
    dt.date(2015, 3, 22),
    dt.date(2015, 5, 10),
    dt.date(2015, 6, 1),
)
SUNDAY = 6
TOTAL = "total"
"""The name of the sum over all channels."""


@dataclass(frozen=True, slots=True)
class Study:
    """Daily sales with what is known ahead, and where they are forecast from.

    ``daily`` has a column a channel, every day up to the last known one. ``regressors`` (or None) cover all of it.
    ``origins`` are as-of days, ``horizons`` the numbers of days ahead that are measured.
    """

    name: str
    daily: pd.DataFrame
    regressors: pd.DataFrame | None
    country: str
    origins: tuple[dt.date, ...]
    horizons: tuple[int, ...]

    @property
    def begins(self) -> pd.Timestamp:
        """The first day of trade as it is now, seen from the first origin; the peers are given no days before it."""
        known = self.daily.loc[: str(self.origins[0])].sum(axis=1)
        return pd.Timestamp(known.index[start_of_trade(known.to_numpy(float))])

    @property
    def scored(self) -> pd.DataFrame:
        """The series that are scored: the channels, if more than one, and their total."""
        total = self.daily.sum(axis=1).rename(TOTAL).to_frame()
        return total if len(self.daily.columns) == 1 else self.daily.join(total)


def rossmann() -> Study:
    """1,115 drugstores summed, with the shares of stores on promotion and on school holiday."""
    table = pd.read_csv(ROSSMANN, parse_dates=["date"], index_col="date")
    known = table[["promo_share", "school_holiday_share"]]
    return Study("Rossmann", table[["sales"]].astype(float), known, "DE", ROSSMANN_ORIGINS, (28, 60))


def olist() -> Study:
    """Order value by channel as the planner itself reads it from the ledger, bad rows left out.

    The eight origins lie three weeks apart up to the last that has 28 known days ahead.
    """
    plan = load_plan(OLIST_PLAN)
    plan = replace(plan, horizon=replace(plan.horizon, as_of=OLIST_TO))
    return Study("Olist", daily_sales(plan, read_ledger(plan)), None, "BR", every(21, 8, OLIST_TO, 28), (28,))


def every(days: int, count: int, known_to: dt.date, ahead: int) -> tuple[dt.date, ...]:
    """``count`` origins so many days apart, the last with ``ahead`` known days after it."""
    last = known_to - dt.timedelta(days=ahead)
    return tuple(last - dt.timedelta(days=days * back) for back in range(count - 1, -1, -1))


def calendar_columns(study: Study) -> pd.DataFrame:
    """What packages without a calendar of their own are given, by day: the same knowledge that ours derives.

    The study's regressors; the weekday (Monday left out), a public holiday being a Sunday; public holidays that do not
    fall on one, with the days beside them; those of regions; the first five and last three days of a month; and two
    yearly waves (``year_*``, of use from thirteen months of history on).
    """
    index = pd.DatetimeIndex(study.daily.index)
    days = index.to_numpy().astype("datetime64[D]")
    around = np.arange(days[0] - 1, days[-1] + 2)
    calendar = Calendar(study.country)
    holiday = calendar.is_holiday(around).astype(float)
    regional = regional_holidays(days, calendar).values()
    weekday = np.where(holiday[1:-1] > 0, SUNDAY, index.day_of_week)
    phase = 2 * np.pi * (index.day_of_year - 1) / 365.25
    columns = {
        **{f"weekday_{place}": (weekday == place).astype(float) for place in range(1, 7)},
        "holiday": holiday[1:-1] * (index.day_of_week != SUNDAY),
        "day_before": holiday[2:] * (1.0 - holiday[1:-1]),
        "regional": np.max([np.zeros(len(days)), *regional], axis=0),
        "day_after": holiday[:-2] * (1.0 - holiday[1:-1]),
        "month_start": (index.day <= 5).astype(float),  # noqa: PLR2004  # five days
        "month_end": (index.days_in_month - index.day < 3).astype(float),  # noqa: PLR2004  # three days
        **{f"year_sin{wave}": np.sin(wave * phase) for wave in (1, 2)},
        **{f"year_cos{wave}": np.cos(wave * phase) for wave in (1, 2)},
    }
    table = pd.DataFrame(columns, index=index)
    return table if study.regressors is None else study.regressors.join(table)
