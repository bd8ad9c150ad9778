"""Files that are no plan: what they are, and how to save one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.plan.reading import load_plan
from forecast.plan.toml_file import LARGEST_PLAN, language_of, text_of

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = 'language = "en"\n[merchant]\nname = "店"\n'


def told(folder: Path, content: bytes, name: str = "plan.toml") -> InputError:
    file = folder / name
    file.write_bytes(content)
    with pytest.raises(InputError) as raised:
        load_plan(file)
    return raised.value


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"PK\x03\x04 and so on", "is an Excel workbook or a zip archive, not a plan", "Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0", "is an Excel workbook or a zip archive, not a plan", "Excel 工作簿"),
        (b"PAR1", "is a Parquet file, not a plan", "Parquet"),
        (ENGLISH.encode("utf-16"), "is text in UTF-16 (Unicode); save the plan as UTF-8", "另存为 UTF-8"),
        (ENGLISH.encode("utf-16-be"), "is text in UTF-16 (Unicode); save the plan as UTF-8", "另存为 UTF-8"),
        (b"#" * (LARGEST_PLAN + 1), "is larger than 4 MB and no plan", "不是计划"),
    ],
)
def test_a_file_that_is_no_plan_is_told_by_what_it_is(
    tmp_path: Path, content: bytes, english: str, chinese: str
) -> None:
    problem = told(tmp_path, content).problems[0]
    assert problem.text("en").startswith(f"{tmp_path}/plan.toml: {english}")
    assert chinese in problem.text("zh")


def test_a_plan_in_gb18030_is_told_where_and_how_to_save_it(tmp_path: Path) -> None:
    error = told(tmp_path, ENGLISH.encode("gb18030"))
    assert str(error).endswith(
        "3:9: is not UTF-8 here (byte 0xb5); save the plan as UTF-8 (Notepad: Save As, Encoding: UTF-8)"
    )
    assert error.language == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('language = "en"\nas_of = 2026/1/1', "en"),
        ("language ＝ “en”", "en"),
        ("[plan]\nas_of = 2026/1/1", "zh"),
        ('language = "fr"', "zh"),
    ],
)
def test_the_language_is_known_of_a_text_that_is_no_toml(tmp_path: Path, text: str, language: str) -> None:
    assert language_of(text) == language
    assert told(tmp_path, text.encode()).language == language


def test_a_language_given_goes_before_the_plan_s(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text('language = "zh"\nas_of = 1/2', encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_plan(tmp_path / "plan.toml", language="en")
    assert raised.value.language == "en"
    with pytest.raises(InputError) as raised:
        load_plan(tmp_path / "none.toml")
    assert raised.value.language is None, "nobody knows it"


def test_any_line_end_is_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert text_of(tmp_path / "plan.toml") == "a\nb\nc\n"


def test_a_plan_beside_of_nearly_the_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").touch()
    with pytest.raises(InputError, match=r"there is no such file; write \".*plan\.toml\""):
        load_plan(tmp_path / "plan.tml")
