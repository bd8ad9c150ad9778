"""What a facility is arranged at, and what it did: the two ends of its way through the days, by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.dues import Dues
    from forecast.financing.kinds.days import Rows
    from forecast.financing.kinds.reserves import Reserve
    from forecast.financing.kinds.terms import Terms


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """A facility as arranged: the one holder of its limit and of what fees are charged on."""

    terms: Terms  # on the scenario's days
    limit: float  # most that may be owed, infinite where only a base bounds it; a term loan's amount. Yuan.
    priced_limit: float | None = None  # what fees on the limit are charged on, where this is not ``limit``
    reserve: Reserve | None = None  # what may be needed before more can be drawn; None: nothing is kept
    drawing: bool = True  # false: nothing new is drawn; what runs anyway (fees, the balance of as_of) is carried

    @property
    def in_use(self) -> bool:
        """Whether anything may be drawn."""
        return self.drawing and self.limit > 0

    @property
    def is_new(self) -> bool:
        """Whether it is arranged now, for its arrangement fee."""
        return self.in_use and not self.terms.arranged

    @property
    def contracted(self) -> float:
        """The limit of the contract, yuan: of a signed line at least the whole, however little of it is used."""
        return self._contracted(self.limit)

    @property
    def priced(self) -> float:
        """Yuan that fees on the limit are charged on; 0 where there are none."""
        if not self.terms.fees_on_limit:
            return 0.0
        return self._contracted(self.limit if self.priced_limit is None else self.priced_limit)

    def _contracted(self, limit: float) -> float:
        return max(limit, self.terms.most) if self.terms.on_demand and self.terms.arranged else limit

    @property
    def commitment_runs(self) -> bool:
        """Whether the commitment fee runs: arranged before, or arranged now."""
        return self.terms.facility.commitment_fee > 0 and (self.terms.arranged or self.in_use)

    @property
    def first_interest(self) -> float:
        """What is owed on the evening of as_of costs until the first day's, yuan."""
        return self.terms.facility.drawn * self.terms.first_accrual

    @property
    def first_commitment(self) -> float:
        """The commitment fee of that night, yuan."""
        undrawn = max(self.priced - self.terms.facility.drawn, 0.0)
        return undrawn * self.terms.calendar.first_commitment if self.commitment_runs else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Account:  # amounts by day are kept as rows, and laid out when they are asked for: most runs are not looked at
    """What one facility did, yuan, (day, path) unless said otherwise; all amounts positive.

    ``charges_paid`` are interest and commitment fee paid on due days; what is owed of them at the end, closed out, is
    ``unpaid``, (path,). ``upfront`` holds arrangement, service and prepayment fees, paid on their day. ``accrued`` is
    Σ balance × rate × day fraction from the evening of as_of on, (path,), and what was kept back of drawings in its
    place: interest, or a charge that is a fee.
    ``scheduled`` is the part of the repayments that falls due by contract on a day of its own, None where a kind has
    none. ``reached`` is the least limit with which all that was asked for and drawn could be, (path,): a lot drawn
    whole and repaid in part on its day reaches above the evening's balance.

    After the horizon: ``due_beyond`` is what of the last balance falls due by when, with what is unpaid or accrues on
    it, None where nothing does; ``rest_rate`` what a yuan of it still costs by contract,
    ``headroom`` what can still be drawn, (path,), and ``days_beyond`` the days up to its end by contract, 0 where it
    may be repaid on any day, None where the plan states no end.
    """

    arrangement: Arrangement
    drawn: Rows
    repaid: Rows
    owed: Rows
    charged: Rows
    paid_upfront: Rows
    unpaid: Floats
    accrued: Floats
    scheduled: Floats | None
    reached: Floats
    due_beyond: Dues | None
    rest_rate: float
    headroom: Floats
    days_beyond: int | None

    @property
    def draws(self) -> Floats:
        """What was drawn."""
        return self.drawn.laid_out()

    @property
    def repayments(self) -> Floats:
        """What was repaid."""
        return self.repaid.laid_out()

    @property
    def balance(self) -> Floats:
        """What was owed on each evening."""
        return self.owed.laid_out()

    @property
    def charges_paid(self) -> Floats:
        """Interest and commitment fee, paid on due days."""
        return self.charged.laid_out()

    @property
    def upfront(self) -> Floats:
        """Arrangement, service and prepayment fees, paid on their day."""
        return self.paid_upfront.laid_out()

    @property
    def committed(self) -> Floats:
        """Commitment fee of the horizon on each path."""
        rate = self.arrangement.terms.calendar.commitment
        if not self.arrangement.commitment_runs:
            return np.zeros(self.balance.shape[1])
        undrawn = np.maximum(self.arrangement.priced - self.balance, 0.0)
        return np.asarray(self.arrangement.first_commitment + rate @ undrawn)

    @property
    def interest(self) -> Floats:
        """Interest of the horizon on each path (none where what accrues is a fee)."""
        return np.zeros(self.balance.shape[1]) if self.arrangement.terms.charge_is_fee else self.accrued

    @property
    def fees(self) -> Floats:
        """Fees of every kind on each path."""
        other: Floats = np.asarray(self.committed + self.paid_upfront.total())
        return other + self.accrued if self.arrangement.terms.charge_is_fee else other

    @property
    def rest(self) -> Floats:
        """What the balance of the last evening still costs by contract on each path."""
        return np.asarray(self.rest_rate * self.balance[-1])

    @property
    def flows(self) -> Floats:
        """What the facility brought to the cash balance (positive) or took from it."""
        return np.asarray(self.draws - self.repayments - self.charges_paid - self.upfront)
