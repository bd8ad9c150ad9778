"""Why a row of the ledger is bad, in words, by the stable code that ``rejected.csv`` bears."""

from __future__ import annotations

from forecast.texts import catalogue

TIMES = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at", "settled_on", "refunded_on")
MONEY = ("amount", "settled_amount", "refunded_amount")


def reasons(language: str) -> dict[str, str]:
    """The text of every code in a language; some begin with the name of a column of times or of money."""
    found = _texts(language, "reasons")
    for kind, columns in (("times", TIMES), ("money", MONEY)):
        endings = _texts(language, f"reasons.{kind}")
        found |= {f"{column}_{ending}": text for column in columns for ending, text in endings.items()}
    return found


def reason_text(language: str, reason: str) -> str:
    """The text of one code; a ``KeyError`` where there is no such code."""
    return reasons(language)[reason]


def _texts(language: str, section: str) -> dict[str, str]:
    parts = ((key.rpartition("."), text) for key, text in catalogue(language).items())
    return {key: text for (found, _, key), text in parts if found == section}


ENDINGS = frozenset({*_texts("en", "reasons.times"), *_texts("en", "reasons.money")})
"""The endings of codes that begin with a column's name."""
