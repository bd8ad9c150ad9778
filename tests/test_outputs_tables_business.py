"""The ledger in sums: what became of the order value adds up to it."""

from __future__ import annotations

import pytest
from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.tables.business import ledger_sums

RESULT = example_result("en")


def test_the_fates_of_the_order_value_add_up_to_it() -> None:
    rows = ledger_sums(RESULT, Figures.of(RESULT)).rows
    amounts = [float(row[1].replace(",", "")) for row in rows]
    assert amounts[0] == pytest.approx(RESULT.history.gross, abs=1)
    assert sum(amounts[1:-1]) == pytest.approx(amounts[0], abs=len(rows))
    assert rows[0][2] == "100.0%"
    assert rows[1][2] == f"{RESULT.history.settled / RESULT.history.gross:.1%}"
