"""What a sheet's figures come to, by columns."""

from __future__ import annotations

from forecast.outputs.workbook.tally import Tally


def test_columns_with_formulas_are_summed_apart_by_what_they_are_of() -> None:
    tally = Tally()
    tally.add(5, 2, 10.0, formula=False, fine=False)
    tally.add(4, 2, 2.5, formula=True, fine=False)
    tally.add(4, 3, 7.0, formula=False, fine=False)
    tally.add(9, 1, 0.25, formula=True, fine=True)
    ((place, money),) = tally.summed(fine=False)
    assert (place, money.first, money.last, money.total) == (2, 4, 5, 12.5)
    ((place, shares),) = tally.summed(fine=True)
    assert (place, shares.total) == (1, 0.25)
