"""What the comparison says, as values that cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from forecast.financing.options import Option
from forecast.notes import Note


def test_an_option_that_is_not_calculated_has_no_figure() -> None:
    option = Option("later", "payables_extension", None, Note("kind_not_calculated"))
    assert (option.expected_cost, option.peak_drawn, option.effective_annual_rate) == (None, None, None)
    with pytest.raises(FrozenInstanceError):
        option.feasible = True  # type: ignore[misc]  # the point of the test
