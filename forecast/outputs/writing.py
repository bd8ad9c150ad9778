"""Writing a run to disk, all or nothing: a run that stops half-way leaves the earlier files as they were.

Everything is written into a staging folder inside the target (so on the same file system) and then moved into place by
atomic renames; when one of them fails, the earlier files come back. ``manifest.json`` is moved last and holds the
hashes of the other files, so even a mixture left by a power failure would show.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.outputs.pages.report import report_html
from forecast.outputs.result import plain, result_json
from forecast.outputs.workbook.run import write_workbook
from forecast.plan.model import is_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

RESULT, WORKBOOK, REPORT = "result.json", "scenarios.xlsx", "report.html"
REJECTED, MANIFEST = "rejected.csv", "manifest.json"
OUTPUTS = (RESULT, WORKBOOK, REPORT, REJECTED, MANIFEST)
"""The files of a run, in the order in which they are put in place."""

STAGING_PREFIX = ".forecast-"
CHUNK = 1 << 20

FORMULA_START = re.compile(r"[=@\t\r]|[+-](?!\d)")
"""Text that a spreadsheet would take for a formula on opening a CSV file."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files of a run lie; ``rejected`` is None where no row was rejected."""

    result: Path
    workbook: Path
    report: Path
    manifest: Path
    rejected: Path | None


def write_run(
    out_dir: Path,
    result: Mapping[str, Any],
    rejected: pd.DataFrame,
    *,
    inputs: Iterable[Path | str],
    command: Sequence[str],
) -> Written:
    """Writes all files of a run into ``out_dir``, which is made if need be; other files in it are left alone.

    Args:
        out_dir: The target folder.
        result: The result of a run.
        rejected: The rejected rows; without rows no ``rejected.csv`` is written and an earlier one is removed.
        inputs: The files and folders that the run read, and database addresses (text with ``://``).
        command: The command with its arguments, for the manifest.

    Raises:
        OSError: a file cannot be written; then the folder is as it was.
    """
    rounded = plain(result)
    described = manifest(rounded, inputs, command)
    replace_files(out_dir, OUTPUTS, lambda folder: _write_all(folder, rounded, rejected, described))
    return Written(
        result=out_dir / RESULT,
        workbook=out_dir / WORKBOOK,
        report=out_dir / REPORT,
        manifest=out_dir / MANIFEST,
        rejected=None if rejected.empty else out_dir / REJECTED,
    )


def replace_files(out_dir: Path, names: Sequence[str], write: Callable[[Path], None]) -> None:
    """Puts files into ``out_dir``, which is made if need be, all or none; other files in it are left alone.

    Args:
        out_dir: The target folder.
        names: The files' names, in the order in which they are put in place; an earlier one that is not written anew
            is removed.
        write: Writes them into the folder that it is given.

    Raises:
        OSError: a file cannot be written; then the folder is as it was, as after any other exception.
    """
    made = _missing_parents(out_dir)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=out_dir))
    except OSError:
        _remove_empty(made)
        raise
    try:
        new, old = staging / "new", staging / "old"
        new.mkdir()
        old.mkdir()
        write(new)
        _swap(out_dir, new, old, names)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        _remove_empty(made)
        raise
    shutil.rmtree(staging, ignore_errors=True)


def write_manifest(folder: Path, name: str, described: Mapping[str, Any]) -> None:
    """Writes a manifest into ``folder`` with the hashes of all that already lies there."""
    outputs = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    text = json.dumps({**described, "outputs": outputs}, ensure_ascii=False, indent=1)
    (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")


def manifest(result: Mapping[str, Any], inputs: Iterable[Path | str], command: Sequence[str]) -> dict[str, Any]:
    """What a run was made from: hashes of all inputs, versions, seed and command; passwords are left out."""
    return {
        "schema": 1,
        "version": result["version"],
        "python": platform.python_version(),
        "dependencies": _dependency_versions(),
        "seed": result["seed"],
        "command": [_without_password(word) for word in command],
        "written_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "inputs": [described for one in inputs for described in _described(one)],
    }


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write_all(folder: Path, result: Mapping[str, Any], rejected: pd.DataFrame, described: dict[str, Any]) -> None:
    (folder / RESULT).write_text(result_json(result), encoding="utf-8", newline="\n")
    write_workbook(folder / WORKBOOK, result)
    (folder / REPORT).write_text(report_html(result), encoding="utf-8", newline="\n")
    if not rejected.empty:
        safe = rejected.map(_harmless)
        safe.to_csv(folder / REJECTED, index=False, encoding="utf-8-sig", lineterminator="\n")
    write_manifest(folder, MANIFEST, described)


def _swap(target: Path, new: Path, old: Path, names: Sequence[str]) -> None:
    """Puts the files of ``new`` in place of the earlier ones, which come back when anything fails."""
    for name in names:
        if (target / name).exists():
            shutil.copy2(target / name, old / name)
    try:
        for name in names:
            if (new / name).exists():
                (new / name).replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)
    except BaseException:
        for name in names:
            if (old / name).exists():
                os.replace(old / name, target / name)  # noqa: PTH105  # not the call that has just failed
            else:
                (target / name).unlink(missing_ok=True)
        raise


def _harmless(value: Any) -> Any:  # noqa: ANN401  # a cell of any column
    """A text that a spreadsheet would run as a formula, led by an apostrophe; every other value as it is."""
    return f"'{value}" if isinstance(value, str) and FORMULA_START.match(value) else value


def _described(one: Path | str) -> list[dict[str, Any]]:
    if isinstance(one, str) and is_database(one):
        return [{"path": _without_password(one), "bytes": None, "sha256": None}]
    path = Path(one)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return [{"path": str(file), "bytes": file.stat().st_size, "sha256": sha256(file)} for file in files]


def _without_password(address: str) -> str:
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:***@", address)


def _dependency_versions() -> dict[str, str]:
    try:
        required = metadata.requires("forecast") or []
    except metadata.PackageNotFoundError:
        return {}
    names = {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line}
    return {name: metadata.version(name) for name in sorted(names)}


def _missing_parents(folder: Path) -> list[Path]:
    """The folders that have to be made for ``folder``, deepest first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
