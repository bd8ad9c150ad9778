"""training.csv: a line a quiz, the file begun once, no text a formula, and a stranger's file left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.outputs.training import FILE, Training, keep_quiz, quizzes_kept

if TYPE_CHECKING:
    from pathlib import Path

QUIZ = Training("2026-11-01 09:30", "李雷", 1, "clearing", "integration", 1, 2, 0, 74)


def test_every_quiz_is_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    assert quizzes_kept(folder) == 0
    keep_quiz(folder, QUIZ)
    keep_quiz(folder, Training("2026-11-02 10:00", "=1+1,\n", 2, "validation", "validation", 2, 2, 1, 30))
    head, first, second = (folder / FILE).read_text(encoding="utf-8-sig").splitlines()
    assert head == "date,name,number,incident,answered,right,asked,hints,seconds"
    assert first == "2026-11-01 09:30,李雷,1,clearing,integration,1,2,0,74"
    assert second.startswith("2026-11-02 10:00,\"'=1+1,")
    assert quizzes_kept(folder) == 2
    assert [path.name for path in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "name,score\nAnn,2\n", "\0", "d\xe4te"])
def test_another_file_of_that_name_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match="no record of quizzes"):
        quizzes_kept(tmp_path)
