"""The files that a ledger is read from, as they are hashed: found by names alone, without loading the engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = {".csv": "CSV", ".txt": "CSV", ".tsv": "CSV", ".parquet": "Parquet", ".xlsx": "Excel", ".zip": "zip"}
"""Endings of the files of a folder that are read, and the kind of each; a folder holds one kind."""

_LOGS = {"duckdb": ".wal", "sqlite": "-wal"}
"""What the name of a database's log adds to its own."""


def files_of_folder(folder: Path) -> list[Path]:
    """The files of a ledger's folder that are read, by their endings; hidden ones, and those in hidden folders, not."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
    return [file for file in files if not any(part.startswith(".") for part in file.relative_to(folder).parts)]


def files_of_database(address: str, base: Path) -> list[Path]:
    """The files of a database that is a file: it, and the log beside it in which the latest changes may still stand.

    ``base`` is the plan's folder. None where the database is a server's.
    """
    if scheme_of(address) not in _LOGS:
        return []
    path = database_file(address, base)
    log = path.with_name(path.name + _LOGS[scheme_of(address)])
    return [path, log] if os.path.isfile(log) and log.stat().st_size else [path]  # noqa: PTH113  # false for no path at all, too


def scheme_of(address: str) -> str:
    """What stands before a database's ``://``, whatever follows it."""
    return address.partition("://")[0].strip().lower()


def database_file(address: str, base: Path) -> Path:
    """The file of a database that is one, from the plan's folder ``base``."""
    return base / address.removeprefix(f"{scheme_of(address)}:///")
