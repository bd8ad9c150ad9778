"""Opening balance + flows = closing balance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from forecast.cash import cash_position, check_corkscrew
from forecast.errors import IdentityError


def test_evening_balances_follow_the_flows() -> None:
    flows = np.array([[-40.0, -30.0, 20.0], [10.0, 0.0, -5.0]])
    assert cash_position(100.0, flows).tolist() == [[60.0, 30.0, 50.0], [110.0, 110.0, 105.0]]


@given(hnp.arrays(np.float64, (3, 7), elements=st.floats(-1e8, 1e8)), st.floats(-1e8, 1e8))
def test_the_corkscrew_closes_on_every_path(flows: np.ndarray, opening: float) -> None:
    check_corkscrew(opening, flows, cash_position(opening, flows))


@pytest.mark.parametrize("wrong", [0.01, np.nan])
def test_a_fen_too_much_breaks_the_corkscrew_on_its_day(wrong: float) -> None:
    flows = np.ones((2, 3))
    closing = cash_position(0.0, flows)
    closing[1, 2] += wrong
    with pytest.raises(IdentityError, match=r"\(1, 2\)"):
        check_corkscrew(0.0, flows, closing)
