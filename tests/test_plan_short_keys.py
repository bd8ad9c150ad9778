"""Keys of a what-if that are short for several: an outage from the first peak, and a peak that does not come."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from stress_shop import shop_plan

from forecast.errors import InputError
from forecast.plan.changes import Outage
from forecast.plan.reading import scenario_from_settings
from forecast.plan.short_keys import first_peak


def test_an_outage_of_days_begins_on_the_first_peak() -> None:
    plan = shop_plan()
    made = scenario_from_settings(plan, ["outage_days.wechat=3", "outage_days.baitiao=0"])
    assert made.outages == (Outage(start=dt.date(2026, 10, 29), days=3, clearing="wechat"),)
    assert first_peak(replace(plan, events=())) == dt.date(2026, 10, 19), "the horizon's first day"


def test_a_flop_is_a_volume_for_which_stock_was_bought_in_full() -> None:
    short = scenario_from_settings(shop_plan(), ["flop=60%"], label="flop")
    assert short == scenario_from_settings(shop_plan(), ["volume=0.6", "planned_volume=1"], label="flop")
    of_event = scenario_from_settings(shop_plan(), ["flop.double11=60%", "flop.wechat=0.5"], label="flop")
    spelt = ["volume.double11=0.6", "volume.wechat=0.5", "planned_volume.double11=1", "planned_volume.wechat=1"]
    assert of_event == scenario_from_settings(shop_plan(), spelt, label="flop")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (["outage_days.wechatt=3"], 'outage_days.wechatt: "wechatt" is the clearing of no channel'),
        (["outage_days.wechat=1.5"], "outage_days.wechat: "),
        (["outage_days=3"], "outage_days: "),
        (["flop=-1"], "flop: "),
        (["flop=1.5"], "flop: "),
        (["flop.double11=1.5"], "flop.double11: "),
        (["flop.double12=0.5"], '"double12" is neither a channel nor an event'),
        (["flop=0.6", "volume=2"], "flop: is short for volume and planned_volume = 1"),
        (["flop=+20%"], "a multiple is no change by so much"),
    ],
)
def test_what_is_wrong_is_told_by_key(setting: list[str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario_from_settings(shop_plan(), setting)
    assert says in str(caught.value)
