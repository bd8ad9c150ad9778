"""drill.json: what is written can be read again, and has the keys that others rely on."""

from __future__ import annotations

import json
from dataclasses import replace

from drill_shop import kept_drill, kept_quiz

from forecast.records import json_text, plain, read
from forecast.results.drill import DrillResult


def test_what_is_written_can_be_read_again() -> None:
    written = json.loads(json_text(replace(kept_drill(), quiz=kept_quiz())))
    assert plain(read(DrillResult, written)) == written
    assert {"incident", "alarm", "timeline", "cost_of_delay", "cash"} <= set(written)
    assert {"cause", "scope", "started_at", "ended_at", "orders", "amount"} <= set(written["incident"])
    assert {"at", "cause", "minutes"} <= set(written["alarm"])
    assert {"lowest_without_plan", "lowest_with_plan", "day", "holds"} <= set(written["cash"])
    assert all({"hours", "loss", "delayed"} == set(one) for one in written["cost_of_delay"])
    assert all({"at", "what", "text"} == set(one) for one in written["timeline"])


def test_without_a_quiz_or_an_alarm_the_result_says_so() -> None:
    written = json.loads(json_text(replace(kept_drill(), alarm=None)))
    assert written["alarm"] is None
    assert "quiz" not in written
