"""Merchants with known truth for the calibration: ``simulate(seed)`` gives a whole one, its orders, laws and plan.

The laws stand in ``merchant_laws``, their course in time in ``merchant_world``, an order's fate in
``merchant_outcomes``. Sizes run from 20 to 2,000 orders a day, histories from 5 to 30 months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from benchmarks.merchant_laws import CAUSES, INTEGRATION, draw_law, occurs
from benchmarks.merchant_outcomes import NOTHING, Orders, become, receipts
from benchmarks.merchant_world import (
    HORIZON,
    draw_demand,
    draw_frame,
    draw_surroundings,
    long_run_rates,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.merchant_laws import Law
    from benchmarks.merchant_world import Demand, Frame, Surroundings
    from forecast.arrays import Floats, Ints

MOST_ORDERS = 400_000
"""A larger merchant gets a shorter history."""

SHORTEST = 150
"""Days of the shortest history."""

Feed = Literal["named", "unknown", "silent"]
"""What the ledger says of causes: all of them, only that it failed, or nothing of integration faults (支付不扣款)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody knows in life.

    ``failure`` by channel and cause (and ``total``): the law's long-run share of tried value; ``recovery`` by channel
    and cause: the law's chance that a failure is deducted in the end. ``sales`` and ``receipts`` (channel, day) are
    what really came in the horizon, in yuan.
    """

    failure: dict[str, dict[str, float]]
    recovery: dict[str, dict[str, float]]
    sales: Floats
    receipts: Floats


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant: its law and world, its orders by channel with all that ever happens to them, and the truth."""

    seed: int
    size: float
    feed: Feed
    law: Law
    frame: Frame
    demand: Demand
    around: Surroundings
    orders: tuple[Orders, ...]
    truth: Truth
    outflows: Floats

    @property
    def channels(self) -> tuple[str, ...]:
        """Names, in the order of every channel axis."""
        return tuple(one.name for one in self.law.channels)


def simulate(seed: int, *, size: float | None = None, history: int | None = None) -> Merchant:
    """A merchant drawn from the seed.

    Args:
        seed: any whole number.
        size: orders of an ordinary day, instead of a drawn one.
        history: days of history, instead of a drawn length.
    """
    frame_rng, law_rng, demand_rng, fault_rng, truth_rng, flow_rng, *streams = np.random.default_rng(seed).spawn(12)
    frame = draw_frame(frame_rng)
    drawn = _draw_size(frame_rng)
    size = drawn if size is None else size
    wanted = history or max(SHORTEST, min(frame.history, int(MOST_ORDERS / size)))
    frame = _shortened(frame, wanted)
    law = draw_law(law_rng, frame.history)
    feed: Feed = "named"
    if occurs(law_rng, 0.12):  # one merchant in eight
        feed = "unknown" if occurs(law_rng, 0.6) else "silent"
    demand = draw_demand(law, frame, size, demand_rng)
    return assembled(seed, size, feed, law, frame, demand, (fault_rng, truth_rng, flow_rng, *streams))


def assembled(
    seed: int, size: float, feed: Feed, law: Law, frame: Frame, demand: Demand, rngs: Sequence[np.random.Generator]
) -> Merchant:
    """The merchant of a law and its sales: faults, orders, truth and outflows drawn from it.

    ``rngs``: of faults, truth and outflows, then one for each channel's orders.
    """
    fault_rng, truth_rng, flow_rng, *streams = rngs
    around = draw_surroundings(law, frame, demand.actual / demand.ordinary, 0, fault_rng)
    orders = tuple(
        become(law, index, frame, around, demand.promoted, _placed(law, index, demand, stream), stream)
        for index, stream in zip(range(len(law.channels)), streams, strict=False)
    )
    ahead = range(frame.history, frame.history + HORIZON)
    truth = Truth(
        failure=long_run_rates(law, demand, truth_rng),
        recovery={
            one.name: dict(zip(CAUSES, (cure.share for cure in one.recovery), strict=True)) for one in law.channels
        },
        sales=np.stack([_by_day(one, ahead) for one in orders]),
        receipts=np.stack([receipts(one, frame.history, HORIZON) for one in orders]),
    )
    return Merchant(
        seed, size, feed, law, frame, demand, around, orders, truth, _outflows(law, frame, demand, flow_rng)
    )


def _draw_size(rng: np.random.Generator) -> float:
    """Orders of an ordinary day: most merchants 50 to 300."""
    low, high = ((20.0, 50.0), (50.0, 300.0), (300.0, 2000.0))[int(rng.choice(3, p=[0.12, 0.73, 0.15]))]
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _shortened(frame: Frame, history: int) -> Frame:
    """The frame with its last ``history`` days of history."""
    cut = frame.history - history
    if cut < 0:
        raise ValueError(f"history: at most {frame.history} days are drawn for this seed (got {history})")
    return type(frame)(frame.first + cut, history, frame.working[cut:], frame.delivering[cut:], frame.month_end[cut:])


def mean_price(law: Law, index: int) -> float:
    """Expected amount of an order in yuan: list price × the channel's level × 1 piece and now and then more."""
    return float((law.popularity * law.prices).sum()) * law.channels[index].price * PIECES


PIECES = 1.0 + 0.1 / 0.6
"""Expected pieces of an order: a tenth holds more than one, of a geometric number with a mean of 1 ÷ 0.6 more."""


def draw_amounts(law: Law, index: int, count: int, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Amounts in fen and skus of ``count`` orders: list price × a symmetric beta around 1 × pieces."""
    sku = np.searchsorted(np.cumsum(law.popularity)[:-1], rng.random(count), side="right")
    pieces = 1.0 + np.where(rng.random(count) < 0.1, rng.geometric(0.6, count), 0)  # noqa: PLR2004  # a tenth
    yuan = law.prices[sku] * law.channels[index].price * (0.6 + 0.8 * rng.beta(2.0, 2.0, count)) * pieces
    return np.maximum(np.rint(yuan * 100.0), 1.0), np.asarray(sku)


def draw_moments(day: Ints, rng: np.random.Generator) -> Floats:
    """Moments within the given days: few at night, most in the evening."""
    return np.asarray(day + np.clip(rng.beta(2.6, 1.7, len(day)), 0.0, 0.9999))


def _placed(law: Law, index: int, demand: Demand, rng: np.random.Generator) -> Orders:
    """Orders of a channel over history and horizon."""
    number = rng.poisson(demand.actual * demand.shares[:, index])
    day = np.repeat(np.arange(len(number)), number)
    amount, sku = draw_amounts(law, index, len(day), rng)
    return Orders.placed(draw_moments(day, rng), amount, sku)


def _by_day(orders: Orders, days: range) -> Floats:
    """Order value in yuan by day of order (day,)."""
    at = orders.ordered.astype(np.int64) - days.start
    inside = (at >= 0) & (at < len(days))
    return np.bincount(at[inside], orders.amount[inside], len(days))[: len(days)] / 100.0


def _outflows(law: Law, frame: Frame, demand: Demand, rng: np.random.Generator) -> Floats:
    """The owner's budget (day,): about what should come in by the laws, paid weekly or daily, so that needs are real.

    It follows expected sales and promotions, not what really happens.
    """
    expected = np.zeros(frame.history + HORIZON)
    for index, channel in enumerate(law.channels):
        lost = sum(rate * (1.0 - one.share) for rate, one in zip(channel.base, channel.recovery, strict=True))
        share = (1.0 - channel.never_paid) * (1.0 - lost) * (1.0 - channel.refund_rate) * (1.0 - channel.fee)
        terms = channel.settlement
        lag = terms.count * 1.4 if terms.payout == "working_count" else terms.lag.mean() + 1.0
        value = demand.planned * demand.expected_shares[:, index] * mean_price(law, index)
        width = 7 if terms.payout != "month_end" else 30
        arriving = np.convolve(value * share, np.ones(width) / width)[: len(value)]
        expected += np.concatenate([np.zeros(int(lag)), arriving])[: len(value)]
    ahead = expected[frame.history :] * rng.uniform(0.97, 1.05)
    if occurs(rng, 0.6):  # most pay once a week
        weekly = np.zeros(HORIZON)
        for start in range(int(rng.integers(0, 7)) - 6, HORIZON, 7):
            stop = start + 7
            weekly[max(start, 0)] += ahead[max(start, 0) : stop].sum()
        ahead = weekly
    return np.round(ahead, 2)


def ledger(merchant: Merchant, *, known_only: bool) -> pd.DataFrame:
    """The orders as the ledger's columns: of history and horizon, or only what is known on the evening of as_of."""
    parts = [_table(merchant, index, one) for index, one in enumerate(merchant.orders)]
    table = pd.concat(parts, ignore_index=True).sort_values("ordered_at", kind="stable", ignore_index=True)
    table.insert(0, "order_id", [f"m{merchant.seed}-{number}" for number in range(len(table))])
    return known(table, merchant.frame.as_of) if known_only else table


def _table(merchant: Merchant, index: int, orders: Orders) -> pd.DataFrame:
    """One channel's rows."""
    first = merchant.frame.first

    def moment(at: Floats) -> pd.Series[Any]:
        seconds = np.where(np.isfinite(at), at, 0.0) * 86_400.0
        stamps = first.astype("datetime64[s]") + np.floor(seconds).astype("timedelta64[s]")
        return pd.Series(np.where(np.isfinite(at), stamps, np.datetime64("NaT")))

    def day(at: Floats) -> pd.Series[Any]:
        return moment(np.floor(at))

    cause, failed = orders.cause, orders.failed
    names = np.array([*CAUSES, ""])
    if merchant.feed == "unknown":
        names = np.array([*("unknown" for _ in CAUSES), ""])
    if merchant.feed == "silent":
        quiet = cause == INTEGRATION
        cause, failed = np.where(quiet, NOTHING, cause), np.where(quiet, np.nan, failed)
    named = pd.Series(names[cause]).astype("object")
    return pd.DataFrame(
        {
            "channel": merchant.law.channels[index].name,
            "ordered_at": moment(orders.ordered),
            "amount": orders.amount / 100.0,
            "paid_at": moment(orders.paid),
            "failure_cause": named.where(named != "", None),
            "failed_at": moment(failed),
            "deducted_at": moment(orders.deducted),
            "closed_at": moment(orders.closed),
            "settled_on": day(orders.settled_on),
            "settled_amount": orders.settled / 100.0,
            "refunded_on": day(orders.refunded_on),
            "refunded_amount": orders.refunded / 100.0,
            "sku": np.char.add("sku-", orders.sku.astype(str)),
        }
    )


EVENTS = {
    "paid_at": ("paid_at",),
    "failed_at": ("failed_at", "failure_cause"),
    "deducted_at": ("deducted_at",),
    "closed_at": ("closed_at",),
    "settled_on": ("settled_on", "settled_amount"),
    "refunded_on": ("refunded_on", "refunded_amount"),
}
"""Each event's moment and the columns that are unknown before it."""


def known(table: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The rows of a ledger that exist on the evening of as_of, their later events absent."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    out = table[table["ordered_at"] < end].copy()
    for event, columns in EVENTS.items():
        if event in out.columns:
            later = out[event] >= end
            out.loc[later, [column for column in columns if column in out.columns]] = None
    return out.reset_index(drop=True)


def write_folder(merchant: Merchant, folder: Path, *, paths: int) -> Path:
    """Write ledger, flows and plan; the ledger of every odd seed holds the future too, which the planner must cut."""
    table = ledger(merchant, known_only=merchant.seed % 2 == 0)
    table.to_parquet(folder / "orders.parquet", index=False)
    flows = ["date,amount,category,note"]
    for offset, amount in enumerate(merchant.outflows):
        if amount > 0:
            flows.append(f"{merchant.frame.days[merchant.frame.history + offset]},{-amount:.2f},stock,")
    (folder / "flows.csv").write_text("\n".join(flows) + "\n", encoding="utf-8")
    path = folder / "plan.toml"
    path.write_text(plan_text(merchant, paths=paths), encoding="utf-8")
    return path


def plan_text(merchant: Merchant, *, paths: int) -> str:
    """The plan: channels with their clearing names, the promotions, and cash."""
    lines = [
        'language = "en"',
        "[plan]",
        f"as_of = {merchant.frame.as_of}",
        f"horizon_days = {HORIZON}",
        f"paths = {paths}",
        f"seed = {merchant.seed}",
        "confidence = 0.95",
        "[ledger]",
        'orders = "orders.parquet"',
        "[cash]",
        f"opening_balance = {merchant.outflows.mean() * 20:.2f}",
        f"minimum_balance = {merchant.outflows.mean() * 2:.2f}",
        'other_flows = "flows.csv"',
    ]
    for channel in merchant.law.channels:
        lines += [f"[channels.{channel.name}]", f'label = "{channel.name}"', f'clearing = "{channel.clearing}"']
    days = merchant.frame.days
    for one in merchant.demand.promotions:
        lines += ["[[events]]", f'name = "{one.name}"', f"start = {days[one.start]}"]
        lines += [] if one.peak is None else [f"peak = {days[one.peak]}"]
        lines += [f"end = {days[one.end]}"]
    return "\n".join(lines) + "\n"
