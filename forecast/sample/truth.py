"""What the sample merchant's law says, what its ledger realised, and what came after as_of: ``truth.json``.

The file is for tests and for judging forecasts. A forecast must never read it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.money import fen_to_yuan, to_yuan
from forecast.sample.demand import promotions
from forecast.sample.episodes import SECONDS_A_DAY, long_run_failure_rate
from forecast.sample.law import TRIED
from forecast.sample.world import ABSENT, FUTURE_DAYS

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.sample.orders import Orders
    from forecast.sample.world import World

MATURE_DAYS = 45
"""Shares of what is finished are counted over orders (failures, deductions) at least so many days before as_of."""

MONEY = ("gross", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid", "outstanding")
FLOWS = ("sales", "settled", "refunded_after")


class Tally:
    """Sums over the orders of a world, a block at a time; money in fen, all first axes by channel."""

    def __init__(self, world: World) -> None:
        channels = len(world.law.channels)
        self.world = world
        self.orders = np.zeros(channels, dtype=np.int64)
        self.money = {name: np.zeros(channels, dtype=np.int64) for name in MONEY}
        self.tried, self.deducted, self.refunded = np.zeros((3, channels))
        self.settled_value, self.settled_days = np.zeros((2, channels))
        self.failed, self.ended, self.cured = np.zeros((3, channels, len(TRIED)))
        self.future = {name: np.zeros((channels, FUTURE_DAYS), dtype=np.int64) for name in FLOWS}

    def add_known(self, known: Orders) -> None:
        """Count orders as the ledger shows them on as_of."""
        self.orders += np.bincount(known.channel, minlength=len(self.orders))
        for name, fen in parts(known).items():
            self.money[name] += self._by_channel(known, fen)
        tried = (known.cause != ABSENT) | (known.deducted_at != ABSENT)
        self.tried += self._by_channel(known, np.where(tried, known.amount, 0))
        for index in range(len(TRIED)):
            self.failed[:, index] += self._by_channel(known, np.where(known.cause == index, known.amount, 0))

    def add_whole(self, whole: Orders) -> None:
        """Count the whole lives of orders: the outcomes of those long before as_of, and what falls after as_of."""
        mature = (self.world.as_of - MATURE_DAYS + 1) * SECONDS_A_DAY
        for index in range(len(TRIED)):
            old = (whole.cause == index) & (whole.failed_at < mature)
            self.ended[:, index] += self._by_channel(whole, np.where(old, whole.amount, 0))
            cured = old & (whole.deducted_at != ABSENT)
            self.cured[:, index] += self._by_channel(whole, np.where(cured, whole.amount, 0))
        deducted = (whole.deducted_at != ABSENT) & (whole.deducted_at < mature)
        self.deducted += self._by_channel(whole, np.where(deducted, whole.amount, 0))
        refunded = deducted & (whole.refunded_on != ABSENT)
        self.refunded += self._by_channel(whole, np.where(refunded, whole.refunded_amount, 0))
        settled = np.where(deducted & (whole.settled_on != ABSENT), whole.amount, 0)
        self.settled_value += self._by_channel(whole, settled)
        self.settled_days += self._by_channel(whole, settled * (whole.settled_on - whole.deducted_at // SECONDS_A_DAY))
        after = (whole.settled_on != ABSENT) & (whole.refunded_on >= whole.settled_on)
        self._add_future("sales", whole, whole.ordered_at // SECONDS_A_DAY, whole.amount)
        self._add_future("settled", whole, whole.settled_on, whole.settled_amount)
        self._add_future("refunded_after", whole, np.where(after, whole.refunded_on, ABSENT), whole.refunded_amount)

    def _add_future(self, name: str, orders: Orders, on: Ints, fen: Ints) -> None:
        day = on - self.world.as_of - 1
        inside = (day >= 0) & (day < FUTURE_DAYS)
        np.add.at(self.future[name], (orders.channel[inside], day[inside]), fen[inside])

    def _by_channel(self, orders: Orders, fen: Ints) -> Ints:
        sums = np.bincount(orders.channel, weights=fen, minlength=len(self.orders))
        return np.rint(sums).astype(np.int64)

    def truth(self) -> dict[str, Any]:
        """Everything, ready for JSON; money in yuan, shares of value."""
        world, law = self.world, self.world.law
        rates = long_run_failure_rate(law, world.demand.surge, world.demand.expected)
        promoted = (world.demand.expected * (world.demand.surge > law.promotion_surge)).sum()
        promoted /= world.demand.expected.sum()
        refund_factor = float(law.refunded_part() * (1 + promoted * (law.refund_after_promotion - 1)))
        channels = {}
        for index, channel in enumerate(law.channels):
            failed = {cause: share(self.failed[index, i], self.tried[index]) for i, cause in enumerate(TRIED)}
            failed["total"] = share(self.failed[index].sum(), self.tried[index])
            channels[channel.name] = {
                "label": channel.label,
                "clearing": channel.clearing,
                "share_of_orders": {
                    "first_day": float(world.demand.shares[0, index]),
                    "as_of": float(world.demand.shares[world.as_of - world.first, index]),
                },
                "failure_rate": {
                    cause: {"mean": mean["mean"], "base": mean["base"], "ledger": failed[cause]}
                    for cause, mean in rates[channel.name].items()
                },
                "recovery_rate": {
                    cause: {"mean": law.recovery[cause], "ledger": share(self.cured[index, i], self.ended[index, i])}
                    for i, cause in enumerate(TRIED)
                },
                "settlement_lag": {
                    "days": {str(day): part for day, part in channel.lag.items()},
                    "unit": channel.lag_unit,
                    "payout": channel.payout,
                    "ledger_mean_days": share(self.settled_days[index], self.settled_value[index]),
                },
                "refund_rate": {
                    "mean": channel.refund_rate * refund_factor,
                    "ledger": share(self.refunded[index], self.deducted[index]),
                },
                "fee_rate": channel.fee / 10_000,
                "ledger": {"orders": int(self.orders[index])}
                | {name: to_yuan(int(fen[index])) for name, fen in self.money.items()},
            }
        return {
            "schema": 1,
            "seed": world.seed,
            "start": iso_day(world.first),
            "as_of": iso_day(world.as_of),
            "orders": int(self.orders.sum()),
            "law": {
                "never_paid_share_of_orders": law.never_paid,
                "partial_share_of_refunds": law.partial_refunds,
                "growth_a_year": law.growth,
                "risk_elasticity": law.risk_elasticity,
                "mature_days": MATURE_DAYS,
            },
            "channels": channels,
            "promotions": self._promotions(),
            "episodes": self._episodes(),
            "future": self._future(),
        }

    def _promotions(self) -> list[dict[str, Any]]:
        days = self.world.demand.days
        drawn = dict(zip(days.tolist(), self.world.demand.surge.tolist(), strict=True))
        return [
            {
                "name": promotion.name,
                "start": promotion.start.isoformat(),
                "peak": promotion.peak.isoformat(),
                "end": promotion.end.isoformat(),
                "uplift_expected": promotion.uplift,
                "uplift_drawn": drawn.get(promotion.peak),
            }
            for promotion in promotions(days[0].item(), days[-1].item())
        ]

    def _episodes(self) -> list[dict[str, Any]]:
        end_of_as_of = (self.world.as_of + 1) * SECONDS_A_DAY
        return [
            {
                "cause": episode.cause,
                "channels": list(episode.channels),
                "start": iso_moment(episode.start),
                "end": iso_moment(episode.end),
                "severity": episode.severity,
                "sku": None if episode.sku is None else sku_name(episode.sku),
                "region": None if episode.region is None else self.world.law.regions[episode.region],
                "after_as_of": episode.start >= end_of_as_of,
            }
            for episode in self.world.episodes
        ]

    def _future(self) -> dict[str, Any]:
        names = [channel.name for channel in self.world.law.channels]
        receipts = self.future["settled"] - self.future["refunded_after"]
        series = {"sales": self.future["sales"], "receipts": receipts, "settled": self.future["settled"]}
        return {"dates": [iso_day(self.world.as_of + 1 + i) for i in range(FUTURE_DAYS)]} | {
            name: dict(zip(names, fen_to_yuan(fen).tolist(), strict=True)) for name, fen in series.items()
        }


def parts(known: Orders) -> dict[str, Ints]:
    """What became of each order's amount as known on as_of, in fen by the names of ``MONEY`` (order,).

    gross = settled + fees + refunded_before + lost + never_paid + outstanding on every row.
    """
    settled: Bools = known.settled_on != ABSENT
    closed: Bools = (known.closed_at != ABSENT) & (known.deducted_at == ABSENT)
    after = settled & (known.refunded_on >= known.settled_on)
    refunded = np.maximum(known.refunded_amount, 0)
    before = np.where(after, 0, refunded)
    arrived = np.where(settled, known.settled_amount, 0)
    open_orders = ~settled & ~closed
    return {
        "gross": known.amount,
        "settled": arrived,
        "fees": np.where(settled, known.amount - before - arrived, 0),
        "refunded_before": before,
        "refunded_after": np.where(after, refunded, 0),
        "lost": np.where(closed & (known.cause != ABSENT), known.amount, 0),
        "never_paid": np.where(closed & (known.cause == ABSENT), known.amount, 0),
        "outstanding": np.where(open_orders, known.amount - before, 0),
    }


def share(part: Floats | float, whole: Floats | float) -> float | None:
    """The part of the whole; None where there is nothing to take a part of."""
    return float(part / whole) if whole else None


def iso_day(day: int) -> str:
    """A day counted from 1970 as ``2026-10-18``."""
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def iso_moment(second: int) -> str:
    """A moment counted in seconds from 1970 (local time) as ``2026-10-18T08:00:00``."""
    return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=second)).isoformat()  # noqa: DTZ001  # local time


def sku_name(sku: int) -> str:
    """The sku's name in the ledger."""
    return f"SKU-{sku + 1:03d}"
