"""How likely a level or worse is: counted on draws of the laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stress_shop import PATHS, questions, shop_run

from forecast.receivables.episodes import Episode
from forecast.studies.stress.laws import MOST_ROUNDS, Laws


@pytest.fixture(scope="module")
def laws() -> Laws:
    return Laws(questions())


def test_volumes_are_counted_on_the_paths_upwards_and_downwards(laws: Laws) -> None:
    totals = shop_run().prepared.engine.sales.sum(axis=(1, 2))
    middle = float(np.median(totals) / totals.mean())
    above, below = laws.chance("volume", "", middle), laws.chance("flop", "", middle)
    assert above is not None
    assert below is not None
    assert (above.likelihood, below.likelihood, above.draws) == (0.5, 0.5, PATHS)


def test_failure_rates_are_drawn_anew_until_there_are_many(laws: Laws) -> None:
    chances = [laws.chance("failure_rate", "baitiao", level) for level in (0.0, 0.05, 0.10, 0.9)]
    assert all(one is not None and one.draws == PATHS * (MOST_ROUNDS + 1) for one in chances)
    likely = [one.likelihood for one in chances if one is not None]
    assert likely[0] == 1.0
    assert likely == sorted(likely, reverse=True)
    assert likely[-1] == 0.0
    assert Laws(questions()).chance("failure_rate", "baitiao", 0.05) == chances[1], "the same draws every time"


def test_what_the_plan_states_and_what_no_law_knows_has_no_chance(laws: Laws) -> None:
    assert laws.chance("opening_balance", "", 0.0) is None
    assert laws.chance("outage_days", "baitiao", 3) is None, "no clearing episode was ever seen"
    asked = questions()
    told = {name: replace(one, refund_rate=0.1, settlement_days=2) for name, one in asked.plan.channels.items()}
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, channels=told))
    assert Laws(asked).chance("refund_rate", "wechat", 0.5) is None
    assert Laws(asked).chance("settlement_delay", "wechat", 1) is None


def test_outages_are_as_long_as_episodes_of_clearing_were() -> None:
    asked = questions()
    engine = asked.prepared.engine
    first = engine.assumptions.channels[0]
    failing = first.failures["clearing"]
    seen = replace(failing.episodes, seen=(Episode((1.0, 1.0)),) * 3, days=100.0, possible=1.0)
    law = replace(first, failures={**first.failures, "clearing": replace(failing, episodes=seen)})
    channels = (law, *engine.assumptions.channels[1:])
    changed = replace(engine, assumptions=replace(engine.assumptions, channels=channels))
    asked.prepared = replace(asked.prepared, engine=changed)
    short, long = (Laws(asked).chance("outage_days", "baitiao", days) for days in (1, 6))
    assert short is not None
    assert long is not None
    assert 0.05 < short.likelihood < 0.7, "three in 100 days seen, few in other scopes, over 20 days"
    assert long.likelihood < short.likelihood


def test_recovery_and_refunds_rest_on_the_draws_of_their_laws(laws: Laws) -> None:
    share = float(np.quantile(questions().channel(1, questions().base).refunded, 0.5))
    refunds, cured = laws.chance("refund_rate", "wechat", share), laws.chance("recovery", "wechat", 1.0)
    assert refunds is not None
    assert cured is not None
    assert (refunds.likelihood, cured.likelihood) == (0.5, 1.0)
