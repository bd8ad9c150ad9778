"""A scenario's answer in a moment: with base's mix of facilities, sized anew, in place of a choice of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from forecast.pipeline import Answer, with_financing
from forecast.results.scenario import same_money

if TYPE_CHECKING:
    from forecast.plan.model import Plan
    from forecast.simulated import Simulated


class Kept(StrEnum):
    """How an answer was financed without a choice of its own; the value is part of the name of the text on it."""

    MIX = "mix"
    MORE = "more"
    NONE = "none"


def with_mix_kept(base: Answer, plan: Plan, one: Simulated) -> tuple[Answer, Kept] | None:
    """The answer with base's mix sized for a scenario; None where only a choice of its own is an answer.

    That is where the scenario changes terms of facilities, which asks what is the cheapest then; where the choice is of
    one facility at most, which is quickly made; where base's mix depends on the scenario; and where facilities hold at
    full limits alone. Where not even all of them do, there is no financing in the answer. A scenario in which no money
    moves has base's own.
    """
    from forecast.financing.resized import resized  # noqa: PLC0415  # solvers load where they are used
    from forecast.financing.verdict import holds_in_full_or_ahead, lay_out  # noqa: PLC0415  # the same

    financing, confidence = base.result.financing, plan.horizon.confidence
    if financing is None or _is_a_question_of_choice(plan, one):
        return None
    if same_money(base.result, one.result):
        after = base.result.cash_after_financing
        return replace(base, result=replace(one.result, financing=financing, cash_after_financing=after)), Kept.MIX
    halves = lay_out(one.case, one.facilities, confidence, one.buffer)
    if financing.recommended.feasible:
        parts = financing.recommended.mix
        mix = {part.facility: math.inf if part.limit_used is None else part.limit_used for part in parts}
        gap = base.result.buffer.funding_gap
        scale = one.result.buffer.funding_gap / gap if gap > 0 else 1.0
        found = resized(halves, one.facilities, mix, plan.covenants, scale, one.result.label, base.uses)
        if found is not None:
            return with_financing(plan, one, found.financing), Kept.MORE if found.added else Kept.MIX
    return None if holds_in_full_or_ahead(halves) else (Answer(one.result), Kept.NONE)


def _is_a_question_of_choice(plan: Plan, one: Simulated) -> bool:
    """Whether terms change, base's mix depends on the scenario, or there is hardly anything to choose from."""
    return plan.horizon.stress_scenarios_must_hold or one.facilities != plan.facilities or len(plan.facilities) <= 1
