"""One scenario's paths, channel by channel: order, first deduction, recovery or loss, settlement, fee, refunds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import ALL_CAUSES
from forecast.receivables.hazards import MAX_AGE
from forecast.simulation.ageing import young_share
from forecast.simulation.deductions import Deducted, deduct, order_outcomes
from forecast.simulation.failure_rates import NO_MONEY, failure_rates
from forecast.simulation.flows import ChannelFlows, Flows
from forecast.simulation.kernels import build_kernels, convolve, horizon_days
from forecast.simulation.noise import excess_refunds, gamma_noise, noisy_settlements, parted
from forecast.simulation.outages import CLEARING, strikes
from forecast.simulation.recoveries import recoveries
from forecast.simulation.settlements import all_settlements, arrival_map, brought_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.arrays import Bools, Floats
    from forecast.calendar import Calendar
    from forecast.plan.model import StatedRate
    from forecast.receivables.assumptions import Assumptions, ChannelLaw
    from forecast.scenarios import Shocks
    from forecast.simulation.deductions import Outcomes
    from forecast.simulation.kernels import Kernels
    from forecast.simulation.outages import Strikes
    from forecast.simulation.randomness import Randomness
    from forecast.simulation.recoveries import Recoveries
    from forecast.simulation.settlements import Settlements


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
        """The scenario's paths, all channels at once: for few paths; see ``blocks``."""
        return Flows.joined([*self.blocks(shocks)])

    def blocks(self, shocks: Shocks) -> Iterator[Flows]:
        """The scenario's paths, one channel after another, so that no more than one need be held whole.

        The shocks are of the days after the gap. The identity is the caller's to check (``Flows.check_identity``).
        """
        return (self.block(index, shocks) for index in range(len(self.assumptions.channels)))

    def block(self, index: int, shocks: Shocks, calm: Calm | None = None) -> Flows:
        """One channel's paths; see ``blocks``. ``calm``: what ``calm`` gives for these shocks, where that is known."""
        law, opening = self.assumptions.channels[index], self.assumptions.channels[index].open_orders
        sales = self.ordered(index, shocks)
        part, days = self._channel(index, sales, shocks, calm), horizon_days(self.as_of, sales.shape[1])
        flows = Flows.of(part, law.name, ALL_CAUSES, days, sales, opening.in_transit_total, opening.outstanding)
        return flows.after(self.gap)

    def calm(self, index: int, shocks: Shocks) -> Calm:
        """What comes of a channel's orders in a scenario without its outages, whichever these are."""
        sales, deal = self.ordered(index, shocks), self._deal
        return self._calm(index, deal, self._orders(index, sales, deal, shocks), shocks)

    def outcomes(self, index: int, shocks: Shocks) -> Outcomes:
        """What becomes of a channel's orders in a scenario, by their day, at a tenth of the work of ``block``."""
        law, sales, deal = self.assumptions.channels[index], self.ordered(index, shocks), self._deal
        struck = strikes(law.name, law.clearing, shocks.outages, self.as_of, sales.shape[1])
        return self._outcomes(index, sales, deal, self._orders(index, sales, deal, shocks), struck)

    def _outcomes(self, index: int, sales: Floats, deal: _Deal, orders: _Orders, struck: Strikes) -> Outcomes:
        shares = [deal.each_path(orders.recovery.lost_share[cause]) for cause in ALL_CAUSES]
        tried, rates = sales * self.kernels[index].tried.sum(axis=1).mean(), deal.back_rates(orders.failing)
        return order_outcomes(tried, rates, np.stack(shares, axis=1), struck, self.gap)

    @property
    def _deal(self) -> _Deal:
        return _Deal(len(self.sales), self.assumptions.draws)

    def ordered(self, index: int, shocks: Shocks) -> Floats:
        """A channel's sales (path, day) in a scenario, those of the gap before."""
        ahead = self._ordered(index, shocks)
        return np.concatenate([self.sales[:, index, : self.gap], ahead], axis=1) if self.gap else ahead

    def _ordered(self, index: int, shocks: Shocks) -> Floats:
        """A channel's sales (path, day) after the gap once orders have moved between channels.

        All moves are shares of the sales before any of them; of what leaves a channel the part ``lost`` is not ordered
        at all.
        """

        def before(place: int) -> Floats:
            return np.asarray(self.sales[:, place, self.gap :] * shocks.volume[place])

        names = [law.name for law in self.assumptions.channels]
        own = out = before(index)
        for move in shocks.shift:
            source, target = names.index(move.source), names.index(move.target)
            if source == index:
                out = out - own * move.share
            if target == index:
                out = out + before(source) * (move.share * (1.0 - move.lost))
        return out

    def _orders(self, index: int, sales: Floats, deal: _Deal, shocks: Shocks) -> _Orders:
        """First attempts of a channel's sales (path, day)."""
        law, kernel = self.assumptions.channels[index], self.kernels[index]
        unpaid = deal.each_path(kernel.never_paid.sum(axis=1))
        paying, leaving = parted(sales, unpaid, law.order_size, self.randomness.unpaid(index))
        (tried,) = convolve(deal.out(paying), [kernel.tried])
        (never_paid,) = convolve(deal.out(leaving), [kernel.never_paid])
        tried_open = np.broadcast_to(kernel.open.tried[:, None], tried.shape)
        failing = deal.out_rates(self._rates(index, sales, deal.back(tried + tried_open), shocks))
        recovery = self.recovery(index, shocks.recovery.get(law.name))
        return _Orders(tried, tried_open, never_paid, failing, recovery, shocks.refund_rate.get(law.name))

    def recovery(self, index: int, stated: StatedRate | None) -> Recoveries:
        """What becomes of a channel's failures: as its law has it, or as it is stated."""
        return recoveries(self.assumptions.channels[index], self.kernels[index], stated)

    def _channel(self, index: int, sales: Floats, shocks: Shocks, calm: Calm | None) -> ChannelFlows:
        """One channel's paths of sales (path, day)."""
        law, kernel = self.assumptions.channels[index], self.kernels[index]
        horizon, deal = sales.shape[1], self._deal
        orders = self._orders(index, sales, deal, shocks) if calm is None or calm.orders is None else calm.orders
        unpaid = deal.back(orders.never_paid + kernel.open.never_paid[:, None])
        recovery, struck = orders.recovery, strikes(law.name, law.clearing, shocks.outages, self.as_of, horizon)
        if calm is None and struck.outages:
            calm = self._calm(index, deal, orders, shocks)
        outcomes = self._outcomes(index, sales, deal, orders, struck)
        delay = shocks.settlement_delay.get(law.name, 0)
        settled_map = arrival_map(kernel.openness, horizon, delay, struck.holds, self.gap)
        found = self._money(index, orders, struck, settled_map, None if calm is None else calm.deducted)
        # What follows needs as much room as what has led here, which is let go before.
        del orders
        calm = None if calm is None else replace(calm, orders=None, deducted=None)
        drawn = self._with_noise(index, deal, found)
        if calm is not None and struck.outages:
            drawn = self._as_calm(index, deal, found, calm, drawn, struck)
        settled, refunded_before, refunded_after = drawn
        fee = self._fee(law, deal.each_path(law.fee_rate), horizon, shocks)
        lost = deal.back(found.lost + recovery.open_lost[:, None])
        closing = law.open_orders.outstanding + sales.sum(axis=1)
        for left in (settled, refunded_before, lost, unpaid):
            closing = closing - left.sum(axis=1)
        receivables = deal.back(found.pool + np.cumsum(found.money.refunded, axis=2))
        receivables = receivables - np.cumsum(settled + refunded_before, axis=1)
        young = self._young(index, found)
        return ChannelFlows(
            settled=settled * (1.0 - fee),
            fees=settled * fee,
            refunded_before=refunded_before,
            refunded_after=refunded_after,
            lost=lost,
            never_paid=unpaid,
            failed=outcomes.failed,
            lost_in_the_end=outcomes.lost,
            failed_by_cause=outcomes.by_cause,
            receivables=receivables,
            closing_outstanding=closing,
            young={age: receivables * deal.back(share) for age, share in young.items()},
        )

    def _fee(self, law: ChannelLaw, own: Floats, horizon: int, shocks: Shocks) -> Floats:
        """The fee on settlements (path, day): the law's ``own`` (path), a scenario's from the day after as_of."""
        fee = np.repeat(own[:, None], horizon, axis=1)
        if law.name in shocks.fee_rate:
            fee[:, self.gap :] = shocks.fee_rate[law.name]
        return fee

    def _rates(self, index: int, sales: Floats, tried: Floats, shocks: Shocks) -> Floats:
        """The share of tried value that fails (path, cause, day): a scenario's level stands before the law's own."""
        law = self.assumptions.channels[index]
        levels = [level for level in (law.failure_rate, shocks.failure_rate.get(law.name)) if level is not None]
        rates = failure_rates(law, self.randomness, index, sales, tried, levels)
        rates[:, [ALL_CAUSES.index(cause) for cause in shocks.switched_off]] = 0.0
        return rates

    def _money(
        self, index: int, orders: _Orders, struck: Strikes, settled_map: Floats | None, calm: Deducted | None = None
    ) -> _Found:
        """What becomes of a channel's tried orders under these outages and this map of arrivals, without noise.

        ``calm``: what is deducted of old and new orders without outages, where that is known.
        """
        law, kernel = self.assumptions.channels[index], self.kernels[index]
        if orders.refund_rate is None:
            # Old and new orders behave alike: they are followed together.
            new = deduct(orders.tried + orders.tried_open, orders.failing, kernel, orders.recovery, struck, calm)
            nothing = np.zeros((self.assumptions.draws, 1, orders.tried.shape[2]))
            old = Deducted(nothing, nothing)
        else:
            new = deduct(orders.tried, orders.failing, kernel, orders.recovery, struck)
            old = deduct(orders.tried_open, orders.failing, kernel, orders.recovery, struck)
        old = replace(old, in_time=old.in_time + orders.recovery.open_cured[:, None])
        aged = bool(self.ages)
        money = all_settlements(old, new, kernel, orders.refund_rate, settled_map, aged=aged)
        pool = law.open_orders.in_transit_total + np.cumsum(new.deducted + old.deducted - money.refunded, axis=2)
        return _Found(money, pool, new.lost + old.lost, settled_map, new if orders.refund_rate is None else None)

    def _with_noise(self, index: int, deal: _Deal, found: _Found) -> tuple[Floats, Floats, Floats]:
        """Settlements before fees, refunds before them and refunds taken back, with the noise of single orders."""
        law, random, money = self.assumptions.channels[index], self.randomness, found.money
        settled, refunded, pool = (deal.back(one) for one in (money.settled, money.refunded, found.pool))
        excess = excess_refunds(refunded, settled, pool, law.order_size, random.returned(index))
        grain, normal = law.order_size * law.dispersion, random.settle[:, index]
        noisy, excess = noisy_settlements(settled, pool, money.squared, grain, normal, excess)
        noise = np.ones_like(money.settled)
        np.divide(deal.out(noisy), money.settled, out=noise, where=money.settled > NO_MONEY)
        taken = deal.back(money.taken_back(noise) + self.kernels[index].open.taken_back[:, None])
        return noisy, refunded + excess, gamma_noise(taken, law.order_size * taken, random.refund[:, index])

    def _calm(self, index: int, deal: _Deal, orders: _Orders, shocks: Shocks) -> Calm:
        """What comes of these orders without outages."""
        law, kernel, horizon = self.assumptions.channels[index], self.kernels[index], orders.tried.shape[2]
        none = strikes(law.name, law.clearing, (), self.as_of, horizon)
        delay = shocks.settlement_delay.get(law.name, 0)
        found = self._money(index, orders, none, arrival_map(kernel.openness, horizon, delay, [], self.gap))
        settled, before, refunded = self._with_noise(index, deal, found)
        had = settled.sum(axis=1)
        by_chance = had - deal.back(found.money.settled).sum(axis=1)
        noise = self._noise_of_refunds(index, deal, found, refunded)
        back_by_chance = before.sum(axis=1) - deal.back(found.money.refunded).sum(axis=1)
        return Calm(had, by_chance, back_by_chance, refunded.sum(axis=1), noise, orders, found.deducted)

    def _as_calm(
        self, index: int, deal: _Deal, found: _Found, calm: Calm, drawn: tuple[Floats, ...], struck: Strikes
    ) -> tuple[Floats, Floats, Floats]:
        """The ``drawn`` settlements and refunds of an outage with what chance makes of their sums without it.

        An outage moves money to days of another noise, by which alone receipts would be gained or lost. What chance
        brings forward over the horizon's end stays as in the calm case, and so does what it makes of refunds. Where
        an outage loses nothing, no smaller share of the settlements is refunded in the horizon: customers do not wait
        for its end. Days before it keep what was drawn.
        """
        settled, before, refunded = drawn
        first = min(one.start for one in struck.outages)
        before = brought_to(before, deal.back(found.money.refunded).sum(axis=1) + calm.back_by_chance, first)
        there = deal.back(found.pool)[:, -1] - calm.back_by_chance
        wanted = np.minimum(deal.back(found.money.settled).sum(axis=1) + calm.by_chance, there)
        noise = self._noise_of_refunds(index, deal, found, refunded)
        level = np.divide(calm.refund_noise, noise, out=np.ones_like(noise), where=noise > 0)
        settled = brought_to(settled, wanted, first)
        taken = refunded.sum(axis=1) * level
        if all(one.cause == CLEARING for one in struck.outages):
            had = calm.settled
            part = np.divide(settled.sum(axis=1), had, out=np.zeros_like(had), where=had > NO_MONEY)
            taken = np.maximum(taken, calm.refunded * part)
        return settled, before, brought_to(refunded, taken, first, evenly=True)

    def _noise_of_refunds(self, index: int, deal: _Deal, found: _Found, refunded: Floats) -> Floats:
        """What the noise of single orders has made of all refunds taken back (path), over what is expected of them."""
        even = found.money.expected_refunds() + self.kernels[index].open.taken_back.sum(axis=1)[:, None]
        expected, drawn = deal.back(even)[:, 0], refunded.sum(axis=1)
        return np.asarray(np.divide(drawn, expected, out=np.ones_like(drawn), where=expected > NO_MONEY))

    def _young(self, index: int, found: _Found) -> dict[int, Floats]:
        """By age the expected share of open receivables (draw, path, day) that was deducted fewer days ago."""
        if not self.ages:
            return {}
        expected = found.pool - np.cumsum(found.money.settled, axis=2)
        aged = (one.aged for one in found.money.streams)
        sources = [(one.deducted, one.left(found.settled_map)) for one in aged if one is not None]
        in_transit = self.assumptions.channels[index].open_orders.in_transit
        open_left = self.kernels[index].open.left * in_transit[:MAX_AGE, None]
        return {age: young_share(age, sources, open_left, expected) for age in self.ages}


@dataclass(frozen=True, slots=True)
class _Orders:
    """A channel's first attempts: yuan ``tried`` of new orders and ``tried_open`` of old ones, (draw, path, day).

    ``never_paid`` is what of new ones is never tried. ``failing`` (cause, draw, path, day) is the share that fails,
    ``recovery`` what becomes of it, ``refund_rate`` a scenario's level for new orders.
    """

    tried: Floats
    tried_open: Floats
    never_paid: Floats
    failing: Floats
    recovery: Recoveries
    refund_rate: float | None


@dataclass(frozen=True, slots=True)
class Calm:
    """What chance makes of a channel's sums over the horizon without outages, (path): yuan but for ``refund_noise``.

    ``settled`` and ``refunded`` after settlement; ``by_chance`` and ``back_by_chance``: what is settled, and
    refunded before it, beyond what is expected;
    ``refund_noise``: refunds over what is expected of them. ``orders`` and what is ``deducted`` of old and new ones
    alike are what else scenarios share that differ in outages alone.
    """

    settled: Floats
    by_chance: Floats
    back_by_chance: Floats
    refunded: Floats
    refund_noise: Floats
    orders: _Orders | None = None
    deducted: Deducted | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of what is kept of the orders, about."""
        return 0 if self.orders is None else self.orders.failing.nbytes + 4 * self.orders.tried.nbytes


@dataclass(frozen=True, slots=True)
class _Found:
    """What becomes of them, (draw, path, day): settlements, the ``pool`` they are drawn from, and what is lost.

    ``deducted`` of old and new orders, where these are followed together.
    """

    money: Settlements
    pool: Floats
    lost: Floats
    settled_map: Floats | None
    deducted: Deducted | None


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
        return np.asarray(self._filled_up(values).reshape(self.draws, self.each, -1))

    def out_rates(self, values: Floats) -> Floats:
        """(path, cause, day) → (cause, draw, path of the draw, day)."""
        shape = (self.draws, self.each, values.shape[1], values.shape[2])
        return np.asarray(np.moveaxis(self._filled_up(values).reshape(shape), 2, 0))

    def _filled_up(self, values: Floats) -> Floats:
        """A row a path → a row a path of every draw; the same memory where there are as many."""
        rows = self.draws * self.each
        return values if rows == self.paths else values[np.arange(rows) % self.paths]

    def back_rates(self, values: Floats) -> Floats:
        """(cause, draw, path of the draw, day) → (path, cause, day), the same memory as what ``out_rates`` gave."""
        causes, days = len(values), values.shape[3]
        rows = np.moveaxis(values, 0, 2).reshape(self.draws * self.each, causes, days)
        return np.asarray(rows[: self.paths])

    def each_path(self, values: Floats) -> Floats:
        """(draw) → (path)."""
        return np.asarray(np.repeat(values, self.each)[: self.paths])

    def back(self, values: Floats) -> Floats:
        """(draw, path of the draw, day) → (path, day)."""
        return np.asarray(values.reshape(self.draws * self.each, -1)[: self.paths])
