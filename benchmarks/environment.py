"""Environments of their own for packages that the product does not depend on, or cannot stand beside."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def installed(folder: Path, requirements: Sequence[str]) -> Path:
    """The interpreter of the environment in a folder, made there with the packages if it is not there yet."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True)  # noqa: S603  # our own command
    return python


def run_alone(environment: Path, requirements: Sequence[str], script: Path, folder: Path) -> None:
    """Run a script of ours on a folder in such an environment, on one thread, without what is installed here."""
    alone = os.environ | {"PYTHONPATH": "", "OPENBLAS_NUM_THREADS": "1"}
    command: list[str | Path] = [installed(environment, requirements), "-W", "ignore", script, folder]
    subprocess.run(command, check=True, env=alone)  # noqa: S603  # our own script
