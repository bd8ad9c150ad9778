"""report.html: self-contained, safe, complete in both languages, and alive in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium_page import opened
from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.pages.report import Beside, report_html, report_page
from forecast.outputs.readers import read_by_others
from forecast.outputs.tables.sources import FileRead
from forecast.records import plain
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.outputs.pages.page import Card
    from forecast.plan.model import Language
    from forecast.results.financing import FinancingShown

SNAPSHOTS = Path(__file__).parent / "snapshots"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
EVIL = '</script><b onclick="x()">=cmd & Söhne</b>'


class Page(HTMLParser):
    """What a browser would load, and the texts and attributes outside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.language: str | None = None
        self.policy: str | None = None
        self.figures: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the page refers to, and what it says of itself."""
        values = dict(attrs)
        self.tags.add(tag)
        self._script = tag in {"script", "style"}
        self.addresses += [value for name in ("src", "href", "action", "data") if (value := values.get(name))]
        if tag == "html":
            self.language = values.get("lang")
        if tag == "meta" and values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values.get("content")
        if tag == "figure":
            self.figures.append(values)

    def handle_endtag(self, tag: str) -> None:
        """End a script."""
        if tag in {"script", "style"}:
            self._script = False

    def handle_data(self, data: str) -> None:
        """Keep the words between scripts."""
        if not self._script:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All the page's words."""
        return " ".join(self.words)


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    language: Language = request.param
    return language


@pytest.fixture(scope="module")
def html(language: Language) -> str:
    return report_html(example_result(language))


def test_the_page_loads_nothing_and_forbids_loading(html: str) -> None:
    page = Page(html)
    assert page.addresses == ["#content"]
    assert page.policy is not None
    assert page.policy.startswith("default-src 'none'")


def test_the_page_names_its_language_and_every_scenario_channel_and_facility(html: str, language: Language) -> None:
    page, result = Page(html), example_result(language)
    figures = Figures.of(result)
    assert page.language == {"zh": "zh-CN", "en": "en"}[language]
    for scenario in result.scenarios.values():
        assert scenario.label in page.text
    for channel in result.channels.values():
        assert channel.label in page.text
    for facility in result.facilities:
        assert figures.facility(facility.name) in page.text
    for note in read_by_others(result, figures).notes:
        assert note.text in page.text


def test_each_figure_is_described_for_those_who_cannot_see_it(html: str) -> None:
    figures = Page(html).figures
    assert len(figures) == 10
    assert all(figure.get("role") == "img" and figure.get("aria-label") for figure in figures)


def test_plotly_stands_in_the_page_once(html: str) -> None:
    assert len(re.findall(r"\* plotly\.js \(cartesian", html)) == 1


def test_in_print_the_weekly_schedule_is_open_and_wide_tables_are_set_smaller(html: str, language: Language) -> None:
    weeks = Texts(language)("schedules.weeks")
    assert f"<details open><summary>{weeks}" in html
    for table in re.findall(r"<table[^>]*>.*?</thead>", html, re.DOTALL):
        assert ('class="wide' in table) is (table.count("<th ") > 9)
    assert ".wide { font-size:" in html.split("@media print")[1]


def test_a_merchants_name_and_labels_cannot_inject_anything() -> None:
    result = example_result("en", merchant=EVIL)
    base = replace(result.scenarios["base"], label=EVIL)
    card = replace(result.channels["card"], label=EVIL)
    html = report_html(
        replace(result, scenarios=result.scenarios | {"base": base}, channels=result.channels | {"card": card})
    )
    page = Page(html)
    assert "b" not in page.tags
    assert EVIL in page.text
    assert EVIL not in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_report_says_is_as_reviewed(language: Language) -> None:
    reviewed = json.loads((SNAPSHOTS / f"report_{language}.json").read_text(encoding="utf-8"))
    assert said(language) == reviewed


def said(language: Language) -> Any:  # noqa: ANN401  # JSON's values
    """What the report says in cards, tables and texts, as JSON."""
    page = report_page(example_result(language))
    financed = page.scenarios[0].financed
    assert financed is not None
    texts = {
        "title": page.title,
        "subtitle": page.subtitle,
        "request": [asdict(line) for line in page.request],
        "cards": [asdict(card) for card in page.cards],
        "history": page.history,
        "notes": plain(page.notes),
        "method": page.method,
        "footer": page.footer,
    }
    tables = {
        "weeks": page.scenarios[0].weeks,
        "comparison": page.comparison,
        "buffer": page.buffer,
        "failure_rates": page.failure_rates,
        "development": page.development,
        "open_weeks": page.open_weeks,
        "financing": financed.table,
        "outcomes": page.scenarios[0].outcomes,
    }
    text = json.dumps(texts | {name: table.rows for name, table in tables.items()}, ensure_ascii=False)
    return json.loads(text.replace("\u00a0", " "))


def test_a_result_without_facilities_or_financing_still_makes_a_page() -> None:
    result = example_result("en")
    scenarios = {
        name: replace(scenario, financing=None, cash_after_financing=None)
        for name, scenario in result.scenarios.items()
    }
    text = Page(report_html(replace(result, facilities=[], notes=[], scenarios=scenarios))).text
    assert "The plan names no facilities" in text
    assert "There is nothing to note." in text
    assert "financing was not calculated" in report_page(replace(result, scenarios=scenarios)).cards[3].lines


def test_one_choice_of_a_scenario_changes_every_chart_and_figure(html: str, language: Language) -> None:
    page, names = report_page(example_result(language)), list(example_result(language).scenarios)
    assert [part.name for part in page.scenarios] == names
    for charts in page.chosen_charts.values():
        assert list(charts) == names
    for name in names:
        shown = re.findall(rf'data-scenario="{name}"( hidden)?', html)
        assert len(shown) == 7, "cards, weeks, three tables by day, channels and financing"
        assert all(bool(hidden) is (name != "base") for hidden in shown)


PRINTED = """<script>window.addEventListener("load", function () {
  const choose = document.getElementById("choose"), told = [];
  function tell() {
    const shown = [...document.querySelectorAll("[data-scenario]")].filter(function (one) { return !one.hidden; });
    const names = new Set(shown.map(function (one) { return one.dataset.scenario; }));
    const first = document.querySelector(".chart[id^=chart-]:not(#chart-history)");
    told.push([[...names].join(), choose.value, String(first.layout.width === 690)].join(" "));
  }
  choose.value = choose.options[1].value;
  choose.dispatchEvent(new Event("change"));
  tell();
  for (const name of ["beforeprint", "afterprint"]) { window.dispatchEvent(new Event(name)); tell(); }
  document.body.dataset.told = told.join("|");
});</script></body>"""
"""Chooses another scenario and prints: what is shown before, on paper and afterwards, and whether sized for paper."""


def test_paper_is_of_the_base_scenario_whichever_is_chosen_and_the_screen_keeps_its_own(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html = report_html(example_result("en"))
    assert html.count("</body>") == 1
    path.write_text(html.replace("</body>", PRINTED), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    other = list(example_result("en").scenarios)[1]
    found = re.search(r'data-told="([^"]*)"', document)
    assert found is not None
    assert found[1].split("|") == [f"{other} {other} false", "base base true", f"{other} {other} false"]


def test_the_request_stands_before_all_else_and_names_the_warnings(html: str, language: Language) -> None:
    texts = Texts(language)
    order = [html.index(f"<h2>{texts(key)}") for key in ("request.title", "report.warnings", "business.title")]
    assert order == sorted(order)
    assert "covenant_broken" in html[order[0] : order[1]]


def test_where_nothing_fails_a_sentence_stands_in_place_of_an_empty_chart() -> None:
    result = example_result("en")
    never = dict.fromkeys(result.estimates["baitiao"].failure_rate, result.estimates["baitiao"].failure_rate["unknown"])
    estimates = {name: replace(one, failure_rate=never) for name, one in result.estimates.items()}
    html = report_html(replace(result, estimates=estimates))
    assert 'id="chart-failures"' not in html
    assert "In no channel is a first deduction expected to fail." in html
    assert 'id="chart-failures"' in report_html(result)


def test_the_files_and_the_emergency_plan_are_told_where_they_are_known() -> None:
    plain_page = report_page(example_result("en"))
    assert plain_page.files is None
    assert "There is no emergency plan" in plain_page.controls[1]
    page = report_page(example_result("en"), Beside([FileRead("plan.toml", 12, "ab" * 32)], redacted=True))
    assert page.files is not None
    assert page.files.rows == [["plan.toml", "12", "ab" * 32]]
    assert page.history == page.request_lead[-1] == Texts("en")("redacted.lead")


def test_the_financing_card_tells_need_remedy_and_none_apart() -> None:
    result = example_result("en")
    base, outage = result.scenarios["base"], result.scenarios["peak_outage"]
    assert base.financing is not None

    def card(financing: FinancingShown | None) -> Card:
        shown = replace(base, financing=financing)
        return report_page(replace(result, scenarios=result.scenarios | {"base": shown})).cards[3]

    best = replace(base.financing.recommended, mix=[], expected_cost=0.0)
    assert card(base.financing).lines[0].startswith("from Payables extension, Overdraft")
    assert card(replace(base.financing, recommended=best)).lines[0] == "nothing to draw"
    assert card(outage.financing).figure == "no facilities hold the confidence"


def test_the_page_opens_in_chromium_without_an_error_and_draws_every_chart(
    html: str, language: Language, tmp_path: Path
) -> None:
    path = tmp_path / f"report_{language}.html"
    path.write_text(html, encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 6


if __name__ == "__main__":  # keeps what the report says anew, to be read before it is committed
    for spoken in LANGUAGES:
        text = json.dumps(said(spoken), ensure_ascii=False, indent=1)
        (SNAPSHOTS / f"report_{spoken}.json").write_text(text + "\n", encoding="utf-8")
