"""Opening a file of any kind: every table in it, be it a CSV, a sheet, a member of an archive or a Parquet file.

What stands in the rows, preambles, footers and summaries among them, is not judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from forecast.errors import InputError, Problem, said
from forecast.ledger.strict_rows import Width, all_lines_whole, read_rows
from forecast.ledger.text_files import FIRST_ROWS, FoundRows, open_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.strict_rows import Rows

PARQUET = b"PAR1"
"""What a Parquet file begins with."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table of a file of the user's: a CSV, a sheet, a member of an archive, a Parquet file.

    ``source`` is the user's file, and ``shown`` the table's name for messages (``alipay.zip › 账务明细.csv``). ``data``
    is what to read: the file itself, or a copy in the temporary folder. ``first_rows`` are the first rows that are not
    blank, each with the line on which it begins and its cells as found; a Parquet file's headers stand on line 0, its
    rows count from 1, and so do the rows of a sheet. ``lines`` counts them all.
    """

    source: Path
    shown: str
    data: Path
    first_rows: FoundRows
    lines: int
    delimiter: str = ","

    @property
    def is_parquet(self) -> bool:
        """Whether the user's own file is Parquet: its columns have types."""
        return self.data == self.source and _start(self.data).startswith(PARQUET)


def open_tables(path: Path, folder: Path) -> list[FoundTable]:
    """Every table in a file; copies are written into ``folder``, which the caller removes.

    Text is UTF-8 with or without a byte-order mark, UTF-16, or GB18030.

    Raises:
        InputError: The file cannot be read; says what it is, and what to save it as.
    """
    shown = path.name
    if _start(path).startswith(PARQUET):
        return [_parquet(path, shown)]
    text = open_text(path, folder, shown)
    return [FoundTable(path, shown, text.data, text.first_rows, text.lines, text.delimiter)]


def load_table(
    engine: OrderEngine, name: str, table: FoundTable, header_line: int, positions: Mapping[str, int]
) -> None:
    """Makes the engine's table ``name`` of the rows below a header, only ``positions`` (from 0) of their cells.

    Columns: ``line`` (the user's own line number, ``BIGINT``), ``misfit`` (the row as found where its number of fields
    is not its header's, else null), and one a position, as text; of Parquet as it is. An empty cell is null.

    The engine's own reader takes files in which every line is one whole row. Any other (a row with too many or too few
    fields, a blank line, a quoted line break) is read row by row, about twice as slowly.
    """
    if table.is_parquet:
        headers = table.first_rows[0][1]
        engine.view_parquet(name, [table.data], {column: headers[place] for column, place in positions.items()})
        return
    below = [cells for line, cells in table.first_rows if line > header_line]
    header = next((cells for line, cells in table.first_rows if line == header_line), ())
    width, above = Width.of(header), header_line + sum(cell.count("\n") for cell in header)
    fields = len(below[0]) if below else len(header)
    whole = width.fits(fields) and all_lines_whole(table.data, table.delimiter, above, fields)
    rows = table.lines - above
    if not (
        whole
        and engine.load_lines(
            name, table.data, positions, delimiter=table.delimiter, fields=fields, after=above, rows=rows
        )
    ):
        schema = pa.schema([("line", pa.int64()), ("misfit", pa.string()), *((c, pa.string()) for c in positions)])
        one_by_one = read_rows(table.data, table.delimiter, width, above)
        engine.load_batches(name, _batches(one_by_one, list(positions.values()), schema), schema)


def _batches(rows: Iterator[Rows], places: Sequence[int], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    furthest = max(places, default=0) + 1
    for some in rows:
        full = [cells if len(cells) >= furthest else [*cells, *[""] * (furthest - len(cells))] for cells in some.cells]
        columns = [some.lines, some.misfits, *([cells[place] or None for cells in full] for place in places)]
        arrays = [pa.array(column, one.type) for column, one in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _parquet(path: Path, shown: str) -> FoundTable:
    try:
        with pq.ParquetFile(path) as file:
            headers, rows = tuple(file.schema_arrow.names), file.metadata.num_rows
            first = next(file.iter_batches(FIRST_ROWS), None)
    except (pa.ArrowException, OSError) as error:
        problem = Problem(said("files.not_parquet", why=str(error).splitlines()[0]), shown)
        raise InputError(problem) from None
    columns = [column.to_pylist() for column in first.columns] if first is not None and first.num_rows else []
    cells = [tuple("" if value is None else str(value) for value in row) for row in zip(*columns, strict=True)]
    return FoundTable(path, shown, path, ((0, headers), *enumerate(cells[: FIRST_ROWS - 1], start=1)), rows)


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(16)
