"""playbook.html: every part in both languages, no script, and a hostile text is text."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import pytest
from playbook_shop import kept_playbook

from forecast.outputs.pages.playbook import playbook_html, playbook_page
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from forecast.plan.model import Language

HOSTILE = "</script><script>alert(1)</script>"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_part(language: Language) -> None:
    result = kept_playbook(language)
    text = playbook_html(result)
    assert "<script" not in text, "it prints and mails without any"
    for plan in result.causes:
        assert all(
            escape(step, quote=False).replace("'", "&#39;") in text
            for step in (*plan.steps, *plan.signs, plan.customers)
        )
    assert ("Fault-finding" if language == "en" else "排查步骤") in text
    assert "playbook_unfilled" in text
    assert len(playbook_page(result).cards) == 4


def test_a_hostile_text_is_text() -> None:
    result = kept_playbook()
    plan = replace(result.causes[0], steps=[HOSTILE], customers=HOSTILE)
    people = {key: replace(one, name=HOSTILE) for key, one in result.people.items()}
    text = playbook_html(replace(result, causes=[plan], people=people))
    assert "<script" not in text
    assert text.count("&lt;/script&gt;") >= 3


def test_a_plan_that_holds_says_so_first() -> None:
    calm = [replace(plan, incidents=[]) for plan in kept_playbook().causes]
    page = playbook_page(replace(kept_playbook(), causes=calm, unfilled=[]))
    assert (page.cards[0].figure, len(page.cards)) == ("holds", 3)


def test_facilities_bear_their_names_and_not_the_keys_of_the_plan() -> None:
    languages: dict[Language, tuple[str, str]] = {"en": ("Overdraft", "Receivables"), "zh": ("透支", "应收账款")}
    for language, names in languages.items():
        shown = playbook_html(kept_playbook(language))
        assert all(name in shown for name in names)
        assert "receivables_finance" not in shown
        assert ">overdraft" not in shown


def test_the_first_card_says_by_which_rule_it_is_first() -> None:
    result = kept_playbook()
    plan = result.causes[0]
    one = plan.incidents[0]
    days = [replace(one, arranged_rate=0.16, days=3), replace(one, arranged_rate=0.09, days=7)]
    card = playbook_page(replace(result, causes=[replace(plan, incidents=days)])).cards[0]
    assert card.figure == "from 16%"
    assert "First is the least failure rate × days: 16% × 3 days, as 0.48 days of total failure" in card.lines[1]
    assert card.lines[2].startswith("One that lasts longer falls short at a lower rate: over 7 days from 9%")
    none = [replace(plan.incidents[0], arranged_rate=0.0, days=3)]
    lines = playbook_page(replace(result, causes=[replace(plan, incidents=none)])).cards[0].lines
    assert not any("total failure" in line for line in lines)


def test_heads_of_facilities_break_between_words_alone() -> None:
    text = playbook_html(kept_playbook())
    assert '<div class="calls">' in text
    assert ".calls .text { overflow-wrap: break-word;" in text


def test_notes_bear_names_and_not_keys_of_the_plan() -> None:
    note = NoteShown("drawn_very_small", "warning", "facilities.overdraft", "see facilities.overdraft")
    text = playbook_html(replace(kept_playbook(), notes=[note]))
    assert "facilities.overdraft" not in text
    assert "see Overdraft" in text
