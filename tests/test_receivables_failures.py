"""Base rates, surges and episodes of failed first deductions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.plan.model import Channel
from forecast.receivables.failures import (
    Episode,
    FailureHistory,
    FailureLaw,
    draw_episodes,
    fit_cause,
    scopes_of,
    usual_level,
)

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints

DAYS = 700


def history(
    rate: float, rng: np.random.Generator, surge: Floats | None = None, elasticity: float = 0.0
) -> FailureHistory:
    """About 200 orders of 100 yuan a day, failing with ``rate`` × surge^elasticity."""
    lift = np.ones(DAYS) if surge is None else surge
    tried = rng.poisson(200 * lift)
    failed: Ints = rng.binomial(tried, np.minimum(rate * lift**elasticity, 0.9))
    return FailureHistory(tried.astype(float) * 100.0, failed.astype(float) * 100.0, lift, 100.0)


def fitted(past: FailureHistory, *, surging: bool = False) -> FailureLaw:
    """The law of a shop with this one channel."""
    return fit_cause({"card": past}, [("card",)], surging=surging)["card"]


def test_without_episodes_the_base_is_the_mean() -> None:
    law = fitted(history(0.02, np.random.default_rng(1)))
    assert law.base == pytest.approx(0.02, rel=0.05)
    assert law.spread < 0.1
    assert law.episode_rate * law.episode_load < 0.0005


def test_episodes_are_kept_apart_from_the_base() -> None:
    past = history(0.01, np.random.default_rng(2))
    for start, length, severity in ((100, 1, 0.6), (300, 3, 0.3), (500, 2, 0.5)):
        for day in range(start, start + length):
            past.failed[day] += severity * past.tried[day]
    law = fitted(past)
    assert law.base == pytest.approx(0.01, rel=0.1)
    assert sorted(len(one.severity) for one in law.episodes) == [1, 2, 3]
    seen = law.base_mean + 3 / DAYS * law.episode_load
    assert seen == pytest.approx(past.failed.sum() / past.tried.sum(), rel=0.05)
    # The long-run mean adds the half episode of Jeffreys' prior.
    assert law.mean == pytest.approx(seen + 0.5 / DAYS * law.episode_load)


def test_the_elasticity_to_the_surge_is_estimated() -> None:
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    law = fitted(history(0.01, rng, surge, elasticity=0.7), surging=True)
    assert law.elasticity == pytest.approx(0.7, abs=0.15)
    assert law.base == pytest.approx(0.01, rel=0.15)


def test_a_surge_raises_the_long_run_mean_above_the_usual_days_base() -> None:
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    past = history(0.01, rng, surge, elasticity=0.7)
    law = fitted(past, surging=True)
    assert law.base_mean == pytest.approx(past.failed.sum() / past.tried.sum(), rel=0.05)


def test_the_means_uncertainty_is_wider_with_few_episodes() -> None:
    rng = np.random.default_rng(4)
    episodes = (Episode((0.5,)), Episode((0.6,)))
    law = FailureLaw(0.01, 500.0, 0.0, 0.0, 0.0, episodes, 2, DAYS, 100.0, usual_load=0.55)
    means, rates = law.draw_means(20_000, rng)
    assert means.mean() == pytest.approx(law.mean, rel=0.05)
    # Two episodes seen and half an episode of Jeffreys' prior, with half as much variance again for clusters.
    assert rates.std() / rates.mean() == pytest.approx((1.5 / 2.5) ** 0.5, rel=0.05)


def test_simulated_episodes_have_the_rate_and_load_of_those_seen() -> None:
    law = FailureLaw(0.0, 1.0, 0.0, 0.0, 0.0, (Episode((0.2, 0.4)),), 1, 100, 100.0)
    drawn = draw_episodes([law], np.full(20_000, 0.01), 60, np.random.default_rng(5))[0]
    # 0.01 a day × 0.6 days of wholly failed value; the first day is as exposed as the others.
    assert drawn.mean() == pytest.approx(0.006, rel=0.05)
    assert drawn[:, 0].mean() == pytest.approx(0.006, rel=0.2)


def test_an_episode_strikes_all_channels_of_its_scope_each_as_it_did() -> None:
    rng = np.random.default_rng(6)
    first, second, apart = (history(0.01, rng) for _ in range(3))
    first.failed[200:202] += 0.5 * first.tried[200:202]
    second.failed[201] += 0.3 * second.tried[201]
    laws = fit_cause({"a": first, "b": second, "c": apart}, [("a", "b"), ("c",)], surging=False)
    assert laws["a"].episodes_seen == laws["b"].episodes_seen == 1
    assert laws["a"].episodes[0].severity == pytest.approx((0.5, 0.5), abs=0.03)
    assert laws["b"].episodes[0].severity == pytest.approx((0.0, 0.3), abs=0.03)
    drawn = draw_episodes([laws["a"], laws["b"]], np.full(500, 0.01), 60, rng)
    assert ((drawn[1] > 0) <= (drawn[0] > 0)).all()
    # The channel apart borrows them, at the low rate of a scope that has shown none.
    assert laws["c"].episodes_seen == 0
    assert len(laws["c"].episodes) == 2
    assert laws["c"].episode_rate == pytest.approx(0.5 / DAYS)


def test_scopes_follow_the_cause() -> None:
    channels = [Channel("a", "A", "jd_pay"), Channel("b", "B", "jd_pay"), Channel("c", "C", "unionpay")]
    assert scopes_of("clearing", channels) == [("a", "b"), ("c",)]
    assert scopes_of("validation", channels) == [("a", "b", "c")]
    assert scopes_of("risk_control", channels) == [("a",), ("b",), ("c",)]


def test_a_channel_without_failures_leans_on_the_others_and_is_never_zero() -> None:
    rng = np.random.default_rng(7)
    quiet = history(0.0, rng)
    laws = fit_cause({"a": history(0.02, rng), "quiet": quiet}, [("a",), ("quiet",)], surging=False)
    assert not laws["quiet"].failures_seen
    assert 0.0 < laws["quiet"].mean < 0.001


def test_no_tries_at_all_give_an_empty_law() -> None:
    nothing = np.zeros(10)
    law = fitted(FailureHistory(nothing, nothing, nothing + 1.0, 100.0), surging=True)
    assert law.mean == 0.0
    assert law.days == 0


def test_the_usual_level_is_the_median_of_the_days_before() -> None:
    level = usual_level(np.concatenate([np.full(30, 100.0), [900.0, 100.0]]))
    assert level[30] == 100.0
    assert level[31] == 100.0
