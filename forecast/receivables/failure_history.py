"""Ledger tables → the failure laws of all channels and causes, and what failures without a cause look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.money import fen_to_yuan
from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.receivables.cohorts import order_size
from forecast.receivables.failures import UNSEEN, FailureHistory, FailureLaw, excess_over_base, fit_cause, scopes_of
from forecast.receivables.rows import days_of, event_days_of, fen_of, has_cause, rows_of, with_outcome, yuan_of
from forecast.receivables.signatures import Marks, infer_causes, inferred_shares
from forecast.receivables.surges import usual_level

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from forecast.arrays import Days, Floats, Ints
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Plan

SURGES = (0.2, 50.0)
"""Bounds of a day's surge over the usual level."""


def failure_laws(
    tables: DailyTables, plan: Plan, blind: Collection[str] = ()
) -> tuple[dict[str, dict[str, FailureLaw]], dict[str, dict[str, float]]]:
    """The failure laws by channel and cause, from daily values by day of the first attempt.

    Of the channels that are ``blind``, whose source cannot show failures, days without them say nothing: their laws are
    those of the other channels, or the prior, as if nothing had been tried yet.
    Also the shares by which each channel's failures without a cause look like each known one, empty where it has none.
    """
    histories = _histories(tables, list(plan.channels), blind)
    named = any(one.failed.any() for cause in CAUSES for one in histories[cause].values())
    nameless = any(one.failed.any() for one in histories["unknown"].values())
    laws: dict[str, dict[str, FailureLaw]] = {name: {} for name in plan.channels}
    clearing = {name: channel.clearing for name, channel in plan.channels.items()}
    for cause in ALL_CAUSES:
        # What a feed never names it does not keep back: such failures are among those without a cause.
        expected = cause != "unknown" and (named or not nameless)
        scopes = scopes_of(cause, clearing)
        for name, law in fit_cause(cause, histories[cause], scopes, expected=expected).items():
            laws[name][cause] = law
    if not nameless:
        return laws, {name: {} for name in plan.channels}
    return laws, _inferred(tables, clearing, histories)


def unseen_causes(laws: Mapping[str, Mapping[str, FailureLaw]]) -> list[Note]:
    """A note for each cause that no channel has shown, where others were: its rate is a prior."""
    some = next(iter(laws.values()), {})
    if not any(law.cause_seen for law in some.values()):
        return []
    unseen = [cause for cause, law in some.items() if not law.cause_seen and law.possible > 0]
    return [Note("cause_never_seen", f"failure_rate.{cause}", {"chance": f"{UNSEEN:.0%}"}) for cause in unseen]


def _histories(
    tables: DailyTables, channels: list[str], blind: Collection[str]
) -> dict[str, dict[str, FailureHistory]]:
    """Daily values by cause and channel."""
    first_day = np.datetime64(tables.first_day, "D")
    count = max(int((np.datetime64(tables.as_of, "D") - first_day).astype(np.int64)) + 1, 1)
    out: dict[str, dict[str, FailureHistory]] = {cause: {} for cause in ALL_CAUSES}
    for name in channels:
        sales = rows_of(tables.sales, name)
        value = _summed(_days_since(first_day, days_of(sales)), yuan_of(sales), count)
        surge = np.clip(value / usual_level(value), *SURGES)
        first = with_outcome(rows_of(tables.first, name), "deducted", "failed")
        tried_on = np.minimum(_days_since(first_day, event_days_of(first)), count - 1)
        tried = _summed(tried_on, yuan_of(first), count)
        for cause in ALL_CAUSES:
            from_it = has_cause(first, cause)
            failed = _summed(tried_on[from_it], yuan_of(first)[from_it], count)
            untold = name in blind and not failed.any()
            out[cause][name] = FailureHistory(0.0 * tried if untold else tried, failed, surge, order_size(sales))
    return out


def _inferred(
    tables: DailyTables, clearing: Mapping[str, str], histories: Mapping[str, Mapping[str, FailureHistory]]
) -> dict[str, dict[str, float]]:
    """Shares of each channel's failures without a cause that look like each known cause."""
    unknown = histories["unknown"]
    scopes = [scope for cause in ("integration", "validation", "clearing") for scope in scopes_of(cause, clearing)]
    above, flagged = excess_over_base(unknown, scopes)
    first_day = np.datetime64(tables.first_day, "D")
    marks = {}
    for name, excess in above.items():
        traces = rows_of(tables.traces, name)
        day, count = _days_since(first_day, days_of(traces)), len(flagged)
        on_sku = _summed(day, fen_to_yuan(fen_of(traces, "sku_value") - fen_of(traces, "sku_usual")), count)
        hour = day * 24 + traces["hour"].to_numpy(np.int64)
        hours = _summed(hour, yuan_of(traces), count * 24).reshape(count, 24)
        one = unknown[name]
        marks[name] = Marks(excess.yuan, excess.deviation, one.surge, on_sku, hours, one.order_size)
    episodes = infer_causes(marks, flagged, clearing)
    out = {}
    for name, one in unknown.items():
        total = float(one.failed.sum())
        base = max(total - sum(episodes[name].values()), 0.0)
        known = {cause: float(histories[cause][name].failed.sum()) for cause in CAUSES}
        out[name] = inferred_shares(episodes[name], base, above[name].lift, known) if total > 0 else {}
    return out


def _summed(index: Ints, yuan: Floats, count: int) -> Floats:
    """Yuan by index, from 0 to below ``count``."""
    return np.bincount(index, yuan, count).astype(float)


def _days_since(first_day: np.datetime64, days: Days) -> Ints:
    return np.asarray((days - first_day).astype(np.int64))
