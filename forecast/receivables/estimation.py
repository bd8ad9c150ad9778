"""Ledger tables → assumptions: every share and lag estimated from what was known on as_of, the unfinished censored."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import Assumptions, ChannelLaw, PromotionLaw
from forecast.receivables.cohorts import Counts, count_channel, open_orders, promotion_days, rows_of
from forecast.receivables.drift import FIRST_VARIANCE, at_level, draw_difference, drawn_hazards
from forecast.receivables.failure_history import failure_laws, unseen_causes
from forecast.receivables.hazards import (
    MAX_AGE,
    hazard_with_tail,
    incidence,
    pooled_hazard,
)
from forecast.receivables.payout import working_days_only
from forecast.receivables.recovery import draw_recovery
from forecast.receivables.settlement import HISTORY_DAYS, settlement_kernel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.calendar import Calendar
    from forecast.ledger.tables import DailyTables, Ledger
    from forecast.plan.model import Channel, Plan
    from forecast.receivables.failures import FailureLaw
    from forecast.receivables.hazards import CohortCounts
    from forecast.receivables.settlement import Mode

DRAWS = 64
"""Draws of the lags and shares; paths are dealt out over them. Failure rates are drawn for each path."""

FEWEST_DRAWS = 16
"""Draws for a horizon of 400 days: they grow fewer past 100 days, as a draw's memory grows with the square of these."""

AHEAD = 0.75
"""Part of the horizon over which a level's walk goes on: receipts by its end feel the lag of its later weeks most."""

RECENT_WEEKS, LONG_WEEKS = 4.0, 26.0
"""Half-lives of the mean lags that are compared for a note."""

DRIFT_DAYS = 0.5
DRIFT_SHARE = 0.1
"""A mean settlement lag that has moved by both so many days and this share is told in a note."""

FEW_ORDERS = 100
"""Below this many orders a channel's laws lean on the others and a note says so."""

DISPERSION_DAYS = 180
"""Days of arrivals that the day-to-day spread of settlements is measured on."""

FEE_DAYS = 180
"""Days of settlements that the fee rate is measured on."""

DEFAULT_FEE = (0.006, 0.003)
"""Mean and standard deviation of the fee rate where no channel has settled anything: payment channels' usual 0.6 %."""

DEFAULT_RECOVERY = (0.5, 3.0)
"""Where no failure was ever closed or cured: the share that recovers, and the mean days that either takes."""


def draws_for(horizon: int) -> int:
    """How many draws a horizon of so many days can afford."""
    return max(FEWEST_DRAWS, min(DRAWS, DRAWS * 100 // max(horizon, 1)))


def estimate(ledger: Ledger, plan: Plan, calendar: Calendar, rng: np.random.Generator) -> Assumptions:
    """All channels' laws with draws of their uncertainty.

    Channels that have shown little lean on the others' pooled hazards with the weight of a few orders.
    """
    tables = ledger.tables
    as_of = np.datetime64(tables.as_of, "D")
    draws = draws_for(plan.horizon.days)
    place = rng.permutation((np.arange(draws) + 0.5) / draws)
    weeks_ahead = AHEAD * plan.horizon.days / 7.0
    notes: list[Note] = []
    promotions = promotion_days(plan.events, as_of)
    counts = {name: count_channel(tables, name, as_of, calendar, promotions) for name in plan.channels}
    failures, inferred = failure_laws(tables, plan)
    notes.extend(unseen_causes(failures))
    pools = _pools(list(counts.values()))
    failed = {cause: [one.recovery[cause] for one in counts.values()] for cause in ALL_CAUSES}
    laws = []
    for name, channel in plan.channels.items():
        orders = int(rows_of(tables.sales, name)["orders"].sum())
        if orders == 0:
            notes.append(Note("no_orders", f"channels.{name}"))
        elif orders < FEW_ORDERS:
            notes.append(Note("few_orders", f"channels.{name}", {"orders": orders}))
        notes.extend(_channel_notes(channel, failures[name], counts[name]))
        law = _channel_law(
            channel, tables, counts[name], failures[name], failed, pools, calendar, place, weeks_ahead, rng
        )
        laws.append(replace(law, inferred=inferred[name]))
        if inferred[name]:
            shares = {cause: f"{share:.0%}" for cause, share in inferred[name].items()}
            notes.append(Note("causes_inferred", f"channels.{name}", shares))
    return Assumptions(tuple(laws), draws, tuple(notes))


def _channel_notes(channel: Channel, failures: Mapping[str, FailureLaw], counts: Counts) -> list[Note]:
    where = f"channels.{channel.name}"
    notes = []
    if channel.failure_rate is not None:
        notes.append(Note("rate_from_plan", f"{where}.failure_rate"))
    elif not any(law.failures_seen for law in failures.values()):
        notes.append(Note("no_failures", where))
    if channel.settlement_days is not None:
        notes.append(Note("settlement_from_plan", where, {"days": channel.settlement_days}))
    elif counts.settlement is None:
        notes.append(Note("no_settlements", where, {"days": HISTORY_DAYS}))
        if channel.fee_rate is None:
            notes.append(Note("fee_prior", where))
    else:
        notes.extend(_drift_notes(where, counts.settlement.counts, counts.order_size))
    return notes


def _drift_notes(where: str, counts: CohortCounts, order_size: float) -> list[Note]:
    """A note where the mean lag of the last weeks differs from that of the last half-year."""
    means = []
    for half_life in (RECENT_WEEKS, LONG_WEEKS):
        recency = 0.5 ** (counts.weeks / half_life)
        events = np.einsum("w,wka->ka", recency, counts.events)[None]
        steps = incidence(hazard_with_tail(events, (recency @ counts.at_risk)[None], order_size))[0, 0]
        means.append(float(steps @ np.arange(len(steps))) / max(float(steps.sum()), 1e-9))
    recent, before = means
    if abs(recent - before) < max(DRIFT_DAYS, DRIFT_SHARE * before):
        return []
    return [Note("settlement_drift", where, {"recent": f"{recent:.1f}", "before": f"{before:.1f}"})]


def _pools(counts: list[Counts]) -> dict[str, Floats]:
    """Hazards pooled over channels: the prior of each channel's own."""
    size = float(np.mean([one.order_size for one in counts]))
    pools = {
        "first": pooled_hazard([one.first for one in counts], size),
        "refund_before": pooled_hazard([one.refund_before for one in counts], size),
        "refund_after": pooled_hazard([one.refund_after for one in counts], size),
    }
    settlements = [one.settlement.counts for one in counts if one.settlement is not None]
    pools["due"] = pooled_hazard(settlements, size) if settlements else np.full((1, MAX_AGE), 1.0 / 7.0)
    overall = pooled_hazard([one.recovery[cause] for one in counts for cause in ALL_CAUSES], size)
    if overall.sum() <= 0:
        share, days = DEFAULT_RECOVERY
        overall = np.repeat(np.array([[share / days], [(1.0 - share) / days]]), MAX_AGE, axis=1)
    pools["recovery"] = overall
    if pools["first"].sum() <= 0:
        pools["first"][0] = 0.5
    return pools


def _channel_law(
    channel: Channel,
    tables: DailyTables,
    counts: Counts,
    failures: Mapping[str, FailureLaw],
    failed: Mapping[str, list[CohortCounts]],
    pools: Mapping[str, Floats],
    calendar: Calendar,
    place: Floats,
    weeks_ahead: float,
    rng: np.random.Generator,
) -> ChannelLaw:
    """One channel's law, its draws included."""
    name, size, draws = channel.name, counts.order_size, len(place)

    def draws_of(one: CohortCounts, prior: Floats, *, moves: bool = True) -> Floats:
        return drawn_hazards(one, prior, size, weeks_ahead, place, rng, moves=moves)

    first = draws_of(counts.first, pools["first"], moves=False)
    recovery = {
        cause: draw_recovery(counts.recovery[cause], failed[cause], pools["recovery"], size, draws, rng, cause)
        for cause in ALL_CAUSES
    }
    # Orders of promotions have a law of their own, which is measured against the others'.
    before = draws_of(counts.refund_before.less(counts.promotion_refund_before), pools["refund_before"])[:, 0]
    after_hazard = draws_of(counts.refund_after.less(counts.promotion_refund_after), pools["refund_after"])
    mode: Mode = "rolled"
    if counts.settlement is None:
        payout = working_days_only()
        doubt = np.sqrt(FIRST_VARIANCE) * rng.standard_normal(draws)
        due = at_level(np.broadcast_to(pools["due"], (draws, 1, MAX_AGE)), doubt)[:, 0]
    else:
        mode, payout = counts.settlement.mode, counts.settlement.payout
        settlement = counts.settlement
        due = draws_of(settlement.counts.less(settlement.promotion_counts), pools["due"])[:, 0]
    promotion = _promotion_law(counts, pools, due, before, after_hazard, rng)
    dispersion = _dispersion(counts, due, calendar) if channel.settlement_days is None else 0.0
    if channel.settlement_days is not None:
        mode = "rolled"
        due = np.zeros((draws, MAX_AGE))
        due[:, channel.settlement_days :] = 1.0
        promotion = None if promotion is None else replace(promotion, due=due)
    usual = rows_of(tables.sales, name)
    recent = usual[usual["day"] > pd.Timestamp(tables.as_of) - pd.Timedelta(days=28)]
    by_day = recent.groupby("day")["value"].sum() / 100.0
    padded = np.concatenate([by_day.to_numpy(float), np.zeros(max(0, 28 - len(by_day)))])
    return ChannelLaw(
        channel=channel,
        first=first,
        recovery=recovery,
        failures=failures,
        due=due,
        mode=mode,
        payout=payout,
        refund_before=before,
        refund_after=_taken(after_hazard),
        fee_rate=_fee_rate(tables, channel, draws, rng),
        order_size=size,
        dispersion=dispersion,
        open_orders=open_orders(tables, name),
        usual_sales=float(np.median(padded)) or float(padded.mean()),
        promotion=promotion,
    )


def _taken(hazard: Floats) -> Floats:
    """Share of a settled cohort taken back at each age (draw, age), from hazards of leaving and of money taken."""
    survived = np.cumprod(1.0 - hazard[:, 0], axis=1)
    return np.asarray(hazard[:, 1] * np.concatenate([np.ones((len(hazard), 1)), survived[:, :-1]], axis=1))


def _promotion_law(
    counts: Counts, pools: Mapping[str, Floats], due: Floats, before: Floats, after: Floats, rng: np.random.Generator
) -> PromotionLaw | None:
    """Lags and refunds of orders deducted in promotions: each draw's, at the level that promotions have shown.

    It is measured against the other orders of the same weeks, so that a promotion of a year ago does not bring back the
    lags of that year.
    """
    if counts.settlement is None or counts.settlement.promotion_counts.orders_at_risk <= 0:
        return None

    def moved(hazards: Floats, every: CohortCounts, part: CohortCounts, prior: Floats) -> Floats:
        normal = rng.standard_normal(len(hazards))
        return at_level(hazards, draw_difference(every, part, prior, counts.order_size, normal))

    return PromotionLaw(
        due=moved(due[:, None], counts.settlement.counts, counts.settlement.promotion_counts, pools["due"])[:, 0],
        refund_before=moved(
            before[:, None], counts.refund_before, counts.promotion_refund_before, pools["refund_before"]
        )[:, 0],
        refund_after=_taken(moved(after, counts.refund_after, counts.promotion_refund_after, pools["refund_after"])),
    )


def _fee_rate(tables: DailyTables, channel: Channel, draws: int, rng: np.random.Generator) -> Floats:
    """Fees over what was settled before them, of the last ``FEE_DAYS`` days of deduction (all, where none).

    The plan's own is sure. A channel that has settled nothing takes the mean of the others, and their spread as its
    doubt (half the mean where there is one other); where nothing was settled at all, ``DEFAULT_FEE``.
    """
    if channel.fee_rate is not None:
        return np.full(draws, channel.fee_rate)
    rows = rows_of(tables.settlement, channel.name)
    rows = rows[rows["outcome"] == "settled"]
    recent = rows[rows["day"] > pd.Timestamp(tables.as_of - dt.timedelta(days=FEE_DAYS))]
    rows = recent if len(recent) else rows
    if not len(rows):
        mean, spread = _other_fees(tables)
        return np.maximum(mean + spread * rng.standard_normal(draws), 0.0)
    base = (rows["value"] - rows["refunded_before"]).to_numpy(float)
    weights = rng.standard_exponential((draws, len(rows)))
    return np.asarray((weights @ rows["fees"].to_numpy(float)) / np.maximum(weights @ base, 1e-9))


def _other_fees(tables: DailyTables) -> tuple[float, float]:
    """Mean and standard deviation over channels of the fee rates that the ledger shows."""
    settled = tables.settlement[tables.settlement["outcome"] == "settled"]
    sums = settled.groupby("channel")[["value", "refunded_before", "fees"]].sum()
    base = (sums["value"] - sums["refunded_before"]).to_numpy(float)
    if not (base > 0).any():
        return DEFAULT_FEE
    rates = sums["fees"].to_numpy(float)[base > 0] / base[base > 0]
    mean = float(rates.mean())
    return mean, float(rates.std(ddof=1)) if len(rates) > 1 else 0.5 * mean


def _dispersion(counts: Counts, due: Floats, calendar: Calendar) -> float:
    """Squared misses of past daily settlements over the variance that independent orders would give them."""
    if counts.settlement is None or counts.grid is None:
        return 1.0
    grid, law = counts.grid, counts.settlement
    span = np.arange(grid.days[0], grid.days[-1] + MAX_AGE + 1)
    hazard = due.mean(axis=0, keepdims=True)
    paid = settlement_kernel(hazard, 0.0 * hazard, law.mode, law.payout.on(span, calendar), len(grid.days))[0]
    cohort = (grid.settled + grid.open_value).sum(axis=1)
    number = len(grid.days)
    expected, variance = np.zeros(number), np.zeros(number)
    for age in range(min(MAX_AGE, number)):
        share = paid[: number - age, age]
        expected[age:] += cohort[: number - age] * share
        variance[age:] += cohort[: number - age] * share * (1.0 - share)
    window = slice(max(number - DISPERSION_DAYS, number // 4), number)
    spread = counts.order_size * variance[window].sum()
    if spread <= 1e-6 * expected[window].sum() * counts.order_size:  # settles on one sure day
        return 0.0
    misses = float(((grid.arrivals - expected)[window] ** 2).sum())
    return float(np.clip(misses / spread, 0.3, 50.0))
