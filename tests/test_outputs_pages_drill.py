"""drill.html: every part in both languages, and a hostile text is text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from drill_shop import kept_drill, kept_quiz

from forecast.outputs.figures import Figures
from forecast.outputs.pages.drill import cards, drill_html, drill_page

if TYPE_CHECKING:
    from forecast.plan.model import Language

HOSTILE = "</script><script>alert(1)</script>"


@pytest.mark.parametrize(("language", "title"), [("en", "What an hour of delay costs"), ("zh", "晚处置一小时的代价")])
def test_the_page_shows_every_part(language: Language, title: str) -> None:
    page = drill_page(kept_drill(language))
    assert len(page.cards) == 4
    assert page.cards[0].figure.startswith(str(kept_drill().alarm.minutes))  # type: ignore[union-attr]  # it rang
    assert title in [section.title for section in page.sections]
    assert list(page.charts) == ["course"]
    assert all(section.tables for section in page.sections)


def test_without_an_alarm_or_a_delay_the_page_says_so() -> None:
    page = drill_page(replace(kept_drill(), alarm=None, cost_of_delay=[]))
    assert (page.cards[0].figure, len(page.cards)) == ("none", 3)
    assert "already" not in page.title
    assert any("over before the staff could act" in row[0] for table in page.sections[2].tables for row in table.rows)


@pytest.mark.parametrize(("language", "said"), [("en", "The answers, and why"), ("zh", "答案与理由")])
def test_a_quiz_stands_folded_its_answers_apart(language: Language, said: str) -> None:
    page = drill_page(replace(kept_drill(language), quiz=kept_quiz()))
    section = page.sections[-1]
    assert not section.tables
    assert [title for title, _ in section.folded][2] == said
    asked = [cell for table in section.folded[1][1] for row in table.rows for cell in row]
    assert {"call the provider", "roll back"} <= {*asked}
    answers, why = section.folded[2][1]
    assert [row[-1] for row in answers.rows] == (["no", "yes"] if language == "en" else ["否", "是"])
    assert ["all of one clearing name"] in why.rows
    text = drill_html(replace(kept_drill(language), quiz=kept_quiz()))
    assert text.count("<details>") == 3
    assert text.index(asked[-1]) < text.index(said) < text.index("all of one clearing name")
    assert "<details>" not in drill_html(kept_drill(language))


def test_a_hostile_text_is_text() -> None:
    found = kept_drill()
    moment = replace(found.timeline[2], text=HOSTILE)
    text = drill_html(replace(found, timeline=[*found.timeline[:2], moment, *found.timeline[3:]]))
    assert HOSTILE not in text
    assert "&lt;/script&gt;" in text


def test_the_cards_say_what_had_failed_at_the_alarm_and_what_cash_would_be_otherwise() -> None:
    result = kept_drill()
    found = {one.title: one.lines for one in cards(result, Figures.of(result))}
    assert result.alarm is not None
    assert f"{result.alarm.orders:,} orders beyond the usual had failed by then" in found["Until the alarm"][1]
    without = Figures.of(result).amount(result.cash.lowest_without_plan)
    assert found["Cash with the plan"][1].startswith(f"{without} without the plan")
