"""What a what-if is headed with: its changes as they were typed, outages and moved orders in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.plan.labels import SEGMENT
from forecast.plan.terms import LONGEST_TEXT
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.plan.model import Outage, Plan, Scenario, Shift

OUTAGES, SHIFT = "outages", "shift"
"""The keys whose values are tables, which say too much to be a heading."""


def heading(plan: Plan, settings: Sequence[str], scenario: Scenario) -> str:
    """The heading of the scenario that these settings make; no longer than a label may be."""
    texts, parts = Texts(plan.language), list[str]()
    for setting in settings:
        steps = SEGMENT.findall(setting.partition("=")[0])
        key = steps[0].strip() if steps else ""
        if key == OUTAGES:
            parts += _outages(plan, texts, scenario.outages)
        elif key == SHIFT:
            parts += _shifts(plan, texts, scenario.shift)
        else:
            parts.append(setting)
    text = ", ".join(dict.fromkeys(parts))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _outages(plan: Plan, texts: Texts, outages: Sequence[Outage]) -> Iterator[str]:
    for one in outages:
        name = _channel(plan, one.channel) if one.channel else Named("clearing", one.clearing or "").text(plan.language)
        share = "" if one.share == 1.0 else texts("changes.outage_share", share=_per_cent(one.share))
        yield texts("changes.outage_words", name=name, start=str(one.start), days=one.days, share=share)


def _shifts(plan: Plan, texts: Texts, shifts: Sequence[Shift]) -> Iterator[str]:
    for one in shifts:
        lost = texts("changes.shift_lost", share=_per_cent(one.lost)) if one.lost else ""
        ends = {"source": _channel(plan, one.source), "target": _channel(plan, one.target)}
        yield texts("changes.shift_words", **ends, share=_per_cent(one.share), lost=lost)


def _channel(plan: Plan, name: str) -> str:
    return plan.channels[name].label


def _per_cent(share: float) -> str:
    return f"{100 * share:g}%"
