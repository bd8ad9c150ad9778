"""What ``report`` says: the warnings, the lines of the request, and the files that hold the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables.request import request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.results.run import Result


def request_text(result: Result, files: Sequence[str]) -> str:
    """The request as plain text, a paragraph a line of it."""
    figures = Figures.of(result)
    colon = figures.texts("language.colon")
    lines = warning_lines(result.notes, figures.texts)
    for line in request(result, figures):
        lines += [f"{line.title}{colon}{line.answer}", *(f"  {more}" for more in line.more)]
    return "\n".join([*lines, *files])
