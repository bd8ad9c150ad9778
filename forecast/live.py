"""Makes the live model of scenarios: their inputs, their responses, and what these leave over of the simulation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.kinds.table import annual_rate
from forecast.responses import channel_responses
from forecast.results.live import NO_LIMIT, CostResponse, Levels, Live, figures
from forecast.scenarios import plan_of, shocks
from forecast.simulation.failure_rates import NO_MONEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import Scenario
    from forecast.results.live import ChannelResponse
    from forecast.results.run import Result
    from forecast.simulated import Forecast


def live_model(prepared: Forecast, scenarios: Sequence[Scenario], result: Result) -> Live:
    """The model of scenarios that were run with this result, rounded or not."""
    scenarios = sorted(scenarios, key=lambda one: one.name != "base")
    channels = channel_responses(prepared, scenarios, result.base.by_channel)
    names = tuple(scenario.name for scenario in scenarios)
    flows = {name: np.asarray(one, dtype=float) for name, one in result.other_flows.by_category.items()}
    levels = tuple(_levels(prepared, scenario, channels, place) for place, scenario in enumerate(scenarios))
    costs, cost_chosen = _distinct([_costs(prepared, scenario) for scenario in scenarios])
    days = len(prepared.days)
    nothing, once = np.zeros(days), (1.0,) * len(channels)
    bare = Live(names, levels, channels, costs, cost_chosen, flows, (nothing,) * len(names), (once,) * len(names))
    found = [figures(bare, place, levels[place]) for place in range(len(names))]
    shown = [result.scenarios[name] for name in names]
    return replace(
        bare,
        rest=tuple(np.array(one.receipts.mean) - own.receipts for one, own in zip(shown, found, strict=True)),
        lost=tuple(
            tuple(
                _ratio(one.by_channel[of.name].lost_total.mean, had.lost)
                for of, had in zip(channels, own.channels, strict=True)
            )
            for one, own in zip(shown, found, strict=True)
        ),
    )


def _ratio(amount: float, other: float) -> float:
    """How many times another an amount is; 1 where there is none to speak of."""
    return amount / other if other > NO_MONEY else 1.0


def _levels(prepared: Forecast, scenario: Scenario, channels: Sequence[ChannelResponse], place: int) -> Levels:
    own = plan_of(scenario, prepared.plan)
    return Levels(
        opening_balance=own.cash.opening_balance,
        minimum_balance=own.cash.minimum_balance,
        volume=scenario.volume,
        channels=tuple(channel.levels[place] for channel in channels),
        shares=tuple(cost.share_of_sales for cost in scenario.changed_costs or own.costs),
        flows={name: scenario.flows.get(name, 1.0) for name in prepared.other.by_category},
        limits=tuple(NO_LIMIT if one.limit is None else one.limit for one in own.facilities),
        annual_rates=tuple(annual_rate(one) for one in own.facilities),
    )


def _costs(prepared: Forecast, scenario: Scenario) -> tuple[CostResponse, ...]:
    """Each cost from its payments at two volumes, at a share of 1."""
    plan, engine = prepared.plan, prepared.engine
    if not plan.costs:
        return ()
    whole = tuple(replace(cost, share_of_sales=1.0) for cost in scenario.changed_costs or plan.costs)
    scenario = replace(scenario, changed_costs=whole)
    mean = replace(engine, sales=engine.sales.mean(axis=0, keepdims=True))

    def paid(volume: float) -> list[Floats]:
        own = replace(scenario, volume=volume)
        changes = shocks(own, plan, prepared.days)
        return [one[0] for _, one in prepared.costs.paid(own, engine.gap, lambda place: mean.ordered(place, changes))]

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
