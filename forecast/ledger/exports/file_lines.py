"""The lines of one export, its cells cleaned and read, apart from what the file says about its own lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.ledger.exports.cells import DIGITS_KEPT, GLUE, clean, is_lost, read
from forecast.ledger.exports.layouts import Cell
from forecast.ledger.opening import load_table
from forecast.ledger.sql import among
from forecast.ledger.sql import name as sql_name
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.exports.recognising import Recognised

_TYPES = {"moment": "TIMESTAMP", "money": "BIGINT", "rounded": "BIGINT"}
_AMOUNT = "amount_unreadable"
_UNREADABLE = {
    "moment": "time_unreadable",
    "money": _AMOUNT,
    "rounded": _AMOUNT,
    "currency": _AMOUNT,
}

_ROUNDED_NUMBERS, _ROUNDED_DIGITS = 3, 6
"""So many long numbers among a file's first rows, with so many digits beyond those that a spreadsheet keeps, all of
them zero, were rounded by one."""

SHEET_ERRORS = ("#FORMULA?", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR")
"""What stands in a cell of a sheet whose formula failed, or was never calculated."""

_SUMMARIES = (
    *("#", "--", "合计", "总计", "小计", "本页", "本月", "累计", "汇总", "总交易", "交易合计", "收入合计", "支出合计"),
    *("资金流水总", "收入笔数", "导出时间", "生成时间", "打印", "起始", "终止", "开始", "结束", "说明", "注：", "注:"),
    *("以上", "以下", "共", "Total"),
)
"""What lines begin with that are comments or speak of others."""

_GLUED_NUMBER = " OR ".join(
    f"(first_0 LIKE {sql_text(f'{glue}%')} AND substr(first_0, {len(glue) + 1}, 1) BETWEEN '0' AND '9')"
    for glue in ("`", "'", '="')
)
_NUMBER = f"first_0 >= '0' AND first_0 < ':' OR {_GLUED_NUMBER}"
_USUAL = f"misfit IS NULL AND ({_NUMBER})"
"""Whether a line fits and begins with a number: then it is none of these, which is cheaply told."""

PADDED = 7
"""Cells of a row that are kept as found, for a row of totals that a spreadsheet has filled up to the header's width."""

ALSO = "also_{}"
"""The names of the further columns that were asked for."""


@dataclass(frozen=True, slots=True)
class FileLines:
    """The lines of a file in the engine: ``found`` as loaded, ``table`` cleaned and read.

    ``summary`` is the condition on ``found`` that a line speaks of others; ``totals`` are its rows of totals: the lines
    of their headers, each with the line of its values.
    """

    place: int
    file: Recognised
    found: str
    table: str
    summary: str
    totals: Mapping[int, int]


def load_file(engine: OrderEngine, place: int, file: Recognised, timezone: str) -> FileLines:
    """Loads a file, and makes the view of its lines: ``line``, a column a cell, ``fault`` and ``value``."""
    found, table = f"export_{place}_found", f"export_{place}"
    also = {ALSO.format(number): where for number, where in enumerate(file.also.values())}
    kept = min(PADDED, len(file.headers)) if any(footer.row for footer in file.format.footers) else 1
    load_table(
        engine,
        found,
        file.table,
        file.header_line,
        {**file.positions, **also, **{f"first_{n}": n for n in range(kept)}},
    )
    types = engine.types(found)
    summary = _speaks_of_others(types, file)
    totals = _rows_of_totals(engine, found, file)
    if totals:
        summary = f"({summary} OR line IN ({', '.join(map(str, (*totals, *totals.values())))}))"
    cells = [*_as_spoilt(file), *(Cell(name, "text", (name,)) for name in also)]
    headers = {name: file.headers[where].strip(GLUE) for name, where in file.positions.items()}
    engine.view(table, _read(found, cells, types, summary, timezone, headers))
    return FileLines(place, file, found, table, summary, totals)


def _as_spoilt(file: Recognised) -> Iterator[Cell]:
    """The cells, the columns of order numbers that a spreadsheet has rounded marked as such."""
    rows = [cells for line, cells in file.table.first_rows if line > file.header_line]
    for cell in file.format.cells:
        place = file.positions.get(cell.name)
        spoilt = cell.kind == "number" and place is not None and _are_rounded(row[place : place + 1] for row in rows)
        yield replace(cell, kind="spoilt") if spoilt else cell


def _are_rounded(column: Iterable[tuple[str, ...]]) -> bool:
    """Whether the long ones of some order numbers have nothing but zeros where a spreadsheet keeps no digits."""
    numbers = [cell.strip(GLUE) for cells in column for cell in cells]
    beyond = [number[DIGITS_KEPT:] for number in numbers if number.isdecimal() and len(number) > DIGITS_KEPT]
    digits = "".join(beyond)
    return len(beyond) >= _ROUNDED_NUMBERS and len(digits) >= _ROUNDED_DIGITS and not digits.strip("0")


def _read(
    found: str,
    cells: Sequence[Cell],
    types: Mapping[str, str],
    summary: str,
    timezone: str,
    headers: Mapping[str, str],
) -> str:
    """The query of a file's lines, one step inside the other: cleaned, read, and with what is at fault."""
    here = [cell for cell in cells if cell.name in types]
    cleaned = [f"{clean(sql_name(cell.name), cell.kind, types[cell.name])} AS found_{cell.name}" for cell in here]
    typed = [f"{_value(cell, types, timezone)} AS {sql_name(cell.name)}" for cell in cells]
    faults = [(*fault, cell.name) for cell in here for fault in _faults(cell, types[cell.name])]
    fault = _first((condition, sql_text(code)) for condition, code, _ in faults)
    value = _first(
        (condition, f"{sql_text(f'{headers[name]}: ')} || CAST(found_{name} AS VARCHAR)")
        for condition, _, name in faults
    )
    names = ", ".join(sql_name(cell.name) for cell in cells)
    kept, told, says_something = _kept(here, types)
    return (
        f"SELECT line, {names}, {fault} AS fault, {value} AS value FROM ("  # noqa: S608  # names of our own
        f"SELECT line, {', '.join([*kept, *typed])} FROM (SELECT line, {told} AS told, {', '.join(cleaned)}"
        f" FROM {found} WHERE misfit IS NULL AND NOT {summary}) AS cleaned WHERE {says_something}) AS lines_read"
    )


def _kept(here: Sequence[Cell], types: Mapping[str, str]) -> tuple[list[str], str, str]:
    """The cleaned columns, the column that a blank line is told by, and the condition that a line is not blank."""
    kept = [f"found_{cell.name}" for cell in here]
    telling = next((cell.name for cell in here if cell.needed and cell.kind == "moment"), None)
    told = "CAST(NULL AS VARCHAR)" if telling is None else sql_name(telling)
    is_text = telling is None or types[telling] == "VARCHAR"
    blank = " AND ".join(f"{column} IS NULL" for column in kept)
    found = "told NOT LIKE ' %'" if is_text else "told IS NOT NULL"
    return kept, told, f"CASE WHEN {found} THEN true ELSE NOT ({blank}) END"


def _value(cell: Cell, types: Mapping[str, str], timezone: str) -> str:
    """What a cell says; null where the file lacks its column."""
    if cell.name not in types:
        return f"CAST(NULL AS {_TYPES.get(cell.kind, 'VARCHAR')})"
    return read(f"found_{cell.name}", cell.kind, types[cell.name], timezone)


def _faults(cell: Cell, type_: str) -> Iterator[tuple[str, str]]:
    """What can be wrong with a cell: the condition, and its code."""
    found = f"found_{cell.name}"
    if cell.kind in {"number", "spoilt"}:
        yield is_lost(found, cell.kind, type_), "order_id_lost"
        if type_ == "VARCHAR":
            error = among(found, SHEET_ERRORS)
            yield f"CASE WHEN {found} LIKE '#%' THEN {error} ELSE false END", "order_id_error"
    elif cell.kind in _UNREADABLE:
        yield f"{found} IS NOT NULL AND {sql_name(cell.name)} IS NULL", _UNREADABLE[cell.kind]


def _first(cases: Iterable[tuple[str, str]]) -> str:
    """The value of the first condition that holds."""
    listed = " ".join(f"WHEN {condition} THEN {value}" for condition, value in cases)
    return f"CAST(CASE {listed} END AS VARCHAR)" if listed else "CAST(NULL AS VARCHAR)"


def _speaks_of_others(types: Mapping[str, str], file: Recognised) -> str:
    """The condition that a line is a comment, a line of dashes, the header once more, or a total.

    Such a line begins with a word for it and has no date; as a row that does not fit, it has fewer fields than the
    header, and less than half where it is no comment. A product's name may begin so too, but its line is dated.
    """
    if types["first_0"] != "VARCHAR":
        return "false"
    head = f"trim(coalesce(misfit, first_0), {sql_text(GLUE)})"
    beginnings = " OR ".join(f"{head} LIKE {sql_text(f'{beginning}%')}" for beginning in _SUMMARIES)
    again = f"{head} = {sql_text(file.headers[0].strip(GLUE))}"
    moments = [sql_name(c.name) for c in file.format.cells if c.kind == "moment" and types.get(c.name) == "VARCHAR"]
    dated = [f"coalesce(left(trim({moment}, {sql_text(GLUE)}), 1) BETWEEN '0' AND '9', false)" for moment in moments]
    undated = f"NOT ({' OR '.join(dated)})" if dated else "false"
    separators = f"length(misfit) - length(replace(misfit, {sql_text(file.table.delimiter)}, ''))"
    most = len(file.headers) - 1
    fields = f"({separators}) * CASE WHEN {head} LIKE '#%' OR {head} LIKE '--%' THEN 1 ELSE 2 END"
    short = f"CASE WHEN misfit IS NULL THEN {undated} ELSE {fields} < {most} END"
    return f"CASE WHEN {_USUAL} THEN false ELSE coalesce(({beginnings} OR {again}) AND {short}, false) END"


def _rows_of_totals(engine: OrderEngine, found: str, file: Recognised) -> dict[int, int]:
    """The lines of the headers of totals, each with the next line, which holds the values."""
    heads = {footer.row for footer in file.format.footers if footer.row}
    if not heads or engine.types(found)["first_0"] != "VARCHAR":
        return {}
    beginnings = " OR ".join(
        f"trim(coalesce(misfit, first_0), {sql_text(GLUE)}) LIKE {sql_text(f'{x}%')}" for x in heads
    )
    begins = f"CASE WHEN {_USUAL} THEN false ELSE coalesce({beginnings}, false) END"
    rows = engine.rows(
        f"SELECT head, min(below.line) FROM (SELECT line AS head FROM {found} WHERE {begins}) AS heads"  # noqa: S608  # our own
        f" JOIN {found} AS below ON below.line > head GROUP BY head ORDER BY head"
    )
    return {int(head): int(values) for head, values in rows}
