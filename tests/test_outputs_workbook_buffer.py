"""The buffer sheet: parts, running sum and total as formulas, second opinions as formulas of what they rest on."""

from __future__ import annotations

from typing import Any

import pytest
from result_example import example_result
from workbook_example import written

FORMULAS, VALUES = written("en")
BUFFER = example_result("en").scenarios["base"].buffer


def row_of(label: str) -> int:
    return int(next(cell.row for cell in VALUES["Buffer"]["A"] if cell.value == label))


def amount(label: str) -> tuple[Any, Any]:
    """The amount beside a label: as written, and as cached."""
    row = row_of(label)
    return FORMULAS["Buffer"].cell(row, 2).value, VALUES["Buffer"].cell(row, 2).value


def test_the_parts_are_summed_up_to_the_buffer() -> None:
    formula, value = amount("Liquidity buffer")
    assert formula.startswith("=SUM(")
    assert BUFFER.drivers
    assert value == pytest.approx(sum(part.amount for part in BUFFER.drivers), abs=0.001)
    halves = 0.005 * len(BUFFER.drivers)  # each part is rounded to the fen, and so is the whole
    assert value == pytest.approx(BUFFER.amount, abs=halves + 0.005)
    last = row_of("Liquidity buffer") - 1
    assert VALUES["Buffer"].cell(last, 3).value == pytest.approx(value, abs=0.001)
    assert amount("Minimum balance")[0].startswith("='Assumptions'!")


def test_second_opinions_are_live() -> None:
    formula, value = amount("Miller–Orr: return point")
    assert "^(1/3)" in formula
    limits, best = BUFFER.cross_checks.miller_orr, BUFFER.cross_checks.least_cost
    assert limits
    assert best
    assert value == pytest.approx(limits.return_point, abs=0.01)
    assert amount("Miller–Orr: average balance")[1] == pytest.approx(limits.average, abs=0.01)
    shown = [cell.value for cell in VALUES["Buffer"]["B"]]
    assert [best.overage, best.underage] == [one for one in shown if one in {best.overage, best.underage}]
    formula, value = amount("Confidence of least cost")
    assert formula.startswith("=B")
    assert value == pytest.approx(best.confidence, abs=1e-6)
