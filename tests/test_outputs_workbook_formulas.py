"""Formulas in the workbook's sheets are stored as XlsxWriter itself would store them."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from forecast.outputs.workbook.formulas import PlainWorksheet

FORMULAS = [
    "=SUM(A1:A3)",
    "SUMPRODUCT(A1:A3,B1:B3)",
    "=IF(MAX(A1,0)>0,\"XLOOKUP(\",INDEX('S'!$A$1:$A$9,MATCH(1,B1:B3,0)))",
    "=XLOOKUP(A1,B1:B3,C1:C3)",
    "=IF(A1>0,SWITCH(B1,1,2),SUM(C1:C3))",
    "=_xlfn.CONCAT(A1,B1)",
    "=A1*2",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_stored_as_xlsxwriter_stores_it(formula: str) -> None:
    stored = []
    for kind in (None, PlainWorksheet):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as book:
            book.add_worksheet("S", kind).write_formula(0, 5, formula, None, 1)
        sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
        stored += re.findall("<f.*</f>", sheet)
    assert stored[0] == stored[1]
    assert len(stored) == 2
