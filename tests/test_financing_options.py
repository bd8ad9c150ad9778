"""What the comparison says, as values that cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from forecast.financing.measures import NO_DAYS, Rates
from forecast.financing.options import MixPart, Option
from forecast.financing.schedules import Schedule
from forecast.notes import Note

DRAWN = Rates(900.0, 1000.0, 30.0, 0.05, 0.0488, 0.047)
IDLE = Schedule(0.0, 0.0, [], [])


def test_an_option_has_the_rate_of_its_flows_and_cannot_be_changed() -> None:
    option = Option("bank", "revolver", True, None, 5.0, 4.0, 1.0, 0.0, 0.02, 1000.0, (), DRAWN, NO_DAYS, IDLE)  # noqa: FBT003
    assert option.effective_annual_rate == 0.05
    with pytest.raises(FrozenInstanceError):
        option.feasible = False  # type: ignore[misc]  # the point of the test


def test_what_only_a_base_bounds_has_no_limit_to_arrange() -> None:
    idle = Rates(0.0, 0.0, 0.0, None, None, None)
    why = Note("payables_too_small")
    option = Option("later", "payables_extension", False, why, 0.0, 0.0, 0.0, 0.0, 1.0, None, (), idle, NO_DAYS, IDLE)  # noqa: FBT003
    part = MixPart("later", None, 0.0, 0.0, 0.0, idle, NO_DAYS, None, IDLE)
    assert (option.limit_used, part.limit_used, option.effective_annual_rate) == (None, None, None)
