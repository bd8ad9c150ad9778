"""Why a text is no TOML, in the user's words: what stands there, and what to write instead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.plan.slips import LISTS, Line, slip_in

if TYPE_CHECKING:
    from forecast.errors import Sentence

DEEPEST = 16
"""How deep tables and lists may lie in one another; a plan needs five."""

_PLACE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_HEADER = re.compile(r"\s*\[{1,2}([^\]\n]*)")
_KEY = re.compile(r"""\s*([\w"'. -]*?)\s*=""")
_MANY_DIGITS = re.compile(r"[0-9_]{1000,}")

_REST = (
    (("Unclosed array", "Invalid array"), "list_open"),
    (("Unclosed inline table", "Invalid inline table"), "braces_open"),
    (("Unterminated string", "Expected \"'''\"", 'Expected \'"""\''), "text_open"),
    (("Expected newline or end of document",), "one_a_line"),
    (("Invalid initial character for a key", "Expected '=' after a key"), "no_key"),
)
"""What is said of what has no nearer reason, by the start of tomllib's messages."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no TOML: a sentence, its line and column from 1, and the dotted key as far as it is known."""

    sentence: Sentence
    line: int
    column: int
    key: str = ""


def parsed(text: str, file: str) -> dict[str, object]:
    """The values of a TOML text.

    Raises:
        InputError: It is no TOML, or holds what no plan does; told at its line and column.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = fault_of(str(error), text)
    except RecursionError:
        fault = _too_deep(text)
    except ValueError:  # a whole number of more digits than Python reads
        fault = _at(text, _MANY_DIGITS, said("syntax.many_digits"))
    else:
        if _depth(values) <= DEEPEST:
            return values
        fault = _too_deep(text)
    raise InputError(Problem(fault.sentence, file, fault.line, fault.column, fault.key)) from None


def syntax_error(message: str, text: str) -> tuple[Sentence, int, int]:
    """What is wrong where ``tomllib`` gave up with a message, and the line and column."""
    fault = fault_of(message, text)
    return fault.sentence, fault.line, fault.column


def fault_of(message: str, text: str) -> Fault:
    """The reason in the user's words, by tomllib's message and the line that it names."""
    what, line, column = _told(message, text)
    lines = text.split("\n")
    if line == 1 and max(map(lines[0].count, ",;\t")) > 1 and "=" not in lines[0]:
        return Fault(said("plan.csv"), 1, 1)
    if what.startswith(("Cannot", "Duplicate")):
        return _twice(lines, line)
    if what.startswith(("Unclosed array", "Invalid array")):
        line, column = _opened(lines, line, column)
    refused = Line(lines[line - 1] if line <= len(lines) else "", column, what)
    slip = slip_in(refused)
    if slip:
        return Fault(slip.sentence, line, slip.column, _key_at(lines, line))
    what = _of_open_end(what, refused.bare.rstrip())
    rest = next((name for starts, name in _REST if what.startswith(starts)), "unreadable")
    return Fault(said(f"syntax.{rest}"), line, column, _key_at(lines, line))


def _opened(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """Where the list that a line ends within lacks its end: the last line before it that opens more than it closes."""
    for at in range(line, 0, -1):
        bare = Line(lines[at - 1], 1, "").bare.rstrip() if at <= len(lines) else ""
        if bare.count("[") > bare.count("]") and "=" in bare and at < line:
            return at, len(bare) + 1
        if at < line and _HEADER.match(bare):
            break
    return line, column


def _of_open_end(what: str, bare: str) -> str:
    """What is wrong with a list that ends before its next item, or a table in braces that goes on below."""
    if what.startswith("Invalid value") and bare.endswith(("[", ",")):
        return "Unclosed array"
    if what.startswith("Invalid initial character for a key") and bare.endswith(("{", ",")):
        return "Unclosed inline table"
    return what


def _told(message: str, text: str) -> tuple[str, int, int]:
    """What a message of tomllib says, and the line and column that it names: the text's end where it names none."""
    match = _PLACE.fullmatch(message)
    what, line, column = match.groups() if match else (message, None, None)
    if line and column:
        return what, int(line), int(column)
    end = text.rstrip()
    return what, end.count("\n") + 1, len(end) - end.rfind("\n")


def _twice(lines: list[str], line: int) -> Fault:
    """A key or a table that is there twice, with the line of the first."""
    written = lines[line - 1]
    column = len(written) - len(written.lstrip()) + 1
    header = _name(_HEADER, written)
    if header is not None:
        return _named_item(lines, line, header) or _table_twice(lines, line, header)
    start = next((at for at in range(line - 1, 0, -1) if _HEADER.match(lines[at - 1])), 0)
    own = _name(_KEY, written)
    first = next((at for at in range(start + 1, line) if _name(_KEY, lines[at - 1]) == own), None)
    sentence = said("syntax.key_again") if first is None else said("syntax.key_twice", first=first)
    return Fault(sentence, line, column, _key_at(lines, line))


def _table_twice(lines: list[str], line: int, header: str) -> Fault:
    """A table that is there twice, or one of a list whose brackets are single; told at the single ones."""
    same = [at for at, one in enumerate(lines, 1) if _name(_HEADER, one) == header]
    single = [at for at in same if not lines[at - 1].lstrip().startswith("[[")]
    first = next((at for at in same if at < line), None)
    sentence = said("syntax.table_and_key")
    if header in LISTS and 0 < len(single) < len(same):
        line, sentence = single[0], said("syntax.single_bracket", name=header)
    elif first is not None:
        sentence = said(f"syntax.{'list' if header in LISTS else 'table'}_twice", name=header, first=first)
    written = lines[line - 1]
    return Fault(sentence, line, len(written) - len(written.lstrip()) + 1, header)


def _named_item(lines: list[str], line: int, header: str) -> Fault | None:
    """A table above that names one item of a list, which makes a table of the list itself."""
    for at, written in enumerate(lines[: line - 1], 1):
        name = _name(_HEADER, written) or ""
        if header in LISTS and name.startswith(f"{header}.") and not written.lstrip().startswith("[["):
            item = name.removeprefix(f"{header}.").strip("\"'")
            return Fault(said("syntax.list_named", name=name, list=header, item=item), at, 1, header)
    return None


def _name(pattern: re.Pattern[str], line: str) -> str | None:
    """The name of the table or key that a line opens."""
    found = pattern.match(line)
    return found[1].strip() if found else None


def _key_at(lines: list[str], line: int) -> str:
    """The dotted key of a line, as far as one can tell in a text that is no TOML."""
    found = _KEY.match(lines[line - 1]) if line <= len(lines) else None
    if not found or not re.fullmatch(r"[\w.-]+", found[1]):
        return ""
    headers = (m for at in range(line - 1, 0, -1) if (m := _HEADER.match(lines[at - 1])))
    header = next(headers, None)
    return f"{header[1].strip()}.{found[1]}" if header and header[1].strip() else found[1]


def _depth(values: dict[str, object]) -> int:
    """How deep tables and lists lie in one another, counted without recursion."""
    deepest = 0
    waiting: list[tuple[dict[str, object] | list[object], int]] = [(values, 1)]
    while waiting:
        value, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = value.values() if isinstance(value, dict) else value
        waiting.extend((one, depth + 1) for one in inner if isinstance(one, dict | list))
    return deepest


def _too_deep(text: str) -> Fault:
    """The line on which the most brackets and dots open a table or a list within another."""
    lines = text.split("\n")
    at = max(range(len(lines)), key=lambda place: sum(map(lines[place].count, "[{.")))
    return Fault(said("syntax.deep", deepest=DEEPEST), at + 1, 1)


def _at(text: str, pattern: re.Pattern[str], sentence: Sentence) -> Fault:
    found = pattern.search(text)
    offset = found.start() if found else 0
    return Fault(sentence, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
