"""Manifests: what a run was made from and what it wrote; inputs are hashed before they are read, and again after.

What a manifest says of an input is what was read: a file that another program changed meanwhile is an error. One that
was another for a time and is itself again shows by its marks, and is an error, too. The marks of folders and of a
database's log change with what is not read, or by reading; what is made while they do is not kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import re
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.source_files import files_of_database, files_of_folder
from forecast.plan.model import is_database
from forecast.records import Misfit, Record, json_text, read, record, says
from forecast.safe_text import without_password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@record
class InputFile(Record):
    """A file that a run read, or the address of a database on a server without its password."""

    path: str = says("path, or address")
    size: int | None = says("size; null for a server's database", "bytes", key="bytes")
    sha256: str | None = says("SHA-256; null for a server's database")


@record
class Manifest(Record):
    """What a run was made from and what it wrote."""

    schema: int = says("version of the manifest's shape")
    version: str = says("version of the program")
    python: str = says("version of Python")
    dependencies: dict[str, str] = says("versions of the libraries")
    seed: int = says("seed of the random numbers")
    command: list[str] = says("the command with its arguments")
    plan: str | None = says("the plan's path, from the manifest's folder; null where it is not known")
    written_at: str = says("moment of writing, UTC")
    inputs: list[InputFile] = says("what was read")
    outputs: dict[str, str] | None = says("SHA-256 of the other files written, by name")


LINK, BESIDE = "link ", "beside "
"""What the path of a link itself begins with among the marks, and that of a folder or of a database's log."""

Marks = tuple[tuple[str, tuple[int, ...] | None], ...]
"""Paths, and of each its device, number, size and moments of change; None of what is not there."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is read for a result, and its files as they stood before they were read.

    ``sources``: files, folders of a ledger, and addresses of databases (text with ``://``). ``plan``: the plan's path.
    ``marks``: what the system said of the files before they were hashed.
    """

    sources: tuple[Path | str, ...] = ()
    files: tuple[InputFile, ...] = ()
    plan: Path | None = None
    marks: Marks = ()

    @classmethod
    def before(cls, sources: Iterable[Path | str], plan: Path | None = None) -> Inputs:
        """Inputs that are about to be read; one that cannot be read is without a hash, and reading it says why."""
        given = tuple(sources)
        marks = _marks(given, plan)
        return cls(given, _files(given, plan), plan, marks)

    def also(self, path: Path) -> Inputs:
        """With a further file that is about to be read; the others stay as they stood."""
        marks = dict(self.marks) | dict(_marks((path,), self.plan))
        files = (*self.files, *_files((path,), self.plan))
        return replace(self, sources=(*self.sources, path), files=files, marks=tuple(sorted(marks.items())))

    def require_unchanged(self) -> None:
        """Refuse inputs that are not what they were before, and such as may have been others in between.

        Raises:
            InputError: Names every file that was changed, added to a folder, or removed meanwhile; or that was written,
                moved or replaced, be it as it was again, as far as the system tells.
        """
        then, now = ({one.path: one for one in files} for files in (self.files, self._now()))
        changed = [path for path in {**then, **now} if then.get(path) != now.get(path)]
        if changed:
            raise InputError([Problem(said("inputs.changed"), path) for path in changed])
        touched = [path.removeprefix(LINK) for path in self._touched() if not path.startswith(BESIDE)]
        if touched:
            raise InputError([Problem(said("inputs.touched"), path) for path in touched])

    def identity(self) -> tuple[str, str]:
        """The hash of the plan's file, and one of all else, wherever the files lie; empty where one has no hash."""
        of_plan = [one.sha256 or "" for one in self.files if one.path == str(self.plan)]
        others = sorted(one.sha256 or "" for one in self.files if one.path != str(self.plan))
        return "".join(of_plan), hashlib.sha256("".join(others).encode()).hexdigest() if all(others) else ""

    def untouched(self) -> bool:
        """Whether nothing was touched since before it was hashed, no folder and no log either.

        To be asked after ``require_unchanged``: a file may have lain in a folder for a time.
        """
        return not self._touched()

    def _touched(self) -> list[str]:
        marked, marks = dict(self.marks), dict(_marks(self.sources, self.plan))
        return [path for path in {**marked, **marks} if marked.get(path) != marks.get(path)]

    def _now(self) -> tuple[InputFile, ...]:
        return _files(self.sources, self.plan)


@record
class _Whose(Record):
    """What is read of an earlier manifest."""

    plan: str | None = says("as the manifest has it")


def plan_of(file: Path) -> Path | None:
    """The plan whose results an earlier manifest describes; None where it does not tell, as older ones do not."""
    try:
        plan = read(_Whose, json.loads(file.read_text(encoding="utf-8"))).plan
    except (OSError, ValueError, RecursionError, Misfit):
        return None
    return None if plan is None else (file.parent / plan).resolve()


@record
class _Made(Record):
    """What is read of another result's manifest."""

    written_at: str = says("as the manifest has it")
    inputs: list[InputFile] = says("as the manifest has them")


@dataclass(frozen=True, slots=True)
class Stale:
    """A result in a folder that was made from inputs as they are no more.

    ``manifest`` is the name of its manifest, ``day`` that of its writing, ``changed`` the files changed since.
    """

    manifest: str
    day: str
    changed: tuple[str, ...]


def stale_beside(folder: Path, own: str, inputs: Inputs) -> list[Stale]:
    """The other results in a folder, by their manifests, whose inputs were others than these where both read them.

    ``own`` is the manifest of the result that these inputs have just made.
    """
    now, found = {_whole(one.path): one.sha256 for one in inputs.files}, []
    for file in sorted(folder.glob("*manifest.json")):
        if file.name == own:
            continue
        try:
            made = read(_Made, json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError, Misfit):
            continue
        then = {_whole(one.path): one.sha256 for one in made.inputs}
        changed = tuple(Path(path).name for path, one in then.items() if now.get(path, one) != one)
        if changed:
            found.append(Stale(file.name, made.written_at[:10], changed))
    return found


def _whole(path: str) -> str:
    return path if is_database(path) else os.path.abspath(path)  # noqa: PTH100  # a link is its own input


def manifest(out_dir: Path, version: str, seed: int, inputs: Inputs, command: Sequence[str]) -> Manifest:
    """What a run was made from, for a manifest in ``out_dir``; passwords are left out."""
    return Manifest(
        schema=1,
        version=version,
        python=platform.python_version(),
        dependencies=_dependency_versions(),
        seed=seed,
        command=[without_password(word) for word in command],
        plan=None if inputs.plan is None else path_from(out_dir, inputs.plan),
        written_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        inputs=list(inputs.files),
        outputs=None,
    )


def write_manifest(folder: Path, name: str, described: Manifest) -> None:
    """Writes a manifest into ``folder`` with the hashes of all that already lies there."""
    outputs = {path.name: sha256(path) for path in sorted(folder.iterdir())}
    text = json_text(replace(described, outputs=outputs))
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def path_from(folder: Path, file: Path) -> str:
    """A file's path from a folder, so that both can be moved together; whole where they are on two drives."""
    whole = file.resolve()
    try:
        return Path(os.path.relpath(whole, folder.resolve())).as_posix()
    except ValueError:
        return whole.as_posix()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(sources: Iterable[Path | str], plan: Path | None) -> tuple[InputFile, ...]:
    base = Path() if plan is None else plan.parent
    return tuple(described for one in sources for described in _described(one, base))


def _described(one: Path | str, base: Path) -> list[InputFile]:
    if isinstance(one, str) and is_database(one):
        files = files_of_database(one, base)
        return list(map(_hashed, files)) or [InputFile(without_password(one), None, None)]
    path = Path(one)
    return [_hashed(file) for file in (files_of_folder(path) if _is_folder(path) else [path])]


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # false, too, for what cannot be looked at


def _marks(sources: Iterable[Path | str], plan: Path | None) -> Marks:
    """What the system says of every file, of a ledger's folders, and of the links by which they are reached."""
    base, found = Path() if plan is None else plan.parent, dict[str, tuple[int, ...] | None]()
    for one in sources:
        if isinstance(one, str) and is_database(one):
            paths, logs = files_of_database(one, base)[:1], files_of_database(one, base)[1:]
        else:
            paths, logs = [Path(one), *(_inside(Path(one)) if _is_folder(Path(one)) else [])], []
        for path in [*paths, *logs]:
            beside = BESIDE if path in logs or _is_folder(path) else ""
            found[f"{beside}{path}"] = _mark(path.stat)
            links = [each for each in (path, *path.parents) if os.path.islink(each)]  # noqa: PTH114  # as above
            found.update({f"{LINK}{each}": _mark(each.lstat) for each in links})
    return tuple(sorted(found.items()))


def _inside(folder: Path) -> list[Path]:
    """The files of a ledger's folder, and the folders in which more may come to lie."""
    return [*files_of_folder(folder), *(one for one in folder.rglob("*") if _is_folder(one))]


def _mark(look: Callable[[], os.stat_result]) -> tuple[int, ...] | None:
    """A file's marks: its time of writing can be set back, that of the last change of anything about it cannot."""
    try:
        found = look()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _hashed(file: Path) -> InputFile:
    try:
        if file.is_file():  # a pipe can be read once only
            return InputFile(str(file), file.stat().st_size, sha256(file))
    except OSError:
        pass
    return InputFile(str(file), None, None)


def _dependency_versions() -> dict[str, str]:
    try:
        required = metadata.requires("forecast") or []
    except metadata.PackageNotFoundError:
        return {}
    names = {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line}
    return {name: metadata.version(name) for name in sorted(names)}
