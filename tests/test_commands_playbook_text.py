"""What playbook prints: warnings first, the steps in order, the tables, and nothing that a terminal would obey."""

from __future__ import annotations

from dataclasses import replace

from playbook_shop import kept_playbook

from forecast.commands.playbook_text import playbook_text


def test_it_prints_what_is_needed_in_order() -> None:
    lines = playbook_text(kept_playbook()).splitlines()
    assert lines[0].endswith("emergency plan · as of 2026-10-18 · gone through on 2026-10-18")
    assert "playbook_unfilled" in lines[1]
    text = "\n".join(lines)
    parts = [
        "== Integration ==",
        "Signs",
        "When to act",
        "Fault-finding",
        "Who acts",
        "Cash thresholds",
        "Which facility",
    ]
    places = [text.index(part) for part in (*parts, "== Order validation ==", "Log of the providers' rules")]
    assert places == sorted(places)
    assert "1. note the moment and the first order that failed" in text


def test_a_control_character_is_shown_by_its_number() -> None:
    result = kept_playbook()
    plan = replace(result.causes[0], customers="calm\x1b[2J")
    assert "\x1b" not in playbook_text(replace(result, causes=[plan]))
