"""The catalogues of texts: complete, equal in both languages, and with a text for every note of the package."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from forecast.notes import Note, note_text
from forecast.plan.facilities import KINDS, TERMS
from forecast.texts import LANGUAGES, Texts, catalogue

PACKAGE = Path(__file__).resolve().parents[1] / "forecast"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def notes_in_the_package() -> list[tuple[str, str, set[str] | None]]:
    """Where, the code, and the names of the values (None where they are not written out) of each ``Note(…)``."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Note"):
                continue
            code = node.args[0]
            if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
                continue
            names: set[str] | None = set()
            for values in node.args[2:]:
                keys = values.keys if isinstance(values, ast.Dict) else [None]
                own = {str(key.value) for key in keys if isinstance(key, ast.Constant)} if None not in keys else None
                names = None if own is None or names is None else names | own
            found.append((f"{path.relative_to(PACKAGE)}:{node.lineno}", code.value, names))
    return found


def test_both_catalogues_have_the_same_keys_and_the_same_fields() -> None:
    chinese, english = (catalogue(language) for language in ("zh", "en"))
    assert list(chinese) == list(english)
    assert {key for key in chinese if fields(chinese[key]) != fields(english[key])} == set()
    assert [key for language in LANGUAGES for key, text in catalogue(language).items() if not text.strip(" ")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_of_the_package_has_a_text_whose_fields_it_fills(language: str) -> None:
    texts = catalogue(language)
    found = notes_in_the_package()
    assert [(place, code) for place, code, _ in found if f"notes.{code}" not in texts] == []
    unfilled = [
        (place, code, fields(texts[f"notes.{code}"]) - names)
        for place, code, names in found
        if names is not None and fields(texts[f"notes.{code}"]) - names
    ]
    assert unfilled == []


def test_every_text_of_a_note_has_a_code_that_the_package_writes() -> None:
    written = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    codes = {key.removeprefix("notes.") for key in catalogue("en") if key.startswith("notes.")}
    made_up = ("sales_model_", "event_")  # the reason stands behind them
    assert {code for code in codes - written if not code.startswith(made_up)} == set()


def test_every_sentence_of_a_problem_is_in_the_catalogue_and_gets_its_fields() -> None:
    texts, wrong, used = catalogue("en"), [], set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said"):
                continue
            key = str(node.args[0].value) if isinstance(node.args[0], ast.Constant) else None
            given = {keyword.arg for keyword in node.keywords}
            used.add(f"problems.{key}")
            if key and None not in given and fields(texts.get(f"problems.{key}", "{no_text}")) != given:
                wrong.append((f"{path.relative_to(PACKAGE)}:{node.lineno}", key))
    assert wrong == []
    assert used & set(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_term_of_a_facility_has_a_name(language: str) -> None:
    names = [*(f"terms.{term}" for term in TERMS if term not in {"name", "kind"}), *(f"kinds.{kind}" for kind in KINDS)]
    assert [name for name in names if name not in catalogue(language)] == []


def test_a_note_says_its_values_in_the_language() -> None:
    note = Note("few_orders", "channels.card", {"orders": 12})
    assert "12 笔订单" in note_text(note, "zh")
    assert "only 12 orders" in note_text(note, "en")


def test_an_unknown_code_and_a_missing_value_raise() -> None:
    with pytest.raises(KeyError):
        note_text(Note("no_such_note"), "zh")
    with pytest.raises(KeyError):
        note_text(Note("few_orders"), "zh")


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'fr'; there are zh, en"):
        Texts("fr")


def test_names_that_a_user_makes_up_stand_for_themselves() -> None:
    texts = Texts("zh")
    assert texts.or_else("categories.stock", "stock") == "备货采购"
    assert texts.or_else("categories.samples", "samples") == "samples"
