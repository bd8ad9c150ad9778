"""Texts from outside made safe to show: no control characters that a terminal would obey, and no passwords."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_LINE_ENDS = re.compile(r"[\t\n\r\f\v\u0085\u2028\u2029]+")
_OTHERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")

_HALVES = re.compile("[\ud800-\udfff]")

_USER = re.compile(r""":(?![/\\])[^\s"“”']*@""")
"""What stands between a colon and the last ``@`` of a word, whatever slip of the pen stands before."""

_SECRET = re.compile(r"(?i)([?&;\s\"'](?:password|passwd|pwd|sslpassword|secret|token|[a-z_]*api_?key)=)[^&;\s\"']*")

_SECRET_VALUE = re.compile(r"(?i)(?:password|passwd|pwd|secret|token|api_?key)=([^&;\s\"']*)")
_PARTS, _TELLING = re.compile(r"[/@:?&#=\s]"), 4
"""What parts the pieces of an address, and the letters of a piece that is no common word."""

LONGEST_QUOTED = 1_000
"""The most letters that a sentence quotes of a text from outside; a plan's paths are at most as long."""

LONGEST_PATH = 4_096
"""Letters of the longest path that a file can have; a longer one names none."""


def unprintable(text: str) -> str:
    """The first letter of a text that is not for printing, empty where all are.

    Such are control characters, those that turn the direction of writing, halves of characters, and what Unicode
    reserves as none.
    """
    found = _LINE_ENDS.search(text) or _OTHERS.search(text)
    return found[0][0] if found else ""


def printable(text: str) -> str:
    """A text on one line: line ends and tabs as a space, other characters that are not for printing by their number."""
    return _OTHERS.sub(_by_number, _LINE_ENDS.sub(" ", text))


def quoted(text: str) -> str:
    """A text as a sentence may quote it: on one line, printable, and no longer than a reader takes in."""
    return printable(text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…")


def on_its_lines(text: str) -> str:
    """A text of several lines in which a terminal obeys nothing but the line ends."""
    return "\n".join(_OTHERS.sub(_by_number, line) for line in text.split("\n"))


def encodable(text: str) -> str:
    """A text that UTF-8 can hold: halves of characters, as names of files may have, by their number."""
    return _HALVES.sub(_by_number, text)


def name_of(letter: str) -> str:
    """A letter by its number and, where it has one, its name: ``U+00A0 no-break space``."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '').lower()}".strip()


def without_password(address: str) -> str:
    """A database's address, or any text that holds one, with ``***`` in place of each password."""
    return _SECRET.sub(r"\1***", _USER.sub(":***@", address))


def without_secrets_of(address: str, text: str) -> str:
    """A text that may quote a database's address in pieces, with ``***`` in place of pieces of its password.

    Of an address with a slip of the pen any piece between the first colon and the last ``@`` may be the password. Short
    pieces are looked for as a whole passage in quotation marks alone, or they would be found in common words.
    """
    named = _SECRET_VALUE.findall(address)
    hidden = [address.partition("://")[2].rpartition("@")[0].partition(":")[2], *named]
    pieces = {piece for one in hidden for piece in (one, *_PARTS.split(one))} - {""}
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        around = '[^"]*' if len(piece) > 1 else ""
        text = re.sub(f'"{around}{re.escape(piece)}{around}"', '"***"', text)
        text = text.replace(piece, "***") if len(piece) >= _TELLING else text
    return text


def _by_number(found: re.Match[str]) -> str:
    """A letter as JSON, too, would escape it."""
    return f"\\u{ord(found[0]):04x}"
