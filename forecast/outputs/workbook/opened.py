"""A workbook that somebody edited, opened: its names, what formulas point to, and what cells hold."""

from __future__ import annotations

import re
import zipfile
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import openpyxl

from forecast.errors import InputError, Problem, said
from forecast.ledger.file_kinds import FileKind, kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from forecast.errors import Sentence

UNCALCULATED = object()
"""What stands for a formula without a value."""

_BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged workbook may raise."""

_REFERENCE = re.compile(r"=?\$?(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+)")
_LOOKED_AT = 1 << 16
PDF = b"%PDF"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def require_workbook(path: Path, shown: str) -> None:
    """Refuses a file that is no workbook; ``shown`` is its name for messages.

    Raises:
        InputError: Says what it is, and what to do.
        OSError: It cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(said("returned.no_file"), shown))
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT)
    if start.startswith(b"\xd0\xcf\x11\xe0") and _ENCRYPTED in start + path.read_bytes()[-_LOOKED_AT:]:
        raise InputError(Problem(said("returned.encrypted"), shown))
    if start.startswith(PDF) or kind_of(path, shown) is not FileKind.WORKBOOK:
        raise InputError(Problem(said("returned.no_workbook"), shown))


class Book:
    """A workbook whose sheets are read when they are asked for: cells by sheet and place."""

    def __init__(self, path: Path, shown: str) -> None:
        self.path, self.shown = path, shown
        self._formulas = self._opened(data_only=False)
        self._sheets: dict[tuple[str, bool], dict[str, object]] = {}

    def close(self) -> None:
        """Closes the file."""
        self._formulas.close()
        if "_values" in self.__dict__:
            self._values.close()

    def refuse(self, key: str, at: str = "", **values: Sentence | str | float) -> NoReturn:
        """Refuses the workbook.

        Raises:
            InputError: Always.
        """
        raise InputError(Problem(said(f"returned.{key}", **values), self.shown, key=at))

    def _opened(self, *, data_only: bool) -> Workbook:
        try:
            return openpyxl.load_workbook(self.path, read_only=True, data_only=data_only)
        except _BROKEN:
            raise InputError(Problem(said("files.broken_workbook"), self.shown)) from None

    @cached_property
    def _values(self) -> Workbook:
        return self._opened(data_only=True)

    def name(self, name: str) -> tuple[str, str] | None:
        """The sheet and the place of a defined name; None where there is none, or it points nowhere."""
        found = self._formulas.defined_names.get(name)
        return None if found is None else self.reference(found.attr_text)

    def reference(self, text: object) -> tuple[str, str] | None:
        """The sheet and the place that a formula points to; None where it points to no single cell."""
        found = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            return None
        sheet = found[1].replace("''", "'") if found[1] else found[2]
        return (sheet, found[3].replace("$", "")) if sheet in self._formulas.sheetnames else None

    def rows(self, sheet: str) -> list[list[object]]:
        """The rows of a sheet, formulas as they are written."""
        try:
            return [[cell.value for cell in row] for row in self._formulas[sheet].iter_rows()]
        except _BROKEN:
            raise InputError(Problem(said("files.broken_workbook"), self.shown)) from None

    def value(self, place: tuple[str, str]) -> object:
        """What a cell holds; a formula's value as it was last calculated, ``UNCALCULATED`` where it never was."""
        sheet, own = place
        cell = self._cells(sheet, values=False).get(own)
        return self._cells(sheet, values=True).get(own, UNCALCULATED) if cell is UNCALCULATED else cell

    def _cells(self, sheet: str, *, values: bool) -> dict[str, object]:
        if (sheet, values) not in self._sheets:
            book = self._values if values else self._formulas
            try:
                self._sheets[sheet, values] = {
                    cell.coordinate: UNCALCULATED if cell.data_type == "f" else cell.value
                    for row in book[sheet].iter_rows()
                    for cell in row
                    if cell.value is not None
                }
            except _BROKEN:
                raise InputError(Problem(said("files.broken_workbook"), self.shown)) from None
        return self._sheets[sheet, values]
