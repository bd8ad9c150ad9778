"""What the comparison says, as values that cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from forecast.financing.options import Option
from forecast.notes import Note


def test_an_option_without_figures_has_none_and_cannot_be_changed() -> None:
    option = Option("later", "payables_extension", feasible=False, why_not=Note("payables_too_small"))
    assert (option.expected_cost, option.peak_drawn, option.effective_annual_rate) == (None, None, None)
    with pytest.raises(FrozenInstanceError):
        option.feasible = True  # type: ignore[misc]  # the point of the test
