"""The chart of a drill: what failed and what was seen, in per cent, with its marks."""

from __future__ import annotations

from dataclasses import replace

from drill_shop import kept_drill

from forecast.outputs.charts.drill import course
from forecast.outputs.figures import Figures

RESULT = kept_drill()


def test_it_draws_the_course_with_its_marks() -> None:
    chart = course(RESULT, Figures.of(RESULT))
    shown = [trace for trace in chart.data if trace.get("showlegend", True)]
    planted, seen, usual, steps = shown
    assert [trace["name"] for trace in shown] == ["Failed", "Seen by then", "Usual", "Steps"]
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


def test_the_shading_leaves_out_hours_without_orders() -> None:
    at = [f"2025-11-11 {hour:02}:00" for hour in range(6)]
    shares = [0.1, 0.2, None, None, 0.4, None]
    held = replace(RESULT.course, at=at, planted=shares, seen=shares, usual=[0.1] * 6)
    chart = course(replace(RESULT, course=held), Figures.of(RESULT))
    shades = [trace for trace in chart.data if "fill" in trace]
    assert [trace["x"] for trace in shades] == [at[:2], at[4:5]]
    assert [trace["y"] for trace in shades] == [[10.0, 20.0], [40.0]]
    assert not any(trace["showlegend"] for trace in shades)
