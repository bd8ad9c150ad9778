"""The quiz: the screen shows what failed and no cause, questions have one right option, answers are numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drill_shop import rehearsal_of

from forecast.plan.changes import CAUSES
from forecast.studies.drill.quiz import asked_until, questions, read_answer, screen, shown_by
from forecast.watch.feed import HOUR, MINUTE
from forecast.watch.telling import seconds

STEPS = {cause: (f"first of {cause}", "second") for cause in CAUSES}


def test_the_screen_shows_where_it_fails_and_never_why() -> None:
    one = rehearsal_of()
    now = asked_until(one.replay, one.incident)
    assert now == one.replay.alarm.detected_at  # type: ignore[union-attr]  # it rang
    shown = screen(one.replay, now)
    baitiao, wechat = shown.channels
    assert (baitiao.name, wechat.name) == ("baitiao", "wechat")
    assert baitiao.rate > 4 * wechat.rate
    assert baitiao.usual < 0.1
    assert [seconds(cell.name) for cell in shown.by_hour] == [now - back * HOUR for back in (3, 2, 1)]
    assert sum(cell.orders for cell in shown.by_hour) == baitiao.orders + wechat.orders
    assert sum(cell.failed for cell in shown.by_hour) == baitiao.failed + wechat.failed
    assert len(shown.skus) == len(shown.regions) == 6
    assert [one.failed for one in shown.skus] == sorted((one.failed for one in shown.skus), reverse=True)
    assert all(now - HOUR < seconds(line.at) <= now for line in shown.latest)
    assert {"deducted", "failed"} <= {line.state for line in shown.latest}
    assert "clearing" not in repr(shown)


def test_silence_is_told_from_failures_that_are_told() -> None:
    one = rehearsal_of()
    now = one.incident.start + 2 * HOUR
    found = shown_by(one.incident, one.replay, now)
    failed, tried = int(found["failed"]), int(found["tried"])
    assert failed <= tried
    assert int(found["silent"]) <= failed / 4, "a few of the last minutes are not told yet"
    assert (found["rate"], found["elsewhere"]) == (f"{failed / tried:.0%}", found["elsewhere"])
    assert float(str(found["elsewhere"]).rstrip("%")) < 10
    assert asked_until(replace(one.replay, alarm=None), one.incident) == one.incident.end


def test_each_question_has_one_right_option() -> None:
    incident = rehearsal_of().incident
    cause, step = questions(incident, STEPS, np.random.default_rng(1))
    assert (cause.options[cause.right], len(cause.options)) == ("clearing", 4)
    assert (step.options[step.right], len(step.options)) == ("first of clearing", 4)
    orders = {questions(incident, STEPS, np.random.default_rng(seed))[1].options for seed in range(9)}
    assert len(orders) > 1, "the right one does not always stand at the same place"
    same = questions(incident, dict.fromkeys(CAUSES, ("look",)), np.random.default_rng(1))
    assert [one.asks for one in same] == ["cause"]


@pytest.mark.parametrize(
    ("line", "place"), [("1\n", 0), (" 4 ", 3), ("２", 1), ("5", None), ("0", None), ("clearing", None)]
)
def test_an_answer_is_the_number_of_an_option(line: str, place: int | None) -> None:
    assert read_answer(line, 4) == place
    assert MINUTE < HOUR
