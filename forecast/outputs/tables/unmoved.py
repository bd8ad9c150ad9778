"""Why a scenario's receipts and buffer are base's: when its cash differs, if it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

APART = 0.5
"""Amounts that lie less than this many yuan apart are told as the same."""


def unmoved(scenario: ScenarioResult, result: Result, figures: Figures) -> str:
    """A sentence on a scenario that brings in and needs as much as base; empty for base, and where anything moves.

    What is changed may act on no day, or on days after which all is made up for, before or after the tightest one.
    """
    base = result.base
    amounts = ((scenario.receipts_total.mean, base.receipts_total.mean), (scenario.buffer.amount, base.buffer.amount))
    if scenario is base or any(abs(one - other) >= APART for one, other in amounts):
        return ""
    both = zip(scenario.cash_before_financing.mean, base.cash_before_financing.mean, strict=True)
    days = [day for day, (one, other) in zip(scenario.dates, both, strict=True) if abs(one - other) >= APART]
    if not days:
        return figures.texts("compare.same_all")
    peak = figures.day(base.buffer.peak_day)
    return figures.texts("compare.same_sums", first=days[0], last=days[-1], peak=peak)
