"""Printing a page as PDF: with the browser that is there, and in words where there is none or it fails."""

from __future__ import annotations

import os
import stat
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium_page import program
from nine_scenarios import nine_scenarios
from paper import sheets
from result_example import example_result

from forecast.errors import InputError
from forecast.outputs import printing
from forecast.outputs.pages.report import Beside, report_html
from forecast.outputs.printing import BROWSERS, browser, print_pdf
from forecast.outputs.redaction import redacted
from forecast.pipeline import run
from forecast.plan.reading import load_plan
from forecast.records import rounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.plan.model import Language
    from forecast.results.run import Result

MOST_BLANK = 1 / 3
"""Of a page's height, at its foot; the last page ends where it ends."""

TINY = Path(__file__).parent.parent / "data" / "tiny" / "plan.toml"

PAGE = "<!DOCTYPE html><title>t</title><style>@page { size: A4; }</style><p>Sum asked for"


def fake(folder: Path, script: str) -> str:
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_first_page_of_a_printed_report_answers_what_a_lender_asks(tmp_path: Path) -> None:
    page, pdf = tmp_path / "a page.html", tmp_path / "报告.pdf"
    page.write_text(report_html(example_result("en")), encoding="utf-8")
    print_pdf(program(*BROWSERS), page, pdf)
    read = [program("pdftotext"), "-l", "1", str(pdf), "-"]
    first = subprocess.run(read, capture_output=True, text=True, check=True).stdout.replace("\u00a0", " ")
    answers = [
        *("CNY 3,400", "Mainly Stock", "To be asked for by 2026-11-01", "To 2026-11-27 (40 days)", "CNY 8.29"),
        *("Net receipts of the shop, CNY 51,789 expected", "CNY 20,807", "None in the plan", "1 / "),
    ]
    assert [answer for answer in answers if answer not in first] == []


@cache
def nine(language: Language) -> Result:
    return nine_scenarios(language)


@cache
def tiny(language: Language) -> Result:
    return rounded(run(load_plan(TINY, paths=40, language=language)).result)


@pytest.mark.parametrize(
    ("result", "language", "bare"), [(nine, "zh", False), (nine, "en", True), (tiny, "zh", True), (tiny, "en", False)]
)
@pytest.mark.usefixtures("once")
def test_no_printed_page_but_the_last_is_left_half_empty(
    result: Callable[[Language], Result], language: Language, *, bare: bool, tmp_path: Path
) -> None:
    told, page, pdf = result(language), tmp_path / "report.html", tmp_path / "report.pdf"
    told = rounded(redacted(told)) if bare else told
    page.write_text(report_html(told, Beside(redacted=bare)), encoding="utf-8")
    print_pdf(program(*BROWSERS), page, pdf)
    printed = sheets(pdf, tmp_path / "sheets")
    assert len(printed) > 5
    assert [place for place, one in enumerate(printed[:-1], 1) if one.blank > MOST_BLANK] == []
    assert max(one.right for one in printed) == pytest.approx(1.0, abs=0.01), "nothing too wide shrinks the pages"


def test_the_first_browser_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="install Chromium") as told:
        browser()
    assert "print report.html from any browser" in str(told.value)
    found = fake(tmp_path, "true")
    assert browser() == found


def test_a_browser_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(PAGE, encoding="utf-8")
    with pytest.raises(InputError, match=r"chromium did not print the page \(no display\)"):
        print_pdf(fake(tmp_path, "echo no display >&2; exit 3"), page, pdf)
    with pytest.raises(InputError, match=r"did not print the page \(0\)"):
        print_pdf(fake(tmp_path, "exit 0"), page, pdf)
    with pytest.raises(InputError, match="did not print the page"):
        print_pdf(str(tmp_path / "none"), page, pdf)
    monkeypatch.setattr(printing, "LONGEST", 0.1)
    with pytest.raises(InputError, match="it took longer than"):
        print_pdf(fake(tmp_path, "exec sleep 5"), page, pdf)
    assert not pdf.exists()


def test_the_superuser_prints_without_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(InputError) as told:
        print_pdf(fake(tmp_path, 'echo "$@" >&2; exit 1'), page, pdf)
    assert "--no-sandbox" not in str(told.value)
