"""History, estimates, plan and scenarios as plain mappings, in the keys of ``result.json``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables import episodes, failures
from forecast.receivables.given import rates_that_hold
from forecast.receivables.hazards import incidence
from forecast.receivables.payout import DAY_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Days, Floats
    from forecast.ledger.tables import Ledger
    from forecast.liquidity import CaseBuffer
    from forecast.plan.model import Event, Plan
    from forecast.receivables.assumptions import ChannelLaw
    from forecast.sales.paths import EventEffect
    from forecast.simulation.flows import Flows
    from forecast.simulation.kernels import Kernels

QUANTILES = {"p05": 0.05, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}
"""The quantiles of every series and total."""

RECENT_DAYS = 60
"""Days of past sales that the report shows before the forecast."""

RATE_DRAWS = 2000
"""Draws of a failure rate's uncertainty."""


def distribution(values: Floats) -> dict[str, Any]:
    """Mean and quantiles over paths (axis 0), as lists over days or as numbers."""
    levels = np.quantile(values, list(QUANTILES.values()), axis=0)
    out: dict[str, Any] = {"mean": values.mean(axis=0).tolist()}
    out.update({name: level.tolist() for name, level in zip(QUANTILES, levels, strict=True)})
    return out


def day_texts(days: Days) -> list[str]:
    """ISO dates."""
    return [str(day) for day in days.astype("datetime64[D]")]


def history_part(ledger: Ledger) -> dict[str, Any]:
    """Counts of rows and the money identity's terms over the whole ledger, in yuan."""
    identity, counts = ledger.tables.identity, ledger.counts

    def yuan(column: str) -> float:
        return int(identity[column].sum()) / 100.0

    return {
        "orders": counts.orders,
        "rejected": counts.rejected,
        "dropped": counts.dropped,
        "blanked": counts.blanked,
        "gross": yuan("value"),
        **{
            name: yuan(name)
            for name in ("settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid", "outstanding")
        },
    }


def estimates_part(
    laws: Sequence[ChannelLaw], kernels: Sequence[Kernels], rng: np.random.Generator
) -> dict[str, dict[str, Any]]:
    """Every channel's estimated rates and lags with their uncertainty."""
    streams = rng.spawn(len(laws))
    return {
        law.name: {
            "failure_rate": _failure_part(law, stream),
            "recovery_rate": {cause: _recovery_part(law, cause) for cause in ALL_CAUSES},
            "settlement_days": _lag_part(kernel.age_shares),
            "refund_rate": _band(kernel.usual.refunded_in_the_end),
            "fee_rate": _band(law.fee_rate),
            "payout_days": _payout_part(law),
        }
        for law, kernel, stream in zip(laws, kernels, streams, strict=True)
    }


def priors_part() -> dict[str, Any]:
    """What failure rates are held to be before the ledger speaks: see ``receivables/episodes.py``, ``failures.py``."""
    return {
        "failure_rate": {
            "exists_unseen": failures.UNSEEN,
            "base_orders": failures.PRIOR_ORDERS,
            "episodes_possible": episodes.POSSIBLE,
            "days_between_episodes": episodes.PRIOR_DAYS,
            "variance_over_mean": episodes.CLUSTERING,
            "episode_load_days": dict(episodes.PRIOR_LOADS),
            "load_log_sd": episodes.LOAD_SD,
            "new_episode_weight": episodes.NEW_WEIGHT,
        }
    }


def _band(draws: Floats) -> dict[str, float]:
    low, high = np.quantile(draws, [0.05, 0.95])
    return {"mean": float(draws.mean()), "p05": float(low), "p95": float(high)}


def _failure_part(law: ChannelLaw, rng: np.random.Generator) -> dict[str, Any]:
    """By cause and in total; a rate that the plan gives is sure, and split as the ledger's causes are."""
    draws = {cause: law.failures[cause].draw_means(RATE_DRAWS, rng) for cause in ALL_CAUSES}
    out: dict[str, Any] = {}
    for cause in ALL_CAUSES:
        seen = {"seen": len(law.failures[cause].episodes.seen), "days": law.failures[cause].episodes.days}
        out[cause] = {**_band(draws[cause]), "base": law.failures[cause].base_mean, "episodes": seen}
        if not law.failures[cause].failures_seen:
            out[cause]["p05"] = 0.0
    base = sum(law.failures[cause].base_mean for cause in ALL_CAUSES)
    held = rates_that_hold(law, draws)
    for cause, rate in held.by_cause.items():
        out[cause] = {"mean": rate, "p05": rate, "p95": rate, "base": out[cause]["base"]}
    if held.total is not None:
        return {**out, "total": {"mean": held.total, "p05": held.total, "p95": held.total, "base": base}}
    for cause, share in law.inferred.items():
        out[cause]["inferred"] = out["unknown"]["mean"] * share
    return {**out, "total": {**_band(held.total_draws), "base": base}}


def _recovery_part(law: ChannelLaw, cause: str) -> dict[str, float]:
    """Share of a cause's failures that are deducted in the end."""
    return _band(np.asarray(incidence(law.recovery[cause])[:, 0].sum(axis=1)))


def _payout_part(law: ChannelLaw) -> dict[str, Any]:
    """How open each kind of day is (1 pays what is due), or the rule of a monthly payout; how closed days are read."""
    openness = dict(zip(DAY_TYPES, law.payout.openness.tolist(), strict=True))
    return {"closed_days": law.mode, "month_rule": law.payout.month_rule or None, "openness": openness}


def _lag_part(shares: Floats) -> dict[str, float | None]:
    """Mean (with its uncertainty) and quantiles of the days from deduction to settlement, of what settles."""
    totals = shares.sum(axis=1)
    if not totals.min() > 0:
        return dict.fromkeys(("mean", "p05", "p95", "p50", "p90"))
    ages = np.arange(shares.shape[1])
    reached = np.cumsum(shares.mean(axis=0)) / totals.mean()
    return {
        **_band((shares @ ages) / totals),
        "p50": float(np.searchsorted(reached, 0.5 - 1e-9)),
        "p90": float(np.searchsorted(reached, 0.9 - 1e-9)),
    }


def scenario_part(label: str, changes: list[str], flows: Flows, before: Floats, sized: CaseBuffer) -> dict[str, Any]:
    """One scenario without its financing.

    Args:
        label: as shown.
        changes: against the base, as lines.
        flows: of the simulation.
        before: cash before financing (path, day).
        sized: the buffer.
    """
    receipts = flows.receipts
    return {
        "label": label,
        "changes": changes,
        "dates": day_texts(flows.days),
        "sales": distribution(flows.sales.sum(axis=1)),
        "receipts": distribution(receipts.sum(axis=1)),
        "sales_total": distribution(flows.sales.sum(axis=(1, 2))),
        "receipts_total": distribution(receipts.sum(axis=(1, 2))),
        "by_channel": {name: _channel_part(flows, index) for index, name in enumerate(flows.channels)},
        "cash_before_financing": distribution(before),
        "buffer": {
            "amount": sized.buffer.amount,
            "upper": sized.buffer.upper,
            "expected_shortfall": sized.buffer.expected_shortfall,
            "peak_day": None if sized.peak_day is None else str(sized.peak_day),
            "funding_gap": sized.funding_gap,
            "probability_short": sized.probability_short,
        },
    }


def _channel_part(flows: Flows, index: int) -> dict[str, Any]:
    receipts = flows.receipts[:, index]
    totals = {
        "failed_total": flows.failed,
        "lost_total": flows.lost_in_the_end,
        "settled_total": flows.settled,
        "fees_total": flows.fees,
        "refunded_before_total": flows.refunded_before,
        "refunded_after_total": flows.refunded_after,
    }
    return {
        "sales": distribution(flows.sales[:, index]),
        "receipts": distribution(receipts),
        "sales_total": distribution(flows.sales[:, index].sum(axis=1)),
        "receipts_total": distribution(receipts.sum(axis=1)),
        **{name: distribution(values[:, index].sum(axis=1)) for name, values in totals.items()},
        "failed_by_cause": {
            cause: float(flows.failed_by_cause[:, index, position].mean())
            for position, cause in enumerate(flows.causes)
        },
        "opening_outstanding": float(flows.opening_outstanding[..., index].mean()),
        "closing_outstanding": distribution(flows.closing_outstanding[:, index]),
    }


def flows_by_category(plan: Plan, days: Days) -> dict[str, Floats]:
    """The plan's other flows by category and day, yuan, positive in; categories in alphabetical order."""
    by_category = {name: np.zeros(len(days)) for name in sorted({flow.category for flow in plan.other_flows})}
    for flow in plan.other_flows:
        index = int((np.datetime64(flow.date) - days[0]).astype(np.int64))
        if 0 <= index < len(days):
            by_category[flow.category][index] += flow.amount
    return by_category


def plan_part(plan: Plan, ledger: Ledger, days: Days, effects: Sequence[EventEffect]) -> dict[str, Any]:
    """What the outputs show of the plan itself, of its events' effects, and of the last days before as_of."""
    sales = ledger.tables.sales
    recent = np.arange(days[0] - RECENT_DAYS, days[0])
    by_day = sales.groupby("day")["value"].sum() / 100.0
    totals = by_day.reindex(recent.astype("datetime64[ns]"), fill_value=0.0)
    by_category = flows_by_category(plan, days)
    expected = {(one.name, one.start): one for one in effects}
    return {
        "minimum_balance": plan.cash.minimum_balance,
        "opening_balance": plan.cash.opening_balance,
        "channels": {name: {"label": one.label, "clearing": one.clearing} for name, one in plan.channels.items()},
        "events": [
            _event_part(event, days, expected.get((event.name, event.start)))
            for event in plan.events
            if np.datetime64(event.end) >= days[0] and np.datetime64(event.start) <= days[-1]
        ],
        "facilities": [_facility_part(plan, index) for index in range(len(plan.facilities))],
        "recent_sales": {"dates": day_texts(recent), "total": totals.to_numpy(float).tolist()},
        "other_flows": {
            "dates": day_texts(days),
            "by_category": {name: values.tolist() for name, values in by_category.items()},
            "total": sum(by_category.values(), np.zeros(len(days))).tolist(),
        },
    }


def _event_part(event: Event, days: Days, effect: EventEffect | None) -> dict[str, Any]:
    """An event, where its effect comes from, and its main day's sales as a multiple of an ordinary day.

    ``multiple`` is None where the main day lies behind the horizon, both are None where nothing was ever sold.
    """
    reached = np.datetime64(event.peak or event.start) <= days[-1]
    return {
        "name": event.name,
        "start": str(event.start),
        "peak": None if event.peak is None else str(event.peak),
        "end": str(event.end),
        "source": effect.source if effect else None,
        "multiple": {"mean": effect.mean, "p05": effect.p05, "p95": effect.p95} if effect and reached else None,
    }


def _facility_part(plan: Plan, index: int) -> Mapping[str, Any]:
    """A facility's terms without those that are None; a limit that only the base sets is None."""
    facility = plan.facilities[index]
    terms: dict[str, Any] = {}
    for name in facility.__dataclass_fields__:
        value = getattr(facility, name)
        if value is None:
            continue
        terms[name] = list(value) if isinstance(value, tuple) else value
    if math.isinf(facility.limit):
        terms["limit"] = None
    return terms
