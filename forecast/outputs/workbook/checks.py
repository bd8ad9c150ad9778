"""The checks sheet: do the formulas equal the engine's figures; all together they are the master check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW, Sheet, local_cell
from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.workbook.compare import Links
    from forecast.results.run import Result

TOLERANCE_ROW = FIRST_ROW
HEAD_ROW = TOLERANCE_ROW + 2
FIRST_CHECK = HEAD_ROW + 1
ITEM, ENGINE, FORMULA, DIFFERENCE, RESULT = range(5)


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, the formula's cell, the engine's figure, and what the formula comes to, both in yuan.

    ``other`` is a formula in place of the engine's figure, which then is what that one comes to at first. ``exact``
    allows no tolerance: what is compared are days, counts, or cells that show one and the same figure.
    """

    name: str
    cell: str
    engine: float
    expected: float
    other: str | None = None
    exact: bool = False


def tolerance(result: Result) -> float:
    """How far sums of figures rounded to the fen may lie from the rounded sum: a fen a day and channel, in yuan."""
    return round(0.01 * float(result.horizon_days + len(result.channels) + 1), 2)


def master_cell(sheet: Sheet) -> str:
    """A reference to the master check."""
    return sheet.cell(1, RESULT)


@dataclass(frozen=True, slots=True)
class Checked:
    """The checks as written: the master check's text, and how many fail as the engine finds it and by a formula."""

    master: str
    failing: int
    count: str


def fill_checks(sheet: Sheet, result: Result, links: Links, more: Sequence[Check]) -> Checked:
    """Writes every check and the master check.

    ``more`` are the checks beside those of every scenario; they concern base.
    """
    texts, allowed = sheet.book.texts, tolerance(result)
    sheet.widths([58, 20, 20, 16, 14])
    sheet.text(TOLERANCE_ROW, ITEM, texts("sheet.check_tolerance") + f" ({sheet.book.figures.unit})")
    sheet.number(TOLERANCE_ROW, ENGINE, allowed, "input")
    heads = ("check_item", "check_engine", "check_formula", "check_difference", "check_result")
    sheet.heads(HEAD_ROW, 0, [texts(f"sheet.{head}") for head in heads], height=24)
    sheet.worksheet.freeze_panes(FIRST_CHECK, 1)
    checks = [(result.scenarios[name].label, check) for name in result.scenarios for check in _own(name, result, links)]
    checks += [(result.base.label, check) for check in more]
    for row, (scenario, check) in enumerate(checks, FIRST_CHECK):
        sheet.text(row, ITEM, texts(f"sheet.check_{check.name}", scenario=scenario))
        _write(sheet, row, check, passed=_holds(check, allowed))
    area = f"{local_cell(FIRST_CHECK, RESULT)}:{local_cell(FIRST_CHECK + len(checks) - 1, RESULT)}"
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    failing = sum(not _holds(check, allowed) for _, check in checks)
    master = bad if failing else good
    sheet.master_check(RESULT, f'=IF(COUNTIF({area},"{good}")=ROWS({area}),"{good}","{bad}")', master)
    results = sheet.area(FIRST_CHECK, RESULT, FIRST_CHECK + len(checks) - 1, RESULT)
    return Checked(master, failing, f'ROWS({results})-COUNTIF({results},"{good}")')


def _holds(check: Check, allowed: float) -> bool:
    return abs(check.engine - check.expected) <= (0.0 if check.exact else allowed)


def _own(name: str, result: Result, links: Links) -> Iterator[Check]:
    """A scenario's own checks."""
    scenario, place = result.scenarios[name], list(result.scenarios).index(name)
    sales, money, *others = (
        f"SUM({links.data.of(place, (word, 'mean'))})" for word in ("sales", "receipts", "other_flows", "costs")
    )
    receipts, total = scenario.receipts.mean, scenario.receipts_total.mean
    net = sum(one.settled_total.mean - one.refunded_after_total.mean for one in scenario.by_channel.values())
    cash = result.cash_of(scenario)
    closing = cash.opening_balance + sum(receipts) + sum(cash.other_flows) + sum(costs_by_day(scenario))
    yield Check(
        "closing",
        "+".join([links.data.opening(place), money, *others]),
        scenario.cash_before_financing.mean[-1],
        closing,
    )
    yield Check("receipts", money, total, sum(receipts))
    yield Check("sales", sales, scenario.sales_total.mean, sum(scenario.sales.mean))
    yield Check("channels", links.channels[name].receipts, total, net)


def _write(sheet: Sheet, row: int, check: Check, *, passed: bool) -> None:
    good, bad = sheet.book.texts("sheet.ok"), sheet.book.texts("sheet.bad")
    if check.other is None:
        sheet.number(row, ENGINE, check.engine, "engine")
    else:
        sheet.formula(row, ENGINE, f"={check.other}", check.engine)
    sheet.formula(row, FORMULA, f"={check.cell}", round(check.expected, 2))
    difference = f"=ABS({local_cell(row, ENGINE)}-{local_cell(row, FORMULA)})"
    sheet.formula(row, DIFFERENCE, difference, round(abs(check.engine - check.expected), 2))
    allowed = "0" if check.exact else sheet.cell(TOLERANCE_ROW, ENGINE)
    test = f'=IF({local_cell(row, DIFFERENCE)}<={allowed},"{good}","{bad}")'
    sheet.formula(row, RESULT, test, good if passed else bad, "check", "")
