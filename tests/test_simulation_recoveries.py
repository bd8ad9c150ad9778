"""Recovery brought to a scenario's share: what is cured, what is lost, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from laws import DRAWS, channel_law, hazard

from forecast.calendar import Calendar
from forecast.plan.model import ALL_CAUSES, StatedRate
from forecast.simulation.kernels import build_kernels
from forecast.simulation.recoveries import Recoveries, recoveries

AS_OF = np.datetime64("2026-11-30")
LAW = channel_law(cured=hazard(0.0, 0.4, 0.2), lost=hazard(0.1, 0.0, 0.0, 0.3))
KERNEL = build_kernels(LAW, AS_OF, 6, Calendar("CN"))


def brought(target: StatedRate | None) -> Recoveries:
    return recoveries(LAW, KERNEL, target)


def test_without_a_target_the_law_holds() -> None:
    found = brought(None)
    assert found.cured is KERNEL.cured
    assert found.lost_share is KERNEL.lost_share


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_share_is_cured_in_the_end_and_the_rest_is_lost(share: float) -> None:
    found = brought(StatedRate(share))
    for cause in ALL_CAUSES:
        assert found.cured[cause].sum(axis=1) == pytest.approx(np.full(DRAWS, share))
        assert found.lost[cause].sum(axis=1) == pytest.approx(np.full(DRAWS, 1.0 - share))
        assert found.lost_share[cause] == pytest.approx(np.full(DRAWS, 1.0 - share))


def test_delays_are_those_of_the_law() -> None:
    found, usual = brought(StatedRate(0.5)), KERNEL.cured["validation"]
    assert found.cured["validation"] == pytest.approx(usual * (0.5 / usual.sum(axis=1, keepdims=True)))


def test_causes_that_a_table_leaves_out_keep_their_law() -> None:
    found = brought(StatedRate(by_cause={"validation": 0.0}))
    assert found.cured["validation"].sum() == 0.0
    assert found.cured["clearing"] is KERNEL.cured["clearing"]


def test_what_was_never_cured_is_cured_with_the_delays_of_losses_or_at_once() -> None:
    for lost, age in ((hazard(0.0, 0.0, 1.0), 2), (hazard(0.0), 0)):
        law = channel_law(cured=hazard(0.0), lost=lost)
        found = recoveries(law, build_kernels(law, AS_OF, 6, Calendar("CN")), StatedRate(0.8))
        assert found.cured["unknown"][:, age] == pytest.approx(np.full(DRAWS, 0.8))


def test_failures_open_on_as_of_follow_given_their_age() -> None:
    failed = {**LAW.open_orders.failed, "validation": np.zeros_like(LAW.open_orders.failed["validation"])}
    failed["validation"][1] = 100.0
    law = replace(LAW, open_orders=replace(LAW.open_orders, failed=failed, failed_total=100.0))
    kernel = build_kernels(law, AS_OF, 6, Calendar("CN"))
    wholly = recoveries(law, kernel, StatedRate(1.0))
    # all that is still open at age 1 of what the law cures is cured the day after
    assert wholly.open_cured[0] == pytest.approx([100.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert wholly.open_lost[0] == pytest.approx(np.zeros(6))
    never = recoveries(law, kernel, StatedRate(0.0))
    assert never.open_cured[0] == pytest.approx(np.zeros(6))
    assert never.open_lost[0] == pytest.approx([0.0, 100.0, 0.0, 0.0, 0.0, 0.0])
    other = recoveries(law, kernel, StatedRate(by_cause={"clearing": 0.0}))
    assert other.open_cured[0] == pytest.approx(kernel.open.cured[0])


def test_what_an_outage_of_clearing_held_up_comes_in_as_the_law_has_it() -> None:
    assert brought(StatedRate(0.0)).after_outage is KERNEL.cured["clearing"]
