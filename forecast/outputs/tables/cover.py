"""Debt service cover by month: what operations bring beside what loans there already and the recommended mix take.

DSCR = (receipts + other operating flows) ÷ (interest + scheduled principal). Flows of category ``debt`` are no
operating flows; those that go out are debt service. Principal that receivables or a surplus repay is not scheduled; a
second ratio counts it, and fees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE
from forecast.outputs.tables.run import Table, unit
from forecast.outputs.tables.schedules import span_text
from forecast.plan.facilities import BORROWED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.financing.options import MixPart
    from forecast.financing.schedules import Period, Span
    from forecast.outputs.figures import Figures
    from forecast.plan.facilities import Facility
    from forecast.results.financing import FinancingShown
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

DEBT = "debt"
"""The category of the plan's other flows that are loans beside the facilities."""

LARGEST_RATIO = 100.0
"""A cover above it is told as such."""

SCHEDULED = ("term_loan", "inventory", "owner_loan")
"""The kinds whose principal falls due on days of its own, where a tenor says so."""

LOANS = (*BORROWED, "owner_loan", "factoring")
"""The kinds that are debt."""


@dataclass(frozen=True, slots=True)
class Service:
    """What loans take by month, yuan: those there already, then the recommended mix's debt by its parts."""

    existing: list[float]
    interest: list[float]
    scheduled: list[float]
    fees: list[float]
    other: list[float]

    @property
    def due(self) -> list[float]:
        """What the ratio counts."""
        return _added(self.existing, self.interest, self.scheduled)

    @property
    def every(self) -> list[float]:
        """All that is paid to lenders."""
        return _added(self.due, self.fees, self.other)


def debt_service(result: Result, scenario: ScenarioResult, figures: Figures) -> Table | None:
    """A column a month and one of the horizon; None where nothing is owed, drawn or paid."""
    financing = scenario.financing
    if financing is None or not financing.recommended.schedule.monthly:
        return None
    spans, texts = [one.span for one in financing.recommended.schedule.monthly], figures.texts
    service = service_of(result, financing)
    if sum(service.every) < DEAD_ZONE:
        return None
    receipts, flows = _operating(result, scenario, spans)
    cash = _added(receipts, flows)
    amounts = {"receipts": receipts, "flows": flows, "cash": cash, "existing": service.existing}
    amounts |= {"interest": service.interest, "scheduled": service.scheduled, "service": service.due}
    more = {"fees": service.fees, "other": service.other}
    rows = [
        *_rows(amounts, figures),
        [texts("cover.dscr"), *_ratios(cash, service.due, figures)],
        *_rows(more, figures),
        [texts("cover.with_all"), *_ratios(cash, service.every, figures)],
    ]
    heads = [texts("words.item"), *(span_text(span, figures) for span in spans), texts("words.total")]
    return Table(heads, rows, strong_rows=(2, 6, 7), caption=unit(figures) + texts("cover.caption"))


def service_of(result: Result, financing: FinancingShown) -> Service:
    """What loans take by month; a facility that is drawn and no part of the mix is debt there already."""
    facilities, mix = {one.name: one for one in result.facilities}, financing.recommended.mix
    months = len(financing.recommended.schedule.monthly)
    parts = [one for one in mix if _is_debt(facilities[one.facility])]
    named = {one.facility for one in mix}
    beside = [one.monthly for one in financing.existing_debt.facilities if one.facility not in named]
    debt = [[one.paid for one in flows] for flows in [financing.existing_debt.monthly, *beside] if flows]

    def summed(amount: Callable[[MixPart, Period], float]) -> list[float]:
        return _added([0.0] * months, *([amount(part, one) for one in part.schedule.monthly] for part in parts))

    def by_contract(part: MixPart) -> bool:
        facility = facilities[part.facility]
        return facility.kind in SCHEDULED and facility.tenor_days is not None

    return Service(
        existing=_added([0.0] * months, *debt),
        interest=summed(lambda _, one: one.interest_paid),
        scheduled=summed(lambda part, one: one.repaid if by_contract(part) else 0.0),
        fees=summed(lambda _, one: one.fees_paid),
        other=summed(lambda part, one: 0.0 if by_contract(part) else one.repaid),
    )


def _is_debt(facility: Facility) -> bool:
    return facility.kind in LOANS and facility.recourse


def _added(*rows: Sequence[float]) -> list[float]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _rows(amounts: Mapping[str, Sequence[float]], figures: Figures) -> list[list[str]]:
    return [[figures.texts(f"cover.{name}"), *map(figures.money, [*row, sum(row)])] for name, row in amounts.items()]


def _operating(result: Result, scenario: ScenarioResult, spans: Sequence[Span]) -> tuple[list[float], list[float]]:
    """Receipts by month, and all other flows but those of debt."""
    days = len(scenario.dates)
    debt = result.other_flows.by_category.get(DEBT, [0.0] * days)
    paid = [sum(column) for column in zip(*(one.mean for one in scenario.costs.values()), strict=True)] or [0.0] * days
    other = result.cash_of(scenario).other_flows
    flows = [one - owed - cost for one, owed, cost in zip(other, debt, paid, strict=True)]
    return _by_span(scenario.receipts.mean, scenario.dates, spans), _by_span(flows, scenario.dates, spans)


def _by_span(amounts: Sequence[float], dates: Sequence[str], spans: Sequence[Span]) -> list[float]:
    return [
        sum(amount for day, amount in zip(dates, amounts, strict=True) if str(span.first) <= day <= str(span.last))
        for span in spans
    ]


def _ratios(cash: Sequence[float], service: Sequence[float], figures: Figures) -> list[str]:
    return [_ratio(have, due, figures) for have, due in [*zip(cash, service, strict=True), (sum(cash), sum(service))]]


def _ratio(have: float, due: float, figures: Figures) -> str:
    """A ratio; below nothing it has no size that means anything, and above a hundred none that is of use."""
    if due < DEAD_ZONE:
        return figures.texts("amount.none")
    if have < 0:
        return "< 0"
    return f"> {LARGEST_RATIO:.0f}" if have > LARGEST_RATIO * due else f"{have / due:,.2f}"
