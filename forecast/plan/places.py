"""Where the keys of a plan stand in its file, so that what is found later can still name the line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.errors import Problem


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
        message = f"{other}: {problem.message}" if other else problem.message
        return replace(problem, message=message, file=self.file, line=line, column=column)
