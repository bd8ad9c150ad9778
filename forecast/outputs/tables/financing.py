"""The tables on financing beside the options: what each costs and by when, covenants, what one more is worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.notes import note_text
from forecast.outputs.tables.run import Table, recommended_text, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.financing.covenants import CovenantCheck
    from forecast.financing.marginal import LimitWorth, SettlementWorth
    from forecast.financing.options import MixPart
    from forecast.outputs.figures import Figures
    from forecast.results.financing import FinancingShown, OptionShown, Recommended, RemedyShown
    from forecast.results.run import Result

    Costed = Recommended | MixPart | OptionShown

COSTS: tuple[tuple[str, Callable[[Figures, Costed], str]], ...] = (
    ("interest", lambda figures, one: figures.money(one.interest)),
    ("fees_financing", lambda figures, one: figures.money(one.fees)),
    ("cost_beyond_horizon", lambda figures, one: figures.money(one.cost_beyond_horizon)),
    ("compound_rate", lambda figures, one: figures.percent(one.rates.compound_rate)),
    ("simple_rate", lambda figures, one: figures.percent(one.rates.simple_rate)),
    ("cost_on_balance_rate", lambda figures, one: figures.percent(one.rates.cost_on_balance_rate)),
    ("mean_drawn", lambda figures, one: figures.money(one.rates.mean_drawn)),
    ("days_drawn", lambda figures, one: figures.days(one.rates.days_drawn)),
    ("latest_start_day", lambda figures, one: figures.day(one.days.latest_start_day)),
    ("latest_signing_day", lambda figures, one: figures.day(one.days.latest_signing_day)),
    ("latest_notice_day", lambda figures, one: figures.day(one.days.latest_notice_day)),
)
"""The columns after the facility: word, and figure as it is written."""

LIMIT_WORTH = ("facility", "limit_step", "limit_saving", "chance_saved", "limit_binding")
"""The columns of what a yuan more of each limit is worth."""


def costs(financing: FinancingShown, figures: Figures) -> Table:
    """Cost, rates, drawings and last days: the recommended mix, each of its parts, then each facility on its own."""
    texts, recommended = figures.texts, financing.recommended
    shown: list[tuple[str, Costed]] = [(recommended_text(recommended, figures), recommended)]
    if len(recommended.mix) > 1:
        shown += [(texts("words.part", name=figures.facility(part.facility)), part) for part in recommended.mix]
    shown += [(texts("words.alone", name=figures.facility(option.facility)), option) for option in financing.options]
    rows = [[name, *(figure(figures, one) for _, figure in COSTS)] for name, one in shown]
    heads = [texts("words.facility"), *(texts(f"words.{word}") for word, _ in COSTS)]
    return Table(heads, rows, strong_rows=(0,), caption=unit(figures) + texts("report.costs_caption"))


def covenants(financing: FinancingShown, figures: Figures) -> Table | None:
    """Each covenant of the plan with the recommended mix and with each facility alone; None where there is none."""
    rows = [
        [
            name,
            covenant_name(check, figures),
            _agreed(check, check.agreed, figures),
            _agreed(check, check.value, figures),
            figures.percent(check.chance_of_breach, 1),
            figures.day(check.day),
            figures.yes_no(check.kept),
        ]
        for name, check in covenant_checks(financing, figures)
    ]
    if not rows:
        return None
    words = ("option", "covenant", "agreed", "reached", "chance_of_breach", "breach_day", "kept")
    return Table([figures.texts(f"words.{word}") for word in words], rows, text_columns=(0, 1))


def covenant_checks(financing: FinancingShown, figures: Figures) -> list[tuple[str, CovenantCheck]]:
    """Option and covenant, the recommended mix first."""
    plans = [(figures.texts("words.recommended"), financing.recommended.covenants)]
    plans += [
        (figures.texts("words.alone", name=figures.facility(option.facility)), option.covenants)
        for option in financing.options
    ]
    return [(name, check) for name, checks in plans for check in checks]


def covenant_name(check: CovenantCheck, figures: Figures) -> str:
    """A covenant by its name in the plan's language."""
    return figures.texts.or_else(f"covenants.{check.covenant}", check.covenant)


def _agreed(check: CovenantCheck, value: float | None, figures: Figures) -> str:
    if value is None:
        return figures.texts("amount.none")
    return figures.percent(value, 1) if check.covenant == "maximum_utilisation" else f"{value:.4g}"


def marginal(result: Result, financing: FinancingShown, figures: Figures) -> list[Table]:
    """What a yuan more of each limit and a day of faster settlement are worth; nothing where it was not calculated."""
    found = financing.marginal
    if found is None:
        return []
    days = _settlement_worth(result, found.settlement_day, figures)
    return [_limit_worth(found.limits, figures), days] if found.limits else [days]


def _limit_worth(limits: Sequence[LimitWorth], figures: Figures) -> Table:
    rows = [
        [
            figures.facility(one.facility),
            figures.money(one.step),
            f"{one.saving_rate:+.5f}",
            figures.percent(one.shortfall_probability_saved, 2),
            figures.yes_no(one.binding),
        ]
        for one in limits
    ]
    heads = [figures.texts(f"words.{word}") for word in LIMIT_WORTH]
    return Table(heads, rows, caption=figures.texts("report.limits_caption"))


def _settlement_worth(result: Result, days: Sequence[SettlementWorth], figures: Figures) -> Table:
    texts = figures.texts
    rows = [
        [
            texts("words.channels_all") if one.channel is None else result.channels[one.channel].label,
            *map(figures.money, (one.buffer, one.funding_gap, one.expected_cost)),
        ]
        for one in days
    ]
    heads = [texts(f"words.{word}") for word in ("channel", "buffer", "funding_gap", "expected_cost")]
    return Table(heads, rows, strong_rows=(0,), caption=texts("report.settlement_caption", unit=figures.unit))


def remedy(financing: FinancingShown, figures: Figures) -> str:
    """What would make a mix hold that does not, in words; empty where it holds."""
    lacking = financing.recommended.remedy
    return "" if lacking is None else remedy_text(lacking, figures)


def remedy_text(found: RemedyShown, figures: Figures) -> str:
    """A remedy in words, facilities by the names that readers know."""
    lacking, named = found.lacking, figures.facility
    limits = [replace(one, facility=named(one.facility)) for one in lacking.extra_limits]
    days = [replace(one, facility=named(one.facility)) for one in lacking.days_earlier]
    told = replace(lacking, extra_limits=limits, days_earlier=days).notes
    return " ".join(note_text(note, figures.texts.language) for note in told)
