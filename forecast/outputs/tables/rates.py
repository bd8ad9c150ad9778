"""What a loan costs as disclosure asks for it: in money, a year on what is drawn, and where that is small, on limits.

A lender shows the yearly rate of all costs on the principal in use, simple or compound, and says which
(中国人民银行公告〔2021〕第 3 号). Fees on a limit are due though little is drawn; as a rate of that
little they mislead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table, unit

if TYPE_CHECKING:
    from forecast.financing.options import MixPart
    from forecast.outputs.figures import Figures
    from forecast.plan.facilities import Facility
    from forecast.results.financing import FinancingShown, Recommended
    from forecast.results.run import Result

SMALL = 0.1
"""Up to this share of a limit drawn on average, fees on the limit say little as a rate of what is drawn."""

YEAR = 365.0


def limit_of(part: MixPart) -> float:
    """What a part of a mix is arranged at, yuan; where its base alone bounds it, what is drawn of it at most."""
    return part.rates.peak_drawn if part.limit_used is None else part.limit_used


def misleading(one: Recommended | MixPart, limit: float) -> bool:
    """Whether the yearly rate on what is drawn misleads: mostly fees, and little drawn of the limit."""
    return one.fees > one.interest and one.rates.mean_drawn < SMALL * limit


def limit_rate(cost: float, limit: float, days: int) -> float | None:
    """A cost as a yearly rate (act/365) of a limit that is kept for so many days; None without a limit."""
    return cost * YEAR / days / limit if limit > 0 else None


def cost_text(best: Recommended, limit: float, result: Result, figures: Figures) -> list[str]:
    """What a cost is made of, and its rate: a year on what is drawn, on the limit where the other one would mislead."""
    texts = figures.texts
    more = [texts("rates.parts", interest=figures.amount(best.interest), fees=figures.amount(best.fees))]
    if best.cost_beyond_horizon > 0:
        more.append(texts("rates.beyond", amount=figures.amount(best.cost_beyond_horizon)))
    on_limit = figures.percent(limit_rate(best.expected_cost, limit, result.horizon_days))
    drawn = {"simple": figures.percent(best.rates.simple_rate), "compound": figures.percent(best.effective_annual_rate)}
    if misleading(best, limit):
        amounts = {"mean": figures.amount(best.rates.mean_drawn), "limit": figures.amount(limit)}
        return [*more, texts("rates.on_limit", rate=on_limit, **amounts), texts("rates.on_little", **drawn)]
    return [*more, texts("rates.on_drawn", **drawn)] if best.rates.simple_rate is not None else more


def disclosed(result: Result, financing: FinancingShown, figures: Figures) -> Table | None:
    """A row a facility of the recommended mix and one of all together; None where nothing is drawn or arranged."""
    texts, best, days = figures.texts, financing.recommended, result.horizon_days
    if not best.mix:
        return None
    terms = {one.name: one for one in result.facilities}
    limits = [limit_of(part) for part in best.mix]
    rows = [
        [
            figures.facility(part.facility),
            figures.percent(_contract_rate(terms[part.facility])),
            *_row(part, limit, days, figures),
        ]
        for part, limit in zip(best.mix, limits, strict=True)
    ]
    rows.append([texts("words.total"), "", *_row(best, sum(limits), days, figures)])
    words = ("facility", "contract_rate", "limit", "mean_drawn", "days_drawn", "interest", "fees", "cost")
    heads = [texts(f"rates.{word}") for word in (*words, "of_limit", "of_drawn", "of_drawn_compound")]
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=unit(figures) + texts("rates.caption"))


def _contract_rate(facility: Facility) -> float:
    """The yearly rate as agreed: interest, and a discount or ``YEAR`` times a fee by the day, which few kinds have."""
    return facility.annual_rate + facility.discount_rate + YEAR * facility.fee_per_day


def _row(one: Recommended | MixPart, limit: float, days: int, figures: Figures) -> list[str]:
    mark = figures.texts("rates.mark") if misleading(one, limit) else ""
    cost = one.interest + one.fees + one.cost_beyond_horizon
    amounts = (one.interest, one.fees, cost)
    on_drawn = (one.rates.simple_rate, one.rates.compound_rate)
    return [
        figures.money(limit),
        figures.money(one.rates.mean_drawn),
        figures.days(one.rates.days_drawn),
        *map(figures.money, amounts),
        figures.percent(limit_rate(cost, limit, days)),
        *(figures.percent(rate) + (mark if rate is not None else "") for rate in on_drawn),
    ]
