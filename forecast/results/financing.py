"""The financing of a scenario in a result: the mix chosen, each facility on its own, and what one more is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.financing.measures import earliest
from forecast.records import Record, money, rate, record, says
from forecast.texts import note_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.financing.comparison import Financing, MixPart, Option, Recommendation
    from forecast.financing.covenants import CovenantCheck
    from forecast.financing.marginal import LimitValue, SettlementValue
    from forecast.financing.measures import Deadlines, Measures
    from forecast.plan.model import Language


@record
class Rates(Record):
    """Balances and rates of one or more facilities together."""

    mean_drawn: float | None = money("balance owed, mean over days and paths")
    peak_drawn: float | None = money("highest balance that a share `confidence` of the paths does not exceed")
    days_drawn: float | None = money("evenings with a balance, mean over paths", "days")
    compound_rate: float | None = rate(
        "XIRR (act/365) of the expected flows; null where nothing is drawn", "share a year"
    )
    simple_rate: float | None = rate("365 × the rate a day; null where nothing is drawn", "share a year")
    cost_on_balance_rate: float | None = rate(
        "expected cost ÷ mean balance; null where nothing is drawn", "share a year"
    )


@record
class LastDays(Record):
    """The last days for a facility so that cash still holds; null where that day does not matter or does not exist."""

    latest_start_day: str | None = says("to begin arranging it")
    latest_signing_day: str | None = says("to have it signed")
    latest_notice_day: str | None = says("to ask for the first drawing")


@record
class CovenantShown(Record):
    """One covenant on the paths of a run; figures are null where the horizon is too short to tell."""

    covenant: str = says("its key in the plan")
    agreed: float = rate("what was promised", "as agreed")
    value: float | None = rate("what a share `confidence` of the paths reaches at least, or stays within", "as agreed")
    chance_of_breach: float | None = rate("share of paths that break it")
    day: str | None = says("median first day of the breach; null where no path breaks it")
    kept: bool | None = says("whether the chance is at most 1 − confidence")


@record
class ExtraLimit(Record):
    """A further limit that would be enough alone."""

    facility: str = says("its name")
    amount: float = money("least further limit")


@record
class DaysEarlier(Record):
    """A signature earlier by so much that it would be enough alone."""

    facility: str = says("its name")
    days: int = says("days less that signing may take at most", "days")


@record
class RemedyShown(Record):
    """What an infeasible mix lacks; each change is enough alone."""

    short_by: float = money("what a share `confidence` of the paths lacks at most on its worst day")
    extra_cash: float | None = money("least further cash on the evening of as_of; null where none holds")
    extra_limits: list[ExtraLimit] = says("further limits")
    days_earlier: list[DaysEarlier] = says("earlier signatures")
    text: str = says("the same in words")


@record
class MixPartShown(Record):
    """One facility of the recommended mix."""

    facility: str = says("its name")
    limit_used: float = money("limit to arrange")
    interest: float = money("expected interest")
    fees: float = money("expected fees")
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)


@record
class Recommended(Record):
    """The cheapest mix that holds, or, where none does, the one that falls short least often."""

    feasible: bool = says("whether cash falls short on at most 1 − confidence of the judging paths")
    mix: list[MixPartShown] = says("in the order of drawing; empty where nothing is needed")
    expected_cost: float = money("expected interest and fees of the horizon")
    interest: float = money("expected interest")
    fees: float = money("expected fees")
    lower_bound: float = money("mean least cost for one who knows each path, at these limits")
    foresight_gap: float | None = rate("expected cost ÷ lower bound − 1; null where the bound is nothing")
    effective_annual_rate: float | None = rate(
        "XIRR (act/365) of the expected flows; null where nothing is drawn", "share a year"
    )
    shortfall_probability: float = rate("share of the judging paths on which cash falls short")
    judged_paths: int = says("judging paths", "paths")
    covenants: list[CovenantShown] = says("the plan's covenants with this mix")
    remedy: RemedyShown | None = says("what would make it feasible; null where it is")
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)


@record
class OptionShown(Record):
    """A facility on its own; figures are null where it is not calculated."""

    facility: str = says("its name")
    kind: str = says("its kind")
    feasible: bool | None = says("whether cash falls short on at most 1 − confidence of the judging paths")
    expected_cost: float | None = money("expected interest and fees of the horizon")
    interest: float | None = money("expected interest")
    fees: float | None = money("expected fees")
    effective_annual_rate: float | None = rate(
        "XIRR (act/365) of the expected flows; null where nothing is drawn", "share a year"
    )
    shortfall_probability: float | None = rate("share of the judging paths on which cash falls short")
    limit_used: float | None = money("limit to arrange")
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)
    why_not: str | None = says("why it is not feasible, in the plan's language; null where it is")
    covenants: list[CovenantShown] = says("the plan's covenants with this facility alone")


@record
class LimitWorth(Record):
    """What one more yuan of a facility's arranged limit is worth."""

    facility: str = says("its name")
    step: float = money("by how much the limit was raised")
    saving_rate: float = rate(
        "fall of the expected cost; negative where the yuan costs more than it saves", "yuan a yuan"
    )
    shortfall_probability_saved: float = rate("fall of the chance of falling short, by the whole step")
    binding: bool = says("whether the mix uses all that the facility offers")


@record
class SettlementWorth(Record):
    """What settlements one calendar day earlier are worth."""

    channel: str | None = says("its name; null: all channels at once")
    buffer: float = money("fall of the buffer")
    funding_gap: float = money("fall of the funding gap")
    expected_cost: float = money("fall of the mix's expected cost")


@record
class Marginal(Record):
    """What one more yuan of a limit and a day of faster settlement are worth to the recommended mix."""

    limits: list[LimitWorth] = says("by facility of the mix")
    settlement_day: list[SettlementWorth] = says("of all channels, then by channel")


@record
class FinancingShown(Record):
    """The recommendation and all options."""

    recommended: Recommended = says("the recommended mix")
    options: list[OptionShown] = says("each facility on its own, in the plan's order")
    marginal: Marginal | None = says("what one more is worth; base alone")


def financing_shown(compared: Financing, language: Language, marginal: Marginal | None) -> FinancingShown:
    """The recommendation and all options, with reasons in the plan's language."""
    return FinancingShown(
        _recommended(compared.recommended, language), [_option(one, language) for one in compared.options], marginal
    )


def _recommended(best: Recommendation, language: Language) -> Recommended:
    return Recommended(
        feasible=best.feasible,
        mix=[_mix_part(part) for part in best.mix],
        expected_cost=best.expected_cost,
        interest=best.interest,
        fees=best.fees,
        lower_bound=best.lower_bound,
        foresight_gap=best.foresight_gap,
        effective_annual_rate=best.effective_annual_rate,
        shortfall_probability=best.shortfall_probability,
        judged_paths=best.judged_paths,
        covenants=[_covenant(check) for check in best.covenants],
        remedy=_remedy(best, language),
        rates=_rates(best.measures),
        days=last_days(earliest([part.deadlines for part in best.mix])),
    )


def _covenant(check: CovenantCheck) -> CovenantShown:
    day = None if check.day is None else str(check.day)
    return CovenantShown(check.covenant, check.agreed, check.value, check.chance, day, check.kept)


def _remedy(best: Recommendation, language: Language) -> RemedyShown | None:
    """What would make an infeasible mix hold, in figures and in words; None where it holds."""
    lacking = best.remedy
    if lacking is None:
        return None
    return RemedyShown(
        short_by=lacking.short_by,
        extra_cash=lacking.extra_cash,
        extra_limits=[ExtraLimit(name, amount) for name, amount in lacking.extra_limits],
        days_earlier=[DaysEarlier(name, days) for name, days in lacking.days_earlier],
        text=" ".join(note_text(note, language) for note in lacking.notes),
    )


def marginal_shown(limits: Sequence[LimitValue], settlement: Sequence[SettlementValue]) -> Marginal:
    """What one more yuan of a limit and a day of faster settlement are worth to the recommended mix."""
    return Marginal(
        [LimitWorth(one.facility, one.step, one.saving, one.chance, one.binding) for one in limits],
        [SettlementWorth(one.channel, one.buffer, one.gap, one.cost) for one in settlement],
    )


def _mix_part(part: MixPart) -> MixPartShown:
    rates, days = _rates(part.measures), last_days(part.deadlines)
    return MixPartShown(part.facility, part.limit_used, part.interest, part.fees, rates, days)


def _option(option: Option, language: Language) -> OptionShown:
    return OptionShown(
        facility=option.facility,
        kind=option.kind,
        feasible=option.feasible,
        expected_cost=option.expected_cost,
        interest=option.interest,
        fees=option.fees,
        effective_annual_rate=option.effective_annual_rate,
        shortfall_probability=option.shortfall_probability,
        limit_used=option.limit_used,
        rates=_rates(option.measures),
        days=last_days(option.deadlines),
        why_not=None if option.why_not is None else note_text(option.why_not, language),
        covenants=[_covenant(check) for check in option.covenants],
    )


def _rates(measures: Measures | None) -> Rates:
    """Rates and balances; all None where a kind is not calculated."""
    if measures is None:
        return Rates(None, None, None, None, None, None)
    return Rates(
        mean_drawn=measures.mean_drawn,
        peak_drawn=measures.peak_drawn,
        days_drawn=measures.days_drawn,
        compound_rate=measures.compound_rate,
        simple_rate=measures.simple_rate,
        cost_on_balance_rate=measures.cost_on_balance,
    )


def last_days(deadlines: Deadlines | None) -> LastDays:
    """The last days by which a facility must be begun, signed and asked for."""
    if deadlines is None:
        return LastDays(None, None, None)
    return LastDays(_day(deadlines.start_by), _day(deadlines.sign_by), _day(deadlines.notice_by))


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
