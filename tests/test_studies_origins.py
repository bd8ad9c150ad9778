"""Which as-of days a backtest uses."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.errors import InputError
from forecast.studies.origins import choose_origins, first_trading_day

LAST = np.datetime64("2026-10-18")


def first(days: int) -> np.datetime64:
    """The first day of a history of so many days."""
    return LAST - days + 1


def test_trade_begins_when_half_of_the_days_have_orders() -> None:
    trial = np.array(["2026-01-03", "2026-01-20"], dtype="datetime64[D]")
    trade = np.arange("2026-03-01", "2026-06-01", 2, dtype="datetime64[D]")
    assert first_trading_day(np.concatenate([trial, trade])) == np.datetime64("2026-03-01")
    assert first_trading_day(trial) == np.datetime64("2026-01-03")


def test_windows_follow_one_another_up_to_the_last_day() -> None:
    chosen = choose_origins(first(900), LAST, 60)
    assert [str(day) for day in chosen.days[-2:]] == ["2026-06-20", "2026-08-19"]
    assert (len(chosen.days), chosen.horizon, chosen.notes) == (6, 60, ())


def test_the_first_as_of_day_has_ninety_days_behind_it() -> None:
    chosen = choose_origins(first(90 + 5 * 60), LAST, 60)
    assert len(chosen.days) == 5
    assert int((chosen.days[0] - first(390)).astype(int)) + 1 == 90


def test_a_short_history_looks_less_far_ahead_and_says_so() -> None:
    chosen = choose_origins(first(150), LAST, 60)
    assert (chosen.horizon, len(chosen.days)) == (20, 3)
    assert [(note.code, dict(note.values)) for note in chosen.notes] == [
        ("backtest_shorter", {"days": 20, "planned": 60})
    ]
    assert choose_origins(first(97), LAST, 60).horizon == 7


def test_a_horizon_that_is_asked_for_is_kept() -> None:
    chosen = choose_origins(first(150), LAST, 60, horizon=60)
    assert (chosen.horizon, len(chosen.days), chosen.notes) == (60, 1, ())
    assert choose_origins(first(150), LAST, 60, horizon=30).notes == ()


def test_more_windows_than_fit_overlap_and_say_so() -> None:
    chosen = choose_origins(first(210), LAST, 60, horizon=60, count=4)
    assert np.diff(chosen.days).astype(int).tolist() == [20, 20, 20]
    assert chosen.days[-1] == LAST - 60
    assert [note.code for note in chosen.notes] == ["backtest_overlap"]


def test_fewer_windows_are_the_latest() -> None:
    assert [str(day) for day in choose_origins(first(900), LAST, 60, count=1).days] == ["2026-08-19"]


@pytest.mark.parametrize(
    ("days", "horizon", "count", "message"),
    [
        (96, None, None, "has 96 days of trade"),
        (5, 10, None, "has 5 days of trade"),
        (120, 31, None, "write --horizon 30 or less"),
        (120, 28, 4, "--origins: is 4, and the history allows 3 at most"),
    ],
)
def test_what_the_history_does_not_allow_is_refused(
    days: int, horizon: int | None, count: int | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        choose_origins(first(days), LAST, 60, horizon=horizon, count=count)
