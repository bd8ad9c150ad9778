"""What the READMEs show as commands, outputs and examples; ``python tests/readme_text.py`` writes the outputs anew."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}

OUTPUT = re.compile(r"(?P<head><!-- output: (?P<command>.+?) -->\n```text\n)(?P<body>.*?)(?P<end>```)", re.DOTALL)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def fenced(text: str, language: str) -> list[str]:
    """The bodies of the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def forecast_commands(text: str) -> list[str]:
    """The commands of ``forecast`` in the console blocks, in order, those after ``&&`` included."""
    lines = [line.removeprefix("$ ") for block in fenced(text, "console") for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [part for part in parts if part.startswith("forecast ")]


def outputs(text: str) -> dict[str, str]:
    """What the README says that commands print, by command."""
    return {found["command"]: found["body"] for found in OUTPUT.finditer(text)}


def printed(command: str, folder: Path) -> str:
    """What a command of ``forecast`` prints on standard output in a folder, the repository's data beside it."""
    if not (folder / "data").exists():
        (folder / "data").symlink_to(ROOT / "data")
    words = [sys.executable, "-m", *shlex.split(command)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stderr}"
    return done.stdout


def alike(written: str, new: str, tolerance: float = 0.01) -> bool:
    """Whether two outputs say the same: words and days equal, figures within a tolerance, blanks not looked at.

    The run is seeded, but another processor's rounding may move the last digit of a figure.
    """
    if _words(written) != _words(new):
        return False
    pairs = zip(_figures(written), _figures(new), strict=True)
    return all(abs(one - other) <= max(tolerance * abs(other), 0.11) for one, other in pairs)


def _words(text: str) -> list[str]:
    return FIGURE.sub("#", DAY.sub(lambda day: "day" + "".join(chr(ord(c) + 49) for c in day[0]), text)).split()


def _figures(text: str) -> list[float]:
    return [float(figure.replace(",", "")) for figure in FIGURE.findall(DAY.sub("", text))]


def update(path: Path) -> None:
    """Run the commands whose output a README shows, and write what they print."""
    text = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        new = OUTPUT.sub(lambda found: found["head"] + printed(found["command"], Path(folder)) + found["end"], text)
    path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    for readme in READMES.values():
        update(readme)
