"""The request at a glance: sum, use, day, term, cost, source of repayment, worst case, and the debt already there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.financing.measures import earliest
from forecast.outputs.figures import DEAD_ZONE, other_labels, worst_scenario
from forecast.outputs.tables.financing import remedy_text
from forecast.outputs.tables.rates import cost_text, limit_of
from forecast.plan.costs import DEBT
from forecast.plan.facilities import BORROWED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.financing.options import MixPart
    from forecast.financing.schedules import ExistingDebt
    from forecast.outputs.figures import Figures
    from forecast.plan.model import Facility
    from forecast.results.financing import FinancingShown, Recommended
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

LENDERS = (*BORROWED, "factoring")
"""The kinds whose money a lender gives; a platform, suppliers or the owner give that of the others."""

LARGEST_USES = 4
"""So many uses of the money are named, the largest first."""

LARGEST_CHANNELS = 3
"""So many channels are named as the source of repayment."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the request: what is asked, the answer at a glance, and what belongs to it."""

    title: str
    answer: str
    more: Sequence[str] = ()


def request(result: Result, figures: Figures) -> list[Line]:
    """The lines of the request, of the base scenario with the recommended mix."""
    lines = [_sum(result, figures), _use(result, figures), _day(result, figures), _term(result, figures)]
    lines += [_cost(result, figures), _repayment(result, figures), _worst(result, figures), _debt(result, figures)]
    return lines


def lead(result: Result) -> str:
    """Which sentence stands above the request: with a mix that holds, with none that does, or where none is needed."""
    if _lacks(result):
        return "lead_lacks"
    return "lead" if _mix(result) else "lead_nothing"


def asked_for(result: Result) -> list[MixPart]:
    """The parts of base's mix that a lender is asked for: those of lenders that are not signed yet."""
    facilities = _facilities(result)
    return [one for one in _mix(result) if _of_lender(facilities[one.facility]) and not facilities[one.facility].signed]


def _facilities(result: Result) -> dict[str, Facility]:
    return {one.name: one for one in result.facilities}


def _financing(result: Result) -> FinancingShown | None:
    return result.base.financing if result.facilities else None


def _recommended(result: Result) -> Recommended | None:
    """The mix on which a request rests; None where none suffices or none was looked for."""
    financing = _financing(result)
    return financing.recommended if financing is not None and financing.recommended.feasible else None


def _mix(result: Result) -> Sequence[MixPart]:
    best = _recommended(result)
    return () if best is None else best.mix


def _lacks(result: Result) -> bool:
    """Whether cash lacks something that no mix was found for."""
    return _recommended(result) is None and result.base.buffer.funding_gap >= DEAD_ZONE


def _of_lender(facility: Facility) -> bool:
    return facility.kind in LENDERS


def _line(key: str, answer: str, more: Sequence[str], figures: Figures) -> Line:
    return Line(figures.texts(f"request.{key}"), answer, [one for one in more if one])


def _named(parts: Sequence[MixPart], figures: Figures) -> str:
    """Facilities with their amounts, as a list."""
    each = (f"{figures.facility(one.facility)} {figures.amount(limit_of(one))}" for one in parts)
    return figures.texts("language.list_comma").join(each)


def _sum(result: Result, figures: Figures) -> Line:
    texts, best = figures.texts, _recommended(result)
    if best is None:
        return _gap(result, figures)
    asked = asked_for(result)
    facilities = _facilities(result)
    signed = [one for one in best.mix if _of_lender(facilities[one.facility]) and one not in asked]
    others = [one for one in best.mix if not _of_lender(facilities[one.facility])]
    peak, mean = figures.amount(best.rates.peak_drawn), figures.amount(best.rates.mean_drawn)
    limits, confidence = figures.amount(sum(map(limit_of, best.mix))), figures.confidence(result.confidence)
    more = [
        _gap_why("gap_why", result.base, result, figures) if best.mix else "",
        _named(asked, figures),
        texts("request.sum_signed", names=_named(signed, figures)) if signed else "",
        texts("request.sum_others", names=_named(others, figures)) if others else "",
        texts("request.sum_peak", limits=limits, peak=peak, mean=mean, confidence=confidence) if best.mix else "",
    ]
    answer = figures.amount(sum(map(limit_of, asked))) if asked else texts("request.sum_nothing")
    return _line("sum", answer, more, figures)


def _gap_why(key: str, scenario: ScenarioResult, result: Result, figures: Figures) -> str:
    """What a scenario's funding gap comes of: what must stand ready less the cash in hand; nothing without a gap."""
    buffer, cash = scenario.buffer, result.cash_of(scenario)
    if buffer.funding_gap < DEAD_ZONE:
        return ""
    parts = {"gap": buffer.funding_gap, "buffer": buffer.amount}
    parts |= {"minimum": cash.minimum_balance, "opening": cash.opening_balance}
    written = {name: figures.amount(amount) for name, amount in parts.items()}
    return figures.texts(f"request.{key}", confidence=figures.confidence(result.confidence), **written)


def _gap(result: Result, figures: Figures) -> Line:
    """The funding gap in place of a sum, where no mix holds or none was looked for."""
    texts, gap, financing = figures.texts, result.base.buffer.funding_gap, _financing(result)
    if gap < DEAD_ZONE:
        return _line("sum", texts("request.sum_nothing"), [texts("request.sum_no_gap")], figures)
    answer, why = texts("request.sum_gap", gap=figures.amount(gap)), _gap_why("gap_why", result.base, result, figures)
    if financing is None:
        not_compared = "request.sum_not_compared" if result.facilities else "request.sum_no_facilities"
        return _line("sum", answer, [texts(not_compared), why], figures)
    remedy = financing.recommended.remedy
    lacking = "" if remedy is None else remedy_text(remedy, figures)
    return _line("sum", answer, [texts("request.sum_no_mix"), lacking, why], figures)


def _use(result: Result, figures: Figures) -> Line:
    """What is paid up to the tightest day, by category; the drivers of the buffer tell it."""
    texts, buffer = figures.texts, result.base.buffer
    paid = [
        (one.key.partition(".")[2], one.amount)
        for one in buffer.drivers or []
        if one.key.startswith("payments.") and one.amount >= DEAD_ZONE
    ]
    needed = _mix(result) or _lacks(result)
    if not paid or not needed:
        return _line("use", texts("request.use_unknown" if needed else "request.use_none"), [], figures)
    paid.sort(key=lambda one: -one[1])
    total = sum(amount for _, amount in paid)
    named = texts("language.list_comma").join(
        texts(
            "request.use_part",
            name=texts.or_else(f"categories.{name}", name),
            amount=figures.amount(amount),
            share=figures.percent(amount / total, 0),
        )
        for name, amount in paid[:LARGEST_USES]
    )
    first = texts("request.use_answer", name=texts.or_else(f"categories.{paid[0][0]}", paid[0][0]))
    more = texts("request.use_more", day=figures.day(buffer.peak_day), total=figures.amount(total), parts=named)
    return _line("use", first, [more], figures)


def _day(result: Result, figures: Figures) -> Line:
    texts, asked, peak = figures.texts, asked_for(result), result.base.buffer.peak_day
    by = earliest([one.days for one in asked or _mix(result)])
    tightest = "" if peak is None else texts("request.day_tightest", day=peak)
    if peak is not None and _lacks(result):
        return _line("day", texts("request.day_gap", day=peak), [tightest], figures)
    if by.latest_notice_day is None:
        return _line("day", texts("request.day_standby" if asked else "request.day_none"), [tightest], figures)
    signing, start = figures.day(by.latest_signing_day), figures.day(by.latest_start_day)
    more = texts("request.day_more", signing=signing, start=start) if by.latest_signing_day else ""
    return _line("day", texts("request.day_answer", day=figures.day(by.latest_notice_day)), [more, tightest], figures)


def _term(result: Result, figures: Figures) -> Line:
    texts, facilities, best = figures.texts, _facilities(result), _recommended(result)
    if best is None or not best.mix:
        return _line("term", texts("amount.none"), [], figures)
    parts = asked_for(result) or best.mix
    terms = [_term_of(facilities[one.facility], figures) for one in parts]
    owed = best.schedule.weekly[-1].owed if best.schedule.weekly else None
    end = "" if owed is None else _owed_text(owed.mean, owed.p95, result, figures)
    answer = texts("request.term_answer", end=result.base.dates[-1], days=result.horizon_days)
    return _line("term", answer, [texts("language.list_comma").join(terms), end], figures)


def _owed_text(mean: float, high: float, result: Result, figures: Figures) -> str:
    end = result.base.dates[-1]
    if high < DEAD_ZONE:
        return figures.texts("request.term_repaid", end=end)
    return figures.texts("request.term_owed", end=end, mean=figures.amount(mean), high=figures.amount(high))


def _term_of(facility: Facility, figures: Figures) -> str:
    texts, label = figures.texts, figures.facility(facility.name)
    if facility.tenor_days is not None:
        way = texts.or_else(f"choices.{facility.repayment}", facility.repayment) if facility.kind == "term_loan" else ""
        days = texts("request.term_days", days=facility.tenor_days)
        return texts("request.term_part", name=label, term=texts("language.list_comma").join(filter(None, (days, way))))
    if facility.available_to is not None:
        return texts(
            "request.term_part", name=label, term=texts("request.term_to", day=figures.day(facility.available_to))
        )
    return texts("request.term_part", name=label, term=texts("request.term_any"))


def _cost(result: Result, figures: Figures) -> Line:
    best = _recommended(result)
    if best is None or not best.mix:
        return _line("cost", figures.texts("amount.none"), [], figures)
    limits = sum(map(limit_of, best.mix))
    return _line("cost", figures.amount(best.expected_cost), cost_text(best, limits, result, figures), figures)


def _repayment(result: Result, figures: Figures) -> Line:
    texts, base = figures.texts, result.base
    total = base.receipts_total
    channels = sorted(base.by_channel.items(), key=lambda one: -one[1].receipts_total.mean)[:LARGEST_CHANNELS]
    whole = total.mean or 1.0
    names = texts("language.list_comma").join(
        f"{result.channels[name].label} {figures.percent(one.receipts_total.mean / whole, 0)}" for name, one in channels
    )
    outstanding = sum(one.opening_outstanding for one in base.by_channel.values())
    more = [
        texts("request.repayment_more", end=base.dates[-1], low=figures.amount(total.p05), names=names),
        texts("request.repayment_open", as_of=result.as_of, amount=figures.amount(outstanding)),
    ]
    return _line("repayment", texts("request.repayment_answer", mean=figures.amount(total.mean)), more, figures)


def _worst(result: Result, figures: Figures) -> Line:
    """The worst scenario beside base, what its cash then does, and whether the facilities still carry it."""
    texts, worst = figures.texts, worst_scenario(result)
    if worst is None:
        return _line("worst", texts("request.worst_none"), [_base_short(result, figures)], figures)
    receipts = worst.receipts_total.mean
    change = receipts / result.base.receipts_total.mean - 1 if result.base.receipts_total.mean else 0.0
    more = [
        _gap_why("worst_why", worst, result, figures),
        texts(
            "request.worst_more",
            receipts=figures.amount(receipts),
            change=f"{change:+.0%}",
            lowest=figures.amount(worst.lowest_cash.amount),
            day=figures.day(worst.lowest_cash.day),
        ),
        _worst_financing(result, worst, figures),
        _also_failing(result, worst, figures),
        _base_short(result, figures),
    ]
    answer = texts("request.worst_answer", label=worst.label, gap=figures.amount(worst.buffer.funding_gap))
    return _line("worst", answer, more, figures)


def _worst_financing(result: Result, worst: ScenarioResult, figures: Figures) -> str:
    texts = figures.texts
    if worst.financing is None or not result.facilities:
        return ""
    best = worst.financing.recommended
    if not best.feasible:
        lacking = remedy_text(best.remedy, figures) if best.remedy is not None else ""
        short = texts("request.worst_fails", whose=_whose(result, figures))
        return texts("language.colon").join(filter(None, (short, lacking)))
    if not best.mix:
        return texts("request.worst_nothing")
    amounts = {"limits": sum(map(limit_of, best.mix)), "base": sum(map(limit_of, _mix(result)))}
    amounts |= {"peak": best.rates.peak_drawn, "cost": best.expected_cost}
    written = {name: figures.amount(amount) for name, amount in amounts.items()}
    confidence = figures.confidence(result.confidence)
    return texts("request.worst_holds", whose=_whose(result, figures), confidence=confidence, **written)


def _also_failing(result: Result, worst: ScenarioResult, figures: Figures) -> str:
    """The other scenarios that no mix carries, so that one that is not is never left out."""
    labels = other_labels(result, worst, figures) if result.facilities else ""
    return figures.texts("request.worst_others", labels=labels) if labels else ""


def _whose(result: Result, figures: Figures) -> str:
    """The facilities of the plan, with those that are signed already: the others are still to be agreed."""
    signed = [figures.facility(one.name) for one in result.facilities if one.signed]
    if not signed:
        return figures.texts("request.facilities_unsigned")
    return figures.texts("request.facilities_signed", names=figures.texts("language.list_comma").join(signed))


def _base_short(result: Result, figures: Figures) -> str:
    best = _recommended(result)
    if best is None:
        return ""
    chance = figures.percent(best.shortfall_probability, 1)
    minimum = figures.amount(result.minimum_balance)
    return figures.texts("request.worst_base", base=result.base.label, chance=chance, minimum=minimum)


def _paid(debt: ExistingDebt) -> float:
    """What old loans and drawn facilities take over the horizon, yuan."""
    return sum(one.paid for months in (debt.monthly, *(each.monthly for each in debt.facilities)) for one in months)


def _debt(result: Result, figures: Figures) -> Line:
    """What is owed already and what it takes: told though no facility is in the plan, or financing was not compared."""
    texts, financing = figures.texts, result.base.financing
    if financing is None:
        drawn = {one.name: one.drawn for one in result.facilities if one.drawn > 0}
        paid = sum(max(-amount, 0.0) for amount in result.other_flows.by_category.get(DEBT, ()))
    else:
        drawn = {one.facility: one.owed for one in financing.existing_debt.facilities}
        paid = _paid(financing.existing_debt)
    owed = sum(drawn.values())
    named = texts("language.list_comma").join(
        f"{figures.facility(name)} {figures.amount(amount)}" for name, amount in drawn.items()
    )
    service = texts("request.debt_paid", paid=figures.amount(paid), end=result.base.dates[-1]) if paid else ""
    answer = figures.amount(owed) if drawn else texts("request.debt_none" if not paid else "request.debt_flows")
    return _line("debt", answer, [named, service], figures)
