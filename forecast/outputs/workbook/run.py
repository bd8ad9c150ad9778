"""``scenarios.xlsx``: inputs, scenarios by day, comparison, collection, financing, notes, checks; read as it is.

Sums, differences, links and the cash corkscrew are live formulas that carry the engine's figure as cached value;
what follows from no formula (quantiles, buffer, cost) is a number. Every figure is that of ``result.json``.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import xlsxwriter

from forecast.outputs.figures import Figures
from forecast.outputs.workbook.buffer import fill_buffer
from forecast.outputs.workbook.checks import fill_checks, master_cell
from forecast.outputs.workbook.collection import fill_development
from forecast.outputs.workbook.compare import fill_channels, fill_comparison, fill_financing
from forecast.outputs.workbook.front import fill_about, fill_inputs, fill_notes
from forecast.outputs.workbook.loan_need import fill_loan_need
from forecast.outputs.workbook.scenario import fill_scenario
from forecast.outputs.workbook.sheet import Book, Sheet
from forecast.outputs.workbook.worth import fill_worth, has_worth

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A user's text stays text, whatever it starts with."""

MASTER_COLUMNS = {
    "about": 3,
    "inputs": 5,
    "comparison": 6,
    "channels": 6,
    "development": 6,
    "financing": 6,
    "worth": 6,
    "buffer": 2,
    "loan_need": 2,
    "notes": 3,
}
"""In which column a sheet shows the master check; in a scenario's sheet in SCENARIO_MASTER."""

SCENARIO_MASTER = 6


def write_workbook(path: Path, result: Mapping[str, Any]) -> None:
    """Writes the workbook of a rounded result (see ``plain``) to ``path``.

    Raises:
        ValueError: a cell cannot be written as it is.
        OSError: the file cannot be written.
    """
    workbook = xlsxwriter.Workbook(str(path), OPTIONS)
    try:
        _fill(workbook, result)
    finally:
        workbook.close()


def _fill(workbook: xlsxwriter.Workbook, result: Mapping[str, Any]) -> None:
    book = Book(workbook, Figures.of(result))
    _describe(workbook, book, result)
    currency = result["currency"]
    front = ["about", "inputs", "comparison", "channels", "development", "buffer", "financing"]
    if has_worth(result):
        front.append("worth")
    if result.get("loan_need"):
        front.append("loan_need")
    in_money = [name for name in front if name not in {"about", "inputs", "buffer"}]
    titles = {
        "about": book.texts("about.title", merchant=result["merchant"]["name"]),
        "inputs": book.texts("sheet.inputs_title"),
        "buffer": book.texts("sheet.buffer_title", scenario=result["scenarios"]["base"]["label"], currency=currency),
        "notes": book.texts("sheet.notes_title"),
        "checks": book.texts("sheet.checks_title"),
    } | {name: book.texts(f"sheet.{name}_title", currency=currency) for name in in_money}
    names = {name: book.sheet_name(book.texts(f"sheets.{name}")) for name in titles}
    upright = {"about", "inputs", "buffer", "loan_need"}
    sheets = {name: Sheet(book, names[name], titles[name], landscape=name not in upright) for name in front}
    scenarios = {
        name: Sheet(
            book,
            book.sheet_name(scenario["label"]),
            book.texts("sheet.daily_title", scenario=scenario["label"], currency=currency),
        )
        for name, scenario in result["scenarios"].items()
    }
    sheets |= {name: Sheet(book, names[name], titles[name]) for name in ("notes", "checks")}

    inputs = fill_inputs(sheets["inputs"], result)
    cells = {
        name: fill_scenario(scenarios[name], scenario, result, inputs) for name, scenario in result["scenarios"].items()
    }
    channels = (sheets["channels"], fill_channels(sheets["channels"], result))
    financing = (sheets["financing"], fill_financing(sheets["financing"], result))
    fill_development(sheets["development"], result)
    more = fill_buffer(sheets["buffer"], result, inputs)
    if "worth" in sheets:
        fill_worth(sheets["worth"], result)
    if "loan_need" in sheets:
        more |= fill_loan_need(sheets["loan_need"], result, inputs)
    fill_comparison(sheets["comparison"], result, inputs, cells, channels, financing)
    fill_notes(sheets["notes"], result)
    listed = [*(names[name] for name in front[1:]), *(sheet.name for sheet in scenarios.values())]
    fill_about(sheets["about"], result, [*listed, names["notes"], names["checks"]])
    master = fill_checks(sheets["checks"], result, cells, channels, more)
    link = f"={master_cell(sheets['checks'])}"
    for name, column in MASTER_COLUMNS.items():
        if name not in sheets:
            continue
        sheets[name].master_check(column, link, master)
    for sheet in scenarios.values():
        sheet.master_check(SCENARIO_MASTER, link, master)
    sheets["comparison"].worksheet.activate()


def _describe(workbook: xlsxwriter.Workbook, book: Book, result: Mapping[str, Any]) -> None:
    """The file's own properties, dated by the as-of date: the same result gives the same file."""
    created = dt.datetime.fromisoformat(result["as_of"])
    title = book.texts("about.title", merchant=result["merchant"]["name"])
    workbook.set_properties({"title": title, "author": f"forecast {result['version']}", "created": created})
    workbook.set_calc_mode("auto")
