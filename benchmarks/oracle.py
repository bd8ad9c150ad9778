"""The oracle: told a merchant's true laws of the receivables and what is open on as_of, but not the sales to come.

It takes the planner's own sales paths, draws orders of the true law whose values add up to each path's daily sales of
each channel, and lets them become cash by the true laws with fresh faults. Orders that are open on as_of (and settled
ones that may still be refunded) continue by the true laws, given that nothing more had happened to them by then; that
conditioning is exact, stage by stage. Approximations: faults under way on as_of end as they really do, and those to
come are drawn as in a world without a past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.merchant_outcomes import Orders, attempt, become, pay, receipts, recover, refund, settle
from benchmarks.merchant_world import HORIZON, Surroundings, draw_surroundings
from benchmarks.merchants import draw_amounts, draw_moments, mean_price

if TYPE_CHECKING:
    from benchmarks.merchants import Merchant
    from forecast.arrays import Floats

MOST_DRAWS = 6_000_000
"""Orders drawn for one merchant at most; a larger merchant gets fewer paths."""

REFUNDABLE = 61
"""Days after which no refund comes, by the laws."""


def number_of_paths(merchant: Merchant, wanted: int = 100, least: int = 40) -> int:
    """How many paths the oracle draws for a merchant."""
    a_path = merchant.demand.expected[-HORIZON - REFUNDABLE :].sum()
    return int(np.clip(MOST_DRAWS / a_path, least, wanted))


def oracle_receipts(merchant: Merchant, sales: Floats, rng: np.random.Generator) -> Floats:
    """Receipts in yuan (path, channel, day) for each of the given sales paths (path, channel, day)."""
    opened = [_open(merchant, index) for index in range(len(merchant.channels))]
    out = np.zeros((len(sales), len(merchant.channels), HORIZON))
    for path, stream in enumerate(rng.spawn(len(sales))):
        around = _ahead(merchant, sales[path], stream)
        for index in range(len(merchant.channels)):
            new = _placed(merchant, index, sales[path, index], stream)
            become(merchant.law, index, merchant.frame, around, merchant.demand.promoted, new, stream)
            old = _continued(merchant, index, opened[index], around, stream)
            out[path, index] = sum(receipts(one, merchant.frame.history, HORIZON) for one in (new, old))
    return out


def _ahead(merchant: Merchant, sales: Floats, rng: np.random.Generator) -> Surroundings:
    """Faults to come, after those under way on as_of; risk control follows the surge of this path's sales."""
    history, law, demand = merchant.frame.history, merchant.law, merchant.demand
    prices = np.array([mean_price(law, index) for index in range(len(law.channels))])
    surge = demand.actual / demand.ordinary
    # The path has a level of its own: its surge is measured against that.
    strength = (sales / prices[:, None]).sum(axis=0) / demand.planned[history:]
    usual = max(float(np.median(strength)), 1e-9)
    surge[history:] = strength / usual * (demand.expected / demand.ordinary)[history:]
    fresh = draw_surroundings(law, merchant.frame, surge, history, rng)
    past = merchant.around

    def joined(before: Floats, after: Floats) -> Floats:
        running = before[before[:, 0] < history]
        end = max(float(history), running[-1, 1] if len(running) else 0.0)
        return np.concatenate([running, after[after[:, 0] >= end]])

    kept = past.batches[:, 0] < history
    batches = joined(past.batches, fresh.batches)
    batch_sku = np.concatenate(
        [past.batch_sku[kept], fresh.batch_sku[len(fresh.batches) - (len(batches) - kept.sum()) :]]
    )
    return Surroundings(
        {name: joined(past.clearing[name], rows) for name, rows in fresh.clearing.items()},
        {name: joined(past.integration[name], rows) for name, rows in fresh.integration.items()},
        batches,
        batch_sku,
        fresh.base,
        fresh.payout,
    )


def _placed(merchant: Merchant, index: int, sales: Floats, rng: np.random.Generator) -> Orders:
    """Orders whose amounts add up to each day's sales (day), in yuan."""
    wanted = sales / mean_price(merchant.law, index)
    number = np.where(sales > 0, np.maximum(np.rint(wanted), 1), 0).astype(np.int64)
    day = np.repeat(np.arange(HORIZON), number)
    amount, sku = draw_amounts(merchant.law, index, len(day), rng)
    drawn = np.bincount(day, amount, HORIZON)[:HORIZON]
    amount *= np.divide(sales * 100.0, drawn, out=np.zeros(HORIZON), where=drawn > 0)[day]
    return Orders.placed(draw_moments(day + merchant.frame.history, rng), np.maximum(np.rint(amount), 1.0), sku)


def _open(merchant: Merchant, index: int) -> Orders:
    """The orders of a channel to which something can still happen, with what is known of them on as_of."""
    end = float(merchant.frame.history)
    one = merchant.orders[index].take(np.flatnonzero(merchant.orders[index].ordered < end))
    for moment, others in (
        (one.paid, ()),
        (one.failed, ()),
        (one.deducted, ()),
        (one.closed, ()),
        (one.settled_on, (one.settled,)),
        (one.refunded_on, (one.refunded,)),
    ):
        later = moment >= end
        for column in (moment, *others):
            column[later] = np.nan
    # What fails after as_of has not failed yet, but the try itself, minutes earlier, is not known either.
    unknown = np.isfinite(one.paid) & np.isnan(one.failed) & np.isnan(one.deducted)
    one.paid[unknown] = np.nan
    one.cause[np.isnan(one.failed)] = -1
    one.fixed[np.isnan(one.failed)] = np.nan
    finished = np.isfinite(one.closed) | np.isfinite(one.refunded_on) & (
        np.isfinite(one.settled_on) | (one.refunded >= one.amount)
    )
    finished |= one.settled_on < end - REFUNDABLE
    finished |= np.isfinite(one.settled_on) & (one.deducted < end - REFUNDABLE)
    return one.take(np.flatnonzero(~finished))


def _continued(
    merchant: Merchant, index: int, opened: Orders, around: Surroundings, rng: np.random.Generator
) -> Orders:
    """What becomes of open orders, given that nothing more had happened to them by as_of."""
    law, frame, promoted = merchant.law.channels[index], merchant.frame, merchant.demand.promoted
    orders, end = opened.take(np.arange(len(opened.ordered))), float(merchant.frame.history)
    waiting = np.flatnonzero(np.isnan(orders.paid) & np.isnan(orders.deducted))
    first = orders.take(waiting)
    pay(law, first, rng, end)
    attempt(merchant.law, index, around, first, rng)
    for name in Orders.__slots__:
        getattr(orders, name)[waiting] = getattr(first, name)
    recover(law, frame, orders, rng, end)
    settle(law, frame, around.payout[index], promoted, orders, rng, end)
    refund(law, promoted, orders, rng, end)
    return orders
