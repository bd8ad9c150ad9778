"""Scores of answers: what counts, what a failure does, and which scale a peer's line shows."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from benchmarks.peers import best_scale
from benchmarks.scores import Answer, score
from benchmarks.series import Study

DAYS = pd.date_range("2024-01-01", periods=30)
ORIGIN = dt.date(2024, 1, 28)
STUDY = Study(
    "two",
    pd.DataFrame({"a": np.arange(30.0), "b": np.where(np.arange(30) < 28, 5.0, 10.0)}, index=DAYS),
    None,
    "CN",
    (ORIGIN,),
    (2,),
)


def answer(series: str, values: list[float], scale: str = "as it is") -> Answer:
    """All quantiles alike."""
    return Answer("peer", scale, series, ORIGIN, 2, np.repeat(np.array(values)[None], 7, axis=0))


def failed(series: str, scale: str = "as it is") -> Answer:
    return Answer("peer", scale, series, ORIGIN, 2, None, "ValueError: no")


def test_days_after_the_origin_are_scored() -> None:
    """The series a is 28 and 29 on the two days: exact; b is 10 and 10: 2 off of 10 is a loss of 0.2."""
    exact = score(STUDY, [answer("a", [28.0, 29.0])], 2, ["a"])
    assert (exact.wql, exact.mase, exact.covers_80, exact.covers_95) == (0.0, 0.0, 1.0, 1.0)
    both = score(STUDY, [answer("a", [28.0, 29.0]), answer("b", [8.0, 8.0])], 2, ["a", "b"])
    assert both.by_series == pytest.approx({"a": 0.0, "b": 0.2})
    assert both.wql == pytest.approx(0.1)
    assert both.covers_80 == 0.5


def test_the_total_is_scored_beside_the_channels() -> None:
    assert list(STUDY.scored.columns) == ["a", "b", "total"]
    assert score(STUDY, [answer("total", [38.0, 39.0])], 2, ["total"]).wql == 0.0


def test_another_horizon_does_not_count() -> None:
    assert math.isnan(score(STUDY, [answer("a", [28.0, 29.0])], 1, ["a"]).wql)


def test_a_failure_is_counted_and_not_scored() -> None:
    one = score(STUDY, [answer("a", [28.0, 29.0]), failed("b")], 2, ["a", "b"])
    assert (one.failed, one.wql) == (1, 0.0)


def test_the_better_scale_is_shown_and_failures_count_against_it() -> None:
    logs = answer("a", [28.0, 29.0], "log")
    plain = answer("a", [20.0, 20.0])
    assert best_scale(STUDY, [plain, logs], "peer", 2, ["a"]).scale == "log"
    assert best_scale(STUDY, [plain, failed("a", "log")], "peer", 2, ["a"]).scale == "as it is"


def test_a_series_without_logarithms_counts_as_it_is_beside_those_with() -> None:
    answers = [answer("a", [20.0, 20.0]), answer("a", [28.0, 29.0], "log"), answer("b", [8.0, 8.0])]
    one = best_scale(STUDY, answers, "peer", 2, ["a", "b"])
    assert one.scale == "log"
    assert one.by_series == pytest.approx({"a": 0.0, "b": 0.2})
