"""Ledger tables → assumptions: every share and lag estimated from what was known on as_of, the unfinished censored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.money import fen_to_yuan
from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES
from forecast.receivables.assumptions import Assumptions, ChannelLaw, PromotionLaw
from forecast.receivables.cohorts import Counts, count_channel, open_orders, promotion_days, without_refunds
from forecast.receivables.dispersion import dispersion
from forecast.receivables.drift import FIRST_VARIANCE, at_level, draw_difference, drawn_hazards
from forecast.receivables.failure_history import failure_laws, unseen_causes
from forecast.receivables.given import fee_rate_that_holds, law_that_holds, notes_that_hold, presumed_notes
from forecast.receivables.hazards import MAX_AGE, hazard_with_tail, incidence, pooled_hazard
from forecast.receivables.payout import working_days_only
from forecast.receivables.recovery import draw_recovery
from forecast.receivables.rows import days_of, fen_of, net_of_refunds, rows_of, total_fen, with_outcome
from forecast.receivables.settlement import HISTORY_DAYS
from forecast.receivables.stretch import draw_stretch, stretched

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    import pandas as pd

    from forecast.arrays import Floats
    from forecast.calendar import Calendar
    from forecast.ledger.tables import DailyTables, Ledger
    from forecast.plan.model import Channel, Plan
    from forecast.receivables.failures import FailureLaw
    from forecast.receivables.hazards import CohortCounts

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

FEE_DAYS = 180
"""Days of settlements that the fee rate is measured on."""

DEFAULT_FEE = (0.006, 0.003)
"""Mean and standard deviation of the fee rate where no channel has settled anything: payment channels' usual 0.6 %."""

DEFAULT_RECOVERY = (0.5, 3.0)
"""Where no failure was ever closed or cured: the share that recovers, and the mean days that either takes."""


def draws_for(horizon: int) -> int:
    """How many draws a horizon of so many days can afford."""
    return max(FEWEST_DRAWS, min(DRAWS, DRAWS * 100 // max(horizon, 1)))


@dataclass(frozen=True, slots=True)
class _Draws:
    """How a run draws its laws: ``place`` (draw) among the half-lives, and how far a level's walk goes on."""

    place: Floats
    weeks_ahead: float
    rng: np.random.Generator

    @property
    def number(self) -> int:
        return len(self.place)

    def hazards(self, counts: CohortCounts, prior: Floats, order_size: float, *, moves: bool = True) -> Floats:
        return drawn_hazards(counts, prior, order_size, self.weeks_ahead, self.place, self.rng, moves=moves)


@dataclass(frozen=True, slots=True)
class _Pools:
    """Hazards (kind, age) pooled over channels, the prior of each channel's own; all channels' failures by cause.

    ``losses_seen``: whether the feed can show that a failed order was given up.
    """

    first: Floats
    refund_before: Floats
    refund_after: Floats
    due: Floats
    recovery: Floats
    failed: Mapping[str, list[CohortCounts]]
    losses_seen: bool

    @property
    def resolved(self) -> bool:
        """Whether any failure is known to have been cured or lost, in a feed that can show both."""
        return self.losses_seen and any(one.events.any() for channels in self.failed.values() for one in channels)


def estimate(ledger: Ledger, plan: Plan, calendar: Calendar, rng: np.random.Generator) -> Assumptions:
    """All channels' laws with draws of their uncertainty, what the plan states in place of what is estimated.

    Channels that have shown little lean on the others' pooled hazards with the weight of a few orders.
    """
    tables = ledger.tables
    as_of = np.datetime64(tables.as_of, "D")
    number = draws_for(plan.horizon.days)
    draws = _Draws(rng.permutation((np.arange(number) + 0.5) / number), AHEAD * plan.horizon.days / 7.0, rng)
    promotions = promotion_days(plan.events, as_of)
    counts = {name: count_channel(tables, name, as_of, calendar, promotions) for name in plan.channels}
    blind, unrefunded = tables.completion.blind, tables.completion.unrefunded
    counts |= {name: without_refunds(counts[name]) for name in unrefunded}
    failures, inferred = failure_laws(tables, plan, blind)
    notes = unseen_causes(failures)
    losses_seen = ledger.has_causes or ledger.has_confirmation
    pools = _pools(counts, unrefunded, losses_seen=losses_seen)
    laws = []
    for name, channel in plan.channels.items():
        notes += _channel_notes(tables, plan, channel, failures[name], counts[name])
        law = _channel_law(channel, tables, counts[name], failures[name], pools, calendar, draws)
        if name in blind or not any(one.cause_seen for one in failures[name].values()):
            law = replace(law, failure_source="prior")
        if name in blind or not pools.resolved:
            law = replace(law, recovery_source="prior")
        laws.append(law_that_holds(channel, replace(law, inferred=inferred[name])))
        if inferred[name]:
            shares = {cause: f"{share:.0%}" for cause, share in inferred[name].items()}
            notes.append(Note("causes_inferred", f"channels.{name}", shares))
    return Assumptions(tuple(laws), number, tuple(notes))


def _channel_notes(
    tables: DailyTables, plan: Plan, channel: Channel, failures: Mapping[str, FailureLaw], counts: Counts
) -> list[Note]:
    """What a channel's laws rest on: how many orders, failures and settlements the ledger shows, or the plan."""
    where = f"channels.{channel.name}"
    orders = int(rows_of(tables.sales, channel.name)["orders"].sum())
    notes = [Note("settlement_completed", where)] if channel.name in tables.completion.settled else []
    if orders == 0:
        notes.append(Note("no_orders", where))
    elif orders < FEW_ORDERS:
        notes.append(Note("few_orders", where, {"orders": orders}))
    unseen = [] if any(law.failures_seen for law in failures.values()) else [Note("no_failures", where)]
    if channel.name in tables.completion.blind:
        unseen = [Note("failures_unknown", where)]
    settlement, fee = [Note("no_settlements", where, {"days": HISTORY_DAYS})], [Note("fee_prior", where)]
    if counts.settlement is not None:
        settlement, fee = _drift_notes(where, counts.settlement.counts, counts.order_size), []
    notes += presumed_notes(tables, plan.merchant.currency, channel)
    return notes + notes_that_hold(channel, unseen, settlement, fee)


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


def _pools(by_channel: Mapping[str, Counts], unrefunded: Collection[str], *, losses_seen: bool) -> _Pools:
    """The pools of these channels; what none of them has shown has a prior of its own.

    Refunds are those of the channels whose source shows them; nothing, where none does.
    """
    counts = list(by_channel.values())
    size = float(np.mean([one.order_size for one in counts]))
    before, after = _refund_pools([by_channel[name] for name in by_channel if name not in unrefunded], size)
    first = pooled_hazard([one.first for one in counts], size)
    if first.sum() <= 0:
        first[0] = 0.5
    settlements = [one.settlement.counts for one in counts if one.settlement is not None]
    failed = {cause: [one.recovery[cause] for one in counts] for cause in ALL_CAUSES}
    return _Pools(
        first=first,
        refund_before=before,
        refund_after=after,
        due=pooled_hazard(settlements, size) if settlements else np.full((1, MAX_AGE), 1.0 / 7.0),
        recovery=_pooled_recovery(failed if losses_seen else {}, size),
        failed=failed,
        losses_seen=losses_seen,
    )


def _refund_pools(refunding: list[Counts], size: float) -> tuple[Floats, Floats]:
    """Hazards (kind, age) of refunds before and after settlement, of the channels that show them."""
    if not refunding:
        return np.zeros((1, MAX_AGE)), np.zeros((2, MAX_AGE))
    before = pooled_hazard([one.refund_before for one in refunding], size)
    return before, pooled_hazard([one.refund_after for one in refunding], size)


def _pooled_recovery(failed: Mapping[str, list[CohortCounts]], size: float) -> Floats:
    """Hazards of cure and loss over all causes and channels."""
    every = [one for channels in zip(*failed.values(), strict=True) for one in channels]
    found = pooled_hazard(every, size) if every else np.zeros(1)
    if found.sum() > 0:
        return found
    share, days = DEFAULT_RECOVERY
    return np.repeat(np.array([[share / days], [(1.0 - share) / days]]), MAX_AGE, axis=1)


def _channel_law(
    channel: Channel,
    tables: DailyTables,
    counts: Counts,
    failures: Mapping[str, FailureLaw],
    pools: _Pools,
    calendar: Calendar,
    draws: _Draws,
) -> ChannelLaw:
    """One channel's law as the ledger shows it, its draws included."""
    name, size, settlement = channel.name, counts.order_size, counts.settlement
    first = draws.hazards(counts.first, pools.first, size, moves=False)
    recovery = {
        cause: draw_recovery(
            own,
            pools.failed[cause],
            pools.recovery,
            size,
            draws.number,
            draws.rng,
            cause,
            losses_seen=pools.losses_seen,
        )
        for cause, own in counts.recovery.items()
    }
    # Orders of promotions have a law of their own, which is measured against the others'.
    before = draws.hazards(counts.refund_before.less(counts.promotion_refund_before), pools.refund_before, size)[:, 0]
    after = draws.hazards(counts.refund_after.less(counts.promotion_refund_after), pools.refund_after, size)
    due = _due(counts, pools, draws)
    return ChannelLaw(
        name=name,
        clearing=channel.clearing,
        first=first,
        recovery=recovery,
        failures=failures,
        due=due,
        mode="rolled" if settlement is None else settlement.mode,
        payout=working_days_only() if settlement is None else settlement.payout,
        refund_before=before,
        refund_after=_taken(after),
        promotion=_promotion_law(counts, pools, due, before, after, draws.rng),
        fee_rate=fee_rate_that_holds(channel, _fee_rate(tables, name, draws.number, draws.rng)),
        order_size=size,
        dispersion=_dispersion(counts, due, calendar),
        open_orders=open_orders(tables, name),
        usual_sales=_usual_sales(rows_of(tables.sales, name), tables.as_of),
    )


def _due(counts: Counts, pools: _Pools, draws: _Draws) -> Floats:
    """The hazard (draw, age) of settlement outside promotions; the pooled one, in doubt, where nothing settled."""
    if counts.settlement is None:
        doubt = np.sqrt(FIRST_VARIANCE) * draws.rng.standard_normal(draws.number)
        return at_level(np.broadcast_to(pools.due, (draws.number, 1, MAX_AGE)), doubt)[:, 0]
    others = counts.settlement.counts.less(counts.settlement.promotion_counts)
    return draws.hazards(others, pools.due, counts.order_size)[:, 0]


def _usual_sales(sales: pd.DataFrame, as_of: dt.date) -> float:
    """The median of the last 28 days' order value, yuan; their mean where most days sold nothing."""
    recent = sales[days_of(sales) > np.datetime64(as_of) - 28]
    by_day = fen_to_yuan(recent.groupby("day")["value"].sum().to_numpy())
    padded = np.concatenate([by_day, np.zeros(max(0, 28 - len(by_day)))])
    return float(np.median(padded)) or float(padded.mean())


def _taken(hazard: Floats) -> Floats:
    """Share of a settled cohort taken back at each age (draw, age), from hazards of leaving and of money taken."""
    survived = np.cumprod(1.0 - hazard[:, 0], axis=1)
    return np.asarray(hazard[:, 1] * np.concatenate([np.ones((len(hazard), 1)), survived[:, :-1]], axis=1))


def _promotion_law(
    counts: Counts, pools: _Pools, due: Floats, before: Floats, after: Floats, rng: np.random.Generator
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

    settled, normal = counts.settlement, rng.standard_normal(len(due))
    longer = draw_stretch(settled.counts, settled.promotion_counts, due.mean(axis=0), counts.order_size, normal)
    before = moved(before[:, None], counts.refund_before, counts.promotion_refund_before, pools.refund_before)
    after = moved(after, counts.refund_after, counts.promotion_refund_after, pools.refund_after)
    return PromotionLaw(stretched(due, longer), before[:, 0], _taken(after))


def _fee_rate(tables: DailyTables, name: str, draws: int, rng: np.random.Generator) -> Floats:
    """Fees over what was settled before them, of the last ``FEE_DAYS`` days of deduction (all, where none).

    A channel that has settled nothing takes the mean of the others, and their spread as its doubt (half the mean where
    there is one other); where nothing was settled at all, ``DEFAULT_FEE``.
    """
    rows = net_of_refunds(with_outcome(rows_of(tables.settlement, name), "settled"))
    recent = rows[days_of(rows) > np.datetime64(tables.as_of) - FEE_DAYS]
    rows = recent if len(recent) else rows
    if not len(rows):
        mean, spread = _other_fees(tables)
        return np.maximum(mean + spread * rng.standard_normal(draws), 0.0)
    weights = rng.standard_exponential((draws, len(rows)))
    fees, base = fen_of(rows, "fees").astype(float), fen_of(rows).astype(float)
    return np.asarray((weights @ fees) / np.maximum(weights @ base, 1e-9))


def _other_fees(tables: DailyTables) -> tuple[float, float]:
    """Mean and standard deviation over channels of the fee rates that the ledger shows."""
    settled = net_of_refunds(with_outcome(tables.settlement, "settled"))
    sums = [(total_fen(rows, "fees"), total_fen(rows)) for _, rows in settled.groupby("channel")]
    rates = np.array([fees / base for fees, base in sums if base > 0])
    if not len(rates):
        return DEFAULT_FEE
    mean = float(rates.mean())
    return mean, float(rates.std(ddof=1)) if len(rates) > 1 else 0.5 * mean


def _dispersion(counts: Counts, due: Floats, calendar: Calendar) -> float:
    """How much more past daily settlements scattered than independent orders would; 1 where nothing settled."""
    if counts.settlement is None or counts.grid is None:
        return 1.0
    return dispersion(counts.grid, counts.settlement, due.mean(axis=0), calendar, counts.order_size)
