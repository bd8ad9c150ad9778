"""Episodes of the sample shop: arrivals, scope, and the long-run failure rates that they make."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.sample.episodes import Episode, draw_episodes, held_days, long_run_failure_rate
from forecast.sample.law import standard_law

YEARS = 40
DAYS = np.arange(np.datetime64("2000-01-01"), np.datetime64("2000-01-01") + int(YEARS * 365.25))


def test_episodes_arrive_at_the_stated_rate() -> None:
    law = standard_law()
    episodes = draw_episodes(law, DAYS, np.random.default_rng(1))
    baitiao = [e for e in episodes if e.cause == "integration" and e.channels == ("baitiao",)]
    expected = law.channels[0].integration.a_year * YEARS
    assert len(baitiao) == pytest.approx(expected, abs=4 * expected**0.5)
    outages = [e for e in episodes if e.cause == "clearing" and "baitiao" in e.channels]
    assert len(outages) == pytest.approx(2 * YEARS, abs=4 * (2 * YEARS) ** 0.5)
    assert all(24 * 3600 <= e.end - e.start <= 72 * 3600 for e in outages)


def test_each_cause_has_its_scope() -> None:
    for episode in draw_episodes(standard_law(), DAYS[:1500], np.random.default_rng(1)):
        assert (episode.sku is not None) == (episode.cause == "validation")
        assert (episode.region is not None) == (episode.cause == "risk_control")


def test_a_longer_world_keeps_the_earlier_episodes() -> None:
    law = standard_law()
    short = draw_episodes(law, DAYS[:400], np.random.default_rng(2))
    long = draw_episodes(law, DAYS[:900], np.random.default_rng(2))
    assert set(short) <= set(long)


def test_an_outage_holds_its_first_and_last_day() -> None:
    days = np.arange(np.datetime64("2026-11-10"), np.datetime64("2026-11-15"))
    start = int(np.datetime64("2026-11-11T20:00:00", "s").astype(np.int64))
    outage = Episode("clearing", ("baitiao",), start, start + 30 * 3600, 1.0)
    assert held_days((outage,), "baitiao", days).tolist() == [False, True, True, True, False]
    assert not held_days((outage,), "wechat", days).any()


def test_long_run_rates_are_near_what_the_shop_is_meant_to_have() -> None:
    flat = np.ones(100)
    rates = long_run_failure_rate(standard_law(), flat, flat)
    assert rates["baitiao"]["total"]["mean"] == pytest.approx(0.04, abs=0.005)
    for name in ("wechat", "huabei", "card"):
        assert 0.01 <= rates[name]["total"]["mean"] <= 0.02
    for causes in rates.values():
        assert sum(causes[c]["mean"] for c in causes if c != "total") == pytest.approx(causes["total"]["mean"])
        assert all(rate["base"] <= rate["mean"] * 1.05 for rate in causes.values())
