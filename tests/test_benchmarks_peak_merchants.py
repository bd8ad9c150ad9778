"""Simulated merchants before a Double 11: its day, what they have seen before, and how high it rises."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from benchmarks.peak_merchants import CHANNELS, KINDS, Kind, five_channels, peak_merchant


@pytest.mark.parametrize("kind", KINDS)
def test_double_11_lies_ahead_and_its_week_is_known_afterwards(kind: Kind) -> None:
    merchant = peak_merchant(kind, 3)
    assert (merchant.peak.month, merchant.peak.day) == (11, 11)
    assert merchant.as_of < merchant.peak - dt.timedelta(days=6)
    assert merchant.events[-1].peak == merchant.peak
    assert len(merchant.week()) == 7
    assert merchant.daily.equals(peak_merchant(kind, 3).daily)


def test_what_was_seen_before_is_what_the_kind_says() -> None:
    assert len(peak_merchant("first", 3).events) == 1
    assert peak_merchant("first", 3).events[0].uplift is None
    assert peak_merchant("first, uplift planned", 3).events[0].uplift is not None
    others = peak_merchant("first, after others", 3).events
    assert {event.name for event in others} == {"618", "double12", "double11"}
    repeated = peak_merchant("repeated", 3).events
    assert len(repeated) > 1
    assert {event.name for event in repeated} == {"double11"}


def test_the_peak_rises_above_the_weeks_before() -> None:
    """Uplifts are drawn between 2 and 8, so the middle of ten lies well above an ordinary day."""
    rises = []
    for seed in range(10):
        merchant = peak_merchant("first", seed)
        before = merchant.daily.loc[: str(merchant.events[0].start)].sum(axis=1).to_numpy(float)[-29:-1]
        rises.append(merchant.week()[3] / np.median(before))
    assert 2.0 < np.median(rises) < 8.0


def test_the_timed_merchant_has_five_channels_and_two_years() -> None:
    daily = five_channels().daily
    assert len(daily.columns) == CHANNELS
    assert len(daily) > 2 * 365
