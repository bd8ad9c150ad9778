"""What drives the buffer: its amount split over minimum balance, payments, orders, failures, settlement and refunds.

A path's need is the minimum balance and its deepest cumulated outflow, reached on its tightest day. Up to that day each
path's money is accounted for:

    need = minimum balance + payments by category
           − orders (sales so far and what was open on as_of) + failures by cause + unpaid + in transit + refunds + fees

so the parts add up on every path. The buffer is an order statistic of the needs; its parts are the means over the paths
whose needs lie next to it, a band on either side, weighed such that they add up to the amount itself (the allocation
of a quantile by conditional expectation, Tasche, Risk contributions and performance measurement, 1999).

Orders are split once more: what is expected of them over all paths, and by how much those of these paths fall short
of that (``volume``). Failures are told one by one, in the order of the causes: each is what a cause takes away from
the receipts up to that day, the causes before it being gone already, on the same random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE, cash_position
from forecast.errors import IdentityError
from forecast.liquidity import needs, quantile_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats, Ints
    from forecast.simulation.totals import Totals

BAND = 0.025
"""Share of the paths that the band holds on either side of the buffer's own path."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A part of the buffer, yuan: positive raises what must stand ready, negative lowers it.

    ``group`` is ``minimum_balance``, ``payments`` (``name``: category), ``orders``, ``volume``, ``failures`` (``name``:
    cause), ``unpaid``, ``settlement``, ``refunds`` or ``fees``.
    """

    group: str
    name: str
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """The parts of a buffer, and what the cash would do without failures."""

    amount: float  # the buffer, which the parts add up to
    parts: tuple[Driver, ...]  # of the buffer, in the order of a waterfall
    expected: Floats  # mean flows of the cash by day, yuan, (day,)
    expected_without_failures: Floats  # the same, had no first deduction after as_of failed


def buffer_drivers(
    totals: Totals,
    healed: Sequence[tuple[str, Floats]],
    ideal: Totals,
    payments: Mapping[str, Floats],
    minimum_balance: float,
    confidence: float,
) -> Drivers:
    """Split a scenario's buffer.

    ``healed``: by cause the receipts, (path, day), of the same scenario without failures of this cause and of those
    before it; ``ideal``: without any of these (``totals`` itself where there is no cause); ``payments``: other flows by
    category, yuan, positive comes in, (day,) or, where they differ by path, (path, day).

    Raises:
        IdentityError: They do not add up to the amount (``check_drivers``).
    """
    other = sum(payments.values(), np.zeros(totals.days.size))
    cash = totals.receipts + other
    required = needs(cash, minimum_balance)
    rank = quantile_rank(required.size, confidence)
    weights = band_weights(required, rank)
    parts = _path_parts(totals, healed, ideal, payments, tightest_days(cash))
    # minus zero becomes zero
    means = [Driver(part.group, part.name, float(weights @ part.amount) + 0.0) for part in parts]
    found = Drivers(
        amount=float(np.sort(required)[rank - 1]),
        parts=(Driver("minimum_balance", "", minimum_balance), *means),
        expected=cash.mean(axis=0),
        expected_without_failures=ideal.receipts.mean(axis=0) + np.atleast_2d(other).mean(axis=0),
    )
    check_drivers(found)
    return found


@dataclass(frozen=True, slots=True)
class _PathPart:
    """A part of each path's need, yuan (path,); ``group`` and ``name`` as in ``Driver``."""

    group: str
    name: str
    amount: Floats


def _path_parts(
    totals: Totals, healed: Sequence[tuple[str, Floats]], ideal: Totals, payments: Mapping[str, Floats], day: Ints
) -> list[_PathPart]:
    """Split the need of each path, less the minimum balance, up to its tightest ``day``."""
    sales = totals.sales
    opening = np.where(day >= 0, totals.opening_outstanding, 0.0)
    placed = until(sales, day) + opening
    usual = until(np.broadcast_to(sales.mean(axis=0), sales.shape), day) + opening
    receipts = [until(one, day) for one in (totals.receipts, *(one for _, one in healed))]
    transit = at(ideal.receivables, day)
    refunds = until(ideal.refunds, day)
    fees = until(ideal.fees, day)
    outflows = {name: np.broadcast_to(-amounts, sales.shape) for name, amounts in payments.items()}
    return [
        *(_PathPart("payments", name, until(amounts, day)) for name, amounts in outflows.items()),
        _PathPart("orders", "", -usual),
        _PathPart("volume", "", usual - placed),
        *(
            _PathPart("failures", cause, after - before)
            for (cause, _), (before, after) in zip(healed, pairwise(receipts), strict=True)
        ),
        # what is neither received nor in transit, refunded or a fee: never paid, awaited, or failed by as_of already
        _PathPart("unpaid", "", placed - receipts[-1] - transit - refunds - fees),
        _PathPart("settlement", "", transit),
        _PathPart("refunds", "", refunds),
        _PathPart("fees", "", fees),
    ]


def check_drivers(found: Drivers) -> None:
    """Hold the parts of a buffer against its amount: minimum + payments − orders + what is held back = amount.

    Raises:
        IdentityError: They do not add up to half a fen (or to nine digits), which is a fault of the program.
    """
    total = sum(part.amount for part in found.parts)
    turnover = sum(abs(part.amount) for part in found.parts)
    if abs(total - found.amount) > max(FEN_TOLERANCE, 1e-9 * turnover):
        raise IdentityError(f"the drivers of the buffer add up to {total:.4f}, and the buffer is {found.amount:.4f}")


def band_weights(required: Floats, rank: int) -> Floats:
    """Give weights of the paths, (path,), that add up to 1 and under which the mean need is the rank-th smallest.

    Half a band below the rank, half above it, both with the path of the rank itself; the two means are weighed such
    that they meet the amount.
    """
    paths = required.size
    reach = max(1, round(BAND * paths))
    order = np.argsort(required, kind="stable")
    low, high = order[max(0, rank - 1 - reach) : rank], order[rank - 1 : rank + reach]
    amount = required[order[rank - 1]]
    below, above = amount - float(required[low].mean()), float(required[high].mean()) - amount
    share = 0.5 if below + above <= 0 else above / (below + above)
    weights = np.zeros(paths)
    np.add.at(weights, low, share / low.size)
    np.add.at(weights, high, (1.0 - share) / high.size)
    return weights


def tightest_days(cash: Floats) -> Ints:
    """Give the day on which each path's cumulated flows are lowest, −1 where they never fall below 0, (path,)."""
    cumulated = cash_position(0.0, cash)
    return np.where(cumulated.min(axis=1) < 0, cumulated.argmin(axis=1), -1)


def until(values: Floats, day: Ints) -> Floats:
    """Give each path's sum up to its day, that included, (path,); 0 where the day is −1."""
    return at(np.cumsum(values, axis=1), day)


def at(values: Floats, day: Ints) -> Floats:
    """Give each path's value on its day, (path,); 0 where the day is −1."""
    found = values[np.arange(day.size), np.maximum(day, 0)]
    return np.where(day >= 0, found, 0.0)
