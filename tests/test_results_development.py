"""Collection development in the keys of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledger_plans import csv_of, ledger_of, row
from ledgers import shop_ledger, shop_plan

from forecast.records import json_text
from forecast.results.development import collection_development

if TYPE_CHECKING:
    from pathlib import Path


def test_a_steady_shops_development(tmp_path: Path) -> None:
    """Orders settle two days later less 1 %; every 13th goes back the day after."""
    tables = shop_ledger(shop_plan(tmp_path)).tables
    part, notes = collection_development(tables, ["baitiao", "wechat"])
    assert notes == []
    assert part.valued_on == "2026-10-18"
    total = part.total
    assert len(total.cohorts) == len(total.order_value) == len(total.share_by_age) == 18
    assert total.cohorts[-1] == "2026-10-12"
    assert total.order_value[-1] == 14_000.0
    assert total.ages == [0, 1]
    assert total.share_by_age[-1][1] is None
    assert total.expected_share == pytest.approx(0.99 - 1 / 13, abs=0.005)
    assert total.expected_ultimate[-1] == pytest.approx(14_000 * (0.99 - 1 / 13), rel=0.01)
    rest = [a - b for a, b in zip(total.expected_ultimate, total.collected, strict=True)]
    assert total.still_to_come == pytest.approx(rest)
    by_channel = [part.by_channel[name].collected for name in ("baitiao", "wechat")]
    assert total.collected == pytest.approx([a + b for a, b in zip(*by_channel, strict=True)])
    json_text(part)


def test_what_is_not_known_is_none_and_noted(tmp_path: Path) -> None:
    paid = row(order_id="A", deducted_at="2026-10-16", settled_on="2026-10-17", settled_amount="99.00").replace(
        "2026-10-01 10:00:00", "2026-10-16 10:00:00"
    )
    open_order = row(order_id="B", channel="wechat", ordered_at="2026-10-16 10:00:00")
    part, notes = collection_development(
        ledger_of(tmp_path, csv_of(paid, open_order)).tables, ["baitiao", "wechat", "card"]
    )
    assert [(note.code, note.where) for note in notes] == [
        ("development_open", "channels.baitiao"),
        ("no_development", "channels.wechat"),
    ]
    assert part.by_channel["baitiao"].tail is None
    assert part.by_channel["baitiao"].collected_by_age == [[99.0]]
    assert part.by_channel["baitiao"].expected_ultimate == [None]
    assert part.by_channel["wechat"].ages == []
    assert part.by_channel["wechat"].still_to_come == [None]
    assert part.by_channel["card"].order_value == [0.0]
    json_text(part)
