"""``scenarios.xlsx``: cover, inputs, dashboard, cash by week and day, collection, financing, comparison, checks.

Sheets stand in the order of use: what is typed, what comes of it, what was simulated, and last the workings. Sums,
differences, links and the cash corkscrew are live formulas that carry the engine's figure as cached value;
what follows from no formula (quantiles, buffer, cost) is a number. Every figure is that of ``result.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.readers import read_by_others
from forecast.outputs.workbook.buffer import fill_buffer
from forecast.outputs.workbook.by_day import Pick, fill_by_day
from forecast.outputs.workbook.checks import fill_checks, master_cell, nothing
from forecast.outputs.workbook.collection import fill_development
from forecast.outputs.workbook.compare import Links, fill_channels, fill_comparison
from forecast.outputs.workbook.cover import fill_cover
from forecast.outputs.workbook.data import fill_data
from forecast.outputs.workbook.financing import fill_costs, fill_financing
from forecast.outputs.workbook.front import fill_inputs, fill_notes
from forecast.outputs.workbook.live.carried import Standing, fill_carried
from forecast.outputs.workbook.live.dashboard import fill_dashboard
from forecast.outputs.workbook.live.days import in_order
from forecast.outputs.workbook.live.inputs import flow_lines
from forecast.outputs.workbook.live.model import (
    SHEETS,
    costs_shown,
    fill_model,
    fill_results,
    mark_live,
    mark_simulated,
    marks_shown,
    model_checks,
    results_of,
    scenario_labels,
)
from forecast.outputs.workbook.live.owed_before import owed_before_text
from forecast.outputs.workbook.live.recomputed import failing_shown, recomputed, words_shown
from forecast.outputs.workbook.live.typed_over import typed_over
from forecast.outputs.workbook.live.weeks import WEEKS, weeks_of
from forecast.outputs.workbook.loan_need import fill_loan_need
from forecast.outputs.workbook.playbook import playbook_sheets
from forecast.outputs.workbook.schedules import fill_schedules, has_schedules
from forecast.outputs.workbook.sheet import PROTECTED, Book, Sheet, new_book
from forecast.outputs.workbook.simulated import SUMMED, simulated_checks
from forecast.outputs.workbook.stress import stress_sheets
from forecast.outputs.workbook.tally import Tally
from forecast.outputs.workbook.worth import fill_worth, has_worth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from forecast.outputs.studies_beside import Studies
    from forecast.outputs.tables.sources import FileRead
    from forecast.outputs.workbook.checks import Check
    from forecast.outputs.workbook.live.carried import Origin
    from forecast.outputs.workbook.live.model import Model, Results
    from forecast.outputs.workbook.sheet import Group
    from forecast.results.live import Live
    from forecast.results.run import Result


@dataclass(frozen=True, slots=True)
class Kind:
    """A sheet's kind: the column of its master check, what it holds, and whether it prints upright."""

    master: int
    group: Group
    upright: bool = False


KINDS: Mapping[str, Kind] = {
    "about": Kind(3, "output", upright=True),
    "live_inputs": Kind(5, "input"),
    "live_levels": Kind(3, "input"),
    "inputs": Kind(5, "input", upright=True),
    "dashboard": Kind(5, "output"),
    "weeks": Kind(5, "output"),
    "live_days": Kind(6, "output"),
    "by_day": Kind(7, "output"),
    "live_receipts": Kind(6, "output"),
    "channels": Kind(6, "output"),
    "development": Kind(6, "output"),
    "financing": Kind(6, "output"),
    "schedules": Kind(6, "output"),
    "worth": Kind(6, "output"),
    "buffer": Kind(2, "output", upright=True),
    "comparison": Kind(6, "output"),
    "loan_need": Kind(2, "output", upright=True),
    "notes": Kind(3, "output"),
    "checks": Kind(4, "check"),
    "live_kernels": Kind(6, "working"),
    "data": Kind(7, "working"),
}
"""All sheets in their order."""

PLAIN: Mapping[str, Callable[[Sheet, Result], None]] = {
    "development": fill_development,
    "schedules": fill_schedules,
    "worth": fill_worth,
}
"""The sheets that rest on no other."""

SIMULATED = (
    "by_day",
    "channels",
    "development",
    "financing",
    "schedules",
    "worth",
    "buffer",
    "comparison",
    "loan_need",
    "data",
)
"""The sheets whose figures are of the inputs as delivered."""


AFTER_STUDIES = "notes"
"""The sheet before which those of studies stand."""
FINANCING, CHECKS = "financing", "checks"
"""The sheets that are filled in two steps: the second rests on what stands on all others."""
ABOVE_HEADS = 2
"""The row of a study's sheet that is free."""

RECALCULATED = ("live_inputs", "dashboard", "weeks", "live_days", "live_receipts")
"""The sheets whose figures move with the inputs."""


def write_workbook(
    path: Path,
    result: Result,
    live: Live | None = None,
    origin: Origin | None = None,
    sources: Sequence[FileRead] = (),
    studies: Studies | None = None,
) -> None:
    """Writes the workbook of a rounded result (see ``records.rounded``) to ``path``.

    With a ``live`` model its sheets recalculate from inputs; the others show what was simulated. With its ``origin``
    what is edited there can be read back. ``sources`` are the files that the cover names with their hashes; ``studies``
    of the same forecast add sheets of their own.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    figures = Figures.of(result)
    result = read_by_others(result, figures)
    with new_book(path, figures) as book:
        book.describe(book.texts("about.title", merchant=result.merchant.name), result.version, result.as_of)
        sheets, studied = _sheets(book, result, live, studies)
        labels = scenario_labels(result, book.texts("live.free"))
        model = _fill(sheets, studied, result, live, labels)
        if live is not None and model is not None and origin is not None:
            _carry(book, Standing(live, model.inputs, model.levels, labels, flow_lines(live, result)), result, origin)
        if model is not None:
            for sheet in studied:
                mark_simulated(sheet, model, ABOVE_HEADS)
        cover, *others = sheets.values()
        last = list(sheets).index(AFTER_STUDIES) - 1
        left_out = [] if studies is None else studies.left_out(book.texts)
        fill_cover(cover, result, [*others[:last], *studied, *others[last:]], sources, left_out)
        cover.worksheet.activate()


def _studied(book: Book, studies: Studies | None) -> list[Sheet]:
    """The sheets of a stress test and of an emergency plan, where there are any."""
    found: list[Sheet] = []
    if studies is not None and studies.stress is not None:
        found += stress_sheets(book, studies.stress)
    if studies is not None and studies.playbook is not None:
        found += playbook_sheets(book, studies.playbook)
    for sheet in found:
        sheet.worksheet.protect("", PROTECTED)
    return found


def _sheets(
    book: Book, result: Result, live: Live | None, studies: Studies | None
) -> tuple[dict[str, Sheet], list[Sheet]]:
    """All sheets in their order with their titles, still empty, by what they show; and those of studies, filled."""
    wanted = {
        "schedules": has_schedules(result),
        "worth": has_worth(result),
        "loan_need": result.loan_need is not None,
        **dict.fromkeys(SHEETS, live is not None),
    }
    found, studied = dict[str, Sheet](), list[Sheet]()
    for name in KINDS:
        if name == AFTER_STUDIES:
            studied = _studied(book, studies)
        if wanted.get(name, True):
            found[name] = _sheet(book, result, name)
    return found, studied


def _sheet(book: Book, result: Result, name: str) -> Sheet:
    kind = KINDS[name]
    title = book.texts(
        "about.title" if name == "about" else f"sheet.{name}_title",
        merchant=result.merchant.name,
        currency=result.currency,
        scenario=result.base.label,
        weeks=min(WEEKS, len(weeks_of(result.base.dates))),
        days=result.horizon_days,
    )
    sheet_name = book.sheet_name(book.texts(f"sheets.{name}"))
    sheet = Sheet(book, sheet_name, title, landscape=not kind.upright, group=kind.group, protected=True)
    sheet.tally = Tally() if name in SUMMED else None
    return sheet


def _carry(book: Book, standing: Standing, result: Result, origin: Origin) -> None:
    """Adds what the way back needs."""
    sheet = Sheet(book, book.sheet_name(book.texts("sheets.carried")), book.texts("sheet.carried_title"))
    fill_carried(sheet, standing, result, origin)


def _fill(
    sheets: Mapping[str, Sheet], studied: Sequence[Sheet], result: Result, live: Live | None, labels: Sequence[str]
) -> Model | None:
    """Fills all sheets but the cover; gives the live model, if there is one."""
    model = None if live is None else fill_model(sheets, live, result, labels)
    inputs = fill_inputs(sheets["inputs"], result)
    data = fill_data(sheets["data"], result, labels[:-1])
    pick = Pick("1" if model is None else model.inputs.chosen, labels[0])
    by_day, compared = sheets["by_day"], sheets["comparison"]
    checks = fill_by_day(by_day, result, data, pick)
    links = Links(inputs, data, fill_channels(sheets["channels"], result), fill_financing(sheets[FINANCING], result))
    for name, fill in PLAIN.items():
        if name in sheets:
            fill(sheets[name], result)
    checks += fill_buffer(sheets["buffer"], result, inputs)
    if result.loan_need:
        checks += fill_loan_need(sheets["loan_need"], result, result.loan_need, inputs)
    fill_comparison(compared, result, links)
    summed = [sheets[name] for name in SUMMED if name in sheets]
    checks += simulated_checks(by_day, compared, summed, data, pick, list(result.scenarios).index("base"))
    fill_notes(sheets["notes"], result.notes)
    _check(sheets, studied, result, live, model, links, checks)
    return model


def _costs_beside(sheet: Sheet, found: Results) -> list[Check]:
    """Writes both costs above the table of financing; gives the check of what is shown."""
    costs = costs_shown(found)
    apart = [f"({cell}<>{one[1]})*1" for cell, one in zip(fill_costs(sheet, costs), costs, strict=True)]
    return [nothing("financing_costs", apart, exact=True)] if apart else []


def _check(
    sheets: Mapping[str, Sheet],
    studied: Sequence[Sheet],
    result: Result,
    live: Live | None,
    model: Model | None,
    links: Links,
    checks: Sequence[Check],
) -> None:
    """The checks, what rests on their number, and the master check on every sheet."""
    of_checks = sheets[CHECKS]
    if live is None or model is None:
        checked = fill_checks(of_checks, result, links, checks)
    else:
        dashboard, found = sheets["dashboard"], results_of(model, live, result)
        simulated, recalculated = (
            [sheets[name] for name in names if name in sheets] for names in (SIMULATED, RECALCULATED)
        )
        more = [
            *model_checks(model, live, result),
            *recomputed(model, found, dashboard),
            *typed_over(model, live, result, in_order(result)),
            words_shown(model, found, dashboard),
            *_costs_beside(sheets[FINANCING], found),
            marks_shown(model, recalculated, simulated, [(sheet, ABOVE_HEADS) for sheet in studied]),
        ]
        checked = fill_checks(of_checks, result, links, [*checks, *more], failing_shown(found, dashboard))
        shown = fill_results(model, live, result, checked.count, checked.failing)
        before = owed_before_text(result, dashboard.book.figures, brief=True)
        fill_dashboard(dashboard, model.days, model.weeks, shown, model.scenario(live, result), before)
        for sheet in simulated:
            mark_simulated(sheet, model)
        for sheet in recalculated:
            mark_live(sheet)
    link = f"={master_cell(of_checks)}"
    for name, sheet in sheets.items():
        if sheet is not of_checks:
            sheet.master_check(KINDS[name].master, link, checked.master)
