"""The dashboard: what comes of the inputs on one page, with charts that move with them, and whether all of it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook.drawing import BLUE, GREEN, ORANGE, SKY, VERMILLION, dated, titled
from forecast.outputs.workbook.live.days import DATE
from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart

    from forecast.outputs.workbook.live.days import DayCells
    from forecast.outputs.workbook.live.inputs import Output
    from forecast.outputs.workbook.live.model import Results
    from forecast.outputs.workbook.live.weeks import WeekCells

LEFT, RIGHT = 0, 4
"""The first columns of the two blocks of figures, each with its value and unit beside it."""

STATE = ("out_checks", "out_stale", "out_outside")
"""What stands on the right: whether the model holds, whether the simulation is of these inputs, and the formulas."""

WARNED = {"live.state": "out_stale", "live.formulas": "out_outside"}
"""Lines in words that are reddened, and by which output."""

WIDTHS = (46, 16, 9, 2, 46, 16, 9)
SIZE = {"width": 506, "height": 262}
ROWS_A_CHART = 14


def fill_dashboard(
    sheet: Sheet, days: DayCells, weeks: WeekCells, shown: Results, scenario: tuple[str, str], before: str
) -> None:
    """Writes the sheet; ``scenario`` is the label of that chosen, as a formula and as delivered.

    ``before`` tells of what was owed before the plan began, if anything.
    """
    texts = sheet.book.texts
    sheet.widths(WIDTHS)
    sheet.text(2, LEFT, texts("live.scenario"), "fact", wrap=False)
    sheet.formula(2, LEFT + 1, f"={scenario[0]}", scenario[1], "fact", "")
    sheet.text(2, RIGHT, before, "warning", wrap=False)
    left = [one for one in shown.outputs if one.name not in STATE]
    right = [*shown.simulated, *(one for one in shown.outputs if one.name in STATE)]
    for column, head, block in ((LEFT, "live.outputs", left), (RIGHT, "live.beside", right)):
        sheet.heads(FIRST_ROW, column, [texts(head), texts("words.value"), texts("words.unit")], 20)
        _block(sheet, column, block)
    rows = max(len(left), len(right))
    for row, one in enumerate(right, FIRST_ROW + 1):
        if one.word in WARNED:
            _warn(sheet, row, WARNED[one.word])
    first = FIRST_ROW + rows + 2
    charts = [_cash(sheet, days), _receipts(sheet, weeks), _moves(sheet, weeks)]
    charts += [_owed(sheet, days)] if days.facilities else []
    for place, chart in enumerate(charts):
        row, column = first + ROWS_A_CHART * (place // 2), RIGHT if place % 2 else LEFT
        sheet.worksheet.insert_chart(row, column, chart, {"object_position": 2})
    sheet.prints(0, 0, first + 2 * ROWS_A_CHART, len(WIDTHS) - 1)
    sheet.prints_on_one_page()


def _block(sheet: Sheet, column: int, outputs: Sequence[Output]) -> None:
    """Figures with their units; those with a name by it."""
    texts = sheet.book.texts
    for row, one in enumerate(outputs, FIRST_ROW + 1):
        sheet.text(row, column, texts(one.word))
        sheet.formula(row, column + 1, f"={one.name or one.formula}", one.value, "formula_strong", one.number)
        unit = sheet.book.figures.unit if one.unit == "money" else texts(f"units.{one.unit}")
        sheet.text(row, column + 2, "" if one.unit == "text" else unit, "unit")


def _warn(sheet: Sheet, row: int, name: str) -> None:
    """Reddens a line where the output of a name is not 0."""
    colours = sheet.book.workbook.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    rule = {"type": "formula", "criteria": f"={name}>0", "format": colours}
    sheet.worksheet.conditional_format(row, RIGHT, row, RIGHT + 1, rule)


def _cash(sheet: Sheet, days: DayCells) -> Chart:
    """Cash by day with facilities and without, beside the minimum."""
    chart, texts = sheet.book.workbook.add_chart({"type": "line"}), sheet.book.texts
    lines = [(days.financed, "live.financed", GREEN, 3.5, "solid")] if days.facilities else []
    lines.append((days.closing, "live.closing", BLUE, 1.75, "solid"))
    lines.append((days.minimum, "words.minimum_balance", VERMILLION, 1.5, "dash"))
    for column, word, colour, width, dash in lines:
        line = {"color": colour, "width": width, "dash_type": dash}
        source = {"categories": f"={days.down(DATE)}", "values": f"={days.down(column)}"}
        chart.add_series({"name": texts(word), "line": line} | source)
    dated(chart, texts("live.cash_chart"), sheet.book.figures.unit, SIZE)
    return chart


def _receipts(sheet: Sheet, weeks: WeekCells) -> Chart:
    """Receipts by week."""
    return _columns(sheet, weeks, "live.receipts_chart", [("words.receipts", weeks.receipts, SKY)])


def _moves(sheet: Sheet, weeks: WeekCells) -> Chart:
    """What comes in and goes out by week."""
    series = [("live.paid_in", weeks.paid_in, BLUE), ("live.paid_out", weeks.paid_out, ORANGE)]
    return _columns(sheet, weeks, "live.moves_chart", series)


def _columns(sheet: Sheet, weeks: WeekCells, title: str, series: Sequence[tuple[str, str, str]]) -> Chart:
    chart, texts = sheet.book.workbook.add_chart({"type": "column"}), sheet.book.texts
    for word, area, colour in series:
        source = {"categories": f"={weeks.first_days}", "values": f"={area}"}
        chart.add_series({"name": texts(word), "fill": {"color": colour}, "gap": 60} | source)
    titled(chart, texts(title), sheet.book.figures.unit, SIZE)
    chart.set_x_axis({"text_axis": True, "num_format": "mm-dd", "label_position": "low"})
    return chart


def _owed(sheet: Sheet, days: DayCells) -> Chart:
    """What all facilities are owed by day."""
    chart, texts = sheet.book.workbook.add_chart({"type": "area"}), sheet.book.texts
    source = {"categories": f"={days.down(DATE)}", "values": f"={days.down(days.owed)}"}
    chart.add_series({"name": texts("live.owed_all"), "fill": {"color": GREEN}} | source)
    dated(chart, texts("live.owed_chart"), sheet.book.figures.unit, SIZE)
    return chart
