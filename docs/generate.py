"""Writes the tables of ``docs/reference`` from the code, between ``<!-- generated: NAME -->`` and ``<!-- end -->``.

``python docs/generate.py`` brings the pages up to date; with ``--check`` it writes nothing and ends with 1 where one
is not.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer
from typer.core import TyperOption

if __package__ in {None, ""}:  # run as a script: the tables and the package stand below the folder above
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs import plan_tables, result_tables
from forecast.cli import app
from forecast.notes import WARNINGS
from forecast.results.backtest import BacktestResult
from forecast.results.drill import DrillResult
from forecast.results.monitor import MonitorResult
from forecast.results.playbook import PlaybookResult
from forecast.results.review import ReviewResult
from forecast.results.run import Result
from forecast.results.stress import StressResult
from forecast.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Language = Literal["en", "zh"]

REFERENCE = Path(__file__).resolve().parent / "reference"

_BLOCK = re.compile(r"(?P<head><!-- generated: (?P<name>\S+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)

HEADS: dict[str, dict[Language, tuple[str, ...]]] = {
    "plan": {
        "en": ("key", "type and range", "unit", "default", "meaning"),
        "zh": ("键", "类型与范围", "单位", "缺省", "含义"),
    },
    "facilities": {
        "en": ("key", "type and range", "unit", "default", "kinds", "meaning"),
        "zh": ("键", "类型与范围", "单位", "缺省", "适用种类", "含义"),
    },
    "kinds": {
        "en": ("kind", "name", "its own keys", "required"),
        "zh": ("kind", "名称", "自有的键", "必填"),
    },
    "reasons": {"en": ("reason", "meaning"), "zh": ("代码", "含义")},
    "unmatched": {"en": ("reason", "meaning"), "zh": ("代码", "含义")},
    "notes": {"en": ("code", "level", "text"), "zh": ("代码", "级别", "文字")},
    "result": {"en": ("key", "type", "unit", "rounded to", "meaning"), "zh": ("键", "类型", "单位", "舍入", "含义")},
    "options": {"en": ("option", "default", "meaning"), "zh": ("选项", "缺省", "含义")},
}
"""The heads of the tables."""

RESULTS = {
    "run": Result,
    "backtest": BacktestResult,
    "review": ReviewResult,
    "stress": StressResult,
    "monitor": MonitorResult,
    "playbook": PlaybookResult,
    "drill": DrillResult,
}
"""The results whose keys are listed, by the command that writes them."""


def pages() -> dict[Path, str]:
    """Every page of the reference with its tables as the code has them now."""
    return {
        path: filled(path.read_text(encoding="utf-8"), language_of(path)) for path in sorted(REFERENCE.glob("*.md"))
    }


def language_of(path: Path) -> Language:
    """The language of a page, told by its name."""
    return "zh" if path.name.endswith(".zh-CN.md") else "en"


def filled(text: str, language: Language) -> str:
    """A page with each of its blocks made anew."""
    return _BLOCK.sub(lambda found: f"{found['head']}\n{block(found['name'], language)}\n\n{found['end']}", text)


def block(name: str, language: Language) -> str:
    """The Markdown of one block: a table, or for ``commands`` and ``result.COMMAND`` some with headings.

    Raises:
        KeyError: there is no such block, section of a plan, or command that writes a result.
    """
    kind, _, section = name.partition(".")
    if kind == "commands":
        return "\n\n".join(_commands(language))
    if kind == "result":
        return "\n\n".join(_result(RESULTS[section], language))
    rows = {
        "plan": lambda: plan_tables.rows(section, language),
        "facilities": lambda: plan_tables.rows("facilities", language),
        "kinds": lambda: plan_tables.kind_rows(language),
        "reasons": lambda: plan_tables.reason_rows(language),
        "unmatched": lambda: plan_tables.unmatched_rows(language),
        "notes": lambda: _note_rows(language),
    }[kind]()
    return table(HEADS[kind][language], rows)


def table(head: Iterable[str], rows: Iterable[str]) -> str:
    """A Markdown table of finished rows."""
    cells = tuple(head)
    return "\n".join([row(cells), "|" + "---|" * len(cells), *rows])


def row(cells: Iterable[str]) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def _note_rows(language: Language) -> list[str]:
    """A row a code, warnings first, each with the word for its level."""
    texts, rows = catalogue(language), []
    codes = [key.removeprefix("notes.") for key in texts if key.startswith("notes.")]
    for code in sorted(codes, key=lambda code: code not in WARNINGS):
        level = texts["words.level_warning" if code in WARNINGS else "words.level_info"]
        rows.append(row((f"`{code}`", level, texts[f"notes.{code}"])))
    return rows


def _commands(language: Language) -> Iterator[str]:
    for name, command in typer.main.get_group(app).commands.items():
        context = typer.Context(command)
        arguments = [one.metavar or "" for one in command.params if one.param_type_name == "argument"]
        yield f"## `{' '.join(['forecast', name, *arguments])}`"
        yield in_language((command.help or "").partition("\n")[0], language)
        options = [one for one in command.params if isinstance(one, TyperOption)]
        rows = [_option_row(option, context, language) for option in options]
        yield table(HEADS["options"][language], rows)


def _option_row(option: TyperOption, context: typer.Context, language: Language) -> str:
    required, none, _ = plan_tables.WORDS[language]
    usage, _ = option.get_help_record(context) or ("", "")
    usage = usage.replace("<int range>", "N").replace("|", "\\|")
    default = (
        required if option.required else none if option.is_flag or option.default is None else f"`{option.default}`"
    )
    return row((f"`{usage}`", default, in_language(option.help or "", language).replace("<", "&lt;")))


def _result(result: type, language: Language) -> Iterator[str]:
    for name, rows in result_tables.tables(result).items():
        if name:
            yield f"### {name}"
        yield table(HEADS["result"][language], rows)


def in_language(help_text: str, language: Language) -> str:
    """The part of a help text in one language: Chinese stands before English, parted by a dot or by a full stop."""
    chinese, english = re.split(r" ?· |(?<=。)(?=[A-Z])", help_text, maxsplit=1)
    return chinese if language == "zh" else english


if __name__ == "__main__":
    stale = {path: text for path, text in pages().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        sys.stdout.write(f"{path}\n")
        if sys.argv[1:] != ["--check"]:
            path.write_text(text, encoding="utf-8")
    raise SystemExit(bool(stale) and sys.argv[1:] == ["--check"])
