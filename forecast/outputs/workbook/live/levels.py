"""The sheet of scenarios' inputs: an input a row, a scenario a column, the free one last; and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from forecast.outputs.tables.run import sufficing
from forecast.outputs.workbook.live.rows import InputRow, bounded
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, Sheet, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.results.live import Live
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult
    from forecast.texts import Texts

EDITED = FIRST_ROW - 1
CHANGES = FIRST_ROW + 1
FIRST = CHANGES + 1
"""The rows of how many inputs of each scenario are edited, of what it changes, in words, and of the first input."""

WAS = "as_delivered"
"""The area of the rows of inputs as delivered, which stand last: what is edited is told by them."""

AREA, ITEM, FIRST_SCENARIO = 0, 1, 2
NUMBER = "scenario_number"


@dataclass(frozen=True, slots=True)
class Companion:
    """A row beside the inputs that formulas pick from: ``values`` by scenario, the free one's as given or the first.

    A word stands where there is no figure.
    """

    key: str
    area: str
    label: str
    values: tuple[float | str, ...]
    free: float | None = None


@dataclass(frozen=True, slots=True)
class LevelCells:
    """Where the rows stand, of ``inputs``, then of companions; ``pick`` gives the chosen scenario's value of one."""

    sheet: str
    labels: str
    chosen: str
    columns: int
    rows: dict[tuple[str, str], int]
    inputs: int

    def pick(self, key: str, area: str = "") -> str:
        """The chosen scenario's value of an input, by its defined name, or of a companion."""
        row = self.rows[key, area]
        return f"INDEX({self.area(row)},{self.chosen})"

    @property
    def edited(self) -> str:
        """How many inputs of each scenario are edited, the free one's being the yellow cells."""
        return self.area(EDITED)

    @property
    def edited_in_all(self) -> str:
        """The cell of how many are edited of all scenarios, payments included."""
        return f"{quoted(self.sheet)}!{xl_rowcol_to_cell(EDITED, ITEM, row_abs=True, col_abs=True)}"

    @property
    def beside(self) -> int:
        """How many companions the free scenario has as the first one has them."""
        return self.rows[NUMBER, ""] - (FIRST + self.inputs + 1)

    @property
    def numbers(self) -> str:
        """The scenarios' numbers, from 1, beside ``labels``."""
        return self.area(self.rows[NUMBER, ""])

    @property
    def block(self) -> str:
        """The rows of inputs, over all scenarios."""
        return self._rows(FIRST)

    @property
    def delivered(self) -> str:
        """The same as delivered."""
        return self._rows(FIRST + self.inputs + 1 + self.beside + 2)

    def _rows(self, first: int) -> str:
        last = FIRST_SCENARIO + self.columns - 1
        return self._between((first, FIRST_SCENARIO), (first + self.inputs - 1, last))

    def free(self, first: int, count: int) -> str:
        """So many rows of the free scenario, by the place of the first."""
        column = FIRST_SCENARIO + self.columns - 1
        return self._between((FIRST + first, column), (FIRST + first + count - 1, column))

    def firsts(self, first: int, count: int) -> str:
        """So many rows of the first scenario."""
        return self._between((FIRST + first, FIRST_SCENARIO), (FIRST + first + count - 1, FIRST_SCENARIO))

    def _between(self, *corners: tuple[int, int]) -> str:
        ends = (xl_rowcol_to_cell(*one, row_abs=True, col_abs=True) for one in corners)
        return f"{quoted(self.sheet)}!" + ":".join(ends)

    def cell(self, name: str, place: int) -> str:
        """An input of the scenario at a place."""
        column = FIRST_SCENARIO + place
        return f"{quoted(self.sheet)}!{xl_rowcol_to_cell(self.rows[name, ''], column, row_abs=True, col_abs=True)}"

    def area(self, row: int) -> str:
        """A row over all scenarios."""
        last = FIRST_SCENARIO + self.columns - 1
        ends = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for column in (FIRST_SCENARIO, last))
        return f"{quoted(self.sheet)}!" + ":".join(ends)


def level_cells(
    sheet: Sheet, live: Live, rows: Sequence[InputRow], more: Sequence[Companion], chosen: str
) -> LevelCells:
    """Where all rows will stand."""
    columns = len(live.scenarios) + 1
    places = {(one.name, ""): FIRST + place for place, one in enumerate(rows)}
    places |= {(one.key, one.area): FIRST + len(rows) + 1 + place for place, one in enumerate(more)}
    last = FIRST + len(rows) + 1 + len(more) + 1
    places |= {(one.name, WAS): last + place for place, one in enumerate(rows)}
    found = LevelCells(sheet.name, "", chosen, columns, places, len(rows))
    return replace(found, labels=found.area(FIRST_ROW))


def fill_levels(
    sheet: Sheet,
    labels: Sequence[str],
    changes: Sequence[str],
    rows: Sequence[InputRow],
    more: Sequence[Companion],
    cells: Sequence[str],
    payments: str,
) -> None:
    """Writes the sheet; ``cells`` are the inputs' own cells, in their order, which the free scenario takes.

    ``changes`` say of each of the plan's scenarios what it changes; ``payments`` counts those edited.
    """
    texts = sheet.book.texts
    sheet.widths([22, 34, *[22] * len(labels)])
    sheet.heads(FIRST_ROW, 0, [texts("words.area"), texts("words.item"), *labels])
    sheet.worksheet.freeze_panes(CHANGES, FIRST_SCENARIO)
    sheet.repeat_rows(FIRST_ROW)
    sheet.text(CHANGES, ITEM, texts("words.changes"))
    for column, change in enumerate(changes, FIRST_SCENARIO):
        sheet.text(CHANGES, column, change, "soft")
    free = FIRST_SCENARIO + len(labels) - 1
    for row, (one, cell) in enumerate(zip(rows, cells, strict=True), FIRST):
        sheet.text(row, AREA, one.area)
        sheet.text(row, ITEM, one.item)
        for column, value in enumerate(one.values, FIRST_SCENARIO):
            sheet.number(row, column, value, "input", one.number)
        if sheet.worksheet.data_validation(row, FIRST_SCENARIO, row, free - 1, bounded(one, texts)):
            raise ValueError(f"{sheet.name}!{xl_rowcol_to_cell(row, FIRST_SCENARIO)} takes no such rule")
        sheet.formula(row, free, f"={cell}", one.values[0], "formula", one.number)
    for row, helper in enumerate(more, FIRST + len(rows) + 1):
        sheet.text(row, AREA, helper.label)
        sheet.text(row, ITEM, texts(f"live.{helper.key}"))
        for column, figure in enumerate(helper.values, FIRST_SCENARIO):
            if isinstance(figure, str):
                sheet.text(row, column, figure, "engine")
            else:
                sheet.number(row, column, figure, "engine", _number(helper.key))
        if helper.free is None:
            first = xl_rowcol_to_cell(row, FIRST_SCENARIO)
            sheet.formula(row, free, f"={first}", helper.values[0], "formula", _number(helper.key))
        else:
            sheet.number(row, free, helper.free, "engine", _number(helper.key))
    below = FIRST + len(rows) + 1 + len(more) + 1
    _delivered(sheet, rows, below)
    _count_edited(sheet, len(rows), below, free, payments)


def _delivered(sheet: Sheet, rows: Sequence[InputRow], first: int) -> None:
    """The inputs once more, as delivered."""
    sheet.text(first - 1, ITEM, sheet.book.texts("live.levels_delivered"), "fact")
    for row, one in enumerate(rows, first):
        sheet.text(row, AREA, one.area)
        sheet.text(row, ITEM, one.item)
        for column, value in enumerate((*one.values, one.values[0]), FIRST_SCENARIO):
            sheet.number(row, column, value, "engine", one.number)


def _count_edited(sheet: Sheet, count: int, delivered: int, free: int, payments: str) -> None:
    """How many inputs of each scenario are edited, above its label, and of all; shown where there are any."""
    number = f'"{sheet.book.texts("live.edited_count")}"0;;'

    def area(first: int, column: int) -> str:
        return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(first + count - 1, column)}"

    for column in range(FIRST_SCENARIO, free + 1):
        formula = f"=SUMPRODUCT(({area(FIRST, column)}<>{area(delivered, column)})*1)"
        sheet.formula(EDITED, column, formula, 0, "warning", number)
    every = f"{xl_rowcol_to_cell(EDITED, FIRST_SCENARIO)}:{xl_rowcol_to_cell(EDITED, free)}"
    sheet.formula(EDITED, ITEM, f"=SUM({every})+{payments}", 0, "warning", number)


def companions(live: Live, result: Result, texts: Texts, block: int, cost_block: int) -> list[Companion]:
    """What goes with the inputs: how failures move with volume, which responses hold, and the simulation's figures."""
    return [
        *(one for place in range(len(live.channels)) for one in _of_channel(live, result, place, block)),
        *_of_costs(live, result, texts, cost_block),
        *_of_scenarios(live, result, texts),
    ]


def _of_channel(live: Live, result: Result, place: int, block: int) -> list[Companion]:
    channel, own = live.channels[place], [levels.channels[place] for levels in live.levels]
    name, label = channel.name, result.channels[channel.name].label
    return [
        Companion("failure_follows", name, label, tuple(float(one.failure_follows) for one in own)),
        Companion("recovery_follows", name, label, tuple(float(one.recovery_follows) for one in own)),
        Companion("struck", name, label, tuple(float(one) for one in channel.struck)),
        Companion("lost_ratio", name, label, tuple(one[place] for one in live.lost)),
        Companion("block", name, label, tuple(float(one * block) for one in channel.chosen)),
    ]


def _of_costs(live: Live, result: Result, texts: Texts, cost_block: int) -> list[Companion]:
    labels = [texts.or_else(f"categories.{cost.category}", cost.category) for cost in result.costs]
    return [
        Companion("cost_block", str(place), label, tuple(float(one * cost_block) for one in chosen))
        for place, (label, chosen) in enumerate(zip(labels, live.cost_chosen, strict=True))
    ]


def _of_scenarios(live: Live, result: Result, texts: Texts) -> list[Companion]:
    shown = [result.scenarios[name] for name in live.scenarios]
    places = tuple(float(place) for place in range(1, len(shown) + 1))
    figures: Sequence[tuple[str, Sequence[float | str]]] = (
        ("rest_block", places),
        ("own_volume", [levels.volume for levels in live.levels]),
        ("engine_sales", [one.sales_total.mean for one in shown]),
        ("engine_receipts", [one.receipts_total.mean for one in shown]),
        ("engine_lowest", [min(one.cash_before_financing.mean) for one in shown]),
        ("engine_p05", [one.receipts_total.p05 for one in shown]),
        ("engine_p95", [one.receipts_total.p95 for one in shown]),
        ("engine_buffer", [one.buffer.amount for one in shown]),
        ("engine_cost", [mix_cost(one, texts) for one in shown]),
    )
    numbers = Companion(NUMBER, "", "", places, len(shown) + 1.0)
    return [*(Companion(key, "", "", tuple(values)) for key, values in figures), numbers]


def mix_cost(scenario: ScenarioResult, texts: Texts) -> float | str:
    """What the recommended financing is expected to cost; in words where no mix holds or none was looked for."""
    best = sufficing(scenario)
    if best is not None:
        return best.expected_cost
    return texts("amount.none" if scenario.financing is None else "live.none_holds")


def _number(key: str) -> str:
    return MONEY if key.startswith("engine") else "0.####"
