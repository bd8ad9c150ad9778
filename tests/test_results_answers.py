"""What commands answer that ask one question: keys as scripts read them."""

from __future__ import annotations

from forecast.records import plain, rounded
from forecast.results.answers import BreakEven, SolvedStock, Stretch


def test_a_stretch_says_from_and_to() -> None:
    found = BreakEven(
        "volume",
        1.0,
        0.01,
        (Stretch(0.6, 1.25, feasible=True, mix=("line",), cheapest=None, cost_low=1.005, cost_high=2.0),),
    )
    assert plain(rounded(found)) == {
        "key": "volume",
        "present": 1.0,
        "tolerance": 0.01,
        "stretches": [
            {
                "from": 0.6,
                "to": 1.25,
                "feasible": True,
                "mix": ["line"],
                "cheapest_alone": None,
                "expected_cost_from": 1.0,
                "expected_cost_to": 2.0,
            }
        ],
    }


def test_a_payment_without_bound_is_null_and_says_so() -> None:
    free = SolvedStock("stock", "base", "2026-11-02", float("inf"), unbounded=True)
    assert plain(rounded(free)) == {
        "for": "stock",
        "scenario": "base",
        "date": "2026-11-02",
        "amount": None,
        "unbounded": True,
    }
    assert "unbounded" not in plain(rounded(SolvedStock("stock", "base", "2026-11-02", 5.0, None)))
