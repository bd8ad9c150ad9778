"""The laws' closed forms against long simulations of themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.merchant_laws import EpisodeTruth, Lag, RiskCurve, draw_law


def test_a_lag_of_each_family_has_its_textbook_mean() -> None:
    assert Lag(((1.0, "weibull", 2.0, 1.5),), 1e9).mean() == pytest.approx(
        stats.weibull_min(1.5, scale=2.0).mean(), rel=1e-3
    )
    lognormal = Lag(((1.0, "lognormal", 2.0, 0.5),), 1e9)
    assert lognormal.mean() == pytest.approx(stats.lognorm(0.5, scale=2.0).mean(), rel=1e-3)
    assert Lag(((1.0, "loglogistic", 2.0, 4.0),), 1e9).mean() == pytest.approx(
        stats.fisk(4.0, scale=2.0).mean(), rel=1e-3
    )


def test_a_mixture_is_drawn_by_its_weights() -> None:
    lag = Lag(((3.0, "weibull", 1.0, 2.0), (1.0, "loglogistic", 10.0, 5.0)), 40.0)
    drawn = lag.draw(np.random.default_rng(1), 200_000)
    assert drawn.mean() == pytest.approx(lag.mean(), rel=0.02)
    assert drawn.max() <= 40.0


def test_episodes_take_their_long_run_share_of_time_by_renewal_and_reward() -> None:
    law = EpisodeTruth(Lag(((1.0, "loglogistic", 0.4, 2.5),), 8.0), 0.3, 1.0, 25.0, 1.4, 0.4, (0.1, 0.4))
    years = 400
    rows = law.draw(np.random.default_rng(2), 0.0, years * 365.0)
    struck = ((rows[:, 1] - rows[:, 0]) * rows[:, 2]).sum() / (years * 365.0)
    assert struck == pytest.approx(law.struck_share(), rel=0.05)
    assert (rows[1:, 0] >= rows[:-1, 1]).all()
    # A short gap now and then: they cluster, unlike Poisson arrivals, whose gaps have a coefficient of variation of 1.
    gaps = rows[1:, 0] - rows[:-1, 1]
    assert gaps.std() / gaps.mean() > 1.05


def test_the_risk_curve_is_one_on_an_ordinary_day_and_saturates() -> None:
    curve = RiskCurve(rise=2.0, middle=2.5, width=0.3)
    at = curve.at(np.array([1.0, 2.5, 8.0, 50.0]))
    assert at[0] == pytest.approx(1.0)
    assert at[1] == pytest.approx(2.0, rel=0.05)
    assert at[3] - at[2] < 0.01


def test_merchants_fail_between_nothing_and_a_tenth_of_their_value() -> None:
    totals: list[float] = []
    for seed in range(60):
        law = draw_law(np.random.default_rng(seed), 300)
        totals.extend(sum(one.base) for one in law.channels)
        assert np.isclose(law.popularity.sum(), 1.0)
        assert 1 <= len(law.channels) <= 5
    assert 0.0 <= min(totals) < 0.002
    assert 0.04 < max(totals) < 0.2
