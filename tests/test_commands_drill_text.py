"""What drill prints: warnings first, then incident, timeline, delay and cash; nothing that a terminal would obey."""

from __future__ import annotations

from dataclasses import replace

from drill_shop import kept_drill

from forecast.commands.drill_text import drill_text
from forecast.results.inputs import NoteShown


def test_it_prints_what_happened_in_order() -> None:
    text = drill_text(kept_drill())
    lines = text.splitlines()
    assert lines[0].endswith("emergency drill 1 · on the orders of 2024-11-04")
    assert "playbook_unfilled" in lines[1]
    parts = ["The incident: Clearing on baitiao", "The alarm rang", "== Timeline", "== What an hour", "== Cash on"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "Without the plan cash falls short, with it cash holds" in text
    assert "A delay costs nothing more" in text
    assert "Had nobody acted, 31 orders" in text


def test_notes_on_the_drill_itself_are_told_and_others_are_not() -> None:
    found = kept_drill()
    notes = [NoteShown("drill_small", "info", "drill", "few orders"), NoteShown("sales", "info", "sales", "a model")]
    text = drill_text(replace(found, notes=notes))
    assert "few orders" in text
    assert "a model" not in text


def test_without_a_delay_it_says_so_and_a_control_character_is_shown_by_its_number() -> None:
    found = kept_drill()
    moment = replace(found.timeline[2], text="call\x1b[2J")
    text = drill_text(replace(found, cost_of_delay=[], timeline=[moment]))
    assert "over before the staff could act" in text
    assert "\x1b" not in text
