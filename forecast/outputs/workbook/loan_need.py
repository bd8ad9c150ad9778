"""The loan need sheet: last year's accounts as inputs, the rule's steps as formulas, the bridge to the funding gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.loan_need import STEPS, STRONG, formula_text, lead
from forecast.outputs.workbook.checks import Check
from forecast.outputs.workbook.sheet import FEN, FIRST_ROW, MONEY, RATE, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.financing.loan_need import LoanNeed
    from forecast.outputs.workbook.front import InputCells
    from forecast.results.loan_need import BridgeStep, LoanNeedShown
    from forecast.results.run import Result

LABEL, VALUE, UNIT, HOW = range(4)
NUMBERS = {"days": "0.000", "times": "0.0000", "share": RATE, "money": MONEY}

FORMULAS = {
    "inventory_days": "=360*{inventory}/{cost_of_goods_sold}",
    "receivable_days": "=360*{receivables}/{revenue}",
    "payable_days": "=360*{payables}/{cost_of_goods_sold}",
    "prepaid_days": "=360*{prepaid}/{cost_of_goods_sold}",
    "advance_days": "=360*{advances}/{revenue}",
    "cycle_days": "={inventory_days}+{receivable_days}-{payable_days}+{prepaid_days}-{advance_days}",
    "turns": "=360/{cycle_days}",
    "profit_margin": "={profit}/{revenue}",
    "growth": "={next_revenue}/{revenue}-1",
    "need": "={revenue}*(1-{profit_margin})*(1+{growth})/{turns}",
    "new_loan": "=MAX(0,{need}-{funds_available})",
}
"""The steps' formulas from the cells above them; 360 days are the rule's year."""


def fill_loan_need(sheet: Sheet, result: Result, need: LoanNeedShown, inputs: InputCells) -> list[Check]:
    """Accounts, steps and bridge; gives the checks of the new loan and, where there is one, of the bridge."""
    sheet.widths([42, 16, 10, 44])
    sheet.text(2, 0, lead(result, sheet.book.figures), "soft", wrap=False)
    first = FIRST_ROW + 2
    row, cells = _accounts(sheet, need, FIRST_ROW + 1)
    typed, delivered = (sheet.area(first, column, row - 1, column) for column in (VALUE, HOW))

    def unless_edited(cell: str, engine: float) -> str:
        """The engine's figure, as long as the accounts are those that it rests on."""
        return f"IF(SUMPRODUCT(({typed}<>{delivered})*1)>0,{cell},{engine})"

    row = _steps(sheet, need.steps, row + 1, cells)
    steps = need.steps
    loan, comes_to = sheet.cell(row - 1, VALUE), max(0.0, steps.need - steps.funds_available)
    checks = [Check("loan", loan, steps.new_loan, comes_to, unless_edited(loan, steps.new_loan))]
    if need.bridge:
        total = sum(part.amount for part in need.bridge)
        cell = _bridge(sheet, need.bridge, row + 1, cells, inputs)
        gap = result.base.buffer.funding_gap
        checks.append(Check("bridge", cell, gap, total, unless_edited(cell, gap)))
    sheet.worksheet.freeze_panes(FIRST_ROW, 1)
    return checks


def _accounts(sheet: Sheet, need: LoanNeedShown, row: int) -> tuple[int, dict[str, str]]:
    texts, cells = sheet.book.texts, {}
    heads = [texts("loan_need.accounts"), texts("words.value"), texts("words.unit"), texts("loan_need.delivered")]
    sheet.heads(row, 0, heads, height=24)
    for key, value in (need.accounts | {"funds_available": need.steps.funds_available}).items():
        row += 1
        sheet.text(row, LABEL, texts(f"loan_need.{key}"))
        sheet.number(row, VALUE, value, "input", FEN)
        sheet.text(row, UNIT, sheet.book.figures.unit, "unit")
        sheet.number(row, HOW, value, "engine", FEN)
        cells[key] = local_cell(row, VALUE)
    return row + 1, cells


def _steps(sheet: Sheet, need: LoanNeed, row: int, cells: dict[str, str]) -> int:
    texts = sheet.book.texts
    heads = [texts("loan_need.steps"), texts("words.value"), texts("words.unit"), texts("words.formula")]
    sheet.heads(row, 0, heads, height=32)
    for key, unit, figure in STEPS:
        if key not in FORMULAS:
            continue
        row += 1
        strong = "_strong" if key in STRONG else ""
        sheet.text(row, LABEL, texts(f"loan_need.{key}"), "strong" if strong else "label")
        sheet.formula(row, VALUE, FORMULAS[key].format(**cells), figure(need), f"formula{strong}", NUMBERS[unit])
        sheet.text(row, UNIT, sheet.book.figures.unit if unit == "money" else texts(f"units.{unit}"), "unit")
        sheet.text(row, HOW, formula_text(key, sheet.book.figures), "soft")
        cells[key] = local_cell(row, VALUE)
    return row + 1


def _bridge(sheet: Sheet, parts: list[BridgeStep], row: int, cells: Mapping[str, str], inputs: InputCells) -> str:
    """The steps to the funding gap: what follows from accounts and inputs as formulas, what is simulated as figures."""
    texts = sheet.book.texts
    heads = [texts("loan_need.bridge"), texts("words.amount"), texts("words.unit"), texts("loan_need.why")]
    sheet.heads(row, 0, heads, height=24)
    first = row + 1
    formulas = {
        "new_loan": f"={cells['new_loan']}",
        "own_funds": f"={cells['need']}-{cells['new_loan']}-{inputs.opening_balance}",
        "minimum_balance": f"={inputs.minimum_balance}",
    }
    for part in parts:
        row += 1
        sheet.text(row, LABEL, part.label)
        if part.key in formulas:
            sheet.formula(row, VALUE, formulas[part.key], part.amount)
        else:
            sheet.number(row, VALUE, part.amount, "engine")
        sheet.text(row, UNIT, sheet.book.figures.unit, "unit")
        sheet.text(row, HOW, part.text, "soft")
    row += 1
    sheet.text(row, LABEL, texts("loan_need.gap"), "strong")
    area = f"{local_cell(first, VALUE)}:{local_cell(row - 1, VALUE)}"
    sheet.formula(row, VALUE, f"=SUM({area})", round(sum(part.amount for part in parts), 2), "formula_strong")
    return sheet.cell(row, VALUE)
