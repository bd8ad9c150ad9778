"""A sheet on paper: where pages break, and in the PDF that LibreOffice prints, how large the letters are."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest
from chromium_page import program
from hypothesis import given
from hypothesis import strategies as st
from live_example import example_live
from office import printed
from playbook_shop import kept_playbook
from result_example import example_result
from stress_shop import kept_stress
from study_examples import example_review

from forecast.outputs.workbook.paper import Content, laid_out
from forecast.outputs.workbook.playbook import write_playbook_workbook
from forecast.outputs.workbook.review import write_review_workbook
from forecast.outputs.workbook.run import write_workbook
from forecast.outputs.workbook.stress import write_stress_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Language

LEAST = 64
"""The least scale, in per cent, at which letters of 11 points print at 7."""
ACROSS, DOWN = 0.98 * (841.9 - 57.6), 0.97 * (595.3 - 86.4)
"""The room of a page of A4 across, in points."""

ZOOM = 3
"""The sizes of letters are told in whole thirds of a point."""
READABLE, IN_WORKINGS = 6.3, 6.0
"""The least size on any page, in points, that of charts' letters included, and that of workings with many columns."""
WORKINGS = {"核系数", "Kernels"}
WITHOUT_HEADS = {
    "回款进度",
    "Collection",
    "边际价值与约定",
    "Worth",
    "应急预案",
    "Emergency plan",
    "封面",
    "Cover",
    "缓冲构成",
    "Buffer",
    "贷款需求",
    "Loan need",
}
"""Sheets of several tables, each with heads of its own, or of sentences."""


def test_a_small_sheet_stays_on_one_page_in_its_own_size() -> None:
    assert laid_out(Content([100.0] * 7, [15.0] * 20)) == laid_out(Content([100.0], [15.0]))
    assert laid_out(Content([100.0], [15.0])).scale == 100


def test_wide_columns_go_over_pages_and_labels_are_counted_on_each() -> None:
    found = laid_out(Content([100.0] * 30, [15.0] * 10, labels=2))
    assert found.scale >= LEAST
    starts, ends = [0, *found.columns], [*found.columns, 30]
    pages = [100.0 * (end - first + (2 if first else 0)) for first, end in zip(starts, ends, strict=True)]
    assert len(pages) == 3, "at 7 points a page holds 12 of these columns, two of them labels"
    assert max(pages) * found.scale / 100 <= ACROSS


def test_rows_are_spread_evenly_and_no_page_has_a_few_alone() -> None:
    found = laid_out(Content([700.0], [15.0] * 84, heads=(0, 0)))
    assert len(found.rows) == 1
    assert found.rows[0] == pytest.approx(42, abs=2)


def test_a_chart_and_what_belongs_together_are_not_cut() -> None:
    found = laid_out(Content([100.0] * 25, [15.0] * 70, whole=[(30, 60)], wide=[(5, 12)]))
    assert not [row for row in found.rows if 30 < row <= 60]
    assert not [column for column in found.columns if 5 < column <= 12]


@given(
    st.lists(st.floats(20, 250), min_size=1, max_size=40),
    st.lists(st.floats(12, 120), min_size=1, max_size=120),
    st.integers(0, 2),
    st.integers(0, 1),
)
def test_every_page_holds_what_stands_on_it(
    widths: list[float], heights: list[float], labels: int, headed: int
) -> None:
    labels = min(labels, len(widths))
    found = laid_out(Content(widths, heights, labels=labels, heads=(0, 0) if headed else None))
    assert LEAST <= found.scale <= 100
    for lengths, breaks, again, room in (
        (widths, found.columns, sum(widths[:labels]), ACROSS),
        (heights, found.rows, heights[0] * headed, DOWN),
    ):
        assert list(breaks) == sorted(set(breaks))
        for first, end in zip([0, *breaks], [*breaks, len(lengths)], strict=True):
            held = (sum(lengths[first:end]) + (again if first else 0.0)) * found.scale / 100
            assert held <= room + 1e-6 or end - first == 1 or end <= labels + 1


def letters(pdf: Path) -> list[tuple[str, float]]:
    """Of each printed page the name of its sheet, at its foot, and the size of its smallest letters, in points."""
    read = [program("pdftohtml"), "-xml", "-zoom", str(ZOOM), "-i", "-stdout", str(pdf)]
    text = subprocess.run(read, capture_output=True, text=True, check=True, timeout=90).stdout
    sizes = {one[1]: int(one[2]) / ZOOM for one in re.finditer(r'<fontspec id="(\d+)" size="(\d+)"', text)}
    pages = []
    for page in text.split("<page ")[1:]:
        told = re.findall(r'<text top="\d+" left="(\d+)"[^>]* font="(\d+)">(.*?)</text>', page)
        words = [(re.sub(r"<[^>]*>", "", text), sizes[font]) for _, font, text in told]
        pages.append((words[0][0], min(size for _, size in words)))
    return pages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sheet_prints_in_letters_that_can_be_read(language: Language, tmp_path: Path) -> None:
    books = [tmp_path / f"{name}.xlsx" for name in ("run", "stress", "playbook", "review")]
    write_workbook(books[0], example_result(language), example_live())
    write_stress_workbook(books[1], kept_stress(language))
    write_playbook_workbook(books[2], kept_playbook(language))
    write_review_workbook(books[3], example_review(language))
    pages = [page for pdf in printed(tmp_path, books) for page in letters(pdf)]
    assert len({sheet for sheet, _ in pages}) > 25
    for book in books:
        for sheet in openpyxl.load_workbook(book).worksheets:
            untold = sheet.row_breaks.brk and not sheet.print_title_rows
            assert not untold or sheet.title in WITHOUT_HEADS, f"{sheet.title} goes on without its heads"
    small = [(sheet, size) for sheet, size in pages if size < (IN_WORKINGS if sheet in WORKINGS else READABLE)]
    assert small == []
