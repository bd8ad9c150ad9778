"""Promotions as pooled columns: what repeats share, what is new, and where a first-ever level comes from."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from forecast.calendar import days_between
from forecast.errors import InputError
from forecast.plan.model import Event
from forecast.sales.events import PEAK, event_block, peak_days

DAYS = days_between(np.datetime64("2024-01-01"), np.datetime64("2026-12-31"))
HISTORY = int((np.datetime64("2026-10-18") - DAYS[0]).astype(int)) + 1


def _double11(year: int, uplift: float | None = None) -> Event:
    return Event("double11", dt.date(year, 10, 14), dt.date(year, 11, 13), dt.date(year, 11, 11), uplift)


def _flat(start: dt.date) -> Event:
    return Event("fortnight", start, start + dt.timedelta(days=2))


def test_repeats_of_one_name_share_its_column_and_differ_in_their_own() -> None:
    block, ahead, notes = event_block(DAYS, [_double11(2024), _double11(2025), _double11(2026)], HISTORY)
    peaks = [int(np.flatnonzero(np.datetime64(f"{year}-11-11") == DAYS)[0]) for year in (2024, 2025, 2026)]
    shared = block.matrix[:, block.names.index("level:peak:double11")]
    assert [shared[peak] for peak in peaks] == [1.0, 1.0, 1.0]
    own = block.matrix[:, block.names.index("repeat:double11:2026-10-14")]
    assert [own[peak] for peak in peaks] == [0.0, 0.0, 1.0]
    assert len(block.repeats["double11"]) == 3
    assert [one.source for one in ahead] == ["history"]
    assert notes == []


def test_the_effect_builds_up_to_the_peak_and_fades_after_it() -> None:
    block, _, _ = event_block(DAYS, [_double11(2025)], HISTORY)
    peak = int(np.flatnonzero(np.datetime64("2025-11-11") == DAYS)[0])
    shape = block.matrix[:, block.names.index("level:peak")]
    assert np.all(np.diff(shape[peak - 10 : peak + 1]) > 0)
    assert shape[peak] == 1.0 > shape[peak + 1] > shape[peak + 2] > 0.0 == shape[peak + 3]
    assert shape[peak - 29] == 0.0


def test_an_event_never_seen_takes_its_uplift() -> None:
    block, ahead, notes = event_block(DAYS, [_double11(2026, uplift=8.0)], HISTORY)
    assert ahead[0].weights @ block.mean == pytest.approx(math.log(8))
    assert [(note.code, note.where) for note in notes] == [("event_prior_uplift", "events.double11")]


def test_an_event_never_seen_takes_the_level_of_other_events_else_the_default() -> None:
    other = Event("618", dt.date(2026, 5, 20), dt.date(2026, 6, 20), dt.date(2026, 6, 18))
    block, ahead, notes = event_block(DAYS, [other, _double11(2026)], HISTORY)
    assert notes[0].code == "event_prior_other_events"
    assert ahead[0].weights[block.names.index("level:peak")] == 1.0  # the level it shares with 618
    block, ahead, notes = event_block(DAYS, [_double11(2026)], HISTORY)
    assert notes[0].code == "event_prior_default"
    assert ahead[0].weights @ block.mean == pytest.approx(PEAK.level)


def test_a_flat_event_teaches_nothing_about_a_peak() -> None:
    _, _, notes = event_block(DAYS, [_flat(dt.date(2026, 9, 1)), _double11(2026)], HISTORY)
    assert [note.code for note in notes] == ["event_prior_default"]


def test_a_flat_event_is_a_plateau() -> None:
    block, _, _ = event_block(DAYS, [_flat(dt.date(2025, 3, 1))], HISTORY)
    shape = block.matrix[:, block.names.index("level:flat")]
    assert shape.sum() == shape[shape > 0].size == 3


def test_the_same_event_twice_counts_once() -> None:
    once, _, _ = event_block(DAYS, [_double11(2025)], HISTORY)
    twice, _, _ = event_block(DAYS, [_double11(2025), _double11(2025)], HISTORY)
    np.testing.assert_array_equal(once.matrix, twice.matrix)


def test_the_peak_is_three_days_wide_for_the_split_into_channels() -> None:
    near = peak_days(DAYS, [_double11(2025), _flat(dt.date(2025, 3, 1))])
    assert [str(day) for day in DAYS[near > 0]] == ["2025-11-10", "2025-11-11", "2025-11-12"]


def test_impossible_events_are_named_all_at_once() -> None:
    wrong = [
        Event("a", dt.date(2026, 11, 5), dt.date(2026, 11, 1)),
        Event("b", dt.date(2026, 11, 1), dt.date(2026, 11, 5), dt.date(2026, 11, 11)),
        Event("c", dt.date(2026, 11, 1), dt.date(2026, 11, 5), uplift=0.0),
    ]
    with pytest.raises(InputError) as caught:
        event_block(DAYS, wrong, HISTORY)
    assert [problem.key for problem in caught.value.problems] == ["events.a", "events.b", "events.c"]
