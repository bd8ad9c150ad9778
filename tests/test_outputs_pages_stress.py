"""stress.html: cards, charts and tables on one page, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stress_shop import kept_stress, shop_plan

from forecast.outputs.pages.stress import stress_html, stress_page
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from forecast.plan.model import Language


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_part(language: Language) -> None:
    result = kept_stress(language)
    page = stress_page(result)
    assert len(page.cards) == 3
    assert len(stress_page(replace(result, buffer_wanted=1_000.0)).cards) == 4, "with the shift that was asked for"
    assert set(page.charts) == {"tornado", "grid", "frontier"}
    assert {name for section in page.sections for name, _ in section.charts} == set(page.charts)
    text = stress_html(result)
    for name in page.charts:
        assert f'id="chart-{name}"' in text
    assert ("What breaks the plan" if language == "en" else "什么会压垮计划") in text


def test_a_plan_that_nothing_breaks_says_so() -> None:
    calm = [replace(one, status="never", value=None) for one in kept_stress().reverse]
    card = stress_page(replace(kept_stress(), reverse=calm)).cards[0]
    assert (card.figure, list(card.lines)) == ("nothing tried", [])


def test_facilities_bear_the_names_that_readers_know() -> None:
    assert "overdraft" in stress_html(kept_stress())
    note = NoteShown("drawn_very_small", "warning", "facilities.overdraft", "see facilities.overdraft")
    text = stress_html(replace(kept_stress(), notes=[note]), shop_plan().facilities)
    assert "see Overdraft" in text
    assert "receivables_finance" not in text
    assert "overdraft" not in text.partition("<script")[0]
