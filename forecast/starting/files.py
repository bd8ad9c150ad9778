"""The files that ``--from`` names: single ones, folders, and patterns."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said, unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

ENDINGS = (".csv", ".txt", ".xlsx", ".zip", ".parquet")
"""What exports are called; a folder's other files are none."""

_IN_USE = "~$"
"""How the copies begin that a spreadsheet keeps of an open file."""


def files_of(sources: Sequence[str]) -> tuple[Path, ...]:
    """The files, each once, in the order of the sources; those of a folder or a pattern by name.

    A path that exists is a path, even where it holds signs of a pattern.

    Raises:
        InputError: Holds every source under which there is no file.
    """
    found: dict[str, Path] = {}
    problems = []
    for source in sources:
        try:
            files = _files(source)
        except OSError as error:
            problems.append(unreadable(error, source))
            continue
        if not files:
            key = "init.empty_folder" if Path(source).is_dir() else "init.no_file"
            problems.append(Problem(said(key, endings=", ".join(ENDINGS)), source))
        for one in files:
            found.setdefault(os.path.realpath(one), one)
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _files(source: str) -> list[Path]:
    """The files of one source."""
    path = Path(source)
    if path.is_file():
        return [path]
    if path.is_dir():
        return sorted(one for one in path.iterdir() if _is_export(one))
    return sorted(one for one in map(Path, glob.glob(source, recursive=True)) if _is_export(one))  # noqa: PTH207  # a pattern of the user's, with its folder


def named_alone(sources: Sequence[str]) -> frozenset[Path]:
    """The files that sources name each by itself, not by their folder or a pattern."""
    return frozenset(path for path in map(Path, sources) if path.is_file())


def _is_export(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in ENDINGS and not path.name.startswith((".", _IN_USE))
