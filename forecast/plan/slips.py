"""Slips of the pen in one line of a plan: each that is known, with what to write instead."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import said
from forecast.plan.hints import plain_amount, plain_day, plain_days, plain_flag, plain_share
from forecast.safe_text import name_of, unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.errors import Sentence

STANDS_FOR = {
    **dict.fromkeys("“”„＂「」", '"'),  # the letters that are meant
    **dict.fromkeys("‘’＇`", "'"),  # the same
    **dict.fromkeys("－–—−", "-"),  # the same
    **dict(zip("＝：，、。．＃％＿【】［］｛｝；;", "==,,..#%_[][]{}", strict=False)),  # the same
    "；": "",  # the same
    ";": "",
}
"""Letters that stand where TOML wants another one; of those with nothing, none."""

LISTS = frozenset({"events", "facilities", "costs", "ledger.files"})
"""The tables of a plan that are lists."""

DATES = frozenset({"as_of", "start", "peak", "end", "available_from", "available_to", "draw_date"})
"""The keys of a plan that hold days."""

AMOUNTS = frozenset({"opening_balance", "minimum_balance", "limit", "drawn", "minimum_draw"})
"""The keys of a plan that hold amounts."""

CALLED = {
    "期初余额": "opening_balance",
    "最低余额": "minimum_balance",
    "基准日": "as_of",
    "预测天数": "horizon_days",
    "额度": "limit",
    "年利率": "annual_rate",
    "手续费率": "fee_rate",
    "费率": "fee_rate",
    "失败率": "failure_rate",
    "名称": "name",
    "种类": "kind",
    "币种": "currency",
    "语言": "language",
    "时区": "timezone",
    "路径": "path",
    "结算天数": "settlement_days",
    "退款率": "refund_rate",
    "置信度": "confidence",
    "开始日": "start",
}
"""What people write for keys in Chinese."""

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
"""The first three letters of the months' English names."""

_TEXT = "\x01"
"""What stands in ``bare`` for each letter of a text in quotes."""

_DAY = re.compile(
    r"(?<![\w.-])(?:\d{4}(?:[/.]\d{1,2}[/.]\d{1,2}|-\d{1,2}-\d{1,2}|年\d{1,2}月\d{1,2}日?)"
    r"|\d{1,2}([-/.])\d{1,2}\1\d{4})(?![\w-])"
)
_DAY_LAST = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}")
_SHARE = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d*)? ?[%％‰]")
_FLAG = re.compile(r"(?<=[=,\[{ ])(?:True|False|TRUE|FALSE)(?![\w])")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")
_WORDS = re.compile(r"[^\s\"'\[\]{}=#,\x01]+(?: [^\s\"'\[\]{}=#,\x01]+)*")
_KEY_WITH_SPACE = re.compile(r"\s*([A-Za-z_][\w-]*(?:[ \t]+[\w-]+)+)\s*=")
_COLON = re.compile(r"\s*([\w.-]+)\s*[:：]\s*(\S.*)?")
_NO_VALUE = re.compile(r"\s*([\w.-]+)\s*=\s*")
_DOTTED = re.compile(r"\s*([^\s=\[\]{},#]+)\s*=")
_PARTS = re.compile(r""""[^"]*"|'[^']*'|[^.]+""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_KEY_BEFORE = re.compile(r"([\w-]+)\s*=\s*$")
_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ,]+(\d{4})")
_TWO_EQUALS = re.compile(r"\s*([^\s=\[{\x01]+\s*)=(\s*)=\s*(?=\S)")
_COLON_WITHIN = re.compile(r"([\w-]+)\s*[:：]\s*(\x01+|[^\s,{}]+)")
_ODD_HEADER = re.compile(r"\s*(?:([\w.]+)\s*\]{1,2}|[(（]\s*([\w.]+)\s*[)）]|\[\s+\[\s*([\w.]+)\s*\]\s*\])\s*")
_HEADER = re.compile(r"\s*(\[{1,2})\s*([\w.\"' -]+?)\s*(\]*)\s*")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong in a line, and at which column, from 1."""

    sentence: Sentence
    column: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line that tomllib refused, at a column (from 1), with what it said."""

    text: str
    column: int
    what: str

    @property
    def bare(self) -> str:
        """The line without its comment, letters of texts in quotes replaced; of one that is not closed to the end."""
        kept, at = "", 0
        while at < len(self.text):
            letter = self.text[at]
            if letter == "#":
                break
            end = _end_of_text(self.text, at) if letter in "\"'" else None
            if end is None:
                kept, at = kept + letter, at + 1
            else:
                kept, at = kept + _TEXT * (end - at), end
        return kept

    @property
    def value(self) -> tuple[str, int]:
        """What stands for the value that tomllib refused, and its column: all behind ``=``, or a list's own item."""
        bare = self.bare
        start = bare.find("=") + 1
        found = bare[start:] if start else ""
        if found.lstrip()[:1] in {"[", "{"}:
            at = min(self.column - 1, len(bare))
            start = max(bare.rfind(mark, 0, at) for mark in "=[{,") + 1
            found = re.split(r"[,\]}]", bare[start:])[0]
        inner = found.strip()
        return inner, start + len(found) - len(found.lstrip()) + 1


def slip_in(line: Line) -> Slip | None:
    """The first slip that a line shows; None where none is known."""
    return next(_slips(line), None)


def _slips(line: Line) -> Iterator[Slip]:
    known = (
        *(_fence, _equals, _backslash, _open_text, _day, _of_a_date, _share_or_flag, _figure, _trailing_comma),
        *(_comment, _key, _foreign_letter, _header, _plain_words),
    )
    for look in known:
        slip = look(line)
        if slip:
            yield slip


def _end_of_text(line: str, start: int) -> int | None:
    """Where a text in quotes that begins at a place ends; None where it does not."""
    quote, at = line[start], start + 1
    while at < len(line):
        if quote == '"' and line[at] == "\\":
            at += 2
        elif line[at] == quote:
            return at + 1
        else:
            at += 1
    return None


def _backslash(line: Line) -> Slip | None:
    """A path of Windows in double quotes, whose backslashes TOML takes for escapes."""
    escapes = ("Unescaped", "Invalid hex value", "Escaped character")
    at = line.text.find("\\")
    ends_so = line.what.startswith("Illegal character '\\n'") and line.text.rstrip().endswith('\\"')
    if at < 0 or not (line.what.startswith(escapes) or ends_so):
        return None
    start = line.text.rfind('"', 0, at)
    path = line.text[start + 1 :].rstrip().removesuffix('"') if ends_so else line.text[start + 1 :].partition('"')[0]
    forward = re.sub(r"\\+", "/", path)
    return Slip(said("syntax.backslash", slashes=f'"{forward}"', single=f"'{path}'"), at + 1)


def _open_text(line: Line) -> Slip | None:
    """A text whose quote at the end is missing, or another letter."""
    if not line.what.startswith(("Illegal character '\\n'", "Unterminated string", 'Expected "\'"')):
        return None
    bare = line.bare
    places = [at for at in (bare.find('"'), bare.find("'")) if at >= 0]
    if not places:
        return None
    start = min(places)
    words = bare[start + 1 :].rstrip()
    words = words[:-1] if words[-1:] in {'"', "'"} else words
    closed = next((at for at, letter in enumerate(words) if STANDS_FOR.get(letter) == bare[start]), len(words))
    return Slip(
        said("syntax.no_closing_quote", expected=f"{bare[start]}{words[:closed].rstrip()}{bare[start]}"), start + 1
    )


def _day(line: Line) -> Slip | None:
    """A day as people write it, or one that the calendar does not have."""
    bare = line.bare
    found = _DAY.search(bare)
    meant = plain_day(found[0]) if found else None
    if found is None or meant is None or meant == found[0]:
        return _day_in_quotes(bare, found) if meant else _no_day(found)
    return Slip(said("values.wrong", found=found[0], expected=meant), found.start() + 1)


def _no_day(found: re.Match[str] | None) -> Slip | None:
    """A day that the calendar does not have, or of which day and month cannot be told apart."""
    if found is not None and _DAY_LAST.fullmatch(found[0]):
        return Slip(said("syntax.day_or_month", found=found[0]), found.start() + 1)
    if found is None:
        return None
    year, *rest = re.split(r"\D", found[0].rstrip("日"))
    turned = plain_day("-".join([year, *reversed(rest)]))
    sentence = said("syntax.no_such_day", found=found[0])
    return Slip(said("values.wrong", found=found[0], expected=turned) if turned else sentence, found.start() + 1)


def _of_a_date(line: Line) -> Slip | None:
    """What stands for a day under a key that wants one, in a form that no other rule knows."""
    value, column = line.value
    key = _KEY_BEFORE.search(line.bare[: column - 1])
    if not value or _TEXT in value or key is None or key[1] not in DATES or _is_toml(value):
        return None
    if any(letter in STANDS_FOR and letter not in "－–—−" for letter in value):
        return None
    meant = plain_day(re.sub(r"\s*([-/.])\s*", r"\1", value)) or _day_with_month(value)
    return Slip(said("values.wrong", found=value, expected=meant or said("values.date", day="2026-10-18")), column)


def _day_with_month(value: str) -> str | None:
    """The day of ``18-Oct-2026``, with the month's English name."""
    found = _MONTH.fullmatch(value.strip())
    begun = MONTHS.find(found[2][:3].casefold()) if found else -1
    return plain_day(f"{found[3]}-{begun // 4 + 1}-{found[1]}") if found and begun >= 0 else None


def _fence(line: Line) -> Slip | None:
    """The fence in which text editors and chats put a plan."""
    found = line.text.strip()
    return Slip(said("syntax.fence", found=found), 1) if found.startswith("```") else None


def _equals(line: Line) -> Slip | None:
    """Two equals signs, or a formula of a spreadsheet."""
    bare = line.bare
    found = _TWO_EQUALS.match(bare)
    if not found:
        return None
    rest, column = line.text[found.end() : len(bare)].strip(), found.end(1) + 1
    if found[2] and not _is_toml(rest):
        return Slip(said("syntax.formula", found=f"={rest}"), found.end())
    return Slip(said("syntax.equals", expected=f"{found[1].strip()} = {rest}"), column)


def _trailing_comma(line: Line) -> Slip | None:
    """A comma behind a value that is whole."""
    bare = line.bare.rstrip()
    _, equals, value = bare.partition("=")
    value = re.sub(f"{_TEXT}+", "0", value).rstrip(",").strip()
    if not equals or not bare.endswith(",") or not _is_toml(value):
        return None
    return Slip(said("syntax.leave_out", found=","), len(bare))


def _day_in_quotes(bare: str, found: re.Match[str] | None) -> Slip | None:
    """A day that is right, in quotes that are none of TOML's: it wants no quotes at all."""
    before = bare[found.start() - 1 : found.start()] if found else ""
    if found is None or STANDS_FOR.get(before) not in {'"', "'"}:
        return None
    quoted = bare[found.start() - 1 : found.end() + 1]
    return Slip(said("values.wrong", found=quoted, expected=found[0]), found.start())


def _share_or_flag(line: Line) -> Slip | None:
    """A share in per cent, or an answer with a capital letter."""
    for pattern, read in ((_SHARE, plain_share), (_FLAG, plain_flag)):
        found = pattern.search(line.bare)
        key = _KEY_BEFORE.search(line.bare[: found.start()]) if found else None
        if found and key and key[1] in AMOUNTS:
            return Slip(said("syntax.no_amount", found=found[0]), found.start() + 1)
        if found and (meant := read(found[0])):
            return Slip(said("values.wrong", found=found[0], expected=meant), found.start() + 1)
    return None


def _figure(line: Line) -> Slip | None:
    """An amount with separators of thousands, a currency, 万; a decimal comma; an answer in words."""
    value, column = line.value
    if not value or _is_toml(value):
        return None
    meant = plain_amount(value) or plain_days(value) or plain_flag(value)
    if meant is None and _COMMA_DECIMAL.fullmatch(value):
        meant = value.replace(",", ".")
    return None if meant is None else Slip(said("values.wrong", found=value, expected=meant), column)


def _comment(line: Line) -> Slip | None:
    """A comment as in other languages."""
    at = line.bare.find("//")
    return None if at < 0 else Slip(said("syntax.comment"), at + 1)


def _foreign_letter(line: Line) -> Slip | None:
    """A letter outside of texts that stands for another, or a space that TOML does not take for one."""
    for at, letter in enumerate(line.bare):
        if letter in STANDS_FOR:
            instead = STANDS_FOR[letter]
            if not instead:
                return Slip(said("syntax.leave_out", found=letter), at + 1)
            return Slip(said("syntax.letter", found=letter, instead=instead), at + 1)
        if letter not in " \t" and (letter.isspace() or unicodedata.category(letter) == "Cf"):
            return Slip(said("syntax.space", letter=name_of(letter)), at + 1)
        if letter not in {_TEXT, "\t"} and unprintable(letter):
            return Slip(said("values.not_for_printing", letter=name_of(letter)), at + 1)
    return None


def _header(line: Line) -> Slip | None:
    """The name of a table whose brackets do not match."""
    if odd := _ODD_HEADER.fullmatch(line.bare):
        name = odd[1] or odd[2] or odd[3]
        opening, closing = ("[[", "]]") if name in LISTS else ("[", "]")
        return Slip(said("syntax.header", expected=f"{opening}{name}{closing}"), 1)
    found = _HEADER.fullmatch(line.bare)
    if found and len(found[1]) == len(found[3]):
        name = line.text[found.start(2) : found.end(2)]
        return _unquoted_name(name, found.start(2) + 1, found[1], found[3])
    if not found:
        return None
    several = (found[1] == "[[" or found[3] == "]]") and found[2] in LISTS
    opening, closing = ("[[", "]]") if several else ("[", "]")
    return Slip(said("syntax.header", expected=f"{opening}{found[2]}{closing}"), found.start(1) + 1)


def _key(line: Line) -> Slip | None:
    """A key with spaces, one without a value, and a colon in place of the equals sign."""
    bare = line.bare
    if found := _KEY_WITH_SPACE.match(bare):
        expected = re.sub(r"[ \t]+", "_", found[1])
        return Slip(said("syntax.key_with_space", found=found[1], expected=expected), found.start(1) + 1)
    if (found := _COLON.fullmatch(bare)) and "=" not in bare:
        rest = line.text[found.start(2) : found.end(2)].strip() if found[2] else "…"
        return Slip(said("syntax.colon", expected=f"{found[1]} = {rest}"), found.start(1) + 1)
    if found := _NO_VALUE.fullmatch(bare):
        return Slip(said("syntax.no_value", key=found[1]), found.start(1) + 1)
    if (found := _COLON_WITHIN.search(bare)) and "{" in bare[: found.start()]:
        value = line.text[found.start(2) : found.end(2)].strip()
        return Slip(said("syntax.colon", expected=f"{found[1]} = {value}"), found.start(1) + 1)
    found = _DOTTED.match(bare)
    if found and found[1] in CALLED:
        return Slip(said("syntax.own_name", found=found[1], expected=CALLED[found[1]]), found.start(1) + 1)
    name = line.text[found.start(1) : found.end(1)] if found else ""
    return _unquoted_name(name, found.start(1) + 1) if found else None


def _unquoted_name(name: str, column: int, before: str = "", after: str = "") -> Slip | None:
    """A name in other letters than a bare key has, without the quotes that it needs."""
    parts = [part.strip() for part in _PARTS.findall(name)]
    quoted = [part if _BARE.fullmatch(part) or part[:1] in {'"', "'"} else f'"{part}"' for part in parts]
    if quoted == parts:
        return None
    return Slip(said("syntax.quote_name", found=name, expected=f"{before}{'.'.join(quoted)}{after}"), column)


def _plain_words(line: Line) -> Slip | None:
    """A text without quotes, or with one at its end alone."""
    value, column = line.value
    if not value or _is_toml(value):
        return None
    if value.casefold() in {"none", "null", "nil"}:
        return Slip(said("syntax.nothing", found=value), column)
    key = _KEY_BEFORE.search(line.bare[: column - 1])
    if key is not None and key[1] in AMOUNTS and _TEXT not in value:
        return Slip(said("syntax.no_amount", found=value), column)
    words = value.strip("\"'")
    if not _WORDS.fullmatch(words):
        return None
    if words.lstrip("+-.")[:1].isdecimal():
        return Slip(said("syntax.no_figure", found=value), column)
    return Slip(said("syntax.unquoted", found=value, expected=f'"{words}"'), column)


def _is_toml(value: str) -> bool:
    try:
        tomllib.loads(f"x = {value}")
    except (ValueError, RecursionError):
        return False
    return True
