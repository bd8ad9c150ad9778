"""drill.html: every part in both languages, and a hostile text is text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from drill_shop import kept_drill

from forecast.outputs.pages.drill import drill_html, drill_page

if TYPE_CHECKING:
    from forecast.plan.model import Language

HOSTILE = "</script><script>alert(1)</script>"


@pytest.mark.parametrize(("language", "title"), [("en", "What an hour of delay costs"), ("zh", "晚一小时的代价")])
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


def test_a_hostile_text_is_text() -> None:
    found = kept_drill()
    moment = replace(found.timeline[2], text=HOSTILE)
    text = drill_html(replace(found, timeline=[*found.timeline[:2], moment, *found.timeline[3:]]))
    assert HOSTILE not in text
    assert "&lt;/script&gt;" in text
