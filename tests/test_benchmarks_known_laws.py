"""Ours beside what can be attained: a plain average is as good as can be on independent days, and bad on a trend."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import known_laws
from benchmarks.known_laws import AVERAGE, LAW, OURS, PEERS, THEIRS, TOLD, average, compared, main
from benchmarks.known_series import AHEAD, HISTORY, KNOWN, draw_series
from benchmarks.reasons import PATHS

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.arrays import Floats


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
    monkeypatch.setattr("sys.argv", ["known_laws", "--series", "2", "--law", "seasons", "--only", "us"])
    main()
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0].startswith("seasons: 2 series")
    assert [line[:22].strip() for line in lines[2:6]] == [OURS, AVERAGE, TOLD, LAW]
    assert lines[4].split()[3:5] == ["1.00", "1.00"]


def test_peers_stand_between_on_the_same_days(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A peer that answers as the law does is measured as it; each series meets its own paths."""
    asked: list[Floats] = []

    def answer(pasts: Floats, environment: Path) -> dict[str, Floats]:
        asked.append(pasts)
        assert environment == tmp_path
        ahead = [np.exp(np.split(draw_series(KNOWN["a trend"], seed).ahead, 2)[0]) for seed in range(2)]
        return dict.fromkeys(PEERS, np.array(ahead))

    monkeypatch.setattr(known_laws, "ours", lambda series, _: np.exp(series.ahead[:500]))
    monkeypatch.setattr(known_laws, "peer_paths", answer)
    rows, _ = compared("a trend", range(2), tmp_path)
    assert list(rows) == [OURS, *PEERS, AVERAGE, TOLD, LAW]
    assert rows["AutoETS"] == rows[LAW]
    assert asked[0].shape == (2, HISTORY)
    assert np.array_equal(asked[0][1], draw_series(KNOWN["a trend"], 1).past)


def test_what_peers_are_asked_they_have_and_need_nothing_of_ours() -> None:
    """The script runs in another environment, so that it is read here and not run."""
    tree = ast.parse(THEIRS.read_text(encoding="utf-8"))
    models = next(node.value for node in tree.body if isinstance(node, ast.Assign) and "MODELS" in ast.unparse(node))
    assert isinstance(models, ast.Dict)
    assert {ast.literal_eval(key) for key in models.keys if key is not None} == set(PEERS)
    imported = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)}
    assert not {line for line in imported if "forecast." in line.replace("statsforecast.", "") or "benchmarks" in line}
