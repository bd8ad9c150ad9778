"""Figures in the playbook's texts are those of every channel, in the plan's language."""

from __future__ import annotations

from dataclasses import replace

from playbook_shop import kept_playbook
from stress_shop import shop_plan

from forecast.plan.playbook_file import FIGURES
from forecast.studies.playbook.filling import filled


def test_every_figure_names_every_channel() -> None:
    found = kept_playbook().causes[1].thresholds
    fill = filled(found, shop_plan(), "en")
    for name in FIGURES:
        told = fill(f"{{{name}}}")
        assert ("baitiao " in told and "wechat " in told) or (name == "move" and told == "no channel's orders move")
    assert fill("usual {usual}").startswith(f"usual baitiao {found[0].usual_rate:.1%}; ")
    assert fill("{refund}") == "baitiao 1 days; wechat 1 days"


def test_braces_written_twice_are_braces_and_chinese_is_chinese() -> None:
    fill = filled(kept_playbook().causes[1].thresholds, shop_plan(), "zh")
    assert fill("{{x}}") == "{x}"
    assert fill("{move}") == "没有渠道需要改道"


def test_where_one_channel_moves_each_is_named() -> None:
    moving, staying = kept_playbook().causes[1].thresholds
    found = [replace(moving, move_rate=0.3, move_to="wechat"), staying]
    assert filled(found, shop_plan(), "zh")("{move}") == "baitiao 达到 30.0% 改走wechat；wechat 不改道"
