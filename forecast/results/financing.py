"""The financing of a scenario in a result: the mix chosen, each facility on its own, and what one more is worth."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from forecast.financing.covenants import CovenantCheck
from forecast.financing.marginal import Marginal
from forecast.financing.measures import LastDays, Rates, earliest
from forecast.financing.options import MixPart, RunnerUp
from forecast.financing.remedies import Remedy
from forecast.financing.schedules import ExistingDebt, Schedule
from forecast.notes import note_text
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from forecast.financing.comparison import Financing, Option, Recommendation
    from forecast.plan.model import Language

FEASIBLE = (
    "whether cash falls short on at most 1 − confidence of each half of the paths: the judging ones, and those that "
    "limits are sized on"
)

CHANCE = (
    "share of the judging paths on which cash falls short; of the paths that limits are sized on where it fails on "
    "that half alone"
)


@record
class RemedyShown(Record):
    """What an infeasible mix lacks."""

    lacking: Remedy = says("each change is enough alone", flat=True)
    text: str = says("the same in words")


@record
class Recommended(Record):
    """The simplest of the cheapest mixes that hold, or, where none does, the one that falls short least often."""

    feasible: bool = says(FEASIBLE)
    mix: list[MixPart] = says("in the order of drawing; empty where nothing is needed")
    reason: str = says("why this mix, in the plan's language")
    runner_up: RunnerUp | None = says("the cheapest mix that holds of another set of facilities; null where none does")
    expected_cost: float = money("expected interest and fees of the horizon, and what contracts ask for after it")
    interest: float = money("expected interest of the horizon")
    fees: float = money("expected fees of the horizon")
    cost_beyond_horizon: float = money("the part of `expected_cost` that contracts ask for after the horizon")
    lower_bound: float = money("mean least cost for one who knows each path, at these limits")
    foresight_gap: float | None = rate("expected cost ÷ lower bound − 1; null where the bound is nothing")
    effective_annual_rate: float | None = rate(
        "XIRR (act/365) of the expected flows; null where nothing is drawn", "share a year"
    )
    shortfall_probability: float = rate(CHANCE)
    short_in: str | None = says(
        "the scenario to withstand in which it does not hold; the chance is then its; else null"
    )
    judged_paths: int = says("judging paths", "paths")
    covenants: list[CovenantCheck] = says("the plan's covenants with this mix")
    remedy: RemedyShown | None = says("what would make it feasible; null where it is")
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)
    schedule: Schedule = says("by week and month, of all facilities together; the fees of signed ones beside it count")


@record
class OptionShown(Record):
    """A facility on its own."""

    facility: str = says("its name")
    kind: str = says("its kind")
    feasible: bool = says(FEASIBLE)
    expected_cost: float = money("expected interest and fees of the horizon, and what contracts ask for after it")
    interest: float = money("expected interest of the horizon")
    fees: float = money("expected fees of the horizon")
    cost_beyond_horizon: float = money("the part of `expected_cost` that contracts ask for after the horizon")
    effective_annual_rate: float | None = rate(
        "XIRR (act/365) of the expected flows; null where nothing is drawn", "share a year"
    )
    shortfall_probability: float = rate(CHANCE)
    short_in: str | None = says(
        "the scenario to withstand in which it does not hold; the chance is then its; else null"
    )
    limit_used: float | None = money(
        "limit to arrange, of a signed line what is used of it; null: the base alone bounds it"
    )
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)
    signing_day: dt.date | None = says("signed then, which its fees count from; null: signed before, or not at all")
    why_not: str | None = says("why it is not feasible, in the plan's language; null where it is")
    covenants: list[CovenantCheck] = says("the plan's covenants with this facility alone")
    schedule: Schedule = says("by week and month, with what runs anyway of the others")


@record
class FinancingShown(Record):
    """The recommendation and all options."""

    recommended: Recommended = says("the recommended mix")
    options: list[OptionShown] = says("each facility on its own, in the plan's order")
    existing_debt: ExistingDebt = says("the debt already there, whatever is chosen")
    marginal: Marginal | None = says("what one more is worth; base alone")


def financing_shown(compared: Financing, language: Language, marginal: Marginal | None) -> FinancingShown:
    """The recommendation and all options, with reasons in the plan's language."""
    options = [_option(one, language) for one in compared.options]
    return FinancingShown(_recommended(compared.recommended, language), options, compared.existing_debt, marginal)


def _recommended(best: Recommendation, language: Language) -> Recommended:
    return Recommended(
        feasible=best.feasible,
        mix=list(best.mix),
        reason=" ".join(note_text(note, language) for note in best.reasons),
        runner_up=best.runner_up,
        expected_cost=best.expected_cost,
        interest=best.interest,
        fees=best.fees,
        cost_beyond_horizon=best.cost_beyond_horizon,
        lower_bound=best.lower_bound,
        foresight_gap=best.foresight_gap,
        effective_annual_rate=best.effective_annual_rate,
        shortfall_probability=best.shortfall_probability,
        short_in=best.short_in,
        judged_paths=best.judged_paths,
        covenants=list(best.covenants),
        remedy=_remedy(best, language),
        rates=best.rates,
        days=earliest([part.days for part in best.mix]),
        schedule=best.schedule,
    )


def _remedy(best: Recommendation, language: Language) -> RemedyShown | None:
    """What would make an infeasible mix hold, in figures and in words; None where it holds."""
    lacking = best.remedy
    if lacking is None:
        return None
    return RemedyShown(lacking, " ".join(note_text(note, language) for note in lacking.notes))


def _option(option: Option, language: Language) -> OptionShown:
    return OptionShown(
        facility=option.facility,
        kind=option.kind,
        feasible=option.feasible,
        expected_cost=option.expected_cost,
        interest=option.interest,
        fees=option.fees,
        cost_beyond_horizon=option.cost_beyond_horizon,
        effective_annual_rate=option.effective_annual_rate,
        shortfall_probability=option.shortfall_probability,
        short_in=option.short_in,
        limit_used=option.limit_used,
        rates=option.rates,
        days=option.days,
        signing_day=option.signing_day,
        why_not=None if option.why_not is None else note_text(option.why_not, language),
        covenants=list(option.covenants),
        schedule=option.schedule,
    )
