"""``python -m forecast`` is the command."""

from __future__ import annotations

import subprocess
import sys

from forecast.version import __version__


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "forecast", "--version"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{__version__}\n", "")
