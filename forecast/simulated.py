"""One scenario from its paths to its cash and buffer, read channel by channel, so that one alone is held whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import CashCase, cash_position, check_corkscrew
from forecast.costs import by_category
from forecast.cross_checks import CrossChecks, cross_checks
from forecast.disbursements import Disbursements, disbursements
from forecast.drivers import Drivers, buffer_drivers
from forecast.financing.kinds.table import annual_rate, pool_rules
from forecast.kept import keep
from forecast.liquidity import case_buffer, needs
from forecast.repeats import Repeats
from forecast.results.buffer import buffer_shown
from forecast.results.review_basis import ReviewBasis, channel_basis, costs_to_date, to_date, total_basis
from forecast.results.scenario import cash_terms, scenario_result
from forecast.scenarios import describe_changes, plan_of, shocks, without
from forecast.simulation.ageing import ages_of
from forecast.simulation.totals import Totals, receipts_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forecast.arrays import Days, Floats
    from forecast.calendar import Calendar
    from forecast.costs import CostBasis
    from forecast.kept import Kept
    from forecast.ledger.tables import Ledger
    from forecast.liquidity import Buffer
    from forecast.notes import Note
    from forecast.plan.model import Cost, Facility, Plan, Scenario
    from forecast.repeats import Block
    from forecast.results.development import CollectionDevelopment
    from forecast.results.estimates import ChannelEstimates
    from forecast.results.review_basis import ChannelBasis, ToDate
    from forecast.results.sales_model import SalesModel
    from forecast.results.scenario import ChannelResult, ScenarioResult
    from forecast.sales.paths import EventEffect
    from forecast.simulation.engine import Engine
    from forecast.simulation.flows import Flows


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a forecast rests on and shows, and no scenario needs to be simulated.

    ``notes`` are those on sales and on what open orders will collect. The ledger may have its bad rows and unmatched
    lines left out, though not their counts: see ``fitting.with_rows``.
    """

    ledger: Ledger
    sales_model: SalesModel | None
    events: tuple[EventEffect, ...]
    estimates: dict[str, ChannelEstimates]
    development: CollectionDevelopment
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is fitted and drawn: see ``fitting.fit``.

    The ``engine`` tells no ages apart. ``known`` and ``expected`` as in ``CostBasis``. ``evidence`` is asked for where
    it is needed, for it may have to be fetched.
    """

    engine: Engine
    known: Floats
    expected: Floats
    evidence: Callable[[], Evidence]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is estimated and drawn once, before any scenario: see ``pipeline.prepare``.

    ``evidence`` and the notes (``told``) are asked for where they are needed.
    """

    plan: Plan
    engine: Engine
    calendar: Calendar
    days: Days
    other: Disbursements
    costs: CostBasis
    evidence: Callable[[], Evidence]
    told: Callable[[], tuple[Note, ...]]

    @property
    def ledger(self) -> Ledger:
        """The ledger; see ``Evidence`` on its bad rows."""
        return self.evidence().ledger

    @property
    def estimates(self) -> dict[str, ChannelEstimates]:
        """The estimated rates and lags by channel."""
        return self.evidence().estimates

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes that concern all scenarios."""
        return self.told()


@dataclass(frozen=True, slots=True)
class Simulated:
    """One scenario before financing, and its facilities; ``drivers`` and ``basis`` are of ``base`` alone."""

    case: CashCase
    buffer: Buffer
    result: ScenarioResult
    drivers: Drivers | None
    basis: ReviewBasis | None
    facilities: tuple[Facility, ...]


def simulate(prepared: Forecast, scenario: Scenario, *, base: bool, repeats: Repeats | None = None) -> Simulated:
    """One scenario's paths, cash and buffer; of the base also its drivers and what a review compares with.

    ``repeats`` is that of all scenarios that are simulated on one forecast.
    """
    own, facilities = _as_in(prepared, scenario), prepared.plan.facilities
    cash = None if own is prepared else cash_terms(own.plan, own.other)
    prepared, plan, confidence = own, own.plan, own.plan.horizon.confidence
    channels: dict[str, ChannelResult] = {}
    basis: dict[str, ChannelBasis] = {}
    opened = _open_orders(prepared, scenario) if base else {}

    def shown(block: Block) -> Flows:
        (name,) = block.flows.channels
        channels[name] = block.result
        if base:
            basis[name] = channel_basis(block.flows, opened[name])
        return block.flows

    # The facilities of base may have to hold in this scenario, too.
    changes, rules = shocks(scenario, plan, prepared.days), pool_rules((*plan.facilities, *facilities))
    blocks = (Repeats(spare=0.0) if repeats is None else repeats).blocks(prepared.engine, changes)
    kept = keep(list(plan.channels), map(shown, blocks), rules, apart=base)
    lines = cost_lines(prepared, scenario)
    case = cash_case(prepared, kept, by_category(lines))
    drivers = scenario_drivers(prepared, scenario, kept.totals, case.costs) if base else None
    before = cash_position(case.opening_balance, case.flows)
    check_corkscrew(case.opening_balance, case.flows, before)
    sized = case_buffer(case, confidence)
    buffer = buffer_shown(sized, drivers, second_opinions(plan, case), plan.language)
    return Simulated(
        case=case,
        buffer=sized.buffer,
        result=replace(
            scenario_result(
                *(scenario.label, describe_changes(scenario), kept.totals, channels, case, before, buffer),
                confidence=confidence,
                cash=cash,
            ),
            confidence=scenario.confidence,
        ),
        drivers=drivers,
        basis=ReviewBasis(total_basis(kept.totals), basis, costs_to_date(lines)) if base else None,
        facilities=plan.facilities,
    )


def _as_in(prepared: Forecast, scenario: Scenario) -> Forecast:
    """The forecast with the plan as the scenario has it; itself where the plan stays as it is."""
    plan = plan_of(scenario, prepared.plan)
    if plan is prepared.plan:
        return prepared
    engine = replace(prepared.engine, ages=tuple(sorted({*prepared.engine.ages, *ages_of(plan.facilities)})))
    other = disbursements(plan.other_flows, prepared.days) if scenario.flows else prepared.other
    return replace(prepared, plan=plan, other=other, engine=engine)


def cost_lines(prepared: Forecast, scenario: Scenario) -> list[tuple[Cost, Floats]]:
    """The plan's costs that move with sales, each with what it takes in a scenario: see ``CostBasis.paid``."""
    engine, changes = prepared.engine, shocks(scenario, prepared.plan, prepared.days)
    return prepared.costs.paid(scenario, engine.gap, lambda place: engine.ordered(place, changes))


def cash_case(prepared: Forecast, kept: Kept, costs: Mapping[str, Floats]) -> CashCase:
    """A scenario's cash before financing: receipts, the plan's other flows and, by category, what ``costs`` take."""
    plan, days = prepared.plan, prepared.days
    return CashCase(
        days=days,
        as_of=plan.horizon.as_of,
        opening_balance=plan.cash.opening_balance,
        minimum_balance=plan.cash.minimum_balance,
        surplus_rate=plan.cash.surplus_rate,
        flows=kept.totals.receipts + prepared.other.total - sum(costs.values(), np.zeros((1, len(days)))),
        channels=kept.channels,
        opening_receivables=kept.opening_receivables,
        banking_day=prepared.calendar.is_working_day(days),
        holiday=prepared.calendar.is_holiday(days),
        by_channel=kept.by_channel,
        pools=kept.pools,
        purchases=prepared.other.purchases_with(costs),
        earlier_flows=plan.past_flows,
        costs=costs,
        movable=tuple(flow for flow in plan.other_flows if flow.movable_days > 0),
        debt_service=prepared.other.debt_service,
        draws=prepared.engine.assumptions.draws,
    )


def scenario_drivers(prepared: Forecast, scenario: Scenario, totals: Totals, costs: Mapping[str, Floats]) -> Drivers:
    """What drives the buffer of a scenario; one more run of it a cause, its failures switched off one after another."""
    plan, days = prepared.plan, prepared.days
    changes = shocks(scenario, plan, days)
    causes = [cause for cause, failed in zip(totals.causes, totals.failed, strict=True) if failed > 0]
    healed: list[tuple[str, Floats]] = []
    ideal = totals
    for place, cause in enumerate(causes, start=1):
        blocks = prepared.engine.blocks(without(changes, causes[:place]))
        if place < len(causes):
            healed.append((cause, receipts_over(blocks)))
        else:
            ideal = Totals.over(blocks)
            healed.append((cause, ideal.receipts))
    minimum, confidence = plan.cash.minimum_balance, plan.horizon.confidence
    return buffer_drivers(totals, healed, ideal, prepared.other.with_costs(costs), minimum, confidence)


def _open_orders(prepared: Forecast, scenario: Scenario) -> dict[str, ToDate]:
    """What becomes of the orders of a scenario that were placed by as_of, by channel."""
    changes = shocks(replace(scenario, volume=0.0), prepared.plan, prepared.days)
    return dict(zip(prepared.plan.channels, map(to_date, prepared.engine.blocks(changes)), strict=True))


def second_opinions(plan: Plan, case: CashCase) -> CrossChecks:
    """The cross-checks of a scenario's buffer; idle cash could repay the cheapest facility that bears a rate.

    Without ``cash.idle_cost`` and without such facilities idle cash costs nothing that is known.
    """
    cash, rates = plan.cash, [rate for one in plan.facilities if (rate := annual_rate(one)) > 0]
    idle = max(0.0, min(rates, default=0.0) - cash.surplus_rate) if cash.idle_cost is None else cash.idle_cost
    return cross_checks(
        case.flows,
        needs(case.flows, cash.minimum_balance),
        cash.minimum_balance,
        plan.horizon.confidence,
        idle_cost=idle,
        transfer_cost=cash.transfer_cost,
        shortage_cost=cash.shortage_cost,
    )
