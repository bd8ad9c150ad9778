"""Pages from templates: filled, escaped, and strict about what they need."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import jinja2
import pytest
from chromium_page import outside_their_charts
from result_example import example_result
from stress_shop import kept_stress
from study_examples import example_backtest, example_review

from forecast.outputs.pages.backtest import backtest_html
from forecast.outputs.pages.page import Page, filled
from forecast.outputs.pages.report import report_html
from forecast.outputs.pages.review import review_html, review_page
from forecast.outputs.pages.stress import stress_html
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.plan.model import Language

PAGES: dict[str, Callable[[Language], str]] = {
    "report": lambda language: report_html(example_result(language)),
    "stress": lambda language: stress_html(kept_stress(language)),
    "review": lambda language: review_html(example_review(language)),
    "backtest": lambda language: backtest_html(example_backtest(language)),
}
"""The pages with charts."""


def test_a_page_escapes_what_users_wrote_and_forbids_loading_anything() -> None:
    html = review_html(example_review(merchant="<b>Söhne</b>"))
    assert "&lt;b&gt;Söhne&lt;/b&gt;" in html
    assert "<b>Söhne" not in html
    assert "default-src 'none'" in html


def test_what_the_page_lacks_is_an_error_and_no_empty_place() -> None:
    whole = review_page(example_review())
    plain = Page(**{one.name: getattr(whole, one.name) for one in fields(Page)})
    with pytest.raises(jinja2.UndefinedError, match="sections"):
        filled("study.html.j2", plain, Texts("en"))


def test_a_title_at_the_top_of_printed_pages_cannot_end_its_string_or_its_style() -> None:
    page = replace(review_page(example_review()), title='晴川 </style>"\\ x' + "y" * 100)
    assert page.running_title.startswith("晴川\\20 \\3c \\2f style\\3e \\22 \\5c \\20 xyyy")
    assert len(page.running_title.replace("\\", "")) < 100
    assert f'@top-left {{ content: "{page.running_title}"' in filled("study.html.j2", page, Texts("en"))


REACHES_OUT = """<!DOCTYPE html><html><head></head><body><div class="chart" id="wrong" style="width: 200px">
<svg style="overflow: visible"><text x="250" y="20">outside</text></svg></div></body></html>"""


def test_no_text_reaches_out_of_its_chart(tmp_path: Path) -> None:
    languages: tuple[Language, ...] = ("zh", "en")
    pages = {f"{name} {language}": PAGES[name](language) for name in PAGES for language in languages}
    found = outside_their_charts(pages | {"made": REACHES_OUT}, tmp_path, (390, 1280))
    assert [one.rpartition(" ")[0] for one in found] == [f"made at {width}: wrong: outside" for width in (390, 1280)]
