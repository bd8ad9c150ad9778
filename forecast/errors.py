"""One small hierarchy: every error says what was found, where, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a part of one, by its key below ``problems`` in the catalogues of texts.

    ``values`` fill its fields: texts and figures as they are, sentences in the same language.
    """

    key: str
    values: Mapping[str, Said | str | float] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in a language.

        Raises:
            KeyError: The catalogue has no such text, or the text has a field that the values lack.
        """
        filled = {k: v.text(language) if isinstance(v, Said) else v for k, v in self.values.items()}
        return catalogue(language)[f"problems.{self.key}"].format(**filled)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.text("en")


def said(key: str, **values: Said | str | float) -> Said:
    """A sentence of the catalogues with its fields filled: ``said("plan.missing", what="…")``."""
    return Said(key, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, with its place: file, line, column (from 1) and key."""

    message: str | Said
    file: str = ""
    line: int | None = None
    column: int | None = None
    key: str = ""

    def text(self, language: str) -> str:
        """``file:line:column: key: message`` in a language, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in (None, ""))
        message = self.message.text(language) if isinstance(self.message, Said) else self.message
        return ": ".join(part for part in (place, self.key, message) if part)

    def __str__(self) -> str:
        """The same in English."""
        return self.text("en")


class ForecastError(Exception):
    """The base of every error that this package raises on purpose."""


class InputError(ForecastError):
    """An input or its use is wrong; holds every problem that was found, not the first alone."""

    def __init__(self, problems: list[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class IdentityError(ForecastError):
    """Money does not add up: a fault of the program, never of the user."""
