"""Labels in place of names: wherever a what-if names a channel, a clearing, an event, a cost or a facility."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from plan_examples import WHOLE
from test_plan_bearing import plan_of

from forecast.errors import InputError
from forecast.plan.labels import by_names, parted
from forecast.plan.reading import scenario_from_settings

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A plan with every key, whose channels bear Chinese labels."""
    found = plan_of(tmp_path, WHOLE)
    labels = dict(zip(found.channels, ("京东白条", "JD Pay"), strict=False))
    return replace(
        found, channels={name: replace(one, label=labels.get(name, name)) for name, one in found.channels.items()}
    )


def test_labels_are_understood_wherever_a_name_is(plan: Plan) -> None:
    first, second = list(plan.channels)[:2]
    facility = plan.facilities[0].name
    for typed, meant in {
        "failure_rate.京东白条=8%": f"failure_rate.{first}=8%",
        'volume."jd pay".x=2': f"volume.{second}.x=2",
        f"failure_rate.{first}=8%": f"failure_rate.{first}=8%",
        "costs.物流=1.1": "costs.logistics=1.1",
        "costs.Logistics.days_after=3": "costs.logistics.days_after=3",
        "volume.双11=1.4": "volume.double11=1.4",
        "outage_days.京东支付=3": "outage_days.jd_pay=3",
        "shift=[{from=\"京东白条\", to='JD Pay', share=0.3}]": f'shift=[{{from="{first}", to="{second}", share=0.3}}]',
        'outages=[{clearing="京东支付", cause="clearing"}]': 'outages=[{clearing="jd_pay", cause="clearing"}]',
        f"facilities.{facility}.channels=京东白条,{second}": f'facilities.{facility}.channels=["{first}", "{second}"]',
        "=3": "=3",
        "failure_rate.nobody=8%": "failure_rate.nobody=8%",
    }.items():
        assert by_names(plan, typed) == (meant, None)


def test_a_label_of_several_names_them_and_a_name_goes_before_labels(plan: Plan) -> None:
    first, second = list(plan.channels)[:2]
    alike = {name: replace(one, label="白条") for name, one in plan.channels.items()}
    with pytest.raises(InputError, match=f'failure_rate.白条: "白条" is the label of several: {first}, {second}'):
        scenario_from_settings(replace(plan, channels=alike), ["failure_rate.白条=8%"])
    named = {**plan.channels, second: replace(plan.channels[second], label=first)}
    assert by_names(replace(plan, channels=named), f"fee_rate.{first}=1%") == (f"fee_rate.{first}=1%", None)


def test_a_kind_of_facility_names_the_only_one(plan: Plan) -> None:
    (line,) = [one.name for one in plan.facilities if one.kind == "revolver"]
    assert by_names(plan, "facilities.循环授信.annual_rate=9%")[0] == f"facilities.{line}.annual_rate=9%"


def test_a_sign_of_equality_in_a_quoted_name_is_part_of_it(plan: Plan) -> None:
    assert parted('flows."=HYPERLINK(\\"x\\")"=0.9') == ('flows."=HYPERLINK(\\"x\\")"', "=", "0.9")
    assert parted("failure_rate.card = 8%") == ("failure_rate.card ", "=", " 8%")
    assert parted("no sign") == ("no sign", "", "")
    flows = replace(plan.other_flows[0], category="=1+1")
    changed = replace(plan, other_flows=(*plan.other_flows, flows))
    assert scenario_from_settings(changed, ['flows."=1+1"=0.5']).flows["=1+1"] == 0.5
