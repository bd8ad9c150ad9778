"""Thirteen weeks of cash: the days of each column, and lines that add up from opening to closing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from live_example import example_live
from result_example import OPENING
from workbook_example import written_live

from forecast.outputs.workbook.live.weeks import note_of, weeks_of
from forecast.results.live import LiveFigures, figures


def shown() -> LiveFigures:
    """What the example's model gives for its first scenario."""
    return figures(example_live(), 0, example_live().levels[0])


def days(first: str, count: int) -> list[str]:
    return [str(np.datetime64(first) + place) for place in range(count)]


def test_weeks_end_on_sundays_and_what_follows_the_thirteenth_shares_a_column() -> None:
    assert weeks_of(days("2026-10-19", 14)) == [(0, 6), (7, 13)]
    assert weeks_of(days("2026-10-22", 10)) == [(0, 3), (4, 9)]
    assert weeks_of(days("2026-10-19", 91))[-1] == (84, 90)
    year = weeks_of(days("2026-10-22", 365))
    assert (len(year), year[0], year[12], year[13]) == (14, (0, 3), (81, 87), (88, 364))


def test_lines_add_up_from_opening_to_closing_cash() -> None:
    sheet = written_live()[1]["13 weeks"]
    lines = {row[0]: row[1:8] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]}
    opening, closing = lines["Opening cash"], lines["Closing cash (before financing)"]
    assert opening[0] == OPENING
    assert opening[1:6] == closing[:5]
    assert closing[5] == closing[6] == pytest.approx(shown().cash[-1])
    for place in range(7):
        moved = lines["Cash in"][place] + lines["Cash out"][place]
        assert lines["Net cash flow"][place] == pytest.approx(moved)
        assert closing[place] == pytest.approx(opening[place] + moved)
    assert lines["Net receipts"][6] == pytest.approx(shown().receipts.sum())
    assert lines["Payroll"][6] == pytest.approx(shown().flows["payroll"].sum())
    assert lines["Lowest cash within the week"][6] == pytest.approx(shown().cash.min())
    minimum = lines["Minimum balance"][0]
    assert lines["Headroom over the minimum, at its least"][2] == pytest.approx(shown().cash[14:21].min() - minimum)
    assert (lines["From"][1], lines["To"][5]) == (dt.datetime(2026, 10, 26), dt.datetime(2026, 11, 27))  # noqa: DTZ001


def test_every_category_stands_on_the_side_on_which_it_moves() -> None:
    labels = [row[0] for row in written_live()[1]["13 weeks"].iter_rows(min_row=5, max_col=1, values_only=True)]
    out = labels[labels.index("Cash in") + 1 : labels.index("Cash out")]
    assert {"Payroll", "Rent", "Stock", "Stock (moves with sales)"} <= set(out)


def test_the_note_tells_of_a_shared_column_only_where_there_is_one() -> None:
    sheet = written_live()[1]["13 weeks"]
    assert sheet["A3"].value == "Weeks run from Monday to Sunday; money in is positive, money out negative."
    notes = [note_of(len(weeks_of(days("2026-10-19", count)))) for count in (91, 92)]
    assert notes == ["weeks_note", "weeks_note_later"]
