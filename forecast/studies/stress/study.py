"""The stress test of a plan: scenarios side by side, grid, sensitivities, breaking points, fixes and frontier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from forecast.results.inputs import notes_shown
from forecast.results.stress import FailureLevels, Grid, LowestCash, Reverse, StressedScenario, StressResult
from forecast.studies.stress.fixes import fixes
from forecast.studies.stress.frontier import LOST, frontier
from forecast.studies.stress.grid import VOLUMES, grid
from forecast.studies.stress.laws import Laws
from forecast.studies.stress.questions import Questions
from forecast.studies.stress.reverse import breaking_points, scales, sooner_outages
from forecast.studies.stress.sensitivities import ranges, sensitivities
from forecast.studies.stress.wording import reverse_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.results.scenario import ScenarioResult
    from forecast.studies.stress.reverse import Scale
    from forecast.studies.stress.turning import Turn


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user asks of the frontier: the share of moved orders that is lost, and the buffer to keep to, if any."""

    lost: float = LOST
    buffer: float | None = None


def stressed(done: Run, wishes: Wishes, say: Callable[[str], None]) -> StressResult:
    """Stress the plan of a finished run that holds base's cash; ``say`` is called with each step as it begins.

    Receipts and buffers are what a run or a what-if gives with the same seed and paths; financing is chosen anew in
    scenarios, grid and frontier, of sensitivities and fixes it is base's mix sized anew.
    """
    questions = _questions(done)
    laws, mix = Laws(questions), questions.whatif().verdict().proposal
    told = replace(
        _without_answers(done, wishes),
        grid=grid(questions, say),
        sensitivities=sensitivities(questions, laws, mix, say),
    )
    return replace(
        _with_breaking_points(told, questions, laws, say),
        fixes=fixes(questions, mix, say),
        frontier=frontier(questions, wishes.lost, wishes.buffer, say),
    )


def stressed_for_lender(done: Run, say: Callable[[str], None]) -> StressResult:
    """What a loan file tells of a stress test: grid, sensitivities and breaking points; no fixes and no frontier.

    Three fifths of the work of ``stressed``, with the same figures. ``say`` is called as each step begins, with its
    number and that of all: ``stress:3/60``.
    """
    questions = _questions(done)
    laws, mix = Laws(questions), questions.whatif().verdict().proposal
    every = len(VOLUMES) + len(list(ranges(questions, laws))) + len(list(scales(done.plan)))
    number = count(1)

    def counted(_: str) -> None:
        say(f"stress:{next(number)}/{every}")

    told = replace(
        _without_answers(done, Wishes()),
        grid=grid(questions, counted),
        sensitivities=sensitivities(questions, laws, mix, counted),
    )
    return _with_breaking_points(told, questions, laws, counted)


def _with_breaking_points(
    found: StressResult, questions: Questions, laws: Laws, say: Callable[[str], None]
) -> StressResult:
    """A result with the breaking points, and warnings of what they leave out."""
    points = list(breaking_points(questions, say))
    told = notes_shown(sooner_outages(questions, points), found.language)
    reverse = [shown(scale, turn, laws, questions.plan) for scale, turn in points]
    return replace(found, reverse=reverse, notes=[*told, *found.notes])


def _questions(done: Run) -> Questions:
    return Questions.on(done.prepared, next(iter(done.cases.values())))


def _without_answers(done: Run, wishes: Wishes) -> StressResult:
    """The result with all that a run knows, and nothing asked yet."""
    result = done.result
    return StressResult(
        schema=result.schema,
        version=result.version,
        language=result.language,
        merchant=result.merchant,
        as_of=result.as_of,
        horizon_days=result.horizon_days,
        paths=result.paths,
        seed=result.seed,
        confidence=result.confidence,
        currency=result.currency,
        channels=result.channels,
        notes=result.notes,
        lost=wishes.lost,
        buffer_wanted=wishes.buffer,
        scenarios={name: in_short(one) for name, one in result.scenarios.items()},
        grid=Grid(FailureLevels("", []), [], [], [], [], []),
        sensitivities=[],
        reverse=[],
        fixes=[],
        frontier=[],
    )


def in_short(scenario: ScenarioResult) -> StressedScenario:
    """A scenario of a run with the figures that are set side by side."""
    best = scenario.financing.recommended if scenario.financing else None
    return StressedScenario(
        label=scenario.label,
        receipts_total=scenario.receipts_total,
        lowest_cash=LowestCash(scenario.lowest_cash.amount, scenario.lowest_cash.day),
        buffer=scenario.buffer.amount,
        funding_gap=scenario.buffer.funding_gap,
        recommended=[part.facility for part in best.mix] if best else [],
        feasible=bool(best and best.feasible),
        expected_cost=best.expected_cost if best and best.feasible else None,
        shortfall_probability=best.shortfall_probability if best else 0.0,
        buffer_upper=scenario.buffer.upper,
    )


def shown(scale: Scale, found: Turn, laws: Laws, plan: Plan) -> Reverse:
    """A breaking point with its likelihood, and in words."""
    value, holds_at = (None if found.step is None else scale.level(found.step - back) for back in (0, 1))
    if found.status == "always":
        value = holds_at
    chance = None if value is None else laws.chance(scale.kind, scale.name, value)
    return Reverse(
        key=scale.key,
        status=found.status,
        value=value,
        holds_at=holds_at,
        tolerance=abs(scale.step),
        range=[scale.harmless, scale.harmful],
        monotone=found.monotone,
        likelihood=None if chance is None else chance.likelihood,
        draws=None if chance is None else chance.draws,
        text=reverse_text(scale, found, chance, plan),
    )
