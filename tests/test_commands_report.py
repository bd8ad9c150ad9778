"""forecast report: the loan file alone, from the first page on."""

from __future__ import annotations

import html
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


EVIL = "</script><img src=x onerror=alert(1)>"
"""With what follows it as long as a name may be."""


def test_hostile_names_of_plan_flows_and_ledger_arrive_as_text(forecast: CommandLine) -> None:
    forecast.copy_tiny(
        ('name = "Tiny Shop"', f"name = '=HYPERLINK(\"http://x\") {EVIL}'"),
        ('label = "JD Baitiao"', f'label = "{EVIL}{"W" * 60}"'),
        ('label = "No new orders"', f'label = "{EVIL}{"W" * 900}"'),
        ('clearing = "jd_pay"', f'clearing = "{EVIL}{"c" * 60}"'),
    )
    folder = forecast.folder / "tiny"
    flows, orders = folder / "other_flows.csv", folder / "orders.csv"
    with flows.open("a", encoding="utf-8") as file:
        file.write(f'2026-06-09,-100,"=HYPERLINK(""x"")","{EVIL}"\n2026-06-10,-120,{EVIL},=1+1\n')
    head, *rows = orders.read_text(encoding="utf-8").splitlines()
    told = [f"{row},=cmd|' /C calc'!A0 {EVIL * 1_100}" for row in rows]
    orders.write_text("\n".join([f"{head},sku", *told]) + "\n", encoding="utf-8")
    done = forecast("report", "tiny/plan.toml", "--paths", "20", "--out", "out", "--language", "en")
    assert done.code == 0, done.err
    page = (forecast.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert EVIL not in page
    assert html.escape(EVIL) in page
    assert page.count("</script>") == 2, "the library's and the page's own"
    assert "W" * 100 not in page, "a long name is cut"
    assert "W…" in page


def test_a_name_of_forty_thousand_letters_is_refused_in_words(forecast: CommandLine) -> None:
    forecast.copy_tiny(('name = "Tiny Shop"', f'name = "{"N" * 40_000}"'))
    done = forecast("report", "tiny/plan.toml", "--out", "out", "--language", "en")
    assert done.code == 2
    assert "merchant.name: has 40000 letters; write at most 100" in done.err
