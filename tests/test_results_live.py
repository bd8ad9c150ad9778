"""The live model's own arithmetic: terms, failures by volume, recovery by failures, and days of arrival."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.results.live import KNOTS, ChannelLevels, arrival_days, bent, failing, terms


def test_terms_are_products_of_the_inputs() -> None:
    own = [1.0, 0.5, 0.2, 0.1]
    assert terms(3.0, 0.2, 0.5, 0.1) == pytest.approx([*own, *(3.0 * np.array(own)), *(0.3 * np.array(own))])


def test_failures_follow_the_volume_unless_they_are_stated() -> None:
    stated = ChannelLevels(0.03, 0.0, 0.7, 1, 0.1, 0, 0.01)
    assert failing(stated, 2.0) == 0.03
    assert failing(ChannelLevels(0.03, 1.0, 0.7, 1, 0.1, 0, 0.01), 2.0) == pytest.approx(0.06)


def test_recovery_bends_at_the_knots_alone() -> None:
    bends = np.array([-1.0, 0.5, 0.0])
    assert bent(bends, KNOTS[0]) == 0.0
    assert bent(bends, KNOTS[1]) == pytest.approx(-0.05)
    assert bent(bends, KNOTS[2]) == pytest.approx(-0.15 + 0.05)


def test_money_arrives_payout_days_later() -> None:
    mondays, days = np.array([0, 7, 14]), np.arange(16)
    assert arrival_days(mondays, days, 0).tolist() == days.tolist()
    assert arrival_days(mondays, days, 1).tolist() == [7, *[14] * 7, *[-1] * 8]
