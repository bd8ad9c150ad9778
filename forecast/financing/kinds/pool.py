"""Advances on a pool: receivables (financed, factored, settled early), which repay as they settle, or stock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.timing import calendar

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.plan.model import Facility


class Inventory(Terms):
    """Inventory finance (存货质押融资): up to advance rate × purchases of its category in the last ``tenor_days``.

    Repaid as that base shrinks, and from a surplus.
    """

    why_not: ClassVar[str] = "base_too_small"

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out inventory finance."""
        days = calendar(case, facility)
        return cls(facility, days, cls.rate(facility) * days.nights, purchases_base(case, facility))


@dataclass(frozen=True, eq=False, kw_only=True)
class Receivables(Terms):
    """Receivables finance (应收账款融资): up to advance rate × open receivables of its channels."""

    why_not: ClassVar[str] = "base_too_small"
    release: Floats  # share of what is owed that settles on the day and repays it, (day, path)

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out an advance on receivables."""
        days = calendar(case, facility)
        base, release = receivables_base(case, facility)
        return cls(facility, days, cls.rate(facility) * days.nights, base, release=release)

    def on_paths(self, chosen: slice) -> Self:
        """Give the same on some of the paths."""
        return replace(super().on_paths(chosen), release=np.ascontiguousarray(self.release[:, chosen]))

    @cached_property
    def mean_release(self) -> Floats:
        """Share of what is owed that settles on each day, mean over the paths, (day,)."""
        return np.asarray(self.release.mean(axis=1))

    @property
    def turnover(self) -> float:
        """Days that the pool takes to turn over."""
        return max(1.0, 1.0 / float(self.release.mean())) if self.release.mean() > 0 else super().turnover

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance less what settles of it each day."""
        kept = 1 - self.release[:, path]
        plain = super().carriage(path, in_use=in_use)
        return replace(plain, kept=kept, opening=plain.opening * kept[0])


class KeptBack(Receivables):
    """Receivables turned into money for a charge kept back day by day: no surplus takes them back."""

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out receivables turned into money."""
        laid = super().of(case, facility)
        days = replace(laid.calendar, due=np.ones(case.days.size, dtype=np.bool_))
        return replace(laid, calendar=days, repaid_from_surplus=False)

    def daily_rate(self, spell: float) -> float:
        """Give what a yuan costs for each evening that lacks it: it is charged on until it settles, as well."""
        rate = super().daily_rate(spell)
        if self.release.mean() > 0:
            rate *= 1.0 + 1.0 / float(self.release.mean()) / max(spell, 1.0)
        return rate


class Factoring(KeptBack):
    """Factoring (保理): sold outright.

    ``discount_rate`` is a fraction a year on the advance, and counts beside ``annual_rate`` where both are given.
    Recourse changes no cash here: refunds are the seller's in any case, and a deduction made is owed by the platform;
    without it the advance is no debt.
    """

    @classmethod
    def rate(cls, facility: Facility) -> float:
        """Give the rate a year on the advance."""
        return facility.annual_rate + facility.discount_rate


class EarlySettlement(KeptBack):
    """Early settlement (提前结算): ``fee_per_day`` a calendar day on what the platform brings forward."""

    from_lender: ClassVar[bool] = False
    charge_is_fee: ClassVar[bool] = True

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out early settlement."""
        charge = np.full(case.days.size, facility.fee_per_day)
        charge[-1] = 0.0
        return replace(super().of(case, facility), accrual=charge)

    @property
    def first_accrual(self) -> float:
        """What a yuan brought forward by the evening of as_of costs until the first day's."""
        return self.facility.fee_per_day

    @classmethod
    def rate(cls, facility: Facility) -> float:
        """Give the fee as a rate a year (act/365)."""
        return facility.fee_per_day * 365


class PoolLine(Line):
    """An advance on receivables while the days pass: repaid as they settle."""

    terms: Receivables

    def _fall_due(self, day: int) -> Floats | float:
        keep = self.balance * (1 - self.terms.release[day])
        if self.terms.base is not None:
            keep = np.minimum(keep, self.terms.base[day])
        return self._take(day, self.balance - keep)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what settles from the evening to day ``last`` by the mean share over all paths."""
        if not self.owing or last < evening:
            return 0.0
        return self.balance * (1.0 - float(np.prod(1.0 - self.terms.mean_release[evening : last + 1])))


def receivables_base(case: CashCase, facility: Facility) -> tuple[Floats, Floats]:
    """Give the base, and the share of the pool that settles on each day, both (day, path).

    Receivables older than ``max_age_days`` do not count; of the rest one channel makes no more than its share.
    """
    chosen = [i for i, name in enumerate(case.channels) if not facility.channels or name in facility.channels]
    open_by_channel = np.maximum(case.receivables[:, chosen], 0.0)
    pool = open_by_channel.sum(axis=1)
    eligible = open_by_channel
    if facility.max_age_days is not None:
        eligible = np.clip(case.young[facility.max_age_days][:, chosen], 0.0, open_by_channel)
    if facility.concentration < 1:
        eligible = np.minimum(eligible, facility.concentration * eligible.sum(axis=1, keepdims=True))
    eligible = eligible.sum(axis=1)
    settled = np.maximum(case.settled[:, chosen].sum(axis=1), 0.0)
    opening = np.full((pool.shape[0], 1), max(0.0, float(case.opening_receivables[chosen].sum())))
    before = np.concatenate([opening, pool[:, :-1]], axis=1)
    whole = np.maximum(before, settled)
    share = np.divide(settled, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.ascontiguousarray(facility.advance_rate * eligible.T), np.ascontiguousarray(share.T)


def purchases_base(case: CashCase, facility: Facility) -> Floats:
    """Give advance rate × the category's purchases of the last ``tenor_days``, those up to as_of among them.

    Shape (day, path), or (day, 1) where all paths buy alike.
    """
    tenor = facility.tenor_days or case.days.size
    before = np.zeros(tenor)
    for flow in case.earlier_flows:
        ago = (case.as_of - flow.date).days
        if flow.category == facility.category and flow.amount < 0 and ago < tenor:
            before[tenor - 1 - ago] -= flow.amount
    bought = np.atleast_2d(case.purchases.get(facility.category, np.zeros(case.days.size)))
    total = np.cumsum(np.concatenate([np.tile(before, (bought.shape[0], 1)), bought], axis=1), axis=1)
    return np.ascontiguousarray(facility.advance_rate * (total[:, tenor:] - total[:, :-tenor]).T)
