"""What every kind of facility answers for the days of a scenario: its base, its price, and when it is drawn and repaid.

A kind is a class of ``Terms``, made once for a scenario, with a class of ``lines.Line`` that carries it through the
days. What is said here holds where a kind says nothing else; nothing outside this folder asks for a kind's name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from forecast.financing.kinds.days import ByDay
from forecast.financing.kinds.reserves import Reserve
from forecast.financing.timing import calendar, interest_rate
from forecast.financing.uses import AS_OFFERED
from forecast.liquidity import quantile_rank

if TYPE_CHECKING:
    from forecast.arrays import Floats, Ints
    from forecast.cash import CashCase
    from forecast.financing.timing import Calendar
    from forecast.financing.uses import Use
    from forecast.plan.model import Facility

TURNOVER = 30.0
"""Days over which a fee on each advance is spread where no pool tells how soon an advance comes back."""


@dataclass(frozen=True, slots=True, eq=False)
class Carriage:
    """How a balance is carried on one path known whole: owed ≤ kept × yesterday's + opening + left @ drawings.

    Where it may not be repaid at will, owed ≥ least × yesterday's − may_fall + least_opening + left @ drawings; where a
    drawing has its last day, owed ≤ within_opening + within @ drawings. The openings are of a yuan owed on as_of.
    """

    most_drawn: Floats  # most that each day's drawing may be, yuan, infinite where the limit alone bounds it, (day,)
    kept: Floats  # share of yesterday's balance that may still be owed, (day,)
    opening: Floats  # what may still be owed of a yuan owed on the evening of as_of beside ``kept``, (day,)
    left: Floats  # what may be owed of a yuan drawn on each day (column) beside ``kept``, (evening, day)
    least: Floats | None = None  # share of yesterday's balance that must still be owed, (day,)
    least_opening: Floats | None = None  # what must still be owed of a yuan owed on as_of beside ``least``, (day,)
    within: Floats | None = None  # what may be owed of a yuan drawn on each day before it falls due, (evening, day)
    within_opening: Floats | None = None  # the same of a yuan owed on as_of, (day,)
    may_fall: Floats | None = None  # yuan by which it may fall below ``least``, (day,)


@dataclass(frozen=True, eq=False)
class Terms:
    """A facility on the days of one scenario.

    ``accrual`` is what one yuan owed on the evening costs until the next, (day,), 0 on the last day; ``base`` is the
    most owed by what it rests on, yuan, (day, path) or (day, 1), None where it rests on nothing. ``use``: how it is
    used, which the terms of ``facility`` are those of.

    A kind that is not ``on_demand`` is drawn once, on a day and in an amount fixed at the start. ``refillable``: what
    is repaid may be drawn again; ``cleaned_down``: a clean-down concerns it; ``only_interest``: it is drawn and repaid
    at no cost but interest; ``on_holidays``: it needs no bank to work; ``charge_is_fee``: what accrues is no interest
    but a fee a calendar day; ``larger_helps``: more of it can be had by a larger limit; ``why_not``: the note on why no
    limit would hold alone; ``on_receivables``: it rests on a pool of open receivables.
    """

    facility: Facility
    calendar: Calendar
    accrual: Floats
    base: Floats | None = None
    repaid_from_surplus: bool = True
    use: Use = AS_OFFERED
    on_demand: ClassVar[bool] = True
    refillable: ClassVar[bool] = True
    cleaned_down: ClassVar[bool] = False
    only_interest: ClassVar[bool] = False
    on_holidays: ClassVar[bool] = False
    from_lender: ClassVar[bool] = True
    charge_is_fee: ClassVar[bool] = False
    larger_helps: ClassVar[bool] = True
    on_receivables: ClassVar[bool] = False
    why_not: ClassVar[str] = "too_late_or_too_short"

    @classmethod
    def of(cls, case: CashCase, facility: Facility) -> Self:
        """Read a facility's terms onto the days and paths of a scenario."""
        days = calendar(case, facility, on_holidays=cls.on_holidays)
        return cls(facility, days, cls.rate(facility) * days.nights)

    @classmethod
    def rate(cls, facility: Facility) -> float:
        """Give the rate a year on what is owed, in the facility's own day count."""
        return interest_rate(facility)

    def on_paths(self, chosen: slice) -> Self:
        """Give the same on some of the paths."""
        if self.base is None or self.base.shape[1] == 1:
            return self
        return replace(self, base=np.ascontiguousarray(self.base[:, chosen]))

    @cached_property
    def planned_base(self) -> Floats:
        """The base as the plan knows it: its mean over the paths, infinite where it rests on nothing, (day,)."""
        return np.full(self.accrual.size, np.inf) if self.base is None else np.asarray(self.base.mean(axis=1))

    @cached_property
    def kept_back(self) -> Floats:
        """Share of a drawing that is kept back on its day beside the service fee, (day,)."""
        return np.zeros(self.accrual.size)

    @cached_property
    def by_day(self) -> ByDay:
        """What the days say, for the daily rule."""
        return ByDay.of(self.calendar, self.accrual, self.kept_back)

    @cached_property
    def _accrued(self) -> dict[tuple[int, int], float]:
        """What ``accrued_over`` has said."""
        return {}

    def accrued_over(self, first: int, end: int) -> float:
        """Give what a yuan owed from the evening of day ``first`` to day ``end`` costs."""
        known = self._accrued.get((first, end))
        if known is None:
            known = self._accrued[first, end] = float(self.accrual[first:end].sum())
        return known

    @property
    def most(self) -> float:
        """The limit as an upper bound, yuan: infinite where the plan sets none."""
        return math.inf if self.facility.limit is None else self.facility.limit

    @property
    def arranged(self) -> bool:
        """Whether it runs whatever is decided: signed, or owing on the evening of as_of."""
        return self.facility.signed or self.facility.drawn > 0

    @property
    def freely_repaid(self) -> bool:
        """Whether nothing but interest speaks against drawing only the lack and repaying with any surplus."""
        item = self.facility
        at_once = item.notice_days == 0 and item.minimum_draw == 0 and item.available_to is None and not self.has_gaps
        return self.only_interest and at_once and item.service_fee == 0 and item.tenor_days is None

    @property
    def used_whole(self) -> bool:
        """Whether its limit is no decision: it is signed, and only what lacks is drawn of it, however much is there."""
        return self.arranged and self.freely_repaid

    @property
    def fees_on_limit(self) -> bool:
        """Whether the limit costs something whatever is drawn (a facility without a limit then has none)."""
        return self.signing_cost > 0 or self.facility.commitment_fee > 0

    @property
    def signing_cost(self) -> float:
        """What a yuan of limit costs when it is arranged: arrangement fee and stamp duty."""
        return self.facility.arrangement_fee + self.facility.stamp_duty

    @property
    def on_notice(self) -> bool:
        """Whether the rule asks for drawings ahead (one that is fixed at the start needs no asking)."""
        return self.on_demand and self.facility.notice_days > 0

    @property
    def on_the_day(self) -> bool:
        """Whether it is drawn without notice on the day that lacks cash."""
        return self.on_demand and self.facility.notice_days == 0

    @cached_property
    def has_gaps(self) -> bool:
        """Whether it needs no notice, but days come while it may be owed on which none can be drawn, as on holidays."""
        days, owed = np.arange(self.calendar.open.size), self.calendar.open | (self.facility.drawn > 0)
        return self.on_the_day and bool((owed & (self.calendar.near[1:] > days)).any())

    @cached_property
    def first_day(self) -> int:
        """The first day on which money of it can arrive; the number of days where there is none."""
        days = self.calendar
        at_once = self.on_demand and not self.on_notice
        reached = np.flatnonzero(days.open) if at_once else days.arrival[days.arrival >= 0]
        return int(reached[0]) if reached.size else days.open.size

    @property
    def keeps_reserve(self) -> bool:
        """Whether cash, as much as is chosen, is kept for the days that a later drawing cannot reach."""
        return self.on_notice or self.has_gaps

    @property
    def is_debt(self) -> bool:
        """Whether covenants count it: what is owed to a lender who may come back for it."""
        return self.from_lender and self.facility.recourse

    def reserve_quantile(self, chosen: float) -> float | None:
        """Give the share of paths that the cash kept for it covers, of a chosen one; None where none is kept.

        Where it cannot be drawn from the first day on, old debt leaves cash until it can be; of what repays old debt of
        its own room is kept, where that is not drawn again.
        """
        item = self.facility
        kept = self.keeps_reserve or self.first_day > 0 or max(item.minimum_draw, item.drawn) > 0
        return chosen if self.on_demand and kept else None

    def reserve(self, cumulated: Floats, quantile: float) -> Reserve:
        """Give the reserve that covers a share of paths, above 1 one so many times as far from the median as all.

        ``cumulated``: flows, evening −1 first, (day + 1, path).
        """
        return Reserve(cumulated, quantile_rank(cumulated.shape[1], min(quantile, 1.0)) - 1, max(quantile, 1.0))

    @property
    def mean_rate(self) -> float:
        """What a yuan owed costs a year on average, in the facility's own day count."""
        return self.rate(self.facility)

    @property
    def turnover(self) -> float:
        """Days after which an advance comes back."""
        return TURNOVER

    @property
    def marginal_rate(self) -> float:
        """What one more yuan drawn for a typical time costs a year (act/365): orders drawing and repayment.

        The commitment fee that a drawing saves is taken off; a fee on each advance is spread over ``turnover``.
        """
        rate, fee = self.holding_rate, self.facility.service_fee
        return rate + fee * 365 / self.turnover if fee > 0 else rate

    @property
    def holding_rate(self) -> float:
        """What a yuan that is owed already costs a year (act/365), the commitment fee that it saves taken off."""
        short_year = self.facility.day_count == "act/360" and not self.charge_is_fee
        return (self.mean_rate - self.facility.commitment_fee) * (365 / 360 if short_year else 1.0)

    @property
    def refinances(self) -> bool:
        """Whether it may be drawn to repay dearer debt: a drawing costs no fee, and any surplus repays it."""
        return self.on_demand and self.repaid_from_surplus and self.facility.service_fee == 0

    @property
    def refinanced(self) -> bool:
        """Whether cheaper money may repay it at no fee."""
        return self.repaid_from_surplus

    @property
    def lasts(self) -> bool:
        """Whether all of its room brings what lacks, for as long as it does: it has no base, no lot and no last day."""
        item = self.facility
        return self.on_demand and self.base is None and item.tenor_days is None and item.minimum_draw == 0

    @property
    def first_accrual(self) -> float:
        """What a yuan owed on the evening of as_of costs until the first day's."""
        return self.rate(self.facility) * self.calendar.first_night

    @property
    def limit_cost(self) -> float:
        """What a yuan of limit costs over the horizon whatever is decided later, yuan."""
        commitment = self.calendar.first_commitment + float(self.calendar.commitment.sum())
        return self.signing_cost + commitment

    def daily_rate(self, spell: float) -> float:
        """Give what a yuan costs for each evening that lacks it; ``spell``: days in a row for which a need lasts."""
        del spell
        return max(self.marginal_rate, 0.0) / 365

    def most_owed(self, day: Ints, path: Ints) -> Floats:
        """Give what may be owed on evenings of paths by time, limit and base, yuan."""
        reached = self.calendar.arrival[self.calendar.arrival >= 0]
        first = int(reached[0]) if reached.size else self.calendar.nights.size
        most = np.where(day >= first, self.most, self.facility.drawn)
        if self.base is not None:
            most = np.minimum(most, self.base[day, path if self.base.shape[1] > 1 else 0])
        return np.asarray(most)

    def scheduled(self, day: Ints) -> tuple[Floats, Floats]:
        """Give what is lent on evenings whatever is decided later, of a yuan of limit and of a yuan owed on as_of."""
        return np.zeros(day.size), np.zeros(day.size)

    def carriage(self, path: int, *, in_use: bool) -> Carriage:
        """Give how a balance is carried on a path; ``in_use``: whether drawings are made."""
        del path
        count = self.calendar.open.size
        opening, drawn = np.zeros(count), self.calendar.open & in_use
        opening[0] = 1.0
        if self.on_notice:
            drawn = drawn & np.isin(np.arange(count), self.calendar.arrival)
        return Carriage(np.where(drawn, np.inf, 0.0), np.ones(count), opening, np.eye(count))
