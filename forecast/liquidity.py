"""The liquidity buffer (流动性缓冲): how much cash or undrawn credit must stand ready on the evening of as_of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from forecast.cash import FEN_TOLERANCE, cash_position
from forecast.errors import InputError
from forecast.records import Record, money, record, says

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from forecast.arrays import Days, Floats, Ints
    from forecast.cash import CashCase

LIMIT_CONFIDENCE = 0.95
"""Confidence of the one-sided upper limit of the buffer (Monte Carlo error alone)."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """What must stand ready, yuan.

    Attributes:
        amount: The ⌈n × confidence⌉-th smallest need.
        upper: Its one-sided 95 % upper confidence limit by order statistics, paths that share a draw of the laws
            counted as fewer; None where n is too small.
        expected_shortfall: Mean need over the worst 1 − confidence of paths.
    """

    amount: float
    upper: float | None
    expected_shortfall: float


@dataclass(frozen=True, slots=True)
class CaseBuffer:
    """The buffer of a scenario, with its day and what the opening balance leaves open."""

    buffer: Buffer  # amount, upper limit and expected shortfall
    peak_day: dt.date | None  # median day of the lowest cash on paths that need the amount; None without need
    funding_gap: float  # max(0, amount − opening balance), yuan
    probability_short: float  # share of paths on which cash falls below the minimum with no financing


@record
class LowestCash(Record):
    """How low cash falls without any facility."""

    amount: float = money("least of the mean cash position over the days: the lowest that is expected")
    day: str = says("the first day on which it is that low")
    at_confidence: float = money("cash falls no lower on a share `confidence` of the paths")
    day_at_confidence: str = says("median day of the lowest cash on the paths that fall at least that low")


@record
class MillerOrr(Record):
    """The control limits of Miller and Orr: let cash wander between lower and upper, then return."""

    lower: float = money("lower limit")
    return_point: float = money("what cash is brought back to")
    upper: float = money("upper limit")
    average: float = money("mean cash held")


def needs(flows: Floats, minimum_balance: float) -> Floats:
    """Give each path's need: minimum balance + max(0, −min over days of the cumulated flows).

    Flows are receipts and others, yuan, (path, day); needs (path,).
    """
    lowest = cash_position(0.0, flows).min(axis=-1, initial=0.0)
    return np.asarray(minimum_balance - lowest, dtype=np.float64)


def quantile_rank(paths: int, confidence: float) -> int:
    """Give ⌈paths × confidence⌉, from 1, free of binary rounding (100 × 0.07 is 7, not 8)."""
    return max(1, math.ceil(round(paths * confidence, 9)))


def upper_rank(paths: int, confidence: float) -> int | None:
    """Give the rank of the upper limit: the smallest k with P(Bin(paths, confidence) ≤ k − 1) ≥ 95 %.

    The k-th smallest of a sample then exceeds the true quantile with at least that probability, whatever the
    distribution (Conover, Practical Nonparametric Statistics, on confidence intervals for quantiles).

    Returns:
        A rank from 1, or None where even the largest observation does not reach 95 %.
    """
    at_most = special.bdtr(np.arange(paths + 1), paths, confidence)
    rank = int(np.searchsorted(at_most, LIMIT_CONFIDENCE)) + 1
    return rank if rank <= paths else None


def path_blocks(paths: int, draws: int) -> Ints | None:
    """Give the draw of the laws that each path shares with others, (path,): blocks of equal length; 0 draws: None."""
    return np.arange(paths) // -(-paths // draws) if draws else None


def limit_rank(needs: Floats, confidence: float, blocks: Ints | None = None) -> int | None:
    """Give the rank of the upper limit, as of so many independent paths as these are worth.

    Paths that share a draw of the laws fall short together. Their number is divided by the design effect of the share
    that needs more than the quantile (Kish, Survey Sampling, 1965: variance between blocks over that of independent
    paths), at least 1. With too few for a limit the largest need is it. ``blocks``: what draw of the laws each path
    shares with others, (path,); None: each has its own. None where each path is its own and there are too few.
    """
    paths = needs.size
    if blocks is None:
        return upper_rank(paths, confidence)
    above = needs > np.partition(needs, quantile_rank(paths, confidence) - 1)[quantile_rank(paths, confidence) - 1]
    _, place = np.unique(blocks, return_inverse=True)
    sizes = np.bincount(place)
    shares = np.bincount(place, weights=above) / sizes
    share = float(above.mean())
    effect = 1.0
    if 0 < share < 1 and sizes.size > 1:
        effect = max(1.0, float(shares.var(ddof=1)) * float(sizes.mean()) / (share * (1 - share)))
    worth = max(1, round(paths / effect))
    rank = upper_rank(worth, confidence)
    if rank is None:
        return paths if upper_rank(paths, confidence) is not None else None
    return min(paths, math.ceil(rank / worth * paths))


def buffer(needs: npt.ArrayLike, confidence: float) -> Buffer:
    """Give the buffer that covers a share ``confidence`` of the paths, each of them its own.

    The expected shortfall weighs the path that straddles the quantile by its fraction (Rockafellar and Uryasev,
    Conditional value-at-risk for general loss distributions, 2002, proposition 8).

    Args:
        needs: Need of each path, yuan, (path,).
        confidence: Share of paths to cover, strictly between 0 and 1.

    Returns:
        Amount, upper limit and expected shortfall.

    Raises:
        InputError: No path, a need that is not a number, or a confidence outside (0, 1).
    """
    return blocked_buffer(needs, confidence, None)


def blocked_buffer(needs: npt.ArrayLike, confidence: float, blocks: Ints | None) -> Buffer:
    """Give ``buffer`` where paths share draws of the laws; ``blocks`` as for ``limit_rank``."""
    found = np.asarray(needs, dtype=np.float64)
    ordered = np.sort(found)
    if ordered.ndim != 1 or ordered.size == 0 or not bool(np.all(np.isfinite(ordered))):
        raise InputError("needs: one finite number a path is wanted, at least one path")
    if not 0 < confidence < 1:
        raise InputError(f"confidence: a share strictly between 0 and 1 is wanted, such as 0.95 (got {confidence})")
    paths = ordered.size
    rank = quantile_rank(paths, confidence)
    limit = limit_rank(found, confidence, blocks)
    tail = (rank - paths * confidence) * ordered[rank - 1] + float(ordered[rank:].sum())
    return Buffer(
        amount=float(ordered[rank - 1]),
        upper=None if limit is None else float(ordered[limit - 1]),
        expected_shortfall=float(tail / (paths * (1 - confidence))),
    )


def funding_gap(amount: float, opening_balance: float) -> float:
    """Give what the opening balance lacks of the buffer: max(0, amount − opening balance), yuan."""
    return max(0.0, amount - opening_balance)


def case_buffer(case: CashCase, confidence: float) -> CaseBuffer:
    """Give the buffer of a scenario, its peak day, the funding gap and the chance of falling short unfinanced.

    With an even number of paths the earlier of the two middle days is the median.
    """
    required = needs(case.flows, case.minimum_balance)
    found = blocked_buffer(required, confidence, path_blocks(required.size, case.draws))
    day: dt.date | None = None
    if found.amount > case.minimum_balance:
        tight = case.flows[required >= found.amount]
        day = case.days[_median_day(cash_position(0.0, tight))].astype(object)
    closing = cash_position(case.opening_balance, case.flows)
    short = (closing < case.minimum_balance - FEN_TOLERANCE).any(axis=1)
    return CaseBuffer(found, day, funding_gap(found.amount, case.opening_balance), float(short.mean()))


def lowest_cash(cash: Floats, days: Days, confidence: float) -> LowestCash:
    """Give how low cash before financing, yuan (path, day), falls on the days of the horizon.

    What holds at the confidence has the rank of the buffer: the ⌈n × confidence⌉-th largest of the paths' lowest.
    """
    mean, lowest = cash.mean(axis=0), cash.min(axis=1)
    held = float(np.sort(lowest)[lowest.size - quantile_rank(lowest.size, confidence)])
    day, low_day = int(mean.argmin()), _median_day(cash[lowest <= held])
    return LowestCash(float(mean[day]), str(days[day]), held, str(days[low_day]))


def _median_day(cash: Floats) -> int:
    """Give the median over paths of the index of the lowest cash (path, day)."""
    lowest = np.sort(cash.argmin(axis=1))
    return int(lowest[(lowest.size - 1) // 2])


def miller_orr(lower: float, variance: float, rate: float, cost: float) -> MillerOrr:
    """Give the cash limits of Miller and Orr (A model of the demand for money by firms, QJE 1966).

    spread = (3 × cost × variance ÷ (4 × rate))^⅓; return point = lower + spread, upper = lower + 3 spreads, average
    = lower + 4⁄3 spreads. It assumes flows without drift: a cross-check, never the buffer of a promotion.

    Args:
        lower: Lower limit, yuan.
        variance: Of the daily net flow, yuan².
        rate: What idle cash costs, a fraction a day.
        cost: Of one transfer, yuan.

    Returns:
        The four levels, yuan.

    Raises:
        InputError: A negative variance or cost, or a rate that is not positive.
    """
    if variance < 0 or cost < 0 or rate <= 0:
        raise InputError(
            f"miller_orr: variance and cost at least 0 and a rate a day above 0 are wanted "
            f"(got variance {variance}, cost {cost}, rate {rate})"
        )
    spread = math.cbrt(3 * cost * variance / (4 * rate))
    return MillerOrr(lower, lower + spread, lower + 3 * spread, lower + 4 * spread / 3)


def newsvendor(mean: float, deviation: float, underage: float, overage: float) -> float:
    """Give the amount to hold where demand is normal: the underage ÷ (underage + overage) quantile.

    ``underage`` is what one unit short costs, ``overage`` one unit idle.

    Raises:
        InputError: A deviation or a cost that is not positive.
    """
    if min(deviation, underage, overage) <= 0:
        raise InputError(
            f"newsvendor: positive figures are wanted (got deviation {deviation}, underage {underage}, "
            f"overage {overage})"
        )
    return mean + deviation * float(special.ndtri(underage / (underage + overage)))
