"""review.html: its key figures and tables in both languages, alive in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from chromium_page import opened
from study_examples import example_review

from forecast.outputs.pages.review import review_html, review_page
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language


RESULT = example_review()
WHOLE = RESULT.total


def test_the_cards_name_the_difference_its_largest_cause_and_who_is_outside() -> None:
    cards = review_page(RESULT).cards
    receipts, sales, timing = WHOLE.receipts.difference, WHOLE.sales.difference, WHOLE.effects.timing
    assert receipts > 0 > sales
    assert [card.figure.replace("\u00a0", " ") for card in cards] == [
        f"+CNY {receipts:,.0f}",
        f"\N{MINUS SIGN}CNY {-sales:,.0f}",
        f"Timing: +CNY {timing:,.0f}",
        "4 / 4",
    ]
    assert cards[0].lines[1].endswith("inside")
    assert cards[2].lines[0].count(":") == 4


def test_a_channel_outside_its_interval_is_named() -> None:
    wechat = RESULT.by_channel["wechat"]
    outside = replace(wechat, receipts=replace(wechat.receipts, inside=False))
    result = replace(RESULT, by_channel=RESULT.by_channel | {"wechat": outside})
    card = review_page(result).cards[3]
    assert (card.figure, card.lines) == ("3 / 4", ["outside: WeChat instalments"])


def test_no_line_ends_between_a_minus_and_its_figure() -> None:
    effects = replace(WHOLE.effects, volume=-208_502.0)
    figure = review_page(replace(RESULT, total=replace(WHOLE, effects=effects))).cards[2].figure
    assert figure == "Volume: \N{MINUS SIGN}CNY\u00a0208,502"


def test_what_concerns_every_figure_stands_above_the_cards() -> None:
    assert '<section class="warnings"' not in review_html(RESULT)
    page = review_html(
        replace(RESULT, notes=[NoteShown("review_other_ledger", "warning", "ledger", "of another shop")])
    )
    warning = "<code>review_other_ledger</code> (ledger): of another shop</li>"
    assert page.index(warning) < page.index('<ul class="cards">')
    assert "of another shop</li>" in page


def test_every_channels_lines_are_there_the_whole_shops_open() -> None:
    section = review_page(RESULT).sections[-1]
    assert section.tables[0].caption.startswith("All channels")
    assert [title for title, _ in section.folded] == ["JD Baitiao", "WeChat instalments", "Huabei", "Bank card"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_without_an_error_and_draws_every_chart(language: Language, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    path.write_text(review_html(example_review(language)), encoding="utf-8")
    document, console = opened(path, tmp_path / "profile")
    assert console == ""
    assert document.count('class="main-svg"') >= 3
