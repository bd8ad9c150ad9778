"""A breaking point in words: 'a failure rate of 31 % or worse: 1 in 400'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.plan.short_keys import FLOP, OUTAGE_DAYS
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.plan.model import Plan
    from forecast.studies.stress.laws import Chance
    from forecast.studies.stress.reverse import Scale
    from forecast.studies.stress.turning import Turn

IN_DAYS, IN_MULTIPLES = (OUTAGE_DAYS, "settlement_delay"), ("volume", FLOP)
"""Keys whose levels are days, and multiples; balances are money, all others shares."""


HALF = 0.5
"""An amount below half a yuan is nothing in words."""


def reverse_text(scale: Scale, found: Turn, chance: Chance | None, plan: Plan) -> str:
    """The breaking point of a key, and how likely its level or a worse one is, in the plan's language."""
    texts = Texts(plan.language)
    what = texts(f"stress.kinds.{scale.kind}", name=_name(scale, plan))
    if found.status == "always" and found.step is not None:
        enough = scale.level(found.step - 1)
        more = level_text(scale, enough - scale.harmful, plan)
        return texts("stress.enough", what=what, level=level_text(scale, enough, plan), more=more)
    if found.step is None:
        end = scale.harmful if found.status == "never" else scale.harmless
        down = "_down" if found.status == "never" and scale.step < 0 else ""
        return texts(f"stress.{found.status}{down}", what=what, level=level_text(scale, end, plan))
    level = level_text(scale, scale.level(found.step), plan)
    told = texts(
        "stress.found" if scale.step > 0 else "stress.found_down",
        what=what,
        level=level,
        confidence=f"{100 * plan.horizon.confidence:.4g}%",
        chance=chance_text(texts, chance),
    )
    return told if found.monotone else told + texts("stress.not_monotone")


def chance_text(texts: Texts, chance: Chance | None) -> str:
    """A chance as people say it: 1 in 400, or less than 1 in as many as were drawn."""
    if chance is None:
        return texts("stress.chance_unknown")
    if chance.likelihood <= 0:
        return texts("stress.chance_below", draws=f"{chance.draws:,}")
    return texts("stress.chance", times=f"{max(1, round(1 / chance.likelihood)):,}")


def level_text(scale: Scale, level: float, plan: Plan) -> str:
    """A level with its unit."""
    texts = Texts(plan.language)
    if scale.kind in IN_DAYS:
        return texts("stress.days", days=f"{level:g}")
    if scale.kind in IN_MULTIPLES:
        return texts("stress.times", times=f"{level:g}")
    if scale.kind == "opening_balance":
        unit = texts("amount.yuan") if plan.merchant.currency == "CNY" else plan.merchant.currency
        return texts("amount.small", value=f"{level if abs(level) >= HALF else 0.0:,.0f}", currency=unit)
    return f"{level:.4g}" if level > 1 else f"{100 * level:.4g}%"


def _name(scale: Scale, plan: Plan) -> str:
    """A channel's label, or a clearing's name."""
    if scale.kind == OUTAGE_DAYS:
        return Named("clearing", scale.name).text(plan.language)
    return plan.channels[scale.name].label if scale.name else ""
