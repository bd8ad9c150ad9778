"""A note is a code with a place and the values of its text."""

from __future__ import annotations

import dataclasses

import pytest

from forecast.notes import Note


def test_notes_of_the_same_content_are_equal() -> None:
    assert Note("few_orders", "channels.card", {"count": 3}) == Note("few_orders", "channels.card", {"count": 3})
    assert Note("few_orders").where == ""


def test_a_note_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(Note("few_orders"), "code", "other")  # noqa: B010  # an assignment would not pass the type checker
