"""What the documents show: commands, files, outputs, links; ``python tests/documents.py`` writes the outputs anew.

Marks in a page, invisible where it is read: ``<!-- output: COMMAND -->`` before what a command prints,
``<!-- output, the end: COMMAND -->`` before its last lines, ``<!-- file: PATH -->`` before a file that they read. A
command on a plan of ``data/`` stands for itself; the others of a page, those that make a plan from files there among
them, run in their order in one folder.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from command_line import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
CHINESE = ".zh-CN.md"

FEW_PATHS = 150
"""The sample paths of a command of which no page shows the output; as many as tutorials draw on the same plan."""

_OUTPUT = re.compile(
    r"(?P<head><!-- output(?P<end_only>, the end)?: (?P<command>.+?) -->\n```text\n)(?P<body>.*?)(?P<tail>```)",
    re.DOTALL,
)
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_DRAWS_PATHS = ("run", "whatif", "finance", "backtest", "stress")
_NEEDS_ACTION = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """An output as a page shows it: all that a command prints, or its last lines alone."""

    page: Path
    command: str
    body: str
    end_only: bool

    def is_what(self, output: str) -> bool:
        """Whether a command's output is what the page shows of it."""
        return alike(self.body, _last_lines(output, self.body) if self.end_only else output)


@dataclass(frozen=True, slots=True)
class Story:
    """Commands that run one after another in a folder of their own, and the files there."""

    commands: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()

    def outputs(self, folder: Path, shown: Sequence[Shown], run: Callable[..., Outcome]) -> dict[str, str]:
        """What the commands print; those that are not ``shown`` draw few paths. ``run`` runs one in the folder."""
        (folder / "data").symlink_to(ROOT / "data")
        for name, body in self.files:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(body, encoding="utf-8")
        wanted = {one.command for one in shown}
        return {command: _printed(command, run, few=command not in wanted) for command in self.commands}


def pages() -> list[Path]:
    """Every Markdown file of the repository."""
    below = [
        path for folder in ("benchmarks", "data", "docs", "forecast", "tests") for path in (ROOT / folder).rglob("*.md")
    ]
    return sorted([*ROOT.glob("*.md"), *below, ROOT / "reports" / "README.md"])


def text_of(page: Path) -> str:
    """What stands on a page."""
    return page.read_text(encoding="utf-8")


def twin(page: Path) -> Path:
    """The page's Chinese twin; of a Chinese page its English one."""
    if page.name.endswith(CHINESE):
        return page.with_name(page.name.removesuffix(CHINESE) + ".md")
    return page.with_name(page.name.removesuffix(".md") + CHINESE)


def fenced(text: str, language: str) -> list[str]:
    """The bodies of the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def plan_parts(text: str) -> list[str]:
    """The parts of a plan that a page shows: its TOML blocks that are no files."""
    return fenced(_FILE.sub("", text), "toml")


def commands(text: str) -> list[str]:
    """The commands of ``forecast`` in console blocks, those after ``&&`` included, then those above outputs."""
    lines = [line.removeprefix("$ ") for block in fenced(text, "console") for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    asked = [part for part in parts if part.startswith("forecast ")]
    return list(dict.fromkeys([*asked, *(found["command"] for found in _OUTPUT.finditer(text))]))


def shown(page: Path) -> list[Shown]:
    """The outputs that a page shows."""
    return [
        Shown(page, found["command"], found["body"], found["end_only"] is not None)
        for found in _OUTPUT.finditer(text_of(page))
    ]


def stories(of: Sequence[Path]) -> dict[Story, list[Shown]]:
    """All that pages let ``forecast`` do, each command once, and the outputs that they show of it."""
    found: dict[Story, list[Shown]] = {}
    for page in of:
        text = text_of(page)
        together = [command for command in commands(text) if " data/" not in command or " --from data/" in command]
        told = [Story(tuple(together), tuple(_FILE.findall(text)))] if together else []
        for story in [*told, *(Story((command,)) for command in commands(text) if command not in together)]:
            found.setdefault(story, []).extend(one for one in shown(page) if one.command in story.commands)
    return found


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the repository's pages make them."""
    found: set[str] = set()
    for line in re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).splitlines():
        if line.startswith("#"):
            anchor = re.sub(r"[^\w\- ]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
            again = next(n for n in range(1000) if (f"{anchor}-{n}" if n else anchor) not in found)
            found.add(f"{anchor}-{again}" if again else anchor)
    return found


def links(text: str) -> list[str]:
    """Where a page's links lead, code left out."""
    return _LINK.findall(_CODE.sub("", text))


def alike(written: str, new: str, tolerance: float = 0.01) -> bool:
    """Whether two outputs say the same: words and days equal, figures within a tolerance, blanks not looked at.

    The run is seeded, but another processor's rounding may move the last digit of a figure.
    """
    if _words(written) != _words(new):
        return False
    pairs = zip(_figures(written), _figures(new), strict=True)
    return all(abs(one - other) <= max(tolerance * abs(other), 0.11) for one, other in pairs)


def update(of: Sequence[Path]) -> None:
    """Run the commands whose output pages show, and write what they print."""
    made: dict[tuple[Path, str], str] = {}
    for story, outputs in stories(of).items():
        if outputs:
            with tempfile.TemporaryDirectory() as folder:
                printed = story.outputs(Path(folder), outputs, in_a_process(Path(folder)))
            made |= {(one.page, one.command): printed[one.command] for one in outputs}
    for page in {page for page, _ in made}:
        page.write_text(_OUTPUT.sub(partial(_anew, made, page), text_of(page)), encoding="utf-8")


def _anew(made: Mapping[tuple[Path, str], str], page: Path, found: re.Match[str]) -> str:
    """An output as a page shows it, with what its command prints now."""
    output = made[page, found["command"]]
    return f"{found['head']}{_last_lines(output, found['body']) if found['end_only'] else output}{found['tail']}"


def _last_lines(output: str, body: str) -> str:
    return "".join(output.splitlines(keepends=True)[-max(1, body.count("\n")) :])


def in_a_process(folder: Path) -> Callable[..., Outcome]:
    """Runs commands in a folder as a user does, each in a process of its own."""

    def run(*words: str) -> Outcome:
        asked = [sys.executable, "-m", "forecast", *words]
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


def _printed(command: str, run: Callable[..., Outcome], *, few: bool) -> str:
    """What a command prints on standard output."""
    words = shlex.split(command)[1:]
    if few and "--paths" not in words and words[0] in _DRAWS_PATHS:
        words += ["--paths", str(FEW_PATHS)]
    done = run(*words)
    assert done.code in {0, _NEEDS_ACTION}, f"{command}: exit code {done.code}\n{done.err}"
    return done.out


def _words(text: str) -> list[str]:
    return _FIGURE.sub("#", _DAY.sub(lambda day: "day" + "".join(chr(ord(c) + 49) for c in day[0]), text)).split()


def _figures(text: str) -> list[float]:
    return [float(figure.replace(",", "")) for figure in _FIGURE.findall(_DAY.sub("", text))]


if __name__ == "__main__":
    update([Path(name).resolve() for name in sys.argv[1:]] or pages())
