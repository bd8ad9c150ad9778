"""Failure laws from the ledger's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledgers import shop_ledger, shop_orders, shop_plan

from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.receivables.failure_history import failure_laws

if TYPE_CHECKING:
    from pathlib import Path


def test_every_channel_has_a_law_for_every_cause(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    laws, inferred = failure_laws(shop_ledger(plan).tables, plan)
    assert {name: set(by_cause) for name, by_cause in laws.items()} == {name: set(ALL_CAUSES) for name in plan.channels}
    assert laws["wechat"]["validation"].base_mean == pytest.approx(1 / 17, rel=0.25)
    assert not laws["wechat"]["clearing"].failures_seen
    # a feed that names its causes may still show others, but keeps none back
    possible = {cause: law.possible for cause, law in laws["wechat"].items()}
    assert possible["unknown"] == 0.0
    assert min(possible[cause] for cause in CAUSES) > 0.0
    assert inferred == {"baitiao": {}, "wechat": {}}


def test_a_day_of_failures_is_an_episode_of_all_channels_it_struck(tmp_path: Path) -> None:
    lines = shop_orders(failing=100_000).splitlines()
    struck = [
        line.replace(",100.00,,,", f",100.00,validation,{line.split(',')[2]},") if ",2026-08-20 " in line else line
        for line in lines
    ]
    plan = shop_plan(tmp_path, "\n".join(struck) + "\n")
    laws, _ = failure_laws(shop_ledger(plan).tables, plan)
    for name in plan.channels:
        assert laws[name]["validation"].episodes.days > 0
        assert laws[name]["validation"].episodes.seen[0].load == pytest.approx(1.0, abs=0.05)
