"""SQL that reads one column: text, moments and money out of whatever type the source gave it.

Every expression is null where the column is absent *and* where it cannot be read; the two are told apart by the
column's own value. Nothing is guessed: an amount with a separator of thousands or a currency sign, or a time with
"PM" behind it, is unreadable.
"""

from __future__ import annotations

from forecast.ledger.sql import text as sql_text
from forecast.money import FEN_PER_YUAN, LARGEST_FEN

SPACES = " \t\r\n\u00a0\u3000"
"""Characters trimmed from both ends of a text; exports put tabs behind long numbers so that Excel keeps them."""

_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"

_DAY = r"[0-9]{4}(-[0-9]{1,2}-|/[0-9]{1,2}/)[0-9]{1,2}"
_CLOCK = r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
_LOCAL_TIME = f"{_DAY}([ T]{_CLOCK})?"
_TIME_WITH_OFFSET = f"{_DAY}[ T]{_CLOCK} ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
_NUMBER = r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_WHOLE_FEN = r"[+-]?[0-9]*([.][0-9]{0,2}0*)?"

EARLIEST = "1990-01-01"
"""Moments before it are no moments of orders: a program wrote 1970-01-01 or 0001-01-01 for "none"."""

LATEST = "9999-12-31 23:59:59.999999"
"""Moments beyond it are none either, as no calendar has them: a unit was mistaken."""

_WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
USABLE_MONEY = ("VARCHAR", "DOUBLE", "DECIMAL", *_WHOLE_NUMBERS, *(f"U{kind}" for kind in _WHOLE_NUMBERS))
USABLE_TIMES = ("VARCHAR", "DATE", "TIMESTAMP")
"""Types, or the beginnings of their names, that money and moments can be read from. Single precision (``FLOAT``) is not
among those of money: it does not hold every fen from 131,072.00 yuan on."""


def plain(value: str, kind: str) -> str:
    """A column's value, with text trimmed and empty text as null; other types as they are.

    Few texts have anything to be trimmed, which takes five times as long as a look at both ends.
    """
    if kind != "VARCHAR":
        return value
    apart = " AND ".join(f"({_is_no_space(end)})" for end in (value, f"right({value}, 1)"))
    return f"CASE WHEN {apart} THEN {value} ELSE nullif(trim({value}, {sql_text(SPACES)}), '') END"


def moment(value: str, kind: str, timezone: str) -> str:
    """A ``TIMESTAMP`` in local time of ``timezone``, out of a plain value.

    Text: ``2026-10-18 09:30:00``, also with ``T``, with ``/``, without seconds, the date alone (its midnight), or with
    an offset from UTC (``Z``, ``+08:00``), which is then converted to local time, as typed moments with a zone are. A
    text that is its moment's own when written again needs no closer look, which takes most of the time.
    """
    zone = sql_text(timezone)
    if kind == "VARCHAR":
        dashed = f"replace({value}, '/', '-')"
        close = rf"regexp_replace({dashed}, ' ([+-]|Z)', '\1')"
        iso = rf"regexp_replace({close}, '([+-][0-9]{{2}})([0-9]{{2}})$', '\1:\2')"
        read = (
            f"CASE WHEN {_is(value, _LOCAL_TIME)} THEN try_cast({dashed} AS TIMESTAMP)"
            f" WHEN {_is(value, _TIME_WITH_OFFSET)} THEN try_cast({iso} AS TIMESTAMPTZ) AT TIME ZONE {zone} END"
        )
    elif kind == "TIMESTAMP WITH TIME ZONE":
        read = f"{value} AT TIME ZONE {zone}"
    else:
        read = f"try_cast({value} AS TIMESTAMP)"
    known = f"CASE WHEN {_is_known(read)} THEN {read} END"
    if kind != "VARCHAR":
        return known
    plainly = f"try_cast({value} AS TIMESTAMP)"
    same = f"CAST({plainly} AS VARCHAR) = {value} AND {_is_known(plainly)}"
    return f"CASE WHEN {same} THEN {plainly} WHEN {value} IS NOT NULL THEN {known} END"


def moment_cast(value: str, cast: str, kind: str, timezone: str) -> str:
    """As ``moment``, of a value as it was told, in less time: ``cast`` is the same, tried as ``TIMESTAMP``.

    Few texts are not their moment's own: these alone are made plain and looked at closely.
    """
    if kind != "VARCHAR":
        return moment(value, kind, timezone)
    close = moment(plain(value, kind), kind, timezone)
    same = f"CAST({cast} AS VARCHAR) = {value} AND {_is_known(cast)}"
    return f"CASE WHEN {same} THEN {cast} WHEN {value} IS NOT NULL THEN {close} END"


def fen_cast(value: str, cast: str, kind: str) -> str:
    """As ``fen``, of a value as it was told, in less time: ``cast`` is the same, tried as ``DECIMAL(16, 2)``."""
    if kind != "VARCHAR":
        return fen(value, kind)
    same = f"CAST({cast} AS VARCHAR) = {value}"
    close = fen(plain(value, kind), kind)
    return f"CASE WHEN {same} THEN CAST({cast} * {FEN_PER_YUAN} AS BIGINT) WHEN {value} IS NOT NULL THEN {close} END"


def fen(value: str, kind: str) -> str:
    """Yuan as whole fen (``BIGINT``), out of a plain value; text and decimals go through no float.

    Doubles count as whole fen when they are within 1e-6 fen of them (plus the double's own precision).
    """
    if kind == "DOUBLE":
        return f"CASE WHEN {_near_fen(value)} THEN CAST(round({value} * {FEN_PER_YUAN}) AS BIGINT) END"
    digits = f"CAST({value} AS VARCHAR)"
    decimal = f"try_cast({digits} AS DECIMAL(16, 2))"
    whole = f"CAST({decimal} AS VARCHAR) = {digits} OR ({_is(digits, _NUMBER)} AND {_is(digits, _WHOLE_FEN)})"
    return f"CASE WHEN {whole} THEN CAST({decimal} * {FEN_PER_YUAN} AS BIGINT) END"


def money_faults(value: str, kind: str, read: str, column: str) -> list[tuple[str, str]]:
    """What can be wrong with an amount: conditions on its plain value and on the fen read, with reasons."""
    if kind == "DOUBLE":
        number, negative = f"abs({value}) < CAST('Infinity' AS DOUBLE)", f"{value} < 0"
        whole = f"(abs({value} * {FEN_PER_YUAN}) > {LARGEST_FEN} OR {_near_fen(value)})"
    else:
        digits = f"CAST({value} AS VARCHAR)"
        number, negative = _is(digits, _NUMBER), f"{digits} LIKE '-%'"
        whole = _is(digits, _WHOLE_FEN)
    unfit = f"coalesce({read} NOT BETWEEN 0 AND {LARGEST_FEN}, {value} IS NOT NULL)"
    kinds = {
        f"NOT {number}": "not_a_number",
        f"{number} AND {negative}": "negative",
        f"{number} AND NOT {negative} AND NOT {whole}": "not_in_fen",
        f"{number} AND NOT {negative} AND {whole}": "too_large",
    }
    return [(f"CASE WHEN {unfit} THEN {condition} END", f"{column}_{kind}") for condition, kind in kinds.items()]


def _is_no_space(text: str) -> str:
    """Whether a text surely begins with no character that is trimmed: told by the order of texts, which is cheap."""
    return f"{text} BETWEEN '!' AND '~' OR {text} BETWEEN {sql_text(_FIRST_HAN)} AND {sql_text(_LAST_HAN)}"


def _is_known(moment: str) -> str:
    """Whether a moment can be one of an order."""
    return f"{moment} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}'"


def _near_fen(value: str) -> str:
    scaled = f"{value} * {FEN_PER_YUAN}"
    return f"abs({scaled}) <= {LARGEST_FEN} AND abs({scaled} - round({scaled})) <= 1e-6 + 4e-16 * abs({scaled})"


def _is(value: str, pattern: str) -> str:
    """Whether the whole of a text is what a pattern says."""
    return f"regexp_matches({value}, {sql_text(f'^({pattern})$')})"
