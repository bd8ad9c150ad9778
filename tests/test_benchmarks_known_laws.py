"""Ours beside what can be attained: a plain average is as good as can be on independent days, and bad on a trend."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import known_laws
from benchmarks.known_laws import AVERAGE, LAW, OURS, TOLD, average, compared, main
from benchmarks.known_series import AHEAD, HISTORY, KNOWN, draw_series
from benchmarks.reasons import PATHS


def test_the_average_knows_its_mean_as_well_as_so_many_days_tell() -> None:
    past = 9.0 + 0.3 * np.random.default_rng(1).standard_normal(HISTORY)
    logs = np.log(average(past, 4000, np.random.default_rng(2)))
    assert logs.shape == (4000, AHEAD)
    assert logs.mean() == pytest.approx(past.mean(), abs=0.002)
    expected = past.std(ddof=1) * np.sqrt(1 / AHEAD + 1 / HISTORY)
    assert logs.mean(axis=1).std() == pytest.approx(expected, rel=0.05)


def test_each_forecaster_is_measured_on_the_same_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told the law, independent days are forecast as the average does; a trend they know, and the average misses."""
    monkeypatch.setattr(known_laws, "ours", lambda series, seed: np.exp(series.ahead[: 500 + seed % 2]))
    quiet, _ = compared("independent days", range(3))
    growing, _ = compared("a trend", range(3))
    assert list(quiet) == [OURS, AVERAGE, TOLD, LAW]
    loss = {name: np.mean([one.total_loss for one in rows]) for name, rows in quiet.items()}
    assert loss[AVERAGE] == pytest.approx(loss[TOLD], rel=0.1)
    assert loss[LAW] <= loss[TOLD]
    missed = {name: np.mean([one.miss for one in rows]) for name, rows in growing.items()}
    assert missed[AVERAGE] > 5 * missed[TOLD]


def test_the_planner_is_given_the_history_and_nothing_else() -> None:
    """Days to come are not among what it is handed: the same history gives the same paths, whatever comes."""
    series = draw_series(KNOWN["independent days"], 1, 20)
    paths = known_laws.ours(series, 1)
    assert paths.shape == (PATHS, AHEAD)
    assert np.log(paths).mean() == pytest.approx(series.past.mean(), abs=0.06)


def test_the_command_takes_how_many_series_of_which_law(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(known_laws, "ours", lambda series, _: np.exp(series.ahead[:500]))
    monkeypatch.setattr("sys.argv", ["known_laws", "--series", "2", "--law", "seasons"])
    main()
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0].startswith("seasons: 2 series")
    assert [line[:22].strip() for line in lines[2:6]] == [OURS, AVERAGE, TOLD, LAW]
    assert lines[4].split()[3:5] == ["1.00", "1.00"]
