"""Single files of results: line ends as they are, and no cell that a spreadsheet would run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from forecast.outputs.text_files import harmless, write_table, write_text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "回款\nb\n")
    assert (tmp_path / "a.txt").read_bytes() == "回款\nb\n".encode()


def test_a_table_opens_in_a_spreadsheet_as_it_is_meant(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", pd.DataFrame({"注": ["=1+1", "-5.00"], "amount": [1.0, 2.345]}))
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig") == "注,amount\n'=1+1,1.00\n-5.00,2.35\n"
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("value", "shown"), [("=1+1", "'=1+1"), ("＋1+x", "'＋1+x"), ("-5", "-5"), ("a\nb", "a b"), (5, 5), (None, None)]
)
def test_a_formula_is_led_by_an_apostrophe(value: object, shown: object) -> None:
    assert harmless(value) == shown
