"""forecast stress: what it writes and prints, and with which code it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_line import CommandLine


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


def test_wrong_usage_writes_nothing(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    assert forecast("stress", "tiny/plan.toml", "--lost", "1.5").code == 2
    assert forecast("stress", "none.toml").code == 2
    assert forecast.files() == before
