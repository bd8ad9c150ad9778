"""The model that a workbook recalculates: inputs by scenario, responses, and its figures as the engine has them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.kinds.table import annual_rate
from forecast.responses import bent, channel_responses, failing, moved, terms
from forecast.scenarios import plan_of, shocks
from forecast.simulation.failure_rates import NO_MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats, Ints
    from forecast.plan.model import Scenario
    from forecast.responses import ChannelLevels, ChannelResponse
    from forecast.results.run import Result
    from forecast.simulated import Forecast


NO_LIMIT = 999_999_999_999.0
"""What stands for the limit of a facility that its base alone bounds, in yuan."""


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
    ``rest`` (day) and ``rest_lost``: what a scenario's simulation has beyond its responses, of receipts, and of value
    lost at a volume of 1.
    """

    scenarios: tuple[str, ...]
    levels: tuple[Levels, ...]
    channels: tuple[ChannelResponse, ...]
    costs: tuple[tuple[CostResponse, ...], ...]
    cost_chosen: tuple[tuple[int, ...], ...]
    flows: Mapping[str, Floats]
    rest: tuple[Floats, ...]
    rest_lost: tuple[float, ...]


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


def live_model(prepared: Forecast, scenarios: Sequence[Scenario], result: Result) -> Live:
    """The model of scenarios that were run with this result, rounded or not."""
    channels = channel_responses(prepared, scenarios, result.base.by_channel)
    names = tuple(scenario.name for scenario in scenarios)
    flows = {name: np.asarray(one, dtype=float) for name, one in result.other_flows.by_category.items()}
    levels = tuple(_levels(prepared, scenario, channels, place) for place, scenario in enumerate(scenarios))
    costs, cost_chosen = _distinct([_costs(prepared, scenario) for scenario in scenarios])
    days = len(prepared.days)
    bare = Live(names, levels, channels, costs, cost_chosen, flows, (np.zeros(days),) * len(names), (0.0,) * len(names))
    found = [figures(bare, place, levels[place]) for place in range(len(names))]
    shown = [result.scenarios[name] for name in names]
    return replace(
        bare,
        rest=tuple(np.array(one.receipts.mean) - own.receipts for one, own in zip(shown, found, strict=True)),
        rest_lost=tuple(
            (sum(channel.lost_total.mean for channel in one.by_channel.values()) - own.lost) / (level.volume or 1.0)
            for one, own, level in zip(shown, found, levels, strict=True)
        ),
    )


def _levels(prepared: Forecast, scenario: Scenario, channels: Sequence[ChannelResponse], place: int) -> Levels:
    own = plan_of(scenario, prepared.plan)
    return Levels(
        opening_balance=own.cash.opening_balance,
        minimum_balance=own.cash.minimum_balance,
        volume=scenario.volume,
        channels=tuple(channel.levels[place] for channel in channels),
        shares=tuple(cost.share_of_sales for cost in prepared.plan.costs),
        flows={name: scenario.flows.get(name, 1.0) for name in prepared.other.by_category},
        limits=tuple(NO_LIMIT if one.limit is None else one.limit for one in own.facilities),
        annual_rates=tuple(annual_rate(one) for one in own.facilities),
    )


def _costs(prepared: Forecast, scenario: Scenario) -> tuple[CostResponse, ...]:
    """Each cost from its payments at two volumes, at a share of 1."""
    plan, engine = prepared.plan, prepared.engine
    if not plan.costs:
        return ()
    whole = replace(plan, costs=tuple(replace(cost, share_of_sales=1.0) for cost in plan.costs))
    basis = replace(prepared.costs, plan=whole)
    mean = replace(engine, sales=engine.sales.mean(axis=0, keepdims=True))

    def paid(volume: float) -> list[Floats]:
        own = replace(scenario, volume=volume)
        changes = shocks(own, plan, prepared.days)
        return [one[0] for _, one in basis.paid(own, engine.gap, lambda place: mean.ordered(place, changes))]

    return tuple(CostResponse(two - one, 2.0 * one - two) for one, two in zip(paid(1.0), paid(2.0), strict=True))


def _distinct(
    costs: Sequence[Sequence[CostResponse]],
) -> tuple[tuple[tuple[CostResponse, ...], ...], tuple[tuple[int, ...], ...]]:
    """The responses of scenarios by cost, those alike once, and which of them each scenario has."""
    kept, places = [], []
    for ours in zip(*costs, strict=True):
        keys = [np.concatenate([one.moving, one.fixed]).round(2).tobytes() for one in ours]
        firsts = list(dict.fromkeys(keys))
        kept.append(tuple(ours[keys.index(key)] for key in firsts))
        places.append(tuple(firsts.index(key) for key in keys))
    return tuple(kept), tuple(places)


def figures(live: Live, place: int, levels: Levels) -> LiveFigures:
    """What the model gives for levels, on the responses of the scenario at a place."""
    found = tuple(
        _channel(channel, channel.chosen[place], levels.volume, own)
        for channel, own in zip(live.channels, levels.channels, strict=True)
    )
    receipts = live.rest[place] + sum(one.receipts for one in found)
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
        lost=levels.volume * live.rest_lost[place] + sum(one.lost for one in found),
    )


def _channel(channel: ChannelResponse, place: int, volume: float, levels: ChannelLevels) -> ChannelFigures:
    own, rate = channel.responses[place], failing(levels, volume)
    recovery = recovered(channel, levels, rate)
    factors = terms(volume, rate, recovery, levels.refund_rate)
    due, refunds = factors @ own.settled, factors @ own.taken_back
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
        lost=float(volume * moved(rate, recovery) @ own.lost),
    )


def recovered(channel: ChannelResponse, levels: ChannelLevels, rate: float) -> float:
    """The share of what fails that is cured in the end, at a failure rate of ``rate``."""
    moves = bent(channel.bends, rate) - bent(channel.bends, levels.failure_rate)
    return min(1.0, max(0.0, levels.recovery + levels.recovery_follows * moves))


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
