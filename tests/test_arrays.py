"""The names of array types mean what they say."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from forecast import arrays


@pytest.mark.parametrize(
    ("alias", "scalar"),
    [(arrays.Floats, np.float64), (arrays.Ints, np.int64), (arrays.Bools, np.bool_), (arrays.Days, np.datetime64)],
)
def test_the_scalar_of_an_array_type(alias: object, scalar: type) -> None:
    assert get_args(get_args(alias)[1]) == (scalar,)
