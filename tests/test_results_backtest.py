"""A real backtest's result: its sums, errors and scores agree with one another."""

from __future__ import annotations

import pytest
from study_examples import AHEAD, ORIGINS, example_backtest

from forecast.results.backtest import SERIES, Series

RESULT = example_backtest()


@pytest.mark.parametrize("series", SERIES)
def test_sums_are_those_of_the_days_and_of_the_channels(series: Series) -> None:
    assert len(RESULT.origins) == ORIGINS
    for origin in RESULT.origins:
        days, total = origin.by_day(series), origin.total(series)
        assert len(days.actual) == len(origin.dates) == AHEAD
        assert sum(days.actual) == pytest.approx(total.actual, abs=0.01 * AHEAD)
        assert sum(days.forecast.mean) == pytest.approx(total.forecast.mean, abs=0.01 * AHEAD)
        channels = (origin.sales_by_channel if series == "sales" else origin.receipts_by_channel).values()
        assert sum(one.actual for one in channels) == pytest.approx(total.actual, abs=0.01 * len(RESULT.channels))


@pytest.mark.parametrize("series", SERIES)
def test_errors_and_intervals_are_those_of_the_sums(series: Series) -> None:
    totals = [origin.total(series) for origin in RESULT.origins]
    for total in totals:
        assert total.error == pytest.approx(total.forecast.mean / total.actual - 1, abs=1e-5)
        assert total.inside_90 == (total.forecast.p05 <= total.actual <= total.forecast.p95)
    held = sum(total.inside_90 for total in totals) / len(totals)
    assert RESULT.accuracy.of(series).total.forecast.sum_coverage_90 == held
