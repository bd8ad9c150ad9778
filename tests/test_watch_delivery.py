"""Marks of what was told, and what stands in the file behind standard output."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from forecast.watch.delivery import clear_marks, mark, marks, open_marks, output_file, stands_in_output

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_marks_are_kept_until_they_are_cleared(tmp_path: Path) -> None:
    assert marks(tmp_path) == set()
    with open_marks(tmp_path) as place:
        assert marks(tmp_path) == set()
        mark(place, "A")
        mark(place, "B")
    with (tmp_path / ".forecast-told").open("a", encoding="utf-8") as file:
        file.write("cut o")
    assert marks(tmp_path) == {"A", "B"}
    clear_marks(tmp_path)
    clear_marks(tmp_path)
    assert marks(tmp_path) == set()


def test_what_was_told_is_found_in_the_file_behind_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "out").open("a", encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdout", file)
        file.write("before\n")
        then = output_file()
        assert then[2] == 7
        file.write("line\n")
        assert stands_in_output("line", then)
        assert not stands_in_output("before", then)
        assert not stands_in_output("line", ())
        assert not stands_in_output("line", (then[0], then[1] + 1, 0))


def test_standard_output_that_is_no_file_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert output_file() == ()
    assert not stands_in_output("line", ())
