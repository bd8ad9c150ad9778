"""A TOML text: where its values and their keys stand (line and column, both from 1).

``tomllib`` gives values without places; this scanner walks the same text for the places alone. It reads text that
``tomllib`` has accepted, so that it checks nothing.
"""

from __future__ import annotations

import bisect
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.errors import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.errors import Problem, Sentence

KeyPath = tuple[str | int, ...]
"""A key's path: names of tables, and positions in arrays from 0: ("facilities", 1, "limit")."""

Place = tuple[int, int]
"""Line and column."""


class Locator:
    """The places of every key and value in a TOML text, whose lines end in a line feed alone (no byte-order mark)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
        self._keys: dict[KeyPath, int] = {}
        self._values: dict[KeyPath, int] = {}
        self._array_sizes: dict[KeyPath, int] = {}
        self._at = 0
        self._scan()

    def paths(self) -> list[KeyPath]:
        """Every key and table that is written, tables before what is in them."""
        return list(dict.fromkeys([*self._keys, *self._values]))

    def key(self, path: KeyPath) -> Place | None:
        """Where a key, or the header that opens its table, is written; of its nearest parent where it is not."""
        return self._place(path, (self._keys,))

    def value(self, path: KeyPath) -> Place | None:
        """Where the value of a key is written; of the key or its nearest parent where there is none."""
        return self._place(path, (self._values, self._keys))

    def _place(self, path: KeyPath, kinds: Iterable[dict[KeyPath, int]]) -> Place | None:
        while path:
            for offsets in kinds:
                if path in offsets:
                    line = bisect.bisect_right(self._starts, offsets[path])
                    return line, offsets[path] - self._starts[line - 1] + 1
            path = path[:-1]
        return None

    def _scan(self) -> None:
        table: KeyPath = ()
        while self._skip_blank():
            if self._text.startswith("[[", self._at):
                table = self._header(array=True)
            elif self._text[self._at] == "[":
                table = self._header(array=False)
            else:
                self._key_and_value(table)

    def _skip_blank(self) -> bool:
        """Moves over white space, line ends, comments; whether anything follows."""
        text, end = self._text, len(self._text)
        while self._at < end and text[self._at] in " \t\n#":
            if text[self._at] == "#":
                line_end = text.find("\n", self._at)
                self._at = end if line_end < 0 else line_end
            else:
                self._at += 1
        return self._at < end

    def _header(self, *, array: bool) -> KeyPath:
        start = self._at
        self._at += 2 if array else 1
        names = [name for name, _ in self._key_parts()]
        self._at = self._text.index("]", self._at) + (2 if array else 1)
        path: KeyPath = ()
        for depth, name in enumerate(names, start=1):
            path += (name,)
            self._keys.setdefault(path, start)
            is_new_item = array and depth == len(names)
            if is_new_item:
                self._array_sizes[path] = self._array_sizes.get(path, 0) + 1
            if path in self._array_sizes:
                path += (self._array_sizes[path] - 1,)
                self._keys.setdefault(path, start)
        return path

    def _key_and_value(self, table: KeyPath) -> None:
        path = table
        for name, offset in self._key_parts():
            path += (name,)
            self._keys.setdefault(path, offset)
        self._at = self._text.index("=", self._at) + 1
        self._value(path)

    def _key_parts(self) -> list[tuple[str, int]]:
        """The names of a dotted key with their offsets; stops at ``=`` or ``]``."""
        parts: list[tuple[str, int]] = []
        while True:
            while self._text[self._at] in " \t.":
                self._at += 1
            start = self._at
            if self._text[start] in "=]":
                return parts
            if self._text[start] in "\"'":
                self._string()
                (name,) = tomllib.loads(f"{self._text[start : self._at]} = 0")
            else:
                while self._text[self._at] not in " \t.=]":
                    self._at += 1
                name = self._text[start : self._at]
            parts.append((name, start))

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        self._values[path] = self._at
        letter = self._text[self._at]
        if letter in "\"'":
            self._string()
        elif letter == "[":
            self._array(path)
        elif letter == "{":
            self._inline_table(path)
        else:
            while self._at < len(self._text) and self._text[self._at] not in ",]}#\n":
                self._at += 1

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        position = 0
        while self._skip_blank() and self._text[self._at] != "]":
            self._keys[(*path, position)] = self._at
            self._value((*path, position))
            position += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._skip_blank() and self._text[self._at] != "}":
            self._key_and_value(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        self._skip_blank()
        if self._text[self._at] == ",":
            self._at += 1

    def _string(self) -> None:
        """Moves over a string of any of TOML's four kinds."""
        quote = self._text[self._at]
        is_long = self._text.startswith(quote * 3, self._at)
        closing = quote * 3 if is_long else quote
        self._at += len(closing)
        while not self._text.startswith(closing, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += len(closing)
        while is_long and self._text.startswith(quote, self._at):  # one or two may stand before the closing three
            self._at += 1


@dataclass(frozen=True, slots=True)
class Places:
    """A plan's file, as the user named it, and line and column (from 1) by dotted key: of its value, or its table."""

    file: str = ""
    of: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def located(self, problem: Problem) -> Problem:
        """The problem at the place of its key, or of the nearest table around a key that is not written.

        A problem that has a line already, or whose key is none of the plan's, stays as it is; one that names another
        file keeps that name in its message.
        """
        key = problem.key
        while key and key not in self.of:
            key = key.rpartition(".")[0]
        if problem.line is not None or not key:
            return problem
        other = problem.file if problem.file and not problem.file.endswith(self.file) else ""
        line, column = self.of[key]
        message: Sentence = problem.sentence
        if other:
            message = said("plan.other_file", file=other, message=message)
        return replace(problem, message=message, file=self.file, line=line, column=column)
