"""The recovered share of failures, and when."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.receivables.hazards import MAX_AGE, CohortCounts, incidence
from forecast.receivables.recovery import draw_recovery, final_shares, usual_age

DEFAULT = np.repeat(np.array([[0.1], [0.1]]), MAX_AGE, axis=1)
SIZE = 100.0


def failures(orders: int, cured: float, open_now: int = 0, weeks: int = 20) -> CohortCounts:
    """So many failures over the weeks: cured after one day, lost after three; the open ones are one day old."""
    events = np.zeros((weeks, 2, MAX_AGE))
    at_risk = np.zeros((weeks, MAX_AGE))
    events[:, 0, 1] = orders * cured * SIZE / weeks
    events[:, 1, 3] = orders * (1 - cured) * SIZE / weeks
    at_risk[:, :2] = orders * SIZE / weeks
    at_risk[:, 2:4] = orders * (1 - cured) * SIZE / weeks
    at_risk[0, :1] += open_now * SIZE
    return CohortCounts(events, at_risk, np.arange(weeks))


def drawn(
    own: CohortCounts, *others: CohortCounts, cause: str = ""
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return draw_recovery(own, (own, *others), DEFAULT, SIZE, 4000, np.random.default_rng(1), cause)


def test_young_open_failures_are_neither_cured_nor_lost() -> None:
    shares, orders = final_shares(failures(1000, 0.7, open_now=500), SIZE, 7)
    assert shares == pytest.approx([0.7, 0.3, 0.0], abs=0.001)
    assert 800 < orders < 1000  # older weeks weigh a little less


def test_failures_open_long_after_others_were_resolved_will_not_be_cured() -> None:
    never = CohortCounts(np.zeros((20, 2, MAX_AGE)), np.full((20, MAX_AGE), 70 * SIZE), np.arange(20))
    share = incidence(drawn(never))[:, 0].sum(axis=1)
    assert share.mean() < 0.01
    assert np.quantile(share, 0.95) < 0.02
    # Half of them never resolved: what is cured is a share of all failures.
    half = failures(1000, 1.0)
    mixed = CohortCounts(half.events, half.at_risk + never.at_risk * 50 / 70, half.weeks)
    assert incidence(drawn(mixed))[:, 0].sum(axis=1).mean() == pytest.approx(0.5, abs=0.03)


def test_the_usual_age_of_resolution_is_bounded() -> None:
    assert usual_age(np.zeros((2, MAX_AGE))) == 60
    quick = np.zeros((2, MAX_AGE))
    quick[:, 1] = 0.5
    assert usual_age(quick) == 7


def test_many_failures_speak_for_themselves() -> None:
    steps = incidence(drawn(failures(5000, 0.8), failures(5000, 0.3)))
    assert steps[:, 0].sum(axis=1).mean() == pytest.approx(0.8, abs=0.01)
    assert steps[:, 0].sum(axis=1).std() < 0.02
    assert steps[:, 0, 1].mean() == pytest.approx(0.8, abs=0.02)
    assert steps[:, 1, 3].mean() == pytest.approx(0.2, abs=0.02)


def test_few_failures_lean_on_the_other_channels_and_say_so() -> None:
    steps = incidence(drawn(failures(4, 1.0), failures(5000, 0.6)))
    share = steps[:, 0].sum(axis=1)
    assert 0.6 < share.mean() < 0.85
    assert np.quantile(share, 0.95) - np.quantile(share, 0.05) > 0.3


def test_no_failure_anywhere_takes_the_prior_of_its_cause() -> None:
    nothing = failures(0, 0.5)
    assert incidence(drawn(nothing))[:, 0].sum(axis=1).mean() == pytest.approx(0.5, abs=0.02)
    assert incidence(drawn(nothing, cause="clearing"))[:, 0].sum(axis=1).mean() == pytest.approx(0.95, abs=0.02)
