"""Scenarios: from the plan's words to shocks on the assumptions, by channel and day; never calls the simulation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Named
from forecast.plan.model import Outage, Scenario, StatedRate
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from forecast.arrays import Bools, Days, Floats
    from forecast.plan.costs import Cost
    from forecast.plan.model import Plan, Shift

BUILT_IN_FAILURE_RATES = (0.02, 0.05, 0.10, 0.20)
"""The failure rates of the built-in scenarios ``failure_02`` … ``failure_20``."""

BUILT_IN_VOLUME, BUILT_IN_FLOP = 1.4, 0.6
"""The volumes of ``peak_hot`` and of ``peak_flop``, for which stock was bought as planned."""

BUILT_IN_OUTAGE_DAYS = 3
"""The length of ``clearing_outage``."""

PREFERRED_CHANNEL = "baitiao"
"""The channel that the built-in scenarios shock, where the plan has it."""


@dataclass(frozen=True, slots=True)
class Shocks:
    """A scenario made concrete: arrays are (channel, day) over the horizon, in the plan's order of channels.

    ``volume`` multiplies sales. ``failure_rate``, ``refund_rate`` (of orders placed after as_of), ``recovery`` (of
    failures not yet resolved) and ``fee_rate`` (of settlements to come) hold levels by channel's name, which stand
    before those of the laws, ``settlement_delay`` payout days. ``outages`` and ``shift`` as in the scenario. Failures
    still to come of the causes ``switched_off`` do not happen (``without``).
    """

    volume: Floats
    failure_rate: Mapping[str, StatedRate]
    refund_rate: Mapping[str, float]
    settlement_delay: Mapping[str, int]
    outages: tuple[Outage, ...]
    shift: tuple[Shift, ...]
    switched_off: frozenset[str] = frozenset()
    recovery: Mapping[str, StatedRate] = field(default_factory=dict)
    fee_rate: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a scenario: its key, what the key goes by if anything, the line that tells it, its value."""

    key: str
    name: str
    line: str
    value: object = None

    @property
    def dotted(self) -> str:
        """Its key as a scenario writes it; outages and shifts, which are tables, by their key alone."""
        return self.key if self.key in {"outages", "shift"} else self.line.partition(" = ")[0]


def without(changes: Shocks, causes: Collection[str]) -> Shocks:
    """The same shocks as if no first deduction after as_of failed of these causes, outages of theirs included."""
    outages = tuple(outage for outage in changes.outages if outage.cause not in causes)
    return replace(changes, outages=outages, switched_off=frozenset(causes))


def shocks(scenario: Scenario, plan: Plan, days: Days) -> Shocks:
    """The scenario's shocks on the plan's channels over ``days``."""
    return Shocks(
        volumes(scenario, plan, days),
        scenario.failure_rate,
        scenario.refund_rate,
        scenario.settlement_delay,
        scenario.outages,
        scenario.shift,
        recovery=scenario.recovery,
        fee_rate=scenario.fee_rate,
    )


def volumes(scenario: Scenario, plan: Plan, days: Days) -> Floats:
    """The multiples of sales, (channel, day)."""
    volume = np.full((len(plan.channels), len(days)), scenario.volume)
    for name, factor in scenario.volume_of.items():
        volume[_named(name, plan, days)] *= factor
    return volume


def planned_volumes(scenario: Scenario, plan: Plan, days: Days) -> Floats:
    """The multiples of sales for which purchases are made, (channel, day): the volume, where no other is planned."""
    if scenario.planned_volume is not None:
        return np.full((len(plan.channels), len(days)), scenario.planned_volume)
    volume, planned = volumes(scenario, plan, days), np.ones((len(plan.channels), len(days)))
    named = np.zeros(volume.shape, dtype=bool)
    for name, factor in scenario.planned_volume_of.items():
        planned[_named(name, plan, days)] *= factor
        named[_named(name, plan, days)] = True
    return np.where(named, planned, volume)


def _named(name: str, plan: Plan, days: Days) -> Bools:
    """What a name of a channel or an event means, (channel, day)."""
    if name in plan.channels:
        return np.repeat(np.array([name == one for one in plan.channels])[:, None], len(days), axis=1)
    inside = np.zeros(len(days), dtype=bool)
    for event in plan.events:
        if event.name == name:
            inside |= (days >= np.datetime64(event.start)) & (days <= np.datetime64(event.end))
    return np.repeat(inside[None], len(plan.channels), axis=0)


def plan_of(scenario: Scenario, plan: Plan) -> Plan:
    """The plan as the scenario has it, itself where that changes no balance, flow, facility nor the confidence."""
    factors, cash = scenario.flows, plan.cash
    if scenario.opening_balance is not None:
        cash = replace(cash, opening_balance=scenario.opening_balance)
    if scenario.minimum_balance is not None:
        cash = replace(cash, minimum_balance=scenario.minimum_balance)
    horizon = plan.horizon if scenario.confidence is None else replace(plan.horizon, confidence=scenario.confidence)
    if not factors and scenario.facilities is None and cash is plan.cash and horizon is plan.horizon:
        return plan
    flows = plan.other_flows
    if factors:
        flows = tuple(replace(one, amount=one.amount * factors.get(one.category, 1.0)) for one in flows)
    facilities = plan.facilities if scenario.facilities is None else scenario.facilities
    return replace(plan, horizon=horizon, cash=cash, other_flows=flows, facilities=facilities)


def costs_of(scenario: Scenario, plan: Plan) -> tuple[Cost, ...]:
    """The costs that move with sales as the scenario has them: its own terms, times its multiples."""
    costs, factors = scenario.changed_costs or plan.costs, scenario.costs
    return tuple(
        replace(cost, share_of_sales=cost.share_of_sales * factors[cost.category]) if cost.category in factors else cost
        for cost in costs
    )


BUILT_IN_NAMES = frozenset(
    {
        *(f"failure_{round(rate * 100):02d}" for rate in BUILT_IN_FAILURE_RATES),
        *("peak_hot", "clearing_outage", "combined", "peak_flop"),
    }
)
"""What the built-in scenarios are called."""


def built_in_scenarios(plan: Plan, days: Days, expected_sales: Floats) -> dict[str, Scenario]:
    """The built-in scenarios over ``days``, for a plan that names none but ``base``.

    ``expected_sales`` (channel, day) in yuan tell the channel with most sales and the busiest day.
    """
    channels = list(plan.channels)
    name = PREFERRED_CHANNEL
    if name not in plan.channels:
        name = channels[int(np.argmax(expected_sales.sum(axis=1)))]
    channel = plan.channels[name]
    peaks = [np.datetime64(event.peak) for event in plan.events if event.peak]
    busiest = days[int(np.argmax(expected_sales.sum(axis=0)))]
    start = min((peak for peak in peaks if days[0] <= peak <= days[-1]), default=busiest)
    outage = Outage(start=start.astype("datetime64[D]").item(), days=BUILT_IN_OUTAGE_DAYS, clearing=channel.clearing)
    texts = Texts(plan.language)
    made = [
        Scenario(
            f"failure_{round(rate * 100):02d}",
            texts("scenarios.failure", channel=channel.label, rate=round(rate * 100)),
            failure_rate={name: StatedRate(rate)},
        )
        for rate in BUILT_IN_FAILURE_RATES
    ]
    made.append(Scenario("peak_hot", texts("scenarios.peak_hot"), volume=BUILT_IN_VOLUME))
    clearing = Named("clearing", channel.clearing).text(plan.language)
    label = texts("scenarios.clearing_outage", clearing=clearing)
    made.append(Scenario("clearing_outage", label, outages=(outage,)))
    rates, label = {name: StatedRate(0.10)}, texts("scenarios.combined")
    made.append(Scenario("combined", label, failure_rate=rates, volume=BUILT_IN_VOLUME, outages=(outage,)))
    made.append(Scenario("peak_flop", texts("scenarios.peak_flop"), volume=BUILT_IN_FLOP, planned_volume=1.0))
    return {scenario.name: scenario for scenario in made}


def describe_changes(scenario: Scenario) -> list[str]:
    """The scenario's changes as lines of ``key = value``, in the plan file's own words."""
    return [change.line for change in changes_of(scenario)]


def changes_of(scenario: Scenario) -> list[Changed]:
    """The scenario's changes one by one, in the order of a scenario's keys."""
    changes = [Changed("volume", "", f"volume = {scenario.volume:g}")] if scenario.volume != 1.0 else []
    changes += _of("volume", scenario.volume_of)
    if (planned := scenario.planned_volume) is not None:
        changes.append(Changed("planned_volume", "", f"planned_volume = {planned:g}", planned))
    changes += _of("planned_volume", scenario.planned_volume_of)
    changes += _stated("failure_rate", scenario.failure_rate)
    changes += _of("refund_rate", scenario.refund_rate)
    changes += _of("settlement_delay", scenario.settlement_delay)
    changes += _stated("recovery", scenario.recovery)
    changes += _of("fee_rate", scenario.fee_rate)
    changes += _of("flows", scenario.flows)
    changes += _of("costs", scenario.costs)
    for outage in scenario.outages:
        scope = f"clearing = {outage.clearing}" if outage.clearing else f"channel = {outage.channel}"
        span = f"start = {outage.start}, days = {outage.days}"
        line = f"outage: {scope}, {span}, share = {outage.share:g}, cause = {outage.cause}"
        changes.append(Changed("outages", "", line, outage))
    for move in scenario.shift:
        lost = f", lost = {move.lost:g}" if move.lost else ""
        line = f"shift: {move.source} → {move.target}, share = {move.share:g}{lost}"
        changes.append(Changed("shift", "", line, move))
    for key in ("opening_balance", "minimum_balance", "confidence"):
        if (amount := getattr(scenario, key)) is not None:
            changes.append(Changed(key, "", f"{key} = {_as_toml(amount)}", amount))
    for one in scenario.terms:
        line = f"facilities.{one.facility}.{one.term} = {_as_toml(one.value)}"
        changes.append(Changed("facilities", one.facility, line, one))
    for one in scenario.cost_terms:
        changes.append(Changed("costs", one.facility, f"costs.{one.facility}.{one.term} = {_as_toml(one.value)}", one))
    return changes


def _of(key: str, values: Mapping[str, float]) -> list[Changed]:
    return [Changed(key, name, f"{key}.{name} = {value:g}", value) for name, value in values.items()]


def _stated(key: str, stated: Mapping[str, StatedRate]) -> list[Changed]:
    changes = []
    for name, rates in stated.items():
        for causes, rate in rates.parts():
            cause = f".{causes[0]}" if len(causes) == 1 else ""
            changes.append(Changed(key, name, f"{key}.{name}{cause} = {rate:g}", rates))
    return changes


def _as_toml(value: object) -> str:
    """A value as the plan writes it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list():
            return "[" + ", ".join(map(_as_toml, value)) + "]"
        case float():
            return f"{value:.15g}"
    return str(value)
