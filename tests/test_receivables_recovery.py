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


def test_where_no_losses_can_be_seen_what_was_cured_says_nothing_of_the_share() -> None:
    """Half is cured by the prior, 95 % of clearing; the days that it takes are those of the cures."""
    own = failures(5000, 1.0)
    for cause, share in (("unknown", 0.5), ("clearing", 0.95)):
        drawn = draw_recovery(own, (own,), DEFAULT, SIZE, 4000, np.random.default_rng(1), cause, losses_seen=False)
        steps = incidence(drawn)
        assert steps[:, 0].sum(axis=1).mean() == pytest.approx(share, abs=0.01)
        assert steps[:, 0, 1].sum() == pytest.approx(steps[:, 0].sum(), rel=0.01)


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


def test_two_failures_tell_as_much_as_one_order_beside_four_of_all_channels() -> None:
    """Eight were all cured and count as four; all channels' four lean 4.5 to 0.5, half an order of each outcome."""
    cured = incidence(drawn(failures(8, 1.0, weeks=1)))[:, 0].sum(axis=1)
    alpha, beta = 4.0 + 4.0 * 0.9, 4.0 * 0.1
    assert cured.mean() == pytest.approx(alpha / 8.0, abs=0.005)
    assert cured.var() == pytest.approx(alpha * beta / (8.0**2 * 9.0), rel=0.15)


def test_failures_of_two_years_ago_tell_half_as_much() -> None:
    """100 failures lost last week, 100 cured 104 weeks before: a third of what is told is that they are cured."""
    events, at_risk = np.zeros((105, 2, 20)), np.zeros((105, 20))
    events[104, 0, 0] = events[0, 1, 0] = 100 * SIZE
    at_risk[[0, 104], 0] = 100 * SIZE
    shares, orders = final_shares(CohortCounts(events, at_risk, np.arange(105)), SIZE, 7)
    assert shares == pytest.approx([1 / 3, 2 / 3, 0.0])
    assert orders == pytest.approx(150.0)


def test_a_failure_open_past_the_usual_age_tells_as_one_that_is_resolved() -> None:
    counts = failures(1000, 0.7, weeks=1)
    counts.at_risk[0, :12] += 500 * SIZE
    shares, orders = final_shares(counts, SIZE, 7)
    assert orders == pytest.approx(1500.0)
    # of 1,500 open past the day before, 700 are cured; of the other 800 three are lost for every five left
    assert shares == pytest.approx([7 / 15, 3 / 15, 5 / 15])
    assert final_shares(counts, SIZE, 20)[1] == pytest.approx(1000.0)
    assert final_shares(failures(0, 0.5), SIZE, 7)[0].tolist() == [0.0, 0.0, 1.0]


def test_the_usual_age_is_the_day_after_all_but_a_fiftieth_are_resolved() -> None:
    """A tenth a day leaves less than 2 % after 38 days, the last of age 37."""
    assert usual_age(np.full((2, MAX_AGE), 0.05)) == 38
    assert usual_age(np.full((2, MAX_AGE), 0.01)) == 60


def test_delays_never_seen_on_a_channel_are_those_of_all_channels() -> None:
    """The channel was always cured, after a day; what it may lose one day is lost when the others' resolve."""
    steps = incidence(drawn(failures(400, 1.0), failures(5000, 0.5)))
    lost = steps[:, 1].mean(axis=0)
    assert lost[[1, 3]] / lost.sum() == pytest.approx([0.0, 1.0], abs=0.02)
    only = incidence(drawn(failures(400, 1.0)))[:, 1].mean(axis=0)
    assert only[1] / only.sum() > 0.95
