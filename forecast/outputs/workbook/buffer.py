"""The buffer sheet: what the base scenario's buffer is made of, summed up by formula, and second opinions on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.outputs.tables.buffer import implied_why, miller_orr_why
from forecast.outputs.workbook.checks import Check, nothing
from forecast.outputs.workbook.drawing import CHART_SIZE, GRID
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Sheet, local_cell

if TYPE_CHECKING:
    from forecast.cross_checks import CrossChecks, LeastCost
    from forecast.liquidity import MillerOrr
    from forecast.outputs.workbook.front import InputCells
    from forecast.results.buffer import BufferShown
    from forecast.results.run import Result

LABEL, AMOUNT, RUNNING, WHY = range(4)
UNIT_COST = "0.00000"


def fill_buffer(sheet: Sheet, result: Result, inputs: InputCells) -> list[Check]:
    """The parts with their running sum and a chart, then the second opinions; gives their checks."""
    texts, figures, buffer = sheet.book.texts, sheet.book.figures, result.base.buffer
    labels = [part.label for part in buffer.drivers or []]
    sheet.widths([44, 16, 16, 36])
    heads = [texts("words.driver"), texts("words.amount"), texts("words.running")]
    sheet.heads(FIRST_ROW, LABEL, heads, height=24)
    row = FIRST_ROW + 1 + len(labels)
    checks = _drivers(sheet, buffer, row, inputs)
    checks += _second_opinions(sheet, result, row + 2, inputs)
    caption = texts("report.drivers_caption", day=figures.day(buffer.peak_day), unit=figures.unit)
    sheet.text(2, 0, caption, "soft", wrap=False)
    return checks


def _drivers(sheet: Sheet, buffer: BufferShown, last: int, inputs: InputCells) -> list[Check]:
    """The parts, and their sum in row ``last``."""
    texts, first = sheet.book.texts, FIRST_ROW + 1
    if not buffer.drivers:
        sheet.text(last, LABEL, texts("amount.none"))
        return []
    running = 0.0
    for row, part in enumerate(buffer.drivers, first):
        sheet.text(row, LABEL, part.label)
        if part.key == "minimum_balance":
            sheet.formula(row, AMOUNT, f"={inputs.minimum_balance}", part.amount)
        else:
            sheet.number(row, AMOUNT, part.amount, "engine")
        running += part.amount
        before = f"{local_cell(row - 1, RUNNING)}+" if row > first else ""
        sheet.formula(row, RUNNING, f"={before}{local_cell(row, AMOUNT)}", round(running, 2))
    sheet.text(last, LABEL, texts("words.buffer"), "strong")
    area = f"{local_cell(first, AMOUNT)}:{local_cell(last - 1, AMOUNT)}"
    sheet.formula(last, AMOUNT, f"=SUM({area})", round(running, 2), "formula_strong")
    _chart(sheet, first, last - 1, last + 18)
    begin = f"{sheet.cell(first, RUNNING)}-{sheet.cell(first, AMOUNT)}"
    more = []
    if last - first > 1:
        after, before = sheet.area(first + 1, RUNNING, last - 1, RUNNING), sheet.area(first, RUNNING, last - 2, RUNNING)
        more.append(f"{after}-{before}-{sheet.area(first + 1, AMOUNT, last - 1, AMOUNT)}")
    return [
        Check("drivers", sheet.cell(last, AMOUNT), buffer.amount, sum(part.amount for part in buffer.drivers)),
        nothing("running", [begin, *more]),
    ]


def _chart(sheet: Sheet, first: int, last: int, row: int) -> None:
    chart = sheet.book.workbook.add_chart({"type": "bar"})
    labels, amounts = (f"={sheet.area(first, column, last, column)}" for column in (LABEL, AMOUNT))
    name = sheet.book.texts("words.amount")
    chart.add_series({"name": name, "categories": labels, "values": amounts, "fill": {"color": "#0072B2"}})
    chart.set_title({"none": True})
    chart.set_y_axis({"reverse": True, "label_position": "low", "interval_unit": 1})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": GRID})
    chart.set_legend({"none": True})
    chart.set_size(CHART_SIZE | {"height": 60 + 26 * (last - first + 1)})
    sheet.charts(row, [chart])


def _second_opinions(sheet: Sheet, result: Result, row: int, inputs: InputCells) -> list[Check]:
    """Miller and Orr's limits, and the confidence of least cost, as formulas of what they rest on; gives a check."""
    texts, checks = sheet.book.texts, result.base.buffer.cross_checks
    sheet.text(row, LABEL, texts("report.cross_checks"), "fact", wrap=False)
    sheet.text(row + 1, LABEL, texts("cross.lead"), "soft", wrap=False)
    row += 2
    if checks.miller_orr is None or checks.least_cost is None:
        sheet.text(row, LABEL, texts("cross.none"))
        return []
    given = (
        ("idle_cost", checks.idle_cost, "input", RATE),
        ("transfer_cost", checks.transfer_cost, "input", FEN),
        ("daily_deviation", checks.daily_deviation, "engine", MONEY),
    )
    for line, (word, value, look, number) in enumerate(given, row):
        sheet.text(line, LABEL, texts(f"cross.{word}"))
        sheet.number(line, AMOUNT, value, look, number)
    idle, transfer, deviation = (local_cell(row + line, AMOUNT) for line in range(3))
    spread = f"(3*{transfer}*{deviation}^2/(4*{idle}/365))^(1/3)"
    _miller_orr(sheet, row + 3, checks, checks.miller_orr, (inputs.minimum_balance, spread))
    again = _least_cost(sheet, row + 6, checks.least_cost, result, idle)
    check = nothing("cross", [*_limits_again(sheet, row, inputs.minimum_balance), *again], fine=True)
    return [replace(check, cell=f"IF({sheet.cell(row, AMOUNT)}>0,{check.cell},0)")]


def _limits_again(sheet: Sheet, row: int, minimum: str) -> list[str]:
    """The three limits against what they rest on, by the cube of the first's spread."""
    idle, transfer, deviation, first, average, upper = (sheet.cell(row + line, AMOUNT) for line in range(6))
    cube, given = f"({first}-{minimum})^3*4*{idle}/365", f"3*{transfer}*{deviation}^2"
    others = (f"3*({average}-{minimum})-4*({first}-{minimum})", f"{upper}-{minimum}-3*({first}-{minimum})")
    return [f"({cube}-{given})/(1+{given})", *others]


def _miller_orr(sheet: Sheet, row: int, checks: CrossChecks, limits: MillerOrr, cells: tuple[str, str]) -> None:
    """Three limits from the references to the minimum balance and the formula of the spread."""
    texts, (minimum, spread) = sheet.book.texts, cells
    levels = (("return", limits.return_point, "1"), ("average", limits.average, "4/3"), ("upper", limits.upper, "3"))
    for line, (word, level, factor) in enumerate(levels, row):
        sheet.text(line, LABEL, texts(f"cross.miller_orr_{word}"))
        sheet.formula(line, AMOUNT, f"={minimum}+{factor}*{spread}", level)
        if line == row:
            sheet.text(line, WHY, miller_orr_why(checks, sheet.book.figures), "soft")


def _least_cost(sheet: Sheet, row: int, best: LeastCost, result: Result, idle: str) -> list[str]:
    """The newsvendor's answer, and which cost of a shortage the plan's own confidence implies.

    Gives each once more, less the cell that shows it.
    """
    texts, figures, confidence = sheet.book.texts, sheet.book.figures, result.confidence
    sheet.text(row, LABEL, texts("cross.overage"))
    sheet.formula(row, AMOUNT, f"={idle}*{result.horizon_days}/365", best.overage, "formula", UNIT_COST)
    overage = local_cell(row, AMOUNT)
    cost, of_idle = sheet.cell(row, AMOUNT), sheet.cell(row - 6, AMOUNT)
    again = [f"365*{cost}/{result.horizon_days}/{of_idle}-1"]
    row += 1
    if best.underage is not None and best.confidence is not None:
        sheet.text(row, LABEL, texts("cross.underage"))
        sheet.number(row, AMOUNT, best.underage, "input", UNIT_COST)
        underage = local_cell(row, AMOUNT)
        sheet.text(row + 1, LABEL, texts("cross.confidence"))
        sheet.formula(row + 1, AMOUNT, f"={underage}/({underage}+{overage})", best.confidence, "formula", RATE)
        sheet.text(row + 2, LABEL, texts("cross.least_cost", confidence=figures.percent(best.confidence, 1)))
        sheet.number(row + 2, AMOUNT, best.amount, "engine")
        short, level = (sheet.cell(place, AMOUNT) for place in (row, row + 1))
        again.append(f"1-{level}-{cost}/({short}+{cost})")
        row += 3
    sheet.text(row, LABEL, texts("cross.implied", confidence=figures.confidence(confidence)))
    formula = f"={overage}*{confidence}/(1-{confidence})"
    sheet.formula(row, AMOUNT, formula, best.implied_underage, "formula", UNIT_COST)
    sheet.text(row, WHY, implied_why(best, figures), "soft")
    return [*again, f"{sheet.cell(row, AMOUNT)}*(1-{confidence})/{confidence}/{cost}-1"]
