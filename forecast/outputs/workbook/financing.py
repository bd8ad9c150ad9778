"""The financing sheet: by scenario the recommended mix with its parts, then each facility alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.financing.measures import NO_DAYS
from forecast.outputs.figures import facility_kinds
from forecast.outputs.tables.run import mix_text, runner_up_limits, runner_up_names
from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, Sheet, label_width, local_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.financing.measures import LastDays
    from forecast.financing.options import MixPart, RunnerUp
    from forecast.outputs.figures import Figures
    from forecast.results.financing import OptionShown, Recommended
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

OPTIONS = (
    "scenario",
    "option",
    "facility",
    "kind",
    "feasible",
    "interest",
    "fees_financing",
    "cost_beyond_horizon",
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
    "reason",
)
"""The columns of the sheet."""

KIND, FEASIBLE, INTEREST, FEES, BEYOND, COST, ANNUAL_RATE = range(OPTIONS.index("kind"), OPTIONS.index("simple_rate"))
SHORT = OPTIONS.index("shortfall_probability")
NUMBERS = (*(MONEY,) * 4, *(RATE,) * 3, *(MONEY,) * 3, "0.0", RATE, MONEY)
"""The number formats from interest to lower bound."""

ABOVE, COSTS_ABOVE, BROAD = FIRST_ROW - 1, 1, 4
"""Where costs of the scenario chosen stand above the table: a label over three columns, and the figure."""

START, REASON = OPTIONS.index("latest_start_day"), OPTIONS.index("reason")


@dataclass(frozen=True, slots=True)
class MixCells:
    """References to a recommended mix's expected cost and effective rate."""

    expected_cost: str
    effective_annual_rate: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the sheet; its figures stand in the columns from interest to lower bound."""

    word: str
    facility: str
    kind: str
    feasible: str
    figures: tuple[float | None, ...]
    days: LastDays
    reason: str = ""


def fill_financing(sheet: Sheet, result: Result) -> dict[str, MixCells]:
    """A line a mix, a part of it and a facility alone; gives the cells of each scenario's recommendation."""
    sheet.heads(FIRST_ROW, 0, [sheet.book.texts(f"words.{word}") for word in OPTIONS])
    costs, days = [11, 11, 11, 11, 10, 10, 11], [11, 11, 11]
    sheet.widths([min(22, label_width(result)), 10, 20, 14, 8, *costs, 12, 12, 12, 8, 11, 12, *days, 34])
    sheet.worksheet.freeze_panes(FIRST_ROW + 1, 3)
    sheet.repeat_rows(FIRST_ROW)
    kinds = {name: sheet.book.figures.kind(kind) for name, kind in facility_kinds(result).items()}
    row, cells = FIRST_ROW + 1, {}
    for name, scenario in result.scenarios.items():
        if scenario.financing is not None:
            cells[name] = MixCells(sheet.cell(row, COST), sheet.cell(row, ANNUAL_RATE))
        for line in _lines(scenario, kinds, sheet.book.figures):
            _write(sheet, row, scenario.label, line)
            row += 1
    if not cells:
        sheet.text(row, 0, sheet.book.texts("report.no_facilities"))
    return cells


def fill_costs(sheet: Sheet, figures: Sequence[tuple[str, str, float | str]]) -> list[str]:
    """Writes above the table, side by side, figures of the scenario chosen: word, formula, value; gives their cells.

    A value may be a word, such as that no mix holds.
    """
    cells = []
    for place, (word, formula, value) in enumerate(figures):
        column = COSTS_ABOVE + BROAD * place
        sheet.text(ABOVE, column, sheet.book.texts(word), "beside", wrap=False)
        sheet.formula(ABOVE, column + BROAD - 1, f"={formula}", value, "formula_strong")
        cells.append(sheet.cell(ABOVE, column + BROAD - 1))
    return cells


def _lines(scenario: ScenarioResult, kinds: Mapping[str, str], figures: Figures) -> Iterator[_Line]:
    if scenario.financing is None:
        return
    best = scenario.financing.recommended
    rates = (best.expected_cost, best.effective_annual_rate, None, best.shortfall_probability, best.lower_bound)
    facilities, feasible = mix_text(scenario, figures), figures.yes_no(best.feasible)
    yield _Line("recommended", facilities, "", feasible, _figures(best, *rates), best.days, best.reason)
    for part in best.mix:
        numbers = _figures(part, None, part.rates.compound_rate, part.limit_used)
        yield _Line("limit_used", figures.facility(part.facility), kinds[part.facility], "", numbers, part.days)
    if best.runner_up is not None:
        yield _runner_up(best.runner_up, figures)
    for one in scenario.financing.options:
        numbers = _figures(one, one.expected_cost, one.effective_annual_rate, one.limit_used, one.shortfall_probability)
        feasible, reason = figures.yes_no(one.feasible), one.why_not or ""
        yield _Line("option", figures.facility(one.facility), kinds[one.facility], feasible, numbers, one.days, reason)


def _runner_up(second: RunnerUp, figures: Figures) -> _Line:
    """The line of the runner-up: what it costs in all, how often it falls short, and its limits in words."""
    numbers: list[float | None] = [None] * len(NUMBERS)
    numbers[COST - INTEREST], numbers[SHORT - INTEREST] = second.expected_cost, second.shortfall_probability
    names, limits = runner_up_names(second, figures), runner_up_limits(second, figures)
    return _Line("runner_up", names, "", figures.texts("words.yes"), tuple(numbers), NO_DAYS, limits)


def _figures(
    one: Recommended | MixPart | OptionShown,
    cost: float | None,
    annual_rate: float | None,
    limit: float | None,
    shortfall: float | None = None,
    bound: float | None = None,
) -> tuple[float | None, ...]:
    """The figures of a line in the order of the columns; None where there is none."""
    rates = one.rates
    costs = (one.interest, one.fees, one.cost_beyond_horizon, cost)
    priced = (annual_rate, rates.simple_rate, rates.cost_on_balance_rate)
    return *costs, *priced, limit, rates.mean_drawn, rates.peak_drawn, rates.days_drawn, shortfall, bound


def _write(sheet: Sheet, row: int, scenario: str, line: _Line) -> None:
    """One line; cost is the sum of its parts as a formula where they are known."""
    look = "strong" if line.word == "recommended" else "label"
    for column, text in enumerate((scenario, sheet.book.texts(f"words.{line.word}"), line.facility)):
        sheet.text(row, column, text, look)
    sheet.text(row, KIND, line.kind)
    sheet.text(row, FEASIBLE, line.feasible)
    for column, (value, number) in enumerate(zip(line.figures, NUMBERS, strict=True), INTEREST):
        if column == COST and value is not None and line.figures[0] is not None:
            sheet.formula(row, COST, f"=SUM({local_cell(row, INTEREST)}:{local_cell(row, BEYOND)})", value)
        else:
            sheet.number(row, column, value, "engine", number)
    days = line.days
    for column, day in enumerate((days.latest_start_day, days.latest_signing_day, days.latest_notice_day), START):
        sheet.day(row, column, day, "engine")
    sheet.text(row, REASON, line.reason, "beside")
