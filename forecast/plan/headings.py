"""What a what-if is headed with: its changes as they were typed, outages and moved orders in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.plan.labels import SEGMENT, parted
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
        steps = SEGMENT.findall(parted(setting)[0])
        key = steps[0].strip() if steps else ""
        if key == OUTAGES:
            parts += _outages(plan, texts, scenario.outages)
        elif key == SHIFT:
            parts += _shifts(plan, texts, scenario.shift)
        else:
            parts.append(setting)
    text = ", ".join(dict.fromkeys(parts))
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def outage_words(texts: Texts, name: str, start: str, days: float, share: float) -> str:
    """An outage of what is called ``name``, which strikes a share of first deductions."""
    part = "" if share == 1.0 else texts("changes.outage_share", share=per_cent(share))
    return texts("changes.outage_words", name=name, start=start, days=f"{days:g}", share=part)


def shift_words(texts: Texts, source: str, target: str, share: float, lost: float) -> str:
    """Orders that move from one channel to another, both as they are called; a share of them is lost."""
    gone = texts("changes.shift_lost", share=per_cent(lost)) if lost else ""
    return texts("changes.shift_words", source=source, target=target, share=per_cent(share), lost=gone)


def per_cent(share: float) -> str:
    """A share as it was typed: ``12.5%``."""
    return f"{100 * share:g}%"


def _outages(plan: Plan, texts: Texts, outages: Sequence[Outage]) -> Iterator[str]:
    for one in outages:
        name = _channel(plan, one.channel) if one.channel else Named("clearing", one.clearing or "").text(plan.language)
        yield outage_words(texts, name, str(one.start), one.days, one.share)


def _shifts(plan: Plan, texts: Texts, shifts: Sequence[Shift]) -> Iterator[str]:
    for one in shifts:
        yield shift_words(texts, _channel(plan, one.source), _channel(plan, one.target), one.share, one.lost)


def _channel(plan: Plan, name: str) -> str:
    return plan.channels[name].label
