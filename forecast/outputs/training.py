"""training.csv: a line a quiz, kept beside the results of drills, as the record of who was trained."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.locks import folder_lock
from forecast.outputs.text_files import harmless

if TYPE_CHECKING:
    from pathlib import Path

FILE = "training.csv"
"""The file in the folder of results that keeps every quiz."""


@dataclass(frozen=True, slots=True)
class Training:
    """One quiz: ``date`` local, ``number`` that of the rehearsal, ``answered`` the cause that was named.

    ``right`` of ``asked`` questions were answered rightly, after so many ``hints``, in ``seconds``.
    """

    date: str
    name: str
    number: int
    incident: str
    answered: str
    right: int
    asked: int
    hints: int
    seconds: int


COLUMNS = tuple(one.name for one in fields(Training))


def quizzes_kept(folder: Path) -> int:
    """How many quizzes the record of a folder holds; 0 where there is none.

    Raises:
        InputError: The file is no such record.
    """
    path = folder / FILE
    if not path.exists():
        return 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = list(csv.reader(file))
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise InputError(Problem(said("drill.training"), str(path))) from None
    if tuple(head) != COLUMNS:
        raise InputError(Problem(said("drill.training"), str(path), line=1))
    return sum(1 for row in rows if row)


def keep_quiz(folder: Path, one: Training) -> None:
    """Append a quiz to the record of a folder, which is made if need be; no text in it is a formula.

    Raises:
        InputError: Another process holds the folder.
        OSError: The file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with folder_lock(folder):
        path = folder / FILE
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        if not path.exists():
            text.write("\N{BYTE ORDER MARK}")
            rows.writerow(COLUMNS)
        rows.writerow([harmless(value) for value in astuple(one)])
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
