"""The scatter of daily settlements is that of chance: what has changed once is not in it, what days share is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from forecast.calendar import Calendar
from forecast.receivables.dispersion import RANGE, around, dispersion, scatter
from forecast.receivables.hazards import MAX_AGE, CohortCounts, hazard_with_tail
from forecast.receivables.settlement import SettlementGrid, SettlementLaw, fit_settlement

if TYPE_CHECKING:
    from forecast.arrays import Floats

CHINA = Calendar("CN")
COUNT, ORDERS, ORDER = 300, (100, 300), 10.0
DAYS = np.arange(np.datetime64("2024-11-30") - COUNT + 1, np.datetime64("2024-12-01"))
SHARES = np.array([0.3, 0.4, 0.3])


def settled_by_chance(earliest: int, later: int, changed: int, together: int = 1) -> SettlementGrid:
    """100 or 300 orders a day, settled over three days from age ``earliest`` on; since ``changed``, from ``later`` on.

    So many orders ``together`` settle as one.
    """
    rng = np.random.default_rng(5)
    settled, still_open = np.zeros((2, COUNT, MAX_AGE + 1))
    for day in range(COUNT):
        first = earliest if day < changed else later
        drawn = ORDER * together * rng.multinomial(int(rng.choice(ORDERS)) // together, SHARES)
        for age, yuan in zip(range(first, first + 3), drawn, strict=True):
            if day + age < COUNT:
                settled[day, age] = yuan
            else:
                still_open[day, COUNT - 1 - day] += yuan
    return SettlementGrid(DAYS, settled, np.zeros_like(settled), still_open)


def measured(grid: SettlementGrid) -> float:
    """The scatter against the law of the last weeks, as far as the weeks around a day tell nothing."""
    law = fit_settlement(grid, CHINA, ORDER)
    return dispersion(grid, law, lately(law), CHINA, ORDER)


def lately(law: SettlementLaw) -> Floats:
    """The hazard (age) of the last eight weeks."""
    events, at_risk = law.counts.events[:8].sum(axis=0), law.counts.at_risk[:8].sum(axis=0)
    return np.asarray(hazard_with_tail(events[None], at_risk[None], ORDER)[0, 0])


def test_independent_orders_scatter_as_such() -> None:
    assert measured(settled_by_chance(4, 4, 0)) == pytest.approx(1.0, abs=0.25)


def test_orders_that_settle_together_scatter_more() -> None:
    assert measured(settled_by_chance(4, 4, 0, together=20)) == pytest.approx(20.0, rel=0.4)


def test_a_lag_that_has_changed_is_no_scatter() -> None:
    # Against the law of the last weeks all days before the change would be misses: thirty times as much as chance.
    assert measured(settled_by_chance(4, 6, COUNT - 60)) < 5.0


def test_a_week_is_judged_by_the_others_around_it() -> None:
    at_risk, events = np.full((5, MAX_AGE), 1000.0), np.zeros((5, 1, MAX_AGE))
    events[:, 0, 0] = [100.0, 200.0, 900.0, 200.0, 300.0]
    found = around(CohortCounts(events, at_risk, np.arange(5)), np.zeros(MAX_AGE), order_size=1e-6)[:, 0]
    # The weight of a week halves with every two weeks; the third week itself, which is unlike all others, has none.
    near, far = 0.5**0.5, 0.5
    assert found[2] == pytest.approx((2 * near * 0.2 + far * (0.1 + 0.3)) / (2 * near + 2 * far))


def test_orders_of_promotions_have_lags_of_their_own() -> None:
    usual, slower = settled_by_chance(4, 4, 0), settled_by_chance(8, 8, 0)
    promoted = np.isin(np.arange(COUNT) % 50, range(8))[:, None]
    grid = SettlementGrid(
        DAYS,
        np.where(promoted, slower.settled, usual.settled),
        usual.left,
        np.where(promoted, slower.open_value, usual.open_value),
    )
    law = fit_settlement(grid, CHINA, ORDER, promoted[:, 0])
    # Told which days they are, the others scatter by chance; untold, they would be misses of the usual law.
    assert dispersion(grid, law, lately(law), CHINA, ORDER) == pytest.approx(1.0, abs=0.4)
    untold = fit_settlement(grid, CHINA, ORDER)
    assert dispersion(grid, untold, lately(untold), CHINA, ORDER) > 5.0


def test_a_channel_that_sells_in_promotions_alone_is_measured_by_them() -> None:
    grid = settled_by_chance(4, 4, 0)
    law = fit_settlement(grid, CHINA, ORDER, np.ones(COUNT, dtype=bool))
    assert dispersion(grid, law, lately(law), CHINA, ORDER) == pytest.approx(1.0, abs=0.3)


def test_a_payout_that_came_a_day_late_once_is_not_the_scatter_of_all_days() -> None:
    grid = settled_by_chance(4, 4, 0)
    late = 240
    for age in range(4, 7):
        day = late - age
        grid.settled[day, age + 1] += grid.settled[day, age]
        grid.settled[day, age] = 0.0
    law = fit_settlement(grid, CHINA, ORDER)
    # Counted in full, its two days would make it nearly six.
    assert dispersion(grid, law, lately(law), CHINA, ORDER) == pytest.approx(1.0, abs=0.3)


def test_what_days_share_is_found_however_large() -> None:
    rng = np.random.default_rng(3)
    variance = rng.uniform(0.5, 2.0, 20_000)
    for scale in (0.5, 1.0, 12.0):
        misses = scale * variance * rng.standard_normal(variance.size) ** 2
        assert scatter(misses, variance) == pytest.approx(scale, rel=0.05)
    assert scatter(0.0 * variance, variance) == RANGE[0]
    assert scatter(1e6 * variance, variance) == RANGE[1]
