"""Writing names and values into the engine's SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def name(identifier: str) -> str:
    """A column's or table's name in quotation marks."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def among(expression: str, values: Iterable[str]) -> str:
    """Whether an expression is one of some texts; false for none."""
    listed = ", ".join(text(value) for value in values)
    return f"{expression} IN ({listed})" if listed else "false"


def by_channel(figures: Mapping[str, str], kind: str) -> str:
    """The figure of a row's channel, of the given SQL type; null for a channel that has none."""
    cases = " ".join(f"WHEN {text(channel)} THEN {figure}" for channel, figure in figures.items())
    return f"CAST(CASE channel {cases} END AS {kind})" if cases else f"CAST(NULL AS {kind})"
