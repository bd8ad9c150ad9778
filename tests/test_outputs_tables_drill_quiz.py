"""The tables of a quiz: the screen as it was seen, options by number, causes by their names."""

from __future__ import annotations

from dataclasses import replace

from drill_shop import kept_drill, kept_quiz

from forecast.outputs.figures import Figures
from forecast.outputs.tables import drill_quiz as tables

FIGURES = Figures.of(kept_drill())
LABELS = {name: one.label for name, one in kept_drill().channels.items()}


def test_the_screen_is_a_table_by_channel_goods_region_hour_and_order() -> None:
    shown = kept_quiz().screen
    channels, *_, hours, latest = tables.screen(shown, LABELS, FIGURES)
    assert [row[0] for row in channels.rows] == list(LABELS.values())
    first = shown.channels[0]
    assert channels.rows[0][1:5] == [
        f"{first.orders}",
        f"{first.failed}",
        f"{first.silent}",
        f"{first.failed / first.orders:.0%}",
    ]
    assert [row[0] for row in hours.rows] == [one.name[11:16] for one in shown.by_hour]
    assert [row[4] for row in latest.rows] == ["100"] * len(shown.latest)
    bare = tables.screen(replace(shown, skus=[], regions=[], latest=[]), LABELS, FIGURES)
    assert [table.heads[0] for table in bare] == ["By channel", "By hour, from"]


def test_questions_have_numbered_options_and_answers_their_names() -> None:
    quiz = kept_quiz()
    cause, step = (tables.question(one, FIGURES) for one in quiz.answers)
    assert [row[0] for row in cause.rows] == ["1", "2", "3", "4"]
    assert cause.rows[3][1] == "Clearing"
    assert step.rows == [["1", "call the provider"], ["2", "roll back"]]
    assert tables.answers(quiz, FIGURES).rows == [
        ["Cause", "Integration", "Clearing", "no"],
        ["First step", "call the provider", "call the provider", "yes"],
    ]
    assert tables.why(quiz, FIGURES).rows[1] == ["By what Clearing is known, from the playbook:"]
