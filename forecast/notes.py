"""Notes: what a reader of the result must know about a figure, with a stable code and the place it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["warning", "info"]

WARNINGS = frozenset(
    {
        "change_without_effect",
        "failures_unknown",
        "fee_prior",
        "no_failures",
        "no_settlements",
    }
)
"""The codes without which a reader may decide wrongly; every other note is for information."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the result: ``code`` is stable, ``where`` a key path (``channels.card``), ``values`` fill its text.

    The text in the user's language is made from the code and the values.
    """

    code: str
    where: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How loudly it is told."""
        return "warning" if self.code in WARNINGS else "info"


def note_text(note: Note, language: str) -> str:
    """What a note says; its ``values`` fill the fields of the text of its code.

    A holiday is told by its name in the language, the reason of a change without effect by its text.

    Raises:
        KeyError: the code has no text, or the text has a field that the note lacks.
    """
    texts = catalogue(language)
    names = {key: texts.get(f"holidays.{value}", value) for key, value in note.values.items() if key == "holiday"}
    if "reason" in note.values:
        names["reason"] = texts[f"unmoved.{note.values['reason']}"].format(**note.values)
    return texts[f"notes.{note.code}"].format(**{**note.values, **names})
