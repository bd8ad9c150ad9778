"""The chart of a drill: what failed and what was seen, in per cent, with its marks."""

from __future__ import annotations

from dataclasses import replace

from drill_shop import kept_drill

from forecast.outputs.charts.drill import course
from forecast.outputs.figures import Figures

RESULT = kept_drill()


def test_it_draws_the_course_with_its_marks() -> None:
    chart = course(RESULT, Figures.of(RESULT))
    planted, seen, usual, steps = chart.data
    assert [trace["name"] for trace in chart.data] == ["Failed", "Seen by then", "Usual", "Steps"]
    assert planted["y"] == [None if one is None else round(100 * one, 2) for one in RESULT.course.planted]
    assert planted["x"] == seen["x"] == usual["x"] == RESULT.course.at
    assert steps["x"] == [one.at for one in RESULT.timeline if one.what == "step"]
    names = [one["text"] for one in chart.layout["annotations"]]
    assert names == ["Start", "Alarm", "Staff act", "Fault over"]
    assert [one["x0"] for one in chart.layout["shapes"]] == [one["x"] for one in chart.layout["annotations"]]


def test_without_an_alarm_there_is_no_mark_of_it() -> None:
    start = [one for one in RESULT.timeline if one.what not in {"alarm", "step"}]
    chart = course(replace(RESULT, alarm=None, started=None, timeline=start), Figures.of(RESULT))
    assert [one["text"] for one in chart.layout["annotations"]] == ["Start", "Fault over"]
