"""The files of a backtest and a review: all or none, beside those of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from study_examples import example_backtest, example_review

from forecast.outputs import writing_studies
from forecast.outputs.manifest import Inputs
from forecast.outputs.writing_studies import BACKTEST, REVIEW, write_backtest, write_review
from forecast.records import read
from forecast.results.backtest import BacktestResult

if TYPE_CHECKING:
    from pathlib import Path


def test_each_leaves_the_files_of_a_run_alone(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("a run's", encoding="utf-8")
    write_backtest(tmp_path, example_backtest(), inputs=Inputs(), command=["forecast", "backtest"])
    write_review(tmp_path, example_review(), inputs=Inputs(), command=["forecast", "review"])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["manifest.json", *BACKTEST, *REVIEW])
    assert (tmp_path / "manifest.json").read_text(encoding="utf-8") == "a run's"


def test_the_manifest_names_what_was_written(tmp_path: Path) -> None:
    write_review(tmp_path, example_review(), inputs=Inputs(), command=["forecast", "review"])
    manifest = json.loads((tmp_path / "review.manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["outputs"]) == set(REVIEW) - {"review.manifest.json"}
    assert (manifest["seed"], manifest["command"]) == (example_review().forecast.seed, ["forecast", "review"])


def test_scores_are_kept_as_rates_and_not_rounded_to_the_fen(tmp_path: Path) -> None:
    result = example_backtest()
    write_backtest(tmp_path, result, inputs=Inputs(), command=[])
    text = (tmp_path / "backtest.json").read_text(encoding="utf-8")
    assert read(BacktestResult, json.loads(text)) == result
    assert json.loads(text)["origins"][0]["sales_total"]["error"] == -0.314358


def test_a_fault_leaves_the_earlier_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_review(tmp_path, example_review(), inputs=Inputs(), command=[])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(writing_studies, "review_html", fail)
    with pytest.raises(OSError, match="disk full"):
        write_review(tmp_path, example_review("zh"), inputs=Inputs(), command=[])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
