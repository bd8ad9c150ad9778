"""The inputs sheet of the live model: yellow cells with unit, bounds and comment; beside them what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.workbook.live.days import FlowCells
from forecast.outputs.workbook.live.levels import WAS
from forecast.outputs.workbook.live.receipts import Used
from forecast.outputs.workbook.live.rows import bounded, flow_labels
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, WHOLE, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.workbook.live.levels import LevelCells
    from forecast.outputs.workbook.live.rows import InputRow
    from forecast.results.live import Live
    from forecast.results.run import Result

AREA, ITEM, VALUE, USED, UNIT, DELIVERED, COMMENT = range(7)
OUTPUT, OUTPUT_VALUE, OUTPUT_UNIT = 8, 9, 10
SCENARIO_ROW = FIRST_ROW + 1
FIRST_INPUT = SCENARIO_ROW + 1
FLOW_DAY, FLOW_LABEL, FLOW_AMOUNT, FLOW_UNIT, FLOW_DELIVERED, FLOW_NUMBER = range(6)
LONGEST_MESSAGE = 255
HEADS = 32.0
"""Points of height of the heads above the inputs."""


@dataclass(frozen=True, slots=True)
class Output:
    """A figure beside the inputs: its defined name (none: for the eye alone), its label's key, formula and figure.

    ``worded``: a scenario, or an edited input, may have a word in place of the figure.
    """

    name: str
    word: str
    formula: str
    value: float | str
    number: str = MONEY
    unit: str = "money"
    worded: bool = False


@dataclass(frozen=True, slots=True)
class InputCells:
    """Where the inputs stand: ``cells`` in their order, as typed; ``levels`` are those of scenarios."""

    sheet: Sheet
    rows: Sequence[InputRow]
    flows: int
    levels: LevelCells

    @property
    def chosen(self) -> str:
        """The number of the scenario chosen, from 1."""
        return self.levels.chosen

    @property
    def cells(self) -> list[str]:
        """The cells that are typed into, in the order of the rows."""
        return [self.sheet.cell(FIRST_INPUT + place, VALUE) for place in range(len(self.rows))]

    def column(self, place: int) -> str:
        """A column of all inputs but the scenario."""
        return self.sheet.area(FIRST_INPUT, place, FIRST_INPUT + len(self.rows) - 1, place)

    @property
    def typed(self) -> str:
        """The label of the scenario typed."""
        return self.sheet.cell(SCENARIO_ROW, VALUE)

    @property
    def first_flow(self) -> int:
        """The row of the first payment."""
        return FIRST_INPUT + len(self.rows) + 2

    def amount(self, place: int) -> str:
        """The cell of a payment's amount, by its place in the list."""
        return self.sheet.cell(self.first_flow + place, FLOW_AMOUNT)

    def used(self) -> Used:
        """What formulas ask of the inputs; one is edited by its yellow cell, or where the chosen scenario has it."""
        places = {one.name: FIRST_INPUT + place for place, one in enumerate(self.rows)}
        return Used(
            cells={name: self.sheet.cell(row, USED) for name, row in places.items()},
            edited={name: self._edited(name, row) for name, row in places.items()},
            names={one.key: one.name for one in self.rows},
            cost_names=tuple(one.name for one in self.rows if one.key[0] == "share"),
        )

    def _edited(self, name: str, row: int) -> str:
        yellow = f"{self.sheet.cell(row, VALUE)}<>{self.sheet.cell(row, DELIVERED)}"
        return f"OR({yellow},{self.levels.pick(name)}<>{self.levels.pick(name, WAS)})"

    def listed(self) -> FlowCells | None:
        """The list of payments."""
        if not self.flows:
            return None
        last = self.first_flow + self.flows - 1
        areas = (self.sheet.area(self.first_flow, one, last, one) for one in (FLOW_DAY, FLOW_AMOUNT, FLOW_NUMBER))
        return FlowCells(*areas)

    def differing(self) -> str:
        """How many inputs differ from those delivered: yellow cells, payments, the chosen scenario's own and base's.

        Base's are the plan's when they are read back, so those of other scenarios that set nothing of their own.
        """
        last = FIRST_INPUT + len(self.rows) - 1
        own = f"INDEX({self.levels.edited},{self.chosen})+INDEX({self.levels.edited},1)"
        return "+".join([self._unlike(FIRST_INPUT, last, VALUE, DELIVERED), own, self.payments_differing()])

    def payments_differing(self) -> str:
        """How many payments differ from those delivered."""
        if not self.flows:
            return "0"
        return self._unlike(self.first_flow, self.first_flow + self.flows - 1, FLOW_AMOUNT, FLOW_DELIVERED)

    def _unlike(self, first: int, last: int, one: int, other: int) -> str:
        left, right = (self.sheet.area(first, column, last, column) for column in (one, other))
        return f"SUMPRODUCT(({left}<>{right})*1)"


def chosen_cell(sheet: Sheet) -> str:
    """The cell of the number of the scenario chosen, from 1, on the sheet of inputs."""
    return sheet.cell(SCENARIO_ROW, USED)


def flow_lines(live: Live, result: Result) -> list[tuple[str, int, float]]:
    """The payments in order of their days: day, number of the category from 1, amount."""
    days = result.base.dates
    found = [
        (days[index], number, float(amounts[index]))
        for number, amounts in enumerate(live.flows.values(), 1)
        for index in amounts.nonzero()[0].tolist()
    ]
    return sorted(found)


def fill_live_inputs(cells: InputCells, live: Live, result: Result, labels: Sequence[str], levels: LevelCells) -> None:
    """Writes the inputs and the payments."""
    sheet, texts = cells.sheet, cells.sheet.book.texts
    sheet.widths([20, 26, 18, 14, 12, 16, 54, 3, 62, 18, 10])
    sheet.text(2, 0, texts("live.how"), "soft", wrap=False)
    words = [*(texts(f"words.{word}") for word in ("area", "item", "value")), texts("live.used"), texts("words.unit")]
    sheet.heads(FIRST_ROW, 0, [*words, *(texts(f"live.{word}") for word in ("delivered", "comment"))], HEADS)
    sheet.worksheet.freeze_panes(FIRST_INPUT, ITEM + 1)
    sheet.repeat_rows(FIRST_ROW)
    _scenario(sheet, labels, levels)
    for row, one in enumerate(cells.rows, FIRST_INPUT):
        _input(sheet, row, one, levels)
    _mark_others(sheet, FIRST_INPUT + len(cells.rows) - 1)
    _flows(cells, live, result)
    # what comes of them is printed with the dashboard
    sheet.prints(0, 0, (cells.first_flow + cells.flows if cells.flows else FIRST_INPUT + len(cells.rows)) - 1, COMMENT)


def _scenario(sheet: Sheet, labels: Sequence[str], levels: LevelCells) -> None:
    texts = sheet.book.texts
    sheet.text(SCENARIO_ROW, AREA, texts("words.scenario"))
    sheet.text(SCENARIO_ROW, ITEM, texts("live.scenario"))
    sheet.text(SCENARIO_ROW, VALUE, labels[0], "input", wrap=False)
    sheet.text(SCENARIO_ROW, UNIT, texts("units.text"), "unit")
    sheet.text(SCENARIO_ROW, DELIVERED, labels[0], "engine", wrap=False)
    own = xl_rowcol_to_cell(SCENARIO_ROW, VALUE, row_abs=True, col_abs=True)
    # MATCH takes *, ? and ~ in a label for more than they are.
    number = f"SUMPRODUCT(({levels.labels}={own})*{levels.numbers})"
    sheet.formula(SCENARIO_ROW, USED, f"=IF({number}=0,NA(),{number})", 1, "formula", WHOLE)
    sheet.text(SCENARIO_ROW, COMMENT, texts("live.scenario_comment"), "soft")
    told = {"error_title": texts("live.not_taken"), "error_message": texts("live.no_scenario")[:LONGEST_MESSAGE]}
    _validate(sheet, SCENARIO_ROW, {"validate": "list", "source": f"={levels.labels}", **told})
    _name(sheet, "in_scenario", SCENARIO_ROW, VALUE)


def _input(sheet: Sheet, row: int, one: InputRow, levels: LevelCells) -> None:
    texts = sheet.book.texts
    sheet.text(row, AREA, one.area)
    sheet.text(row, ITEM, one.item)
    sheet.number(row, VALUE, one.values[0], "input", one.number)
    sheet.text(row, UNIT, one.unit, "unit")
    sheet.number(row, DELIVERED, one.values[0], "engine", one.number)
    value, delivered = (xl_rowcol_to_cell(row, column) for column in (VALUE, DELIVERED))
    formula = f"=IF({value}<>{delivered},{value},{levels.pick(one.name)})"
    sheet.formula(row, USED, formula, one.values[0], "formula", one.number)
    sheet.text(row, COMMENT, one.comment, "soft")
    _validate(sheet, row, {**bounded(one, texts), "input_message": texts("live.left_as_delivered")})
    _name(sheet, one.name, row, VALUE)


def _mark_others(sheet: Sheet, last: int) -> None:
    """Colours what is used where it is not what the yellow cell beside it shows."""
    used, shown = (xl_rowcol_to_cell(FIRST_INPUT, column, col_abs=True) for column in (USED, VALUE))
    colours = sheet.book.workbook.add_format({"bold": True, "bg_color": "#FCE4D6"})
    rule = {"type": "formula", "criteria": f"={used}<>{shown}", "format": colours}
    sheet.worksheet.conditional_format(FIRST_INPUT, USED, last, USED, rule)


def _flows(cells: InputCells, live: Live, result: Result) -> None:
    """The payments of the plan, an amount a line; their days and categories stay as they are."""
    lines = flow_lines(live, result)
    if not lines:
        return
    sheet, texts = cells.sheet, cells.sheet.book.texts
    labels, unit = flow_labels(live, sheet.book.figures), sheet.book.figures.unit
    words = [texts(f"words.{word}") for word in ("date", "category", "amount", "unit")]
    sheet.heads(cells.first_flow - 1, 0, [*words, texts("live.delivered"), texts("live.number")], 24)
    for row, (day, number, amount) in enumerate(lines, cells.first_flow):
        sheet.day(row, FLOW_DAY, day, "beside")
        sheet.text(row, FLOW_LABEL, labels[number - 1])
        sheet.number(row, FLOW_AMOUNT, amount, "input", FEN)
        sheet.text(row, FLOW_UNIT, unit, "unit")
        sheet.number(row, FLOW_DELIVERED, amount, "engine", FEN)
        sheet.number(row, FLOW_NUMBER, number, "engine", WHOLE)


def fill_outputs(cells: InputCells, outputs: Sequence[Output], row: int = FIRST_ROW, height: float = HEADS) -> None:
    """Writes what comes of the inputs, beside them."""
    sheet, texts = cells.sheet, cells.sheet.book.texts
    sheet.heads(row, OUTPUT, [texts("live.outputs"), texts("words.value"), texts("words.unit")], height)
    sheet.keep_together(FIRST_ROW, row + len(outputs))
    for place, one in enumerate(outputs, row + 1):
        sheet.text(place, OUTPUT, texts(one.word))
        sheet.formula(place, OUTPUT_VALUE, f"={one.formula}", one.value, "formula_strong", one.number)
        unit = sheet.book.figures.unit if one.unit == "money" else texts(f"units.{one.unit}")
        sheet.text(place, OUTPUT_UNIT, unit, "unit")
        if one.name:
            _name(sheet, one.name, place, OUTPUT_VALUE)


def second_head(outputs: int) -> int:
    """The row of the heads of what stands below so many outputs."""
    return FIRST_ROW + 1 + outputs + 2


def _validate(sheet: Sheet, row: int, rule: Mapping[str, object]) -> None:
    """Lets a cell take what the rule says alone."""
    if sheet.worksheet.data_validation(row, VALUE, row, VALUE, rule):
        raise ValueError(f"{sheet.name}!{xl_rowcol_to_cell(row, VALUE)} takes no such rule")


def _name(sheet: Sheet, name: str, row: int, column: int) -> None:
    """Gives a cell its defined name."""
    if sheet.book.workbook.define_name(name, f"={sheet.cell(row, column)}"):
        raise ValueError(f"{name} is no name that a spreadsheet takes")
