"""Advances on a pool: receivables (financed, factored, settled early), which repay as they settle, or stock."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecast.errors import IdentityError
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.terms import Carriage, Terms
from forecast.financing.timing import calendar
from forecast.pools import PoolRule, PoolSum

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Arrangement
    from forecast.plan.model import Facility
    from forecast.pools import Pool


class Inventory(Terms):
    """Inventory finance (存货质押融资): up to advance rate × purchases of its category in the last ``tenor_days``.

    Repaid as that base shrinks, and from a surplus.
    """

    why_not: ClassVar[str] = "base_too_small"

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out inventory finance."""
        days = calendar(case, facility, on_holidays=cls.on_holidays)
        return cls(facility, days, cls.rate(facility) * days.nights, purchases_base(case, facility))


@dataclass(frozen=True, eq=False, kw_only=True)
class Receivables(Terms):
    """Receivables finance (应收账款融资): up to advance rate × open receivables of its channels."""

    why_not: ClassVar[str] = "base_too_small"
    on_receivables: ClassVar[bool] = True
    release: Floats  # share of what is owed that settles on the day and repays it, (day, path)

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out an advance on receivables."""
        days = calendar(case, facility, on_holidays=cls.on_holidays)
        base, release = receivables_base(case, facility)
        return cls(facility, days, cls.rate(facility) * days.nights, base, release=release)

    def on_paths(self, chosen: slice) -> Self:
        """Give the same on some of the paths."""
        return replace(super().on_paths(chosen), release=np.ascontiguousarray(self.release[:, chosen]))

    @cached_property
    def mean_release(self) -> Floats:
        """Share of what is owed that settles on each day, mean over the paths, (day,)."""
        return np.asarray(self.release.mean(axis=1))

    @cached_property
    def mean_staying(self) -> list[float]:
        """Share of what is owed that does not settle on each day, mean over the paths."""
        return list(map(float, 1.0 - self.mean_release))

    @cached_property
    def planned_base_by_day(self) -> list[float]:
        """The base as the plan knows it, by day."""
        return list(map(float, self.planned_base))

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

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance as what does not settle of it and the base still bears: no surplus takes it back."""
        free, base = super().carriage(path, in_use=in_use), self._base_on(path)
        before = np.concatenate([[max(self.facility.drawn, base[0])], base[:-1]])
        shrunk = np.divide(base, before, out=np.zeros_like(base), where=before > 0)
        least = np.minimum(free.kept, shrunk)
        opening = np.zeros(least.size)
        opening[0] = least[0]
        return replace(free, least=least, least_opening=opening)

    def _base_on(self, path: int) -> Floats:
        """Give the base on a path, (day,)."""
        return np.full(self.accrual.size, np.inf) if self.base is None else self.base[:, path]

    def daily_rate(self, spell: float) -> float:
        """Give what a yuan costs for each evening that lacks it: it is charged on until it settles, as well."""
        rate = super().daily_rate(spell)
        if self.release.mean() > 0:
            rate *= 1.0 + 1.0 / float(self.release.mean()) / max(spell, 1.0)
        return rate


class Factoring(KeptBack):
    """Factoring (保理): sold outright.

    The discount, ``discount_rate`` a year, is kept back from each advance for the days until it settles, by the mean
    over the paths; what ``annual_rate`` asks for accrues beside it. Recourse changes no cash here: refunds are the
    seller's in any case, and a deduction made is owed by the platform; without it the advance is no debt.
    """

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out factoring: what accrues is the annual rate alone."""
        laid = super().of(case, facility)
        return replace(laid, accrual=facility.annual_rate * laid.calendar.nights)

    @classmethod
    def rate(cls, facility: Facility) -> float:
        """Give the rate a year on the advance, the discount included."""
        return facility.annual_rate + facility.discount_rate

    @property
    def first_accrual(self) -> float:
        """What a yuan advanced by the evening of as_of costs until the first day's; its discount was kept back."""
        return self.facility.annual_rate * self.calendar.first_night

    @cached_property
    def kept_back(self) -> Floats:
        """Share of an advance that is its discount until it settles, or to the close-out on the last day, (day,)."""
        nightly, held = self.facility.discount_rate * self.calendar.nights, 0.0
        kept = np.zeros(nightly.size)
        for day in range(nightly.size - 2, -1, -1):
            held = float(nightly[day]) + float(1 - self.mean_release[day + 1]) * held
            kept[day] = held
        return kept


@dataclass(frozen=True, eq=False, kw_only=True)
class EarlySettlement(KeptBack):
    """Early settlement (提前结算): ``fee_per_day`` a calendar day on what the platform brings forward.

    That is the money that would settle soonest, for the fewest days: what settles repays it before all else.
    """

    from_lender: ClassVar[bool] = False
    charge_is_fee: ClassVar[bool] = True
    settled: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # of its channels, before fees, yuan, (day, path)

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Lay out early settlement."""
        charge = np.full(case.days.size, facility.fee_per_day)
        charge[-1] = 0.0
        settled = np.ascontiguousarray(pool_of(case, PoolRule.of(facility)).settled.T)
        return replace(super().of(case, facility), accrual=charge, settled=settled)

    def on_paths(self, chosen: slice) -> Self:
        """Give the same on some of the paths."""
        return replace(super().on_paths(chosen), settled=np.ascontiguousarray(self.settled[:, chosen]))

    @cached_property
    def mean_settled(self) -> Floats:
        """What settles on each day, mean over the paths, yuan, (day,)."""
        return np.asarray(self.settled.mean(axis=1))

    @cached_property
    def mean_settled_by_day(self) -> list[float]:
        """The same by day."""
        return list(map(float, self.mean_settled))

    def daily_rate(self, spell: float) -> float:
        """Give what a yuan costs for each evening that lacks it: it settles as soon as anything does."""
        return Terms.daily_rate(self, spell)

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give the balance free to be carried on and to fall by what settles: from below, as drawing anew is free."""
        plain, settled, base = Terms.carriage(self, path, in_use=in_use), self.settled[:, path], self._base_on(path)
        before = np.concatenate([[max(self.facility.drawn, base[0])], base[:-1]])
        borne = np.divide(base + settled, before, out=np.ones_like(base), where=before > 0)
        least = np.minimum(borne, 1.0)
        opening = np.zeros(least.size)
        opening[0] = least[0]
        return replace(plain, least=least, least_opening=opening, may_fall=settled)

    @property
    def first_accrual(self) -> float:
        """What a yuan brought forward by the evening of as_of costs until the first day's."""
        return self.facility.fee_per_day

    @classmethod
    def rate(cls, facility: Facility) -> float:
        """Give the fee as a rate a year (act/365)."""
        return facility.fee_per_day * 365


class StockLine(Line):
    """An advance on stock while the days pass: no more of it is asked for than the purchases known then will bear."""

    terms: Inventory

    def _base_ahead(self, evening: int, arrival: int) -> Floats | float:  # noqa: ARG002  # a plan knows its purchases
        """Give the base of a day as it is expected in an evening."""
        return float(self.terms.planned_base[arrival])

    def _most(self, evening: int, arrival: int) -> Floats | float:
        return np.minimum(self.arrangement.limit, self._base_ahead(evening, arrival))

    def lasting(self, evening: int, last: int, room: Floats) -> Floats:
        """Give what of a room the purchases will bear from the evening to day ``last``."""
        if self.settles or last < evening:
            return self.none
        return np.clip(float(self.terms.planned_base[evening : last + 1].min()) - self.balance, 0.0, room)

    def _room(self, evening: int, arrival: int) -> Floats:
        most = self._most(evening, arrival)
        return np.asarray(most - (self.balance - self.expected_repayment(evening, arrival)) - self.under_way)


@dataclass(slots=True, eq=False)
class Foreseen:
    """What is expected in an evening of one balance: ``left`` and ``repaid`` up to each day from the evening on."""

    evening: int
    balance: Floats
    left: list[Floats] = field(default_factory=list)
    repaid: list[Floats] = field(default_factory=list)


class PoolLine(StockLine):
    """An advance on receivables while the days pass: repaid as they settle, each by the same share.

    ``foreseen`` is what was last expected of which evening and balance: what is left on each day, and repaid by it. It
    is asked for again and again, of one day after another.
    """

    terms: Receivables  # type: ignore[assignment]
    settles: ClassVar[bool] = True

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        super().__init__(arrangement, shape)
        self.foreseen = Foreseen(-1, self.balance)

    def _base_ahead(self, evening: int, arrival: int) -> Floats | float:
        """Give the path's own base of the evening, grown as the mean over the paths does; on as_of the mean itself."""
        planned, ahead = self.terms.planned_base, float(self.terms.planned_base[arrival])
        if self.terms.base is None or not evening or planned[evening - 1] <= 0:
            return ahead
        return np.asarray(self.terms.base[evening - 1] * (ahead / float(planned[evening - 1])))

    def _left(self, owed: Floats, day: int) -> Floats:
        """Give what is still owed of an amount after the day's settlements."""
        return np.asarray(owed * (1 - self.terms.release[day]))

    def _left_by_mean(self, owed: Floats, day: int) -> Floats:
        """Give what is expected to be owed of it then, by means over paths."""
        return np.asarray(owed * self.terms.mean_staying[day])

    def drawn_to_last(self, amount: Floats, evening: int, drawn_on: int, day: int, spent: float = 0.0) -> Floats:
        """Give what a drawing of one day brings of which so much is left on a later one: infinite where nothing is.

        What settles repays the share that is ``spent`` as well.
        """
        del evening
        left = math.prod(self.terms.mean_staying[drawn_on + 1 : day + 1]) - spent
        return amount * ((1 - spent) / left) if left > 0 else np.where(amount > 0, math.inf, amount)

    def expected_return(self, evening: int, last: int) -> Floats | float:
        """Give what will have settled by day ``last`` of what is asked for and still to come."""
        total: Floats | float = 0.0
        if self.asked is not None:
            for day in sorted(day for day in self.arriving if evening <= day < last):
                total = total + self._settled_of(self.asked[day], evening, day, last)
        return total

    def _settled_of(self, amount: Floats, evening: int, drawn_on: int, day: int) -> Floats:
        """Give what of a drawing will have settled by a later day."""
        del evening
        return np.asarray(amount * (1.0 - math.prod(self.terms.mean_staying[drawn_on + 1 : day + 1])))

    def _fall_due(self, day: int) -> Floats | float:
        keep = self._left(self.balance, day)
        if self.terms.base is not None:
            keep = np.minimum(keep, self.terms.base[day])
        return self._take(day, self.balance - keep)

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what settles from the evening to day ``last``, and what the base cannot bear, by means over paths."""
        if not self.owing or last < evening:
            return 0.0
        found = self.foreseen
        if found.evening != evening or found.balance is not self.balance:
            self.foreseen = found = Foreseen(evening, self.balance)
        left, repaid, planned = found.left, found.repaid, self.terms.planned_base_by_day
        for day in range(evening + len(left), last + 1):
            before = left[-1] if left else self.balance
            left.append(np.minimum(self._left_by_mean(before, day), planned[day]))
            repaid.append(self.balance - left[-1])
        return repaid[last - evening]


class SoonestLine(PoolLine):
    """An advance of what settles soonest while the days pass: all that settles repays it."""

    terms: EarlySettlement

    def drawn_to_last(self, amount: Floats, evening: int, drawn_on: int, day: int, spent: float = 0.0) -> Floats:
        """Give what a drawing of one day brings of which so much is left on a later one."""
        del spent
        return amount + self._reaching(evening, drawn_on, drawn_on, day)

    def _settled_of(self, amount: Floats, evening: int, drawn_on: int, day: int) -> Floats:
        return np.minimum(amount, self._reaching(evening, drawn_on, drawn_on - 1, day))

    def _reaching(self, evening: int, drawn_on: int, until: int, day: int) -> Floats:
        """Give what settles after one day up to another beyond what is owed before: all that arrives by ``until``."""
        before = self.balance - self.expected_repayment(evening, drawn_on) + self._arrived(evening, until)
        return np.maximum(float(self.terms.mean_settled[drawn_on + 1 : day + 1].sum()) - before, 0.0)

    def _left(self, owed: Floats, day: int) -> Floats:
        return np.asarray(np.maximum(owed - self.terms.settled[day], self.none))

    def _left_by_mean(self, owed: Floats, day: int) -> Floats:
        return np.asarray(np.maximum(owed - self.terms.mean_settled_by_day[day], self.none))


def receivables_base(case: CashCase, facility: Facility) -> tuple[Floats, Floats]:
    """Give the base, and the share of the pool that settles on each day, both (day, path).

    Receivables older than ``max_age_days`` do not count; of the rest one channel makes no more than its share.
    """
    rule = PoolRule.of(facility)
    pool = pool_of(case, rule)
    chosen = [i for i, name in enumerate(case.channels) if rule.counts(name)]
    opening = np.full((pool.open.shape[0], 1), max(0.0, float(case.opening_receivables[chosen].sum())))
    before = np.concatenate([opening, pool.open[:, :-1]], axis=1)
    whole = np.maximum(before, pool.settled)
    share = np.divide(pool.settled, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.ascontiguousarray(facility.advance_rate * pool.eligible.T), np.ascontiguousarray(share.T)


def pool_of(case: CashCase, rule: PoolRule) -> Pool:
    """Give the pool of a rule: as the scenario keeps it, else summed from its channels.

    Raises:
        IdentityError: The scenario holds neither, which is a fault of the program.
    """
    if rule in case.pools:
        return case.pools[rule]
    if case.by_channel is None:
        raise IdentityError(f"no receivables are kept for {rule}")
    apart, found = case.by_channel, PoolSum.empty(rule, (case.flows.shape[0], case.flows.shape[1]))
    for place, name in enumerate(case.channels):
        young = {age: values[:, place] for age, values in apart.young.items()}
        found.add(name, apart.receivables[:, place], apart.gross(place), young)
    return found.pool()


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
