"""Each kind of facility as days of a scenario know it: when it can be drawn, up to what, how it is repaid and priced.

Behaviour by kind:
    revolver, overdraft: drawn to the limit, repaid from any surplus.
    owner_loan: the same, but each drawing is repaid after ``tenor_days`` at the latest (oldest first).
    term_loan: one drawing on ``draw_date`` or the first day possible; principal by its repayment schedule. Where the
        plan names a ``prepayment_fee``, cash that no sample path needs again before the loan ends repays early, if the
        interest saved up to the loan's or the horizon's end is more than the fee and what the cash would earn.
    receivables: up to advance rate × open receivables of its channels; repaid as they settle and from surplus.
    factoring: the same base, sold outright: repaid as the receivables settle, never from surplus. ``discount_rate``
        is a fraction a year on the advance, and counts beside ``annual_rate`` where both are given. Recourse changes
        no cash here: refunds are the seller's in any case, and a deduction made is owed by the platform; without it
        the advance is no debt (``covenants``).
    early_settlement: open receivables brought forward; ``fee_per_day`` a calendar day on what is brought forward,
        repaid as they settle.
    inventory: up to advance rate × purchases of its category in the last ``tenor_days`` (from as_of + 1 on).
    payables_extension: payments that the plan lets move are deferred, each on its own day and to its own latest day,
        at its ``deferral_cost`` beside ``annual_rate``; ``limit`` bounds what is deferred at once (``deferral``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.bases import Parcel, movable_payments, purchases_base, receivables_base
from forecast.financing.loans import loan
from forecast.financing.rates import night_fractions
from forecast.financing.timing import arrivals, cover, month_ends
from forecast.liquidity import quantile_rank

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.cash import CashCase
    from forecast.plan.model import Facility


CALCULATED = frozenset(
    {
        "revolver",
        "overdraft",
        "owner_loan",
        "term_loan",
        "receivables",
        "factoring",
        "early_settlement",
        "inventory",
        "payables_extension",
    }
)
"""Kinds that the simulator carries out."""

ON_RECEIVABLES = frozenset({"receivables", "factoring", "early_settlement"})
"""Kinds whose base is the open receivables and that are repaid as these settle."""

DEDUCTED = frozenset({"factoring", "early_settlement"})
"""Kinds whose charge is kept back day by day and that no surplus repays."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A facility on the days of one scenario; day 0 = as_of + 1, evening −1 is that of as_of.

    Attributes:
        facility: The plan's terms.
        nights: Years by the facility's day count from each evening to the next, 0 on the last day (closed out), (day,).
        accrual: What one yuan owed on the evening costs until the next, (day,); 0 on the last day.
        commitment: What one yuan undrawn costs, (day,); 0 before the facility is in force.
        due: Days on which what has accrued is paid, bool (day,).
        open: Days on which a drawing may arrive, bool (day,).
        start: First day in force (signed): the arrangement fee falls due; the number of days where never.
        arrival: By evening −1, 0, …: the day on which a drawing asked then arrives, −1 where none, (day + 1,).
        cover: By evening: the last day before the first arrival that the next evening can still ask for, (day + 1,).
        base: Most that may be owed, (day, path) or (day, 1), or None without a base.
        release: Share of what is owed that settles on the day, (day, path), or None.
        outstanding: Term loan: principal owed per yuan drawn in the horizon, (day,), or None.
        outstanding_before: Term loan: principal owed per yuan of ``drawn``, (day,), or None.
        draw_day: Day on which a term loan arrives, −1 where none can.
        prepays: Term loan: days on which repaying early saves more than it costs, bool (day,); empty elsewhere.
        parcels: Payables extension: the payments that may be deferred.
    """

    facility: Facility
    nights: Floats
    accrual: Floats
    commitment: Floats
    due: Bools
    open: Bools
    start: int
    arrival: Ints
    cover: Ints
    base: Floats | None = None
    release: Floats | None = None
    outstanding: Floats | None = None
    outstanding_before: Floats | None = None
    draw_day: int = -1
    prepays: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    parcels: tuple[Parcel, ...] = ()

    def on_paths(self, chosen: slice) -> Terms:
        """Give the same on some of the paths."""
        base, release = self.base, self.release
        if base is not None and base.shape[1] > 1:
            base = np.ascontiguousarray(base[:, chosen])
        if release is not None:
            release = np.ascontiguousarray(release[:, chosen])
        return replace(self, base=base, release=release)

    @property
    def arranged(self) -> bool:
        """Whether it runs whatever is decided: signed, or owing on the evening of as_of."""
        return self.facility.signed or self.facility.drawn > 0

    @property
    def fees_on_limit(self) -> bool:
        """Whether the limit costs something whatever is drawn (a limit without bound then has none)."""
        return self.facility.arrangement_fee > 0 or self.facility.commitment_fee > 0

    @property
    def on_notice(self) -> bool:
        """Whether drawings are asked for ahead by the rule (a term loan's drawing is fixed at the start)."""
        return self.facility.notice_days > 0 and self.outstanding is None

    @property
    def keeps_reserve(self) -> bool:
        """Whether cash is kept for the days that a later request, or another deferral, cannot reach."""
        return self.on_notice or bool(self.parcels)

    @property
    def repaid_from_surplus(self) -> bool:
        """Whether a surplus repays it (a term loan: where prepaying is allowed and pays)."""
        if self.outstanding is not None:
            return bool(self.prepays.any())
        return self.facility.kind not in DEDUCTED


def annual_rate(facility: Facility) -> float:
    """Give the rate a year on what is owed, in the facility's own day count (early settlement: act/365)."""
    if facility.kind == "early_settlement":
        return facility.fee_per_day * 365
    return facility.annual_rate + (facility.discount_rate if facility.kind == "factoring" else 0.0)


def terms(case: CashCase, facility: Facility) -> Terms:
    """Read a facility's terms onto the days and paths of a scenario.

    Args:
        case: The scenario.
        facility: Of a kind in ``CALCULATED``.

    Returns:
        Arrays by day; see ``Terms``.
    """
    count = case.days.size
    nights = night_fractions(case.days, facility.day_count)
    nights[-1] = 0.0
    charge = (
        np.full(count, facility.fee_per_day) if facility.kind == "early_settlement" else annual_rate(facility) * nights
    )
    charge[-1] = 0.0
    start = 0 if facility.signed or facility.drawn > 0 else max(facility.signing_days, 1) - 1
    index = np.arange(count)
    commitment = np.where(index >= start, facility.commitment_fee * nights, 0.0)
    parcels = movable_payments(case, facility) if facility.kind == "payables_extension" else ()
    opened = index >= start
    if facility.kind == "payables_extension":
        opened &= np.isin(index, [parcel.day for parcel in parcels])
        charge = min((parcel.rate for parcel in parcels), default=0.0) * nights
    if facility.available_from is not None:
        opened &= case.days >= np.datetime64(facility.available_from, "D")
    if facility.available_to is not None:
        opened &= case.days <= np.datetime64(facility.available_to, "D")
    asked_from = 0 if facility.signed or facility.drawn > 0 else facility.signing_days
    arrival = arrivals(case.banking_day, opened, facility.notice_days, asked_from)
    due = month_ends(case.days) if facility.interest_due == "month_end" else np.zeros(count, dtype=np.bool_)
    term = loan(case, facility, arrival, opened, charge) if facility.kind == "term_loan" else None
    if term is not None and term.draw_day >= 0:
        commitment[term.draw_day :] = 0.0
    if term is not None and facility.interest_due == "maturity":
        due = term.due
    if facility.kind in DEDUCTED or facility.kind == "payables_extension":
        due = np.full(count, facility.kind in DEDUCTED)
    base, release = _base(case, facility)
    latest = cover(arrival, count)
    if term is not None and term.prepays.any():
        latest = np.full(count + 1, term.last_owed)
    return Terms(
        facility=facility,
        nights=nights,
        accrual=charge,
        commitment=commitment,
        due=due,
        open=opened,
        start=min(start, count),
        arrival=arrival,
        cover=latest,
        base=base,
        release=release,
        outstanding=None if term is None else term.outstanding,
        outstanding_before=None if term is None else term.before,
        draw_day=-1 if term is None else term.draw_day,
        prepays=np.zeros(0, dtype=np.bool_) if term is None else term.prepays,
        parcels=parcels,
    )


def _base(case: CashCase, facility: Facility) -> tuple[Floats | None, Floats | None]:
    """Give the base, and the share of what is owed that settles on each day, each None where the kind has none."""
    if facility.kind in ON_RECEIVABLES:
        return receivables_base(case, facility)
    return (purchases_base(case, facility), None) if facility.kind == "inventory" else (None, None)


def marginal_rate(item: Terms) -> float:
    """Give what one more yuan drawn for a typical time costs a year (act/365): orders drawing and repayment.

    The commitment fee that a drawing saves is taken off; a fee on each advance is spread over the days that the pool
    takes to turn over (30 days where the facility has no pool).
    """
    facility = item.facility
    basis = 365 / 360 if facility.day_count == "act/360" and facility.kind != "early_settlement" else 1.0
    rate = annual_rate(facility)
    if item.parcels:
        rate = float(np.average([one.rate for one in item.parcels], weights=[one.amount for one in item.parcels]))
    rate = (rate - facility.commitment_fee) * basis
    if facility.service_fee > 0:
        turnover = 30.0
        if item.release is not None and item.release.mean() > 0:
            turnover = max(1.0, 1.0 / float(item.release.mean()))
        rate += facility.service_fee * 365 / turnover
    return rate


def reserves(item: Terms, cumulated: Floats, quantile: float) -> Floats:
    """Give by evening the cash to keep above the minimum until a later request can arrive, yuan, (day + 1,).

    It is the quantile over all paths, known from the plan on as_of, of the deepest fall of the cumulated flows between
    the evening and the last day that a later request cannot reach.

    Args:
        item: Of a facility that keeps a reserve.
        cumulated: Cumulated flows, evening −1 first (0), (day + 1, path).
        quantile: Share of paths to be covered by the reserve of each evening.

    Returns:
        At least 0.
    """
    evenings, paths = cumulated.shape
    rank = quantile_rank(paths, quantile) - 1
    held = np.zeros(evenings)
    for evening in range(evenings):
        last = int(item.cover[evening])
        if last < evening:
            continue
        deepest = cumulated[evening] - cumulated[evening + 1 : last + 2].min(axis=0, initial=np.inf)
        if np.isfinite(deepest).all():
            held[evening] = max(0.0, float(np.partition(deepest, rank)[rank]))
    return held
