"""Writing names, values and lists of columns into the engine's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HOUR = 3_600_000_000
"""Microseconds, in which the engine tells times apart."""


def name(identifier: str) -> str:
    """A column's or table's name in quotation marks."""
    return '"' + identifier.replace('"', '""') + '"'


def qualified(table: str) -> str:
    """A table's name in quotation marks, with its schema where one is given (``sales.orders``)."""
    return ".".join(name(part) for part in table.split("."))


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def among(expression: str, values: Iterable[str]) -> str:
    """Whether an expression is one of some texts; false for none."""
    listed = ", ".join(text(value) for value in values)
    return f"{expression} IN ({listed})" if listed else "false"


def among_numbers(expression: str, values: Iterable[int]) -> str:
    """Whether an expression is one of some whole numbers; false for none."""
    listed = ", ".join(str(value) for value in values)
    return f"{expression} IN ({listed})" if listed else "false"


def by_channel(figures: Mapping[str, str], kind: str) -> str:
    """The figure of a row's channel, of the given SQL type; null for a channel that has none."""
    cases = " ".join(f"WHEN {text(channel)} THEN {figure}" for channel, figure in figures.items())
    return f"CAST(CASE channel {cases} END AS {kind})" if cases else f"CAST(NULL AS {kind})"


def listed(columns: Iterable[str], changed: Mapping[str, str]) -> str:
    """All columns in their order for a SELECT, some of them as other expressions."""
    return ", ".join(f"{changed[column]} AS {column}" if column in changed else column for column in columns)
