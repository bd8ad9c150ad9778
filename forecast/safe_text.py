"""Texts from outside made safe to show: no control characters that a terminal would obey, and no passwords."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"[\t\n\r\f\v\u0085\u2028\u2029]+")
_OTHERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")

_USER = re.compile(r"(?:(?<=://)([^/@:\s]*):\S*|(?<=/)([^/@:\s]*):[^/\s]+)@")
_SECRET = re.compile(r"(?i)([?&;\s\"'](?:password|passwd|pwd|sslpassword|secret|token|[a-z_]*api_?key)=)[^&;\s\"']*")


def unprintable(text: str) -> str:
    """The first letter of a text that is not for printing, empty where all are.

    Such are control characters, those that turn the direction of writing, halves of characters, and what Unicode
    reserves as none.
    """
    found = _LINE_ENDS.search(text) or _OTHERS.search(text)
    return found[0][0] if found else ""


def printable(text: str) -> str:
    """A text on one line: line ends and tabs as a space, other characters that are not for printing by their number."""
    return _OTHERS.sub(lambda found: f"\\u{ord(found[0]):04x}", _LINE_ENDS.sub(" ", text))


def name_of(letter: str) -> str:
    """A letter by its number and, where it has one, its name: ``U+00A0 no-break space``."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '').lower()}".strip()


def without_password(address: str) -> str:
    """A database's address, or any text that holds one, with ``***`` in place of each password."""
    return _SECRET.sub(r"\1***", _USER.sub(lambda found: f"{found[1] or found[2] or ''}:***@", address))
