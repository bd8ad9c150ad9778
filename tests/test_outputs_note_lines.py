"""Notes as lines of text."""

from __future__ import annotations

from forecast.outputs.note_lines import other_lines, warning_lines
from forecast.results.inputs import NoteShown
from forecast.texts import Texts

NOTES = [
    NoteShown("opening_zero", "warning", "cash.opening_balance", "it is 0"),
    NoteShown("few_orders", "info", "channels.card", "only 12"),
    NoteShown("whole", "warning", "", "of no place"),
]


def test_warnings_bear_their_code_and_place_and_others_their_place() -> None:
    assert warning_lines(NOTES, Texts("en")) == [
        "WARNING opening_zero (cash.opening_balance): it is 0",
        "WARNING whole: of no place",
    ]
    assert warning_lines(NOTES, Texts("zh"))[0] == "警告 opening_zero（cash.opening_balance）：it is 0"
    assert other_lines(NOTES, Texts("en")) == ["channels.card: only 12"]


def test_warnings_of_one_text_are_one_line_that_names_all_their_places() -> None:
    notes = [NoteShown("unknown", "warning", f"channels.{name}", "no causes") for name in ("card", "wechat")]
    assert warning_lines([*notes, NOTES[0]], Texts("en")) == [
        "WARNING unknown (channels.card, channels.wechat): no causes",
        "WARNING opening_zero (cash.opening_balance): it is 0",
    ]
