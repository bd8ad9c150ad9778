"""Failure laws from the ledger's tables."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from laws import failure_law
from ledger_plans import csv_of, ledger_of, plan_for, row
from ledgers import shop_ledger, shop_orders, shop_plan

from forecast.notes import Note
from forecast.plan.model import ALL_CAUSES, CAUSES
from forecast.receivables.episodes import POSSIBLE, PRIOR_DAYS, PRIOR_LOADS
from forecast.receivables.failure_history import failure_laws, unseen_causes
from forecast.receivables.failures import PRIOR_ORDERS

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.receivables.failures import FailureLaw


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


def test_days_on_which_a_blind_channel_shows_no_failure_say_nothing(tmp_path: Path) -> None:
    """Wechat's own hundred days without one make its rate small; where its source shows none, baitiao's holds."""
    spared = "\n".join(
        line if ",baitiao," in line else re.sub(",validation,[^,]*,", ",,,", line)
        for line in shop_orders().splitlines()
    )
    plan = shop_plan(tmp_path, spared + "\n")
    tables = shop_ledger(plan).tables
    seeing, blind = (failure_laws(tables, plan, told)[0] for told in ((), ("wechat",)))
    usual = seeing["baitiao"]["validation"].base_mean
    assert usual == pytest.approx(1 / 17, rel=0.25)
    assert seeing["wechat"]["validation"].base_mean < 0.05 * usual
    assert blind["wechat"]["validation"].base == pytest.approx(blind["baitiao"]["validation"].base, rel=0.05)
    assert blind["wechat"]["validation"].base_information == PRIOR_ORDERS


def test_where_all_channels_are_blind_the_prior_of_episodes_is_not_worn_off_by_quiet_days(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, shop_orders(failing=100_000))
    tables = shop_ledger(plan).tables
    quiet, blind = (failure_laws(tables, plan, told)[0]["wechat"] for told in ((), tuple(plan.channels)))
    for cause in CAUSES:
        assert blind[cause].episodes.days == 0.0
        assert blind[cause].episodes.possible == pytest.approx(POSSIBLE)
        assert quiet[cause].episodes.possible < 0.99 * POSSIBLE
        rate = np.mean(blind[cause].episodes.usual_rates) * POSSIBLE * PRIOR_LOADS[cause]
        assert rate == pytest.approx(POSSIBLE * PRIOR_LOADS[cause] / PRIOR_DAYS, rel=0.1)


def shop_with(rows: list[str], folder: Path) -> tuple[FailureLaw, FailureLaw]:
    """The laws of risk control and of integration of a shop with these rows on one channel."""
    channels: dict[str, dict[str, float]] = {"baitiao": {"settlement_days": 2, "fee_rate": 0.01}}
    laws, _ = failure_laws(
        ledger_of(folder, csv_of(*rows), channels=channels).tables, plan_for(folder, channels=channels)
    )
    return laws["baitiao"]["risk_control"], laws["baitiao"]["integration"]


def test_a_surge_counts_up_to_fifty_times_and_down_to_a_fifth_of_the_usual_level(tmp_path: Path) -> None:
    """Sixty days of ten orders, one of 800 and one of a single order; risk control refuses most on the great day."""
    rows = []
    for place in range(60):
        day = dt.date(2026, 8, 20) + dt.timedelta(days=place)
        for order in range({40: 800, 50: 1}.get(place, 10)):
            refused = order % 20 == 0 if place == 40 else place % 9 == 0 and order == 0
            tried = {"failure_cause": "risk_control", "failed_at": f"{day} 09:00:05"} if refused else {}
            rows.append(
                row(
                    order_id=f"{place}-{order}",
                    ordered_at=f"{day} 09:00:00",
                    **tried or {"deducted_at": f"{day} 09:00:05"},
                )
            )
    law, other = shop_with(rows, tmp_path)
    assert law.elasticity > 0.05
    usual = 58 * 10.0
    assert law.lift == pytest.approx((usual + 800 * 50.0**law.elasticity + 0.2**law.elasticity) / (usual + 801))
    assert law.order_size == other.order_size == 100.0
    assert other.episodes.days == 60.0


def test_failures_belong_to_the_day_of_the_first_attempt(tmp_path: Path) -> None:
    """Of a hundred orders a day that are tried the day after, all fail on one day."""
    rows = []
    for place in range(40):
        day = dt.date(2026, 8, 20) + dt.timedelta(days=place)
        tried = f"{day + dt.timedelta(days=1)} 09:00:00"
        for order in range(30):
            outcome = {"failure_cause": "integration", "failed_at": tried} if place == 20 else {"deducted_at": tried}
            rows.append(row(order_id=f"{place}-{order}", ordered_at=f"{day} 09:00:00", **outcome))
    _, law = shop_with(rows, tmp_path)
    assert len(law.episodes.seen) == 1
    assert law.episodes.seen[0].load == pytest.approx(1.0, abs=0.01)
    assert law.episodes.days == 40.0


@pytest.mark.parametrize(
    ("sku", "hours", "cause"), [("s3", 24, "validation"), ("", 3, "integration"), ("", 24, "clearing")]
)
def test_a_day_of_failures_without_a_cause_is_told_by_its_goods_and_its_hours(
    tmp_path: Path, sku: str, hours: int, cause: str
) -> None:
    """Sixty days of 24 orders, two each of twelve goods, on the only channel of its name; on one day all fail.

    Nothing else ever failed, so that nothing is left for a base.
    """
    rows = []
    for place in range(60):
        day = dt.date(2026, 8, 20) + dt.timedelta(days=place)
        for order in range(24):
            struck = place == 40
            tried = f"{day} {order % hours if struck else order:02d}:10:00"
            outcome = {"failure_cause": "unknown", "failed_at": tried} if struck else {"deducted_at": tried}
            goods = sku if struck and sku else f"s{order % 12}"
            rows.append(row(order_id=f"{place}-{order}", ordered_at=f"{day} 00:00:00", sku=goods, **outcome))
    channels: dict[str, dict[str, float]] = {"baitiao": {"settlement_days": 2, "fee_rate": 0.01}}
    tables = ledger_of(tmp_path, csv_of(*rows), channels=channels).tables
    laws, inferred = failure_laws(tables, plan_for(tmp_path, channels=channels))
    assert max(inferred["baitiao"], key=lambda one: inferred["baitiao"][one]) == cause
    assert inferred["baitiao"][cause] > 0.8
    # a feed that names no cause may keep all of them back among those without one
    assert {one: law.possible for one, law in laws["baitiao"].items() if one != "unknown"} == dict.fromkeys(CAUSES, 0.0)


def test_causes_never_seen_are_noted_where_others_were_and_they_may_come() -> None:
    seen, unseen = failure_law(0.02), replace(failure_law(0.01), cause_seen=False, possible=0.5)
    note = Note("cause_never_seen", "failure_rate.clearing", {"chance": "50%"})
    never = replace(unseen, possible=0.0)
    assert unseen_causes({"card": {"validation": seen, "clearing": unseen, "unknown": never}}) == [note]
    assert unseen_causes({"card": {"clearing": unseen}}) == []
    assert unseen_causes({}) == []
