"""What the documents promise holds: commands run, outputs are real, tables are the code's, links lead somewhere."""

from __future__ import annotations

import doctest
import inspect
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import documents
import pytest
from documents import ROOT

from docs import generate, result_tables
from forecast import Event
from forecast.ledger.columns import OTHERS, READ, REQUIRED
from forecast.plan.reading import load_plan
from forecast.records import Says

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import CommandLine
    from documents import Shown, Story

PAGES = documents.pages()
DOCS = [page for page in PAGES if ROOT / "docs" in page.parents or page.name.startswith(("README", "CHANGELOG"))]
TWINS = [page for page in DOCS if page.name.endswith(documents.CHINESE)]


def named(page: object) -> str | None:
    """A page by its path in the repository."""
    return str(page.relative_to(ROOT)) if isinstance(page, Path) else None


def parts_of_pages(part: Callable[[str], list[str]]) -> list[tuple[str, Path]]:
    """A part of each page that has it, with the page; of pages that have the same one alone."""
    return [
        (text, page)
        for text, page in {"\n".join(part(documents.text_of(page))): page for page in PAGES}.items()
        if text
    ]


@pytest.mark.parametrize(
    ("story", "shown"), documents.stories(PAGES).items(), ids=lambda one: getattr(one, "commands", [""])[0]
)
@pytest.mark.usefixtures("once")
def test_commands_run_and_print_what_is_shown(
    story: Story, shown: list[Shown], tmp_path: Path, forecast: CommandLine
) -> None:
    outputs = story.outputs(tmp_path, shown, forecast)
    assert all(output.strip() for output in outputs.values())
    for one in shown:
        assert one.is_what(outputs[one.command]), f"run python tests/documents.py {named(one.page)}"


def test_a_command_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    shown = documents.shown(ROOT / "docs" / "how-to" / "scenarios.md")
    told = next(one for one in shown if one.command.startswith("forecast whatif data/tiny"))
    story = documents.Story((told.command,))
    assert told.is_what(story.outputs(tmp_path, [told], documents.in_a_process(tmp_path))[told.command])


@pytest.mark.parametrize(("examples", "page"), parts_of_pages(lambda text: documents.fenced(text, "pycon")), ids=named)
def test_python_examples_are_real(examples: str, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failures: list[str] = []
    test = doctest.DocTestParser().get_doctest(examples, {}, page.name, str(page), 0)
    results = doctest.DocTestRunner().run(test, out=failures.append)
    assert results.attempted > 0
    assert not results.failed, "".join(failures)


@pytest.mark.parametrize("page", [page for page in PAGES if documents.plan_parts(documents.text_of(page))], ids=named)
def test_parts_of_a_plan_are_ones_that_it_takes(page: Path, tmp_path: Path) -> None:
    for name in ("plan.toml", "other_flows.csv", "orders.parquet"):
        shutil.copy(ROOT / "data" / "double11" / name, tmp_path)
    (tmp_path / "orders").mkdir()
    plan = (tmp_path / "plan.toml").read_text(encoding="utf-8")
    without_ledger = re.sub(r"^\[ledger\].*?(?=^\[)", "", plan, flags=re.DOTALL | re.MULTILINE)
    for part in documents.plan_parts(documents.text_of(page)):
        rest = without_ledger if part.startswith("[ledger]") else plan
        (tmp_path / "plan.toml").write_text(f"{rest}\n{part}", encoding="utf-8")
        assert load_plan(tmp_path / "plan.toml") != load_plan(ROOT / "data" / "double11" / "plan.toml")


def test_the_tables_of_the_reference_are_those_of_the_code() -> None:
    stale = [named(page) for page, text in generate.pages().items() if documents.text_of(page) != text]
    assert not stale, "run python docs/generate.py"


def test_a_table_that_is_out_of_date_is_made_anew() -> None:
    page = "before\n<!-- generated: plan.language -->\n| old |\n<!-- end -->\nafter\n"
    made = generate.filled(page, "en")
    assert "old" not in made
    assert '| `language` | `"zh"`, `"en"` | – | `"zh"` |' in made
    assert generate.filled(made, "en") == made


@pytest.mark.parametrize(
    ("help_text", "chinese", "english"),
    [("版本 · the version", "版本", "the version"), ("写出文件。Writes files.", "写出文件。", "Writes files.")],
)
def test_help_is_parted_by_language(help_text: str, chinese: str, english: str) -> None:
    assert generate.in_language(help_text, "zh") == chinese
    assert generate.in_language(help_text, "en") == english


def test_a_record_that_recurs_has_its_keys_listed_once() -> None:
    part, cost = Says("a part"), Says("what it costs", "yuan", "fen")
    keys = [
        ("first", "Part", part),
        ("first.cost", "float", cost),
        ("rest[]", "Part", part),
        ("rest[].cost", "float", cost),
    ]
    assert result_tables.rows([*keys, ("days", "int", Says("how long", "days"))]) == {
        "": [
            "| `first` | [Part](#part) | – | – | a part |",
            "| `rest[]` | [Part](#part) | – | – | a part |",
            "| `days` | whole number | days | – | how long |",
        ],
        "Part": ["| `cost` | number | yuan | fen | what it costs |"],
    }


@pytest.mark.parametrize("name", ["ledger.md", "ledger.zh-CN.md"])
def test_every_column_of_the_ledger_is_documented(name: str) -> None:
    rows = re.findall(
        r"^\| (`[a-z_`、, ]+`) \| (yes|是|) ?\|", documents.text_of(generate.REFERENCE / name), re.MULTILINE
    )
    columns = {column: bool(required) for cell, required in rows for column in re.findall(r"\w+", cell)}
    assert columns == {column: column in REQUIRED for column in (*READ, *OTHERS)}


@pytest.mark.parametrize("name", ["commands.md", "commands.zh-CN.md"])
def test_every_exit_code_is_documented(name: str) -> None:
    text = documents.text_of(generate.REFERENCE / name)
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == ["0", "2", "3", "130", "143", "129", "141", "1"]


@pytest.mark.parametrize("name", ["python.md", "python.zh-CN.md"])
def test_an_event_is_documented_with_its_fields_in_their_order(name: str) -> None:
    text = documents.text_of(ROOT / "docs" / "how-to" / name)
    assert f"| `Event({', '.join(inspect.signature(Event).parameters)})` |" in text


@pytest.mark.parametrize("page", TWINS, ids=named)
def test_twins_have_the_same_parts_and_show_the_same(page: Path) -> None:
    chinese, english = documents.text_of(page), documents.text_of(documents.twin(page))
    for language in ("sh", "pycon"):
        assert documents.fenced(chinese, language) == documents.fenced(english, language)
    assert in_any_language(documents.commands(chinese)) == in_any_language(documents.commands(english))


def in_any_language(commands: list[str]) -> list[str]:
    """Commands without the language that they ask for."""
    return list(dict.fromkeys(re.sub(r" --language (en|zh)", "", command) for command in commands))


def test_every_document_is_listed_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link).resolve() for link in documents.links(documents.text_of(index))}
    assert not [named(page) for page in (ROOT / "docs").rglob("*.md") if page != index and page not in listed]


def test_every_measured_block_names_a_benchmark() -> None:
    text = documents.text_of(ROOT / "docs" / "accuracy.md")
    asked = [line.split()[1:] for block in documents.fenced(text, "sh") for line in block.splitlines()]
    files = [words[1].replace(".", "/") + ".py" if words[0] == "-m" else words[0] for words in asked]
    assert files == re.findall(r"<!-- measured: (\S+) -->\n```text\n", text)
    assert all((ROOT / file).exists() for file in files)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for link in documents.links(documents.text_of(page)):
        if "://" not in link:
            file, _, anchor = link.partition("#")
            target = (page.parent / file).resolve() if file else page
            assert target.exists(), link
            assert not anchor or anchor in documents.anchors(documents.text_of(target)), link


def test_the_anchors_of_headings_are_those_of_the_repository() -> None:
    text = "# `[scenarios.NAME]`\n## 多一元、快一天值多少\n### Time\n### Time\n```sh\n# no heading\n```\n"
    assert documents.anchors(text) == {"scenariosname", "多一元快一天值多少", "time", "time-1"}


def test_figures_are_compared_with_a_tolerance_and_words_and_days_exactly() -> None:
    assert documents.alike("gap  1,234.5 万元 on 2026-11-11", "gap 1,234.6 万元 on 2026-11-11")
    assert not documents.alike("gap 1,234.5 on 2026-11-11", "gap 1,334.5 on 2026-11-11")
    assert not documents.alike("gap 1,234.5 on 2026-11-11", "gap 1,234.5 on 2026-11-12")
    assert not documents.alike("gap 1,234.5 yuan", "buffer 1,234.5 yuan")
