"""The files of a loan file: all or none, with a manifest of their own, and a run's manifest that stays true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from result_example import example_result

from forecast.errors import InputError, Problem
from forecast.outputs import writing_report
from forecast.outputs.manifest import Inputs, sha256
from forecast.outputs.writing import write_run
from forecast.outputs.writing_report import LOAN_FILE, LoanFile, write_loan_file

if TYPE_CHECKING:
    from pathlib import Path

RESULT = example_result("en")


def write(folder: Path, *, browser: str | None = None, redacted: bool = False) -> None:
    write_loan_file(
        folder, LoanFile(RESULT, redacted), browser=browser, inputs=Inputs(), command=["forecast", "report"]
    )


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing_report, "print_pdf", lambda _, __, pdf: pdf.write_bytes(b"%PDF-1.4"))


@pytest.mark.usefixtures("printed")
def test_without_a_pdf_an_earlier_one_goes(tmp_path: Path) -> None:
    write(tmp_path, browser="chromium")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(LOAN_FILE)
    outputs = json.loads((tmp_path / LOAN_FILE[-1]).read_text(encoding="utf-8"))["outputs"]
    assert outputs == {name: sha256(tmp_path / name) for name in LOAN_FILE[:-1]}
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({*LOAN_FILE} - {"report.pdf"})


def test_a_page_that_cannot_be_printed_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: object) -> None:
        raise InputError(Problem("no", "--pdf"))

    monkeypatch.setattr(writing_report, "print_pdf", fail)
    with pytest.raises(InputError):
        write(tmp_path, browser="chromium", redacted=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_runs_manifest_no_longer_counts_a_page_that_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecast.outputs.writing.write_workbook", lambda path, *_: path.write_bytes(b"xlsx"))
    write_run(tmp_path, RESULT, pd.DataFrame(), inputs=Inputs(), command=["forecast", "run"])

    def counted() -> set[str]:
        return set(json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["outputs"])

    write(tmp_path)
    assert counted() == {"result.json", "scenarios.xlsx", "report.html"}, "the same page is the run's still"
    write(tmp_path, redacted=True)
    assert counted() == {"result.json", "scenarios.xlsx"}
