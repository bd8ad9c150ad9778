"""Keys that no what-if sets: where they are changed, and what can be asked near them."""

from __future__ import annotations

import pytest
from stress_shop import shop_plan

from forecast.errors import InputError
from forecast.plan.reading import scenario_from_settings


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("horizon_days=90", "change horizon_days under [plan] in the plan and run again"),
        ("plan.confidence=0.9", "is asked as confidence; write it so"),
        ("plan.seed=0.9", "change seed under [plan]"),
        ("settlement_days.baitiao=3", "near it: settlement_delay.CHANNEL"),
        ("channels.baitiao.fee_rate=1%", "is asked as fee_rate.baitiao; write it so"),
        ("channels.baitiao.refund_days=1", "change refund_days under [channels.…]"),
        ("cash.opening_balance=5", "is asked as opening_balance"),
        ("surplus_rate=1%", "near it: opening_balance and minimum_balance"),
        ("channels=a,b", "write what changes, then the channel"),
        ("recovery_days.baitiao=-1", "is a fix, which forecast stress values"),
        ("never_paid=1", "near it: volume.CHANNEL"),
        ("alarm_hours=1", "near it: a lower failure_rate.CHANNEL.CAUSE"),
        ("events=3", "change events in the plan"),
        ("plan.nonsense=3", "change nonsense in the plan"),
        ("nonsense=a,b", "is no key of a plan here"),
    ],
)
def test_a_key_of_the_plan_says_where_it_is_changed(setting: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario_from_settings(shop_plan(), [setting])
    assert told in str(caught.value)
    assert "KEY=VALUE" not in caught.value.problems[0].text("zh")
