"""Scenarios: from the plan's words to shocks on the assumptions, by channel and day; never calls the simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import Outage, Scenario, StatedRate
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from forecast.arrays import Days, Floats
    from forecast.plan.model import Plan, Shift

BUILT_IN_FAILURE_RATES = (0.02, 0.05, 0.10, 0.20)
"""The failure rates of the built-in scenarios ``failure_02`` … ``failure_20``."""

BUILT_IN_VOLUME = 1.4
"""The volume of ``peak_hot``."""

BUILT_IN_OUTAGE_DAYS = 3
"""The length of ``clearing_outage``."""

PREFERRED_CHANNEL = "baitiao"
"""The channel that the built-in scenarios shock, where the plan has it."""


@dataclass(frozen=True, slots=True)
class Shocks:
    """A scenario made concrete: arrays are (channel, day) over the horizon, in the plan's order of channels.

    ``volume`` multiplies sales. ``failure_rate`` and ``refund_rate`` (of orders placed after as_of) hold levels by
    channel's name, which stand before those of the laws, ``settlement_delay`` payout days. ``outages`` and ``shift`` as
    in the scenario. Failures still to come of the causes ``switched_off`` do not happen (``without``).
    """

    volume: Floats
    failure_rate: Mapping[str, StatedRate]
    refund_rate: Mapping[str, float]
    settlement_delay: Mapping[str, int]
    outages: tuple[Outage, ...]
    shift: tuple[Shift, ...]
    switched_off: frozenset[str] = frozenset()


def without(changes: Shocks, causes: Collection[str]) -> Shocks:
    """The same shocks as if no first deduction after as_of failed of these causes, outages of theirs included."""
    outages = tuple(outage for outage in changes.outages if outage.cause not in causes)
    return replace(changes, outages=outages, switched_off=frozenset(causes))


def shocks(scenario: Scenario, plan: Plan, days: Days) -> Shocks:
    """The scenario's shocks on the plan's channels over ``days``."""
    channels = list(plan.channels)
    volume = np.full((len(channels), len(days)), scenario.volume)
    for name, factor in scenario.volume_of.items():
        if name in plan.channels:
            volume[channels.index(name)] *= factor
            continue
        inside = np.zeros(len(days), dtype=bool)
        for event in plan.events:
            if event.name == name:
                inside |= (days >= np.datetime64(event.start)) & (days <= np.datetime64(event.end))
        volume[:, inside] *= factor
    return Shocks(
        volume, scenario.failure_rate, scenario.refund_rate, scenario.settlement_delay, scenario.outages, scenario.shift
    )


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
    label = texts("scenarios.clearing_outage", clearing=channel.clearing)
    made.append(Scenario("clearing_outage", label, outages=(outage,)))
    rates, label = {name: StatedRate(0.10)}, texts("scenarios.combined")
    made.append(Scenario("combined", label, failure_rate=rates, volume=BUILT_IN_VOLUME, outages=(outage,)))
    return {scenario.name: scenario for scenario in made}


def describe_changes(scenario: Scenario) -> list[str]:
    """The scenario's changes as lines of ``key = value``, in the plan file's own words."""
    lines = [f"volume = {scenario.volume:g}"] if scenario.volume != 1.0 else []
    lines += [f"volume.{name} = {value:g}" for name, value in scenario.volume_of.items()]
    for name, stated in scenario.failure_rate.items():
        for causes, rate in stated.parts():
            cause = f".{causes[0]}" if len(causes) == 1 else ""
            lines.append(f"failure_rate.{name}{cause} = {rate:g}")
    lines += [f"refund_rate.{name} = {value:g}" for name, value in scenario.refund_rate.items()]
    lines += [f"settlement_delay.{name} = {value:d}" for name, value in scenario.settlement_delay.items()]
    for outage in scenario.outages:
        scope = f"clearing = {outage.clearing}" if outage.clearing else f"channel = {outage.channel}"
        span = f"start = {outage.start}, days = {outage.days}"
        lines.append(f"outage: {scope}, {span}, share = {outage.share:g}, cause = {outage.cause}")
    lines += [f"shift: {one.source} → {one.target}, share = {one.share:g}" for one in scenario.shift]
    return lines
