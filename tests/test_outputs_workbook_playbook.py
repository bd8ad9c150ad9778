"""playbook.xlsx: its sheets with figures as figures, and texts that look like formulas as texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
from playbook_shop import kept_playbook

from forecast.outputs.workbook.playbook import write_playbook_workbook

if TYPE_CHECKING:
    from pathlib import Path

FORMULA = '=HYPERLINK("http://x","y")'


def test_the_sheets_hold_texts_and_figures(tmp_path: Path) -> None:
    result = kept_playbook()
    plan = replace(result.causes[0], steps=[FORMULA, "second"])
    people = {key: replace(one, name=FORMULA) for key, one in result.people.items()}
    path = tmp_path / "playbook.xlsx"
    write_playbook_workbook(path, replace(result, causes=[plan, *result.causes[1:]], people=people))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Emergency plan",
        "When to act",
        "Cash thresholds",
        "Which facility to call, and wh…",
        "Contacts",
        "Log of the providers' rules",
        "Notes",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert len(cells) > 2
    assert {cell.data_type for cell in cells} == {"s"}
    calls = book["Which facility to call, and wh…"]
    assert (len(calls.col_breaks), calls.max_column) == (0, 11), "whom to call is printed beside what for"
    cash = book["Cash thresholds"]
    rows = list(cash.iter_rows(min_row=5, values_only=True))
    assert len(rows) == sum(len(one.incidents) for one in result.causes)
    assert rows[0][4] == result.causes[0].incidents[0].arranged_rate
    act = next(book["When to act"].iter_rows(min_row=5, values_only=True))
    assert (act[3], act[4]) == (result.causes[0].thresholds[0].alarm_rate, result.causes[0].thresholds[0].alarm_hours)
