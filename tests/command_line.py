"""Runs the command line inside the test's own process, and makes small plans for it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.cli import main

if TYPE_CHECKING:
    import pytest

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class CommandLine:
    """Calls ``forecast`` in a folder of its own: ``forecast("check", "tiny/plan.toml")``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(folder)

    def __call__(self, *words: str) -> Outcome:
        """Run the command with these words."""
        self._monkeypatch.setattr(sys, "argv", ["forecast", *words])
        self._capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        printed = self._capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    def files(self) -> list[str]:
        """Every file below the folder."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())

    def copy_tiny(self, *changes: tuple[str, str], file: str = "plan.toml") -> None:
        """Copy the tiny plan into the folder, with texts of one of its files replaced."""
        shutil.copytree(TINY, self.folder / "tiny")
        path = self.folder / "tiny" / file
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
