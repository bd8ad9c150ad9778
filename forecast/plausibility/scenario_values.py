"""Values of a scenario that are surely slips: rates that are per cents, and more sold than is bought for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note, Values
from forecast.plausibility.channels import TOLERANCES, shown_by_ledger
from forecast.scenarios import costs_of, planned_volumes, volumes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan, Scenario

SOLD_ABOVE_BOUGHT = 1.2
"""Sales above so many times those that purchases are planned for are told; less comes from stock on hand in earnest."""


def on_rates(plan: Plan, scenario: Scenario, where: str, ledger: Callable[[], Ledger]) -> list[Note]:
    """The rates of a scenario that are implausibly high, and that neither the plan nor the ledger has of the channel.

    From which rate on: ``channels.TOLERANCES``. The ledger is asked for only where there is such a rate.
    """
    notes = []
    for key, channel, cause, rate in _rates(scenario):
        tolerance = TOLERANCES[key]
        if rate < tolerance.unproven:
            continue
        found = shown_by_ledger(plan, ledger(), channel, key)
        known = [one for one in (found, _stated(plan, channel, key)) if one is not None]
        if any(not tolerance.contradicted(rate, one) for one in known):
            continue
        values = Values({"rate": rate, "percent": rate * 100, "meant": rate / 100})
        code = "assumed_rate_very_large"
        if found is not None and not cause:
            code, values = "assumed_rate_above_ledger", values | {"found": found}
        notes.append(Note(code, ".".join(filter(None, (where, key, channel, cause))), values))
    return notes


def _rates(scenario: Scenario) -> Iterator[tuple[str, str, str, float]]:
    """Each rate that a scenario writes: its key, its channel, its cause where it holds for one alone, and the share."""
    for channel, stated in scenario.failure_rate.items():
        if stated.total is not None:
            yield "failure_rate", channel, "", stated.total
        for cause, rate in stated.by_cause.items():
            yield "failure_rate", channel, cause, rate
    for key, rates in (("refund_rate", scenario.refund_rate), ("fee_rate", scenario.fee_rate)):
        for channel, rate in rates.items():
            yield key, channel, "", rate


def _stated(plan: Plan, name: str, key: str) -> float | None:
    """What the plan itself says of a channel's rate, all causes together."""
    channel = plan.channels[name]
    if key == "failure_rate":
        return None if channel.failure_rate is None else sum(rate for _, rate in channel.failure_rate.parts())
    return channel.fee_rate if key == "fee_rate" else channel.refund_rate


def on_planned(plan: Plan, scenario: Scenario, where: str) -> list[Note]:
    """The multiples of purchases by which far less is bought than sold, on some day of the horizon and some channel.

    Of the channels for which something is paid before the order: elsewhere such a multiple moves nothing. A multiple of
    0 is told by itself.
    """
    ahead = [cost for cost in costs_of(scenario, plan) if cost.days_after < 0 and cost.share_of_sales > 0]
    stocked = np.array([any(name in cost.channels for cost in ahead) for name in plan.channels])[:, None]
    of = {f"planned_volume.{name}": (name, factor) for name, factor in scenario.planned_volume_of.items()}
    alone = {key: replace(scenario, planned_volume_of={name: factor}) for key, (name, factor) in of.items() if factor}
    if scenario.planned_volume:
        alone = {"planned_volume": scenario}
    days, notes = np.datetime64(plan.horizon.as_of, "D") + 1 + np.arange(plan.horizon.days), []
    for key, one in alone.items():
        sold, bought = volumes(one, plan, days), planned_volumes(one, plan, days)
        times = np.divide(sold, bought, out=np.zeros_like(sold), where=(bought > 0) & stocked)
        worst = np.unravel_index(times.argmax(), times.shape)
        if times[worst] > SOLD_ABOVE_BOUGHT * (1 + 1e-9):
            values = Values({"volume": float(sold[worst]), "planned": float(bought[worst])})
            values |= {"times": round(float(times[worst]), 2), "key": key}
            notes.append(Note("planned_below_sales", f"{where}.{key}", values))
    return notes
