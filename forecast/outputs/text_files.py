"""Single files of results: a text as it is, and a table as a CSV in which a spreadsheet finds no formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from forecast.safe_text import printable

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

FORMULA = re.compile(r"\s*(?:[=@＝＠]|[+\-＋－](?![0-9][0-9.,]*%?\s*\Z)).*", re.DOTALL)
"""Text that a spreadsheet would take for a formula on opening a CSV file; a sign is one unless a figure follows it."""


def write_text(path: Path, text: str) -> None:
    """Writes a text file as it is: UTF-8, line ends unchanged."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_table(path: Path, rows: pd.DataFrame) -> None:
    """Writes a CSV that a spreadsheet opens as it is meant: UTF-8 with its mark, and no text a formula."""
    safe = rows.map(harmless)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.2f")


def harmless(value: Any) -> Any:  # noqa: ANN401  # a cell of any column
    """A text on one line, what a terminal would obey by its number, and led by an apostrophe where it is a formula.

    Every other value stays as it is.
    """
    if not isinstance(value, str):
        return value
    return printable(f"'{value}" if FORMULA.fullmatch(value) else value)
