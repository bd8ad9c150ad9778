"""What a workbook carries for its way back: of which plan it is, what each input was, and where it stands.

It stands on a hidden sheet, a fact or an input a row, told by the first cell. References to the cells of scenarios and
of payments are formulas, so that they stay right where rows or columns are put in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW
from forecast.plan.edits import InputKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.workbook.live.inputs import InputCells
    from forecast.outputs.workbook.live.levels import LevelCells
    from forecast.outputs.workbook.sheet import Sheet
    from forecast.plan.edits import Edits
    from forecast.results.live import Live
    from forecast.results.run import Result

FORMAT = 1
"""The version of the sheet's form."""

NAME = "meta_format"
"""The defined name by which the sheet is found."""

CHOSEN = "in_scenario"
"""The defined name of the cell that chooses the scenario."""

FACTS = ("format", "version", "as_of", "plan", "sources")
"""The first rows, a fact each in the second column."""

SCENARIOS, LABELS, MADE, EDIT, INPUT, OF_SCENARIO, PAID = (
    *("scenarios", "labels", "made", "edit", "input", "of_scenario", "payment"),
)
"""What the other rows tell: see ``_rows``."""

ANY = "General"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a workbook was made from: hashes of the plan's file and of all else that was read, and what was edited.

    A hash is empty where there is none, as of a server's database: see ``manifest.Inputs.identity``.
    """

    plan: str
    sources: str
    edits: Edits | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A formula that is a mere reference to a cell, with the value there."""

    cell: str
    value: float


Cell = str | float | Reference


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the inputs of a workbook stand, and what they are."""

    live: Live
    inputs: InputCells
    levels: LevelCells
    labels: Sequence[str]
    payments: Sequence[tuple[str, int, float]]


def fill_carried(sheet: Sheet, standing: Standing, result: Result, origin: Origin) -> None:
    """Writes the hidden sheet."""
    facts: Sequence[Cell] = (FORMAT, result.version, result.as_of, origin.plan, origin.sources)
    rows: list[Sequence[Cell]] = [*zip(FACTS, facts, strict=True), *_rows(standing, origin)]
    for row, cells in enumerate(rows, FIRST_ROW):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                sheet.text(row, column, value, wrap=False)
            elif isinstance(value, Reference):
                sheet.formula(row, column, f"={value.cell}", value.value, "formula", ANY)
            else:
                sheet.number(row, column, value, "engine", ANY)
    if sheet.book.workbook.define_name(NAME, f"={sheet.cell(FIRST_ROW, 1)}"):
        raise ValueError(f"{NAME} is no name that a spreadsheet takes")
    sheet.worksheet.hide()


def _rows(standing: Standing, origin: Origin) -> Iterator[Sequence[Cell]]:
    """Scenarios and labels; earlier edits; inputs as typed; inputs by scenario, delivered and where; payments."""
    live, inputs = standing.live, standing.inputs
    yield (SCENARIOS, *live.scenarios)
    yield (LABELS, *standing.labels)
    if origin.edits is not None:
        yield from ((MADE, name, label) for name, label in origin.edits.made.items())
        yield from (
            (EDIT, one.scenario, *_written(one.input), one.was, one.now, one.cell) for one in origin.edits.edits
        )
    keys = _keys(inputs)
    for key, row in zip(keys, inputs.rows, strict=True):
        yield (INPUT, *_written(key), row.name, row.values[0])
    for key, row in zip(keys, inputs.rows, strict=True):
        places = ((standing.levels.cell(row.name, place), value) for place, value in enumerate(row.values))
        yield (
            OF_SCENARIO,
            *_written(key),
            *(part for cell, value in places for part in (value, Reference(cell, value))),
        )
    categories = list(live.flows)
    for place, (day, number, amount) in enumerate(standing.payments):
        key = InputKey(PAID, categories[number - 1], day=day)
        yield (PAID, *_written(key), amount, Reference(inputs.amount(place), amount))


def _written(key: InputKey) -> tuple[str, str, float, str]:
    return key.key, key.own, float(key.place), key.day


def _keys(inputs: InputCells) -> list[InputKey]:
    """The inputs' keys; costs by their place in the plan, as two may be of one category."""
    found: list[InputKey] = []
    for row in inputs.rows:
        key, own = (*row.key, "")[:2]
        place = sum(one.key == key for one in found) if key == "share" else 0
        found.append(InputKey(key, own, place))
    return found
