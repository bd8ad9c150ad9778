"""Responses: what a channel's expected money is made of, and the paths that tell it."""

from __future__ import annotations

import pytest
from live_example import example_live, prepared

from forecast.responses import thinned


def test_fewer_paths_keep_the_mean_sales_of_every_day() -> None:
    engine = prepared().engine
    thin = thinned(engine)
    assert thin.sales.mean(axis=0) == pytest.approx(engine.sales.mean(axis=0))
    assert [law.order_size for law in thin.assumptions.channels] == [0.0] * 4


def test_scenarios_that_change_levels_alone_share_a_response() -> None:
    baitiao, wechat, huabei, card = example_live().channels
    assert baitiao.chosen == (0, 0, 1)  # an outage, and orders that move
    assert wechat.chosen == (0, 0, 1)
    assert huabei.chosen == card.chosen == (0, 0, 0)
    assert len(card.responses) == 1
