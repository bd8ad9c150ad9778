"""forecast stress: what it writes and prints, and with which code it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stress_shop import kept_stress

from forecast import fitting
from forecast.studies.stress import study
from forecast.studies.stress.study import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from command_line import CommandLine

    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.results.stress import StressResult
    from forecast.simulated import Fitted


def test_it_writes_its_files_and_prints_one_of_them(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    done = forecast(
        "stress", "tiny/plan.toml", "--paths", "20", "--json", "--out", "out", "--lost", "0.1", "--buffer", "5000"
    )
    assert done.code == 0
    told = json.loads(done.out)
    assert done.out == (forecast.folder / "out" / "stress.json").read_text(encoding="utf-8")
    assert (told["lost"], told["buffer_wanted"]) == (0.1, 5000.0)
    assert {path.name for path in (forecast.folder / "out").iterdir()} == {
        "stress.json",
        "stress.xlsx",
        "stress.html",
        "stress.manifest.json",
    }
    assert {"scenarios", "grid", "sensitivities", "reverse", "fixes", "frontier"} <= set(told)
    assert "breaking point: volume" in done.err


def test_a_second_one_begins_with_what_the_first_fitted(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    fits: list[Fitted] = []
    asked, cases = [], []
    make = fitting.fit

    def fit(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Fitted:
        asked.append(past)
        fits.append(fits[0] if fits else make(plan, progress=progress, past=past))
        return fits[-1]

    def stressed(done: Run, wishes: Wishes, say: Callable[[str], None]) -> StressResult:
        assert wishes == Wishes()
        say("grid:volume=1")
        cases.append((done.result, done.cases["base"].flows.tobytes()))
        return kept_stress()

    monkeypatch.setattr(fitting, "fit", fit)
    monkeypatch.setattr(study, "stressed", stressed)
    monkeypatch.delenv("FORECAST_NO_CACHE")
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(forecast.folder / "cache"))
    for options in ([], [], ["--no-cache"]):
        assert forecast("stress", "tiny/plan.toml", "--paths", "20", "--out", "out", *options).code == 0
    assert len(asked) == 2, "by the first, and by the one without a cache"
    assert cases[0] == cases[1] == cases[2]


def test_a_wish_for_more_paths_than_fit_is_refused_in_words(forecast: CommandLine) -> None:
    forecast.copy_tiny(("horizon_days = 10 ", "horizon_days = 150 "))
    done = forecast("stress", "tiny/plan.toml", "--paths", "20000", "--language", "en")
    assert done.code == 2
    assert "a stress test of 20000 paths" in done.err
    assert "run it with --paths " in done.err


def test_wrong_usage_writes_nothing(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    assert forecast("stress", "tiny/plan.toml", "--lost", "1.5").code == 2
    assert forecast("stress", "none.toml").code == 2
    assert forecast.files() == before
