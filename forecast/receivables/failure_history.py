"""Ledger tables → the failure laws of all channels and causes, and what failures without a cause look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.money import fen_to_yuan
from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.receivables.cohorts import order_size, rows_of
from forecast.receivables.failures import UNSEEN, FailureHistory, FailureLaw, excess_over_base, fit_cause, scopes_of
from forecast.receivables.signatures import Marks, infer_causes, inferred_shares
from forecast.receivables.surges import usual_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from forecast.arrays import Floats, Ints
    from forecast.ledger.tables import DailyTables
    from forecast.plan.model import Plan

SURGES = (0.2, 50.0)
"""Bounds of a day's surge over the usual level."""


def failure_laws(
    tables: DailyTables, plan: Plan
) -> tuple[dict[str, dict[str, FailureLaw]], dict[str, dict[str, float]]]:
    """The failure laws by channel and cause, from daily values by day of the first attempt.

    Also the shares by which each channel's failures without a cause look like each known one, empty where it has none.
    """
    histories = _histories(tables, list(plan.channels))
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


def _histories(tables: DailyTables, channels: list[str]) -> dict[str, dict[str, FailureHistory]]:
    """Daily values by cause and channel."""
    first_day = np.datetime64(tables.first_day, "D")
    count = max(int((np.datetime64(tables.as_of, "D") - first_day).astype(np.int64)) + 1, 1)
    out: dict[str, dict[str, FailureHistory]] = {cause: {} for cause in ALL_CAUSES}
    for name in channels:
        sales = rows_of(tables.sales, name)
        value = _on_days(sales, _index(sales["day"], first_day), count)
        surge = np.clip(value / usual_level(value), *SURGES)
        first = rows_of(tables.first, name)
        first = first[first["outcome"].isin(["deducted", "failed"])]
        tried_on = np.minimum(_index(first["day"], first_day) + first["age"].to_numpy(np.int64), count - 1)
        tried = _on_days(first, tried_on, count)
        causes = first["cause"].to_numpy(str)
        for cause in ALL_CAUSES:
            failed = _on_days(first[causes == cause], tried_on[causes == cause], count)
            out[cause][name] = FailureHistory(tried, failed, surge, order_size(sales))
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
        day, count = _index(traces["day"], first_day), len(flagged)
        on_sku = traces.assign(value=traces["sku_value"] - traces["sku_usual"])
        hours = _on_days(traces, day * 24 + traces["hour"].to_numpy(np.int64), count * 24).reshape(count, 24)
        one = unknown[name]
        marks[name] = Marks(
            excess.yuan, excess.deviation, one.surge, _on_days(on_sku, day, count), hours, one.order_size
        )
    episodes = infer_causes(marks, flagged, clearing)
    out = {}
    for name, one in unknown.items():
        total = float(one.failed.sum())
        base = max(total - sum(episodes[name].values()), 0.0)
        known = {cause: float(histories[cause][name].failed.sum()) for cause in CAUSES}
        out[name] = inferred_shares(episodes[name], base, above[name].lift, known) if total > 0 else {}
    return out


def _on_days(rows: pd.DataFrame, index: Ints, count: int) -> Floats:
    """Yuan by day."""
    return np.bincount(index, fen_to_yuan(rows["value"].to_numpy()), count).astype(float)


def _index(days: pd.Series, first_day: np.datetime64) -> Ints:
    return np.asarray((days.to_numpy().astype("datetime64[D]") - first_day).astype(np.int64))
