"""How a sheet is laid out on A4: at which scale, and after which rows and columns a new page begins; in points.

Columns that fit no page at a readable size go over several, with the first columns repeated on each. Rows are spread
evenly over the pages that they fill, with the heads repeated, and a chart is never cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONG_SIDE, SHORT_SIDE, INCH = 841.9, 595.3, 72.0
"""A4, in points; an inch has so many."""
SIDE, END = 0.4, 0.6
"""The margins on the left and on the right, and above and below, in inches."""
FILLED = 0.97
"""The share of a page's height that is filled: programs differ by a little in how high rows print."""
FILLED_ACROSS = 0.98

DIGIT, PADDING, POINTS = 9.4, 5.0, 0.75
"""A column is so many pixels wide by character, and beside them, and a pixel is so many points: where the workbook's
own font is, a character is seven pixels, and where a program has to take another, up to these."""

LETTERS = 11.0
"""The size of a sheet's letters, in points."""
TITLE_LETTERS, TITLE_HEIGHT = 14, 21.0
"""The size of a title's letters, and the height of its row."""
MOST_ABOVE = 100
"""So many characters of a title are printed above the pages: a program holds 255 with their marks."""
LEAST_PRINTED, SMALL_LETTERS = 7.0, 6.1
"""Letters are printed at least at this size; those of workings that have many columns at least at that."""

AMPLE = 8.0
"""What goes over several pages is printed at this size at most: fewer pages before larger letters."""

GOOD = 0.75
"""Where no page is emptier than this, the largest scale of that kind is taken; else the one of the fullest pages."""

ROUNDS = 12
"""So often the height of even pages is halved down to."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is printed of a sheet: the widths of its columns and the heights of its rows, in points.

    ``labels`` columns stand at the left of every page, ``heads`` (from, to, inclusive) at the top of every page after
    their own. ``whole`` are blocks of rows (from, to, inclusive) that no page cuts, such as charts, ``wide`` those of
    columns.
    """

    widths: Sequence[float]
    heights: Sequence[float]
    upright: bool = False
    labels: int = 0
    heads: tuple[int, int] | None = None
    whole: Sequence[tuple[int, int]] = ()
    wide: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The scale in per cent, and the rows and columns before which a page begins, the first page left out."""

    scale: int
    rows: Sequence[int]
    columns: Sequence[int]


def laid_out(content: Content, letters: float = LEAST_PRINTED) -> Layout:
    """The layout with the fewest pages across at which letters print at ``letters`` points or more.

    What one page holds is printed as large as it is there. Else, of the scales for so many pages across the largest is
    taken whose pages are all well filled; or the one of the fullest.
    """
    least = -int(-100 * letters // LETTERS)
    fewest = _columns(content, least)
    across = len(fewest)
    best, fullest = Layout(least, _rows(content, least)[0], fewest), -1.0
    for scale in range(100, least - 1, -1):
        columns = _columns(content, scale)
        if len(columns) > across or not _fits(content, scale, columns):
            continue
        rows, filled = _rows(content, scale)
        if (rows or columns) and scale > 100 * AMPLE / LETTERS:
            continue
        if filled > fullest:
            best, fullest = Layout(scale, rows, columns), filled
        if filled >= GOOD or not rows:
            break
    return best


def _room(content: Content, scale: int) -> tuple[float, float]:
    """How many points of columns and of rows a page holds at a scale."""
    wide, high = (SHORT_SIDE, LONG_SIDE) if content.upright else (LONG_SIDE, SHORT_SIDE)
    by = 100 / scale
    return FILLED_ACROSS * by * (wide - 2 * SIDE * INCH), FILLED * by * (high - 2 * END * INCH)


def above(title: str) -> str:
    """A title as the header of printed pages, in a worksheet's marks."""
    return f'&L&{TITLE_LETTERS}&"-,Bold"{title[:MOST_ABOVE].replace("&", "&&")}'


def text_width(text: str) -> int:
    """The width of a text in characters of a column's width: a Chinese character takes two."""
    return max(map(cell_len, text.split("\n")))


def printed_width(characters: float) -> float:
    """How wide a column prints at most, in points."""
    return POINTS * (DIGIT * characters + PADDING)


def _fits(content: Content, scale: int, columns: Sequence[int]) -> bool:
    """Whether no page is too narrow for its columns."""
    again = sum(content.widths[: content.labels])
    return max(_filled(content.widths, columns, again)) <= _room(content, scale)[0]


def _columns(content: Content, scale: int) -> list[int]:
    """The columns before which a page begins, evenly spread over the fewest pages."""
    room, _ = _room(content, scale)
    again = sum(content.widths[: content.labels])
    kept = set(range(1, content.labels + 1)) | _inside(content.wide, content.widths, room)
    return _even(content.widths, room, again, kept)


def _rows(content: Content, scale: int) -> tuple[list[int], float]:
    """The rows before which a page begins, evenly spread over the fewest pages, and how full the emptiest page is."""
    _, room = _room(content, scale)
    again = 0.0
    kept = set[int]()
    if content.heads is not None:
        first, last = content.heads
        again = sum(content.heights[first : last + 1])
        kept |= set(range(last + 2))
    kept |= _inside(content.whole, content.heights, room - again)
    breaks = _even(content.heights, room, again, kept)
    return breaks, min(_filled(content.heights, breaks, again)) / room


def _inside(blocks: Sequence[tuple[int, int]], lengths: Sequence[float], room: float) -> set[int]:
    """The places before which a break would cut a block that a page holds."""
    fitting = (one for one in blocks if sum(lengths[one[0] : one[1] + 1]) <= room)
    return {place for first, last in fitting for place in range(first + 1, last + 1)}


def _even(lengths: Sequence[float], room: float, again: float, kept: set[int]) -> list[int]:
    """Where to break lengths so that the fewest pages are as even as they can be; never before one that is ``kept``."""
    found = _broken(lengths, room, again, kept)
    low, high = 0.0, room
    for _ in range(ROUNDS if found else 0):
        middle = (low + high) / 2
        tried = _broken(lengths, middle, again, kept)
        fits = all(one <= middle for one in _filled(lengths, tried, again))
        if len(tried) <= len(found) and fits:
            found, high = tried, middle
        else:
            low = middle
    return found


def _broken(lengths: Sequence[float], room: float, again: float, kept: set[int]) -> list[int]:
    """Where pages of so much room break; a page after the first holds ``again`` points more than its own."""
    breaks: list[int] = []
    used, free = 0.0, 0
    for place, length in enumerate(lengths):
        if place not in kept:
            free = place
        if used + length > room and free > (breaks[-1] if breaks else 0):
            breaks.append(free)
            used = again + sum(lengths[free:place])
        used += length
    return breaks


def _filled(lengths: Sequence[float], breaks: Sequence[int], again: float) -> Iterator[float]:
    """How much each page holds."""
    sums = [0.0, *accumulate(lengths)]
    for place, (first, end) in enumerate(zip([0, *breaks], [*breaks, len(lengths)], strict=True)):
        yield sums[end] - sums[first] + (again if place else 0.0)
