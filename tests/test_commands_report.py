"""forecast report: the loan file alone, from the first page on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forecast.outputs import printing, writing_report
from forecast.outputs.writing_report import LOAN_FILE
from forecast.plausibility import size
from forecast.studies.stress import study
from forecast.texts import Texts

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
    assert '"heatmap"' in page, "the stress test stands in it without names"
    for name in ("baitiao", "wechat", "Baitiao", "WeChat", "jd_pay", "tenpay"):
        assert name not in page.split("<script>")[0]


def test_without_a_browser_it_says_so_before_any_work(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(printing, "BROWSERS", ("no-such-browser",))
    done = forecast("report", "tiny/plan.toml", "--pdf", "--out", "out", "--language", "en")
    assert (done.code, done.out) == (2, "")
    assert "--pdf: finds no browser to print with; install Chromium" in done.err
    assert "reading the ledger" not in done.err


def test_it_makes_the_stress_test_that_a_lender_asks_for_unless_it_is_told_not_to(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    words = ("report", "tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    done, title = forecast(*words), Texts("en")("stress.grid")
    page = (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert f"<figcaption>{title}" in page
    assert '"heatmap"' in page
    assert "stress test: 1/" in done.err
    assert Texts("en")("stress.reverse") in page
    done = forecast(*words, "--no-stress")
    page = (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert f"<figcaption>{title}" not in page
    assert "forecast report adds the heat map" in page
    assert "run it again without --no-stress to add one, or forecast stress" in done.err
    assert "stress test: 1/" not in done.err


def test_a_stress_test_that_lies_in_the_folder_is_taken_and_not_made_again(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    words = ("tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    forecast("stress", *words)
    monkeypatch.setattr(study, "stressed_for_lender", lambda *_: pytest.fail("it lies there already"))
    done = forecast("report", *words, "--no-stress")
    assert (done.code, "no stress test" in done.err) == (0, False)
    assert '"heatmap"' in (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert forecast("report", *words).code == 0


def test_paths_that_a_stress_test_has_no_room_for_are_told(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(size, "may_stress", lambda _: False)
    done = forecast("report", "tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    assert done.code == 0
    assert "for which 20 paths do not fit into memory" in done.err


def test_a_later_run_takes_the_print_of_an_earlier_page_away_and_says_so(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(writing_report, "print_pdf", lambda _, __, pdf: pdf.write_bytes(b"%PDF-1.4"))
    monkeypatch.setattr(printing, "browser", lambda: "chromium")
    words = ("tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    forecast("report", *words, "--pdf", "--no-stress")
    done = forecast("run", *words)
    assert "report.pdf was the print of an earlier report.html" in done.err.replace('"', "")
    files = {path.name for path in (forecast.folder / "out").iterdir()}
    assert "report.html" in files
    assert not files & {"report.pdf", "report.manifest.json"}
    assert "report.pdf" not in forecast("run", *words).err
