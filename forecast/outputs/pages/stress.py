"""``stress.html``: what moves the cash, what breaks it and what would help, as key figures, charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.charts import stress as charts
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import Card, Section, StudyPage, below_its_title, filled
from forecast.outputs.readers import for_readers, named
from forecast.outputs.tables import stress as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import Facility
    from forecast.results.stress import StressResult

METHOD = ("scenarios", "ranges", "reverse", "likelihood", "fixes", "frontier")
"""The lines of the method in short."""


def stress_html(result: StressResult, facilities: Sequence[Facility] = ()) -> str:
    """The whole page of a stress test, in the result's language; ``facilities`` are the plan's, for their names."""
    return filled("study.html.j2", stress_page(result, facilities), Figures.of(result).texts)


def stress_page(result: StressResult, facilities: Sequence[Facility] = ()) -> StudyPage:
    """All that the page says and draws."""
    figures, labels = named(result, facilities), {name: one.label for name, one in result.scenarios.items()}
    texts = figures.texts
    figured: tuple[tables.GridFigure, ...] = ("buffer", "receipts", "cost")
    grids = [below_its_title(tables.grid(result, one, figures)) for one in figured]
    return StudyPage(
        title=texts("stress.title", merchant=result.merchant.name),
        subtitle=texts(
            "stress.subtitle",
            days=result.horizon_days,
            as_of=result.as_of,
            paths=f"{result.paths:,}",
            seed=result.seed,
        ),
        cards=cards(result, figures),
        charts={
            "tornado": charts.tornado(result, figures),
            "grid": charts.heat_map(result, figures),
            "frontier": charts.frontier(result, figures),
        },
        sections=[
            Section(texts("stress.reverse"), tables=[below_its_title(tables.reverse(result, figures))]),
            Section(
                texts("stress.sensitivities"),
                [("tornado", texts("stress.sensitivities"))],
                tables=[below_its_title(tables.tornado(result, figures, bars=False))],
            ),
            Section(texts("stress.grid"), [("grid", texts("stress.grid"))], tables=grids),
            Section(texts("stress.scenarios"), tables=[below_its_title(tables.scenarios(result, figures))]),
            Section(texts("stress.fixes"), tables=[below_its_title(tables.fixes(result, figures))]),
            Section(
                texts("stress.frontier"),
                [("frontier", tables.frontier_answer(result, figures))],
                tables=[below_its_title(tables.frontier(result, figures))],
            ),
        ],
        notes=for_readers(result.notes, figures, labels),
        method=[texts(f"stress.methods.{line}") for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def cards(result: StressResult, figures: Figures) -> list[Card]:
    """What breaks the plan first, what moves its buffer most, the best fix, and the cheapest shift."""
    texts, base = figures.texts, result.base.buffer
    breaks = tables.first_to_break(result)
    found = [
        Card(
            texts("stress.card_breaks"),
            texts("stress.nothing_breaks") if breaks is None else tables.what(breaks.key, result, figures),
            [] if breaks is None else [breaks.text],
        )
    ]
    if result.sensitivities:
        most = result.sensitivities[0]
        swung = texts("stress.swing", amount=figures.amount(tables.swing(most, base)))
        found.append(Card(texts("stress.card_moves"), tables.what(most.key, result, figures), [swung]))
    if result.fixes:
        best = result.fixes[0]
        by = tables.level(best.key, best.change, figures, change=True)
        lines = [tables.what(best.key, result, figures), f"{texts('stress.change')}{texts('language.colon')}{by}"]
        found.append(Card(texts("stress.card_fix"), figures.amount(best.total_a_year), lines))
    if result.frontier and result.buffer_wanted is not None:
        cheapest = next((one for one in result.frontier if one.recommended), None)
        figure = texts("amount.none") if cheapest is None else figures.amount(cheapest.cost)
        found.append(Card(texts("stress.card_shift"), figure, [tables.frontier_answer(result, figures)]))
    return found
