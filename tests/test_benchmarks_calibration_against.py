"""Width and error of two checkouts' plans of the same merchants."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.calibration_against import SHOWN, compared, show_beside


def _rows(width: float, mean: float, inside: float, came: float = 100.0) -> list[dict[str, Any]]:
    one = {"came": came, "mean": mean, "p05": 100.0 - width / 2, "p95": 100.0 + width / 2, "inside": inside}
    return [dict.fromkeys(SHOWN, one)]


def test_width_and_error_are_multiples_of_the_others() -> None:
    found = compared(_rows(30.0, 104.0, 1.0), _rows(40.0, 95.0, 0.0), "receipts")
    assert (found.width, found.error) == pytest.approx((0.75, 0.8))
    assert (found.held, found.theirs) == (1.0, 0.0)


def test_other_merchants_are_refused() -> None:
    with pytest.raises(ValueError, match="sales: the other checkout draws other merchants"):
        compared(_rows(30.0, 100.0, 1.0), _rows(30.0, 100.0, 1.0, came=101.0), "sales")


def test_the_table_has_a_row_for_each_quantity(capsys: pytest.CaptureFixture[str]) -> None:
    show_beside(_rows(30.0, 104.0, 1.0), _rows(40.0, 95.0, 0.0))
    lines = capsys.readouterr().out.splitlines()[2:-1]
    assert [line[:28].strip() for line in lines] == ["receipts", "sales", "receipts, told the sales"]
    assert all(line.split()[-4:] == ["0.750", "0.800", "100.0%", "0.0%"] for line in lines)
