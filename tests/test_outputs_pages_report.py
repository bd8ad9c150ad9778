"""report.html: self-contained, safe, complete in both languages, and alive in a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from chromium_page import opened
from forecast.outputs.result import plain
from result_example import example_result

from forecast.outputs.pages.report import report_data, report_html

SNAPSHOTS = Path(__file__).parent / "snapshots"
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
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def html(language: str) -> str:
    return report_html(plain(example_result(language)))


def test_the_page_loads_nothing_and_forbids_loading(html: str) -> None:
    page = Page(html)
    assert page.addresses == ["#content"]
    assert page.policy is not None
    assert page.policy.startswith("default-src 'none'")


def test_the_page_names_its_language_and_every_scenario_channel_and_facility(html: str, language: str) -> None:
    page, result = Page(html), example_result(language)
    assert page.language == {"zh": "zh-CN", "en": "en"}[language]
    for scenario in result["scenarios"].values():
        assert scenario["label"] in page.text
    for channel in result["channels"].values():
        assert channel["label"] in page.text
    for facility in result["facilities"]:
        assert facility["name"] in page.text
    for note in result["notes"]:
        assert note["text"] in page.text


def test_each_figure_is_described_for_those_who_cannot_see_it(html: str) -> None:
    figures = Page(html).figures
    assert len(figures) == 8
    assert all(figure.get("role") == "img" and figure.get("aria-label") for figure in figures)


def test_plotly_stands_in_the_page_once(html: str) -> None:
    assert len(re.findall(r"plotly\.js v\d", html)) == 1


def test_a_merchants_name_and_labels_cannot_inject_anything() -> None:
    result = example_result("en", merchant=EVIL)
    result["scenarios"]["base"]["label"] = EVIL
    result["channels"]["card"]["label"] = EVIL
    html = report_html(plain(result))
    page = Page(html)
    assert "b" not in page.tags
    assert EVIL in page.text
    assert EVIL not in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_report_says_is_as_reviewed(language: str) -> None:
    data = report_data(plain(example_result(language)))
    said = {key: data[key] for key in ("title", "subtitle", "cards", "history", "notes", "method", "footer")}
    said |= {key: data[key].rows for key in ("comparison", "buffer", "failure_rates", "development", "open_weeks")}
    said["financing"] = data["financing"][0]["table"].rows
    said["outcomes"] = data["outcomes"][0]["table"].rows
    reviewed = json.loads((SNAPSHOTS / f"report_{language}.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(said, ensure_ascii=False).replace("\u00a0", " ")) == reviewed


def test_a_result_without_facilities_or_financing_still_makes_a_page() -> None:
    result = example_result("en") | {"facilities": [], "notes": []}
    for scenario in result["scenarios"].values():
        scenario["financing"], scenario["cash_after_financing"] = None, None
    text = Page(report_html(plain(result))).text
    assert "The plan names no facilities" in text
    assert "There is nothing to note." in text


def test_the_financing_card_tells_need_remedy_and_none_apart() -> None:
    result = example_result("en")
    recommended = result["scenarios"]["base"]["financing"]["recommended"]
    recommended |= {"mix": [], "expected_cost": 0.0}
    assert report_data(result)["cards"][3]["lines"][0] == "nothing to draw"
    recommended["feasible"] = False
    assert report_data(result)["cards"][3]["figure"] == "no facilities hold the confidence"


def test_the_page_opens_in_chromium_without_an_error_and_draws_every_chart(
    html: str, language: str, tmp_path: Path
) -> None:
    path = tmp_path / f"report_{language}.html"
    path.write_text(html, encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 6
