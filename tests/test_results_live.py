"""The live model's own arithmetic: terms, failures by volume, recovery by failures, and days of arrival."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.results.live import (
    KNEE,
    LOGARITHMS,
    VOLUMES,
    ChannelLevels,
    ChannelResponse,
    Curve,
    Curves,
    arrival_days,
    failing,
    recovered,
    terms,
    volume_ratio,
)

FLAT = Curve.through(LOGARITHMS, np.zeros(len(VOLUMES)))
SQUARE_ROOT = Curve.through(LOGARITHMS, LOGARITHMS / 2.0)
FALLING = Curve.through(LOGARITHMS, -0.1 * LOGARITHMS)


def channel(failures: Curve = FLAT, cured: Curve = FLAT) -> ChannelResponse:
    """A channel of which nothing but its curves is asked."""
    return ChannelResponse("card", Curves(FLAT, failures, cured), (), (), (), np.arange(3), ())


def levels(*, follows: int = 1, stated: int = 0) -> ChannelLevels:
    return ChannelLevels(0.03, follows, 0.7, 1 - stated, 0.1, 0, 0.01)


def test_terms_are_products_of_the_inputs() -> None:
    own = [1.0, 0.5, 0.2, 0.1]
    new = np.array([*own, 0.0, 0.0])
    assert terms(3.0, 0.2, 0.5, 0.1) == pytest.approx([*(3.0 * new), *own, *(0.3 * new)])
    assert terms(1.0, 0.9, 0.5, 0.0)[4:6] == pytest.approx([0.9 - KNEE, (0.9 - KNEE) * 0.5])


def test_failures_follow_the_volume_unless_they_are_stated() -> None:
    assert failing(channel(SQUARE_ROOT), levels(follows=0), 4.0) == 0.03
    assert failing(channel(SQUARE_ROOT), levels(), 4.0) == pytest.approx(0.06)
    assert failing(channel(SQUARE_ROOT), levels(), 100.0) == pytest.approx(0.3)  # beyond the last volume known
    assert failing(channel(SQUARE_ROOT), levels(), 0.0) == failing(channel(SQUARE_ROOT), levels(), VOLUMES[0])


def test_recovery_follows_the_volume_unless_it_or_the_failure_rate_is_stated() -> None:
    at_ten = 0.7 - 0.1 * np.log(10.0)
    assert recovered(channel(cured=FALLING), levels(), 10.0) == pytest.approx(at_ten)
    assert recovered(channel(cured=FALLING), levels(follows=0), 10.0) == 0.7
    assert recovered(channel(cured=FALLING), levels(stated=1), 10.0) == 0.7


def test_a_curve_runs_straight_between_what_is_known() -> None:
    knots = np.array([0.1, 0.2, 0.4])
    curve = Curve.through(knots, np.array([1.0, 0.5, 0.7]))
    assert [curve.at(knots, one) for one in (0.0, 0.1, 0.15, 0.2, 0.3, 0.4)] == pytest.approx(
        [1, 1, 0.75, 0.5, 0.6, 0.7]
    )


def test_what_simulation_leaves_over_grows_with_the_volume() -> None:
    assert (volume_ratio(3.0, 1.5), volume_ratio(0.0, 2.0), volume_ratio(2.0, 0.0)) == (2.0, 0.0, 1.0)


def test_money_arrives_payout_days_later() -> None:
    mondays, days = np.array([0, 7, 14]), np.arange(16)
    assert arrival_days(mondays, days, 0).tolist() == days.tolist()
    assert arrival_days(mondays, days, 1).tolist() == [7, *[14] * 7, *[-1] * 8]
