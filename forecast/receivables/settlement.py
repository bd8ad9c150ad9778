"""From deduction to money on the account: the settlement lag, with payout days and refunds before settlement.

Two readings of a closed day are tried for each channel and the likelier is kept:

* ``rolled``: a settlement that falls due on a closed day waits for the next payout day (a provider's T + n);
* ``paused``: the lag does not run on closed days (a settlement that follows a delivery).

``rolled`` has a hazard by age in days, found by expectation and maximisation over the ages at which a settlement may
have fallen due before it was paid (Turnbull 1976); ``paused`` one by age in open days, found by proportional fitting of
age and kind of day. They agree where every day is open. A channel that pays once a month is ``rolled``, its ages filled
in by ``monthly``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.receivables.hazards import HALF_LIFE_WEEKS, MAX_AGE, CohortCounts, hazard_with_tail
from forecast.receivables.monthly import Payouts, due_ages
from forecast.receivables.payout import (
    DAY_TYPES,
    PayoutDays,
    day_type,
    learn_payout_days,
    soft_openness,
    waiting_weights,
)
from forecast.receivables.rows import ages_of, days_of, has_outcome, yuan_of

if TYPE_CHECKING:
    import pandas as pd

    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.calendar import Calendar

HISTORY_DAYS = 420
"""Days of deduction from which lags are learnt; older ones have next to no weight."""

WEEKEND = 5
"""Index of the first kind of day that is not an ordinary weekday."""

CLOSED_BELOW = 0.03
"""Openness below which a kind of day counts as closed to a paused lag."""

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
    def span(self) -> Days:
        """The days of deduction and ``MAX_AGE`` days beyond."""
        return np.arange(self.days[0], self.days[-1] + MAX_AGE + 1)

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

    Weeks of a channel that pays once a month count as far as its payouts have told when its settlements fell due.
    ``promotion_counts`` are the part of them that was deducted on days of promotions, which ``promotion`` marks (day of
    deduction).
    """

    mode: Mode
    payout: PayoutDays
    counts: CohortCounts
    promotion_counts: CohortCounts
    promotion: Bools


def settlement_grid(table: pd.DataFrame, as_of: np.datetime64) -> SettlementGrid:
    """The grid of one channel's rows of the settlement table, over the last ``HISTORY_DAYS`` days of deduction."""
    day = days_of(table)
    oldest = max(day.min(), as_of - HISTORY_DAYS + 1) if len(day) else as_of
    days = np.arange(oldest, as_of + 1)
    index = (day - oldest).astype(np.int64)
    age = np.minimum(ages_of(table), MAX_AGE)
    gross = yuan_of(table)
    net = gross - yuan_of(table, "refunded_before")

    def summed(outcome: str, yuan: Floats) -> Floats:
        grid = np.zeros((len(days), MAX_AGE + 1))
        rows = has_outcome(table, outcome) & (index >= 0)
        np.add.at(grid, (index[rows], age[rows]), yuan[rows])
        return grid

    return SettlementGrid(days, summed("settled", net), summed("refunded", gross), summed("in_transit", net))


def fit_settlement(
    grid: SettlementGrid, calendar: Calendar, order_size: float, promotion: Bools | None = None
) -> SettlementLaw:
    """The likelier of the two readings of closed days, fitted; see the module's own text.

    ``promotion`` (day of deduction) marks the days of promotions, none where it is absent.
    """
    if promotion is None:
        promotion = np.zeros(len(grid.days), dtype=bool)
    payout = learn_payout_days(grid.days, grid.arrivals, calendar, order_size)
    if payout.month_rule:
        return SettlementLaw("rolled", payout, *_fit_monthly(grid, payout, calendar, order_size, promotion), promotion)
    rolled = SettlementLaw("rolled", payout, *_fit_rolled(grid, payout, calendar, promotion), promotion)
    if np.all(payout.on(grid.days, calendar) == 1.0):
        return rolled
    paused = SettlementLaw("paused", *_fit_paused(grid, calendar, order_size, promotion), promotion)
    likelihood, other = (_log_likelihood(law, grid, calendar, order_size) for law in (rolled, paused))
    return rolled if other - likelihood < CLEARLY_LIKELIER * grid.settled.sum() else paused


def _recency(grid: SettlementGrid) -> Floats:
    """Weight of each day of deduction: recent lags count more, as in the draws of hazards."""
    return np.asarray(0.5 ** ((grid.days[-1] - grid.days).astype(float) / (7.0 * HALF_LIFE_WEEKS)))


def _log_likelihood(law: SettlementLaw, grid: SettlementGrid, calendar: Calendar, order_size: float) -> float:
    """Σ value × log of the chance that a reading gives it."""
    events, at_risk = law.counts.events.sum(0)[None], law.counts.at_risk.sum(0)[None]
    hazard = hazard_with_tail(events, at_risk, order_size)[:, 0]
    openness = law.payout.on(grid.span, calendar)
    paid = evolve(hazard, np.zeros_like(hazard), law.mode, openness, len(grid.days))[0][0]
    survived = np.maximum(1.0 - np.cumsum(paid, axis=1), 1e-9)
    seen = (grid.settled[:, :MAX_AGE] * np.log(np.maximum(paid, 1e-9))).sum()
    still_open = (grid.open_value[:, :MAX_AGE] * np.log(survived)).sum()
    return float(seen + still_open)


def _weekly(grid: SettlementGrid, events: Floats, censored: Floats) -> CohortCounts:
    """Cohort counts by week of events (day, age) and of what left unsettled (day, age)."""
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
    """Latent due ages by expectation and maximisation, given how open each day is: of all days, and of promotions."""
    openness = payout.on(grid.span, calendar)
    waits = waiting_weights(openness)
    index = np.arange(len(grid.days))[:, None] + np.arange(MAX_AGE + 1)[None, :]
    weights = waits[:, index]
    censored = _censored(grid.open_value + grid.left, openness)
    recency = _recency(grid)
    paid_ages = recency @ grid.settled
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
        at_risk = (recency @ (events + censored))[::-1].cumsum()[::-1]
        hazard = np.divide(recency @ events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
        density = np.maximum(hazard * np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]]), 1e-12)
    only = promotion[:, None]
    return _weekly(grid, events, censored), _weekly(grid, events * only, censored * only)


def _fit_monthly(
    grid: SettlementGrid, payout: PayoutDays, calendar: Calendar, order_size: float, promotion: Bools
) -> tuple[CohortCounts, CohortCounts]:
    """As ``_fit_rolled`` for a channel that pays once a month; days count by what their payouts have shown."""
    openness = payout.on(grid.span, calendar)
    index = np.arange(len(grid.days))[:, None] + np.arange(MAX_AGE + 1)[None, :]
    censored = _censored(grid.open_value + grid.left, openness)
    week = ((grid.days[-1] - grid.days).astype(np.int64)) // 7
    payouts = Payouts(grid.settled, censored, openness[index] > 0, week, _recency(grid))
    due = due_ages(payouts, _first_payout_density(grid, openness), order_size)
    events, censored = due.events * due.told[:, None], censored * due.told[:, None]
    only = promotion[:, None]
    return _weekly(grid, events, censored), _weekly(grid, events * only, censored * only)


def _censored(unpaid: Floats, openness: Floats) -> Floats:
    """What was open or refunded unpaid at an age (day, age), at its age on the last open day by then.

    It may have fallen due since, waiting for a payout: all that is known is that it had not by that day.
    """
    day = np.arange(len(openness))
    last_open = np.maximum.accumulate(np.where(openness > 0, day, -1))
    since = np.where(last_open >= 0, day - last_open, len(openness))
    out = np.zeros_like(unpaid)
    cohort, age = np.nonzero(unpaid)
    known = age - since[np.minimum(cohort + age, len(openness) - 1)]
    kept = known >= 0
    known = np.where(age == MAX_AGE, MAX_AGE, known)
    np.add.at(out, (cohort[kept], known[kept]), unpaid[cohort[kept], age[kept]])
    return out


def _first_payout_density(grid: SettlementGrid, openness: Floats) -> Floats:
    """Density of the age at which a settlement falls due (age), where payouts are rare.

    Of the value deducted ``g`` days before the next payout, the share paid on it fell due within ``g`` days; of the
    value left, what the payout after it pays fell due within that one's distance. Both are points of the distribution,
    made monotone; the expectation and maximisation starts from there.
    """
    payouts = np.flatnonzero(openness > 0)
    points = np.zeros((2, MAX_AGE + 1))
    total = (grid.settled + grid.open_value).sum(axis=1)
    recency = _recency(grid)
    for index in range(len(grid.days)):
        reached = 0.0
        for payout in payouts[payouts >= index][:2]:
            if payout >= len(grid.days):
                break
            reached += grid.settled[index, payout - index]
            points[:, payout - index] += recency[index] * reached, recency[index] * total[index]
    known = np.flatnonzero(points[1] > 0)
    if not len(known):
        return np.full(MAX_AGE + 1, 1.0 / (MAX_AGE + 1))
    share = np.interp(np.arange(MAX_AGE + 1), known, np.maximum.accumulate(points[0, known] / points[1, known]))
    share[: known[0]] = np.linspace(0.0, share[known[0]], known[0] + 1)[:-1]
    return np.maximum(np.diff(share, prepend=0.0), 1e-6)


def _fit_paused(
    grid: SettlementGrid, calendar: Calendar, order_size: float, promotion: Bools, rounds: int = 6
) -> tuple[PayoutDays, CohortCounts, CohortCounts]:
    """Hazard by age in open days, and the openness of weekends, holidays and make-up workdays, fitted in turn.

    An open weekday is the unit of the clock; exposure counts a day by its openness.
    """
    types, recency = day_type(grid.span, calendar), _recency(grid)[:, None]
    kinds = types[np.arange(len(grid.days))[:, None] + np.arange(MAX_AGE)[None, :]]
    gone = grid.settled + grid.left + grid.open_value
    # The open value is followed to its age on as_of, inclusive; nothing later is known.
    exposed = gone[:, ::-1].cumsum(axis=1)[:, ::-1][:, :MAX_AGE]
    paid = grid.settled[:, :MAX_AGE]
    paid_by_kind = np.bincount(kinds.ravel(), paid.ravel(), len(DAY_TYPES))

    def hazard_of(openness: Floats) -> tuple[Floats, Ints]:
        clock = open_age(openness[types], len(grid.days))
        exposure = np.bincount(clock.ravel(), (recency * exposed * openness[kinds]).ravel(), MAX_AGE)
        happened = np.bincount(clock.ravel(), (recency * paid).ravel(), MAX_AGE)
        return np.divide(happened, exposure, out=np.zeros(MAX_AGE), where=exposure > 0), clock

    def score(openness: Floats) -> float:
        hazard, clock = hazard_of(openness)
        chance = np.clip(hazard[clock] * openness[kinds], 1e-9, 1.0 - 1e-9)
        return float((recency * (paid * np.log(chance) + (exposed - paid) * np.log1p(-chance))).sum())

    openness = soft_openness(grid.days, grid.arrivals, calendar, order_size)
    for _ in range(rounds):
        hazard, clock = hazard_of(openness)
        expected = np.bincount(kinds.ravel(), (exposed * np.minimum(hazard, 1.0)[clock]).ravel(), len(DAY_TYPES))
        fitted = np.divide(paid_by_kind, expected, out=openness.copy(), where=expected > order_size)
        openness = np.where(np.arange(len(DAY_TYPES)) < WEEKEND, 1.0, np.where(fitted < CLOSED_BELOW, 0.0, fitted))
    best = score(openness)
    for kind in WEEKEND + np.flatnonzero(np.bincount(kinds.ravel(), exposed.ravel(), len(DAY_TYPES))[WEEKEND:]):
        # Most kinds of day are open or closed; a pace between them must tell more than either.
        for whole in (0.0, 1.0):
            tried = openness.copy()
            tried[kind] = whole
            if (found := score(tried)) >= best:
                openness, best = tried, found
    clock = open_age(openness[types], len(grid.days))
    pace = exposed * openness[kinds]
    every = np.ones(len(grid.days), dtype=bool)
    counts = [_clocked_weekly(grid, clock, pace * days[:, None], paid * days[:, None]) for days in (every, promotion)]
    return PayoutDays(openness), counts[0], counts[1]


def open_age(openness: Floats, cohorts: int) -> Ints:
    """Age in open days (day of deduction, age in days): the openness of the days since the deduction, rounded.

    ``openness`` (day) runs from the first day of deduction, ``cohorts`` + ``MAX_AGE`` days at least.
    """
    passed = np.cumsum(openness)
    index = np.arange(cohorts)[:, None] + np.arange(MAX_AGE)[None, :]
    return np.asarray(np.clip(np.rint(passed[index] - passed[:cohorts, None]), 0, MAX_AGE - 1).astype(np.int64))


def _clocked_weekly(grid: SettlementGrid, clock: Ints, pace: Floats, paid: Floats) -> CohortCounts:
    """Cohort counts by week and open age, of exposure and payments by (day, age)."""
    week = np.broadcast_to((((grid.days[-1] - grid.days).astype(np.int64)) // 7)[:, None], clock.shape)
    weeks = int(week.max()) + 1
    at_risk = np.zeros((weeks, MAX_AGE))
    np.add.at(at_risk, (week, clock), pace)
    happened = np.zeros((weeks, MAX_AGE))
    np.add.at(happened, (week, clock), paid)
    return CohortCounts(happened[:, None], at_risk, np.arange(weeks))


def evolve(
    hazard: Floats, refund: Floats, mode: Mode, openness: Floats, cohorts: int, known_day: int = -1
) -> tuple[Floats, Floats]:
    """Shares of ``cohorts`` settled and refunded before settlement by age, each (draw, day of deduction, age).

    ``hazard`` (draw, age) is of falling due (rolled) or, by age in open days, of settling on an open day (paused), or
    each cohort's own, (draw, day of deduction, age); ``refund`` (draw, age) is of being refunded before; ``openness``
    (day) is ``cohorts`` + ``MAX_AGE`` long at least.
    Cohorts deducted on or before index ``known_day`` are taken as wholly open on the evening of that day: their shares
    begin the day after, and are of what is open then.
    """
    draws, ages = len(hazard), hazard.shape[-1]
    own = np.arange(cohorts) if hazard.ndim > 2 else np.zeros(cohorts, dtype=np.int64)  # noqa: PLR2004  # by cohort
    hazard = hazard.reshape(draws, -1, ages)
    settled = np.zeros((draws, cohorts, ages))
    refunded = np.zeros((draws, cohorts, ages))
    running = np.ones((draws, cohorts))
    waiting = np.zeros((draws, cohorts))
    clock = open_age(openness, cohorts) if mode == "paused" else np.zeros((0, 0), dtype=np.int64)
    for age in range(ages):
        openness_now = openness[age : age + cohorts][None, :]
        back = refund[:, age : age + 1]
        if back.any():
            refunded[:, :, age] = (running + waiting) * back
            running = running * (1.0 - back)
            waiting = waiting * (1.0 - back)
        if mode == "rolled":
            due = running * hazard[:, :, age]
            running = running - due
            waiting = waiting + due
            paid = waiting * openness_now
            waiting = waiting - paid
        else:
            paid = running * np.minimum(hazard[:, own, clock[:, age]] * openness_now, 1.0)
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
