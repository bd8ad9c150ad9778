"""The estimated rates and lags of each channel with their uncertainty, and the priors that failure rates start from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables import episodes, failures
from forecast.receivables.given import rates_that_hold
from forecast.receivables.hazards import incidence
from forecast.receivables.payout import DAY_TYPES
from forecast.records import Record, rate, record, says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.receivables.assumptions import ChannelLaw
    from forecast.simulation.kernels import Kernels

RATE_DRAWS = 2000
"""Draws of a failure rate's uncertainty."""


@record
class Share(Record):
    """A share with its uncertainty."""

    mean: float = rate("mean")
    p05: float = rate("5 % quantile")
    p95: float = rate("95 % quantile")


@record
class EpisodesSeen(Record):
    """On what the law of a cause's episodes rests."""

    seen: int = says("episodes seen in the ledger", "episodes")
    days: float = rate("days of trade that were looked through", "days")


@record
class FailureShare(Record):
    """A cause's failed share of the value whose first deduction was tried."""

    mean: float = rate("long-run share, episodes included")
    p05: float = rate("5 % quantile")
    p95: float = rate("95 % quantile")
    base: float = rate("share without episodes")
    episodes: EpisodesSeen | None = says(
        "what is known of its episodes; absent where the plan gives the rate", default=None
    )
    inferred: float | None = rate("share of failures without a cause that its signature makes likely", default=None)


@record
class LagShown(Record):
    """Days from deduction to settlement, of what settles; null where nothing ever did."""

    mean: float | None = rate("mean", "days")
    p05: float | None = rate("5 % quantile of the mean", "days")
    p95: float | None = rate("95 % quantile of the mean", "days")
    p50: float | None = rate("median", "days")
    p90: float | None = rate("90 % quantile", "days")


@record
class PayoutShown(Record):
    """On which days a channel pays out."""

    closed_days: str = says("how a closed day is read: rolled or paused")
    month_rule: str | None = says("rule of a monthly payout; null: none")
    openness: dict[str, float] = rate("by kind of day, 1 pays all that is due")


@record
class ChannelEstimates(Record):
    """One channel's estimated rates and lags."""

    failure_rate: dict[str, FailureShare] = says("by cause, and in total")
    recovery_rate: dict[str, Share] = says("share of failures deducted in the end, by cause")
    settlement_days: LagShown = says("settlement lag")
    refund_rate: Share = says("share of deducted value refunded in the end")
    fee_rate: Share = says("fee on the amount less refunds before settlement")
    payout_days: PayoutShown = says("payout days")
    failure_source: str = says("what the failure rates rest on: ledger, prior or plan")
    recovery_source: str = says("what the recovered shares rest on: ledger or prior")


@record
class FailurePriors(Record):
    """What failure rates are held to be before the ledger speaks: see ``receivables/episodes.py``, ``failures.py``."""

    exists_unseen: float = rate("chance that a cause never seen exists")
    base_orders: float = rate("weight of the prior of the base rate", "orders")
    episodes_possible: float = rate("chance that a cause has episodes at all")
    days_between_episodes: float = rate("mean days from episode to episode", "days")
    variance_over_mean: float = rate("overdispersion of the number of episodes", "ratio")
    episode_load_days: dict[str, float] = rate("a usual episode's failed value, by cause", "days of sales")
    load_log_sd: float = rate("spread of the load's logarithm", "log")
    new_episode_weight: float = rate("weight of an episode never seen", "episodes")


@record
class Priors(Record):
    """The priors of the estimates."""

    failure_rate: FailurePriors = says("of failure rates")


def estimates(
    laws: Sequence[ChannelLaw], kernels: Sequence[Kernels], rng: np.random.Generator
) -> dict[str, ChannelEstimates]:
    """Every channel's estimated rates and lags with their uncertainty."""
    streams = rng.spawn(len(laws))
    return {
        law.name: ChannelEstimates(
            failure_rate=_failures(law, stream),
            recovery_rate={cause: _recovery(law, cause) for cause in ALL_CAUSES},
            settlement_days=_lag(kernel.age_shares),
            refund_rate=_share(kernel.usual.refunded_in_the_end),
            fee_rate=_share(law.fee_rate),
            payout_days=_payout(law),
            failure_source=law.failure_source,
            recovery_source=law.recovery_source,
        )
        for law, kernel, stream in zip(laws, kernels, streams, strict=True)
    }


def priors() -> Priors:
    """The priors as they stand in the code of the laws."""
    return Priors(
        FailurePriors(
            exists_unseen=failures.UNSEEN,
            base_orders=failures.PRIOR_ORDERS,
            episodes_possible=episodes.POSSIBLE,
            days_between_episodes=episodes.PRIOR_DAYS,
            variance_over_mean=episodes.CLUSTERING,
            episode_load_days=dict(episodes.PRIOR_LOADS),
            load_log_sd=episodes.LOAD_SD,
            new_episode_weight=episodes.NEW_WEIGHT,
        )
    )


def _share(draws: Floats) -> Share:
    low, high = np.quantile(draws, [0.05, 0.95])
    return Share(float(draws.mean()), float(low), float(high))


def _sure(value: float, base: float) -> FailureShare:
    return FailureShare(value, value, value, base)


def _failures(law: ChannelLaw, rng: np.random.Generator) -> dict[str, FailureShare]:
    """By cause and in total; a rate that the plan gives is sure, and split as the ledger's causes are."""
    draws = {cause: law.failures[cause].draw_means(RATE_DRAWS, rng) for cause in ALL_CAUSES}
    out = {cause: _estimated(law, cause, draws[cause]) for cause in ALL_CAUSES}
    base = sum(law.failures[cause].base_mean for cause in ALL_CAUSES)
    held = rates_that_hold(law, draws)
    for cause, value in held.by_cause.items():
        out[cause] = _sure(value, out[cause].base)
    if held.total is not None:
        return {**out, "total": _sure(held.total, base)}
    for cause, share in law.inferred.items():
        out[cause] = replace(out[cause], inferred=out["unknown"].mean * share)
    total = _share(held.total_draws)
    return {**out, "total": FailureShare(total.mean, total.p05, total.p95, base)}


def _estimated(law: ChannelLaw, cause: str, draws: Floats) -> FailureShare:
    failure, share = law.failures[cause], _share(draws)
    seen = EpisodesSeen(len(failure.episodes.seen), failure.episodes.days)
    return FailureShare(share.mean, share.p05 if failure.failures_seen else 0.0, share.p95, failure.base_mean, seen)


def _recovery(law: ChannelLaw, cause: str) -> Share:
    """Share of a cause's failures that are deducted in the end."""
    return _share(np.asarray(incidence(law.recovery[cause])[:, 0].sum(axis=1)))


def _payout(law: ChannelLaw) -> PayoutShown:
    openness = dict(zip(DAY_TYPES, law.payout.openness.tolist(), strict=True))
    return PayoutShown(law.mode, law.payout.month_rule or None, openness)


def _lag(shares: Floats) -> LagShown:
    """Mean (with its uncertainty) and quantiles of the days from deduction to settlement, of what settles."""
    totals = shares.sum(axis=1)
    if not totals.min() > 0:
        return LagShown(None, None, None, None, None)
    ages = np.arange(shares.shape[1])
    reached = np.cumsum(shares.mean(axis=0)) / totals.mean()
    mean = _share((shares @ ages) / totals)
    p50, p90 = (float(np.searchsorted(reached, level - 1e-9)) for level in (0.5, 0.9))
    return LagShown(mean.mean, mean.p05, mean.p95, p50, p90)
