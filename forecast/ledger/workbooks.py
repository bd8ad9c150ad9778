"""Excel workbooks: every sheet as rows of text, each with its number in the sheet, copied into the temporary folder.

Numbers are written as a sheet shows them, to 15 digits; one that has more has lost the rest in the workbook itself and
is written with an exponent, which no reader takes for an order number or an amount. Moments are ISO text. A cell that
shows an error (``#N/A``) holds that text, and one whose formula was never calculated says so unless it is a mere text.
"""

from __future__ import annotations

import datetime as dt
import html
import itertools
import posixpath
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine as calamine

from forecast.errors import InputError, Problem, said
from forecast.ledger.archives import BROKEN, first_line
from forecast.ledger.engine import BATCH
from forecast.ledger.text_files import FIRST_ROWS, FoundRows

if TYPE_CHECKING:
    from collections.abc import Iterator

Cell = int | float | str | bool | dt.date | dt.time | dt.datetime | dt.timedelta
"""What a cell may hold; an empty one is an empty text."""

_Unread = dict[tuple[int, int], str]
"""By row (from 1) and column (from 0), what stands in cells that calamine gives as empty though they are not."""

WIDEST = 1_000
"""Columns that a sheet of orders may have: more are a stray cell far to the right."""

LARGEST_SHEETS = 2 << 30
"""Bytes that a workbook may take when it is unpacked; a full sheet of 20 columns has half as many."""

MOST_DIGITS = 1e15
"""From here on a workbook does not hold every whole number."""

_UNCALCULATED = "#FORMULA?"
_CELL = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"([^>]*)>(?:<f[^>]*/>|<f[^>]*>([^<]*)</f>)?(?:<v>([^<]*)</v>|<v\s*/>)?</c>', re.DOTALL
)
_CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name, and its rows that are not blank as Parquet: ``line``, then ``c0``, ``c1``, … as text."""

    name: str
    data: Path
    first_rows: FoundRows
    lines: int


def open_workbook(path: Path, folder: Path, shown: str) -> list[Sheet]:
    """The sheets of a workbook that are shown and not empty, in their order; copies are written into ``folder``.

    Raises:
        InputError: The workbook cannot be read, is too large, or a sheet is too wide.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_SHEETS:
                raise InputError(Problem(said("files.too_large", gigabytes=LARGEST_SHEETS >> 30), shown))
            unread = _unread_cells(archive)
        with calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            visible = calamine.SheetVisibleEnum.Visible
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == visible]
            sheets = (workbook.get_sheet_by_name(name) for name in names)
            return [
                _copied(sheet, unread.get(sheet.name, {}), folder, shown)
                for sheet in sheets
                if sheet.height or sheet.name in unread
            ]
    except (calamine.CalamineError, *BROKEN) as error:
        raise InputError(Problem(said("files.not_a_workbook", why=first_line(error)), shown)) from None


def cell_text(value: Cell) -> str:
    """A cell as text: to 15 digits, moments to the millisecond, as the sheet shows them."""
    if isinstance(value, dt.datetime):
        near = value + dt.timedelta(microseconds=500) if value.microsecond else value
        return near.isoformat(" ", "milliseconds" if near.microsecond // 1_000 else "seconds")
    if isinstance(value, bool):
        return str(value).upper()
    return _number_text(value) if isinstance(value, int | float) else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= MOST_DIGITS:
        return f"{value:.14E}"
    text = f"{value:.15g}"
    plain = f"{value:.10f}".rstrip("0").rstrip(".") if "e" in text else text
    return "0" if plain == "-0" else plain


def _copied(sheet: calamine.CalamineSheet, unread: _Unread, folder: Path, shown: str) -> Sheet:
    left, columns = _extent(sheet, unread)
    if columns > WIDEST:
        problem = said("files.too_wide", sheet=sheet.name, columns=left + columns, most=WIDEST)
        raise InputError(Problem(problem, shown))
    schema = pa.schema([("line", pa.int64()), *((f"c{place}", pa.string()) for place in range(columns))])
    data = Path(tempfile.mkdtemp(dir=folder)) / "sheet.parquet"
    first_rows: list[tuple[int, tuple[str, ...]]] = []
    lines = 0
    with pq.ParquetWriter(data, schema, compression="lz4") as writer:
        rows = _rows(sheet, unread, left, columns)
        while some := list(itertools.islice(rows, BATCH * 10)):
            first_rows += some[: FIRST_ROWS - len(first_rows)]
            lines = some[-1][0]
            values = [[line for line, _ in some], *zip(*(cells for _, cells in some), strict=True)]
            arrays = [pa.array(column, one.type) for column, one in zip(values, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    return Sheet(sheet.name, data, tuple(first_rows), lines)


def _extent(sheet: calamine.CalamineSheet, unread: _Unread) -> tuple[int, int]:
    """The first column of a sheet that holds anything, from 0, and the number of columns to the last."""
    columns = [column for _, column in unread]
    if sheet.start and sheet.end:
        columns += [sheet.start[1], sheet.end[1]]
    return min(columns), max(columns) - min(columns) + 1


def _rows(
    sheet: calamine.CalamineSheet, unread: _Unread, left: int, columns: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows that are not blank, with their numbers."""
    given = [""] * ((sheet.start[1] if sheet.start else left) - left)
    bad_rows = {row for row, _ in unread}
    below = max(bad_rows, default=0) - (sheet.end[0] + 1 if sheet.end else 0)
    for line, row in enumerate(itertools.chain(sheet.iter_rows(), itertools.repeat([], max(0, below))), start=1):
        cells = tuple(value if isinstance(value, str) else cell_text(value) for value in row)
        if given or len(cells) < columns:
            cells = (*given, *cells, *[""] * (columns - len(given) - len(cells)))
        if line in bad_rows:
            cells = tuple(unread.get((line, left + place), cell) for place, cell in enumerate(cells))
        if any(map(str.strip, cells)):
            yield line, cells


def _unread_cells(archive: zipfile.ZipFile) -> dict[str, _Unread]:
    """By sheet, the cells that calamine gives as empty though they are not."""
    workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {_attribute(one, "Id"): _attribute(one, "Target") for one in re.findall(r"<Relationship\b[^>]*>", links)}
    found = {}
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", workbook):
        target = targets.get(_attribute(sheet, r"\w+:id"), "")
        member = posixpath.normpath(posixpath.join("xl", target)).lstrip("/") if target else ""
        if member in archive.NameToInfo and (cells := _unread_in(archive, member)):
            found[_attribute(sheet, "name")] = cells
    return found


def _unread_in(archive: zipfile.ZipFile, member: str) -> _Unread:
    found: _Unread = {}
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            whole, start, rest = (rest + chunk).rpartition(b"<c ")
            if b't="e"' in whole or b"<f" in whole:
                found |= _unread_of(whole)
            rest = start + rest
    return found | _unread_of(rest)


def _unread_of(cells: bytes) -> _Unread:
    found: _Unread = {}
    for cell in _CELL.finditer(cells):
        column, row, attributes, formula, value = cell.groups()
        if b't="e"' in attributes:
            found[int(row), _column(column)] = (value or b"#ERROR").decode("utf-8", "replace")
        elif not value and b"<f" in cell.group() and b't="str"' not in attributes:
            found[int(row), _column(column)] = _literal(formula) or _UNCALCULATED
    return found


def _literal(formula: bytes | None) -> str:
    """The text of a formula that is nothing but a text (``="300…"``), so that a spreadsheet keeps its digits."""
    written = html.unescape((formula or b"").decode("utf-8", "replace")).strip().removeprefix("=")
    return written[1:-1] if re.fullmatch('"[^"]*"', written) else ""


def _column(letters: bytes) -> int:
    """A column's place from 0 (``A`` is 0, ``AA`` 26)."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""
