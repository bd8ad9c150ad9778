"""Environments of their own for packages that the product does not depend on, or cannot stand beside."""

from __future__ import annotations

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
