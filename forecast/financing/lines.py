"""One facility while the days pass: what it is arranged at, what it owes, draws, repays and charges, by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats
    from forecast.financing.facilities import Terms


SCHEDULED = frozenset({"term_loan", "owner_loan", "payables_extension"})
"""Kinds whose principal falls due by contract on days of its own."""

IDLE = 1e-6
"""Yuan below which nothing is drawn or asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """A facility as arranged.

    Attributes:
        terms: On the scenario's days.
        limit: Most that may be owed; a term loan's amount. Yuan.
        priced_limit: What fees on the limit are charged on, where this is not ``limit``.
        reserve: By evening, cash kept above the minimum (``facilities.reserves``), (day + 1,); None where no cash is
            kept for this facility.
        drawing: False: nothing new is drawn; what runs anyway (fees, the balance of as_of) is carried.
    """

    terms: Terms
    limit: float
    priced_limit: float | None = None
    reserve: Floats | None = None
    drawing: bool = True

    @property
    def fee_limit(self) -> float:
        """Limit that fees are charged on, 0 where there are none (the limit may then be without bound)."""
        if not self.terms.fees_on_limit:
            return 0.0
        return self.limit if self.priced_limit is None else self.priced_limit


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """What one facility did, yuan, (day, path) unless said otherwise; all amounts positive.

    ``charges_paid`` are interest and commitment fee paid on due days; what is owed of them at the end, closed out, is
    ``unpaid``, (path,). ``upfront`` holds arrangement, service and prepayment fees, paid on their day. ``priced`` is
    the limit that the commitment fee is charged on, 0 where none runs, yuan. ``scheduled`` is the part of the
    repayments that falls due by contract on a day of its own (loans, deferred payments), None where a kind has none.
    ``by_rate`` holds the balance at each rate a year where one facility charges several, else None.
    """

    arrangement: Arrangement
    draws: Floats
    repayments: Floats
    balance: Floats
    charges_paid: Floats
    upfront: Floats
    unpaid: Floats
    priced: float
    scheduled: Floats | None = None
    by_rate: Mapping[float, Floats] | None = None

    @property
    def accrued(self) -> Floats:
        """Σ balance × rate × day fraction on each path: interest, or the charge of early settlement."""
        if self.by_rate is None:
            return np.asarray(self.arrangement.terms.accrual @ self.balance)
        total = np.zeros(self.balance.shape[1])
        for rate, balances in self.by_rate.items():
            total += rate * (self.arrangement.terms.nights @ balances)
        return total

    @property
    def committed(self) -> Floats:
        """Commitment fee of the horizon on each path."""
        rate = self.arrangement.terms.commitment
        if self.priced == 0 or not rate.any():
            return np.zeros(self.balance.shape[1])
        return np.asarray(rate @ np.maximum(self.priced - self.balance, 0.0))

    @property
    def interest(self) -> Floats:
        """Interest of the horizon on each path (early settlement: none, its charge is a fee)."""
        early = self.arrangement.terms.facility.kind == "early_settlement"
        return np.zeros(self.balance.shape[1]) if early else self.accrued

    @property
    def fees(self) -> Floats:
        """Fees of every kind on each path."""
        other: Floats = np.asarray(self.committed + self.upfront.sum(axis=0))
        return other + self.accrued if self.arrangement.terms.facility.kind == "early_settlement" else other

    @property
    def flows(self) -> Floats:
        """What the facility brought to the cash balance (positive) or took from it."""
        return np.asarray(self.draws - self.repayments - self.charges_paid - self.upfront)


class Line:
    """A facility while the days pass: its balance and what has accrued, by path."""

    def __init__(self, arrangement: Arrangement, shape: tuple[int, int]) -> None:
        self.arrangement = arrangement
        self.terms = arrangement.terms
        self.facility = arrangement.terms.facility
        self.limit = arrangement.limit
        self.priced = arrangement.fee_limit
        self.in_use = arrangement.drawing and arrangement.limit > 0
        self.instant = self.in_use and not self.terms.on_notice and self.terms.outstanding is None
        self.asks = self.in_use and self.terms.on_notice
        self.balance = np.full(shape[1], self.facility.drawn)
        self.owing = self.facility.drawn > 0
        self.unpaid = np.zeros(shape[1])
        self.under_way = np.zeros(shape[1])
        self.asked = np.zeros(shape) if self.asks else None
        self.draws, self.repayments, self.after, self.paid, self.upfront = (np.zeros(shape) for _ in range(5))
        self.drawn_so_far = np.zeros((shape[0] + 1, shape[1])) if self.facility.kind == "owner_loan" else None
        self.scheduled = np.zeros(shape) if self.facility.kind in SCHEDULED else None
        self.repaid = np.zeros(shape[1])
        self.reserve = np.zeros(shape[0] + 1) if arrangement.reserve is None else arrangement.reserve
        self.mean_release = None if self.terms.release is None else self.terms.release.mean(axis=1)
        if self.drawn_so_far is not None:
            self.drawn_so_far[0] = self.facility.drawn

    def headroom(self, day: int) -> Floats:
        """Give what can still be drawn."""
        most = self.limit if self.terms.base is None else np.minimum(self.limit, self.terms.base[day])
        return np.maximum(most - self.balance, 0.0)

    def begin(self, day: int) -> Floats | float:
        """Take the day's arrivals, scheduled principal and dues; give what they bring to the cash balance."""
        cash: Floats | float = 0.0
        if self.owing:
            cash = cash - self._fall_due(day)
        if self.asked is not None and self.terms.open[day]:
            arriving = self.asked[day]
            self.under_way = self.under_way - arriving
            cash = cash + self._add(day, np.minimum(arriving, self.headroom(day)))
        if self.terms.due[day]:
            self.paid[day] = self.unpaid
            cash = cash - self.unpaid
            self.unpaid = np.zeros_like(self.unpaid)
        if day == self.terms.start and not self.terms.arranged and self.in_use:
            fee = self.facility.arrangement_fee * self.priced
            self.upfront[day] += fee
            cash = cash - fee
        if self.terms.outstanding is not None and self.in_use:
            cash = cash + self._term_draw(day)
        return cash

    def _term_draw(self, day: int) -> Floats | float:
        """Draw the term loan on its day."""
        if day != self.terms.draw_day:
            return 0.0
        return self._add(day, np.full(self.balance.size, self._new_loan))

    @property
    def _new_loan(self) -> float:
        """Give a term loan's amount to be drawn in the horizon."""
        return max(0.0, self.limit - self.facility.drawn) if self.in_use else 0.0

    def _fall_due(self, day: int) -> Floats | float:
        """Repay what must be repaid on the day; give the amount."""
        terms = self.terms
        if terms.outstanding is not None:
            return self._take_due(day, np.maximum(self.balance - self._scheduled(day, day), 0.0))
        if terms.release is not None:
            keep = self.balance * (1 - terms.release[day])
            if terms.base is not None:
                keep = np.minimum(keep, terms.base[day])
            return self._take(day, self.balance - keep)
        if terms.base is not None:
            return self._take(day, np.maximum(self.balance - terms.base[day], 0.0))
        if self.drawn_so_far is not None and self.facility.tenor_days is not None:
            since = day + 1 - self.facility.tenor_days
            if since >= 0:
                return self._take_due(day, np.clip(self.drawn_so_far[since] - self.repaid, 0.0, self.balance))
        return 0.0

    def _take_due(self, day: int, amount: Floats) -> Floats:
        """Repay what the contract asks for on the day."""
        if self.scheduled is not None:
            self.scheduled[day] += amount
        return self._take(day, amount)

    def _scheduled(self, day: int, until: int) -> float:
        """Give what a term loan's schedule leaves owed on the evening of ``until`` of what was drawn before ``day``."""
        terms = self.terms
        before = terms.outstanding_before
        left = self.facility.drawn * float(before[until]) if before is not None else 0.0
        if terms.outstanding is not None and 0 <= terms.draw_day < day:
            left += self._new_loan * float(terms.outstanding[until])
        return left

    def expected_repayment(self, evening: int, last: int) -> Floats | float:
        """Give what is to be repaid from the evening to day ``last``, as the plan knows it.

        That is the schedule, or the mean share over all paths of the receivables that settle.
        """
        if not self.owing or last < evening:
            return 0.0
        if self.terms.outstanding is not None:
            return np.maximum(self.balance - self._scheduled(evening, last), 0.0)
        if self.mean_release is not None:
            return self.balance * (1.0 - float(np.prod(1.0 - self.mean_release[evening : last + 1])))
        return 0.0

    def _add(self, day: int, amount: Floats) -> Floats:
        """Draw; give what reaches the cash balance after the service fee."""
        self.draws[day] += amount
        self.balance = self.balance + amount
        self.owing = True
        if self.facility.service_fee > 0:
            fee = amount * self.facility.service_fee
            self.upfront[day] += fee
            return amount - fee
        return amount

    def _take(self, day: int, amount: Floats) -> Floats:
        self.repayments[day] += amount
        self.balance = self.balance - amount
        self.repaid = self.repaid + amount
        return amount

    def repay(self, day: int, surplus: Floats) -> Floats:
        """Repay from a surplus, a term loan with its prepayment fee and only where that saves more; give the amount."""
        if self.terms.outstanding is None:
            return self._take(day, np.clip(surplus, 0.0, self.balance))
        fee = self.facility.prepayment_fee
        if fee is None or not self.terms.prepays[day]:
            return np.zeros_like(self.balance)
        amount = self._take(day, np.clip((surplus - self.unpaid) / (1.0 + fee), 0.0, self.balance))
        self.upfront[day] += fee * amount
        return amount * (1.0 + fee)

    def _sized(self, wanted: Floats, headroom: Floats) -> Floats:
        """Give the drawing for a want: grossed up for the service fee, in the minimum lot, within the headroom."""
        gross = wanted / (1 - self.facility.service_fee) if self.facility.service_fee > 0 else wanted
        if self.facility.minimum_draw > 0:
            gross = np.where(wanted > IDLE, np.maximum(gross, self.facility.minimum_draw), 0.0)
            amount = np.minimum(gross, headroom)
            return np.where(amount >= self.facility.minimum_draw - IDLE, amount, 0.0)
        return np.minimum(np.maximum(gross, 0.0), headroom)

    def draw(self, day: int, lack: Floats) -> Floats:
        """Draw what lacks today; give what reaches the cash balance."""
        return self._add(day, self._sized(np.maximum(lack, 0.0), self.headroom(day)))

    def _open_to_ask(self, arrival: int) -> Floats | float:  # noqa: ARG002  # deferred payments have their days
        """Give the most that may be owed of what is asked for a day."""
        return self.limit

    def ask(self, evening: int, lack: Floats) -> Floats:
        """Ask in the evening for what lacks; give what will arrive."""
        arrival = int(self.terms.arrival[evening])
        if self.asked is None or arrival < 0 or self.terms.cover[evening] < arrival:
            return np.zeros_like(lack)
        room = np.minimum(self.limit - self.balance, self._open_to_ask(arrival)) - self.under_way
        amount = self._sized(np.maximum(lack, 0.0), np.maximum(room, 0.0))
        self.asked[arrival] += amount
        self.under_way = self.under_way + amount
        return amount * (1 - self.facility.service_fee)

    def end(self, day: int) -> None:
        """Accrue the night's interest and commitment fee."""
        if self.drawn_so_far is not None:
            self.drawn_so_far[day + 1] = self.drawn_so_far[day] + self.draws[day]
        self.after[day] = self.balance
        self._accrue(day)
        if self._charged and (rate := self.terms.commitment[day]):
            self.unpaid = self.unpaid + np.maximum(self.priced - self.balance, 0.0) * rate

    def _accrue(self, day: int) -> None:
        rate = self.terms.accrual[day]
        if rate and self.owing:
            self.unpaid = self.unpaid + self.balance * rate

    @property
    def _charged(self) -> bool:
        """Whether the commitment fee runs: arranged before, or arranged now."""
        return self.facility.commitment_fee > 0 and (self.terms.arranged or self.in_use)

    def account(self) -> Account:
        """Give what it did."""
        return self._account(None)

    def _account(self, by_rate: Mapping[float, Floats] | None) -> Account:
        return Account(
            arrangement=self.arrangement,
            draws=self.draws,
            repayments=self.repayments,
            balance=self.after,
            charges_paid=self.paid,
            upfront=self.upfront,
            unpaid=self.unpaid,
            priced=self.priced if self._charged else 0.0,
            scheduled=self.scheduled,
            by_rate=by_rate,
        )
