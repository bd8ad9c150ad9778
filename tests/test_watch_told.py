"""What was told in earlier runs is read from monitor.json, or refused with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.records import json_text
from forecast.results.monitor import AlertShown, MonitorResult, ScopeShown, WatchKept
from forecast.watch.delivery import mark, open_marks
from forecast.watch.telling import Told, seconds
from forecast.watch.told import FILE, told_before

if TYPE_CHECKING:
    from pathlib import Path

ALERT = AlertShown(
    id="20261111-1415",
    status="new",
    cause="clearing",
    probabilities={"clearing": 1.0},
    scope=ScopeShown(("baitiao",), "jd_pay", (), ()),
    started_at="2026-11-11T14:15:00",
    detected_at="2026-11-11T14:30:00",
    ended_at=None,
    orders=12,
    amount=1_200.5,
    failure_rate=0.6,
    usual_rate=0.02,
    expected_loss=None,
    expected_delay_days=None,
    lowest_cash=None,
    buffer=None,
    evidence="…",
    next_step="…",
)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    assert told_before(tmp_path) == Told()
    result = MonitorResult("2026-11-11T15:00:00", "2026-11-10T00:00:00", 99, (ALERT,), [])
    (tmp_path / FILE).write_text(json_text(result), encoding="utf-8")
    assert told_before(tmp_path) == Told((ALERT,), seconds("2026-11-11T15:00:00"))


def test_what_a_killed_watch_was_about_to_tell_is_not_told_unless_it_is_marked(tmp_path: Path) -> None:
    watch = WatchKept("", "", (ALERT.id,), (), 0, 0, 0, ())
    result = MonitorResult("2026-11-11T15:00:00", "2026-11-10T00:00:00", 99, (ALERT,), [], watch)
    (tmp_path / FILE).write_text(json_text(result), encoding="utf-8")
    assert told_before(tmp_path).alerts == ()
    with open_marks(tmp_path) as place:
        mark(place, ALERT.id)
    assert told_before(tmp_path).alerts == (ALERT,)


@pytest.mark.parametrize(("text", "said"), [("{", "cannot be read as JSON"), ('{"now": 1}', "now is missing")])
def test_a_damaged_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        told_before(tmp_path)
    assert error.value.problems[0].file.endswith(FILE)
