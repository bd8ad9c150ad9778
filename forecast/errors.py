"""One small hierarchy: every error says what was found, where, and what to write instead."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from forecast.safe_text import LONGEST_PATH, printable, quoted, without_password
from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Sentence(Protocol):
    """What can be said in either language."""

    def text(self, language: str) -> str:
        """The words in a language."""


@dataclass(frozen=True, slots=True)
class Both:
    """A text of the code that stands beside its subject in both languages, not in the catalogues: a key's meaning."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The text in a language."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        """The text in English."""
        return self.en


@dataclass(frozen=True, slots=True)
class Listed:
    """Names, one after another, with commas as each language has them, or with ``or`` between."""

    names: tuple[str, ...]
    either: bool = False

    def text(self, language: str) -> str:
        """The names in a language."""
        between = {"zh": " 或 " if self.either else "、", "en": " or " if self.either else ", "}
        return between[language].join(self.names)

    def __str__(self) -> str:
        """The names in English."""
        return self.text("en")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a part of one, by its key below a ``section`` of the catalogues of texts.

    ``values`` fill its fields: texts and figures as they are, sentences in the same language.
    """

    key: str
    values: Mapping[str, Sentence | str | float] = field(default_factory=dict)
    section: str = "problems"

    def text(self, language: str) -> str:
        """The sentence in a language.

        Raises:
            KeyError: The catalogue has no such text, or the text has a field that the values lack.
        """
        filled = {name: _filling(value, language) for name, value in self.values.items()}
        return catalogue(language)[f"{self.section}.{self.key}"].format(**filled)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.text("en")


def _filling(value: Sentence | str | float, language: str) -> str | float:
    """What fills a field: a sentence in its language, and a text as it may be quoted."""
    if isinstance(value, str):
        return quoted(value)
    return value if isinstance(value, int | float) else value.text(language)


def said(key: str, /, **values: Sentence | str | float) -> Said:
    """A sentence of the catalogues with its fields filled: ``said("plan.missing", what="…")``."""
    return Said(key, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, with its place: file, line, column (from 1) and key."""

    message: str | Sentence
    file: str = ""
    line: int | None = None
    column: int | None = None
    key: str = ""

    @property
    def sentence(self) -> Sentence:
        """The message as a sentence; one without a text in the catalogues is the same in both languages."""
        return Both(self.message, self.message) if isinstance(self.message, str) else self.message

    def text(self, language: str) -> str:
        """``file:line:column: key: message`` in a language and on one line, leaving out what is not known.

        What a message quotes is made safe to print, passwords in addresses left out.
        """
        file = self.file if len(self.file) <= LONGEST_PATH else quoted(self.file)
        place = ":".join(str(part) for part in (file, self.line, self.column) if part not in (None, ""))
        parts = place, quoted(self.key), self.sentence.text(language)
        return printable(without_password(": ".join(part for part in parts if part)))

    def __str__(self) -> str:
        """The same in English."""
        return self.text("en")


class ForecastError(Exception):
    """The base of every error that this package raises on purpose."""


def unreadable(error: OSError, file: str) -> Problem:
    """What the system says of a file that cannot be read; ``file`` where the system does not name it."""
    named = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else file
    return Problem(said("files.unreadable", why=error.strerror or str(error)), named)


class InputError(ForecastError):
    """An input or its use is wrong; holds every problem that was found, not the first alone.

    ``language`` is the one in which the user is spoken to, where the error knows it: its plan's.
    """

    def __init__(self, problems: list[Problem] | Problem | str | Said, language: str | None = None) -> None:
        if isinstance(problems, str | Said):
            problems = Problem(problems)
        self.language = language
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Within it, an ``InputError`` that does not know the user's language learns it."""
    try:
        yield
    except InputError as error:
        error.language = error.language or language
        raise


class IdentityError(ForecastError):
    """Money does not add up: a fault of the program, never of the user."""
