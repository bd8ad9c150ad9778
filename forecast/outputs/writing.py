"""Writing a run to disk, all or nothing: a run that stops half-way leaves the earlier files as they were.

Everything is written into a staging folder inside the target (so on the same file system) and then moved into place by
atomic renames; when one of them fails, the earlier files come back. ``manifest.json`` is moved last and holds the
hashes of the other files, so even a mixture left by a power failure would show.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.outputs.pages.report import report_html
from forecast.outputs.workbook.run import write_workbook
from forecast.plan.model import is_database
from forecast.records import Record, json_text, record, rounded, says
from forecast.safe_text import without_password
from forecast.temporary import STAGING_PREFIX, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from forecast.results.run import Result

RESULT, WORKBOOK, REPORT = "result.json", "scenarios.xlsx", "report.html"
REJECTED, UNMATCHED, MANIFEST = "rejected.csv", "unmatched.csv", "manifest.json"
OUTPUTS = (RESULT, WORKBOOK, REPORT, REJECTED, UNMATCHED, MANIFEST)
"""The files of a run, in the order in which they are put in place."""

FORMULA = re.compile(r"\s*(?:[=@＝＠]|[+\-＋－](?![0-9][0-9.,]*%?\s*\Z)).*", re.DOTALL)
"""Text that a spreadsheet would take for a formula on opening a CSV file: a sign before anything but one figure, too."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files of a run lie; ``rejected`` and ``unmatched`` are None where there is no such row or line."""

    result: Path
    workbook: Path
    report: Path
    manifest: Path
    rejected: Path | None
    unmatched: Path | None


@record
class InputFile(Record):
    """A file that a run read, or a database's address without its password."""

    path: str = says("path as given, or address")
    size: int | None = says("size; null for a database", "bytes", key="bytes")
    sha256: str | None = says("SHA-256; null for a database")


@record
class Manifest(Record):
    """What a run was made from and what it wrote."""

    schema: int = says("version of the manifest's shape")
    version: str = says("version of the program")
    python: str = says("version of Python")
    dependencies: dict[str, str] = says("versions of the libraries")
    seed: int = says("seed of the random numbers")
    command: list[str] = says("the command with its arguments")
    written_at: str = says("moment of writing, UTC")
    inputs: list[InputFile] = says("what was read")
    outputs: dict[str, str] | None = says("SHA-256 of the other files written, by name")


def write_run(
    out_dir: Path,
    result: Result,
    rejected: pd.DataFrame,
    unmatched: pd.DataFrame | None = None,
    *,
    inputs: Iterable[Path | str],
    command: Sequence[str],
) -> Written:
    """Writes all files of a run into ``out_dir``, which is made if need be; other files in it are left alone.

    ``inputs``: the files and folders that the run read, and database addresses (text with ``://``). Without rejected
    rows no ``rejected.csv`` is written, without unmatched lines of exports no ``unmatched.csv``, and an earlier one is
    removed. ``command`` is for the manifest.

    Raises:
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown = rounded(result)
    described = manifest(result.version, result.seed, inputs, command)
    lists = {REJECTED: rejected} | ({} if unmatched is None else {UNMATCHED: unmatched})
    lists = {name: rows for name, rows in lists.items() if not rows.empty}
    replace_files(out_dir, OUTPUTS, lambda folder: _write_all(folder, shown, lists, described))
    return Written(
        result=out_dir / RESULT,
        workbook=out_dir / WORKBOOK,
        report=out_dir / REPORT,
        manifest=out_dir / MANIFEST,
        rejected=out_dir / REJECTED if REJECTED in lists else None,
        unmatched=out_dir / UNMATCHED if UNMATCHED in lists else None,
    )


def replace_files(out_dir: Path, names: Sequence[str], write: Callable[[Path], None]) -> None:
    """Puts files into ``out_dir``, which is made if need be, all or none; other files in it are left alone.

    ``names`` stand in the order in which they are put in place; an earlier one that is not written anew is removed.
    ``write`` is given the folder to write into.

    Raises:
        OSError: a file cannot be written; then the folder is as it was, as after any other exception.
    """
    made = [path for path in (out_dir, *out_dir.parents) if not path.exists()]  # deepest first
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with temporary_folder(out_dir, STAGING_PREFIX) as staging:
            new, old = staging / "new", staging / "old"
            new.mkdir()
            old.mkdir()
            write(new)
            _swap(out_dir, new, old, names)
    except BaseException:
        _remove_empty(made)
        raise


def write_manifest(folder: Path, name: str, described: Manifest) -> None:
    """Writes a manifest into ``folder`` with the hashes of all that already lies there."""
    outputs = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    write_text(folder / name, json_text(replace(described, outputs=outputs)))


def write_text(path: Path, text: str) -> None:
    """Writes a text file as it is: UTF-8, line ends unchanged."""
    path.write_text(text, encoding="utf-8", newline="\n")


def manifest(version: str, seed: int, inputs: Iterable[Path | str], command: Sequence[str]) -> Manifest:
    """What a run was made from: hashes of all inputs, versions, seed and command; passwords are left out."""
    return Manifest(
        schema=1,
        version=version,
        python=platform.python_version(),
        dependencies=_dependency_versions(),
        seed=seed,
        command=[without_password(word) for word in command],
        written_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        inputs=[described for one in inputs for described in _described(one)],
        outputs=None,
    )


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_all(folder: Path, result: Result, lists: Mapping[str, pd.DataFrame], described: Manifest) -> None:
    write_text(folder / RESULT, json_text(result))
    write_workbook(folder / WORKBOOK, result)
    write_text(folder / REPORT, report_html(result))
    for name, rows in lists.items():
        safe = rows.map(_harmless)
        safe.to_csv(folder / name, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.2f")
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
    return f"'{value}" if isinstance(value, str) and FORMULA.fullmatch(value) else value


def _described(one: Path | str) -> list[InputFile]:
    if isinstance(one, str) and is_database(one):
        return [InputFile(without_password(one), None, None)]
    path = Path(one)
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return [InputFile(str(file), file.stat().st_size, sha256(file)) for file in files]


def _dependency_versions() -> dict[str, str]:
    try:
        required = metadata.requires("forecast") or []
    except metadata.PackageNotFoundError:
        return {}
    names = {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line}
    return {name: metadata.version(name) for name in sorted(names)}


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
