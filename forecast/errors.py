"""One small hierarchy: every error says what was found, where, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, with its place: file, line, column (from 1) and key."""

    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    key: str = ""

    def __str__(self) -> str:
        """``file:line:column: key: message``, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in (None, ""))
        return ": ".join(part for part in (place, self.key, self.message) if part)


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
