"""Changes of the workbook's inputs, as somebody types them, beside what a run is told for the same change."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from result_example import write_example_plan

from forecast.live import live_model
from forecast.pipeline import prepare, run_scenarios, scenarios_of
from forecast.plan.model import StatedRate
from forecast.plan.reading import load_plan
from forecast.records import rounded
from forecast.results.live import RATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.plan.model import Scenario
    from forecast.results.live import Levels, Live
    from forecast.results.run import Result
    from forecast.simulated import Forecast

PATHS = 600
"""So many that the noise of single orders in a small shop's means lies below the tolerance."""

FREE = "free"
OF_CHANNEL = ("failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate")
BALANCES = ("opening_balance", "minimum_balance", "volume")


@dataclass(frozen=True, slots=True)
class World:
    """The example on more paths, without financing, and its live model."""

    prepared: Forecast
    scenarios: Mapping[str, Scenario]
    result: Result
    live: Live


@cache
def world() -> World:
    """Made once."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(load_plan(write_example_plan(Path(folder) / "shop", "en"), paths=PATHS))
    scenarios = scenarios_of(prepared)
    result = rounded(run_scenarios(prepared, scenarios=scenarios, financing=False).result)
    return World(prepared, scenarios, result, live_model(prepared, list(scenarios.values()), result))


@dataclass(frozen=True, slots=True)
class Change:
    """Inputs typed over, by key and, where it is somebody's, whose; ``outside``: how many the formulas do not hold for.

    ``scenario`` is the one chosen.
    """

    scenario: str
    typed: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    outside: int = 0

    @property
    def names(self) -> dict[str, float]:
        """What is typed, by defined name."""
        return {"_".join(("in", *key)): value for key, value in self.typed.items()}

    @property
    def shown(self) -> str:
        """Its name among the tests."""
        return " ".join([self.scenario, *(f"{'.'.join(key)}={value:g}" for key, value in self.typed.items())])

    def label(self, world: World) -> str:
        """What is chosen from the list of scenarios."""
        return "Free: the inputs below" if self.scenario == FREE else world.result.scenarios[self.scenario].label

    def place(self, world: World) -> int:
        """The number of the scenario whose responses hold."""
        return 0 if self.scenario == FREE else world.live.scenarios.index(self.scenario)

    def told(self, world: World) -> Scenario:
        """The scenario that a run is told."""
        found = world.scenarios["base" if self.scenario == FREE else self.scenario]
        for key, value in self.typed.items():
            found = _told(found, key, value, world)
        return found

    def levels(self, world: World) -> Levels:
        """What the formulas take."""
        found = world.live.levels[self.place(world)]
        for key, value in self.typed.items():
            found = _level(found, key, value, world)
        return found


def _told(scenario: Scenario, key: tuple[str, ...], value: float, world: World) -> Scenario:
    name, own = key[0], key[-1]
    if name in BALANCES:
        own_value: dict[str, Any] = {name: value}
        return replace(scenario, **own_value)
    if name == "share":
        costs = scenario.changed_costs or world.prepared.plan.costs
        changed = tuple(replace(one, share_of_sales=value) if one.category == own else one for one in costs)
        return replace(scenario, changed_costs=changed)
    if name in {"limit", "annual_rate"}:
        return scenario  # of no account before financing
    stated = StatedRate(value) if name in {"failure_rate", "recovery"} else value
    by_own: dict[str, Any] = {name: {**getattr(scenario, name), own: stated}}
    return replace(scenario, **by_own)


def _level(levels: Levels, key: tuple[str, ...], value: float, world: World) -> Levels:
    name, own, live = key[0], key[-1], world.live
    if name in BALANCES:
        whole: dict[str, Any] = {name: value}
        return replace(levels, **whole)
    if name in OF_CHANNEL:
        place = [one.name for one in live.channels].index(own)
        had, kept = levels.channels[place], list(levels.channels)
        typed: dict[str, Any] = {name: value}
        kept[place] = replace(had, **typed)
        if name == "failure_rate":
            follows = had.recovery_follows
            cured = live.channels[place].curves.recovery.at(np.array(RATES), value) if follows else had.recovery
            kept[place] = replace(kept[place], failure_follows=0, recovery=cured)
        if name == "recovery":
            kept[place] = replace(kept[place], recovery_follows=0)
        return replace(levels, channels=tuple(kept))
    if name == "flows":
        return replace(levels, flows={**levels.flows, own: value})
    plan = world.prepared.plan
    names = [one.category for one in plan.costs] if name == "share" else [one.name for one in plan.facilities]
    series = {"share": "shares", "limit": "limits", "annual_rate": "annual_rates"}[name]
    values = list(getattr(levels, series))
    values[names.index(own)] = value
    many: dict[str, Any] = {series: tuple(values)}
    return replace(levels, **many)


def _one(scenario: str, *key: str, value: float, outside: int = 0) -> Change:
    return Change(scenario, {key: value}, outside)


RATE = ("failure_rate", "baitiao")
CHANGES = (
    *(_one("base", "volume", value=value) for value in (0.0, 0.1, 0.6, 1.4, 2.0, 5.0)),
    _one("base", "volume", value=30.0, outside=1),
    _one("base", "opening_balance", value=0.0),
    _one("base", "opening_balance", value=-90_000.0),
    _one("base", "minimum_balance", value=0.0),
    _one("base", "minimum_balance", value=9e6),
    *(_one("base", *RATE, value=value) for value in (0.0, 0.01, 0.2, 0.5)),
    _one("base", *RATE, value=0.9, outside=1),
    _one("base", *RATE, value=1.0, outside=1),
    _one("base", "failure_rate", "card", value=0.3),
    *(_one("base", "recovery", "baitiao", value=value) for value in (0.0, 0.4, 1.0)),
    *(_one("base", "refund_rate", "card", value=value) for value in (0.0, 0.35, 1.0)),
    _one("base", "settlement_delay", "wechat", value=2),
    _one("base", "settlement_delay", "baitiao", value=60),
    *(_one("base", "fee_rate", "huabei", value=value) for value in (0.0, 0.05, 1.0)),
    *(_one("base", "share", "stock", value=value) for value in (0.0, 0.8)),
    *(_one("base", "flows", "payroll", value=value) for value in (0.0, 3.0)),
    *(_one("base", "limit", "bank_line", value=value) for value in (0.0, 1_000.0)),
    *(_one("base", "annual_rate", "overdraft", value=value) for value in (0.0, 0.2)),
    Change("baitiao_10pct"),
    _one("baitiao_10pct", *RATE, value=0.0),
    _one("baitiao_10pct", "volume", value=3.0),
    _one("baitiao_10pct", "recovery", "baitiao", value=0.9),
    _one("baitiao_10pct", "minimum_balance", value=60_000.0),
    Change("peak_outage"),
    _one("peak_outage", "volume", value=1.4),
    _one("peak_outage", *RATE, value=0.2),
    _one("peak_outage", "fee_rate", "wechat", value=0.1),
    _one("peak_outage", "settlement_delay", "baitiao", value=10, outside=1),
    _one("peak_outage", "refund_rate", "card", value=0.5),
    _one("peak_outage", "flows", "rent", value=2.0),
    Change(FREE, {("volume",): 2.0, RATE: 0.3, ("refund_rate", "baitiao"): 0.5}),
    Change(FREE, {RATE: 0.12, ("recovery", "baitiao"): 0.4, ("share", "stock"): 0.5, ("flows", "payroll"): 2.0}),
)
"""Every kind of input, in every scenario, at extremes and at nothing."""
