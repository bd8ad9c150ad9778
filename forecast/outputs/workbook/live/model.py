"""The live model of a workbook put together: its sheets, what comes of its inputs, and the checks that it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.outputs.tables.run import changes_text
from forecast.outputs.workbook.checks import Check, nothing
from forecast.outputs.workbook.live.days import DATE, FIRST_FLOW, PARTS, drawn, fill_days, in_order
from forecast.outputs.workbook.live.days import RECEIPTS as RECEIPTS_COLUMN
from forecast.outputs.workbook.live.days import SALES as SALES_COLUMN
from forecast.outputs.workbook.live.inputs import (
    InputCells,
    Output,
    chosen_cell,
    fill_live_inputs,
    fill_outputs,
    flow_lines,
    second_head,
)
from forecast.outputs.workbook.live.kernels import BLOCK, COST_BLOCK, KernelCells, fill_kernels
from forecast.outputs.workbook.live.levels import companions, fill_levels, level_cells, mix_cost
from forecast.outputs.workbook.live.receipts import (
    LOST,
    SUM_DUE,
    SUM_RECEIPTS,
    SUM_REFUNDS,
    UNLIKE,
    WHOLE_DUE,
    WHOLE_REFUNDS,
    WHOLE_SALES,
    fill_receipts,
)
from forecast.outputs.workbook.live.rows import input_rows
from forecast.outputs.workbook.live.weeks import fill_weeks
from forecast.outputs.workbook.sheet import DAY, LINE_HEIGHT, WHOLE
from forecast.results.live import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.workbook.live.days import DayCells, Drawn
    from forecast.outputs.workbook.live.levels import LevelCells
    from forecast.outputs.workbook.live.receipts import ReceiptCells, Used
    from forecast.outputs.workbook.live.weeks import WeekCells
    from forecast.outputs.workbook.sheet import Sheet
    from forecast.results.live import Live, LiveFigures
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

STALE, OUTSIDE = "out_stale", "out_outside"
MARKED = 1
"""The row in which a sheet says what its figures are of."""

SHEETS = ("live_inputs", "live_levels", "dashboard", "weeks", "live_days", "live_receipts", "live_kernels")
"""The sheets of the model, in their order."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the rest of the workbook asks of the model."""

    inputs: InputCells
    levels: LevelCells
    kernels: KernelCells
    receipts: ReceiptCells
    days: DayCells
    weeks: WeekCells
    shown: LiveFigures
    drawn: Drawn

    @property
    def stale(self) -> str:
        """Whether an input differs from those delivered, 1 or 0."""
        return f"IF({self.inputs.differing()}>0,1,0)"

    @property
    def outside(self) -> str:
        """How many inputs lie outside what the formulas hold for, 0 where none was edited."""
        volume, cell = self.inputs.used().of("volume"), self.receipts.constant
        few = f"AND({volume}>0,{volume}<{cell('from_volume')})"
        channels = f"SUM({self.receipts.factors(UNLIKE)})"
        return f"IF({self.stale}=0,0,IF(OR({volume}>{cell('to_volume')},{few}),1,0)+{channels})"

    @property
    def edited_mark(self) -> str:
        """What follows the label of a scenario whose inputs are edited: what it says of them may no longer be so."""
        return f'&IF({STALE}=1,"{self.inputs.sheet.book.texts("live.edited")}","")'

    def scenario(self, live: Live, result: Result) -> tuple[str, str]:
        """The label of the scenario chosen, marked where an input is edited, as a formula and as the engine has it."""
        return f"INDEX({self.levels.labels},{self.inputs.chosen}){self.edited_mark}", result.scenarios[
            live.scenarios[0]
        ].label


def scenario_labels(result: Result, free: str) -> list[str]:
    """The scenarios' labels, each unlike all before it, the free one last."""
    found: list[str] = []
    for label in (*(one.label for one in result.scenarios.values()), free):
        unique, number = label, 1
        while unique.casefold() in {one.casefold() for one in found}:
            number += 1
            unique = f"{label} ({number})"
        found.append(unique)
    return found


def fill_model(sheets: Mapping[str, Sheet], live: Live, result: Result, labels: Sequence[str]) -> Model:
    """Writes the model's sheets but for what comes of the inputs (``fill_results``) and the dashboard.

    ``labels`` are the scenarios', the free one's last.
    """
    typed, listed, _, by_week, by_day, received, numbers = (sheets[name] for name in SHEETS)
    rows = input_rows(live, result, typed.book.figures)
    more = companions(live, result, typed.book.texts, BLOCK, COST_BLOCK)
    levels = level_cells(listed, live, rows, more, chosen_cell(typed))
    inputs = InputCells(typed, rows, len(flow_lines(live, result)), levels)
    kernels = KernelCells.of(numbers, live, len(result.base.dates))
    used, shown = inputs.used(), figures(live, 0, live.levels[0])
    changes, payments = changes_text(result, typed.book.figures), inputs.payments_differing()
    fill_levels(listed, labels, changes, rows, more, inputs.cells, payments)
    fill_kernels(numbers, live, result, kernels)
    receipts = fill_receipts(received, live, result, shown, used, levels, kernels)
    days = fill_days(by_day, live, result, shown, used, levels, kernels, receipts, inputs.listed())
    fill_live_inputs(inputs, live, result, labels, levels)
    owed = drawn(live, shown, result.facilities, in_order(result))
    weeks = fill_weeks(by_week, live, result, shown, owed, days, receipts)
    return Model(inputs, levels, kernels, receipts, days, weeks, shown, owed)


@dataclass(frozen=True, slots=True)
class Results:
    """What comes of the inputs, and what was simulated beside it."""

    outputs: Sequence[Output]
    simulated: Sequence[Output]


def fill_results(model: Model, live: Live, result: Result, checks: str, failing: int) -> Results:
    """Writes what comes of the inputs; ``checks`` counts those that fail, ``failing`` as the engine finds them."""
    state = [
        Output("out_checks", "live.checks", checks, failing, WHOLE, "count"),
        Output(STALE, "live.stale", model.stale, 0, WHOLE, "count"),
        Output(OUTSIDE, "live.outside", model.outside, 0, WHOLE, "count"),
    ]
    found = results_of(model, live, result)
    shown = Results([*found.outputs, *state], found.simulated)
    fill_outputs(model.inputs, shown.outputs)
    fill_outputs(model.inputs, shown.simulated, second_head(len(shown.outputs)), LINE_HEIGHT)
    return shown


def results_of(model: Model, live: Live, result: Result) -> Results:
    """What comes of the inputs but for the state of the model, and what was simulated."""
    return Results(_outputs(model, live, result), _simulated(model, result))


def _outputs(model: Model, live: Live, result: Result) -> list[Output]:
    days, shown = model.days, model.shown
    cash, lowest = days.down(days.closing), f"MIN({days.down(days.closing)})"
    day = f"INDEX({days.down(DATE)},MATCH({lowest},{cash},0))"
    least = float(shown.cash.min())
    minimum = live.levels[0].minimum_balance
    interest = [days.down(days.first_facility + len(PARTS) * line + 4) for line in range(days.facilities)]
    paid = "+".join(f"SUM({one})" for one in interest) or "0"
    lost = f"SUM({model.receipts.factors(LOST)})"
    ordinal = int(np.argmin(shown.cash))
    owed = model.drawn.owed.sum(axis=0)
    return [
        Output("out_sales_total", "words.sales", f"SUM({days.down(SALES_COLUMN)})", float(shown.sales.sum())),
        Output(
            "out_receipts_total", "words.receipts", f"SUM({days.down(RECEIPTS_COLUMN)})", float(shown.receipts.sum())
        ),
        Output("out_lost_total", "live.lost_total", lost, shown.lost),
        Output("out_lowest_cash", "words.lowest_cash", lowest, least),
        Output("out_lowest_cash_day", "words.lowest_cash_day", day, _serial(result.base.dates[ordinal]), DAY, "date"),
        Output(
            "out_gap",
            "live.gap",
            f"MAX(0,{model.inputs.used().of('minimum_balance')}-{lowest})",
            max(0.0, minimum - least),
        ),
        Output("out_peak_drawn", "live.peak_drawn", f"MAX({days.down(days.owed)})", float(owed.max(initial=0.0))),
        Output("out_interest", "live.interest_drawn", paid, float(model.drawn.interest.sum())),
        Output("out_closing_cash", "words.closing", f"INDEX({cash},ROWS({cash}))", float(shown.cash[-1])),
    ]


def _within(model: Model) -> str:
    """How far the lowest cash may lie from that of a run with the same inputs, in yuan."""
    cash, receipts = (model.days.down(one) for one in (model.days.closing, RECEIPTS_COLUMN))
    cell = model.receipts.constant
    edges = f"ABS(MIN({cash}))*{cell('cash_within')},SUM({receipts})*{cell('receipts_within')}"
    return f"IF({model.stale}=0,0,MAX({edges}))"


def costs_shown(found: Results) -> list[tuple[str, str, float | str]]:
    """The interest of the simple rule, the simulated cost and what lies between: word, formula, value."""
    interest = [("live.simple_interest", one.name, one.value) for one in found.outputs if one.name == "out_interest"]
    words = ("live.engine_cost", "live.cost_apart")
    beside = [(f"{one.word}_short", one.formula, one.value) for one in found.simulated if one.word in words]
    return [*interest, *beside] if beside else []


def _costs_apart(model: Model, base: ScenarioResult) -> list[Output]:
    """The simulated cost of financing, and by how much the interest of the simple rule lies below it.

    Nothing is told of the difference where no mix holds, nor where the interest is of inputs that were edited since.
    """
    if not model.days.facilities:
        return []
    texts = model.inputs.sheet.book.texts
    cost, value, none = model.levels.pick("engine_cost"), mix_cost(base, texts), texts("amount.none")
    apart = none if isinstance(value, str) else value - float(model.drawn.interest.sum())
    known = f"AND(ISNUMBER({cost}),{STALE}=0)"
    return [
        Output("", "live.engine_cost", cost, value, worded=True),
        Output("", "live.cost_apart", f'IF({known},{cost}-out_interest,"{none}")', apart, worded=True),
    ]


def _simulated(model: Model, result: Result) -> list[Output]:
    """The simulation's own figures of the scenario chosen, and whether they are of these inputs."""
    base, texts, pick = result.base, model.inputs.sheet.book.texts, model.levels.pick
    return [
        Output("", "live.engine_receipts", pick("engine_receipts"), base.receipts_total.mean),
        Output("", "live.engine_p05", pick("engine_p05"), base.receipts_total.p05),
        Output("", "live.engine_p95", pick("engine_p95"), base.receipts_total.p95),
        Output("", "live.engine_buffer", pick("engine_buffer"), base.buffer.amount),
        *_costs_apart(model, base),
        Output("", "live.within", _within(model), 0.0),
        Output(
            "",
            "live.state",
            f'IF({model.stale}=1,"{texts("live.is_stale")}","{texts("live.is_fresh")}")',
            texts("live.is_fresh"),
            "",
            "text",
        ),
        Output(
            "",
            "live.formulas",
            f'IF({model.outside}=0,"{texts("live.they_hold")}","{texts("live.they_do_not")}")',
            texts("live.they_hold"),
            "",
            "text",
        ),
    ]


def mark_live(sheet: Sheet) -> None:
    """Says on a sheet of the model where an input lies outside what its formulas hold for."""
    sheet.formula(MARKED, 0, f"={_live_mark(sheet)}", "", "warning", "")


def mark_simulated(sheet: Sheet, model: Model, row: int = MARKED) -> None:
    """Says in a row of a sheet of simulated figures which inputs they are of, whichever scenario is edited."""
    sheet.formula(row, 0, f"={_simulated_mark(sheet, model)}", sheet.book.texts("live.simulated"), "warning", "")


def marks_shown(
    model: Model, live: Sequence[Sheet], simulated: Sequence[Sheet], studied: Sequence[tuple[Sheet, int]]
) -> Check:
    """How many sheets do not bear the mark that they should, those of studies in the rows given."""
    rows = [(sheet, MARKED) for sheet in simulated] + list(studied)
    cells = [(sheet.cell(row, 0), _simulated_mark(sheet, model)) for sheet, row in rows]
    cells += [(sheet.cell(MARKED, 0), _live_mark(sheet)) for sheet in live]
    marks = dict.fromkeys(mark for _, mark in cells)
    return nothing("marks", [_unlike(mark, [cell for cell, own in cells if own == mark]) for mark in marks], exact=True)


def _unlike(mark: str, cells: Sequence[str]) -> str:
    """How many cells do not show what the first one does, and whether that one does not show its mark."""
    first, *others = cells
    return "+".join([f"({first}<>{mark})*1", *(f"({cell}<>{first})*1" for cell in others)])


def _live_mark(sheet: Sheet) -> str:
    return f'IF({OUTSIDE}>0,"{sheet.book.texts("live.beyond_formulas")}","")'


def _simulated_mark(sheet: Sheet, model: Model) -> str:
    texts = sheet.book.texts
    return f'IF({model.levels.edited_in_all}>0,"{texts("live.simulated_stale")}","{texts("live.simulated")}")'


def _serial(day: str) -> float:
    """A day as spreadsheets count it."""
    return float((np.datetime64(day) - np.datetime64("1899-12-30")).astype(int))


def model_checks(model: Model, live: Live, result: Result) -> list[Check]:
    """The checks of the model: its sums by two ways, whatever is typed, and the engine's means where nothing is."""
    days, shown = model.days, model.shown
    sales, money = (f"SUM({days.down(column)})" for column in (SALES_COLUMN, RECEIPTS_COLUMN))
    flows, costs = (
        f"SUM({days.across(first, count)})" if count else "0"
        for first, count in ((FIRST_FLOW, days.flows), (days.first_cost, days.costs))
    )
    closing = f"INDEX({days.down(days.closing)},ROWS({days.down(days.closing)}))"
    last, opening = float(shown.cash[-1]), model.inputs.used().of("opening_balance")
    owed = float(model.drawn.owed[:, -1].sum()) if days.facilities else 0.0
    in_the_end = f"INDEX({days.down(days.owed)},ROWS({days.down(days.owed)}))"
    return [
        *_sums(model, sales, money),
        *_flows(model, live, flows),
        *_costs(model, live, costs),
        Check("live_closing", closing, last, last, f"{opening}+{money}+{flows}+{costs}"),
        *_engine(model, result, sales, money),
        Check("live_owed", in_the_end, owed, owed, _moves(days)),
        Check("live_weeks", model.weeks.closing, last, last, closing),
    ]


def _flows(model: Model, live: Live, flows: str) -> list[Check]:
    """Other flows by day against their list."""
    days, listed, used = model.days, model.inputs.listed(), model.inputs.used()
    if listed is None:
        return []
    first, last = (days.at(row, DATE) for row in (days.first, days.last))
    inside = f'{listed.days},">="&{first},{listed.days},"<="&{last}'
    lines = [
        f"{used.of('flows', name)}*SUMIFS({listed.amounts},{inside},{listed.categories},{number})"
        for number, name in enumerate(live.flows, 1)
    ]
    amount = float(sum(one.sum() for one in model.shown.flows.values()))
    return [Check("live_flows", flows, amount, amount, "+".join(lines))]


def _costs(model: Model, live: Live, costs: str) -> list[Check]:
    """Costs by day against the totals of what they are made of."""
    if not live.costs:
        return []
    used, paid = model.inputs.used(), float(sum(one.sum() for one in model.shown.costs))
    lines = [_whole_cost(model, used, place) for place in range(len(live.costs))]
    return [Check("live_costs", costs, -paid, -paid, "-(" + "+".join(lines) + ")")]


def _engine(model: Model, result: Result, sales: str, money: str) -> list[Check]:
    """The engine's own means, where no input is edited."""
    days, shown, base = model.days, model.shown, result.base
    lowest = f"MIN({days.down(days.closing)})"
    return [
        Check(f"live_{key}", formula, engine, value, f"IF({STALE}=1,{formula},{model.levels.pick(key)})")
        for key, formula, engine, value in (
            ("engine_sales", sales, base.sales_total.mean, float(shown.sales.sum())),
            ("engine_receipts", money, base.receipts_total.mean, float(shown.receipts.sum())),
            ("engine_lowest", lowest, min(base.cash_before_financing.mean), float(shown.cash.min())),
        )
    ]


def _sums(model: Model, sales: str, money: str) -> list[Check]:
    """Sums over the days against those of the kernels."""
    receipts, shown = model.receipts, model.shown
    rest = f"SUM({receipts.down(receipts.rest)})"
    pairs: Sequence[tuple[str, str, str, float]] = (
        ("live_sales", sales, f"SUM({receipts.factors(WHOLE_SALES)})", float(shown.sales.sum())),
        (
            "live_due",
            f"SUM({receipts.factors(SUM_DUE)})",
            f"SUM({receipts.factors(WHOLE_DUE)})",
            float(sum(one.due.sum() for one in shown.channels)),
        ),
        (
            "live_refunds",
            f"SUM({receipts.factors(SUM_REFUNDS)})",
            f"SUM({receipts.factors(WHOLE_REFUNDS)})",
            float(sum(one.refunds_due.sum() for one in shown.channels)),
        ),
        ("live_receipts", money, f"SUM({receipts.factors(SUM_RECEIPTS)})+{rest}", float(shown.receipts.sum())),
    )
    return [Check(name, formula, value, value, other) for name, formula, other, value in pairs]


def _whole_cost(model: Model, used: Used, place: int) -> str:
    offset, total = model.levels.pick("cost_block", str(place)), model.kernels.total
    moving, fixed = (model.kernels.cost(place, total, offset, which) for which in (0, 1))
    return f"{used.cells[used.cost_names[place]]}*({used.of('volume')}*{moving}+{fixed})"


def _moves(days: DayCells) -> str:
    """What is drawn less what is repaid, of all facilities."""
    columns = (days.first_facility + len(PARTS) * line for line in range(days.facilities))
    return "+".join(f"SUM({days.down(one + 1)})-SUM({days.down(one + 2)})" for one in columns) or "0"
