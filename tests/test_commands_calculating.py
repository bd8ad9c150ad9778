"""The commands that calculate begin where an earlier one left off, unless they are told not to."""

from __future__ import annotations

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
