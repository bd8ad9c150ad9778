"""One scenario after another on a prepared forecast: its cash, buffer and receipts, and whether any financing holds.

What a scenario leaves as it is in a channel is not simulated again: channels meet only in sums, on the random numbers
that all scenarios share, so that the figures are to the last digit those of a what-if.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from forecast.costs import by_category
from forecast.financing.kinds.table import pool_rules
from forecast.financing.verdict import Verdict, cost_resized, holds_in_full, lay_out, verdict
from forecast.liquidity import case_buffer
from forecast.plan.reading import scenario_from_settings
from forecast.pools import PoolSum
from forecast.scenarios import shocks
from forecast.simulated import cost_lines, simulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.cash import CashCase
    from forecast.financing.selection import Halves
    from forecast.financing.sizing import Proposal
    from forecast.liquidity import Buffer
    from forecast.plan.model import Plan, Scenario
    from forecast.pools import PoolRule
    from forecast.simulated import Forecast
    from forecast.simulation.flows import Flows

KEPT = 3
"""Simulations that are kept of each channel, the last used."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMoney:
    """What is kept of a channel of a scenario: yuan, (path, day); means over the paths of horizon sums as numbers.

    ``settled``, ``receivables`` and ``young`` are None and empty where no facility rests on the channel. ``tried`` is
    the value whose first deduction was tried, of orders in the horizon; ``failed_by_cause`` (path, cause).
    """

    name: str
    receipts: Floats
    settled: Floats | None
    receivables: Floats | None
    young: Mapping[int, Floats]
    opening_receivables: float
    tried: Floats
    failed_by_cause: Floats
    lost: float
    worth: float


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A scenario before financing; ``receipts`` over the horizon and ``worth``, means over the paths in yuan.

    ``worth``: receipts, and what is still outstanding on the last evening at what the channel brought of a yuan in the
    horizon, less costs that move with sales. Money that only moves over the horizon's end does not change it.
    """

    plan: Plan
    case: CashCase
    buffer: Buffer
    receipts: float
    worth: float

    @property
    def halves(self) -> Halves:
        """The scenario laid out for the choice of financing."""
        return lay_out(self.case, self.plan.facilities, self.plan.horizon.confidence, self.buffer)

    def holds_in_full(self) -> bool:
        """Whether the facilities hold at their full limits: then some mix does."""
        return holds_in_full(self.halves)

    def verdict(self) -> Verdict:
        """The recommended mix, as a what-if has it."""
        return verdict(self.halves, self.plan.covenants)

    def cost_resized(self, proposal: Proposal) -> float:
        """The expected cost of another scenario's mix sized anew for this one; of the mix chosen anew where it fails.

        One mix for both makes the difference of two scenarios that of the money they need, free of the search.
        """
        found = cost_resized(self.halves, proposal)
        return self.verdict().expected_cost if found is None else found


@dataclass(slots=True, eq=False)
class Questions:
    """Answers scenarios on a prepared forecast; ``template`` is the cash of its base."""

    prepared: Forecast
    rules: frozenset[PoolRule]
    template: CashCase
    kept: list[OrderedDict[str, ChannelMoney]] = field(default_factory=list)

    @classmethod
    def on(cls, prepared: Forecast, base: CashCase) -> Questions:
        """Begin on a forecast whose base scenario has this cash."""
        channels = [OrderedDict[str, ChannelMoney]() for _ in prepared.plan.channels]
        return cls(prepared, frozenset(pool_rules(prepared.plan.facilities)), base, channels)

    @property
    def plan(self) -> Plan:
        """The plan of the forecast."""
        return self.prepared.plan

    @property
    def base(self) -> Scenario:
        """The base scenario."""
        return self.plan.scenarios["base"]

    def over(self, prepared: Forecast) -> Questions:
        """The same questions on a forecast with other laws or random numbers."""
        return Questions.on(prepared, self.template)

    def whatif(self, *settings: str) -> Answer:
        """The answer to a what-if with these settings."""
        return self.answer(scenario_from_settings(self.plan, settings) if settings else self.base)

    def answer(self, scenario: Scenario, *, cost_factors: Mapping[str, float] | None = None) -> Answer:
        """The answer to a scenario; ``cost_factors`` multiply the costs of a category."""
        if scenario.flows or scenario.facilities is not None:
            return self._simulated(scenario)
        plan, channels = self.plan, self.channels(scenario)
        costs = by_category(cost_lines(self.prepared, scenario))
        costs = {name: amounts * (cost_factors or {}).get(name, 1.0) for name, amounts in costs.items()}
        receipts = reduce(np.add, [one.receipts for one in channels])
        days = receipts.shape[1]
        opening, minimum = scenario.opening_balance, scenario.minimum_balance
        case = replace(
            self.template,
            flows=receipts + self.prepared.other.total - sum(costs.values(), np.zeros((1, days))),
            opening_receivables=np.array([one.opening_receivables for one in channels]),
            by_channel=None,
            pools={rule: self._pool(rule, channels) for rule in self.rules},
            purchases=self.prepared.other.purchases_with(costs),
            costs=costs,
            opening_balance=plan.cash.opening_balance if opening is None else opening,
            minimum_balance=plan.cash.minimum_balance if minimum is None else minimum,
        )
        paid = sum(float(amounts.sum(axis=1).mean()) for amounts in costs.values())
        return self._answer(plan, case, receipts, sum(one.worth for one in channels) - paid)

    def channels(self, scenario: Scenario) -> list[ChannelMoney]:
        """Every channel's money in a scenario."""
        return [self._channel(place, name, scenario) for place, name in enumerate(self.plan.channels)]

    def _answer(self, plan: Plan, case: CashCase, receipts: Floats, worth: float) -> Answer:
        sized = case_buffer(case, plan.horizon.confidence).buffer
        return Answer(plan, case, sized, float(receipts.sum(axis=1).mean()), worth)

    def _simulated(self, scenario: Scenario) -> Answer:
        """A scenario that changes the plan's flows or facilities, as a run simulates it."""
        from forecast.scenarios import plan_of  # noqa: PLC0415

        one = simulate(self.prepared, scenario, base=False)
        channels = self.channels(replace(scenario, flows={}, facilities=None))
        paid = sum(float(amounts.sum(axis=1).mean()) for amounts in one.case.costs.values())
        receipts = reduce(np.add, [channel.receipts for channel in channels])
        plan = plan_of(scenario, self.plan)
        return self._answer(plan, one.case, receipts, sum(channel.worth for channel in channels) - paid)

    def _channel(self, place: int, name: str, scenario: Scenario) -> ChannelMoney:
        key, kept = self._bearing_on(name, scenario), self.kept[place]
        if key not in kept:
            block = self.prepared.engine.block(place, shocks(scenario, self.plan, self.prepared.days))
            block.check_identity()
            kept[key] = self._read(place, name, block)
        kept.move_to_end(key)
        while len(kept) > KEPT:
            # The base's, which comes back most often, is the one without any change.
            kept.pop(next(old for old in kept if old != self._bearing_on(name, self.base)))
        return kept[key]

    def _bearing_on(self, name: str, scenario: Scenario) -> str:
        """What of a scenario bears on a channel."""
        clearing = self.plan.channels[name].clearing
        by_channel = (scenario.failure_rate, scenario.refund_rate, scenario.settlement_delay, scenario.recovery)
        own = [table.get(name) for table in (*by_channel, scenario.fee_rate)]  # type: ignore[attr-defined]
        outages = [one for one in scenario.outages if name == one.channel or clearing == one.clearing]
        moves = [one for one in scenario.shift if name in {one.source, one.target}]
        return repr((scenario.volume, sorted(scenario.volume_of.items()), own, outages, moves))

    def _read(self, place: int, name: str, block: Flows) -> ChannelMoney:
        """Keep what is needed of a channel's block."""
        counted = any(rule.counts(name) for rule in self.rules)
        receipts = block.receipts[:, 0]
        went = block.fees + block.refunded_before + block.lost + block.never_paid + block.settled
        resolved, outstanding = float(went.sum()), float(block.closing_outstanding.sum())
        brought = float(receipts.sum()) / resolved if resolved > 0 else 0.0
        paths = len(receipts)
        tried = self.prepared.engine.kernels[place].tried.sum(axis=1).mean()
        return ChannelMoney(
            name=name,
            receipts=receipts,
            settled=block.settled[:, 0] if counted else None,
            receivables=block.receivables[:, 0] if counted else None,
            young={age: values[:, 0] for age, values in block.young.items()} if counted else {},
            opening_receivables=float(np.atleast_2d(block.opening_receivables).mean()),
            tried=block.sales[:, 0].sum(axis=1) * tried,
            failed_by_cause=block.failed_by_cause[:, 0],
            lost=float(block.lost_in_the_end.sum()) / paths,
            worth=float(receipts.sum()) / paths + brought * outstanding / paths,
        )

    def _pool(self, rule: PoolRule, channels: Sequence[ChannelMoney]):  # noqa: ANN202
        pool = PoolSum.empty(rule, self.template.flows.shape)
        for one in channels:
            if one.settled is not None and one.receivables is not None:
                pool.add(one.name, one.receivables, one.settled, one.young)
        return pool.pool()
