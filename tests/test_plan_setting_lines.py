"""What is typed at a prompt: several changes on a line, and the later in place of the earlier."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from plan_examples import WHOLE
from test_plan_bearing import plan_of

from forecast.errors import InputError
from forecast.plan.labels import written
from forecast.plan.reading import scenario_from_settings
from forecast.plan.setting_lines import LONGEST_LINE, of_key, replaced, setting_keys, settings_of, with_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("failure_rate.baitiao=8%", ["failure_rate.baitiao=8%"]),
        ("  volume = 1.4   failure_rate.card = 8% ", ["volume = 1.4", "failure_rate.card = 8%"]),
        ("volume=1.4, recovery=0.5；flows.stock=2", ["volume=1.4", "recovery=0.5", "flows.stock=2"]),
        ("--set volume=1.4 --set recovery=0", ["volume=1.4", "recovery=0"]),
        (
            'outages=[{clearing = "a = b", start=2026-11-11, days=3}] volume=2',
            ['outages=[{clearing = "a = b", start=2026-11-11, days=3}]', "volume=2"],
        ),
        (
            "failure_rate={clearing=1%, validation=2%} volume=2",
            ["failure_rate={clearing=1%, validation=2%}", "volume=2"],
        ),
        ('volume."双 十一"=2 volume.京东=3', ['volume."双 十一"=2', "volume.京东=3"]),
        ("label='a b=c'", ["label='a b=c'"]),
        ("volume=", ["volume="]),
        ("volume＝１．４，refund_rate＝８％", ["volume=1.4", "refund_rate=8％"]),
        ("label='１＝２' volume＝2", ["label='１＝２'", "volume=2"]),
    ],
)
def test_a_line_is_parted_into_changes(line: str, settings: list[str]) -> None:
    assert list(settings_of(line)) == settings


@pytest.mark.parametrize("line", ["foo", "foo volume=1", "undo now", "8%", "--set"])
def test_what_is_no_change_is_told(line: str) -> None:
    with pytest.raises(InputError, match="is no change and no command"):
        settings_of(line)


def test_quotes_without_end_are_read_as_fast_as_others() -> None:
    line = "volume" + '"a"' * 1_000 + ",=2"
    with pytest.raises(InputError, match="is no change and no command"):
        settings_of(line)


def test_a_line_that_nobody_types_is_refused() -> None:
    with pytest.raises(InputError, match=r"10,006 letters is longer than the 10,000"):
        settings_of("volume" + "=" * LONGEST_LINE)


@pytest.mark.parametrize(
    ("current", "more", "together"),
    [
        (["volume=1"], ["volume=2"], ["volume=2"]),
        (["volume=1", "recovery=0"], ["volume.double11=2"], ["recovery=0", "volume.double11=2"]),
        (["volume.double11=2", "volume.wechat=2"], ["volume=3"], ["volume=3"]),
        (["failure_rate=8%"], ["failure_rate.wechat=1%"], ["failure_rate=8%", "failure_rate.wechat=1%"]),
        (
            ["failure_rate.wechat=1%", "recovery.wechat=0"],
            ["failure_rate=8%"],
            ["recovery.wechat=0", "failure_rate=8%"],
        ),
        (["failure_rate.wechat.validation=1%"], ["failure_rate.clearing=8%"], ["failure_rate.clearing=8%"]),
        (
            ["failure_rate.clearing=8%"],
            ["failure_rate.wechat=1%"],
            ["failure_rate.clearing=8%", "failure_rate.wechat=1%"],
        ),
        (
            ["failure_rate.clearing=8%"],
            ["failure_rate.validation=1%"],
            ["failure_rate.clearing=8%", "failure_rate.validation=1%"],
        ),
        (["failure_rate.clearing=8%"], ["failure_rate=9%"], ["failure_rate=9%"]),
        (["failure_rate=9%"], ["failure_rate.clearing=8%"], ["failure_rate.clearing=8%"]),
        (
            ["settlement_delay.card=2", "fee_rate.card=1%"],
            ["settlement_delay=1", "fee_rate=2%"],
            ["settlement_delay=1", "fee_rate=2%"],
        ),
        (["failure_rate.card=2%"], ["failure_rate={wechat=1%}"], ["failure_rate.card=2%", "failure_rate={wechat=1%}"]),
        (["failure_rate.wechat=2%"], ["failure_rate={wechat=1%}"], ["failure_rate={wechat=1%}"]),
        (["failure_rate={wechat=1%}"], ["failure_rate={card=1%}"], ["failure_rate={card=1%}"]),
        (["volume.wechat=2"], ['volume."wechat"=3'], ['volume."wechat"=3']),
        (["costs.goods.days_after=3"], ["costs.goods=110%"], ["costs.goods=110%"]),
        (["failure_rate.wechat.clearing=1%"], ["failure_rate.wechat=2%"], ["failure_rate.wechat=2%"]),
        (["opening_balance = 1"], ["opening_balance=2"], ["opening_balance=2"]),
        (["volume.wechat=2", "planned_volume=1", "recovery=0"], ["flop=0.6"], ["recovery=0", "flop=0.6"]),
        (["flop=0.6"], ["planned_volume=1.2"], ["planned_volume=1.2"]),
        (["flop=0.6"], ["flop.double11=0.5"], ["flop.double11=0.5"]),
        (
            ["failure_rate.card=2%"],
            ["failure_rate.card=3%", "failure_rate=8%"],
            ["failure_rate.card=3%", "failure_rate=8%"],
        ),
        (["recovery=0"], ["volume=1.2", "volume.double11=1.4"], ["recovery=0", "volume=1.2", "volume.double11=1.4"]),
        (["recovery=0"], ["flop=0.6", "volume=0.9"], ["recovery=0", "flop=0.6", "volume=0.9"]),
    ],
)
def test_a_later_change_of_a_key_replaces_the_earlier(current: list[str], more: list[str], together: list[str]) -> None:
    assert list(with_settings(current, more)) == together


def test_what_goes_though_its_own_key_is_not_given_anew_is_named() -> None:
    current = ["failure_rate.card=2%", "failure_rate.wechat=1%", "volume=1.1"]
    assert replaced(current, ["failure_rate=5%", "failure_rate.card=3%", "volume=1.2"]) == [
        ("failure_rate.wechat=1%", "failure_rate=5%")
    ]
    assert replaced(current, ["failure_rate.card=9%"]) == []


@pytest.mark.parametrize(
    ("key", "gone"),
    [
        ("failure_rate", ["failure_rate=5%"]),
        ("failure_rate.card", ["failure_rate.card=2%"]),
        ("refund_rate", ["refund_rate.card=2%", "refund_rate.wechat=3%"]),
        ("costs", ["costs.goods.days_after=3"]),
        ("volume.double11", ['volume."double11"=2']),
        ("recovery", []),
        ("refund", []),
    ],
)
def test_a_key_takes_away_its_own_change_or_else_those_below_it(key: str, gone: list[str]) -> None:
    current = ["failure_rate.card=2%", "failure_rate=5%", "refund_rate.card=2%", "refund_rate.wechat=3%"]
    current += ["costs.goods.days_after=3", 'volume."double11"=2']
    assert list(of_key(current, f"{key}=")) == gone


def test_every_key_that_can_be_completed_can_be_set(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WHOLE)
    keys = setting_keys(plan)
    assert {"volume.double11", "failure_rate.baitiao.clearing", "facilities.bank_line.limit", "flows.rent"} <= {*keys}
    assert {"costs.goods", "costs.logistics.days_after"} <= {*keys}
    assert len(keys) == len({*keys})
    told = []
    for key in keys:
        try:
            scenario_from_settings(plan, [f'{key}="?"'])
        except InputError as error:
            told += str(error).splitlines()
    assert len(told) > 60
    assert [line for line in told if "unknown" in line or "no key" in line] == [], "only values are wrong"


def test_keys_are_completed_by_labels_of_the_plan_s_language_where_these_say_which(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WHOLE)
    labels = {name: one.label for name, one in plan.channels.items()}
    named = [written(label) for name, label in labels.items() if label not in labels]
    assert named
    keys = setting_keys(plan)
    assert {f"failure_rate.{label}" for label in named} <= {*keys}
    alike = replace(plan, channels={name: replace(one, label="alike") for name, one in plan.channels.items()})
    assert not [key for key in setting_keys(alike) if "alike" in key], "a label of several says not which"
