"""When settlements fell due that are paid once a month, and how much a week of deductions tells of that.

A payout shows only that what it pays fell due since the payout before. At which age is filled in by expectation and
maximisation (Turnbull 1976). Lags may move meanwhile: were all weeks filled in from one law, they would all look like
it, and a lag that lengthens would seem to stand still. So each week's value is filled in at the week's own level, which
multiplies the cumulated hazard as in ``forecast.receivables.drift`` and is told by its payouts alone: the chance that
something falls due between two of them is 1 − exp(−e^level × the cumulated hazard between them). And as filled-in ages
are no observations, each week counts by the share of their information on its level that the payouts have shown (Louis
1982, "Finding the observed information matrix when using the EM algorithm").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.receivables.drift import FARTHEST, FIRST_VARIANCE, SURE
from forecast.receivables.hazards import MAX_AGE

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints

ROUNDS = 8
"""Of expectation and maximisation, for the mean law of all weeks."""
STEPS = 5
"""Of Fisher scoring, for the weeks' levels against it."""

LEAST = 1e-12
"""The least chance of an age that something is known to have fallen due at or before."""


@dataclass(frozen=True, slots=True)
class Payouts:
    """What is known of deductions that are paid once a month, by day of deduction and age, both (day, age).

    ``settled`` in yuan at the age of the payout, ``censored`` at the age of the last payout by which it had not fallen
    due; ``opened`` marks the ages of payouts; ``week`` (day) counts back from as_of, ``recency`` (day) weighs the days.
    """

    settled: Floats
    censored: Floats
    opened: Bools
    week: Ints
    recency: Floats


@dataclass(frozen=True, slots=True)
class DueAges:
    """Ages filled in, and what they are worth.

    ``events``: yuan by day of deduction and the age at which it fell due, (day, age); ``told`` (day), between 0 and 1:
    what share of the information that such ages would hold the payouts have shown.
    """

    events: Floats
    told: Floats


def due_ages(payouts: Payouts, density: Floats, order_size: float) -> DueAges:
    """Fill in the ages at which settlements fell due; ``density`` (age) is where the search begins.

    ``order_size``: yuan of a typical order, in which information is counted.
    """
    level = np.zeros(int(payouts.week.max()) + 1)
    told = np.ones(len(level))
    cumulated = _cumulated(density / density.sum())
    for _ in range(ROUNDS):
        events = _filled_in(payouts, cumulated, level)
        at_risk = (payouts.recency @ (events + payouts.censored))[::-1].cumsum()[::-1]
        hazard = np.divide(payouts.recency @ events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
        cumulated = np.cumsum(-np.log1p(-np.minimum(hazard, SURE)))
    for _ in range(STEPS):
        level, told = _levels(payouts, cumulated, level, order_size)
    events = _filled_in(payouts, cumulated, level)
    return DueAges(events, _share_told(payouts, events, cumulated, level, told, order_size)[payouts.week])


def _cumulated(density: Floats) -> Floats:
    """The cumulated hazard (age) of a density over ages."""
    left = np.maximum(1.0 - np.concatenate([[0.0], np.cumsum(density)[:-1]]), LEAST)
    return np.asarray(np.cumsum(-np.log1p(-np.minimum(density / left, SURE))))


def _since_last(values: Floats, opened: Bools) -> Floats:
    """What a rising (day, age) has risen by since the age of the payout before."""
    at_payouts = np.maximum.accumulate(np.where(opened, values, 0.0), axis=1)
    return np.asarray(values - np.concatenate([np.zeros((len(values), 1)), at_payouts[:, :-1]], axis=1))


def _levels(payouts: Payouts, cumulated: Floats, level: Floats, order_size: float) -> tuple[Floats, Floats]:
    """One step of Fisher scoring of each week's level, and the information on it in what its payouts show."""
    opened, week = payouts.opened, payouts.week
    gone = np.where(opened, payouts.settled, 0.0)
    waiting = (gone + payouts.censored)[:, ::-1].cumsum(axis=1)[:, ::-1]
    between = _since_last(np.broadcast_to(cumulated, opened.shape), opened)
    pace = (between * np.exp(level)[week][:, None])[opened]
    number = waiting[opened] / order_size
    by_week = np.broadcast_to(week[:, None], opened.shape)[opened]
    surprise = (gone[opened] / order_size + number * np.expm1(-pace)) * _over_chance(pace)
    score = np.bincount(by_week, surprise, len(level))
    information: Floats = np.bincount(by_week, _information(number, pace), len(level)).astype(np.float64)
    step = (score - level / FIRST_VARIANCE) / (information + 1.0 / FIRST_VARIANCE)
    return np.clip(level + step, -FARTHEST, FARTHEST), information


def _over_chance(pace: Floats) -> Floats:
    """The pace over the chance of an event at it, 1 at none."""
    return np.divide(pace, -np.expm1(-pace), out=np.ones_like(pace), where=pace > 0)


def _information(number: Floats, pace: Floats) -> Floats:
    """On the level, of so many orders that an event of this cumulated hazard may happen to."""
    return np.asarray(number * pace * np.exp(-pace) * _over_chance(pace))


def _filled_in(payouts: Payouts, cumulated: Floats, level: Floats) -> Floats:
    """What each payout paid, by the ages since the one before at which the week's law has it fall due."""
    survival = np.exp(-cumulated * np.exp(level)[payouts.week][:, None])
    density = np.maximum(-np.diff(survival, axis=1, prepend=1.0), LEAST)
    opened = payouts.opened
    mass = _since_last(np.cumsum(density, axis=1), opened)
    share = np.divide(payouts.settled, mass, out=np.zeros_like(mass), where=opened)
    # An age takes its share of the next payout from it on.
    ages = np.where(opened, np.arange(MAX_AGE + 1), MAX_AGE + 1)
    following = np.minimum.accumulate(ages[:, ::-1], axis=1)[:, ::-1]
    share = np.concatenate([share, np.zeros((len(share), 1))], axis=1)
    filled = density * np.take_along_axis(share, following, axis=1)
    # What was paid on another day than the rule's fell due when it was paid.
    return np.asarray(filled + np.where(opened, 0.0, payouts.settled))


def _share_told(
    payouts: Payouts, events: Floats, cumulated: Floats, level: Floats, told: Floats, order_size: float
) -> Floats:
    """Information on each week's level that its payouts have ``told`` (week) over that of the ages filled in."""
    at_risk = (events + payouts.censored)[:, ::-1].cumsum(axis=1)[:, ::-1] / order_size
    pace = np.diff(cumulated, prepend=0.0) * np.exp(level)[payouts.week][:, None]
    whole = np.bincount(payouts.week, _information(at_risk, pace).sum(axis=1), len(level))
    return np.minimum(np.divide(told, whole, out=np.zeros_like(told), where=whole > 0), 1.0)
