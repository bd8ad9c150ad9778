"""The ledger's columns, and which of a source's own columns each of them is read from."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.plan.model import LedgerSource

TEXTS = ("order_id", "channel", "failure_cause")
"""Columns read as text."""

LABELS = ("sku",)
"""Columns whose values are only told apart, and taken as they are."""

TIMES = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at", "settled_on", "refunded_on")
"""Columns read as moments, local time of the plan's timezone; of the last two only the day counts."""

MONEY = ("amount", "settled_amount", "refunded_amount")
"""Columns read as yuan, kept as whole fen."""

READ = (*TEXTS, *LABELS, *TIMES, *MONEY)
"""The columns that the daily tables are made of."""

OTHERS = ("shop", "region")
"""Columns that a ledger may have and that the daily tables do not need."""

REQUIRED = ("order_id", "channel", "ordered_at", "amount", "deducted_at")
"""Columns without which nothing can be said about receipts."""

TOGETHER = {
    "settled_on": ("settled_amount",),
    "settled_amount": ("settled_on",),
    "refunded_on": ("refunded_amount",),
    "failed_at": ("failure_cause",),
}
"""Columns that mean nothing without another."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each of the ledger's columns comes from; a column in neither mapping is absent from the source.

    ``positions`` gives the place, from 0, among the source's headers; ``constants`` the one text of every row.
    """

    positions: Mapping[str, int]
    constants: Mapping[str, str]

    @property
    def present(self) -> frozenset[str]:
        """The columns that the ledger has."""
        return frozenset(self.positions) | frozenset(self.constants)


def map_columns(headers: Sequence[str], ledger: LedgerSource, file: str) -> ColumnMap:
    """Finds the ledger's columns among a source's headers, which are compared without the spaces around them.

    A column that ``[ledger.columns]`` does not name is looked for under its own name.

    Args:
        headers: The source's headers in their order.
        ledger: The plan's ``[ledger]`` with its mapping and constants.
        file: The source's name, for the messages.

    Raises:
        InputError: Holds every problem: a name that the ledger does not have, a header that the source does not
            have or has twice, a column that is given twice, a required column that is absent.
    """
    found = [header.strip().removeprefix("\ufeff") for header in headers]
    problems = [
        *_unknown_names(ledger.columns, "ledger.columns", file),
        *_unknown_names(ledger.constants, "ledger.constants", file),
    ]
    positions: dict[str, int] = {}
    constants: dict[str, str] = {}
    twice: set[str] = set()
    for name in (*READ, *OTHERS):
        wanted = ledger.columns.get(name, name).strip()
        places = [place for place, header in enumerate(found) if header == wanted]
        if name in ledger.constants:
            if places or name in ledger.columns:
                message = f'{file} has a column "{wanted}" for it as well: leave one of the two out'
                problems.append(Problem(message, key=f"ledger.constants.{name}"))
            constants[name] = ledger.constants[name]
        elif len(places) == 1:
            positions[name] = places[0]
        elif places:
            twice.add(name)
            message = f'{file} has the header "{wanted}" {len(places)} times: rename or remove all but one'
            problems.append(Problem(message, key=f"ledger.columns.{name}"))
        elif name in ledger.columns:
            problems.append(_missing_header(name, wanted, found, file))
    named = {*positions, *constants, *ledger.columns, *twice}
    problems += [_missing_column(name, found, file) for name in REQUIRED if name not in named]
    problems += [
        _missing_column(other, found, file, because=name)
        for name, others in TOGETHER.items()
        for other in others
        if name in named and other not in named
    ]
    if problems:
        raise InputError(problems)
    return ColumnMap({name: place for name, place in positions.items() if name in READ}, constants)


def nearest(word: str, choices: Iterable[str]) -> str:
    """``; did you mean "…"?`` when one of the choices is much like the word, else a full stop."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else "."


def _unknown_names(given: Mapping[str, str], table: str, file: str) -> list[Problem]:
    known = (*READ, *OTHERS)
    return [
        Problem(
            f'the ledger has no column "{name}"{nearest(name, known)} Its columns: {", ".join(known)}'
            f' (write our_name = "header in {file}")',
            key=f"{table}.{name}",
        )
        for name in given
        if name not in known
    ]


def _missing_header(name: str, wanted: str, found: Sequence[str], file: str) -> Problem:
    message = f'{file} has no column "{wanted}"{nearest(wanted, found)} Its columns: {_listed(found)}'
    return Problem(message, key=f"ledger.columns.{name}")


def _missing_column(name: str, found: Sequence[str], file: str, because: str = "") -> Problem:
    need = f"needed beside {because}; " if because else "required; "
    message = (
        f"{need}{file} has no such column{nearest(name, found)} Its columns: {_listed(found)}. Write"
        f' {name} = "their header" under [ledger.columns], or give every row the same under [ledger.constants]'
    )
    return Problem(message, key=f"ledger.columns.{name}")


def _listed(headers: Sequence[str]) -> str:
    return ", ".join(f'"{header}"' for header in headers)
