"""What the READMEs promise holds: commands run, outputs and examples are real, every key and reason is documented."""

from __future__ import annotations

import doctest
import inspect
import re
from typing import TYPE_CHECKING

import plan_reference
import pytest
import readme_text
import typer
from readme_text import READMES, ROOT

from forecast import Event
from forecast.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
COMMANDS = typer.main.get_group(app).commands


def readme(language: Language) -> str:
    return READMES[language].read_text(encoding="utf-8")


def shown_outputs() -> list[tuple[Language, str]]:
    return [(language, command) for language in LANGUAGES for command in readme_text.outputs(readme(language))]


def test_the_first_screen_has_one_sentence_and_the_two_commands() -> None:
    two = [
        "$ python -m pip install -e . && forecast run data/double11/plan.toml",
        '$ python -m pip install -e ".[test]" && pytest -n auto',
    ]
    for language in LANGUAGES:
        first_screen = readme(language).splitlines()[:12]
        assert [line for line in first_screen if line.startswith("$ ")] == two


@pytest.mark.parametrize(("language", "command"), shown_outputs())
def test_an_output_in_the_readme_is_what_the_command_prints(language: Language, command: str, tmp_path: Path) -> None:
    written = readme_text.outputs(readme(language))[command]
    assert readme_text.alike(written, readme_text.printed(command, tmp_path)), "run python tests/readme_text.py"


def test_every_command_of_the_readme_runs(tmp_path: Path) -> None:
    shown = {command for _, command in shown_outputs()}
    for command in readme_text.forecast_commands(readme("en")):
        if command not in shown:
            assert readme_text.printed(command, tmp_path).strip(), command


def test_both_readmes_show_the_same_commands() -> None:
    assert readme_text.forecast_commands(readme("en")) == readme_text.forecast_commands(readme("zh"))
    assert readme_text.fenced(readme("en"), "sh") == readme_text.fenced(readme("zh"), "sh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_python_examples_are_real(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = "\n".join(readme_text.fenced(readme(language), "pycon"))
    examples = doctest.DocTestParser().get_doctest(text, {}, READMES[language].name, str(READMES[language]), 0)
    failures: list[str] = []
    results = doctest.DocTestRunner().run(examples, out=failures.append)
    assert results.attempted > 0
    assert not results.failed, "".join(failures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_is_documented_with_its_fields_in_their_order(language: Language) -> None:
    assert f"| `Event({', '.join(inspect.signature(Event).parameters)})` |" in readme(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_is_documented(language: Language) -> None:
    text = readme(language)
    for name, command in COMMANDS.items():
        assert f"| `forecast {name} " in text, name
        for parameter in command.params:
            options = [option for option in parameter.opts if option.startswith("--")]
            assert all(option in text for option in options), (name, options)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert "Example: forecast" in command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", sorted(plan_reference.SECTIONS))
def test_every_key_of_a_plan_is_documented_as_the_reader_checks_it(section: str, language: Language) -> None:
    text = readme(language)
    missing = [row for row in plan_reference.rows(section, language) if row not in text]
    assert not missing, "\n".join(["rows to put into the README:", *missing])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_facility_and_every_reason_is_documented(language: Language) -> None:
    text = readme(language)
    wanted = [*plan_reference.kind_rows(language), *plan_reference.reason_rows(language)]
    missing = [row for row in wanted if row not in text]
    assert not missing, "\n".join(["rows to put into the README:", *missing])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exit_code_is_documented(language: Language) -> None:
    codes = re.findall(r"^\| (\d) \|", readme(language), re.MULTILINE)
    assert codes == ["0", "2", "3", "1"]


@pytest.mark.parametrize("path", [*READMES.values(), ROOT / "forecast" / "README.md", ROOT / "reports" / "README.md"])
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif "://" not in target:
            assert (path.parent / target).exists(), target


def test_figures_are_compared_with_a_tolerance_and_words_and_days_exactly() -> None:
    assert readme_text.alike("gap  1,234.5 万元 on 2026-11-11", "gap 1,234.6 万元 on 2026-11-11")
    assert not readme_text.alike("gap 1,234.5 on 2026-11-11", "gap 1,334.5 on 2026-11-11")
    assert not readme_text.alike("gap 1,234.5 on 2026-11-11", "gap 1,234.5 on 2026-11-12")
    assert not readme_text.alike("gap 1,234.5 yuan", "buffer 1,234.5 yuan")
