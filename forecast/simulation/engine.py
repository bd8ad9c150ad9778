"""One scenario's paths, channel by channel: order, first deduction, recovery or loss, settlement, fee, refunds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.hazards import MAX_AGE
from forecast.simulation.ageing import young_share
from forecast.simulation.failure_rates import NO_MONEY, failure_rates
from forecast.simulation.flows import Flows
from forecast.simulation.kernels import (
    arrival_map,
    build_kernels,
    convolve,
    convolve_sum,
    horizon_days,
    planned_taken,
    refund_factors,
)
from forecast.simulation.noise import gamma_noise, noisy_settlements

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.calendar import Calendar
    from forecast.plan.model import Outage
    from forecast.receivables.assumptions import Assumptions, ChannelLaw
    from forecast.scenarios import Shocks
    from forecast.simulation.kernels import Kernels, SettlementKernels
    from forecast.simulation.randomness import Randomness


@dataclass(frozen=True, slots=True)
class Engine:
    """All that scenarios share: the laws' kernels, the random numbers and the base sales (path, channel, day).

    ``as_of`` is the last day that is known. Where the ledger stops before the plan's as_of, ``gap`` days lie between:
    they are simulated on the base's assumptions and left out of what ``run`` gives.
    """

    assumptions: Assumptions
    kernels: tuple[Kernels, ...]
    randomness: Randomness
    sales: Floats
    as_of: np.datetime64
    ages: tuple[int, ...] = ()
    gap: int = 0

    @classmethod
    def build(
        cls,
        assumptions: Assumptions,
        randomness: Randomness,
        sales: Floats,
        as_of: np.datetime64,
        calendar: Calendar,
        promotion_days: Bools | None = None,
        *,
        past_promotions: Bools | None = None,
        ages: tuple[int, ...] = (),
        gap: int = 0,
    ) -> Engine:
        """The engine over the sales' days; ``promotion_days`` (day) marks those of promotions, none if absent.

        ``past_promotions`` (age) marks the days so long before as_of, from 0, that were days of promotions.
        ``ages`` are the ages in days below which open receivables are told apart (``Flows.young``), ``gap`` the first
        days, up to as_of, for which the ledger holds nothing: they are simulated and cut off.
        """
        horizon = sales.shape[2]
        kernels = tuple(
            build_kernels(law, as_of, horizon, calendar, promotion_days, past_promotions)
            for law in assumptions.channels
        )
        return cls(assumptions, kernels, randomness, sales, as_of, ages, gap)

    def run(self, shocks: Shocks) -> Flows:
        """The scenario's paths; the identity is the caller's to check (``Flows.check_identity``).

        The shocks are of the days after the gap.
        """
        names = tuple(law.channel.name for law in self.assumptions.channels)
        gap = self.gap
        ahead = shifted(self.sales[:, :, gap:] * shocks.volume[None], names, shocks)
        sales = np.concatenate([self.sales[:, :, :gap], ahead], axis=2) if gap else ahead
        parts = [self._channel(index, sales[:, index], shocks) for index in range(len(names))]
        stacked = {key: np.stack([part[key] for part in parts], axis=1) for key in parts[0]}
        young = {age: stacked.pop(f"young_{age}") for age in self.ages}
        horizon = sales.shape[2]
        opening = np.array([law.open_orders.outstanding for law in self.assumptions.channels])
        flows = Flows(
            channels=names,
            causes=ALL_CAUSES,
            days=horizon_days(self.as_of, horizon),
            sales=sales,
            opening_receivables=np.array([law.open_orders.in_transit_total for law in self.assumptions.channels]),
            opening_outstanding=opening,
            young=young,
            **stacked,
        )
        return flows.after(gap)

    def _channel(self, index: int, sales: Floats, shocks: Shocks) -> dict[str, Floats]:
        """One channel's arrays (path, day), (path, cause) and (path)."""
        law, kernel = self.assumptions.channels[index], self.kernels[index]
        deal = _Deal(len(sales), self.assumptions.draws)
        inflow = deal.out(sales)
        tried, never_paid = convolve(inflow, [kernel.tried, kernel.never_paid])
        tried_open = np.broadcast_to(kernel.open_tried[:, None], tried.shape)
        target = shocks.failure_rate.get(law.channel.name)
        rates = failure_rates(law, self.randomness, index, sales, deal.back(tried + tried_open), target)
        rates[:, [ALL_CAUSES.index(cause) for cause in shocks.switched_off]] = 0.0
        outages = _outages(law, shocks, self.as_of, sales.shape[1])
        settled_map = arrival_map(
            kernel.openness,
            sales.shape[1],
            shocks.settlement_delay.get(law.channel.name, 0),
            [(start, stop, outage.share) for outage, start, stop in outages if outage.cause == "clearing"],
        )
        if settled_map is not None:
            # What arrived before the plan's as_of has arrived, whatever the scenario.
            settled_map[: self.gap] = np.eye(sales.shape[1])[: self.gap]
        shares = deal.out_rates(rates)
        refunded = shocks.refund_rate.get(law.channel.name)
        if refunded is None:
            # Old and new orders behave alike: they are followed together.
            new = _deducted(tried + tried_open, shares, kernel, outages)
            nothing = np.zeros((self.assumptions.draws, 1, sales.shape[1]))
            old = _Deducted(nothing, nothing)
        else:
            new = _deducted(tried, shares, kernel, outages)
            old = _deducted(tried_open, shares, kernel, outages)
        old_deducted = old.deducted + kernel.open_cured[:, None]
        lost = new.lost + old.lost + kernel.open_lost[:, None]
        streams = [
            _settle(old_deducted, kernel.usual, None, settled_map),
            *_new_streams(new.deducted, kernel, refunded, settled_map),
        ]
        open_settled, open_squared = kernel.open_settled, kernel.open_settled_squared
        if settled_map is not None:
            open_settled, open_squared = open_settled @ settled_map, open_squared @ settled_map**2
        settled = open_settled[:, None] + sum(one.settled for one in streams)
        refunded_before = kernel.open_refunded[:, None] + sum(one.refunded for one in streams)
        deducted = new.deducted + old_deducted
        opening = law.open_orders.in_transit_total
        pool = opening + np.cumsum(deducted - refunded_before, axis=2)
        noisy = noisy_settlements(
            deal.back(settled),
            deal.back(pool),
            open_squared + sum(one.squared for one in streams),
            law.order_size * law.dispersion,
            self.randomness.settle[:, index],
        )
        factor = np.divide(deal.out(noisy), settled, out=np.ones_like(settled), where=settled > NO_MONEY)
        taken = deal.back(_taken_back(streams, open_settled, kernel, factor) + kernel.open_taken_back[:, None])
        refunded_after = gamma_noise(taken, law.order_size * taken, self.randomness.refund[:, index])
        fee = np.repeat(law.fee_rate, deal.each)[: len(sales), None]
        failed = sales * kernel.tried.sum(axis=1).mean()
        by_cause, total_failed, total_lost = _order_outcomes(failed, rates, kernel, outages, deal, self.gap)
        closing = (
            law.open_orders.outstanding
            + sales.sum(axis=1)
            - noisy.sum(axis=1)
            - deal.back(refunded_before).sum(axis=1)
            - deal.back(lost).sum(axis=1)
            - deal.back(never_paid + kernel.open_never_paid[:, None]).sum(axis=1)
        )
        receivables = deal.back(pool) - np.cumsum(noisy, axis=1)
        young = {}
        if self.ages:
            expected = pool - np.cumsum(settled, axis=2)
            sources = [(one.deducted, one.left(settled_map)) for one in streams]
            open_left = kernel.open_left * law.open_orders.in_transit[:MAX_AGE, None]
            young = {age: deal.back(young_share(age, sources, open_left, expected)) for age in self.ages}
        return {
            **{f"young_{age}": receivables * share for age, share in young.items()},
            "settled": noisy * (1.0 - fee),
            "fees": noisy * fee,
            "refunded_before": deal.back(refunded_before),
            "refunded_after": refunded_after,
            "lost": deal.back(lost),
            "never_paid": deal.back(never_paid + kernel.open_never_paid[:, None]),
            "failed": total_failed,
            "lost_in_the_end": total_lost,
            "failed_by_cause": by_cause,
            "receivables": receivables,
            "closing_outstanding": closing,
        }


@dataclass(frozen=True, slots=True)
class _Deal:
    """Deals paths out over the draws of the laws: path p belongs to draw p // each."""

    paths: int
    draws: int

    @property
    def each(self) -> int:
        return -(-self.paths // self.draws)

    def out(self, values: Floats) -> Floats:
        """(path, day) → (draw, path of the draw, day), the last draws filled up by repeating the first paths."""
        index: Ints = np.arange(self.draws * self.each) % self.paths
        return np.asarray(values[index].reshape(self.draws, self.each, -1))

    def out_rates(self, values: Floats) -> Floats:
        """(path, cause, day) → (cause, draw, path of the draw, day)."""
        index: Ints = np.arange(self.draws * self.each) % self.paths
        shape = (self.draws, self.each, values.shape[1], values.shape[2])
        return np.asarray(np.moveaxis(values[index].reshape(shape), 2, 0))

    def back(self, values: Floats) -> Floats:
        """(draw, path of the draw, day) → (path, day)."""
        return np.asarray(values.reshape(self.draws * self.each, -1)[: self.paths])


@dataclass(frozen=True, slots=True)
class _Deducted:
    deducted: Floats
    lost: Floats


def shifted(sales: Floats, names: tuple[str, ...], shocks: Shocks) -> Floats:
    """Sales after orders moved between channels; all moves are shares of the sales before any of them."""
    if not shocks.shift:
        return sales
    out = sales.copy()
    for move in shocks.shift:
        source, target = names.index(move.source), names.index(move.target)
        out[:, source] -= sales[:, source] * move.share
        out[:, target] += sales[:, source] * move.share
    return out


def _outages(law: ChannelLaw, shocks: Shocks, as_of: np.datetime64, horizon: int) -> list[tuple[Outage, int, int]]:
    """The outages that hit this channel, with their first index and the index after their last day."""
    out = []
    for outage in shocks.outages:
        if outage.channel == law.channel.name or (outage.clearing and outage.clearing == law.channel.clearing):
            start = int((np.datetime64(outage.start) - as_of).astype(np.int64)) - 1
            stop = start + outage.days
            if stop > 0 and start < horizon:
                out.append((outage, max(start, 0), stop))
    return out


def _deducted(tried: Floats, rates: Floats, kernel: Kernels, outages: list[tuple[Outage, int, int]]) -> _Deducted:
    """Deductions and losses by day of what was tried, (draw, path, day), recoveries included.

    What an outage of clearing holds up is what would have been deducted: it is late, and orders that fail for other
    reasons fail all the same. Another outage takes the place of every other reason.
    """
    horizon = tried.shape[2]
    stopped, held = np.zeros(horizon), np.zeros(horizon)
    deducted = np.zeros_like(tried)
    lost = np.zeros_like(tried)
    succeeding = 1.0 - rates.sum(axis=0)
    for outage, start, stop in outages:
        clearing = outage.cause == "clearing"
        share = _struck(outage, start, stop, stopped + held)
        if clearing:
            held = held + share
        else:
            stopped = stopped + share
        if stop >= horizon:
            continue
        pulse = np.zeros_like(tried)
        pulse[:, :, stop] = (tried * share * (succeeding if clearing else 1.0)).sum(axis=2)
        cured, gone = kernel.cured[outage.cause], kernel.lost[outage.cause]
        if clearing:
            total = cured.sum(axis=1, keepdims=True)
            at_once = np.zeros_like(cured)
            at_once[:, 0] = 1.0
            cured = np.where(total > 1e-6, cured / np.maximum(total, 1e-6), at_once)  # noqa: PLR2004
            deducted += convolve(pulse, [cured])[0]
        else:
            back, out = convolve(pulse, [cured, gone])
            deducted += back
            lost += out
    working = tried * (1.0 - stopped)
    failing = np.zeros_like(tried)
    failed = {cause: working * rates[index] for index, cause in enumerate(ALL_CAUSES) if rates[index].any()}
    if failed:
        failing = sum(failed.values(), failing)
        back, out = convolve_sum(list(failed.values()), [[kernel.cured[cause], kernel.lost[cause]] for cause in failed])
        deducted += back
        lost += out
    return _Deducted(deducted + working - failing - tried * held * succeeding, lost)


def _struck(outage: Outage, start: int, stop: int, before: Floats) -> Floats:
    """The share of each day's first deductions that an outage strikes, of what those ``before`` it have left."""
    share = np.zeros(before.size)
    share[start : min(stop, before.size)] = outage.share
    return np.asarray(share * (1.0 - before))


def _order_outcomes(
    tried: Floats, rates: Floats, kernel: Kernels, outages: list[tuple[Outage, int, int]], deal: _Deal, gap: int
) -> tuple[Floats, Floats, Floats]:
    """By day of order: failed by cause after the gap (path, cause), failed (path, day), lost in the end (path, day)."""
    horizon = tried.shape[1]
    stopped, held = np.zeros(horizon), np.zeros(horizon)
    outage_failed = np.zeros((len(ALL_CAUSES), horizon))
    lost_shares = np.stack(
        [np.repeat(kernel.lost_share[cause], deal.each)[: len(tried)] for cause in ALL_CAUSES], axis=1
    )
    lost = np.zeros_like(tried)
    for outage, start, stop in outages:
        share = _struck(outage, start, stop, stopped + held)
        cause = ALL_CAUSES.index(outage.cause)
        if outage.cause == "clearing":
            held = held + share
            continue
        stopped = stopped + share
        outage_failed[cause] += share
        lost += tried * share * lost_shares[:, cause, None]
    ordinary = tried[:, None] * (1.0 - stopped) * rates
    lost += (ordinary * lost_shares[:, :, None]).sum(axis=1)
    failed = ordinary + tried[:, None] * outage_failed[None]
    failed[:, ALL_CAUSES.index("clearing")] += tried * held * (1.0 - rates.sum(axis=1))
    return failed[:, :, gap:].sum(axis=2), failed.sum(axis=1), lost


@dataclass(frozen=True, slots=True)
class _Settled:
    """A stream of deductions settled: flows (draw, path, day), Σ deducted × share² (day), refunds' kernel by age.

    ``settle`` and ``refund`` (draw, day of deduction, day) are the shares that made the flows, before any delay.
    """

    settled: Floats
    refunded: Floats
    squared: Floats
    taken_back: Floats
    deducted: Floats
    settle: Floats
    refund: Floats

    def left(self, settled_map: Floats | None) -> Floats:
        """Share (draw, day of deduction, day) that is still in transit on each evening from the deduction on."""
        settle = self.settle if settled_map is None else self.settle @ settled_map
        return 1.0 - np.cumsum(settle + self.refund, axis=2)


def _taken_back(streams: list[_Settled], open_settled: Floats, kernel: Kernels, factor: Floats) -> Floats:
    """What is taken back of all settlements (draw, path, day), ``factor`` being their noise; one kernel, one step."""
    flows: dict[int, Floats] = {id(kernel.usual.taken_back): open_settled[:, None]}
    kernels = {id(kernel.usual.taken_back): kernel.usual.taken_back}
    for one in streams:
        key = id(one.taken_back)
        flows[key] = flows[key] + one.settled if key in flows else one.settled
        kernels[key] = one.taken_back
    return convolve_sum([flow * factor for flow in flows.values()], [[one] for one in kernels.values()])[0]


def _new_streams(deducted: Floats, kernel: Kernels, target: float | None, settled_map: Floats | None) -> list[_Settled]:
    """Orders placed after as_of, those deducted in promotions apart where they behave otherwise."""
    parts = [(deducted, kernel.usual)]
    if kernel.promotion is not None:
        parts = [
            (deducted * ~kernel.promotion_days, kernel.usual),
            (deducted * kernel.promotion_days, kernel.promotion),
        ]
    if target is None:
        return [_settle(flow, one, None, settled_map) for flow, one in parts]
    # With nothing deducted the parts weigh the same, and the factor touches no money.
    weights = [flow.sum(axis=(1, 2)) + NO_MONEY for flow, _ in parts]
    shares = [one.refunded_in_the_end for _, one in parts]
    usual = sum(weight * share for weight, share in zip(weights, shares, strict=True)) / sum(weights)
    # Each part is scaled by the same factor, so that both together meet the target.
    factor = np.divide(target, usual, out=np.ones_like(usual), where=usual > 0)
    return [
        _settle(flow, one, np.where(usual > 0, factor * share, target), settled_map)
        for (flow, one), share in zip(parts, shares, strict=True)
    ]


def _settle(deducted: Floats, kernel: SettlementKernels, target: Floats | None, settled_map: Floats | None) -> _Settled:
    """Settlements and refunds of a stream; ``target`` (draw) is the share refunded in the end, None leaves it."""
    before, taken_back = np.ones_like(kernel.refund_share), kernel.taken_back
    if target is not None:
        before, after = refund_factors(kernel.refund_share, kernel.taken_share, target)
        taken_back = planned_taken(kernel.taken_back, after, float(target.mean()))
    rest = (1.0 - kernel.refund_share * before) / np.maximum(1.0 - kernel.refund_share, 1e-9)
    settle, refund = kernel.settle * rest[:, None, None], kernel.refund * before[:, None, None]
    settled, refunded = deducted @ settle, deducted @ refund
    squared = deducted.mean(axis=(0, 1)) @ kernel.settle_squared
    if settled_map is not None:
        settled = settled @ settled_map
        squared = squared @ settled_map**2
    return _Settled(settled, refunded, squared, taken_back, deducted, settle, refund)
