"""Base rates, surges and episodes of failed first deductions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from failure_worlds import draw_world

from forecast.receivables.failures import (
    FailureHistory,
    FailureLaw,
    excess_over_base,
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


def by_orders(tried: float, failed: list[float], size: float = 10.0) -> FailureHistory:
    """So many orders tried a day and these failed, of equal size, at the usual volume."""
    return FailureHistory(np.full(len(failed), tried * size), np.array(failed) * size, np.ones(len(failed)), size)


def test_a_base_leans_on_all_channels_by_half_an_order() -> None:
    """3 and 7 failures of 1,000 orders each: half an order in the hundred that one in 200 of all makes."""
    few, more = by_orders(100.0, [0, 1, 0, 1, 0, 0, 1, 0, 0, 0]), by_orders(100.0, [1, 1, 0, 1, 0, 1, 1, 0, 1, 1])
    laws = fit_cause("integration", {"few": few, "more": more}, [("few",), ("more",)])
    assert laws["few"].base == pytest.approx(3.5 / 1100)
    assert laws["more"].base == pytest.approx(7.5 / 1100)
    assert [laws[name].episodes.days for name in laws] == [10.0, 10.0]


def test_a_cause_that_none_has_shown_fails_half_an_order_of_all_that_were_tried_if_it_exists() -> None:
    none = by_orders(100.0, [0.0] * 10)
    law = fit_cause("integration", {"a": none, "b": none}, [("a",), ("b",)])["a"]
    assert law.base == pytest.approx(0.5 / 2000)
    assert (law.base_information, law.possible) == (0.5, 0.5)
    assert law.base_mean == pytest.approx(0.25 / 2000)
    never = fit_cause("unknown", {"a": none}, [("a",)], expected=False)["a"]
    assert (never.base, never.possible, never.episodes.possible) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("failed", "episodes"), [(142.0, 0), (144.0, 1)])
def test_a_day_four_deviations_and_three_orders_above_the_base_is_an_episode(failed: float, episodes: int) -> None:
    """100 failures a day of 5,000 orders deviate by 10 as independent orders do: 143 are the bound."""
    law = fitted(by_orders(5000.0, [100.0] * 20 + [failed] + [100.0] * 379))
    assert len(law.episodes.seen) == episodes
    if episodes:
        assert law.base == pytest.approx(0.02, rel=1e-4)
        assert law.episodes.seen[0].severity == pytest.approx((44.0 / 5000.0,), rel=1e-3)


@pytest.mark.parametrize(("failed", "episodes"), [(195.0, 0), (205.0, 1)])
def test_a_day_of_which_less_than_a_fiftieth_fails_is_no_episode(failed: float, episodes: int) -> None:
    law = fitted(by_orders(10_000.0, [50.0] * 20 + [failed] + [50.0] * 9))
    assert len(law.episodes.seen) == episodes


def test_days_and_weeks_that_differ_by_more_than_orders_do_make_the_base_less_sure() -> None:
    """Weeks of 80 and of 120 failures a day: a deviation of 20 where independent orders make 10 a day, 26 a week."""
    past = by_orders(5000.0, ([80.0] * 7 + [120.0] * 7) * 2)
    law = fitted(past)
    assert law.base == pytest.approx(0.02)
    assert law.spread == pytest.approx((20.0**2 - 100.0) / 100.0**2)
    weekly = (140.0**2 - 700.0) / 700.0**2
    assert 1.0 / law.base_information == pytest.approx(1.0 / 2800.5 + weekly / 4.0)
    calm = fitted(by_orders(5000.0, [100.0] * 28))
    assert calm.spread == 0.0
    assert calm.base_information == pytest.approx(2800.5)


def test_draws_of_a_base_spread_as_the_orders_it_rests_on_and_are_nothing_where_it_may_not_be() -> None:
    law = FailureLaw(0.02, 25.0, 0.0, 0.0, 0.0, 100.0, possible=0.7)
    drawn = law.draw_bases(100_000, np.random.default_rng(6))
    assert (drawn == 0.0).mean() == pytest.approx(0.3, abs=0.01)
    assert drawn[drawn > 0].mean() == pytest.approx(0.02, rel=0.01)
    assert drawn[drawn > 0].std() == pytest.approx(0.02 / 5.0, rel=0.02)
    doubtful = FailureLaw(0.9, 0.5, 0.0, 0.0, 0.0, 100.0).draw_means(10_000, np.random.default_rng(6))
    assert doubtful.max() == 1.0


def test_episodes_do_not_pass_for_an_elasticity_of_all_channels() -> None:
    """A channel that has tried nothing takes the elasticity of the others, whose calm days had heavy episodes."""
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    past = history(0.01, rng, surge, elasticity=0.7)
    calm = np.flatnonzero(surge == 1.0)[20:400:20]
    past.failed[calm] += 0.4 * past.tried[calm]
    new = FailureHistory(0.0 * past.tried, 0.0 * past.failed, past.surge, 100.0)
    law = fit_cause("risk_control", {"old": past, "new": new}, [("old",), ("new",)])["new"]
    assert law.elasticity == pytest.approx(0.7, abs=0.15)
    assert not law.failures_seen
    assert law.cause_seen


def test_only_causes_that_rise_with_surges_are_lifted_by_them() -> None:
    rng = np.random.default_rng(3)
    surge = np.where(rng.random(DAYS) < 0.1, 6.0, 1.0)
    past = history(0.01, rng, surge, elasticity=0.7)
    plain, lifted = fitted(past, "integration"), fitted(past, "risk_control")
    assert (plain.elasticity, plain.lift, plain.lift_sd) == (0.0, 1.0, 0.0)
    assert lifted.lift == pytest.approx(float((past.tried * surge**lifted.elasticity).sum() / past.tried.sum()))
    assert 0.0 < lifted.elasticity_sd < 0.1
    assert fitted(past, "unknown").lift == lifted.lift


def test_what_one_channel_of_a_scope_shows_is_left_out_of_the_bases_of_all() -> None:
    """80 failures are too few to show where 50 are usual; on the day on which the other channel was struck they do."""
    struck = by_orders(5000.0, [50.0] * 10 + [2500.0] + [50.0] * 9)
    beside = by_orders(5000.0, [50.0] * 10 + [70.0] + [50.0] * 9)
    laws = fit_cause("clearing", {"a": struck, "b": beside}, [("a", "b")])
    rate = (2500.0 + 70.0 + 38 * 50.0) / 200_000.0
    assert laws["b"].base == pytest.approx((950.0 + 0.5) / (95_000.0 + 0.5 / rate))
    # on the scope (2450 + 20) of 10,000; on the channel 20 of 5,000, two orders of the scope's share beside them
    share = 2470.0 / 10_000.0
    factor = (20.0 + 2.0) / (share * 5000.0 + 2.0)
    seen = laws["b"].episodes
    assert seen.seen[0].load == pytest.approx((20.0 + 2.0 * factor * share) / 5002.0, rel=0.02)
    assert seen.orders == pytest.approx(22.0, rel=0.01)
    assert seen.usual_load == pytest.approx(factor * (share + 0.4) / 2.0, rel=0.01)
    assert seen.days == 20.0


def test_the_excess_over_the_base_is_told_by_day_with_its_deviation() -> None:
    past = {"a": by_orders(5000.0, [100.0] * 10 + [600.0] + [100.0] * 19), "b": by_orders(5000.0, [100.0] * 30)}
    above, flagged = excess_over_base(past, [("a",), ("b",)])
    assert np.flatnonzero(flagged).tolist() == [10]
    assert above["a"].yuan[10] == pytest.approx(5000.0, rel=1e-3)
    assert np.delete(above["a"].yuan, 10) == pytest.approx(np.zeros(29), abs=5.0)
    # ten independent orders of 10 yuan
    assert above["b"].deviation == pytest.approx(np.full(30, 100.0))
    assert above["b"].lift == pytest.approx(1.0)


def test_a_base_of_one_bad_week_is_in_doubt_as_far_as_days_and_weeks_may_differ() -> None:
    """21 orders failed in one of eight weeks: more than a fourfold squared deviation is not believed of a rate."""
    law = fitted(by_orders(100.0, [0.0] * 21 + [3.0] * 7 + [0.0] * 28))
    assert law.spread == 4.0
    assert 1.0 / law.base_information == pytest.approx(1.0 / 21.5 + 4.0 / 8.0)
