"""Arrays come back from an entry with the same figures and the same steps in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.cache.layouts import DamagedError, Layout, UncodableError

WIDE = np.arange(2 * 4 * 6 * 6, dtype=np.float64).reshape(2, 4, 6, 6)


def back(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array as it comes back."""
    layout = Layout.of(array)
    inner = array.reshape([length for length in array.shape if length != 1])
    ascending = sorted(layout.axes)
    figures = np.ascontiguousarray(inner.transpose([ascending.index(axis) for axis in layout.axes]))
    return layout.laid(figures.reshape(-1))


@settings(max_examples=60)
@given(
    ends=st.tuples(*(st.integers(1, most) for most in WIDE.shape)),
    order=st.permutations(range(4)),
    every=st.integers(1, 2),
)
def test_parts_of_wider_arrays_and_turned_ones_keep_figures_and_steps(
    ends: tuple[int, ...], order: list[int], every: int
) -> None:
    part = WIDE[tuple(slice(end) for end in ends)][..., ::every].transpose(order)
    found = back(part)
    assert np.array_equal(found, part)
    assert found.flags.c_contiguous == part.flags.c_contiguous
    if not part.flags.c_contiguous:
        steps = [(one, other) for one, other, length in _steps(found, part) if length > 1]
        assert [one for one, _ in steps] == [other for _, other in steps], "steps as wide as before"


def _steps(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> list[tuple[int, int, int]]:
    """By axis the steps of both, and the length."""
    return list(zip(one.strides, other.strides, other.shape, strict=True))


def test_a_sum_is_the_same_to_the_last_bit() -> None:
    turned = np.random.default_rng(0).standard_normal((64, 75)).T
    assert turned.sum() != np.ascontiguousarray(turned).sum(), "sums depend on how an array lies in memory"
    assert turned.sum() == back(turned).sum()


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.broadcast_to(np.zeros(3), (2, 3)), id="one row seen twice"),
        pytest.param(np.arange(6.0)[::-1], id="backwards"),
        pytest.param(np.array([{}], dtype=object), id="objects"),
    ],
)
def test_what_cannot_come_back_as_it_is_is_refused(array: np.ndarray[Any, Any]) -> None:
    with pytest.raises(UncodableError):
        Layout.of(array)


def test_no_array_of_objects_is_made() -> None:
    with pytest.raises(DamagedError):
        _ = Layout("|O", (1,), (), ()).dtype
