"""forecast report: the loan file alone, from the first page on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forecast.outputs import printing, writing_report
from forecast.outputs.writing_report import LOAN_FILE

if TYPE_CHECKING:
    from command_line import CommandLine

pytestmark = pytest.mark.usefixtures("once")


def test_it_writes_the_page_alone_and_prints_the_request(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    done = forecast("report", "tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    assert done.code == 0
    assert "\nSum asked for: " in f"\n{done.out}"
    assert done.out.rstrip().endswith("out/report.html")
    assert sorted(path.name for path in (forecast.folder / "out").iterdir()) == ["report.html", "report.manifest.json"]
    page = (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "orders.csv" in page, "the files that were read stand in it by name and hash"


def test_with_redact_neither_page_nor_terminal_names_the_merchant(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(writing_report, "print_pdf", lambda _, __, pdf: pdf.write_bytes(b"%PDF-1.4"))
    monkeypatch.setattr(printing, "browser", lambda: "chromium")
    shown = forecast("report", "tiny/plan.toml", "--paths", "20", "--out", "out", "--redact", "--pdf", "--json")
    assert sorted(path.name for path in (forecast.folder / "out").iterdir()) == sorted(LOAN_FILE)
    page = (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    plan = (forecast.folder / "tiny" / "plan.toml").read_text(encoding="utf-8")
    merchant = plan.partition('name = "')[2].partition('"')[0]
    assert merchant
    assert merchant not in page
    assert json.loads(shown.out)["currency"] in {"index", "指数点"}
    assert merchant not in shown.out
    assert "orders.csv" not in page


def test_without_a_browser_it_says_so_before_any_work(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(printing, "BROWSERS", ("no-such-browser",))
    done = forecast("report", "tiny/plan.toml", "--pdf", "--out", "out", "--language", "en")
    assert (done.code, done.out) == (2, "")
    assert "--pdf: finds no browser to print with; install Chromium" in done.err
    assert "reading the ledger" not in done.err
