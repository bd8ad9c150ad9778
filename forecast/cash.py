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
    """One scenario as its treasurer sees it before any financing: float64 yuan, day 0 = as_of + 1."""

    days: Days  # datetime64[D], (day,)
    as_of: dt.date  # the last day fully known; the opening balance is that evening's
    opening_balance: float  # cash on the evening of as_of
    minimum_balance: float  # cash falls short on an evening below it
    surplus_rate: float  # a year (act/365), earned on the balance above the minimum
    flows: Floats  # (path, day), receipts + other flows; positive comes in
    channels: tuple[str, ...]  # names, in the order of the channel axes
    settled: Floats  # (path, channel, day), settlements that arrive on the day, net of fees
    receivables: Floats  # (path, channel, day), open in the evening (deducted, not settled, less refunds)
    opening_receivables: Floats  # (channel,), the same on the evening of as_of
    banking_day: Bools  # bool (day,), whether banks work on the day
    purchases: Mapping[str, Floats] = field(default_factory=dict)  # outflow by category and day, as positive numbers
    earlier_flows: tuple[OtherFlow, ...] = ()  # the plan's flows up to as_of: they tell what stock was bought by then
    movable: tuple[OtherFlow, ...] = ()  # payments of the plan that suppliers let move (``movable_days`` above 0)
    debt_service: Floats | None = None  # flows of category ``debt`` (existing loans), (day,); None without any
    young: Mapping[int, Floats] = field(default_factory=dict)  # by age in days, those deducted fewer days ago
    draws: int = 0  # of the laws, paths dealt out over them in blocks of equal length; 0: every path its own


def cash_position(opening: float, flows: Floats) -> Floats:
    """Give the evening balance of each day: opening balance plus the flows so far.

    Yuan, (path, day) or (day,); positive comes in.
    """
    return opening + np.cumsum(flows, axis=-1)


def check_corkscrew(opening: float, flows: Floats, closing: Floats) -> None:
    """Hold each day's closing balance against the evening before plus the day's flow.

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
