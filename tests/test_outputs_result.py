"""result.json: money to the fen, rates to six significant digits, the same bytes for the same result."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_example import example_result

from forecast.outputs.result import plain, result_json


def test_money_is_rounded_to_the_fen_and_rates_to_six_significant_digits() -> None:
    rounded = plain(
        {
            "opening_balance": 1234.5678,
            "estimates": {"card": {"fee_rate": {"mean": 0.00123456789}, "settlement_days": {"mean": 7.123456789}}},
            "effective_annual_rate": 0.0571234567,
            "shortfall_probability": 0.0412345678,
        }
    )
    assert rounded == {
        "opening_balance": 1234.57,
        "estimates": {"card": {"fee_rate": {"mean": 0.00123457}, "settlement_days": {"mean": 7.12346}}},
        "effective_annual_rate": 0.0571235,
        "shortfall_probability": 0.0412346,
    }


def test_arrays_days_and_numpy_numbers_become_plain() -> None:
    rounded = plain(
        {
            "mean": np.array([1.005, 2.0]),
            "count": np.int64(3),
            "feasible": np.bool_(True),  # noqa: FBT003  # the value under test
            "day": dt.date(2026, 11, 11),
            "days": (np.datetime64("2026-11-11"),),
        }
    )
    assert rounded == {"mean": [1.0, 2.0], "count": 3, "feasible": True, "day": "2026-11-11", "days": ["2026-11-11"]}


def test_an_absent_figure_is_null_and_a_limit_without_bound_too() -> None:
    assert plain({"upper": None, "limit": math.inf}) == {"upper": None, "limit": None}


def test_a_figure_that_is_no_number_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"scenarios\.base\.sales\.mean\[1\]: nan"):
        plain({"scenarios": {"base": {"sales": {"mean": [1.0, math.nan]}}}})


def test_a_value_that_json_does_not_hold_is_refused_with_its_place() -> None:
    with pytest.raises(TypeError, match="notes: JSON does not hold a set"):
        plain({"notes": {1}})


def test_the_same_result_gives_the_same_bytes_in_the_given_order_of_keys() -> None:
    text = result_json(example_result())
    assert text == result_json(example_result())
    assert list(json.loads(text)) == list(example_result())
    assert text.endswith("}\n")
    assert "示例数码旗舰店" in text


@given(st.floats(-1e12, 1e12))
def test_rounding_twice_is_rounding_once_and_never_leaves_minus_zero(amount: float) -> None:
    once = plain({"amount": amount})
    assert plain(once) == once
    assert math.copysign(1.0, once["amount"]) == 1.0 or once["amount"] < 0
    assert abs(once["amount"] - amount) <= 0.005 + 1e-9 + 1e-4 * (abs(amount) > 1e9)
