"""Means and quantiles over paths."""

from __future__ import annotations

import numpy as np

from forecast.records import plain
from forecast.results.distributions import band, bands, day_texts


def test_a_distribution_is_taken_over_paths_day_by_day() -> None:
    values = np.stack([np.arange(101.0), np.arange(101.0) * 2], axis=1)
    assert plain(bands(values)) == {
        "mean": [50, 100],
        "p05": [5, 10],
        "p10": [10, 20],
        "p50": [50, 100],
        "p90": [90, 180],
        "p95": [95, 190],
    }
    assert plain(band(values[:, 1])) == {"mean": 100, "p05": 10, "p10": 20, "p50": 100, "p90": 180, "p95": 190}


def test_days_are_written_as_iso_dates() -> None:
    assert day_texts(np.array(["2026-10-19"], dtype="datetime64[D]")) == ["2026-10-19"]
