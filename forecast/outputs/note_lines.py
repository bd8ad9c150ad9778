"""Notes as lines of text: warnings with code and place, to stand under a headline, and all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.results.inputs import warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.results.inputs import NoteShown
    from forecast.texts import Texts


def warning_lines(notes: Sequence[NoteShown], texts: Texts) -> list[str]:
    """A line a warning, with its code and the place that it concerns."""
    return [warning_line(note, texts) for note in warnings(notes)]


def warning_line(note: NoteShown, texts: Texts) -> str:
    """One warning: its code, its place where it has one, and what it says."""
    place = texts("language.brackets", text=note.where) if note.where else ""
    return texts("words.warning_line", code=note.code, place=place, text=note.text)


def other_lines(notes: Sequence[NoteShown], texts: Texts) -> list[str]:
    """A line a note that is no warning, with the place that it concerns."""
    return [f"{note.where}{texts('language.colon')}{note.text}" for note in notes if note.level != "warning"]
