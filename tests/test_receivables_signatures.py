"""Failures without a cause, shared out by their signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.plan.model import CAUSES
from forecast.receivables.failures import FailureHistory, excess_over_base, scopes_of
from forecast.receivables.signatures import BASE_SPLIT, Marks, infer_causes, inferred_shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats

CLEARING = {"baitiao": "jd_pay", "jd_wallet": "jd_pay", "card": "unionpay"}
NO = dict.fromkeys(CAUSES, 0.0)


def marks(hours: Sequence[int], *, surge: float = 1.0, on_sku: float = 0.0) -> Marks:
    """One day on which 1,000 yuan of orders of 10 yuan failed beyond the base, evenly over these hours; or none."""
    by_hour = np.zeros((1, 24))
    by_hour[0, list(hours)] = 1000.0 / max(len(hours), 1)
    yuan = np.array([1000.0 if hours else 0.0])
    return Marks(yuan, np.array([10.0]), np.array([surge]), on_sku * yuan, by_hour, 10.0)


def inferred(days: Mapping[str, Marks]) -> dict[str, dict[str, float]]:
    """Of a day that belongs to an episode; channels that are not given failed nothing."""
    quiet = {name: marks([]) for name in CLEARING}
    return infer_causes(quiet | dict(days), np.array([True]), CLEARING)


def test_all_channels_of_one_clearing_name_look_like_clearing() -> None:
    found = inferred({"baitiao": marks(range(9, 15)), "jd_wallet": marks(range(9, 15))})
    assert found["baitiao"] == found["jd_wallet"] == {**NO, "clearing": 1000.0}
    assert found["card"] == NO


def test_channels_of_several_clearing_names_that_begin_together_look_like_validation() -> None:
    found = inferred({"baitiao": marks(range(9, 20)), "card": marks(range(9, 16))})
    assert found["baitiao"] == found["card"] == {**NO, "validation": 1000.0}


def test_channels_that_begin_at_other_hours_are_struck_by_things_apart() -> None:
    found = inferred({"baitiao": marks(range(2, 8)), "card": marks(range(15, 20))})
    assert found["baitiao"] == found["card"] == {**NO, "integration": 1000.0}


def test_one_channel_of_several_looks_like_integration_or_risk_control_in_a_surge() -> None:
    assert inferred({"baitiao": marks(range(9, 12))})["baitiao"] == {**NO, "integration": 1000.0}
    assert inferred({"baitiao": marks(range(9, 12), surge=5.0)})["baitiao"] == {**NO, "risk_control": 1000.0}
    together = {name: marks(range(24), surge=5.0) for name in CLEARING}
    assert inferred(together)["card"] == {**NO, "risk_control": 1000.0}


def test_a_channel_alone_behind_its_name_looks_struck_by_clearing_when_it_lasts() -> None:
    assert inferred({"card": marks(range(9, 12))})["card"] == {**NO, "integration": 1000.0}
    assert inferred({"card": marks(range(24))})["card"] == {**NO, "clearing": 1000.0}


def test_what_falls_on_one_sku_looks_like_a_batch_even_on_one_channel() -> None:
    found = inferred({"baitiao": marks(range(9, 12), on_sku=0.8, surge=5.0)})
    assert found["baitiao"] == {**NO, "validation": 800.0, "risk_control": 200.0}
    usual = inferred({"baitiao": marks(range(9, 12), on_sku=0.1)})
    assert usual["baitiao"] == {**NO, "integration": 1000.0}


def test_without_skus_and_hours_the_channels_alone_decide() -> None:
    days = {name: marks([12]) for name in ("baitiao", "jd_wallet", "card")}
    assert inferred(days)["card"] == {**NO, "validation": 1000.0}


def test_the_base_is_split_by_surge_and_known_causes() -> None:
    # A third of the base came with surges; the rest is split 3 : 1 as the known causes are.
    shares = inferred_shares({**NO, "clearing": 100.0}, 300.0, 1.5, {**NO, "validation": 3.0, "integration": 1.0})
    assert shares == pytest.approx(
        {"integration": 50 / 400, "validation": 150 / 400, "risk_control": 100 / 400, "clearing": 100 / 400}
    )


def test_without_any_known_cause_half_of_the_base_looks_like_risk_control() -> None:
    assert inferred_shares(NO, 80.0, 1.0, NO) == pytest.approx(BASE_SPLIT)
    assert inferred_shares(NO, 0.0, 1.0, NO) == NO


DAYS, ORDERS, SIZE = 200, 120, 50.0
SHARE_OF_SKUS = 0.1


def strike(cause: str, rng: np.random.Generator) -> tuple[list[str], Floats, bool]:
    """The channels that an episode of a cause strikes, its share of failures by hour of a day, and if by one sku."""
    begin, names = int(rng.integers(0, 10)), list(CLEARING)
    if cause == "clearing":
        struck, hours = (["baitiao", "jd_wallet"], rng.integers(6, 20)) if rng.random() < 0.5 else (["card"], 24)
    elif cause == "integration":
        struck, hours = [str(rng.choice(names))], rng.integers(2, 9)
    else:
        struck, hours = names, 24
    share = np.zeros(24)
    share[begin : begin + int(hours)] = {"validation": SHARE_OF_SKUS, "risk_control": 0.15}.get(cause, 0.6)
    return struck, share, cause == "validation"


def shop_without_causes(rng: np.random.Generator) -> tuple[dict[str, Marks], dict[int, str]]:
    """A shop's failures without a cause over ``DAYS`` days, a tenth of them struck, each by one known cause."""
    when = {
        int(day): CAUSES[place % 4] for place, day in enumerate(rng.choice(np.arange(30, DAYS, 2), 20, replace=False))
    }
    surge = np.ones(DAYS)
    surge[[day for day, cause in when.items() if cause == "risk_control"]] = 3.0
    by_hour = {name: rng.poisson(0.01 * ORDERS / 24, (DAYS, 24)) for name in CLEARING}
    on_sku = {name: np.zeros(DAYS) for name in CLEARING}
    for day, cause in when.items():
        struck, share, batch = strike(cause, rng)
        for name in struck:
            failed = rng.binomial(rng.poisson(ORDERS / 24 * surge[day], 24), share)
            by_hour[name][day] += failed
            on_sku[name][day] = failed.sum() * (1.0 - SHARE_OF_SKUS) if batch else 0.0
    histories = {
        name: FailureHistory(ORDERS * SIZE * surge, SIZE * hours.sum(axis=1), surge, SIZE)
        for name, hours in by_hour.items()
    }
    scopes = [scope for cause in ("integration", "validation", "clearing") for scope in scopes_of(cause, CLEARING)]
    above, flagged = excess_over_base(histories, scopes)
    made = {
        name: Marks(one.yuan, one.deviation, surge, SIZE * on_sku[name], SIZE * by_hour[name].astype(float), SIZE)
        for name, one in above.items()
    }
    kept = {day: cause for day, cause in when.items() if flagged[day]}
    return made, kept


def test_nine_of_ten_episodes_are_told_by_their_signature() -> None:
    """25 shops, 500 episodes; each cause by itself at least 0.8, three binomial deviations below 0.9 of 125."""
    rng = np.random.default_rng(5)
    # An episode at a time, so that each is told right or wrong.
    right: dict[str, list[float]] = {cause: [] for cause in CAUSES}
    for _ in range(25):
        made, when = shop_without_causes(rng)
        for day, cause in when.items():
            alone = np.zeros(DAYS, dtype=bool)
            alone[day] = True
            found = infer_causes(made, alone, CLEARING)
            yuan = {one: sum(by_cause[one] for by_cause in found.values()) for one in CAUSES}
            right[cause].append(yuan[cause] / sum(yuan.values()))
    assert sum(len(told) for told in right.values()) > 400
    assert np.mean([share for told in right.values() for share in told]) > 0.9
    assert min(np.mean(told) for told in right.values()) > 0.8


def batch(failed: float, on_sku: float) -> dict[str, float]:
    """What a day looks like on which a channel failed so many yuan, of orders of 10, and so many of them on one sku."""
    hours = np.zeros((1, 24))
    hours[0, 9] = failed
    one = Marks(np.array([failed]), np.zeros(1), np.ones(1), np.array([on_sku]), hours, 10.0)
    return inferred({"baitiao": one})["baitiao"]


def test_a_batch_is_three_orders_and_two_fifths_of_the_days_failures_on_one_sku() -> None:
    assert batch(60.0, 30.0) == {**NO, "validation": 30.0, "integration": 30.0}
    assert batch(40.0, 29.0) == {**NO, "integration": 40.0}
    assert batch(1000.0, 400.0) == {**NO, "validation": 400.0, "integration": 600.0}
    assert batch(1000.0, 390.0) == {**NO, "integration": 1000.0}


def test_a_batch_is_looked_for_on_all_channels_together_and_is_never_more_than_the_excess() -> None:
    """Two orders on one sku on each channel are four; a sku may fail more than the channel's excess over its base."""
    hours = np.zeros((1, 24))
    hours[0, 9] = 40.0
    one = Marks(np.array([15.0]), np.zeros(1), np.ones(1), np.array([20.0]), hours, 10.0)
    found = inferred({"baitiao": one, "card": one})
    assert found["baitiao"] == found["card"] == {**NO, "validation": 15.0}


def test_a_surge_is_twice_the_usual_volume_on_every_channel_that_is_struck() -> None:
    struck = {name: marks(range(9, 15), surge=2.0) for name in ("baitiao", "jd_wallet")}
    assert inferred(struck)["baitiao"] == {**NO, "risk_control": 1000.0}
    calm = struck | {"jd_wallet": marks(range(9, 15), surge=1.9)}
    assert inferred(calm)["baitiao"] == {**NO, "clearing": 1000.0}


@pytest.mark.parametrize(("begin", "cause"), [(11, "validation"), (7, "validation"), (12, "integration")])
def test_what_begins_within_two_hours_is_struck_by_one_thing(begin: int, cause: str) -> None:
    found = inferred({"baitiao": marks(range(9, 15)), "card": marks(range(begin, begin + 6))})
    assert found["baitiao"] == {**NO, cause: 1000.0}


@pytest.mark.parametrize(("hours", "cause"), [(16, "integration"), (17, "clearing")])
def test_the_middle_four_fifths_of_the_failures_must_last_more_than_fourteen_hours(hours: int, cause: str) -> None:
    """Of 16 hours the second to the fifteenth hold them, 14; of 17 the second to the sixteenth."""
    assert inferred({"card": marks(range(3, 3 + hours))})["card"] == {**NO, cause: 1000.0}


def test_a_channel_is_struck_by_two_deviations_and_an_order_more_than_its_base() -> None:
    """Over two days with a deviation of 30 and 40 yuan, 50 in all; the other channel of the name is clearly struck."""

    def two_days(yuan: float) -> Marks:
        hours = np.zeros((2, 24))
        hours[0, 9] = yuan
        return Marks(np.array([yuan, -70.0]), np.array([30.0, 40.0]), np.ones(2), np.zeros(2), hours, 10.0)

    for yuan, cause in ((109.0, "integration"), (111.0, "clearing")):
        days = {"baitiao": two_days(1000.0), "jd_wallet": two_days(yuan), "card": two_days(0.0)}
        found = infer_causes(days, np.array([True, True]), CLEARING)
        assert found["baitiao"] == {**NO, cause: 1000.0}
        assert sum(found["jd_wallet"].values()) == yuan


def test_episodes_apart_are_told_apart_and_other_days_are_none() -> None:
    """Clearing fails on the first day, one channel alone on the last; between them a day that belongs to no episode."""

    def days(*yuan: float) -> Marks:
        hours = np.zeros((3, 24))
        hours[:, 9] = yuan
        return Marks(np.array(yuan), np.full(3, 10.0), np.ones(3), np.zeros(3), hours, 10.0)

    shop = {"baitiao": days(500.0, 90.0, 300.0), "jd_wallet": days(400.0, 0.0, 0.0), "card": days(0.0, 0.0, 0.0)}
    found = infer_causes(shop, np.array([True, False, True]), CLEARING)
    assert found["baitiao"] == {**NO, "clearing": 500.0, "integration": 300.0}
    assert found["jd_wallet"] == {**NO, "clearing": 400.0}


def test_a_base_that_no_surge_raised_is_split_as_the_known_causes_alone() -> None:
    known = {"integration": 1.0, "validation": 2.0, "risk_control": 3.0, "clearing": 4.0}
    tenths = {cause: share / 10 for cause, share in known.items()}
    assert inferred_shares(NO, 300.0, 0.8, known) == pytest.approx(tenths)
    assert inferred_shares(NO, 300.0, 2.0, known)["risk_control"] == pytest.approx(0.5 + 0.5 * 0.3)
