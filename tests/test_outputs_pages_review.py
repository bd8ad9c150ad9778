"""review.html: its key figures and tables in both languages, alive in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium_page import opened
from study_examples import example_review

from forecast.outputs.pages.review import review_data, review_html

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cards_name_the_difference_its_largest_cause_and_who_is_outside() -> None:
    cards = review_data(example_review())["cards"]
    assert [card["figure"].replace("\u00a0", " ") for card in cards] == [
        "+CNY 4,500",
        "+CNY 6,000",
        "Volume: +CNY 4,950",
        "0 / 2",
    ]
    assert cards[0]["lines"][1].endswith("outside")
    assert cards[3]["lines"] == ["outside: JD Baitiao, WeChat Pay"]


def test_no_line_ends_between_a_minus_and_its_figure() -> None:
    result = example_review()
    result["total"]["effects"]["volume"] = -208_502.0
    figure = review_data(result)["cards"][2]["figure"]
    assert figure == "Volume: \N{MINUS SIGN}CNY\u00a0208,502"


def test_what_concerns_every_figure_stands_above_the_cards() -> None:
    result = example_review()
    assert '<p class="warning"' not in review_html(result)
    result["notes"].append({"code": "review_other_ledger", "where": "ledger", "text": "of another shop"})
    page = review_html(result)
    assert page.index('<p class="warning" role="note">of another shop</p>') < page.index('<ul class="cards">')
    assert "of another shop</li>" in page


def test_every_channels_lines_are_there_the_whole_shops_open() -> None:
    section = review_data(example_review())["sections"][-1]
    assert section["tables"][0].caption.startswith("All channels")
    assert [title for title, _ in section["folded"]] == ["JD Baitiao", "WeChat Pay"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_without_an_error_and_draws_every_chart(language: str, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    path.write_text(review_html(example_review(language)), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 3
