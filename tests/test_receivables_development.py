"""Collection development: the chain ladder agrees with published answers, the cohorts with the ledger's own money."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_plans import AS_OF, csv_of, ledger_of, row

from forecast.receivables.development import (
    COHORTS,
    LAST_AGE,
    Cohorts,
    chain_ladder,
    develop,
    valuation_day,
    weekly_cohorts,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.arrays import Floats

NAN = float("nan")

RAA = (
    (5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834),
    (106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704),
    (3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466),
    (5655, 11555, 15766, 21266, 23425, 26083, 27067),
    (1092, 9565, 15836, 22169, 25955, 26180),
    (1513, 6445, 11702, 12935, 15852),
    (557, 4020, 10946, 12314),
    (1351, 6947, 13112),
    (3133, 5395),
    (2063,),
)
"""General liability, automatic facultative, in thousands: Historical Loss Development, Reinsurance Association of
America 1991, page 96; reprinted in Mack (1994), Measuring the variability of chain ladder reserve estimates."""

RAA_FACTORS = (
    2.9993586513353794,
    1.6235227537534538,
    1.2708881150356526,
    1.1716746330883747,
    1.113384886206463,
    1.0419346379110106,
    1.033263553789384,
    1.0169364810075625,
    1.0092165898617511,
)
"""``Development(average="volume")`` of the package chainladder 0.10.1; Mack (1994) prints them to three decimals."""

RAA_RESERVES = (0, 154, 617, 1636, 2747, 3649, 5435, 10907, 10650, 16339)
"""Mack (1994), the reserves of the chain ladder by year, in whole thousands."""


def triangle(rows: tuple[tuple[float, ...], ...]) -> Floats:
    """A triangle of rows that end where they are not known."""
    ages = max(map(len, rows))
    return np.array([[*one, *[NAN] * (ages - len(one))] for one in rows], dtype=np.float64)


def steady(count: int, shares: tuple[float, ...], *, value: float = 1000.0) -> Cohorts:
    """Cohorts that all collect the same shares of the same order value by age; after the last age nothing changes."""
    held = np.append(shares, np.full(max(0, count - len(shares)), shares[-1]))[:count]
    collected = np.tile(held * value, (count, 1))
    rows = np.arange(count)
    collected[rows[None, :] > (count - 1 - rows)[:, None]] = NAN
    weeks = np.datetime64(AS_OF) - 7 * np.arange(count, 0, -1) + 1
    return Cohorts(weeks, np.full(count, value), collected)


def test_the_raa_triangle_gives_the_published_reserve() -> None:
    found = chain_ladder(triangle(RAA))
    assert found.still_to_come.sum() == pytest.approx(52135.23, abs=0.005)
    assert found.still_to_come.round() == pytest.approx(RAA_RESERVES)
    assert found.ultimate == pytest.approx([max(one) for one in RAA[:1]] + list(found.ultimate[1:]))


def test_the_raa_factors_are_those_of_the_package_chainladder() -> None:
    found = chain_ladder(triangle(RAA))
    assert found.factors == pytest.approx(RAA_FACTORS, rel=1e-13)
    assert found.to_ultimate[0] == pytest.approx(np.prod(RAA_FACTORS))


def test_a_tail_multiplies_every_ultimate() -> None:
    plain, tailed = chain_ladder(triangle(RAA)), chain_ladder(triangle(RAA), tail=1.1)
    assert tailed.ultimate == pytest.approx(1.1 * plain.ultimate)
    assert tailed.factors == pytest.approx(plain.factors)


def test_factors_weigh_cohorts_by_volume_and_may_fall_below_one() -> None:
    found = chain_ladder(triangle(((100, 90), (300, 330), (50,))))
    assert found.factors == pytest.approx([420 / 400])
    assert found.ultimate == pytest.approx([90, 330, 52.5])
    assert chain_ladder(triangle(((100, 90), (50,)))).still_to_come == pytest.approx([0, -5])


def test_a_step_of_which_nothing_is_known_changes_nothing() -> None:
    found = chain_ladder(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, NAN], [7.0, NAN, NAN]]))
    assert found.factors.tolist() == [1.0, 1.0]
    assert found.ultimate.tolist() == [0.0, 0.0, 7.0]


def test_a_cohort_without_money_has_no_factor_of_its_own() -> None:
    """The package chainladder 0.10.1 gives 1.75, 1.5, 1.1 on this triangle."""
    found = chain_ladder(triangle(((10, 20, 30, 33), (0, 20, 30), (10, 15), (10,))))
    assert found.factors == pytest.approx([1.75, 1.5, 1.1])
    assert found.ultimate == pytest.approx([33, 33, 24.75, 28.875])


def test_what_is_no_triangle_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cohort"):
        chain_ladder(np.zeros((0, 3)))
    with pytest.raises(ValueError, match="known at an age after one"):
        chain_ladder(np.array([[1.0, NAN, 3.0]]))


@given(st.lists(st.floats(0.2, 5.0), min_size=1, max_size=8), st.integers(1, 10**6))
def test_cohorts_that_develop_alike_are_projected_without_error(steps: list[float], first: int) -> None:
    whole = first * np.cumprod([1.0, *steps])
    cohorts = np.outer(np.arange(1.0, len(whole) + 1.0), whole)
    known = cohorts.copy()
    rows = np.arange(len(whole))
    known[rows[None, :] > rows[::-1][:, None]] = NAN
    assert chain_ladder(known).ultimate == pytest.approx(cohorts[:, -1])


def test_development_runs_from_the_first_age_with_money_to_the_last_that_matters() -> None:
    found = develop(steady(26, (0.0, 0.5, 0.81, 0.8)))
    assert found.ages.tolist() == [1, 2, 3]
    assert found.triangle[0].tolist() == [500.0, 810.0, 800.0]
    assert found.factors == pytest.approx([0.81 / 0.5, 0.8 / 0.81])
    assert found.tail == 1.0
    assert found.reached == pytest.approx([0.625, 1.0125, 1.0])
    assert found.developed[-4:] == pytest.approx([1.0, 1.0125, 0.625, 0.0])
    assert found.developed[:22] == pytest.approx(np.ones(22))
    assert found.share == pytest.approx(0.8)
    assert np.isnan(found.projected[-1])
    assert found.expected == pytest.approx(np.full(26, 800.0))
    assert found.still_to_come[-4:] == pytest.approx([0.0, -10.0, 300.0, 800.0])
    assert not found.open_ended


def test_a_young_week_rests_on_its_order_value_and_an_old_one_on_its_money() -> None:
    """A week whose first money is ten times the usual: the chain ladder takes it tenfold, what is expected does not."""
    cohorts = steady(26, (0.01, 0.8))
    cohorts.collected[-1, 0] *= 10
    found = develop(cohorts)
    assert found.projected[-1] == pytest.approx(8000.0)
    assert found.developed[-1] == pytest.approx(0.0125)
    assert found.expected[-1] == pytest.approx(100.0 + 790.0, rel=0.01)
    assert (found.expected <= cohorts.order_value).all()


def test_a_stray_early_payment_does_not_begin_the_development() -> None:
    cohorts = steady(26, (0.0, 0.6, 0.8))
    cohorts.collected[3, 0] = 10.0
    cohorts.collected[-1, 0] = 20.0
    found = develop(cohorts)
    assert found.ages.tolist() == [1, 2]
    assert np.isnan(found.projected[-1])
    assert found.expected[-1] == pytest.approx(800.0)


def test_cohorts_too_young_to_show_a_step_say_nothing_of_where_it_begins() -> None:
    """Two big weeks of Double 11 have brought nothing yet: the small ones before them begin at the age of a week."""
    cohorts = steady(10, (0.0, 0.6, 0.8))
    cohorts.order_value[-2:] = 1e6, 1e7
    cohorts.collected[3, 0], cohorts.collected[-2, 1] = 10.0, 0.6e6
    found = develop(cohorts)
    assert found.ages.tolist() == [1, 2]
    assert found.expected[-1] == pytest.approx(0.8e7, rel=0.01)


def test_weeks_of_a_yuan_develop_as_weeks_of_a_thousand() -> None:
    """Money comes at four weeks of age, which three of eight cohorts show; a stray payment came early."""
    ages = []
    for value in (1000.0, 1.0):
        cohorts = steady(8, (0.0, 0.0, 0.0, 0.0, 0.6, 0.8), value=value)
        cohorts.collected[0, 0] = 0.01 * value
        ages.append(develop(cohorts).ages.tolist())
    assert ages == [[4, 5], [4, 5]]


def test_slow_money_beyond_the_last_age_is_in_the_tail() -> None:
    shares = tuple(0.02 * (age + 1) for age in range(26))
    found = develop(steady(26, shares))
    assert found.ages[-1] == LAST_AGE
    older = np.arange(LAST_AGE + 1, 26)
    assert found.tail == pytest.approx(sum(shares[age] for age in older) / (len(older) * shares[LAST_AGE]))
    assert found.projected[older[0] - LAST_AGE - 1] == pytest.approx(1000 * shares[25])


def test_a_young_shop_says_that_nobody_knows_what_comes_later() -> None:
    one_week = develop(steady(1, (0.3,)))
    assert one_week.open_ended
    assert np.isnan(one_week.expected).all()
    assert np.isnan(one_week.tail)
    three_weeks = develop(steady(3, (0.1, 0.3, 0.6)))
    assert three_weeks.open_ended
    assert three_weeks.expected == pytest.approx([600.0] * 3)


def test_without_any_money_nothing_is_projected() -> None:
    found = develop(steady(10, (0.0,)))
    assert len(found.ages) == 0
    assert np.isnan(found.expected).all()
    assert not found.open_ended


def test_money_that_is_all_taken_back_leaves_nothing_to_come() -> None:
    found = develop(steady(20, (0.5, 0.0)))
    assert found.projected == pytest.approx(np.zeros(20))
    assert found.still_to_come[:-1] == pytest.approx(np.zeros(19))


# Cohorts of 2026-10-12 to 18 and the three weeks before, as of Sunday, 18 October.
BOOK = csv_of(
    row(
        order_id="A", ordered_at="2026-10-01", deducted_at="2026-10-01", settled_on="2026-10-04", settled_amount="99.00"
    ),
    row(
        order_id="B",
        ordered_at="2026-09-28",
        deducted_at="2026-09-28",
        settled_on="2026-10-05",
        settled_amount="98.00",
        refunded_on="2026-10-12",
        refunded_amount="40.00",
    ),
    row(order_id="C", ordered_at="2026-10-04 23:59:00"),
    row(
        order_id="D",
        channel="wechat",
        ordered_at="2026-10-12",
        deducted_at="2026-10-12",
        settled_on="2026-10-12",
        settled_amount="100.00",
    ),
)


def test_cohorts_are_weeks_back_from_as_of_and_ages_are_counted_from_their_last_day(tmp_path: Path) -> None:
    tables = ledger_of(tmp_path, BOOK).tables
    found = weekly_cohorts(tables, "baitiao")
    assert found.weeks.astype(str).tolist() == ["2026-09-28", "2026-10-05", "2026-10-12"]
    assert found.order_value.tolist() == [300.0, 0.0, 0.0]
    # A came on the week's last day (age 0), B a day later (age 1); B's refund was taken back eight days after (age 2).
    assert found.collected[0].tolist() == [99.0, 197.0, 157.0]
    assert np.isnan(found.collected[2, 1:]).all()


def test_all_channels_together_are_the_sum_and_nothing_is_lost(tmp_path: Path) -> None:
    tables = ledger_of(tmp_path, BOOK).tables
    whole, identity = weekly_cohorts(tables), tables.identity
    assert whole.order_value.sum() == identity["value"].sum() / 100
    assert whole.latest.sum() == (identity["settled"] - identity["refunded_after"]).sum() / 100
    assert whole.latest.tolist() == [157.0, 0.0, 100.0]


def test_only_the_most_recent_weeks_count(tmp_path: Path) -> None:
    old = row(order_id="old", ordered_at="2025-10-01", amount="5000.00")
    tables = ledger_of(tmp_path, BOOK + old + "\n").tables
    found = weekly_cohorts(tables)
    assert len(found.weeks) == COHORTS
    assert found.order_value.sum() == 400.0


def test_a_channel_without_orders_has_one_empty_week(tmp_path: Path) -> None:
    tables = ledger_of(tmp_path, csv_of(row(order_id="A"))).tables
    found = develop(weekly_cohorts(tables, "wechat"))
    assert (found.cohorts.order_value.tolist(), len(found.ages)) == ([0.0], 0)


def test_a_ledger_that_fell_silent_is_valued_on_its_last_day(tmp_path: Path) -> None:
    assert valuation_day(ledger_of(tmp_path, BOOK).tables) == np.datetime64("2026-10-18")
    later = ledger_of(tmp_path, BOOK, as_of=dt.date(2026, 10, 30)).tables
    assert valuation_day(later) == np.datetime64("2026-10-12")
    assert weekly_cohorts(later).weeks[-1] == np.datetime64("2026-10-06")
