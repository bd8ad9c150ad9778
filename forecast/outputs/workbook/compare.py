"""The sheets that compare: totals by channel, and the scenarios side by side with charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.tables.run import mix_text, sufficing
from forecast.outputs.tables.unmoved import unmoved
from forecast.outputs.workbook.drawing import CHART_SIZE, GRID, dated
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, Sheet, label_width, local_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xlsxwriter.chart import Chart

    from forecast.outputs.workbook.data import DataCells
    from forecast.outputs.workbook.financing import MixCells
    from forecast.outputs.workbook.front import InputCells
    from forecast.results.run import Result
    from forecast.results.scenario import ChannelResult, ScenarioResult

CHANNEL_MEANS: tuple[tuple[str, Callable[[ChannelResult], float]], ...] = (
    ("sales", lambda one: one.sales_total.mean),
    ("failed", lambda one: one.failed_total.mean),
    ("lost", lambda one: one.lost_total.mean),
    ("settled", lambda one: one.settled_total.mean),
    ("refunded_after", lambda one: one.refunded_after_total.mean),
    ("receipts", lambda one: one.receipts_total.mean),
    ("fees", lambda one: one.fees_total.mean),
    ("refunded_before", lambda one: one.refunded_before_total.mean),
    ("opening_outstanding", lambda one: one.opening_outstanding),
    ("closing_outstanding", lambda one: one.closing_outstanding.mean),
)
"""Columns of the channels sheet after scenario and channel; receipts stand right of their two parts."""

FIRST_MEAN = 2
SETTLED, BACK, RECEIPTS, FAILED, LOST = (
    FIRST_MEAN + [word for word, _ in CHANNEL_MEANS].index(word)
    for word in ("settled", "refunded_after", "receipts", "failed", "lost")
)
FIRST_INTERVAL = FIRST_MEAN + len(CHANNEL_MEANS)
"""From this column on the intervals of receipts and of what is lost."""

COMPARED = (
    "scenario",
    "sales",
    "receipts",
    "p05",
    "p50",
    "p95",
    "difference",
    "failed",
    "lost",
    "lowest_cash",
    "lowest_cash_day",
    "buffer",
    "buffer_upper",
    "expected_shortfall",
    "peak_day",
    "funding_gap",
    "probability_short",
    "expected_cost",
    "effective_annual_rate",
    "recommended",
    "remark",
)
"""The columns of the comparison."""

QUANTILES = ("p05", "p50", "p95")
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#5F6368", "#000000")


@dataclass(frozen=True, slots=True)
class ChannelCells:
    """References to a scenario's sums over its channels."""

    failed: str
    lost: str
    receipts: str


@dataclass(frozen=True, slots=True)
class Links:
    """References to the inputs, to the simulated figures, and by scenario to its channels' sums and recommended mix."""

    inputs: InputCells
    data: DataCells
    channels: Mapping[str, ChannelCells]
    mixes: Mapping[str, MixCells]


def fill_channels(sheet: Sheet, result: Result) -> dict[str, ChannelCells]:
    """Totals by channel and scenario; gives the cells of each scenario's sums over channels."""
    texts = sheet.book.texts
    heads = [texts("words.scenario"), texts("words.channel"), *(texts(f"words.{word}") for word, _ in CHANNEL_MEANS)]
    ends = [texts("figure.p05"), texts("figure.p95")]
    heads += [f"{texts(f'words.{word}')} {end}" for word in ("receipts", "lost") for end in ends]
    sheet.heads(FIRST_ROW, 0, heads)
    sheet.widths([label_width(result), 16] + [13] * len(CHANNEL_MEANS) + [20] * 4)
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, FIRST_MEAN)
    sheet.repeat_rows(FIRST_ROW)
    row, cells = FIRST_ROW + 1, {}
    for name, scenario in result.scenarios.items():
        first = row
        for channel, totals in scenario.by_channel.items():
            sheet.text(row, 0, scenario.label)
            sheet.text(row, 1, result.channels[channel].label)
            _channel_row(sheet, row, totals)
            row += 1
        _channel_sums(sheet, row, first, scenario)
        cells[name] = ChannelCells(*(sheet.cell(row, column) for column in (FAILED, LOST, RECEIPTS)))
        row += 1
    return cells


def fill_comparison(sheet: Sheet, result: Result, links: Links) -> None:
    """A row a scenario, linked to the other sheets, and three charts below."""
    texts = sheet.book.texts
    sheet.heads(FIRST_ROW, 0, [_comparison_head(sheet, word) for word in COMPARED])
    sheet.widths([label_width(result)] + [14] * (len(COMPARED) - 3) + [26, 30])
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 1)
    first = FIRST_ROW + 1
    base_row = first + list(result.scenarios).index("base")
    for row, (name, scenario) in enumerate(result.scenarios.items(), first):
        sheet.text(row, 0, scenario.label)
        sheet.day(row, COMPARED.index("peak_day"), scenario.buffer.peak_day, "engine")
        sheet.day(row, COMPARED.index("lowest_cash_day"), scenario.lowest_cash.day, "engine")
        for word, formula, value, number in _compared(name, result, links, (row, base_row)):
            column = COMPARED.index(word)
            if formula is None or value is None:
                sheet.number(row, column, value, "engine" if formula is None else "formula", number)
            else:
                sheet.formula(row, column, f"={formula}", value, "formula", number)
        sheet.text(row, COMPARED.index("recommended"), mix_text(scenario, sheet.book.figures), "beside")
        sheet.text(row, COMPARED.index("remark"), unmoved(scenario, result, sheet.book.figures), "beside")
    last = first + len(result.scenarios) - 1
    sheet.charts(last + 2, [*_bars(sheet, result, first, last), _cash_chart(sheet, result, links)])
    sheet.text(2, 0, texts("sheet.charts_below"), "soft", wrap=False)


def _compared(
    name: str, result: Result, links: Links, rows: tuple[int, int]
) -> Iterator[tuple[str, str | None, float | None, str]]:
    """A scenario's columns: word, formula (None for the engine's own figures), figure, and number format."""
    scenario, base = result.scenarios[name], result.base.receipts_total.mean
    place, sums, best = list(result.scenarios).index(name), links.channels[name], sufficing(scenario)
    sales, money, closings = (links.data.of(place, (word, "mean")) for word in ("sales", "receipts", "cash_before"))
    total, buffer, mix = scenario.receipts_total, scenario.buffer, links.mixes.get(name) if best else None
    receipts, base_receipts = (local_cell(row, COMPARED.index("receipts")) for row in rows)
    opening = links.inputs.opening_balance if scenario.cash is None else f"{scenario.cash.opening_balance:.15g}"
    gap = f"MAX(0,{local_cell(rows[0], COMPARED.index('buffer'))}-{opening})"
    yield "sales", f"SUM({sales})", scenario.sales_total.mean, MONEY
    yield "receipts", f"SUM({money})", total.mean, MONEY
    yield "p05", None, total.p05, MONEY
    yield "p50", None, total.p50, MONEY
    yield "p95", None, total.p95, MONEY
    yield "difference", f"{receipts}-{base_receipts}", total.mean - base, MONEY
    yield "failed", sums.failed, _over_channels(scenario, FAILED), MONEY
    yield "lost", sums.lost, _over_channels(scenario, LOST), MONEY
    yield "lowest_cash", f"MIN({closings})", scenario.lowest_cash.amount, MONEY
    yield "buffer", None, buffer.amount, MONEY
    yield "buffer_upper", None, buffer.upper, MONEY
    yield "expected_shortfall", None, buffer.expected_shortfall, MONEY
    yield "funding_gap", gap, buffer.funding_gap, MONEY
    yield "probability_short", None, buffer.probability_short, RATE
    yield "expected_cost", mix.expected_cost if mix else "", best.expected_cost if best else None, MONEY
    rate = best.effective_annual_rate if best else None
    yield "effective_annual_rate", mix.effective_annual_rate if mix else "", rate, RATE


def _channel_row(sheet: Sheet, row: int, totals: ChannelResult) -> None:
    for column, (_, mean) in enumerate(CHANNEL_MEANS, FIRST_MEAN):
        if column == RECEIPTS:
            sheet.formula(row, column, f"={local_cell(row, SETTLED)}-{local_cell(row, BACK)}", mean(totals))
        else:
            sheet.number(row, column, mean(totals), "engine")
    receipts, lost = totals.receipts_total, totals.lost_total
    for column, value in enumerate((receipts.p05, receipts.p95, lost.p05, lost.p95), FIRST_INTERVAL):
        sheet.number(row, column, value, "engine")


def _channel_sums(sheet: Sheet, row: int, first: int, scenario: ScenarioResult) -> None:
    sheet.text(row, 0, scenario.label, "strong")
    sheet.text(row, 1, sheet.book.texts("words.channels_all"), "strong")
    for column in range(FIRST_MEAN, FIRST_INTERVAL):
        area = f"{local_cell(first, column)}:{local_cell(row - 1, column)}"
        sheet.formula(row, column, f"=SUM({area})", _over_channels(scenario, column), "formula_strong")
    total = scenario.receipts_total
    for column, value in enumerate((total.p05, total.p95, None, None), FIRST_INTERVAL):
        sheet.number(row, column, value, "engine_strong")


def _over_channels(scenario: ScenarioResult, column: int) -> float:
    """The mean in a column of the channels sheet, summed over the channels."""
    _, mean = CHANNEL_MEANS[column - FIRST_MEAN]
    return sum(mean(totals) for totals in scenario.by_channel.values())


def _comparison_head(sheet: Sheet, word: str) -> str:
    texts = sheet.book.texts
    if word in QUANTILES:
        return f"{texts('words.receipts')} {texts(f'figure.{word}')}"
    return texts(f"words.{word}")


def _bars(sheet: Sheet, result: Result, first: int, last: int) -> Iterator[Chart]:
    """Receipts with their interval, and the buffer with its upper limit, by scenario."""
    categories = "=" + sheet.area(first, 0, last, 0)
    bars = (("receipts", QUANTILES), ("buffer", ("buffer", "buffer_upper")))
    for word, columns in bars:
        chart = sheet.book.workbook.add_chart({"type": "column"})
        for colour, name in zip((COLOURS[5], COLOURS[0], COLOURS[2]), columns, strict=False):
            column = COMPARED.index(name)
            values = "=" + sheet.area(first, column, last, column)
            head = "=" + sheet.cell(FIRST_ROW, column)
            chart.add_series({"name": head, "categories": categories, "values": values, "fill": {"color": colour}})
        chart.set_title({"name": sheet.book.texts(f"words.{word}"), "name_font": {"size": 12}, "overlay": False})
        unit = sheet.book.figures.unit
        chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": GRID} | _from_zero(result))
        chart.set_legend({"position": "bottom"})
        chart.set_size(CHART_SIZE)
        yield chart


def _cash_chart(sheet: Sheet, result: Result, links: Links) -> Chart:
    """A line a scenario: the 5 % quantile of its cash before financing; of many, base and those that fall lowest."""
    texts = sheet.book.texts
    chart = sheet.book.workbook.add_chart({"type": "line"})
    scenarios = list(result.scenarios.values())
    others = sorted(range(1, len(scenarios)), key=lambda place: min(scenarios[place].cash_before_financing.p05))
    for colour, place in zip(COLOURS, [0, *sorted(others[: len(COLOURS) - 1])], strict=False):
        source = {"categories": f"={links.data.dates()}", "values": f"={links.data.of(place, ('cash_before', 'p05'))}"}
        chart.add_series({"name": scenarios[place].label, "line": {"color": colour, "width": 2}} | source)
    title = f"{texts('words.cash_before')} {texts('figure.p05')}"
    if len(scenarios) > len(COLOURS):
        title += texts("sheet.lowest_of_all", shown=len(COLOURS) - 1, all=len(scenarios) - 1)
    dated(chart, title, sheet.book.figures.unit)
    return chart


def _from_zero(result: Result) -> dict[str, float]:
    """An axis from zero, so that columns keep their proportion; left to the program where receipts are negative."""
    lowest = min(scenario.receipts_total.p05 for scenario in result.scenarios.values())
    return {"min": 0.0} if lowest >= 0 else {}
