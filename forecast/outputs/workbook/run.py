"""``scenarios.xlsx``: inputs, scenarios by day, comparison, collection, financing, notes, checks; read as it is.

Sums, differences, links and the cash corkscrew are live formulas that carry the engine's figure as cached value;
what follows from no formula (quantiles, buffer, cost) is a number. Every figure is that of ``result.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.workbook.buffer import fill_buffer
from forecast.outputs.workbook.checks import fill_checks, master_cell
from forecast.outputs.workbook.collection import fill_development
from forecast.outputs.workbook.compare import Links, fill_channels, fill_comparison
from forecast.outputs.workbook.financing import fill_financing
from forecast.outputs.workbook.front import fill_about, fill_inputs, fill_notes
from forecast.outputs.workbook.live.carried import Standing, fill_carried
from forecast.outputs.workbook.live.inputs import flow_lines
from forecast.outputs.workbook.live.model import (
    SHEETS,
    fill_model,
    fill_results,
    mark_simulated,
    model_checks,
    scenario_labels,
)
from forecast.outputs.workbook.loan_need import fill_loan_need
from forecast.outputs.workbook.scenario import fill_scenario
from forecast.outputs.workbook.schedules import fill_schedules, has_schedules
from forecast.outputs.workbook.sheet import Book, Sheet, new_book
from forecast.outputs.workbook.worth import fill_worth, has_worth
from forecast.results.inputs import warnings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.outputs.workbook.live.carried import Origin
    from forecast.outputs.workbook.live.model import Model
    from forecast.results.live import Live
    from forecast.results.run import Result

MASTER_COLUMNS = {
    "about": 3,
    "live_inputs": 5,
    "live_levels": 3,
    "live_days": 6,
    "live_receipts": 6,
    "live_kernels": 6,
    "inputs": 5,
    "comparison": 6,
    "channels": 6,
    "development": 6,
    "buffer": 2,
    "financing": 6,
    "schedules": 6,
    "worth": 6,
    "loan_need": 2,
    "notes": 3,
}
"""The sheets but for scenarios and checks, in their order, each with the column of the master check."""

SIMULATED = ("comparison", "channels", "development", "buffer", "financing", "schedules", "worth", "loan_need")
"""The sheets whose figures are of the inputs as delivered."""

SCENARIO_MASTER = 6
"""That column in a scenario's sheet."""

UPRIGHT = frozenset({"about", "inputs", "buffer", "loan_need"})
"""The sheets that print upright."""

LAST = ("notes", "checks")
"""The sheets behind the scenarios."""


def write_workbook(path: Path, result: Result, live: Live | None = None, origin: Origin | None = None) -> None:
    """Writes the workbook of a rounded result (see ``records.rounded``) to ``path``.

    With a ``live`` model its first sheets recalculate from inputs; the others show what was simulated. With its
    ``origin`` what is edited there can be read back.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    with new_book(path, Figures.of(result)) as book:
        book.describe(book.texts("about.title", merchant=result.merchant.name), result.version, result.as_of)
        sheets, scenarios = _sheets(book, result, live)
        model = _fill(sheets, scenarios, result, live)
        if live is not None and model is not None and origin is not None:
            _carry(book, live, model, result, origin)
        sheets["about" if warnings(result.notes) else "comparison"].worksheet.activate()


def _sheets(book: Book, result: Result, live: Live | None) -> tuple[dict[str, Sheet], dict[str, Sheet]]:
    """All sheets in their order with their titles, still empty: by what they show, and by scenario."""
    wanted = {
        "schedules": has_schedules(result),
        "worth": has_worth(result),
        "loan_need": result.loan_need is not None,
        **dict.fromkeys(SHEETS, live is not None),
    }
    front = [name for name in MASTER_COLUMNS if name not in LAST and wanted.get(name, True)]
    names = {name: book.sheet_name(book.texts(f"sheets.{name}")) for name in (*front, *LAST)}
    sheets = {name: _sheet(book, result, name, names[name]) for name in front}
    scenarios = {
        name: Sheet(
            book,
            book.sheet_name(scenario.label),
            book.texts("sheet.daily_title", scenario=scenario.label, currency=result.currency),
        )
        for name, scenario in result.scenarios.items()
    }
    return sheets | {name: _sheet(book, result, name, names[name]) for name in LAST}, scenarios


def _sheet(book: Book, result: Result, name: str, sheet_name: str) -> Sheet:
    title = book.texts(
        "about.title" if name == "about" else f"sheet.{name}_title",
        merchant=result.merchant.name,
        currency=result.currency,
        scenario=result.base.label,
    )
    return Sheet(book, sheet_name, title, landscape=name not in UPRIGHT)


def _carry(book: Book, live: Live, model: Model, result: Result, origin: Origin) -> None:
    """Adds what the way back needs."""
    title = book.texts("sheet.carried_title")
    sheet = Sheet(book, book.sheet_name(book.texts("sheets.carried")), title)
    labels = scenario_labels(live, result, book.texts("live.free"))
    standing = Standing(live, model.inputs, model.levels, labels, flow_lines(live, result))
    fill_carried(sheet, standing, result, origin)


def _fill(
    sheets: Mapping[str, Sheet], scenarios: Mapping[str, Sheet], result: Result, live: Live | None
) -> Model | None:
    """Fills all sheets; gives the live model, if there is one."""
    inputs = fill_inputs(sheets["inputs"], result)
    links = Links(
        inputs,
        {name: fill_scenario(scenarios[name], one, result, inputs) for name, one in result.scenarios.items()},
        fill_channels(sheets["channels"], result),
        fill_financing(sheets["financing"], result),
    )
    fill_development(sheets["development"], result)
    checks = fill_buffer(sheets["buffer"], result, inputs)
    if "schedules" in sheets:
        fill_schedules(sheets["schedules"], result)
    if "worth" in sheets:
        fill_worth(sheets["worth"], result)
    if result.loan_need:
        checks += fill_loan_need(sheets["loan_need"], result, result.loan_need, inputs)
    fill_comparison(sheets["comparison"], result, links)
    fill_notes(sheets["notes"], result.notes)
    fill_about(sheets["about"], result, [sheet.name for sheet in _listed(sheets, scenarios)])
    model = None if live is None else fill_model(sheets, live, result)
    if live is not None and model is not None:
        checks += model_checks(model, live, result)
    checked = fill_checks(sheets["checks"], result, links, checks)
    if live is not None and model is not None:
        fill_results(model, live, result, checked.count, checked.failing)
        _mark(sheets, scenarios)
    _master_checks(sheets, scenarios, checked.master)
    return model


def _mark(sheets: Mapping[str, Sheet], scenarios: Mapping[str, Sheet]) -> None:
    """Says on each sheet of simulated figures which inputs they are of."""
    for sheet in (*(sheets[name] for name in SIMULATED if name in sheets), *scenarios.values()):
        mark_simulated(sheet)


def _master_checks(sheets: Mapping[str, Sheet], scenarios: Mapping[str, Sheet], master: str) -> None:
    """The master check on every sheet."""
    link = f"={master_cell(sheets['checks'])}"
    for name, column in MASTER_COLUMNS.items():
        if name in sheets:
            sheets[name].master_check(column, link, master)
    for sheet in scenarios.values():
        sheet.master_check(SCENARIO_MASTER, link, master)


def _listed(sheets: Mapping[str, Sheet], scenarios: Mapping[str, Sheet]) -> list[Sheet]:
    """The sheets that the first one lists, in their order."""
    front = [sheet for name, sheet in sheets.items() if name not in {"about", *LAST}]
    return [*front, *scenarios.values(), *(sheets[name] for name in LAST)]
