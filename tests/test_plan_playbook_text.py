"""The template of a playbook: in both languages, with the plan's own names, and never over one that is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playbook_shop import template
from stress_shop import shop_plan

from forecast.plan.playbook_file import load_playbook
from forecast.plan.playbook_text import write_playbook

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_can_be_read_in_both_languages(language: Language, tmp_path: Path) -> None:
    plan = replace(shop_plan(), language=language)
    write_playbook(plan, tmp_path / "playbook.toml")
    read = load_playbook(plan, tmp_path / "playbook.toml")
    assert ("复核" in template(language)) == (language == "zh")
    assert len(read.unfilled) == 2 * (4 + 2 + 2) + 2, "people, providers, lenders, and a rule a provider"


def test_one_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "playbook.toml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_playbook(shop_plan(), path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_names_that_need_quotes_are_quoted(tmp_path: Path) -> None:
    channels = {name: replace(one, clearing='pay "x".y') for name, one in shop_plan().channels.items()}
    plan = replace(shop_plan(), channels=channels)
    write_playbook(plan, tmp_path / "playbook.toml")
    assert list(load_playbook(plan, tmp_path / "playbook.toml").providers) == ['pay "x".y']
