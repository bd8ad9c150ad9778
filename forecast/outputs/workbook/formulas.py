"""Formulas as a worksheet stores them: those of functions that Excel has always had are stored as they are."""

from __future__ import annotations

import re

from xlsxwriter.worksheet import Worksheet

CALLED = re.compile(r"\b[A-Z][A-Z0-9.]*(?=\()")

LONG_KNOWN = frozenset({
    *("ABS", "COLUMN", "COUNTIF", "IF", "INDEX", "INT", "MATCH", "MAX", "MIN", "NA"),
    *("PRODUCT", "ROWS", "SUM", "SUMIFS", "SUMPRODUCT"),
})  # fmt: skip
"""Functions of the sheets that need no mark of a later version of Excel."""


class PlainWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet that looks for functions of later versions of Excel only where a formula may hold one."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002  # as there
        """As XlsxWriter, which looks for one such function after another: a third of the time of a workbook."""
        if LONG_KNOWN.issuperset(CALLED.findall(formula)) and not formula.endswith("}"):
            return formula.removeprefix("=")
        return str(super()._prepare_formula(formula, expand_future_functions))
