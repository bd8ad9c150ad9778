"""Notes: what a reader of the result must know about a figure, with a stable code and the place it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["warning", "info"]

WARNINGS = frozenset(
    {
        "bank_balance_differs",
        "bills_begin_late",
        "bills_end_early",
        "covenant_broken",
        "event_prior_default",
        "change_without_effect",
        "failures_unknown",
        "fee_prior",
        "lines_unreadable",
        "lines_without_order",
        "no_failures",
        "no_orders",
        "no_settlements",
        "nothing_deducted",
        "orders_stopped",
        "outage_outside",
        "review_ledger_ends",
        "review_other_ledger",
        "stale_ledger",
        "total_differs",
    }
)
"""The codes without which a reader may decide wrongly; every other note is for information."""


class Spoken(Protocol):
    """A part of a note that each language says in its own words."""

    def text(self, language: str) -> str:
        """The words of a language."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the catalogues have under ``section``, such as a category of flows; one that they lack as it is."""

    section: str
    name: str

    def text(self, language: str) -> str:
        """The name in a language."""
        return catalogue(language).get(f"{self.section}.{self.name}", self.name)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the result: ``code`` is stable, ``where`` a key path (``channels.card``).

    The text in the user's language is made from the code; ``values`` fill its fields as they are, ``words`` in the
    language.
    """

    code: str
    where: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    words: Mapping[str, Spoken] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How loudly it is told."""
        return "warning" if self.code in WARNINGS else "info"


def note_text(note: Note, language: str) -> str:
    """What a note says.

    Raises:
        KeyError: the code has no text, or the text has a field that the note lacks.
    """
    words = {key: word.text(language) for key, word in note.words.items()}
    return catalogue(language)[f"notes.{note.code}"].format(**note.values, **words)
