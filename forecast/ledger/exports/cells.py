"""SQL that cleans the cells of exports: glue taken off, then text, order numbers, moments and money read out of them.

The common form of each is told by a cheap look at the cell, so that a bill of millions of lines meets a regular
expression only where a cell is out of the ordinary. Every expression is null where the cell is empty *and* where it
cannot be read; the two are told apart by the cleaned cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.ledger.parsing import EARLIEST, fen, moment
from forecast.ledger.sql import among
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from forecast.ledger.exports.layouts import Kind

GLUE = " \t\r\n\u00a0\u3000\ufeff`'\"="
"""What exports put around a value so that a spreadsheet keeps it: tabs, backticks, ``="…"``, ``'``."""

_SIGNS_OF_MONEY = GLUE + "¥￥元"

_NONE = ("-", "--", "/", "无", "null", "NULL")
"""What stands where there is no number and no time."""

_YUAN = ("CNY", "RMB", "CNH", "人民币", "人民币元", "元", "156")
"""How exports write that amounts are in yuan."""

_PLAIN = (("0", ":"), ("A", "["), ("a", "{"), ("一", "\ua000"))
"""Ranges of letters that no export glues to a value: the first of each, and the first beyond it."""

_NO_DAY = "0000-00-00"

_SCIENTIFIC = r"^[0-9]([.][0-9]+)?[eE][+][0-9]+$"
DIGITS_KEPT = 15
"""Digits of a number that a spreadsheet keeps."""

_LONGEST_EXACT = 1_000_000_000_000_000
"""Whole numbers from here on have more digits than a spreadsheet keeps: it has rounded them."""

_GROUPED = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?$"
_SERIAL = r"^[2-7][0-9]{4}([.][0-9]+)?$"
"""Days since 1899-12-30, with the time as a fraction: 1954 to 2119."""

_DAY_DIGITS, _SECOND_DIGITS = r"^(19|20)[0-9]{6}$", r"^(19|20)[0-9]{12}$"


def clean(cell: str, kind: Kind, type_: str) -> str:
    """A cell without what exports glue to it; empty is null; typed columns are as they are."""
    if type_ != "VARCHAR":
        return cell
    glue = _SIGNS_OF_MONEY if kind in {"money", "rounded"} else GLUE
    bare = f"nullif(trim({cell}, {sql_text(glue)}), '')"
    unglued = f"CASE WHEN {among(bare, _NONE if kind != 'text' else ('-',))} THEN NULL ELSE {bare} END"
    none = f"WHEN {cell} LIKE '{_NO_DAY}%' THEN NULL " if kind == "moment" else ""
    last = _is_digit if kind not in {"text", "currency"} else _is_plain
    return (
        f"CASE {none}WHEN {_ends_well(cell, kind)} THEN CASE WHEN {_begins_plainly(cell)} THEN {cell}"
        f" WHEN {cell} LIKE '`%' AND {_is_plain(f'substr({cell}, 2, 1)')} THEN substr({cell}, 2) ELSE {unglued} END"
        f" WHEN {cell} LIKE '=\"%\"' AND {_is_plain(f'substr({cell}, 3, 1)')}"
        f" AND {last(f'left(right({cell}, 2), 1)')} THEN substr({cell}, 3, length({cell}) - 3)"
        f" ELSE {unglued} END"
    )


def _ends_well(cell: str, kind: Kind) -> str:
    """Whether a cell ends in nothing that is glued to it: ten endings are told faster than the last letter is taken."""
    if kind in {"text", "currency"}:
        return _is_plain(f"right({cell}, 1)")
    return "(" + " OR ".join(f"{cell} LIKE '%{digit}'" for digit in range(10)) + ")"


def _begins_plainly(cell: str) -> str:
    """Whether the first letter is one that no export glues to a value, told by the order of texts."""
    ranges = " OR ".join(f"{cell} >= '{first}' AND {cell} < '{beyond}'" for first, beyond in _PLAIN)
    return f"({ranges})"


def _is_digit(letter: str) -> str:
    return f"{letter} BETWEEN '0' AND '9'"


def _is_plain(letter: str) -> str:
    """Whether a letter is one that no export glues to a value."""
    latin = f"{letter} BETWEEN 'A' AND 'Z' OR {letter} BETWEEN 'a' AND 'z'"
    return f"({_is_digit(letter)} OR {latin} OR {letter} BETWEEN '一' AND '鿿')"


def read(cell: str, kind: Kind, type_: str, timezone: str) -> str:
    """What a cleaned cell says: ``VARCHAR``, ``TIMESTAMP`` in local time, or whole fen (``BIGINT``)."""
    if kind == "text":
        return cell if type_ == "VARCHAR" else f"CAST({cell} AS VARCHAR)"
    if kind in {"number", "spoilt"}:
        return _order_number(cell, kind, type_)
    if kind == "currency":
        return f"CASE WHEN {among(f'upper({cell})', _YUAN)} THEN 'CNY' END"
    if kind == "moment":
        return _moment(cell, type_, timezone)
    return _fen(cell, type_, round_up=kind == "rounded")


def is_lost(cell: str, kind: Kind, type_: str) -> str:
    """Whether a cleaned order number is one that a spreadsheet rounded: its last digits are gone.

    In a column of kind ``spoilt`` a long number with nothing but zeros from its 16th digit on is one as well.
    """
    if type_ == "VARCHAR":
        lost = f"CASE WHEN {cell} LIKE '%+%' THEN regexp_matches({cell}, '{_SCIENTIFIC}') ELSE false END"
        zeros = f"length({cell}) > {DIGITS_KEPT} AND trim(substr({cell}, {DIGITS_KEPT + 1}), '0') = ''"
        return f"({lost} OR coalesce({zeros}, false))" if kind == "spoilt" else lost
    if type_ in {"DOUBLE", "FLOAT"}:
        return f"coalesce(abs({cell}) >= {_LONGEST_EXACT} OR {cell} <> floor({cell}), false)"
    return "false"


def _order_number(cell: str, kind: Kind, type_: str) -> str:
    """An order number as text; ``0`` is what exports write for none, ``.0`` what a table program puts behind one."""
    if type_ == "VARCHAR":
        whole = f"CASE WHEN {cell} LIKE '%.0' THEN regexp_replace({cell}, '^([0-9]+)[.]0$', '\\1') ELSE {cell} END"
    elif type_ in {"DOUBLE", "FLOAT"}:
        whole = f"CAST(try_cast({cell} AS BIGINT) AS VARCHAR)"
    else:
        whole = f"CAST({cell} AS VARCHAR)"
    return f"CASE WHEN {is_lost(cell, kind, type_)} THEN NULL ELSE nullif({whole}, '0') END"


def _moment(cell: str, type_: str, timezone: str) -> str:
    if type_ in {"DOUBLE", "FLOAT", "BIGINT", "INTEGER"}:
        return f"CASE WHEN {cell} BETWEEN 20000 AND 80000 THEN {_of_serial(cell)} END"
    if type_ != "VARCHAR":
        return moment(cell, type_, timezone)
    chinese = f"replace(replace(replace(replace({cell}, '年', '-'), '月', '-'), '日', ' '), '.', '-')"
    dashed = f"trim(regexp_replace({chinese}, ' +', ' '))"
    day = f"substr({cell}, 1, 4) || '-' || substr({cell}, 5, 2) || '-' || substr({cell}, 7, 2)"
    clock = f"substr({cell}, 9, 2) || ':' || substr({cell}, 11, 2) || ':' || substr({cell}, 13, 2)"
    unusual = (
        f"CASE WHEN {cell} LIKE '%年%' OR {cell} LIKE '____.%' AND NOT {cell} LIKE '%:%'"
        f" THEN {moment(dashed, 'VARCHAR', timezone)}"
        f" WHEN regexp_matches({cell}, '{_SERIAL}') THEN {_of_serial(f'try_cast({cell} AS DOUBLE)')}"
        f" WHEN regexp_matches({cell}, '{_DAY_DIGITS}') THEN try_cast({day} AS TIMESTAMP)"
        f" WHEN regexp_matches({cell}, '{_SECOND_DIGITS}') THEN try_cast({day} || ' ' || {clock} AS TIMESTAMP)"
        f" ELSE {moment(cell, 'VARCHAR', timezone)} END"
    )
    usual = f"try_cast({cell} AS TIMESTAMP)"
    plain = f"CASE WHEN {usual} >= TIMESTAMP '{EARLIEST}' THEN {usual} END"
    return f"CASE WHEN {cell} LIKE '____-__-__ __:__:__' THEN {plain} ELSE {unusual} END"


def _of_serial(days: str) -> str:
    """A moment out of days since 1899-12-30, to the second: more the fraction does not hold."""
    whole = f"CAST(floor({days}) AS INTEGER)"
    seconds = f"CAST(round(({days} - floor({days})) * 86400) AS INTEGER)"
    return f"TIMESTAMP '1899-12-30' + {whole} * INTERVAL 1 DAY + {seconds} * INTERVAL 1 SECOND"


def _fen(cell: str, type_: str, *, round_up: bool) -> str:
    if type_.startswith("DECIMAL") and type_.endswith((",0)", ",1)", ",2)")):
        return f"CAST({cell} * 100 AS BIGINT)"
    if type_ != "VARCHAR":
        return fen(cell, type_)
    bare = f"CASE WHEN regexp_matches({cell}, '{_GROUPED}') THEN replace({cell}, ',', '') END"
    digits = f"CASE WHEN {cell} LIKE '%,%' THEN {bare} ELSE {cell} END"
    exact = f"try_cast({digits} AS DECIMAL(18, 5))"
    yuan = f"try_cast({digits} AS DECIMAL(18, 2))"
    if round_up:
        return f"CAST(round({exact}, 2) * 100 AS BIGINT)"
    return f"CASE WHEN {yuan} = {exact} THEN CAST({yuan} * 100 AS BIGINT) END"
