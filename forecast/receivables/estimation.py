"""Ledger tables → assumptions: every share and lag estimated from what was known on as_of, the unfinished censored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import Assumptions, ChannelLaw, OpenOrders, PromotionLaw
from forecast.receivables.failures import FailureHistory, FailureLaw, fit_cause, scopes_of, unexplained, usual_level
from forecast.receivables.hazards import (
    MAX_AGE,
    CohortCounts,
    count_cohorts,
    draw_hazards,
    open_by_age,
    pooled_hazard,
    week_weights,
)
from forecast.receivables.payout import working_days_only
from forecast.receivables.settlement import (
    HISTORY_DAYS,
    SettlementGrid,
    SettlementLaw,
    fit_settlement,
    settlement_grid,
    settlement_kernel,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.arrays import Days, Floats, Ints
    from forecast.calendar import Calendar
    from forecast.ledger.tables import DailyTables, Ledger
    from forecast.plan.model import Channel, Event, Plan
    from forecast.receivables.settlement import Mode

DRAWS = 64
"""Draws of the lags and shares; paths are dealt out over them. Failure rates are drawn for each path."""

FEWEST_DRAWS = 16
"""Draws for a horizon of 400 days: they grow fewer past 100 days, as a draw's memory grows with the square of these."""

PROMOTION_PRIOR_ORDERS = 200.0
"""Weight of ordinary days' hazards in those of promotions, in orders at each age."""

PROMOTION_HALF_LIFE_WEEKS = 104.0
"""A promotion this many weeks older has half the weight."""

FEW_ORDERS = 100
"""Below this many orders a channel's laws lean on the others and a note says so."""

DISPERSION_DAYS = 180
"""Days of arrivals that the day-to-day spread of settlements is measured on."""

FEE_DAYS = 180
"""Days of settlements that the fee rate is measured on."""

DEFAULT_RECOVERY = (0.5, 3.0)
"""Where no failure was ever closed or cured: the share that recovers, and the mean days that either takes."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """One channel's cohort counts of each step."""

    first: CohortCounts
    recovery: Mapping[str, CohortCounts]
    refund_before: CohortCounts
    refund_after: CohortCounts
    promotion_refund_before: CohortCounts
    promotion_refund_after: CohortCounts
    settlement: SettlementLaw | None
    grid: SettlementGrid | None
    order_size: float


def order_size(sales: pd.DataFrame) -> float:
    """Σ amount² ÷ Σ amount in yuan; 1 where nothing was ordered."""
    value = float(sales["value"].sum()) / 100.0
    return float(sales["value_squared"].sum()) / value if value > 0 else 1.0


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
    notes: list[Note] = []
    promotions = promotion_days(plan.events, as_of)
    counts = {name: _count(tables, name, as_of, calendar, promotions) for name in plan.channels}
    failures, inferred = _failure_laws(tables, plan)
    pools = _pools(list(counts.values()))
    laws = []
    for name, channel in plan.channels.items():
        orders = int(_rows(tables.sales, name)["orders"].sum())
        if orders == 0:
            notes.append(Note("no_orders", f"channels.{name}"))
        elif orders < FEW_ORDERS:
            notes.append(Note("few_orders", f"channels.{name}", {"orders": orders}))
        notes.extend(_channel_notes(channel, failures[name], counts[name]))
        law = _channel_law(channel, tables, counts[name], failures[name], pools, calendar, draws, rng)
        laws.append(replace(law, inferred=inferred[name]))
        if inferred[name]:
            shares = {cause: f"{share:.0%}" for cause, share in inferred[name].items()}
            notes.append(Note("causes_inferred", f"channels.{name}", shares))
    return Assumptions(tuple(laws), draws, tuple(notes))


def _rows(table: pd.DataFrame, channel: str) -> pd.DataFrame:
    return table[table["channel"] == channel]


def _channel_notes(channel: Channel, failures: Mapping[str, FailureLaw], counts: _Counts) -> list[Note]:
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
    return notes


def promotion_days(events: Iterable[Event], as_of: np.datetime64) -> Days:
    """The days up to as_of on which a promotion ran."""
    runs = [np.arange(np.datetime64(event.start), np.datetime64(event.end) + 1) for event in events]
    days = np.unique(np.concatenate(runs)) if runs else np.array([], dtype="datetime64[D]")
    return np.asarray(days[days <= as_of])


def _count(tables: DailyTables, name: str, as_of: np.datetime64, calendar: Calendar, promotions: Days) -> _Counts:
    """Cohort counts of one channel."""
    size = order_size(_rows(tables.sales, name))
    first = _rows(tables.first, name).copy()
    # For the age of the first attempt a failure and a success are the same event: it was tried.
    first["outcome"] = first["outcome"].replace({"deducted": "tried", "failed": "tried"})
    recovery = _rows(tables.recovery, name)
    settlement = _rows(tables.settlement, name)
    before = _rows(tables.refund_before, name)
    after = _rows(tables.refund_after, name)
    grid = settlement_grid(settlement, as_of) if len(settlement) else None
    law, lag = None, 0
    if grid is not None and grid.settled.sum() > 0:
        law = fit_settlement(grid, calendar, size, np.isin(grid.days, promotions))
        lag = round(float((grid.settled.sum(axis=0) @ np.arange(MAX_AGE + 1)) / grid.settled.sum()))
    causes = {
        cause: count_cohorts(recovery[recovery["cause"] == cause], ("deducted", "lost"), as_of) for cause in ALL_CAUSES
    }
    return _Counts(
        first=count_cohorts(first, ("tried", "never_paid"), as_of),
        recovery=causes,
        refund_before=_before(settlement, before, as_of),
        refund_after=_after(after, as_of),
        promotion_refund_before=_before(_on(settlement, promotions), _on(before, promotions), as_of),
        # What settled a usual lag after a promotion's days was mostly ordered on them.
        promotion_refund_after=_after(_on(after, promotions + lag), as_of),
        settlement=law,
        grid=grid,
        order_size=size,
    )


def _on(table: pd.DataFrame, days: Days) -> pd.DataFrame:
    """The rows of these days."""
    return table[np.isin(table["day"].to_numpy().astype("datetime64[D]"), days)]


def _before(settlement: pd.DataFrame, before: pd.DataFrame, as_of: np.datetime64) -> CohortCounts:
    """Refunds before settlement against the value that was deducted and open at each age."""
    at_risk = count_cohorts(settlement, (), as_of).at_risk
    refunds = count_cohorts(before.assign(outcome="refunded"), ("refunded",), as_of)
    weeks = max(len(at_risk), len(refunds.at_risk))
    return CohortCounts(_padded(refunds.events, weeks), _padded(at_risk, weeks), np.arange(weeks, dtype=np.int64))


def _after(after: pd.DataFrame, as_of: np.datetime64) -> CohortCounts:
    """Orders refunded after settlement (kind 0) and what was taken back (kind 1) against what had settled."""
    exits = count_cohorts(after, ("refunded",), as_of)
    taken = count_cohorts(after, ("refunded",), as_of, value="refunded")
    return CohortCounts(np.concatenate([exits.events, taken.events], axis=1), exits.at_risk, exits.weeks)


def _padded(array: Floats, weeks: int) -> Floats:
    missing = weeks - len(array)
    return np.concatenate([array, np.zeros((missing, *array.shape[1:]))]) if missing else array


def _failure_laws(
    tables: DailyTables, plan: Plan
) -> tuple[dict[str, dict[str, FailureLaw]], dict[str, dict[str, float]]]:
    """The failure laws by channel and cause, from daily values by day of the first attempt.

    Also the shares by which each channel's failures without a cause look like each known one.
    """
    first_day = np.datetime64(tables.first_day, "D")
    count = int((np.datetime64(tables.as_of, "D") - first_day).astype(np.int64)) + 1
    days: dict[str, tuple[pd.DataFrame, Ints, Floats, Floats, float]] = {}
    for name in plan.channels:
        sales = _rows(tables.sales, name)
        value = np.zeros(max(count, 1))
        np.add.at(value, _index(sales["day"], first_day), sales["value"].to_numpy(float) / 100.0)
        first = _rows(tables.first, name)
        first = first[first["outcome"].isin(["deducted", "failed"])]
        tried_on = np.minimum(_index(first["day"], first_day) + first["age"].to_numpy(np.int64), count - 1)
        surge = np.clip(value / usual_level(value), 0.2, 50.0)
        days[name] = (first, tried_on, _on_days(first, tried_on, count), surge, order_size(sales))
    laws: dict[str, dict[str, FailureLaw]] = {name: {} for name in plan.channels}
    inferred: dict[str, dict[str, float]] = {}
    for cause in ALL_CAUSES:
        histories = {}
        for name, (first, tried_on, tried, surge, size) in days.items():
            chosen = first["cause"].to_numpy(str) == cause
            failed = _on_days(first[chosen], tried_on[chosen], count)
            histories[name] = FailureHistory(tried, failed, surge, size)
        fitted = fit_cause(histories, scopes_of(cause, plan.channels.values()), surging=cause == "risk_control")
        for name, law in fitted.items():
            laws[name][cause] = law
        if cause == "unknown":
            inferred = unexplained(histories, list(plan.channels.values()))
    return laws, inferred


def _on_days(rows: pd.DataFrame, index: Ints, count: int) -> Floats:
    """Yuan by day."""
    return np.bincount(index, rows["value"].to_numpy(float) / 100.0, max(count, 1)).astype(float)


def _index(days: pd.Series, first_day: np.datetime64) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray((days.to_numpy().astype("datetime64[D]") - first_day).astype(np.int64))


def _pools(counts: list[_Counts]) -> dict[str, Floats]:
    """Hazards pooled over channels: the prior of each channel's own."""
    size = float(np.mean([one.order_size for one in counts]))
    pools = {
        "first": pooled_hazard([one.first for one in counts], size),
        "refund_before": pooled_hazard([one.refund_before for one in counts], size),
        "refund_after": pooled_hazard([one.refund_after for one in counts], size),
    }
    settlements = [one.settlement.counts for one in counts if one.settlement is not None]
    pools["due"] = pooled_hazard(settlements, size) if settlements else np.full((1, MAX_AGE), 1.0 / 7.0)
    every = [one.recovery[cause] for one in counts for cause in ALL_CAUSES]
    overall = pooled_hazard(every, size)
    if overall.sum() <= 0:
        share, days = DEFAULT_RECOVERY
        overall = np.repeat(np.array([[share / days], [(1.0 - share) / days]]), MAX_AGE, axis=1)
    for cause in ALL_CAUSES:
        own = [one.recovery[cause] for one in counts]
        seen = sum(float(one.events.sum()) for one in own)
        pools[f"recovery_{cause}"] = pooled_hazard(own, size) if seen > 0 else overall
    if pools["first"].sum() <= 0:
        pools["first"][0] = 0.5
    return pools


def _channel_law(
    channel: Channel,
    tables: DailyTables,
    counts: _Counts,
    failures: Mapping[str, FailureLaw],
    pools: Mapping[str, Floats],
    calendar: Calendar,
    draws: int,
    rng: np.random.Generator,
) -> ChannelLaw:
    """One channel's law, its draws included."""
    name, size = channel.name, counts.order_size

    def draws_of(one: CohortCounts, prior: Floats) -> Floats:
        return draw_hazards(one, week_weights(one.weeks, draws, rng), prior, size)

    first = draws_of(counts.first, pools["first"])
    recovery = {cause: draws_of(counts.recovery[cause], pools[f"recovery_{cause}"]) for cause in ALL_CAUSES}
    before = draws_of(counts.refund_before, pools["refund_before"])[:, 0]
    after_hazard = draws_of(counts.refund_after, pools["refund_after"])
    mode: Mode = "rolled"
    if counts.settlement is None:
        payout = working_days_only()
        due = np.broadcast_to(pools["due"], (draws, MAX_AGE)).copy()
    else:
        mode, payout = counts.settlement.mode, counts.settlement.payout
        due = draws_of(counts.settlement.counts, pools["due"])[:, 0]
    promotion = _promotion_law(counts, due, before, after_hazard, rng)
    dispersion = _dispersion(counts, due, calendar) if channel.settlement_days is None else 0.0
    if channel.settlement_days is not None:
        mode = "rolled"
        due = np.zeros((draws, MAX_AGE))
        due[:, channel.settlement_days :] = 1.0
        promotion = None if promotion is None else replace(promotion, due=due)
    usual = _rows(tables.sales, name)
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
        open_orders=_open_orders(tables, name),
        usual_sales=float(np.median(padded)) or float(padded.mean()),
        promotion=promotion,
    )


def _taken(hazard: Floats) -> Floats:
    """Share of a settled cohort taken back at each age (draw, age), from hazards of leaving and of money taken."""
    survived = np.cumprod(1.0 - hazard[:, 0], axis=1)
    return np.asarray(hazard[:, 1] * np.concatenate([np.ones((len(hazard), 1)), survived[:, :-1]], axis=1))


def _promotion_law(
    counts: _Counts, due: Floats, before: Floats, after: Floats, rng: np.random.Generator
) -> PromotionLaw | None:
    """Lags and refunds of orders deducted in promotions: all days' hazards, as far as promotions do not say otherwise.

    The ordinary hazards are a prior of ``PROMOTION_PRIOR_ORDERS`` orders, so few orders of one promotion change little;
    promotions keep their weight for ``PROMOTION_HALF_LIFE_WEEKS``, as there are few in a year.
    """
    if counts.settlement is None or counts.settlement.promotion_counts.orders_at_risk <= 0:
        return None

    def draws_of(one: CohortCounts, usual: Floats) -> Floats:
        weights = week_weights(one.weeks, len(due), rng, PROMOTION_HALF_LIFE_WEEKS)
        return draw_hazards(one, weights, usual, counts.order_size, PROMOTION_PRIOR_ORDERS, PROMOTION_HALF_LIFE_WEEKS)

    return PromotionLaw(
        due=draws_of(counts.settlement.promotion_counts, due[:, None].mean(axis=0))[:, 0],
        refund_before=draws_of(counts.promotion_refund_before, before[:, None].mean(axis=0))[:, 0],
        refund_after=_taken(draws_of(counts.promotion_refund_after, after.mean(axis=0))),
    )


def _open_orders(tables: DailyTables, name: str) -> OpenOrders:
    """What is on its way, by state and age."""
    first, recovery = _rows(tables.first, name), _rows(tables.recovery, name)
    settlement, after = _rows(tables.settlement, name), _rows(tables.refund_after, name)
    net = settlement.assign(value=settlement["value"] - settlement["refunded_before"])
    transit = net[net["outcome"] == "in_transit"]
    return OpenOrders(
        awaiting=open_by_age(first, "awaiting"),
        failed={cause: open_by_age(recovery[recovery["cause"] == cause], "failed") for cause in ALL_CAUSES},
        in_transit=open_by_age(net, "in_transit"),
        settled=open_by_age(after, "open"),
        awaiting_total=float(first.loc[first["outcome"] == "awaiting", "value"].sum()) / 100.0,
        failed_total=float(recovery.loc[recovery["outcome"] == "failed", "value"].sum()) / 100.0,
        in_transit_total=float(transit["value"].sum()) / 100.0,
    )


def _fee_rate(tables: DailyTables, channel: Channel, draws: int, rng: np.random.Generator) -> Floats:
    """Fees over what was settled before them, of the last ``FEE_DAYS`` days of deduction (all, where none)."""
    if channel.fee_rate is not None:
        return np.full(draws, channel.fee_rate)
    rows = _rows(tables.settlement, channel.name)
    rows = rows[rows["outcome"] == "settled"]
    recent = rows[rows["day"] > pd.Timestamp(tables.as_of - dt.timedelta(days=FEE_DAYS))]
    rows = recent if len(recent) else rows
    if not len(rows):
        return np.zeros(draws)
    base = (rows["value"] - rows["refunded_before"]).to_numpy(float)
    weights = rng.standard_exponential((draws, len(rows)))
    return np.asarray((weights @ rows["fees"].to_numpy(float)) / np.maximum(weights @ base, 1e-9))


def _dispersion(counts: _Counts, due: Floats, calendar: Calendar) -> float:
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
