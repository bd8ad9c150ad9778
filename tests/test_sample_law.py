"""The sample shop's law: its shares add up and its expectations are what they claim."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.plan.model import CAUSES
from forecast.sample.law import TRIED, EpisodeTruth, standard_law


def test_the_law_knows_the_four_causes() -> None:
    law = standard_law()
    assert set(TRIED) == set(CAUSES) == set(law.recovery)
    for channel in law.channels:
        assert set(channel.base) == set(CAUSES)
        assert channel.clearing in law.clearing_outages


def test_shares_are_shares() -> None:
    law = standard_law()
    assert sum(channel.share for channel in law.channels) == pytest.approx(1)
    assert sum(law.region_share) == pytest.approx(1)
    assert law.sku_popularity().sum() == pytest.approx(1)
    assert law.sku_value_share().sum() == pytest.approx(1)
    for channel in law.channels:
        assert sum(channel.lag.values()) == pytest.approx(1)


def test_lags_are_those_described() -> None:
    means = {c.name: sum(day * part for day, part in c.lag.items()) for c in standard_law().channels}
    assert means["baitiao"] == pytest.approx(7.1)
    assert means["huabei"] == pytest.approx(9.8, abs=0.3)
    assert max(standard_law().channels[2].lag) == 20


def test_dearer_skus_are_stopped_more_often_without_raising_the_rate_of_value() -> None:
    law = standard_law()
    risk, price = law.sku_risk(), law.sku_price()
    assert np.all(np.diff(risk[np.argsort(price)]) > 0)
    assert (risk * law.sku_value_share()).sum() == pytest.approx(1)


def test_an_episodes_struck_share_is_arrivals_times_length_times_severity() -> None:
    law = EpisodeTruth(2.0, "uniform", (24.0, 72.0), (6.0, 4.0))
    assert law.struck_share == pytest.approx(2 * 48 / 8766 * 0.6)


@pytest.mark.parametrize(
    "law", [EpisodeTruth(6, "lognormal", (6, 0.8), (2, 3)), EpisodeTruth(2, "uniform", (9, 30), (1, 1))]
)
def test_drawn_lengths_have_the_stated_mean(law: EpisodeTruth) -> None:
    hours = law.draw_hours(np.random.default_rng(1), 40_000)
    assert hours.mean() == pytest.approx(law.mean_hours, abs=4 * hours.std() / 200)


def test_expected_part_of_a_refund() -> None:
    # One in five is partial and returns 40 % on average: 0.8 + 0.2 × 0.4.
    assert standard_law().refunded_part() == pytest.approx(0.88)
