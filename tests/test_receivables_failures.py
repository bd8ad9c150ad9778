"""Base rates, surges and episodes of failed first deductions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from failure_worlds import draw_world

from forecast.receivables.failures import (
    FailureHistory,
    FailureLaw,
    fit_cause,
    scopes_of,
)

if TYPE_CHECKING:
    from failure_worlds import Kind

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


def fitted(past: FailureHistory, cause: str = "integration") -> FailureLaw:
    """The law of a shop with this one channel."""
    return fit_cause(cause, {"card": past}, [("card",)])["card"]


def mean(law: FailureLaw) -> float:
    """The expected long-run rate."""
    return float(law.draw_means(20_000, np.random.default_rng(0)).mean())


def test_without_episodes_the_base_is_the_mean() -> None:
    law = fitted(history(0.02, np.random.default_rng(1)))
    assert law.base == pytest.approx(0.02, rel=0.05)
    assert law.spread < 0.1
    assert law.episodes.seen == ()
    assert mean(law) - law.base_mean < 0.0005


def test_uncertainty_of_the_lift_leaves_the_long_run_mean_where_it_is() -> None:
    """A log-normal factor of mean 1: exp(σ z - σ² / 2)."""
    law = FailureLaw(0.02, 1e9, 0.0, 0.0, 0.0, 100.0, lift=1.5, lift_sd=0.6)
    drawn = law.draw_means(400_000, np.random.default_rng(4))
    assert drawn.mean() == pytest.approx(law.base_mean, rel=0.006)
    assert np.log(drawn).std() == pytest.approx(0.6, rel=0.01)


def test_of_a_single_week_as_much_is_known_as_its_orders_say() -> None:
    past = history(0.05, np.random.default_rng(5))
    week = FailureHistory(past.tried[:7], past.failed[:7], past.surge[:7], past.order_size)
    assert fitted(week).base_information == pytest.approx(past.failed[:7].sum() / 100.0, rel=0.2)


def test_episodes_are_kept_apart_from_the_base() -> None:
    past = history(0.01, np.random.default_rng(2))
    for start, length, severity in ((100, 1, 0.6), (300, 3, 0.3), (500, 2, 0.5)):
        for day in range(start, start + length):
            past.failed[day] += severity * past.tried[day]
    law = fitted(past)
    assert law.base == pytest.approx(0.01, rel=0.1)
    assert sorted(len(one.severity) for one in law.episodes.seen) == [1, 2, 3]
    loads = sum(one.load for one in law.episodes.seen)
    assert law.base_mean + loads / DAYS == pytest.approx(past.failed.sum() / past.tried.sum(), rel=0.05)
    # Three are few: one more half as likely, and some weight on those that were not seen yet.
    assert mean(law) == pytest.approx(law.base_mean + loads / DAYS, rel=0.15)


def test_the_elasticity_to_the_surge_is_estimated() -> None:
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    law = fitted(history(0.01, rng, surge, elasticity=0.7), "risk_control")
    assert law.elasticity == pytest.approx(0.7, abs=0.15)
    assert law.base == pytest.approx(0.01, rel=0.15)


def test_a_surge_raises_the_long_run_mean_above_the_usual_days_base() -> None:
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    past = history(0.01, rng, surge, elasticity=0.7)
    law = fitted(past, "risk_control")
    assert law.base_mean == pytest.approx(past.failed.sum() / past.tried.sum(), rel=0.05)


def test_an_episode_strikes_all_channels_of_its_scope_each_as_it_did() -> None:
    rng = np.random.default_rng(6)
    first, second, apart = (history(0.01, rng) for _ in range(3))
    first.failed[200:202] += 0.5 * first.tried[200:202]
    second.failed[201] += 0.3 * second.tried[201]
    laws = fit_cause("clearing", {"a": first, "b": second, "c": apart}, [("a", "b"), ("c",)])
    assert laws["a"].episodes.seen[0].severity == pytest.approx((0.5, 0.5), abs=0.03)
    assert laws["b"].episodes.seen[0].severity == pytest.approx((0.0, 0.3), abs=0.03)
    # The channel apart has shown none, and may yet have some, more rarely.
    assert laws["c"].episodes.seen == ()
    rates = {name: laws[name].episodes.draw_rates(20_000, rng) for name in laws}
    assert 0.0 < rates["c"].mean() < rates["a"].mean()
    assert laws["c"].episodes.usual_load == pytest.approx((0.7 + 0.4) / 2.0, rel=0.1)


def test_strikes_too_weak_to_show_on_any_channel_show_on_all_together() -> None:
    rng = np.random.default_rng(8)
    shops = {name: history(0.02, rng) for name in "abcdef"}
    for one in shops.values():
        one.failed[300] = (0.02 + 0.035) * one.tried[300]
    together = fit_cause("validation", shops, [tuple(shops)])
    alone = fit_cause("validation", shops, [(name,) for name in shops])
    assert not any(law.episodes.seen for law in alone.values())
    assert [len(law.episodes.seen) for law in together.values()] == [1] * 6
    assert np.mean([law.episodes.seen[0].load for law in together.values()]) == pytest.approx(0.035, abs=0.01)


def test_a_channel_that_was_not_open_in_an_episode_takes_it_from_the_scope() -> None:
    rng = np.random.default_rng(9)
    old, new = history(0.01, rng), history(0.01, rng)
    old.failed[100] += 0.6 * old.tried[100]
    new.tried[:200] = new.failed[:200] = 0.0
    laws = fit_cause("clearing", {"old": old, "new": new}, [("old", "new")])
    assert laws["new"].episodes.seen[0].load == pytest.approx(0.6, abs=0.05)


def test_scopes_follow_the_cause() -> None:
    clearing = {"a": "jd_pay", "b": "jd_pay", "c": "unionpay"}
    assert scopes_of("clearing", clearing) == [("a", "b"), ("c",)]
    assert scopes_of("validation", clearing) == [("a", "b", "c")]
    assert scopes_of("risk_control", clearing) == [("a",), ("b",), ("c",)]


def test_a_channel_without_failures_leans_on_the_others_and_is_never_zero() -> None:
    rng = np.random.default_rng(7)
    quiet = history(0.0, rng)
    laws = fit_cause("integration", {"a": history(0.02, rng), "quiet": quiet}, [("a",), ("quiet",)])
    assert not laws["quiet"].failures_seen
    assert laws["quiet"].cause_seen
    assert 0.0 < mean(laws["quiet"]) < 0.001


def test_a_cause_never_seen_may_not_exist_or_come_at_last() -> None:
    quiet = history(0.0, np.random.default_rng(7))
    law = fitted(quiet)
    means = law.draw_means(20_000, np.random.default_rng(1))
    assert not law.cause_seen
    assert (means == 0.0).mean() > 0.05
    assert 0.0 < means.mean() < 0.001 < np.quantile(means, 0.99)
    # A history of a month leaves more open, and a cause that cannot come is nothing.
    month = FailureHistory(quiet.tried[:30], quiet.failed[:30], quiet.surge[:30], 100.0)
    assert np.quantile(fitted(month).draw_means(20_000, np.random.default_rng(1)), 0.95) > np.quantile(means, 0.95)
    never = fit_cause("unknown", {"card": quiet}, [("card",)], expected=False)["card"]
    assert never.draw_means(100, np.random.default_rng(1)).max() == 0.0


def test_no_tries_at_all_give_an_empty_law() -> None:
    nothing = np.zeros(10)
    law = fitted(FailureHistory(nothing, nothing, nothing + 1.0, 100.0), "risk_control")
    assert law.base == 0.0
    assert law.episodes.days == 0


SCOPES: dict[str, list[tuple[str, ...]]] = {
    "integration": [("a",), ("b",), ("c",)],
    "validation": [("a", "b", "c")],
    "clearing": [("a", "b"), ("c",)],
}


@pytest.mark.parametrize("kind", ["gamma", "lognormal", "seasonal"])
def test_the_interval_holds_the_long_run_rate_of_shops_by_other_laws(kind: Kind) -> None:
    """90 % is meant. Channels of a shop and cause share their episodes, so 180 of them are taken for independent.

    The central 99 % of a binomial of 180 and 0.9 are 84 to 95 %; heavy tails and seasons are not in the fitted law.
    """
    rng = np.random.default_rng(11)
    inside, widths, truths = [], [], []
    for _ in range(60):
        for cause, scopes in SCOPES.items():
            world = draw_world(kind, scopes, rng)
            for name, law in fit_cause(cause, world.histories, world.scopes).items():
                low, high = np.quantile(law.draw_means(500, rng), [0.05, 0.95])
                low = low if law.failures_seen and low > 1e-4 else 0.0
                inside.append(low <= world.truth[name] <= high)
                widths.append(high - low)
                truths.append(world.truth[name])
    assert 0.84 <= np.mean(inside) <= 0.96
    # No width bought: on average no wider than the rates themselves are high.
    assert np.mean(widths) < 1.3 * np.mean(truths)
