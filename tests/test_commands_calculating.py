"""The commands that calculate begin where an earlier one left off, unless they are told not to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import CommandLine


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.delenv("FORECAST_NO_CACHE")
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_what_if_reads_the_ledger_once_unless_it_uses_no_cache(forecast: CommandLine, cache: Path) -> None:
    forecast.copy_tiny()
    words = ("whatif", "tiny/plan.toml", "--set", "volume=1.1", "--paths", "20")
    without = forecast(*words, "--no-cache")
    assert not cache.exists()
    assert "reading the ledger" in without.err
    cold, warm = forecast(*words), forecast(*words)
    assert cold.out == warm.out == without.out
    assert "reading the ledger" in cold.err
    assert "reading the ledger" not in warm.err
    assert "scenario: Base" not in warm.err
    told = forecast("check", "tiny/plan.toml").err
    assert re.search(rf"The cache holds 2 entries, \d\.\d MB in all, in {re.escape(str(cache))}", told)


def test_check_says_where_no_cache_is_used(forecast: CommandLine, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    cache.mkdir()
    cache.chmod(0o777)
    assert f"{cache} is not used as the cache" in forecast("check", "tiny/plan.toml").err
    monkeypatch.setenv("FORECAST_NO_CACHE", "1")
    assert "The cache is off" in forecast("check", "tiny/plan.toml").err


@pytest.mark.usefixtures("once")
def test_a_run_tells_of_the_emergency_plan_beside_the_plan(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    words = ("tiny/plan.toml", "--paths", "20", "--language", "en")
    page, missing = forecast.folder / "out" / "report.html", "no emergency plan beside the plan"
    forecast("run", *words, "--out", "out")
    assert missing in page.read_text(encoding="utf-8")
    forecast("playbook", "tiny/plan.toml", "--new", "--language", "en")
    forecast("run", *words, "--out", "out")
    assert missing not in page.read_text(encoding="utf-8")
    assert "An emergency plan is kept beside the plan" in page.read_text(encoding="utf-8")
    read = json.loads((forecast.folder / "out" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert read[-1]["path"] == str(forecast.folder.resolve() / "tiny" / "playbook.toml")
    assert read[-1]["sha256"]


@pytest.mark.usefixtures("once")
def test_a_faulty_emergency_plan_is_a_warning_that_names_it(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    (forecast.folder / "tiny" / "playbook.toml").write_text("reviewed = 1\n", encoding="utf-8")
    for command in (["run"], ["report", "--no-stress"]):
        words = (command[0], "tiny/plan.toml", *command[1:], "--paths", "20", "--language", "en", "--out", command[0])
        done = forecast(*words)
        assert done.code == 0
        assert "playbook_faulty (playbook.toml): The emergency plan has " in done.out
        assert "the first is playbook.toml: " in done.out
        page = (forecast.folder / command[0] / "report.html").read_text(encoding="utf-8")
        assert "(playbook.toml) has" in page
        assert "no emergency plan beside the plan" not in page
        assert forecast(*words, "--strict").code == 3
