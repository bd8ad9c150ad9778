"""A set of files put into a folder as one: after any end of the process, the folder comes to the old set or the new.

The new files are made in a staging folder inside the target, so on the same file system; beside them stand the earlier
ones under a second name, and a list of both. One rename makes that folder the target's ``SWITCH``: from then on the new
set is what the folder comes to, whoever moves the files. A failing move takes back what was moved. What a killed
process left there, ``settle`` finishes: every command does so that writes into the folder or reads a set in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.locks import folder_lock, sweep_lock
from forecast.signals import uninterrupted
from forecast.temporary import STAGING_PREFIX, sweep, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from forecast.errors import Said

SWITCH = ".forecast-switch"
"""The folder in which a switch has all that it needs, there only while files are being put in place."""

_NEW, _OLD, _NAMES, _BACK, _ENDED = "new", "old", "names.txt", "taken-back", "ended"


@dataclass(frozen=True, slots=True)
class _Names:
    """The files of a set there were before, and those there are to be, in the order in which they are moved."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def removed(self) -> list[str]:
        """Earlier files that the new set does not have."""
        return [name for name in self.before if name not in self.after]


def replace_files(out_dir: Path, names: Sequence[str], write: Callable[[Path], None]) -> None:
    """Puts files into ``out_dir``, which is made if need be, all or none; other files in it are left alone.

    ``names`` stand in the order in which they are put in place; an earlier one that is not written anew is removed.
    ``write`` is given the folder to write into. Of several processes each puts its whole set, the last one's stays.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: A file cannot be written; then the folder is as it was, as after any other exception.
    """
    made = [path for path in (out_dir, *out_dir.parents) if not path.exists()]  # deepest first
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with temporary_folder(out_dir, STAGING_PREFIX) as staging:
            ready = staging / "ready"
            for part in (_NEW, _OLD):
                (ready / part).mkdir(parents=True)
            write(ready / _NEW)
            with folder_lock(out_dir), uninterrupted():
                _finish_earlier(out_dir, staging)
                _complete(out_dir, ready, names)
                _switch(out_dir, ready, staging)
    except BaseException:
        for folder in made:  # those that are still empty
            with suppress(OSError):
                folder.rmdir()
        raise


def settle(folder: Path) -> None:
    """Finishes the switch that a killed process left in a folder, and sweeps its staging folder and its lock.

    What another process still works with stays, and so does all that cannot be removed.

    Raises:
        InputError: It cannot be finished, as where a file is open in another program; names the folder and the cause.
    """
    sweep(folder, STAGING_PREFIX)
    sweep_lock(folder)
    if not os.path.isdir(folder / SWITCH):  # noqa: PTH112  # false, too, where the folder cannot be looked into
        return
    try:
        with temporary_folder(folder, STAGING_PREFIX) as staging, folder_lock(folder), uninterrupted():
            _finish_earlier(folder, staging)
    except OSError as error:
        raise InputError(_unfinished(folder, error.strerror or str(error))) from None


def _finish_earlier(folder: Path, staging: Path) -> None:
    """Finishes what a killed process left; an ``InputError`` says why it cannot be, which is not this one's doing."""
    try:
        _settle(folder, staging)
    except OSError as error:
        raise InputError(_unfinished(folder, error.strerror or str(error))) from None


def _complete(out_dir: Path, ready: Path, names: Sequence[str]) -> None:
    """Puts the earlier files and the list of both sets beside the new ones, which then are safe on the disk."""
    before = [name for name in names if (out_dir / name).exists()]
    after = [name for name in names if (ready / _NEW / name).exists()]
    for name in before:
        _keep(out_dir / name, ready / _OLD / name)
    (ready / _NAMES).write_text("".join("\t".join(line) + "\n" for line in (before, after)), encoding="utf-8")
    _to_disk([*(ready / _NEW / name for name in after), ready / _NAMES])


def _switch(out_dir: Path, ready: Path, staging: Path) -> None:
    """Makes the new set the folder's by one rename, and moves its files; what fails is taken back."""
    switch = out_dir / SWITCH
    ready.rename(switch)
    try:
        _settle(out_dir, staging)
    except BaseException:
        if switch.is_dir():
            (switch / _BACK).touch()
            _settle(out_dir, staging)
        raise


def _settle(folder: Path, staging: Path) -> None:
    """Brings a switch to its end, forth or back, from wherever it stands; its remains go to ``staging``."""
    switch = folder / SWITCH
    if not switch.is_dir():
        return
    names = _names(folder)
    if (switch / _BACK).exists():
        _take_back(folder, names)
    else:
        for name in names.removed:
            (folder / name).unlink(missing_ok=True)
        for name in names.after:
            if (switch / _NEW / name).exists():
                (switch / _NEW / name).replace(folder / name)
    switch.rename(Path(tempfile.mkdtemp(dir=staging)) / _ENDED)


def _take_back(folder: Path, names: _Names) -> None:
    """Puts the earlier files back where new ones were moved, or they were removed; the others were never touched."""
    new, old = folder / SWITCH / _NEW, folder / SWITCH / _OLD
    for name in names.after:
        if (new / name).exists():
            continue
        if (old / name).exists():
            (old / name).replace(folder / name)
        elif name not in names.before:
            (folder / name).unlink(missing_ok=True)
    for name in names.removed:
        if (old / name).exists() and not (folder / name).exists():
            (old / name).replace(folder / name)


def _names(folder: Path) -> _Names:
    """The list of a switch, whose names are files of the folder itself.

    Raises:
        InputError: It is none that this program writes.
    """
    try:
        text = (folder / SWITCH / _NAMES).read_text(encoding="utf-8")
        before, after = (tuple(line.split("\t")) if line else () for line in text.removesuffix("\n").split("\n"))
    except (OSError, ValueError):
        raise InputError(_unfinished(folder, said("output.no_list"))) from None
    if any(Path(name).name != name for name in (*before, *after)):
        raise InputError(_unfinished(folder, said("output.no_list")))
    return _Names(before, after)


def _unfinished(folder: Path, why: str | Said) -> Problem:
    return Problem(said("output.unfinished", why=why, switch=SWITCH), str(folder))


def _keep(file: Path, copy: Path) -> None:
    """Keeps a file under a second name, or as a copy where the file system knows no second names."""
    try:
        copy.hardlink_to(file)
    except OSError:
        shutil.copy2(file, copy)


def _to_disk(paths: Iterable[Path]) -> None:
    """Waits until files are on the disk, so that after a power failure no switch names files that are not there.

    The order of renames is kept by every file system that has a journal.
    """
    for path in paths:
        with path.open("r+b") as file:
            os.fsync(file.fileno())
