"""Figures in the playbook's texts are those of every channel, in the plan's language."""

from __future__ import annotations

from playbook_shop import kept_playbook
from stress_shop import shop_plan

from forecast.plan.playbook_file import FIGURES
from forecast.studies.playbook.filling import filled


def test_every_figure_names_every_channel() -> None:
    found = kept_playbook().causes[1].thresholds
    fill = filled(found, shop_plan(), "en")
    for name in FIGURES:
        assert "baitiao " in fill(f"{{{name}}}")
        assert "wechat " in fill(f"{{{name}}}")
    assert fill("usual {usual}").startswith(f"usual baitiao {found[0].usual_rate:.1%}; ")
    assert fill("{refund}") == "baitiao 1 days; wechat 1 days"


def test_braces_written_twice_are_braces_and_chinese_is_chinese() -> None:
    fill = filled(kept_playbook().causes[1].thresholds, shop_plan(), "zh")
    assert fill("{{x}}") == "{x}"
    assert fill("{move}") == "baitiao 不改道；wechat 不改道"
