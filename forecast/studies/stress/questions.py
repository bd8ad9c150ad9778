"""One scenario after another on a prepared forecast: its cash, buffer and receipts, and whether any financing holds.

What a scenario leaves as it is in a channel is not simulated again: channels meet only in sums, on the random numbers
that all scenarios share, so that the figures are to the last digit those of a what-if.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import by_category
from forecast.disbursements import disbursements
from forecast.financing.kinds.table import pool_rules
from forecast.financing.verdict import Verdict, cost_resized, holds_in_full, lay_out, verdict
from forecast.liquidity import case_buffer
from forecast.plan.reading import scenario_from_settings
from forecast.plausibility.size import KEPT_LEAST, scenarios_kept
from forecast.pools import PoolSum
from forecast.scenarios import plan_of, shocks
from forecast.simulated import cost_lines
from forecast.studies.stress.ultimate import brought_in_the_end, deducted_in_the_end, refunded_in_the_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.financing.desk import Proposal
    from forecast.financing.halves import Halves
    from forecast.liquidity import Buffer
    from forecast.plan.model import Plan, Scenario
    from forecast.pools import Pool, PoolRule
    from forecast.scenarios import Shocks
    from forecast.simulated import Forecast
    from forecast.simulation.engine import Calm

SIGNS = re.compile(r"""[.="'＝．０-９]""")
"""What would end or change a name as a step of a dotted key: its own signs, and wide ones, which are read as these."""

ROOM = 6.4e7
"""Bytes of calm cases that may be kept, where that is more than one channel's."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMoney:
    """What is kept of a channel of a scenario: yuan, (path, day); means over the paths of horizon sums as numbers.

    Of orders placed in the horizon: ``tried`` (path) is the value whose first deduction is tried, ``failed_by_cause``
    (path, cause) that which fails; ``refunded`` (draw) the share of what is deducted that is refunded in the end by the
    laws, whatever level a scenario sets. ``worth``: what they bring in the end, see ``ultimate``.
    """

    name: str
    receipts: Floats
    settled: Floats
    fees: Floats
    receivables: Floats
    young: Mapping[int, Floats]
    opening_receivables: float
    tried: Floats
    failed_by_cause: Floats
    refunded: Floats
    worth: float

    @property
    def failed_share(self) -> Floats:
        """The failed share of the tried value, episodes included (path)."""
        failed = self.failed_by_cause.sum(axis=1)
        return np.asarray(np.divide(failed, self.tried, out=np.zeros_like(failed), where=self.tried > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A scenario before financing; ``receipts`` over the horizon and ``worth``, means over the paths in yuan.

    ``worth``: what the horizon's orders bring in the end, less costs that move with sales. Money that only comes sooner
    or later does not change it.
    """

    plan: Plan
    case: CashCase
    receipts: float
    worth: float

    @property
    def buffer(self) -> Buffer:
        """The buffer of the scenario."""
        return case_buffer(self.case, self.plan.horizon.confidence).buffer

    @property
    def halves(self) -> Halves:
        """The scenario laid out for the choice of financing."""
        return lay_out(self.case, self.plan.facilities, self.plan.horizon.confidence, self.buffer)

    def holds_in_full(self) -> bool:
        """Whether the facilities hold at their full limits: then some mix does."""
        return holds_in_full(self.halves)

    def verdict(self) -> Verdict:
        """Whether any mix holds, and the recommended one, as a what-if has it."""
        return verdict(self.halves, self.plan.covenants)

    def cost_resized(self, mix: Proposal | None) -> float | None:
        """The expected cost of another scenario's mix sized anew for this one; None where no mix holds in this one.

        One mix for both makes the difference of two scenarios that of the money they need, free of the search. Where it
        fails, or is None, the mix is chosen anew.
        """
        return cost_resized(self.halves, self.plan.covenants, mix)


@dataclass(slots=True, eq=False)
class Questions:
    """Answers scenarios on a prepared forecast; ``template`` is the cash of its base.

    Of each channel the simulations last used are kept, as many as have room.
    """

    prepared: Forecast
    rules: frozenset[PoolRule]
    template: CashCase
    room: int = KEPT_LEAST
    kept: list[OrderedDict[str, ChannelMoney]] = field(default_factory=list)
    calms: OrderedDict[int, tuple[str, Calm]] = field(default_factory=OrderedDict)
    costs: Mapping[str, Mapping[str, Floats]] = field(default_factory=dict)

    @classmethod
    def on(cls, prepared: Forecast, base: CashCase) -> Questions:
        """Begin on a forecast whose base scenario has this cash."""
        channels = [OrderedDict[str, ChannelMoney]() for _ in prepared.plan.channels]
        rules, room = frozenset(pool_rules(prepared.plan.facilities)), scenarios_kept(prepared.plan)
        return cls(prepared, rules, base, room, channels)

    @property
    def plan(self) -> Plan:
        """The plan of the forecast."""
        return self.prepared.plan

    @property
    def base(self) -> Scenario:
        """The base scenario."""
        return next(iter(self.plan.scenarios.values()))

    def whatif(self, *settings: str) -> Answer:
        """The answer to a what-if with these settings."""
        return self.answer(scenario_from_settings(self.plan, settings) if settings else self.base)

    def answer(self, scenario: Scenario) -> Answer:
        """The answer to a scenario that changes no facility."""
        return self.of(self.channels(scenario), scenario)

    def channels(self, scenario: Scenario) -> list[ChannelMoney]:
        """Every channel's money in a scenario."""
        return [self.channel(place, scenario) for place in range(len(self.kept))]

    def of(self, channels: Sequence[ChannelMoney], scenario: Scenario) -> Answer:
        """The answer where the channels bring this money in a scenario."""
        plan = plan_of(scenario, self.plan)
        other = disbursements(plan.other_flows, self.prepared.days) if scenario.flows else self.prepared.other
        costs = self._costs(scenario)
        receipts = reduce(np.add, [one.receipts for one in channels])
        case = replace(
            self.template,
            opening_balance=plan.cash.opening_balance,
            minimum_balance=plan.cash.minimum_balance,
            flows=receipts + other.total - sum(costs.values(), np.zeros((1, receipts.shape[1]))),
            opening_receivables=np.array([one.opening_receivables for one in channels]),
            by_channel=None,
            pools={rule: self._pool(rule, channels) for rule in self.rules},
            purchases=other.purchases_with(costs),
            costs=costs,
            earlier_flows=plan.past_flows,
            movable=tuple(flow for flow in plan.other_flows if flow.movable_days > 0),
            debt_service=other.debt_service,
        )
        paid = sum(float(amounts.sum(axis=1).mean()) for amounts in costs.values())
        worth = sum(one.worth for one in channels) - paid
        return Answer(plan, case, float(receipts.sum(axis=1).mean()), worth)

    def _costs(self, scenario: Scenario) -> Mapping[str, Floats]:
        """What moves with sales, by category: no outage changes it; the last is kept."""
        key = repr(replace(scenario, outages=()))
        if key not in self.costs:
            self.costs = {key: by_category(cost_lines(self.prepared, scenario))}
        return self.costs[key]

    def channel(self, place: int, scenario: Scenario) -> ChannelMoney:
        """One channel's money in a scenario; simulated anew only where nothing kept is like it."""
        name, kept = list(self.plan.channels)[place], self.kept[place]
        key, base = self._bearing_on(name, scenario), self._bearing_on(name, self.base)
        if key not in kept:
            changes = shocks(scenario, self.plan, self.prepared.days)
            kept[key] = read_channel(self.prepared, place, changes, self._calm(place, scenario, changes))
        kept.move_to_end(key)
        while len(kept) > self.room:  # base's comes back most often
            kept.pop(next(old for old in kept if old not in {base, key}))
        return kept[key]

    def _calm(self, place: int, scenario: Scenario, changes: Shocks) -> Calm | None:
        """What scenarios share that differ in outages alone, where there are any; of each channel the last."""
        name = list(self.plan.channels)[place]
        key = self._bearing_on(name, replace(scenario, outages=()))
        if self._bearing_on(name, scenario) == key:
            return None
        if place not in self.calms or self.calms[place][0] != key:
            self.calms.pop(place, None)
            calm = self.prepared.engine.calm(place, changes)
            if self.room == KEPT_LEAST:  # where memory is short its orders are followed again
                calm = replace(calm, orders=None, deducted=None)
            while self.calms and (len(self.calms) + 1) * calm.nbytes > ROOM:
                self.calms.popitem(last=False)
            self.calms[place] = (key, calm)
        self.calms.move_to_end(place)
        return self.calms[place][1]

    def _bearing_on(self, name: str, scenario: Scenario) -> str:
        """What of a scenario bears on a channel."""
        clearing = self.plan.channels[name].clearing
        rates = (scenario.failure_rate.get(name), scenario.recovery.get(name))
        levels = (scenario.refund_rate.get(name), scenario.settlement_delay.get(name), scenario.fee_rate.get(name))
        outages = [one for one in scenario.outages if name == one.channel or clearing == one.clearing]
        moves = [one for one in scenario.shift if name in {one.source, one.target}]
        return repr((scenario.volume, sorted(scenario.volume_of.items()), rates, levels, outages, moves))

    def _pool(self, rule: PoolRule, channels: Sequence[ChannelMoney]) -> Pool:
        pool = PoolSum.empty(rule, self.template.flows.shape)
        for one in channels:
            pool.add(one.name, one.receivables, one.settled + one.fees, one.young)
        return pool.pool()


def key_of(kind: str, name: str = "") -> str:
    """The dotted key of a what-if: a name that holds one of ``SIGNS`` stands in quotes."""
    written = json.dumps(name, ensure_ascii=False) if SIGNS.search(name) else name
    return f"{kind}.{written}" if name else kind


def read_channel(prepared: Forecast, place: int, changes: Shocks, calm: Calm | None = None) -> ChannelMoney:
    """Simulate a channel and keep what is needed of it; ``calm`` as the engine takes it."""
    block = prepared.engine.block(place, changes, calm)
    block.check_identity()
    receipts = block.receipts[:, 0]
    return ChannelMoney(
        name=block.channels[0],
        receipts=receipts,
        settled=block.settled[:, 0],
        fees=block.fees[:, 0],
        receivables=block.receivables[:, 0],
        young={age: values[:, 0] for age, values in block.young.items()},
        opening_receivables=float(np.atleast_2d(block.opening_receivables).mean()),
        tried=block.sales[:, 0].sum(axis=1) * prepared.engine.kernels[place].tried.sum(axis=1).mean(),
        failed_by_cause=block.failed_by_cause[:, 0],
        refunded=refunded_in_the_end(prepared.engine, place, deducted_in_the_end(prepared.engine, place, block)),
        worth=brought_in_the_end(prepared, place, changes, block),
    )
