"""Rates of money: XIRR, annualised rates, day counts and the cost of trade credit. Rates are fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyxirr
from scipy.optimize import brentq

from forecast.errors import InputError

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from forecast.arrays import Days, Floats
    from forecast.plan.model import DayCount

YEAR = 365.0
"""Days in a year of XIRR (act/365 fixed)."""

_LOG_GRID = np.concatenate([np.linspace(-12, -1, 400), np.linspace(-1, 3, 1600)[1:], np.linspace(3, 14, 600)[1:]])
"""Values of log(1 + rate) at which a net present value is looked at for a change of sign."""

TOUCHING = 1e-12
"""A net present value at a turning point is zero below this share of the flows' own present values."""

CLOSEST = 1e-6
"""Values of log(1 + rate) nearer to each other than this are one rate."""


@dataclass(frozen=True, slots=True)
class AnnualRate:
    """What a loan costs: ``period`` a period, ``simple`` = period × periods a year (nominal), ``compound``."""

    period: float
    simple: float
    compound: float


@dataclass(frozen=True, slots=True)
class TradeCredit:
    """What it costs a year not to take a discount for early payment: simple and compound, year of 365 days."""

    simple: float
    compound: float


def present_value(growth: npt.ArrayLike, years: Floats, amounts: Floats) -> np.ndarray:
    """Give the net present value at each log(1 + rate) of ``growth``."""
    return np.asarray(np.exp(-np.multiply.outer(np.asarray(growth, dtype=np.float64), years)) @ amounts)


def _roots(years: Floats, amounts: Floats) -> list[float]:
    """Give every rate at which the net present value is zero, ascending.

    Between two turning points it is monotone, so that turning points found on the grid leave no pair of close rates
    unseen; a value that touches zero at a turning point is a rate too.
    """
    turns = _crossings(years, amounts * years)
    nodes = np.sort(np.concatenate([_LOG_GRID, turns]))
    values = present_value(nodes, years, amounts)
    near = np.abs(values) <= TOUCHING * (np.exp(-np.multiply.outer(nodes, years)) @ np.abs(amounts))
    touched = nodes[near & np.isin(nodes, turns)]
    apart = nodes[~near]
    found = [*_crossings(years, amounts, apart), *touched]
    kept: list[float] = []
    for root in sorted(found):
        if not kept or root - kept[-1] > CLOSEST:
            kept.append(float(root))
    return [float(np.expm1(root)) for root in kept]


def _crossings(years: Floats, amounts: Floats, nodes: Floats = _LOG_GRID) -> list[float]:
    """Give each log(1 + rate) at which the net present value crosses zero between two of ``nodes``, ascending."""
    positive = present_value(nodes, years, amounts) > 0
    return [
        float(brentq(lambda x: float(present_value(x, years, amounts)), nodes[i], nodes[i + 1], xtol=1e-14))
        for i in np.flatnonzero(positive[1:] != positive[:-1])
    ]


def xirr(dates: Sequence[dt.date], amounts: Sequence[float]) -> float:
    """Give the internal rate of return a year of dated flows, compounded, act/365 (as XIRR of a spreadsheet).

    It makes the net present value zero. ``dates`` stand in any order; positive amounts come in, negative ones go out.

    Raises:
        InputError: Lengths that differ, an amount that is no number, flows of one sign, several such rates or none.
    """
    values = np.asarray(amounts, dtype=np.float64)
    if len(dates) != values.size or not bool(np.all(np.isfinite(values))):
        raise InputError(f"xirr: one finite amount a date is wanted (got {len(dates)} dates, {values.size} amounts)")
    if not (bool(np.any(values > 0)) and bool(np.any(values < 0))):
        raise InputError("xirr: no rate exists: every flow has the same sign; give what was lent and what came back")
    order = sorted(range(values.size), key=lambda i: dates[i])
    ordered = [dates[i] for i in order]
    years, totals = _netted(ordered, values[order])
    signs = np.sign(totals[totals != 0])
    if np.all(signs == signs[:1]):
        raise InputError("xirr: no rate exists: after netting each day every flow has the same sign")
    if int(np.count_nonzero(np.diff(signs))) == 1:
        # one change of sign, one rate: the compiled solver finds it first
        rate = pyxirr.xirr(ordered, values[order].tolist())
        if rate is not None and np.isfinite(rate):
            return float(rate)
    return _only(_roots(years, totals / np.abs(totals).max()))


def _netted(dates: Sequence[dt.date], amounts: Floats) -> tuple[Floats, Floats]:
    """Give the years from the first date to each different one, and the amounts of each day together."""
    years = np.array([(day - dates[0]).days / YEAR for day in dates])
    different, position = np.unique(years, return_inverse=True)
    totals = np.zeros(different.size)
    np.add.at(totals, position, amounts)
    return different, totals


def _only(roots: Sequence[float]) -> float:
    """Give the one rate; refuse several, or none."""
    if len(roots) > 1:
        listed = ", ".join(f"{root:.6g}" for root in roots)
        raise InputError(f"xirr: several rates satisfy these flows ({listed}); compare net present values instead")
    if not roots:
        raise InputError("xirr: no rate satisfies these flows")
    return roots[0]


def borrowing_rate(days: Floats, amounts: Floats) -> float | None:
    """Give the borrower's rate a year (act/365): the smallest rate from 0 at which the flows are worth nothing.

    Fees paid before the first drawing make the flows change sign twice, and a second, huge rate then satisfies them
    too; the smallest one is what the money costs. ``days`` since the first flow; amounts in yuan, positive is drawn,
    negative is repaid or paid. None where there is no rate (nothing drawn, or costs that none explains).
    """
    if not bool(np.any(amounts > 0)):
        return None
    scale = float(np.abs(amounts).max())
    years, scaled = days / YEAR, amounts / scale
    start = float(scaled.sum())
    if abs(start) < 1e-12:  # noqa: PLR2004  # free money, to the last digits
        return 0.0
    if start > 0:
        return None
    grid = np.linspace(0.0, 14.0, 1401)
    above = np.flatnonzero(present_value(grid, years, scaled) >= 0)
    if above.size == 0:
        return None
    high = int(above[0])
    root = brentq(lambda x: float(present_value(x, years, scaled)), grid[high - 1], grid[high], xtol=1e-14)
    return float(np.expm1(root))


def _flat(payments: Sequence[float] | Sequence[Sequence[float]]) -> list[float]:
    """Give one amount a period from a flat list or from pairs of amount and count."""
    flat: list[float] = []
    for item in payments:
        if isinstance(item, Sequence):
            amount, count = item
            if count < 1 or int(count) != count:
                raise InputError(f"payments: a pair is [amount, whole count of periods] (got {list(item)})")
            flat += [float(amount)] * int(count)
        else:
            flat.append(float(item))
    return flat


def annualised(
    advance: float, payments: Sequence[float] | Sequence[Sequence[float]], periods_per_year: float
) -> AnnualRate:
    """Give the annual rate of a loan repaid at equal periods, on principal outstanding, all fees included.

    As Regulation Z, appendix J, and PBoC announcement 2021 No. 3 ask: the periodic rate makes the payments worth
    the advance; simple = periodic × periods a year, compound = (1 + periodic)^periods − 1.

    ``advance`` is what the borrower received, net of fees taken at the start, above 0; ``payments`` fall at the end of
    each period: a flat list, or pairs [amount, count]; ``periods_per_year`` is 12 for months.

    Raises:
        InputError: An advance or number of periods that is not positive, payments that are negative or all zero.
    """
    amounts = np.array(_flat(payments))
    if advance <= 0 or periods_per_year <= 0:
        raise InputError(
            f"annualised: an advance and periods a year above 0 are wanted (got {advance}, {periods_per_year})"
        )
    if amounts.size == 0 or bool(np.any(amounts < 0)) or not bool(np.any(amounts > 0)):
        raise InputError("annualised: payments of at least 0, one of them above 0, are wanted")
    periods = np.arange(1, amounts.size + 1, dtype=np.float64)
    growth = brentq(lambda x: float(np.exp(-x * periods) @ amounts) - advance, *_bracket(advance, periods, amounts))
    period = float(np.expm1(growth))
    return AnnualRate(period, period * periods_per_year, float(np.expm1(growth * periods_per_year)))


def _bracket(advance: float, periods: Floats, amounts: Floats) -> tuple[float, float]:
    """Give two values of log(1 + rate) around the one rate: present value falls strictly with the rate."""
    width = 0.01
    while np.exp(-width * periods) @ amounts > advance:
        width *= 2
    low = -0.01
    while np.exp(-low * periods) @ amounts < advance:
        low *= 2
    return low, width


def trade_credit(discount: float, discount_days: int, net_days: int) -> TradeCredit:
    """Give the yearly cost of letting a discount go: ``2/10 net 30`` is (0.02, 10, 30).

    simple = d ÷ (1 − d) × 365 ÷ (net days − discount days); compound = (1 + d ÷ (1 − d))^(365 ÷ days) − 1.

    Raises:
        InputError: A discount outside (0, 1), or no days gained.
    """
    if not 0 < discount < 1 or net_days <= discount_days:
        raise InputError(
            f"trade_credit: a discount between 0 and 1 and net days above discount days are wanted "
            f"(got {discount}, {discount_days}, {net_days})"
        )
    periodic = discount / (1 - discount)
    periods = YEAR / (net_days - discount_days)
    return TradeCredit(periodic * periods, float((1 + periodic) ** periods - 1))


def day_fraction(start: dt.date, end: dt.date, day_count: DayCount) -> float:
    """Give the years from ``start`` to ``end``: act/360, act/365 (fixed) or 30/360 (30E/360, ISDA 2006 4.16(g)).

    The European 30/360 counts each month as 30 days with the 31st read as the 30th, so that fractions of days that
    follow one another add up to that of the whole.
    """
    if day_count == "30/360":
        return (_day_of_360(end) - _day_of_360(start)) / 360
    return (end - start).days / (360 if day_count == "act/360" else 365)


def _day_of_360(day: dt.date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def night_fractions(days: Days, day_count: DayCount) -> Floats:
    """Give the years from each day's evening to the next day's, (day,): interest accrues on evening balances."""
    if day_count == "30/360":
        return np.diff(_days_of_360(np.append(days, days[-1:] + 1))) / 360
    return np.full(days.size, 1 / (360 if day_count == "act/360" else 365))


def _days_of_360(days: Days) -> Floats:
    """Give ``_day_of_360`` of several days; year and month count from 1970."""
    months = days.astype("datetime64[M]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(30.0 * months.astype(np.int64) + np.minimum(day, 30))
