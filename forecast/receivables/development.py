"""Collection development: what weekly cohorts of orders have paid by age, projected to what they will pay in the end.

A cohort is a week of orders. Weeks are counted back from the day of valuation, so that the newest ends on it. Its
age is the number of whole weeks since its last day: at age k each of its orders is at least 7 k days old, and at age 0
the week has just ended. Money is cumulative net receipts: settled net of fee, less refunds taken back. Later refunds
may therefore bring a cohort down again, and a development factor may be below 1.

Everything here is an expectation; what chance adds is the simulation's business, which does not use this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.money import fen_to_yuan
from forecast.receivables.rows import days_of, event_days_of, fen_of, has_outcome, rows_of

if TYPE_CHECKING:
    from forecast.arrays import Days, Floats, Ints
    from forecast.ledger.tables import DailyTables

WEEK = 7
COHORTS = 26
"""The most recent weeks that are looked at: half a year, so that a drift in lags shows and old habits weigh little."""

LAST_AGE = 16
"""Ages beyond this many weeks are left to the tail."""

MOST = 0.5
"""Development begins at the first age at which cohorts of this share of the order value have money: factors from an
age that only a stray payment has reached would be huge and mean nothing."""

DEVELOPED = 0.995
"""Ages are shown up to the first from which on this share of the ultimate has been reached."""


@dataclass(frozen=True, slots=True)
class Development:
    """What the chain ladder makes of a triangle.

    ``factors`` (age − 1,) lead from an age to the next, ``to_ultimate`` (age,) to the ultimate, the tail included.
    ``ultimate`` (cohort,) is in the triangle's unit, NaN for a cohort without any figure; ``still_to_come`` (cohort,)
    is that less the latest figure, negative where refunds are still to be taken back.
    """

    factors: Floats
    to_ultimate: Floats
    ultimate: Floats
    still_to_come: Floats


def chain_ladder(triangle: Floats, tail: float = 1.0) -> Development:
    """Projects a triangle of cumulative amounts by the chain ladder.

    With C(i, k) the amount of cohort i at age k, the factor from age k to the next is
    f(k) = Σ C(i, k + 1) / Σ C(i, k), both over the cohorts known at age k + 1: the mean of the cohorts' own factors
    weighted by volume, over all periods. A cohort without money at age k has no factor of its own and is in neither
    sum, as in the package chainladder. The ultimate is the latest amount times the factors of the ages to come and
    the tail. Source: Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve
    estimates, ASTIN Bulletin 23 (2), equations 1 and 2.

    Args:
        triangle: (cohort, age), NaN where an age is not yet known; once NaN, a cohort stays so.
        tail: from the last age to the ultimate; 1 means that nothing comes after the last age.

    Returns:
        Factors, ultimates and what is still to come. A factor whose base is not above zero is 1: nothing is known of
        that step.

    Raises:
        ValueError: the triangle has no cohort or no age, or a cohort is known after an age at which it is not.
    """
    if triangle.ndim != 2 or not triangle.size:  # noqa: PLR2004  # a triangle has two sides
        raise ValueError("a triangle has at least one cohort and one age")
    known = ~np.isnan(triangle)
    if (known[:, 1:] & ~known[:, :-1]).any():
        raise ValueError("a cohort is known at an age after one at which it is not")
    amounts = np.where(known, triangle, 0.0)
    own = known[:, 1:] & (amounts[:, :-1] != 0.0)
    base = np.where(own, amounts[:, :-1], 0.0).sum(axis=0)
    reached = np.where(own, amounts[:, 1:], 0.0).sum(axis=0)
    factors = np.divide(reached, base, out=np.ones_like(base), where=base > 0.0)
    to_ultimate = np.cumprod(np.append(factors, tail)[::-1])[::-1]
    age = known.sum(axis=1) - 1
    rows = np.arange(len(triangle))
    latest = np.where(age >= 0, triangle[rows, np.maximum(age, 0)], np.nan)
    ultimate = latest * to_ultimate[np.maximum(age, 0)]
    return Development(factors, to_ultimate, ultimate, ultimate - latest)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Weekly cohorts, oldest first, in yuan.

    ``weeks`` (cohort,) are their first days, ``order_value`` (cohort,) what was ordered, whatever became of it;
    ``collected`` (cohort, age) cumulative net receipts at ages 0, 1, …, NaN beyond the day of valuation.
    """

    weeks: Days
    order_value: Floats
    collected: Floats

    @property
    def age(self) -> Ints:
        """(cohort,) how many weeks ago each ended."""
        return np.arange(len(self.weeks))[::-1]

    @property
    def latest(self) -> Floats:
        """(cohort,) collected by the day of valuation."""
        return np.asarray(self.collected[np.arange(len(self.weeks)), self.age])


@dataclass(frozen=True, slots=True)
class Collection:
    """The development of one channel's collection, or of the whole shop's.

    Attributes:
        cohorts: with all ages known.
        ages: (age,) the ages of the triangle, in weeks: from the first with money in most cohorts to the first from
            which on 99.5 % of the ultimate has been reached; empty where no money has come.
        factors, tail: (age − 1,) from each of the ages to the next, and from the last to the ultimate; NaN where no
            cohort has been seen at two ages, so that nothing is known of later ones; then all that follows is NaN, too.
        reached, developed: (age,) share of the ultimate reached at each of the ages; (cohort,) at each cohort's own.
        share: what comes in the end of a yuan ordered.
        projected, expected: (cohort,) ultimate by the chain ladder, NaN for a cohort younger than the first age with
            money; expected ultimate: see ``develop``.
    """

    cohorts: Cohorts
    ages: Ints
    factors: Floats
    tail: float
    reached: Floats
    developed: Floats
    share: float
    projected: Floats
    expected: Floats

    @property
    def triangle(self) -> Floats:
        """(cohort, age) cumulative net receipts at the ages."""
        return np.asarray(self.cohorts.collected[:, self.ages])

    @property
    def still_to_come(self) -> Floats:
        """(cohort,) expected ultimate less what has been collected; negative where refunds are still to come."""
        return np.asarray(self.expected - self.cohorts.latest)

    @property
    def open_ended(self) -> bool:
        """Whether no cohort is older than the last age, so that nobody knows what comes after it."""
        return len(self.ages) > 0 and bool(self.cohorts.age[0] <= self.ages[-1])


def valuation_day(tables: DailyTables) -> np.datetime64:
    """The day on which the cohorts are valued: as_of, or the last day of a ledger that has been silent for a week.

    Silent is a ledger in which nothing was ordered, settled or taken back; counting its missing days as days on which
    nothing was collected would take money for late that is only not written down.
    """
    as_of = np.datetime64(tables.as_of, "D")
    known = np.concatenate([days_of(tables.sales), event_days_of(tables.collected)])
    silent = int((as_of - known.max()).astype(np.int64)) if len(known) else 0
    return np.datetime64(as_of - silent if silent >= WEEK else as_of)


def weekly_cohorts(tables: DailyTables, channel: str | None = None) -> Cohorts:
    """The most recent ``COHORTS`` weeks of orders of one channel, or of all, with what they have paid by age.

    The first week is that of the first order where there are fewer; it may begin before that order.
    """
    valued_on = valuation_day(tables)
    sales, money = (table if channel is None else rows_of(table, channel) for table in (tables.sales, tables.collected))
    back = _weeks_between(days_of(sales), valued_on)
    count = min(COHORTS, int(back.max(initial=0)) + 1)
    recent = back < count
    value = np.zeros(count, dtype=np.int64)
    np.add.at(value, count - 1 - back[recent], fen_of(sales)[recent])

    back = _weeks_between(days_of(money), valued_on)
    recent = back < count
    back, money = back[recent], money[recent]
    last_day = valued_on - WEEK * back
    age = np.maximum(0, -((last_day - event_days_of(money)).astype(np.int64) // WEEK))
    fen = np.where(has_outcome(money, "settled"), 1, -1) * fen_of(money)
    amounts = np.zeros((count, count), dtype=np.int64)
    np.add.at(amounts, (count - 1 - back, age), fen)
    cumulative = fen_to_yuan(amounts.cumsum(axis=1))
    oldest_first = np.arange(count)
    cumulative[oldest_first[None, :] > (count - 1 - oldest_first)[:, None]] = np.nan
    weeks = valued_on - WEEK * (count - oldest_first) + 1
    return Cohorts(weeks, fen_to_yuan(value), cumulative)


def develop(cohorts: Cohorts) -> Collection:
    """Projects weekly cohorts to their ultimates.

    The chain ladder runs from the first age with money, that is in cohorts of at least half of the order value, to the
    first age from which on all later ages lie within 0.5 % of the ultimate, at most ``LAST_AGE``. The tail is what the
    cohorts older than the last age have collected so far over what they had at that age, all of them together; it is 1
    where there are none. Such a cohort is done.

    A young cohort's projection multiplies the little that has come by a large factor, and is worthless while next to
    nothing has come. The expected ultimate therefore takes what is still to come from the order value: collected +
    (1 − developed) × order value × share, which is the chain ladder's ultimate weighted with ``developed`` and the
    order value's with the rest (Bornhuetter and Ferguson 1972, The actuary and IBNR); at most the order value, since
    nobody pays more. ``share`` is learnt from all cohorts: Σ collected / Σ order value × developed (the Cape Cod
    method: Bühlmann 1983, Stanard 1985). A cohort younger than the first age rests on its order value alone.
    """
    latest, age, value = cohorts.latest, cohorts.age, cohorts.order_value
    last = min(LAST_AGE, len(value) - 1)
    first = _first_age(cohorts, last)
    if first is None:
        return _nothing_known(cohorts)
    whole = chain_ladder(cohorts.collected[:, first : last + 1])
    last = first + _done(whole.to_ultimate)
    older = age > last
    base = float(cohorts.collected[older, last].sum())
    tail = float(latest[older].sum()) / base if base > 0.0 else 1.0
    if last == first and not older.any():
        tail = float("nan")
    ladder = chain_ladder(cohorts.collected[:, first : last + 1], tail)
    factor = np.where(older, 1.0, ladder.to_ultimate[np.clip(age - first, 0, last - first)])
    begun = age >= first
    developed = np.where(begun, _inverse(factor), 0.0)
    exposed = float((value * developed)[begun].sum())
    share = float(latest[begun].sum()) / exposed if exposed > 0.0 else float("nan")
    expected = np.where(begun, latest + (1.0 - developed) * value * share, np.maximum(latest, value * share))
    return Collection(
        cohorts=cohorts,
        ages=np.arange(first, last + 1),
        factors=ladder.factors,
        tail=tail,
        reached=_inverse(ladder.to_ultimate),
        developed=developed,
        share=share,
        projected=np.where(begun, latest * factor, np.nan),
        expected=np.minimum(expected, value),
    )


def _nothing_known(cohorts: Cohorts) -> Collection:
    """The development of cohorts of which no money has come."""
    unknown, none = np.full(len(cohorts.weeks), np.nan), np.zeros(0)
    return Collection(cohorts, np.zeros(0, np.int64), none, np.nan, none, unknown, np.nan, unknown, unknown)


def _first_age(cohorts: Cohorts, last: int) -> int | None:
    """The first age with money in cohorts of half of the order value; failing that, with any; None without money.

    Looked at are the cohorts that are known one age later, since the others give no factor; at ``last`` all known.
    """
    ages = np.arange(last + 1)
    looked_at = cohorts.age[:, None] >= np.minimum(ages + 1, last)
    value = np.where(looked_at, cohorts.order_value[:, None], 0.0)
    paying = looked_at & (np.nan_to_num(cohorts.collected[:, : last + 1]) > 0.0)
    paying_value = np.where(paying, value, 0.0).sum(axis=0)
    for enough in (paying_value >= MOST * value.sum(axis=0)) & (paying_value > 0.0), paying_value > 0.0:
        if enough.any():
            return int(np.argmax(enough))
    return None


def _done(to_ultimate: Floats) -> int:
    """The first place from which on all lie within 0.5 % of the ultimate."""
    far = np.flatnonzero(np.abs(_inverse(to_ultimate) - 1.0) > 1.0 - DEVELOPED)
    return int(far[-1]) + 1 if len(far) else 0


def _inverse(factor: Floats) -> Floats:
    """1 / factor; 1 where all is taken back in the end, so that nothing more is expected of what has come."""
    return np.divide(1.0, factor, out=np.ones_like(factor), where=(factor > 0.0) | np.isnan(factor))


def _weeks_between(days: Days, last: np.datetime64) -> Ints:
    return np.asarray((last - days).astype(np.int64) // WEEK)
