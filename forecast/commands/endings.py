"""How a command ends: its result as JSON with the warnings beside it, and exit code 3 where something needs action."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import typer

from forecast.commands import console
from forecast.commands.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.pipeline import Run
    from forecast.plan.model import Language
    from forecast.records import Record
    from forecast.results.inputs import NoteShown

Shown = TypeVar("Shown", bound="Record")

NEEDS_ACTION = 3
"""The exit code of what is done and needs action."""


def show_result(result: Record, notes: Sequence[NoteShown], language: Language) -> None:
    """Print a result exactly as its file holds it, and its warnings as messages."""
    from forecast.outputs.note_lines import warning_lines  # noqa: PLC0415  # as cli.py says
    from forecast.records import json_text  # noqa: PLC0415  # as cli.py says
    from forecast.texts import Texts  # noqa: PLC0415  # as cli.py says

    for line in warning_lines(notes, Texts(language)):
        console.tell(line)
    console.show(json_text(result).removesuffix("\n"))


def show(
    result: Shown, text: Callable[[Shown], str], notes: Sequence[NoteShown], language: Language, *, as_json: bool
) -> None:
    """Print a result as JSON, or as text: of the very figures that its files hold, so that both tell the same."""
    from forecast.records import rounded  # noqa: PLC0415  # as cli.py says

    if as_json:
        show_result(result, notes, language)
    else:
        console.show(text(rounded(result)))


def end(done: Run, *, strict: bool) -> None:
    """End with exit code 3 where ``--strict`` asks for it: scenarios that fall short, or warnings."""
    from forecast.commands.finance import short_scenarios  # noqa: PLC0415  # as cli.py says

    short = short_scenarios(done.result) if strict else []
    if short:
        labels = ", ".join(done.result.scenarios[name].label for name in short)
        console.tell(say(done.plan.language, "short", scenarios=labels))
    end_on_warnings(done.plan.language, done.result.notes, strict=strict)
    if short:
        raise typer.Exit(NEEDS_ACTION)


def end_on_warnings(language: Language, notes: Sequence[NoteShown], *, strict: bool) -> None:
    """End with exit code 3 where ``--strict`` asks for it and there is a warning."""
    from forecast.results.inputs import warnings  # noqa: PLC0415  # as cli.py says

    count = len(warnings(notes)) if strict else 0
    if count:
        console.tell(say(language, "strict", count=count))
        raise typer.Exit(NEEDS_ACTION)
