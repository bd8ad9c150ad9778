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
    from forecast.pools import Pool, PoolRule

FEN_TOLERANCE = 0.005
"""Yuan: half a fen; balances that differ by less are the same money."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelCash:
    """The channels of a scenario apart, float64 yuan, (path, channel, day)."""

    settled: Floats  # settlements that arrive on the day, net of fees
    receivables: Floats  # open in the evening (deducted, not settled, less refunds)
    young: Mapping[int, Floats] = field(default_factory=dict)  # by age in days, those deducted fewer days ago
    fees: Floats | float = 0.0  # taken off what settles on the day; 0: none

    def gross(self, place: int) -> Floats:
        """What leaves a channel's receivables on the day as it settles, fees included, (path, day)."""
        return np.asarray(self.settled[:, place] + (self.fees if isinstance(self.fees, float) else self.fees[:, place]))


@dataclass(frozen=True, slots=True, eq=False)
class CashCase:
    """One scenario as its treasurer sees it before any financing: float64 yuan, day 0 = as_of + 1."""

    days: Days  # datetime64[D], (day,)
    as_of: dt.date  # the last day fully known; the opening balance is that evening's
    opening_balance: float  # cash on the evening of as_of
    minimum_balance: float  # cash falls short on an evening below it
    surplus_rate: float  # a year (act/365), earned on the balance above the minimum
    flows: Floats  # (path, day), receipts + other flows − costs; positive comes in
    channels: tuple[str, ...]  # names, in the order of the channel axes
    opening_receivables: Floats  # (channel,), deducted, not settled, less refunds, on the evening of as_of
    banking_day: Bools  # bool (day,), whether banks work on the day
    by_channel: ChannelCash | None = None  # the channels' own flows; None where ``pools`` hold all that is needed
    pools: Mapping[PoolRule, Pool] = field(default_factory=dict)  # of facilities that advance money on receivables
    holiday: Bools | None = None  # bool (day,), whether it is a public holiday, those on weekends too; None: none is
    purchases: Mapping[str, Floats] = field(default_factory=dict)  # by category, positive, (day,) or (path, day)
    earlier_flows: tuple[OtherFlow, ...] = ()  # the plan's flows up to as_of: they tell what stock was bought by then
    costs: Mapping[str, Floats] = field(default_factory=dict)  # those that move with sales, as ``purchases``
    movable: tuple[OtherFlow, ...] = ()  # payments of the plan that suppliers let move (``movable_days`` above 0)
    debt_service: Floats | None = None  # flows of category ``debt`` (existing loans), (day,); None without any
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
