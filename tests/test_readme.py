"""The README and its Chinese twin: a first screen, every command in a table, no longer than a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import documents
import pytest
import typer
from documents import ROOT

from forecast.cli import app

if TYPE_CHECKING:
    from pathlib import Path

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
COMMANDS = typer.main.get_group(app).commands
MOST_BYTES = 12 * 1024


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_first_screen_has_one_sentence_and_the_two_commands(readme: Path) -> None:
    first_screen = documents.text_of(readme).splitlines()[:12]
    assert [line for line in first_screen if line.startswith("$ ")] == [
        "$ python -m pip install -e . && forecast run data/double11/plan.toml",
        '$ python -m pip install -e ".[test]" && pytest -n auto',
    ]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_it_is_no_longer_than_a_page(readme: Path) -> None:
    assert readme.stat().st_size <= MOST_BYTES, "move what is not needed at once into docs/"


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_table(name: str, readme: Path) -> None:
    assert re.search(rf"\| `forecast {name}[ `]", documents.text_of(readme))


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_it_leads_to_every_document_of_its_language(readme: Path) -> None:
    led_to = {(readme.parent / link.partition("#")[0]).resolve() for link in documents.links(documents.text_of(readme))}
    chinese = readme.name.endswith(documents.CHINESE)
    there = [path for path in (ROOT / "docs").rglob("*.md") if path.name.endswith(documents.CHINESE) == chinese]
    assert not [path for path in there if path not in led_to and path.name not in {"README.md", "result.md"}]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert "Example: forecast" in command.help
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"
