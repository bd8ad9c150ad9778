"""Where a command writes: the folder that ``--out`` names, or the default beside the current folder's reports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem

if TYPE_CHECKING:
    from forecast.plan.model import Plan

REPORTS = Path("reports")
"""The default folder of results, relative to the current folder; git ignores what lies in it."""


def output_folder(plan: Plan, out: Path | None) -> Path:
    """The folder of a plan's results: ``out``, or ``reports/<plan folder's name>``; it need not exist yet.

    Raises:
        InputError: A file bears the name, or the folder cannot be written; told before the work, not after it.
    """
    folder = out if out is not None else REPORTS / plan.path.parent.name
    check_writable(folder)
    return folder


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written.

    Raises:
        InputError: A file bears the name of the folder or of one above it, or permission is missing.
    """
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        raise InputError(Problem("is a file, not a folder; name another folder with --out", str(nearest)))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(Problem("cannot be written; name another folder with --out", str(nearest)))
