"""The live model: what a workbook recalculates from its inputs, and its figures as the engine's means have them.

It is made by ``forecast.live`` and no part of a result's JSON.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.simulation.failure_rates import NO_MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats, Ints

RATES = (0.01, 0.03, 0.06, 0.1, 0.2, 0.35, 0.6, 1.0)
"""Stated failure rates at which the cured share is known; a straight line leads from one to the next."""

VOLUMES = (0.1, 0.2, 0.4, 0.7, 1.0, 2.0, 4.0, 10.0)
"""Volumes at which the laws' failures are known, likewise over the logarithm of the volume; failures of fewer orders
are those of the first, of more go on as between the last two."""

KNEE = 0.7
"""The failure rate up to which money moves with it in a straight line; another one leads to where everything fails."""

LOGARITHMS = np.log(np.array(VOLUMES))
"""Of the volumes."""

HOLDS_TO_RATE, HOLDS_FROM_VOLUME, HOLDS_TO_VOLUME = 0.6, VOLUMES[0], VOLUMES[-1]
"""The highest failure rate, and the volumes beside none at all, for which edited inputs give what a run would give."""

CASH_WITHIN, RECEIPTS_WITHIN = 0.005, 0.001
"""How far the lowest cash of edited inputs may lie from a run's: so much of itself, or of all receipts where more."""

NO_LIMIT = 999_999_999_999.0
"""What stands for the limit of a facility that its base alone bounds, in yuan."""


@dataclass(frozen=True, slots=True)
class ChannelLevels:
    """A channel's inputs as a scenario has them; rates are fractions.

    ``failure_rate`` of what is first tried in the horizon, at a volume of 1; ``failure_follows`` is 1 where it moves
    with the volume as the laws have it (``Curves``), 0 where it is stated. ``recovery`` of what fails, at that rate and
    volume; ``recovery_follows`` is 0 where it is stated. ``refund_rate`` of what is deducted of new orders,
    ``settlement_delay`` in payout days, ``fee_rate`` of what settles.
    """

    failure_rate: float
    failure_follows: int
    recovery: float
    recovery_follows: int
    refund_rate: float
    settlement_delay: int
    fee_rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line of straight pieces: where it starts, and by how much its slope changes at each of the knots."""

    start: float
    bends: Floats

    @classmethod
    def through(cls, knots: Floats, values: Floats) -> Curve:
        """The curve that has these values there, flat before the first knot."""
        return cls(float(values[0]), np.diff(np.diff(values) / np.diff(knots), prepend=0.0))

    def at(self, knots: Floats, place: float) -> float:
        """The value at a place; beyond the last knot the last piece goes on."""
        return self.start + float(self.bends @ np.maximum(place - knots[:-1], 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What is not linear in a channel's failures.

    ``recovery`` over the failure rate, where that is stated; over the logarithm of the volume, where it is not,
    ``failures`` (the logarithm of how many times as high the rate is as at a volume of 1) and ``cured`` (how far the
    recovery lies from that at a volume of 1).
    """

    recovery: Curve
    failures: Curve
    cured: Curve


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A channel's money before fees, in yuan at a volume of 1, by term and day.

    ``settled`` (term, day) has the terms of ``terms``, ``taken_back`` the last of them: new orders of which nothing is
    refunded have none. ``lost`` (term of ``moved``) is of orders placed in the horizon. ``taken_back_fixed`` (day), not
    in ``taken_back``: on what had settled by as_of.
    ``sales`` (day): order value.
    """

    sales: Floats
    settled: Floats
    taken_back: Floats
    taken_back_fixed: Floats
    lost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ChannelResponse:
    """A channel: its responses, which of them each scenario has, and the days of the horizon on which it pays out.

    ``struck`` tells in which scenarios an outage strikes it: what its delay and refunds do there is no sum of terms.
    """

    name: str
    curves: Curves
    responses: tuple[Response, ...]
    chosen: tuple[int, ...]
    struck: tuple[bool, ...]
    payout_days: Ints
    levels: tuple[ChannelLevels, ...]


def moved(failure_rate: float, recovery: float) -> Floats:
    """The terms of failures: 1, recovery, failure rate, and their product."""
    return np.array([1.0, recovery, failure_rate, failure_rate * recovery])


def terms(volume: float, failure_rate: float, recovery: float, refund_rate: float) -> Floats:
    """The factors of a response's terms: of new orders, of open ones, and of new ones times the refund rate.

    Those of new orders are the four of ``moved``, and what fails beyond the ``KNEE`` alone and times the recovery.
    """
    own = moved(failure_rate, recovery)
    new = np.concatenate([own, max(failure_rate - KNEE, 0.0) * np.array([1.0, recovery])])
    return np.concatenate([volume * new, own, volume * refund_rate * new])


def failing(channel: ChannelResponse, levels: ChannelLevels, volume: float) -> float:
    """The failure rate at a volume."""
    moves = levels.failure_follows * channel.curves.failures.at(LOGARITHMS, _logarithm(volume))
    return float(levels.failure_rate * math.exp(moves))


def recovered(channel: ChannelResponse, levels: ChannelLevels, volume: float) -> float:
    """The share of what fails that is cured in the end, at a volume."""
    moves = channel.curves.cured.at(LOGARITHMS, _logarithm(volume))
    return min(1.0, max(0.0, levels.recovery + levels.failure_follows * levels.recovery_follows * moves))


def _logarithm(volume: float) -> float:
    return math.log(max(volume, VOLUMES[0]))


@dataclass(frozen=True, slots=True)
class Levels:
    """A scenario's inputs, or those that somebody typed; money in yuan, rates as fractions.

    ``shares`` by cost in the order of the plan, ``flows`` multiples by category, ``limits`` and ``annual_rates`` by
    facility.
    """

    opening_balance: float
    minimum_balance: float
    volume: float
    channels: tuple[ChannelLevels, ...]
    shares: tuple[float, ...]
    flows: Mapping[str, float]
    limits: tuple[float, ...]
    annual_rates: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CostResponse:
    """A cost's payments at a share of 1, positive yuan (day): those that move with the volume, and the others."""

    moving: Floats
    fixed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """The model; what there is one of for each scenario is in the order of ``scenarios``, base first.

    ``costs``: each one's responses; ``cost_chosen``: which of them the scenarios have. ``flows`` by category (day).
    ``rest`` (day): what a scenario's simulation has of receipts beyond its responses, at its own volume; ``lost``: how
    many times as much value it loses at its own rates as its responses say (by channel).
    """

    scenarios: tuple[str, ...]
    levels: tuple[Levels, ...]
    channels: tuple[ChannelResponse, ...]
    costs: tuple[tuple[CostResponse, ...], ...]
    cost_chosen: tuple[tuple[int, ...], ...]
    flows: Mapping[str, Floats]
    rest: tuple[Floats, ...]
    lost: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelFigures:
    """A channel's expected money by day.

    ``due`` and ``refunds_due`` are before any delay; ``arrives_on`` is the day on which what is due then arrives, -1
    beyond the horizon.
    """

    sales: Floats
    due: Floats
    arrives_on: Ints
    arrived: Floats
    refunds_due: Floats
    refund_shift: float
    taken_back: Floats
    receipts: Floats
    lost: float


@dataclass(frozen=True, slots=True, eq=False)
class LiveFigures:
    """What the model gives: yuan by day; ``costs`` in the order of the plan, positive; ``flows`` by category."""

    channels: tuple[ChannelFigures, ...]
    sales: Floats
    receipts: Floats
    costs: tuple[Floats, ...]
    flows: Mapping[str, Floats]
    cash: Floats
    lost: float


def figures(live: Live, place: int, levels: Levels) -> LiveFigures:
    """What the model gives for levels, on the responses of the scenario at a place."""
    found = tuple(
        _channel(channel, channel.chosen[place], levels.volume, own, ratio if _fails_alike(own, delivered) else 1.0)
        for channel, own, delivered, ratio in zip(
            live.channels, levels.channels, live.levels[place].channels, live.lost[place], strict=True
        )
    )
    rest = live.rest[place] * volume_ratio(levels.volume, live.levels[place].volume)
    receipts = rest + sum(one.receipts for one in found)
    costs = (found[chosen[place]] for found, chosen in zip(live.costs, live.cost_chosen, strict=True))
    paid = tuple(
        share * (levels.volume * cost.moving + cost.fixed) for share, cost in zip(levels.shares, costs, strict=True)
    )
    flows = {name: levels.flows[name] * amounts for name, amounts in live.flows.items()}
    moves = receipts + sum(flows.values()) - sum(paid)
    return LiveFigures(
        channels=found,
        sales=np.sum([one.sales for one in found], axis=0),
        receipts=receipts,
        costs=paid,
        flows=flows,
        cash=levels.opening_balance + np.cumsum(moves),
        lost=sum(one.lost for one in found),
    )


def _fails_alike(own: ChannelLevels, delivered: ChannelLevels) -> bool:
    return (own.failure_rate, own.recovery) == (delivered.failure_rate, delivered.recovery)


def volume_ratio(volume: float, own: float) -> float:
    """How many times a scenario's own volume a volume is; 1 where that is nothing: all its money is of old orders."""
    return volume / own if own else 1.0


def _channel(channel: ChannelResponse, place: int, volume: float, levels: ChannelLevels, lost: float) -> ChannelFigures:
    own, rate, recovery = channel.responses[place], failing(channel, levels, volume), recovered(channel, levels, volume)
    factors = terms(volume, rate, recovery, levels.refund_rate)
    due, refunds = factors @ own.settled, factors[-len(own.taken_back) :] @ own.taken_back
    days = np.arange(len(due))
    on = arrival_days(channel.payout_days, days, levels.settlement_delay)
    inside = on >= 0
    arrived = np.zeros(len(due))
    np.add.at(arrived, on[inside], due[inside])
    weight = float(due[inside].sum())
    shift = float((due * (on - days))[inside].sum()) / weight if weight > NO_MONEY else float(len(due))
    taken_back = own.taken_back_fixed + _later(refunds, shift)
    return ChannelFigures(
        sales=volume * own.sales,
        due=due,
        arrives_on=on,
        arrived=arrived,
        refunds_due=refunds,
        refund_shift=shift,
        taken_back=taken_back,
        receipts=(1.0 - levels.fee_rate) * arrived - taken_back,
        lost=float(lost * volume * moved(rate, recovery) @ own.lost),
    )


def _later(amounts: Floats, shift: float) -> Floats:
    """The amounts (day) so many days later, a part of a day as a part of the amount."""
    whole = math.floor(shift)
    part, days = shift - whole, len(amounts)
    moved_by = np.concatenate([np.zeros(whole + 1), amounts])
    return np.asarray((1.0 - part) * moved_by[1 : days + 1] + part * moved_by[:days])


def arrival_days(payout_days: Ints, days: Ints, delay: int) -> Ints:
    """The day on which what is due on each of ``days`` arrives so many payout days later; -1 beyond the horizon."""
    if not delay:
        return days
    position = np.searchsorted(payout_days, days) + delay
    inside = position < len(payout_days)
    found = np.full(len(days), -1)
    found[inside] = payout_days[position[inside]]
    return found
