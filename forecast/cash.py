"""The cash position: opening balance + receipts + other flows = closing balance, on every path and day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import IdentityError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from forecast.arrays import Bools, Days, Floats
    from forecast.plan.model import OtherFlow

FEN_TOLERANCE = 0.005
"""Yuan: half a fen; balances that differ by less are the same money."""


@dataclass(frozen=True, slots=True, eq=False)
class CashCase:
    """One scenario as its treasurer sees it before any financing: float64 yuan, day 0 = as_of + 1.

    Attributes:
        days: datetime64[D], (day,).
        as_of: The last day fully known; the opening balance is that evening's.
        opening_balance: Cash on the evening of as_of.
        minimum_balance: Cash falls short on an evening below it.
        surplus_rate: A year (act/365), earned on the balance above the minimum.
        flows: (path, day), receipts + other flows; positive comes in.
        channels: Names, in the order of the channel axes.
        settled: (path, channel, day), settlements that arrive on the day, net of fees.
        receivables: (path, channel, day), evening balance of open receivables (deducted, not settled, less refunds).
        opening_receivables: (channel,), the same on the evening of as_of.
        banking_day: bool (day,), whether banks work on the day.
        purchases: Outflow by category and day, as positive numbers.
        movable: Payments of the plan that suppliers let move (``movable_days`` above 0).
        debt_service: Net flows of category ``debt`` (existing loans), signed as flows, (day,); None without any.
        young: By age in days, open receivables (path, channel, day) deducted fewer days ago.
        draws: Draws of the laws, which the paths are dealt out over in blocks of equal length; 0: every path its own.
    """

    days: Days
    as_of: dt.date
    opening_balance: float
    minimum_balance: float
    surplus_rate: float
    flows: Floats
    channels: tuple[str, ...]
    settled: Floats
    receivables: Floats
    opening_receivables: Floats
    banking_day: Bools
    purchases: Mapping[str, Floats] = field(default_factory=dict)
    movable: tuple[OtherFlow, ...] = ()
    debt_service: Floats | None = None
    young: Mapping[int, Floats] = field(default_factory=dict)
    draws: int = 0


def cash_position(opening: float, flows: Floats) -> Floats:
    """Give the evening balance of each day: opening balance plus the flows so far.

    Args:
        opening: Balance on the evening before the first day, yuan.
        flows: Yuan, (path, day) or (day,); positive comes in.

    Returns:
        Yuan, the shape of ``flows``.
    """
    return opening + np.cumsum(flows, axis=-1)


def check_corkscrew(opening: float, flows: Floats, closing: Floats) -> None:
    """Hold each day's closing balance against the evening before plus the day's flow.

    Args:
        opening: Balance on the evening before the first day, yuan.
        flows: Everything that came in (positive) or went out (negative), yuan, (path, day).
        closing: Evening balances, yuan, (path, day).

    Raises:
        IdentityError: A day on a path does not add up to half a fen.
    """
    before = np.concatenate([np.full((*closing.shape[:-1], 1), opening), closing[..., :-1]], axis=-1)
    difference = np.abs(before + flows - closing)
    # a float64 holds 15 to 16 digits, so balances of hundreds of millions of yuan still resolve a fen
    if difference.size and not bool(np.all(difference <= FEN_TOLERANCE)):
        worst = np.unravel_index(int(np.argmax(np.nan_to_num(difference, nan=np.inf))), difference.shape)
        raise IdentityError(
            f"opening + flows = closing fails by {difference[worst]} yuan at (path, day) {tuple(map(int, worst))}"
        )
