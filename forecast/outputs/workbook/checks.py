"""The checks sheet: do the formulas equal the engine's figures; all together they are the master check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, Sheet, local_cell
from forecast.results.scenario import costs_by_day

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from forecast.outputs.workbook.compare import Links
    from forecast.results.run import Result

TOLERANCE_ROW = FIRST_ROW
FINE_ROW = TOLERANCE_ROW + 1
FINE = 0.0005
"""How far sums of shares, rates and factors may lie from the engine's, which are rounded to a few digits."""

HEAD_ROW = TOLERANCE_ROW + 2
FIRST_CHECK = HEAD_ROW + 1
ITEM, ENGINE, FORMULA, DIFFERENCE, RESULT = range(5)
SMALL = "0.0000"


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, the formula's cell, the engine's figure, and what the formula comes to, both in yuan.

    ``other`` is a formula in place of the engine's figure, which then is what that one comes to at first. ``exact``
    allows no tolerance: what is compared are days, counts, or cells that show one and the same figure; ``fine`` are
    shares, rates and factors. ``sheet`` is the name of the sheet that the check is of, where its text tells it.
    """

    name: str
    cell: str
    engine: float
    expected: float
    other: str | None = None
    exact: bool = False
    fine: bool = False
    sheet: str = ""


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


def fill_checks(sheet: Sheet, result: Result, links: Links, more: Sequence[Check], told: Sequence[str] = ()) -> Checked:
    """Writes every check and the master check.

    ``more`` are the checks beside those of every scenario; they concern base. ``told`` are cells that show how many
    fail: one that shows any fails the master check, too.
    """
    texts, allowed = sheet.book.texts, tolerance(result)
    sheet.widths([58, 20, 20, 16, 14])
    sheet.text(TOLERANCE_ROW, ITEM, texts("sheet.check_tolerance") + f" ({sheet.book.figures.unit})")
    sheet.number(TOLERANCE_ROW, ENGINE, allowed, "input")
    sheet.text(FINE_ROW, ITEM, texts("sheet.check_tolerance_fine"))
    sheet.number(FINE_ROW, ENGINE, FINE, "input", SMALL)
    heads = ("check_item", "check_engine", "check_formula", "check_difference", "check_result")
    sheet.heads(HEAD_ROW, 0, [texts(f"sheet.{head}") for head in heads], height=24)
    sheet.worksheet.freeze_panes(FIRST_CHECK, 1)
    checks = [(result.scenarios[name].label, check) for name in result.scenarios for check in _own(name, result, links)]
    checks += [(result.base.label, check) for check in more]
    for row, (scenario, check) in enumerate(checks, FIRST_CHECK):
        sheet.text(row, ITEM, texts(f"sheet.check_{check.name}", scenario=scenario, sheet=check.sheet))
        _write(sheet, row, check, passed=_holds(check, allowed))
    area = f"{local_cell(FIRST_CHECK, RESULT)}:{local_cell(FIRST_CHECK + len(checks) - 1, RESULT)}"
    good, bad = texts("sheet.ok"), texts("sheet.bad")
    results = sheet.area(FIRST_CHECK, RESULT, FIRST_CHECK + len(checks) - 1, RESULT)
    count = f'ROWS({results})-COUNTIF({results},"{good}")'
    failing = sum(not _holds(check, allowed) for _, check in checks)
    master = bad if failing else good
    none = f'COUNTIF({area},"{good}")=ROWS({area})'
    holds = f"AND({','.join([none, *(f'{cell}=0' for cell in told)])})" if told else none
    sheet.master_check(RESULT, f'=IF({holds},"{good}","{bad}")', master)
    return Checked(master, failing, count)


def _holds(check: Check, allowed: float) -> bool:
    within = FINE if check.fine else 0.0 if check.exact else allowed
    return abs(check.engine - check.expected) <= within


def nothing(
    name: str, differences: Sequence[str], *, exact: bool = False, fine: bool = False, sheet: str = ""
) -> Check:
    """A check that differences, of cells or of whole areas, are nothing.

    They are squared: not every program takes the absolute values of an area.
    """
    terms = "+".join(f"SQRT(SUMPRODUCT(({one})^2))" for one in differences)
    return Check(name, terms, 0.0, 0.0, exact=exact, fine=fine, sheet=sheet)


def figures_of(sheet: Sheet, without: Container[int] = ()) -> list[Check]:
    """Checks that a sheet's figures come to what was written, by columns with formulas: of money, and of all else."""
    found: list[Check] = []
    for name, fine in (("figures", False), ("rates", True)):
        columns = sheet.tally.summed(fine=fine) if sheet.tally else []
        columns = [one for one in columns if one[0] not in without]
        areas = [f"SUM({sheet.area(one.first, place, one.last, place)})" for place, one in columns]
        total = math.fsum(one.total for _, one in columns)
        if areas:
            found.append(Check(name, "+".join(areas), total, total, fine=fine, sheet=sheet.name))
    return found


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
    number, digits = (SMALL, 6) if check.fine else (MONEY, 2)
    if check.other is None:
        sheet.number(row, ENGINE, check.engine, "engine", number)
    else:
        sheet.formula(row, ENGINE, f"={check.other}", check.engine, "formula", number)
    sheet.formula(row, FORMULA, f"={check.cell}", round(check.expected, digits), "formula", number)
    difference = f"=ABS({local_cell(row, ENGINE)}-{local_cell(row, FORMULA)})"
    sheet.formula(row, DIFFERENCE, difference, round(abs(check.engine - check.expected), digits), "formula", number)
    allowed = "0" if check.exact else sheet.cell(FINE_ROW if check.fine else TOLERANCE_ROW, ENGINE)
    test = f'=IF({local_cell(row, DIFFERENCE)}<={allowed},"{good}","{bad}")'
    sheet.formula(row, RESULT, test, good if passed else bad, "check", "")
