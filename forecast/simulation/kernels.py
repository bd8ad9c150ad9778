"""Linear flows through a channel: kernels by age for the steps that know no calendar, by day for settlement.

A step turns an inflow (draw, path of the draw, day) into an outflow by a kernel. Kernels by age are applied by fast
Fourier transform; settlement, which depends on the calendar, as one matrix a draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.fft

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.hazards import MAX_AGE, incidence, run_off
from forecast.receivables.settlement import evolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forecast.arrays import Bools, Days, Floats
    from forecast.calendar import Calendar
    from forecast.receivables.assumptions import ChannelLaw, PromotionLaw
    from forecast.receivables.settlement import Mode

ROWS = 256
"""Paths that are transformed at once, at most, if a draw has no more: their spectra stay in the processor's cache."""

REFUND_PRIOR_DAYS = 7
"""Where no refund was ever seen and a scenario sets a rate: refunds spread evenly over these first days."""


@dataclass(frozen=True, slots=True)
class SettlementKernels:
    """How a day's deductions settle and come back.

    ``settled``, ``refunded``: the shares of each day of deduction from that day on (``packed``); ``settle_squared``
    (day of deduction, day) for the noise; ``taken_back`` (draw, age) since settlement. Ultimate shares (draw):
    ``refund_share`` before settlement (of deducted; ``refund_by_day`` by day of deduction), ``taken_share`` after it
    (of settled).
    """

    settled: Floats
    refunded: Floats
    settle_squared: Floats
    taken_back: Floats
    refund_share: Floats
    refund_by_day: Floats
    taken_share: Floats

    def by_day(self, rest: Floats, before: Floats) -> tuple[Floats, Floats]:
        """Shares (draw, day of deduction, day) that settle, and that are refunded before they do.

        The former are times ``rest`` (draw), the latter times ``before`` (draw).
        """
        horizon = len(self.settle_squared)
        return (
            unpacked(self.settled * rest[:, None], horizon),
            unpacked(self.refunded * before[:, None], horizon),
        )

    @property
    def refunded_in_the_end(self) -> Floats:
        """Share of deducted value that is refunded before or after settlement (draw)."""
        return np.asarray(self.refund_share + (1.0 - self.refund_share) * self.taken_share)


@dataclass(frozen=True, slots=True)
class RunOff:
    """What becomes of the orders open on as_of, yuan (draw, day).

    ``tried`` and ``never_paid`` of those that await, ``cured`` and ``lost`` of those that failed, ``settled`` and
    ``refunded`` of those in transit, ``taken_back`` of those settled. ``settled_squared`` (day): Σ value × share², mean
    over draws. ``left`` (age on as_of, day): share of what was in transit at that age that still is, mean over draws.
    """

    tried: Floats
    never_paid: Floats
    cured: Floats
    lost: Floats
    settled: Floats
    refunded: Floats
    settled_squared: Floats
    taken_back: Floats
    left: Floats


@dataclass(frozen=True, slots=True)
class Kernels:
    """One channel's kernels and the run-off of its open orders; see the fields' shapes.

    By age (draw, age): ``tried``, ``never_paid`` since the order; ``cured``, ``lost`` by cause since the failure.
    ``usual`` and, where promotions differ and one lies in the horizon, ``promotion`` settlement; ``promotion_days``
    (day of deduction) tells which is which. ``lost_share`` (draw) by cause: lost in the end. ``openness`` (day).
    ``age_shares`` (draw, age): share of the horizon's deductions settled at each age.
    """

    tried: Floats
    never_paid: Floats
    cured: Mapping[str, Floats]
    lost: Mapping[str, Floats]
    usual: SettlementKernels
    promotion: SettlementKernels | None
    promotion_days: Bools
    open: RunOff
    lost_share: Mapping[str, Floats]
    openness: Floats
    age_shares: Floats


def build_kernels(
    law: ChannelLaw,
    as_of: np.datetime64,
    horizon: int,
    calendar: Calendar,
    promotion_days: Bools | None = None,
    past_promotions: Bools | None = None,
) -> Kernels:
    """The kernels of one channel over the ``horizon`` days after ``as_of``.

    ``promotion_days`` (day) marks those of promotions, ``past_promotions`` (age) the days so long before as_of, from 0;
    none if None.
    """
    inside = np.zeros(horizon, dtype=bool) if promotion_days is None else promotion_days
    past = np.zeros(MAX_AGE, dtype=bool) if past_promotions is None else past_promotions
    first = incidence(law.first)
    recovery = {cause: incidence(law.recovery[cause]) for cause in ALL_CAUSES}
    span = np.arange(as_of - MAX_AGE + 1, as_of + horizon + MAX_AGE + 1)
    openness = law.payout.on(span, calendar)
    plain = evolve(law.due, law.refund_before, law.mode, openness, MAX_AGE + horizon, known_day=MAX_AGE - 1)
    factors = _refund_factors(law, plain[1])
    settled, refunded = _scaled(*plain, factors[0])
    taken = planned_taken(law.refund_after, factors[1], law.refund_rate)
    new = np.arange(MAX_AGE, MAX_AGE + horizon)
    usual = _settlement_kernels(settled[:, new], refunded[:, new], taken, horizon)
    promoted = None if law.promotion is None else _Promoted.of(law, law.promotion, factors)
    promotion = None
    if promoted is not None and inside.any():
        promotion = _settlement_kernels(*promoted.shares(openness[MAX_AGE:], horizon), promoted.taken_back, horizon)
    if promoted is not None and past.any():
        # An open cohort of age a was deducted on index MAX_AGE - 1 - a; on horizon day t its age is a + 1 + t.
        own, cohorts = promoted.shares(openness, MAX_AGE, known_day=MAX_AGE - 1), np.flatnonzero(past[::-1])
        settled[:, cohorts], refunded[:, cohorts] = own[0][:, cohorts], own[1][:, cohorts]
    return Kernels(
        tried=first[:, 0],
        never_paid=first[:, 1],
        cured={cause: one[:, 0] for cause, one in recovery.items()},
        lost={cause: one[:, 1] for cause, one in recovery.items()},
        usual=usual,
        promotion=promotion,
        promotion_days=inside,
        open=_run_off(law, settled, refunded, _open_taken_back(law, taken, promoted, past, horizon), horizon),
        lost_share={cause: np.asarray(one[:, 1].sum(axis=1)) for cause, one in recovery.items()},
        openness=openness[MAX_AGE : MAX_AGE + horizon + MAX_AGE],
        age_shares=np.asarray(settled[:, new].mean(axis=1)),
    )


@dataclass(frozen=True, slots=True)
class _Promoted:
    """How orders of promotions settle and come back; ``factor`` (draw) on their refunds before settlement."""

    law: PromotionLaw
    mode: Mode
    factor: Floats
    taken_back: Floats

    @classmethod
    def of(cls, law: ChannelLaw, own: PromotionLaw, factors: tuple[Floats, Floats]) -> _Promoted:
        return cls(own, law.mode, factors[0], planned_taken(own.refund_after, factors[1], law.refund_rate))

    def shares(self, openness: Floats, cohorts: int, known_day: int = -1) -> tuple[Floats, Floats]:
        """Shares settled and refunded before settlement, (draw, day of deduction, age)."""
        grids = evolve(self.law.due, self.law.refund_before, self.mode, openness, cohorts, known_day)
        return _scaled(*grids, self.factor)


def _run_off(law: ChannelLaw, settled: Floats, refunded: Floats, taken_back: Floats, horizon: int) -> RunOff:
    """The run-off, given the shares by age of those in transit and what is taken back of those settled."""
    first = run_off(law.first, law.open_orders.awaiting, horizon)
    by_cause = (run_off(law.recovery[cause], law.open_orders.failed[cause], horizon) for cause in ALL_CAUSES)
    failed = sum(by_cause, np.zeros((len(law.first), 2, horizon)))
    open_settled, open_refunded, squared = _open_run_off(settled, refunded, law.open_orders.in_transit, horizon)
    return RunOff(
        tried=first[:, 0],
        never_paid=first[:, 1],
        cured=failed[:, 0],
        lost=failed[:, 1],
        settled=open_settled,
        refunded=open_refunded,
        settled_squared=squared,
        taken_back=taken_back,
        left=_open_left(settled, refunded, horizon),
    )


def _open_taken_back(law: ChannelLaw, taken: Floats, promoted: _Promoted | None, past: Bools, horizon: int) -> Floats:
    """Refunds taken back (draw, day) on what had settled by as_of, orders of promotions by their own law."""
    if promoted is None:
        return _taken_run_off(taken, law.open_orders.settled, horizon)
    # What settled a usual lag after a promotion's days was mostly ordered on them.
    lag = round(float((incidence(law.due[:, None])[:, 0] @ np.arange(MAX_AGE)).mean()))
    late = np.zeros(MAX_AGE, dtype=bool)
    late[: MAX_AGE - lag] = past[lag:]
    back = _taken_run_off(taken, np.where(late, 0.0, law.open_orders.settled), horizon)
    return back + _taken_run_off(promoted.taken_back, np.where(late, law.open_orders.settled, 0.0), horizon)


def _settlement_kernels(settled: Floats, refunded: Floats, taken: Floats, horizon: int) -> SettlementKernels:
    """Kernels from shares by age of the horizon's days of deduction, (draw, day of deduction, age)."""
    shares, by_day = packed(settled, horizon), refunded.sum(axis=2)
    return SettlementKernels(
        settled=shares,
        refunded=packed(refunded, horizon),
        settle_squared=np.asarray((unpacked(shares, horizon) ** 2).mean(axis=0)),
        taken_back=taken,
        refund_share=np.asarray(by_day.mean(axis=1)),
        refund_by_day=by_day,
        taken_share=np.asarray(taken.sum(axis=1)),
    )


def _refund_factors(law: ChannelLaw, refunded: Floats) -> tuple[Floats, Floats]:
    """Factors (draw) on refunds before and after settlement that meet the law's refund rate (1 without one)."""
    if law.refund_rate is None:
        return np.ones(len(refunded)), np.ones(len(refunded))
    before = refunded[:, MAX_AGE:].sum(axis=2).mean(axis=1)
    return refund_factors(before, law.refund_after.sum(axis=1), law.refund_rate)


def refund_factors(before: Floats, after: Floats, target: float | Floats) -> tuple[Floats, Floats]:
    """Factors on both kinds of refund that make their sum the target share of deducted value.

    ``before``: share of deducted value refunded before settlement; ``after``: share of settled value taken back after
    it. Their proportion is kept.
    """
    total = before + (1.0 - before) * after
    factor = np.divide(target, total, out=np.zeros_like(total), where=total > 0)
    new_before = factor * before
    factor_after = factor * np.divide(1.0 - before, 1.0 - new_before, out=np.zeros_like(before), where=new_before < 1.0)
    return factor, factor_after


def planned_taken(taken_back: Floats, factor: Floats, target: float | None) -> Floats:
    """The kernel of refunds after settlement (draw, age) times ``factor`` (draw).

    Where no refund was ever seen there is nothing to scale: the target then falls evenly on the first
    ``REFUND_PRIOR_DAYS`` days after settlement.
    """
    if target and not factor.any():
        out = np.zeros_like(taken_back)
        out[:, :REFUND_PRIOR_DAYS] = target / REFUND_PRIOR_DAYS
        return out
    return np.asarray(taken_back * factor[:, None])


def _scaled(settled: Floats, refunded: Floats, factor: Floats) -> tuple[Floats, Floats]:
    """Both grids with refunds before settlement scaled, what is not refunded settling as before."""
    if np.all(factor == 1.0):
        return settled, refunded
    share = refunded.sum(axis=2, keepdims=True)
    scaled = refunded * factor[:, None, None]
    rest = (1.0 - scaled.sum(axis=2, keepdims=True)) / np.maximum(1.0 - share, 1e-9)
    return settled * rest, scaled


def packed(grid: Floats, horizon: int) -> Floats:
    """(draw, day of deduction, age) → (draw, place): of each day of deduction the ages up to the horizon's end."""
    reaches = [min(MAX_AGE, horizon - day) for day in range(horizon)]
    return np.concatenate([grid[:, day, :reach] for day, reach in enumerate(reaches)], axis=1)


def unpacked(shares: Floats, horizon: int) -> Floats:
    """What is ``packed`` as (draw, day of deduction, day), both over the horizon."""
    out = np.zeros((len(shares), horizon, horizon))
    first = 0
    for day in range(horizon):
        reach = min(MAX_AGE, horizon - day)
        out[:, day, day : day + reach] = shares[:, first : first + reach]
        first += reach
    return out


def _open_run_off(settled: Floats, refunded: Floats, open_value: Floats, horizon: int) -> tuple[Floats, Floats, Floats]:
    """Settlements and refunds (draw, day) of what is in transit on as_of, and Σ value × share² (day)."""
    out, back = np.zeros((2, len(settled), horizon))
    squared = np.zeros(horizon)
    for age in np.flatnonzero(open_value).tolist():
        cohort = MAX_AGE - 1 - age
        reach = min(horizon, MAX_AGE - 1 - age)
        share = settled[:, cohort, age + 1 : age + 1 + reach]
        out[:, :reach] += open_value[age] * share
        back[:, :reach] += open_value[age] * refunded[:, cohort, age + 1 : age + 1 + reach]
        squared[:reach] += open_value[age] * (share**2).mean(axis=0)
    return out, back, squared


def _open_left(settled: Floats, refunded: Floats, horizon: int) -> Floats:
    """Share (age on as_of, day) of what was in transit on as_of that is so on the evening of each day."""
    out = np.zeros((MAX_AGE, horizon))
    for age in range(MAX_AGE):
        reach = min(horizon, MAX_AGE - 1 - age)
        leaving = settled[:, MAX_AGE - 1 - age] + refunded[:, MAX_AGE - 1 - age]
        out[age, :reach] = 1.0 - np.cumsum(leaving[:, age + 1 : age + 1 + reach].mean(axis=0))
    return np.clip(out, 0.0, 1.0)


def _taken_run_off(taken: Floats, settled: Floats, horizon: int) -> Floats:
    """Refunds taken back (draw, day) on what had settled by as_of, given that it was not refunded so far."""
    still = np.maximum(1.0 - np.cumsum(taken, axis=1), 1e-9)
    out = np.zeros((len(taken), horizon))
    for age in np.flatnonzero(settled).tolist():
        reach = min(horizon, MAX_AGE - 1 - age)
        out[:, :reach] += settled[age] * taken[:, age + 1 : age + 1 + reach] / still[:, age : age + 1]
    return out


def convolve(inflow: Floats, kernels: list[Floats]) -> list[Floats]:
    """Outflows of a (draw, path, day) inflow under kernels (draw, age), cut at the horizon."""
    return convolve_sum([inflow], [kernels])


def convolve_sum(inflows: list[Floats], kernels: list[list[Floats]]) -> list[Floats]:
    """For each kernel of a list the sum over inflows (draw, path, day) under theirs, in one transform back.

    ``kernels`` has for each inflow a list of kernels (draw, age), the outflows in the same order.
    """
    draws, paths, horizon = inflows[0].shape
    size = scipy.fft.next_fast_len(2 * horizon, real=True)
    out = [np.empty(inflows[0].shape) for _ in kernels[0]]
    for block in draw_blocks(draws, paths):
        sums: list[Any] = [0.0] * len(out)
        for inflow, own in zip(inflows, kernels, strict=True):
            spectrum = scipy.fft.rfft(inflow[block], size, axis=2)
            for place, kernel in enumerate(own):
                turned = spectrum * scipy.fft.rfft(kernel[block, :horizon], size, axis=1)[:, None, :]
                turned += sums[place]
                sums[place] = turned
        for one, total in zip(out, sums, strict=True):
            np.maximum(scipy.fft.irfft(total, size, axis=2)[:, :, :horizon], 0.0, out=one[block])
    return out


def draw_blocks(draws: int, paths: int) -> Iterator[slice]:
    """Draws of ``paths`` paths each in blocks, so that what is needed for a moment is never as large as all paths."""
    step = max(1, ROWS // paths)
    return (slice(first, first + step) for first in range(0, draws, step))


@lru_cache(maxsize=4)
def horizon_days(as_of: np.datetime64, horizon: int) -> Days:
    """The days of the horizon."""
    return np.asarray(np.arange(as_of + 1, as_of + 1 + horizon))
