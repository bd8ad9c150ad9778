"""A command of the user's has each alert on its standard input; whatever becomes of it is told."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.watch import handing
from forecast.watch.handing import Handing

if TYPE_CHECKING:
    from pathlib import Path


def python(code: str) -> Handing:
    return Handing.of(f"{shlex.quote(sys.executable)} -S -c {shlex.quote(code)}")


def test_the_line_is_the_commands_standard_input(tmp_path: Path) -> None:
    code = f"import sys; open({str(tmp_path / 'taken')!r}, 'w').write(sys.stdin.read())"
    begun = tmp_path / "begun"
    assert python(code).hand('{"id": "红"}', begun.touch) is None
    assert (tmp_path / "taken").read_text(encoding="utf-8") == '{"id": "红"}\n'
    assert begun.exists()


def test_a_command_that_fails_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(python("raise SystemExit(4)").hand("{}")) == "it ended with code 4"
    monkeypatch.setattr(handing, "PATIENCE", 0.05)
    assert "had not ended after 0.05 seconds" in str(python("import time; time.sleep(9)").hand("{}"))
    assert "cannot be run" in str(Handing(("/",)).hand("{}"))


@pytest.mark.parametrize(
    ("text", "said"), [("'open", "is no command"), ("", "is no program"), ("no-such-program -x", "is no program")]
)
def test_what_is_no_command_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        Handing.of(text)
    assert error.value.problems[0].key == "--exec"
