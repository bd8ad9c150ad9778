"""The sheets that compare: scenarios side by side with charts, totals by channel, and the options of financing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.figures import facility_kinds, over_channels
from forecast.outputs.tables.run import mix_text
from forecast.outputs.workbook.scenario import CHART_SIZE, SECOND_CHART, dated
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, Sheet, local_cell, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.workbook.front import InputCells
    from forecast.outputs.workbook.scenario import ScenarioCells

CHANNEL_MEANS = (
    ("sales", "sales_total"),
    ("failed", "failed_total"),
    ("lost", "lost_total"),
    ("settled", "settled_total"),
    ("refunded_after", "refunded_after_total"),
    ("receipts", "receipts_total"),
    ("fees", "fees_total"),
    ("refunded_before", "refunded_before_total"),
    ("opening_outstanding", "opening_outstanding"),
    ("closing_outstanding", "closing_outstanding"),
)
"""Columns of the channels sheet after scenario and channel; receipts stand right of their two parts."""

FIRST_MEAN = 2
SETTLED, BACK, RECEIPTS, FAILED, LOST = (
    FIRST_MEAN + [word for word, _ in CHANNEL_MEANS].index(word)
    for word in ("settled", "refunded_after", "receipts", "failed", "lost")
)
INTERVALS = (("receipts", "receipts_total"), ("lost", "lost_total"))

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
    "buffer",
    "buffer_upper",
    "expected_shortfall",
    "peak_day",
    "funding_gap",
    "probability_short",
    "expected_cost",
    "effective_annual_rate",
    "recommended",
)
"""The columns of the comparison."""

OPTIONS = (
    "scenario",
    "option",
    "facility",
    "kind",
    "feasible",
    "interest",
    "fees_financing",
    "expected_cost",
    "effective_annual_rate",
    "simple_rate",
    "cost_on_balance_rate",
    "limit_used",
    "mean_drawn",
    "peak_drawn",
    "days_drawn",
    "shortfall_probability",
    "lower_bound",
    "latest_start_day",
    "latest_signing_day",
    "latest_notice_day",
    "why_not",
)
"""The columns of the financing sheet."""

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#5F6368", "#000000")


def fill_channels(sheet: Sheet, result: Mapping[str, Any]) -> dict[str, int]:
    """Totals by channel and scenario; gives the row of each scenario's sum over channels."""
    texts = sheet.book.texts
    heads = [texts("words.scenario"), texts("words.channel"), *(texts(f"words.{word}") for word, _ in CHANNEL_MEANS)]
    for word, _ in INTERVALS:
        heads += [f"{texts(f'words.{word}')} {texts(f'figure.{name}')}" for name in ("p05", "p95")]
    sheet.heads(FIRST_ROW, 0, heads)
    sheet.widths([_label_width(result), 16] + [13] * len(CHANNEL_MEANS) + [20] * (2 * len(INTERVALS)))
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, FIRST_MEAN)
    sheet.worksheet.repeat_rows(FIRST_ROW)
    row, sums = FIRST_ROW + 1, {}
    for name, scenario in result["scenarios"].items():
        first = row
        for channel, totals in scenario["by_channel"].items():
            sheet.text(row, 0, scenario["label"])
            sheet.text(row, 1, result["channels"][channel]["label"])
            _channel_row(sheet, row, totals)
            row += 1
        _channel_sums(sheet, row, first, scenario)
        sums[name] = row
        row += 1
    return sums


def fill_financing(sheet: Sheet, result: Mapping[str, Any]) -> dict[str, int]:
    """The recommended mix with its parts, then each facility alone; gives the row of each scenario's recommendation."""
    texts = sheet.book.texts
    sheet.heads(FIRST_ROW, 0, [texts(f"words.{word}") for word in OPTIONS])
    sheet.widths([_label_width(result), 16, 24, 22, 16, 12, 12, 12, 11, 11, 12, 13, 13, 13, 9, 12, 14, 13, 13, 13, 42])
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 3)
    sheet.worksheet.repeat_rows(FIRST_ROW)
    kinds, row, rows = facility_kinds(result), FIRST_ROW + 1, {}
    for name, scenario in result["scenarios"].items():
        financing = scenario.get("financing")
        if not financing:
            continue
        rows[name] = row
        recommended = financing["recommended"]
        _option_row(sheet, row, scenario, ("recommended", mix_text(scenario, sheet.book.figures), ""), recommended)
        row += 1
        for part in recommended["mix"]:
            _option_row(sheet, row, scenario, ("limit_used", part["facility"], kinds[part["facility"]]), part)
            row += 1
        for option in financing["options"]:
            _option_row(sheet, row, scenario, ("option", option["facility"], kinds[option["facility"]]), option)
            row += 1
    if not rows:
        sheet.text(row, 0, texts("report.no_facilities"))
    return rows


def fill_comparison(
    sheet: Sheet,
    result: Mapping[str, Any],
    inputs: InputCells,
    cells: Mapping[str, ScenarioCells],
    channels: tuple[Sheet, Mapping[str, int]],
    financing: tuple[Sheet, Mapping[str, int]],
) -> None:
    """A row a scenario, linked to the other sheets, and three charts below."""
    texts = sheet.book.texts
    sheet.heads(FIRST_ROW, 0, [_comparison_head(sheet, word) for word in COMPARED])
    sheet.widths([_label_width(result)] + [14] * (len(COMPARED) - 2) + [26])
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 1)
    base = result["scenarios"]["base"]["receipts_total"]["mean"]
    first = FIRST_ROW + 1
    base_row = first + list(result["scenarios"]).index("base")
    for row, (name, scenario) in enumerate(result["scenarios"].items(), first):
        total, buffer = scenario["receipts_total"], scenario["buffer"]
        at = {word: local_cell(row, column) for column, word in enumerate(COMPARED)}
        column = {word: number for number, word in enumerate(COMPARED)}
        sheet.text(row, 0, scenario["label"])
        sheet.formula(row, column["sales"], f"={cells[name].sales}", scenario["sales_total"]["mean"])
        sheet.formula(row, column["receipts"], f"={cells[name].receipts}", total["mean"])
        for quantile in ("p05", "p50", "p95"):
            sheet.number(row, column[quantile], total[quantile], "engine")
        against = f"={at['receipts']}-{local_cell(base_row, column['receipts'])}"
        sheet.formula(row, column["difference"], against, total["mean"] - base)
        for word, source, key in (("failed", FAILED, "failed_total"), ("lost", LOST, "lost_total")):
            link = f"={channels[0].cell(channels[1][name], source)}"
            sheet.formula(row, column[word], link, over_channels(scenario, key))
        for word, key in (
            ("buffer", "amount"),
            ("buffer_upper", "upper"),
            ("expected_shortfall", "expected_shortfall"),
        ):
            sheet.number(row, column[word], buffer[key], "engine")
        sheet.day(row, column["peak_day"], buffer["peak_day"], "engine")
        gap = f"=MAX(0,{at['buffer']}-{inputs.opening_balance})"
        sheet.formula(row, column["funding_gap"], gap, buffer["funding_gap"])
        sheet.number(row, column["probability_short"], buffer.get("probability_short"), "engine", RATE)
        _recommended(sheet, row, column, scenario, (financing[0], financing[1].get(name)))
    _comparison_charts(sheet, result, cells, first)
    sheet.text(2, 0, texts("sheet.charts_below"), "soft", wrap=False)


def _label_width(result: Mapping[str, Any]) -> float:
    return min(36, max(14, *(text_width(scenario["label"]) + 2 for scenario in result["scenarios"].values())))


def _channel_row(sheet: Sheet, row: int, totals: Mapping[str, Any]) -> None:
    for column, (_, key) in enumerate(CHANNEL_MEANS, FIRST_MEAN):
        value = totals[key] if key == "opening_outstanding" else totals[key]["mean"]
        if column == RECEIPTS:
            sheet.formula(row, column, f"={local_cell(row, SETTLED)}-{local_cell(row, BACK)}", value)
        else:
            sheet.number(row, column, value, "engine")
    column = FIRST_MEAN + len(CHANNEL_MEANS)
    for _, key in INTERVALS:
        for quantile in ("p05", "p95"):
            sheet.number(row, column, totals[key][quantile], "engine")
            column += 1


def _channel_sums(sheet: Sheet, row: int, first: int, scenario: Mapping[str, Any]) -> None:
    sheet.text(row, 0, scenario["label"], "strong")
    sheet.text(row, 1, sheet.book.texts("words.channels_all"), "strong")
    channels = scenario["by_channel"].values()
    for column, (_, key) in enumerate(CHANNEL_MEANS, FIRST_MEAN):
        value = sum(totals[key] if key == "opening_outstanding" else totals[key]["mean"] for totals in channels)
        area = f"{local_cell(first, column)}:{local_cell(row - 1, column)}"
        sheet.formula(row, column, f"=SUM({area})", value, "formula_strong")
    column = FIRST_MEAN + len(CHANNEL_MEANS)
    total = scenario["receipts_total"]
    for offset, value in enumerate((total["p05"], total["p95"], None, None)):
        sheet.number(row, column + offset, value, "engine_strong")


def _option_row(
    sheet: Sheet, row: int, scenario: Mapping[str, Any], names: tuple[str, str, str], option: Mapping[str, Any]
) -> None:
    """One line of the financing sheet; cost is interest plus fees as a formula where both are known."""
    texts, figures = sheet.book.texts, sheet.book.figures
    word, facility, kind = names
    strong = word == "recommended"
    for column, text in enumerate((scenario["label"], texts(f"words.{word}"), facility)):
        sheet.text(row, column, text, "strong" if strong else "label")
    sheet.text(row, 3, figures.kind(kind) if kind else "")
    sheet.text(row, 4, figures.yes_no(option["feasible"]) if "feasible" in option else "")
    interest, fees, cost = option.get("interest"), option.get("fees"), option.get("expected_cost")
    sheet.number(row, 5, interest, "engine")
    sheet.number(row, 6, fees, "engine")
    if interest is not None and fees is not None and cost is not None:
        sheet.formula(row, 7, f"={local_cell(row, 5)}+{local_cell(row, 6)}", cost)
    else:
        sheet.number(row, 7, cost, "engine")
    numbers = (
        ("effective_annual_rate", RATE),
        ("simple_rate", RATE),
        ("cost_on_balance_rate", RATE),
        ("limit_used", MONEY),
        ("mean_drawn", MONEY),
        ("peak_drawn", MONEY),
        ("days_drawn", "0.0"),
        ("shortfall_probability", RATE),
        ("lower_bound", MONEY),
    )
    rated = dict(option) | {"effective_annual_rate": option.get("effective_annual_rate", option.get("compound_rate"))}
    for column, (key, number) in enumerate(numbers, OPTIONS.index("effective_annual_rate")):
        sheet.number(row, column, rated.get(key), "engine", number)
    for key in ("latest_start_day", "latest_signing_day", "latest_notice_day"):
        sheet.day(row, OPTIONS.index(key), option.get(key), "engine")
    sheet.text(row, OPTIONS.index("why_not"), option.get("why_not") or "", "beside")


def _comparison_head(sheet: Sheet, word: str) -> str:
    texts = sheet.book.texts
    if word in {"p05", "p50", "p95"}:
        return f"{texts('words.receipts')} {texts(f'figure.{word}')}"
    return texts(f"words.{word}")


def _recommended(
    sheet: Sheet,
    row: int,
    column: Mapping[str, int],
    scenario: Mapping[str, Any],
    financing: tuple[Sheet, int | None],
) -> None:
    source, line = financing
    recommended = (scenario.get("financing") or {}).get("recommended") or {}
    for word, number in (("expected_cost", MONEY), ("effective_annual_rate", RATE)):
        value = recommended.get(word)
        if value is None or line is None:
            sheet.number(row, column[word], None, "formula", number)
        else:
            link = f"={source.cell(line, OPTIONS.index(word))}"
            sheet.formula(row, column[word], link, value, "formula", number)
    sheet.text(row, column["recommended"], mix_text(scenario, sheet.book.figures), "beside")


def _comparison_charts(sheet: Sheet, result: Mapping[str, Any], cells: Mapping[str, ScenarioCells], first: int) -> None:
    texts, unit = sheet.book.texts, sheet.book.figures.unit
    last = first + len(result["scenarios"]) - 1
    categories = "=" + sheet.area(first, 0, last, 0)
    bars = (("receipts", ("p05", "p50", "p95")), ("buffer", ("buffer", "buffer_upper")))
    for left, (word, columns) in zip((0, SECOND_CHART - 1), bars, strict=True):
        chart = sheet.book.workbook.add_chart({"type": "column"})
        for colour, name in zip((COLOURS[5], COLOURS[0], COLOURS[2]), columns, strict=False):
            column = COMPARED.index(name)
            values = "=" + sheet.area(first, column, last, column)
            head = "=" + sheet.cell(FIRST_ROW, column)
            chart.add_series({"name": head, "categories": categories, "values": values, "fill": {"color": colour}})
        chart.set_title({"name": texts(f"words.{word}"), "name_font": {"size": 12}, "overlay": False})
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": grid} | _from_zero(result))
        chart.set_legend({"position": "bottom"})
        chart.set_size(CHART_SIZE)
        sheet.worksheet.insert_chart(last + 2, left, chart, {"object_position": 2})
    chart = sheet.book.workbook.add_chart({"type": "line"})
    for index, (name, scenario) in enumerate(result["scenarios"].items()):
        line = {"color": COLOURS[index % len(COLOURS)], "width": 2}
        source = {"categories": f"={cells[name].days}", "values": f"={cells[name].cash_low}"}
        chart.add_series({"name": scenario["label"], "line": line} | source)
    dated(chart, f"{texts('words.cash_before')} {texts('figure.p05')}", unit)
    sheet.worksheet.insert_chart(last + 21, 0, chart, {"object_position": 2})


def _from_zero(result: Mapping[str, Any]) -> dict[str, float]:
    """An axis from zero, so that columns keep their proportion; left to the program where receipts are negative."""
    lowest = min(scenario["receipts_total"]["p05"] for scenario in result["scenarios"].values())
    return {"min": 0.0} if lowest >= 0 else {}
