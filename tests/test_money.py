"""Exact fen, and the way from fen to yuan and back."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import InputError
from forecast.money import LARGEST_FEN, down_to_fen, fen_to_yuan, to_fen, to_yuan, up_to_fen

FEN = st.integers(-LARGEST_FEN, LARGEST_FEN)


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("0", 0),
        ("1200.5", 120050),
        (" -1200.50 ", -120050),
        ("+.05", 5),
        ("7.", 700),
        ("1.500", 150),
        (Decimal("19.99"), 1999),
        (Decimal("1E+3"), 100000),
        (12, 1200),
        (19.99, 1999),
        (1.1, 110),
        (-0.0, 0),
    ],
)
def test_an_amount_of_yuan_is_so_many_fen(amount: str | Decimal | float, fen: int) -> None:
    assert to_fen(amount) == fen


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("1,200.50", '"1,200.50" is not an amount; write yuan such as 1200.50 or -1200.50'),
        ("¥5", '"¥5" is not an amount; write yuan such as 1200.50 or -1200.50'),
        ("1.2E+06", '"1.2E+06" is not an amount; write yuan such as 1200.50 or -1200.50'),
        ("１２", '"１２" is not an amount; write yuan such as 1200.50 or -1200.50'),
        ("", '"" is not an amount; write yuan such as 1200.50 or -1200.50'),
        ("nan", '"nan" is not an amount; write yuan such as 1200.50 or -1200.50'),
        (float("inf"), "inf is not an amount; write yuan such as 1200.50 or -1200.50"),
        (Decimal("NaN"), "NaN is not an amount; write yuan such as 1200.50 or -1200.50"),
        (True, "True is not an amount; write yuan such as 1200.50 or -1200.50"),
        ("1.005", '"1.005" has a part of a fen; write yuan with at most two decimals, such as 1200.50'),
        (0.1 + 0.2, "0.30000000000000004 has a part of a fen; write yuan with at most two decimals, such as 1200.50"),
        ("1" + "0" * 15, '"1000000000000000" is beyond 10000000000000 yuan; write the amount in yuan'),
    ],
)
def test_what_is_no_exact_amount_is_told(amount: str | Decimal | float, message: str) -> None:
    with pytest.raises(InputError) as raised:
        to_fen(amount)
    assert str(raised.value) == message


@given(FEN)
def test_fen_become_yuan_and_the_same_fen_again(fen: int) -> None:
    assert to_fen(to_yuan(fen)) == fen
    assert to_fen(str(Decimal(fen) / 100)) == fen


@given(st.lists(FEN, min_size=1))
def test_an_array_of_fen_is_converted_as_each_of_its_amounts(fen: list[int]) -> None:
    assert fen_to_yuan(np.array(fen, dtype=np.int64)).tolist() == [to_yuan(amount) for amount in fen]


def test_yuan_are_not_converted_a_second_time() -> None:
    with pytest.raises(TypeError, match="float64"):
        fen_to_yuan(np.array([1.5]))


@pytest.mark.parametrize(
    ("yuan", "up", "down"),
    [(1.234, 1.24, 1.23), (-1.234, -1.23, -1.24), (5.5, 5.5, 5.5), (0.0, 0.0, 0.0), (0.001, 0.01, 0.0)],
)
def test_a_part_of_a_fen_goes_up_or_down(yuan: float, up: float, down: float) -> None:
    assert (up_to_fen(yuan), down_to_fen(yuan)) == (up, down)


@given(st.floats(-1e9, 1e9))
def test_an_amount_lies_within_its_fen(yuan: float) -> None:
    assert down_to_fen(yuan) <= yuan + 1e-6
    assert up_to_fen(yuan) >= yuan - 1e-6
    assert up_to_fen(yuan) - down_to_fen(yuan) == pytest.approx(0.01, abs=1e-6) or up_to_fen(yuan) == down_to_fen(yuan)
