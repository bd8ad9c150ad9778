"""From deduction to money on the account: the settlement lag, with payout days and refunds before settlement.

Two readings of a closed day are tried for each channel and the likelier is kept:

* ``rolled``: a settlement that falls due on a closed day waits for the next payout day (a provider's T + n);
* ``paused``: the lag does not run on closed days (a settlement that follows a delivery).

Both have a hazard by age since deduction. ``rolled`` finds it by expectation and maximisation over the ages at which a
settlement may have fallen due before it was paid (Turnbull 1976); ``paused`` by proportional fitting of age and kind of
day. They agree where every day is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.receivables.hazards import MAX_AGE, CohortCounts, hazard_with_tail
from forecast.receivables.payout import DAY_TYPES, PayoutDays, day_type, learn_payout_days, waiting_weights

if TYPE_CHECKING:
    import pandas as pd

    from forecast.arrays import Bools, Days, Floats
    from forecast.calendar import Calendar

HISTORY_DAYS = 420
"""Days of deduction from which lags are learnt; older ones have next to no weight."""

CLEARLY_LIKELIER = 0.01
"""Log likelihood a yuan of settled value by which ``paused`` must be ahead: where both fit, it is ``rolled``."""

Mode = Literal["rolled", "paused"]


@dataclass(frozen=True, slots=True)
class SettlementGrid:
    """Settled, refunded and open value of one channel by day of deduction and age.

    ``settled``, ``left`` and ``open_value`` are (day, age) in yuan, net of refunds before settlement: paid at that
    age, wholly refunded at that age, still in transit on as_of at that age. ``days`` are the days of deduction.
    """

    days: Days
    settled: Floats
    left: Floats
    open_value: Floats

    @property
    def arrivals(self) -> Floats:
        """Yuan settled by calendar day, over the grid's own days."""
        count = len(self.days)
        out = np.zeros(count)
        for age in range(min(MAX_AGE, count)):
            out[age:] += self.settled[: count - age, age]
        return out


@dataclass(frozen=True, slots=True)
class SettlementLaw:
    """The lag's law of one channel: its reading of closed days, how open each is, and its latent cohort counts.

    ``promotion_counts`` are the part of them that was deducted on days of promotions.
    """

    mode: Mode
    payout: PayoutDays
    counts: CohortCounts
    promotion_counts: CohortCounts


def settlement_grid(table: pd.DataFrame, as_of: np.datetime64) -> SettlementGrid:
    """The grid of one channel's rows of the settlement table, over the last ``HISTORY_DAYS`` days of deduction."""
    day = table["day"].to_numpy().astype("datetime64[D]")
    oldest = max(day.min(), as_of - HISTORY_DAYS + 1) if len(day) else as_of
    days = np.arange(oldest, as_of + 1)
    index = (day - oldest).astype(np.int64)
    age = np.minimum(table["age"].to_numpy(np.int64), MAX_AGE)
    gross = table["value"].to_numpy(float) / 100.0
    net = gross - table["refunded_before"].to_numpy(float) / 100.0
    outcome = table["outcome"].to_numpy(str)
    grids = {}
    for name, weight in (("settled", net), ("refunded", gross), ("in_transit", net)):
        grid = np.zeros((len(days), MAX_AGE + 1))
        rows = (outcome == name) & (index >= 0)
        np.add.at(grid, (index[rows], age[rows]), weight[rows])
        grids[name] = grid
    return SettlementGrid(days, grids["settled"], grids["refunded"], grids["in_transit"])


def fit_settlement(
    grid: SettlementGrid, calendar: Calendar, order_size: float, promotion: Bools | None = None
) -> SettlementLaw:
    """The likelier of the two readings of closed days, fitted; see the module's own text.

    ``promotion`` (day of deduction) marks the days of promotions, none where it is absent.
    """
    if promotion is None:
        promotion = np.zeros(len(grid.days), dtype=bool)
    payout = learn_payout_days(grid.days, grid.arrivals, calendar, order_size)
    rolled = _fit_rolled(grid, payout, calendar, promotion)
    open_days = payout.on(grid.days, calendar)
    if payout.month_rule or np.all(open_days == 1.0):
        return SettlementLaw("rolled", payout, *rolled)
    paused_days, *paused = _fit_paused(grid, payout, calendar, promotion)
    scores = []
    readings: tuple[tuple[Mode, PayoutDays, CohortCounts], ...] = (
        ("rolled", payout, rolled[0]),
        ("paused", paused_days, paused[0]),
    )
    for mode, days, counts in readings:
        hazard = hazard_with_tail(counts.events.sum(0)[None], counts.at_risk.sum(0)[None], order_size)[:, 0]
        paid = settlement_kernel(hazard, np.zeros_like(hazard), mode, days.on(_span(grid), calendar), len(grid.days))
        scores.append(_log_likelihood(grid, paid[0]))
    if scores[1] - scores[0] < CLEARLY_LIKELIER * grid.settled.sum():
        return SettlementLaw("rolled", payout, *rolled)
    return SettlementLaw("paused", paused_days, *paused)


def _span(grid: SettlementGrid) -> Days:
    """The grid's days and MAX_AGE days beyond."""
    return np.asarray(np.arange(grid.days[0], grid.days[-1] + MAX_AGE + 1))


def _log_likelihood(grid: SettlementGrid, paid: Floats) -> float:
    """Σ value × log of its chance; ``paid`` is (day of deduction, age)."""
    survived = np.maximum(1.0 - np.cumsum(paid, axis=1), 1e-9)
    seen = (grid.settled[:, :MAX_AGE] * np.log(np.maximum(paid, 1e-9))).sum()
    still_open = (grid.open_value[:, :MAX_AGE] * np.log(survived)).sum()
    return float(seen + still_open)


def _weekly(
    grid: SettlementGrid, events: Floats, censored: Floats, promotion: Bools
) -> tuple[CohortCounts, CohortCounts]:
    """Cohort counts by week of events (day, age) and of what left unsettled (day, age): of all days, of promotions."""
    only = promotion[:, None]
    return _weekly_counts(grid, events, censored), _weekly_counts(grid, events * only, censored * only)


def _weekly_counts(grid: SettlementGrid, events: Floats, censored: Floats) -> CohortCounts:
    week = ((grid.days[-1] - grid.days).astype(np.int64)) // 7
    weeks = int(week.max()) + 1
    followed = np.zeros((weeks, MAX_AGE + 1))
    np.add.at(followed, week, events + censored)
    at_risk = followed[:, ::-1].cumsum(axis=1)[:, ::-1][:, :MAX_AGE]
    happened = np.zeros((weeks, 1, MAX_AGE))
    np.add.at(happened, (week, 0), events[:, :MAX_AGE])
    return CohortCounts(happened, at_risk, np.arange(weeks))


def _fit_rolled(
    grid: SettlementGrid, payout: PayoutDays, calendar: Calendar, promotion: Bools, rounds: int = 8
) -> tuple[CohortCounts, CohortCounts]:
    """Latent due ages by expectation and maximisation, given how open each day is."""
    openness = payout.on(_span(grid), calendar)
    waits = waiting_weights(openness)
    index = np.arange(len(grid.days))[:, None] + np.arange(MAX_AGE + 1)[None, :]
    weights = waits[:, index]
    # What is open on as_of was due after the last open day: it is censored at its age on that day.
    since_open = 0
    while since_open < len(grid.days) - 1 and openness[len(grid.days) - 1 - since_open] == 0.0:
        since_open += 1
    open_value = np.zeros_like(grid.open_value)
    open_value[:, : MAX_AGE + 1 - since_open] = grid.open_value[:, since_open:]
    open_value[:, 0] += grid.open_value[:, :since_open].sum(axis=1)
    open_value[:, MAX_AGE] = grid.open_value[:, MAX_AGE]
    if since_open:
        open_value[:, MAX_AGE - since_open] -= grid.open_value[:, MAX_AGE]
    censored = open_value + grid.left
    paid_ages = grid.settled.sum(axis=0)
    density = np.maximum(paid_ages / max(paid_ages.sum(), 1e-300), 1e-9)
    events = grid.settled
    for _ in range(rounds if len(waits) > 1 else 1):
        chance = np.zeros((len(waits), *grid.settled.shape))
        for wait in range(len(waits)):
            shifted = np.concatenate([np.zeros(wait), density[: MAX_AGE + 1 - wait]])
            chance[wait] = shifted[None, :] * weights[wait]
        total = chance.sum(axis=0)
        share = np.divide(chance, total, out=np.zeros_like(chance), where=total > 0)
        share[0] += total <= 0
        events = np.zeros_like(grid.settled)
        for wait in range(len(waits)):
            events[:, : MAX_AGE + 1 - wait] += (grid.settled * share[wait])[:, wait:]
        followed = (events + censored).sum(axis=0)
        at_risk = followed[::-1].cumsum()[::-1]
        hazard = np.divide(events.sum(axis=0), at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
        density = np.maximum(hazard * np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]]), 1e-12)
    return _weekly(grid, events, censored, promotion)


def _fit_paused(
    grid: SettlementGrid, payout: PayoutDays, calendar: Calendar, promotion: Bools, rounds: int = 12
) -> tuple[PayoutDays, CohortCounts, CohortCounts]:
    """Hazard by age times openness by kind of day, fitted in turn; exposure counts a day by its openness."""
    types = day_type(_span(grid), calendar)
    index = np.arange(len(grid.days))[:, None] + np.arange(MAX_AGE)[None, :]
    kinds = types[index]
    gone = grid.settled + grid.left + grid.open_value
    exposed = gone[:, ::-1].cumsum(axis=1)[:, ::-1][:, :MAX_AGE]
    # The open value is followed to its age on as_of, inclusive; nothing later is known.
    paid = grid.settled[:, :MAX_AGE]
    paid_by_kind = np.bincount(kinds.ravel(), paid.ravel(), len(DAY_TYPES))
    openness = payout.openness.copy()
    hazard = np.zeros(MAX_AGE)
    for _ in range(rounds):
        exposure = (exposed * openness[kinds]).sum(axis=0)
        hazard = np.divide(paid.sum(axis=0), exposure, out=np.zeros(MAX_AGE), where=exposure > 0)
        expected = np.bincount(kinds.ravel(), (exposed * np.minimum(hazard, 1.0)).ravel(), len(DAY_TYPES))
        openness = np.divide(paid_by_kind, expected, out=payout.openness.copy(), where=expected > 0)
        openness /= max(float(openness[:5].mean()), 1e-9)
    pace = exposed * openness[kinds]
    every = np.ones(len(grid.days), dtype=bool)
    counts = [_exposed_weekly(grid, pace * days[:, None], paid * days[:, None]) for days in (every, promotion)]
    return PayoutDays(openness), counts[0], counts[1]


def _exposed_weekly(grid: SettlementGrid, exposed: Floats, paid: Floats) -> CohortCounts:
    """Cohort counts by week of exposure and payments, both (day, age)."""
    week = ((grid.days[-1] - grid.days).astype(np.int64)) // 7
    weeks = int(week.max()) + 1
    at_risk = np.zeros((weeks, MAX_AGE))
    np.add.at(at_risk, week, exposed)
    happened = np.zeros((weeks, 1, MAX_AGE))
    np.add.at(happened, (week, 0), paid)
    return CohortCounts(happened, at_risk, np.arange(weeks))


def settlement_kernel(hazard: Floats, refund: Floats, mode: Mode, openness: Floats, cohorts: int) -> Floats:
    """Share of each cohort that settles at each age, (draw, day of deduction, age).

    Args:
        hazard: (draw, age) of falling due (rolled) or of settling on a fully open day (paused).
        refund: (draw, age) of being refunded before settlement.
        mode: how closed days are read.
        openness: (day) from the first cohort's day on, at least ``cohorts`` + ``MAX_AGE`` long.
        cohorts: the number of days of deduction.
    """
    return evolve(hazard, refund, mode, openness, cohorts)[0]


def evolve(
    hazard: Floats, refund: Floats, mode: Mode, openness: Floats, cohorts: int, known_day: int = -1
) -> tuple[Floats, Floats]:
    """Shares settled and refunded before settlement by age, each (draw, day of deduction, age).

    Cohorts deducted on or before index ``known_day`` are taken as wholly open on the evening of that day: their shares
    begin the day after, and are of what is open then.
    """
    draws, ages = hazard.shape
    settled = np.zeros((draws, cohorts, ages))
    refunded = np.zeros((draws, cohorts, ages))
    running = np.ones((draws, cohorts))
    waiting = np.zeros((draws, cohorts))
    for age in range(ages):
        openness_now = openness[age : age + cohorts][None, :]
        back = refund[:, age : age + 1]
        if back.any():
            refunded[:, :, age] = (running + waiting) * back
            running = running * (1.0 - back)
            waiting = waiting * (1.0 - back)
        if mode == "rolled":
            due = running * hazard[:, age : age + 1]
            running = running - due
            waiting = waiting + due
            paid = waiting * openness_now
            waiting = waiting - paid
        else:
            paid = running * np.minimum(hazard[:, age : age + 1] * openness_now, 1.0)
            running = running - paid
        settled[:, :, age] = paid
        cohort = known_day - age
        if 0 <= cohort < cohorts:
            settled[:, cohort, : age + 1] = 0.0
            refunded[:, cohort, : age + 1] = 0.0
            alive = running[:, cohort] + waiting[:, cohort]
            gone = alive < 1e-9  # noqa: PLR2004  # none should be left, yet some is: it is due now
            scale = 1.0 / np.where(gone, 1.0, alive)
            running[:, cohort] = np.where(gone, 0.0, running[:, cohort] * scale)
            waiting[:, cohort] = np.where(gone, 1.0, waiting[:, cohort] * scale)
            if mode == "paused":
                running[:, cohort] += waiting[:, cohort]
                waiting[:, cohort] = 0.0
    return settled, refunded
