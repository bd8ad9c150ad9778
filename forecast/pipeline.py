"""The one place that composes the steps, from the plan and its ledger to the buffer and the financing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecast.calendar import Calendar
from forecast.cash import CashCase, cash_position, check_corkscrew
from forecast.cross_checks import CrossChecks, cross_checks
from forecast.drivers import Drivers, buffer_drivers
from forecast.financing.facilities import annual_rate
from forecast.input_notes import calendar_notes, ledger_notes, outage_notes, sales_notes
from forecast.ledger.reading import read_last_known
from forecast.liquidity import case_buffer, needs
from forecast.notes import Note
from forecast.receivables.cohorts import promotion_days
from forecast.receivables.estimation import estimate
from forecast.receivables.hazards import MAX_AGE
from forecast.results.buffer import cross_checks_part, drivers_part
from forecast.results.development import development_part
from forecast.results.expected import review_basis
from forecast.results.parts import (
    distribution,
    estimates_part,
    flows_by_category,
    history_part,
    plan_part,
    priors_part,
    scenario_part,
)
from forecast.results.sales_model import sales_model_part
from forecast.sales.paths import forecast_sales
from forecast.scenarios import built_in_scenarios, describe_changes, shocks, without
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness
from forecast.texts import note_text
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.arrays import Days, Floats
    from forecast.financing.comparison import Financing, Recommendation
    from forecast.ledger.tables import Ledger
    from forecast.liquidity import Buffer
    from forecast.plan.model import Facility, Plan, Scenario
    from forecast.sales.paths import SalesForecast
    from forecast.simulation.flows import Flows

SCHEMA = 1
"""The version of the result's shape."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    ``result`` is what ``result.json`` holds, ``cases`` each scenario's cash before financing, ``prepared`` what further
    scenarios can be run on.
    """

    plan: Plan
    ledger: Ledger
    result: dict[str, Any]
    cases: Mapping[str, CashCase]
    prepared: Forecast

    @property
    def rejected(self) -> pd.DataFrame:
        """The bad rows of the ledger."""
        return self.ledger.rejected


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is estimated and drawn once, before any scenario: see ``prepare``."""

    plan: Plan
    ledger: Ledger
    engine: Engine
    calendar: Calendar
    days: Days
    notes: tuple[Note, ...]
    estimates: Mapping[str, Any]
    development: Mapping[str, Any]
    sales: SalesForecast


def prepare(plan: Plan, *, progress: Callable[[str], None] | None = None) -> Forecast:
    """Read the ledger, fit the laws, draw base sales and the random numbers that all scenarios share.

    Raises:
        InputError: the ledger cannot be read, or holds no order by as_of.
    """
    say = progress or (lambda _: None)
    say("ledger")
    calendar = Calendar(plan.merchant.holidays)
    ledger, gap = read_last_known(plan, calendar)
    known = _known_plan(plan, gap)
    as_of = np.datetime64(known.horizon.as_of, "D")
    days = np.arange(as_of + 1, as_of + 1 + known.horizon.days)
    sales_stream, law_stream, path_stream, estimate_stream = np.random.default_rng(plan.horizon.seed).spawn(4)
    say("sales")
    sales = forecast_sales(
        daily_sales(known, ledger),
        known.horizon.as_of,
        known.horizon.days,
        plan.events,
        None,
        plan.merchant.holidays,
        plan.horizon.paths,
        sales_stream,
    )
    say("receivables")
    assumptions = estimate(ledger, known, calendar, law_stream)
    randomness = draw_randomness(assumptions, sales.paths, path_stream)
    promotions = promotion_days(plan.events, days[-1])
    ages = tuple(sorted({one.max_age_days for one in plan.facilities if one.max_age_days is not None}))
    engine = Engine.build(
        assumptions,
        randomness,
        sales.paths,
        as_of,
        calendar,
        np.isin(days, promotions),
        past_promotions=np.isin(as_of - np.arange(MAX_AGE), promotions),
        ages=ages,
        gap=gap,
    )
    estimates = estimates_part(assumptions.channels, engine.kernels, estimate_stream)
    development, open_notes = development_part(ledger.tables, list(plan.channels))
    stale = [Note("stale_ledger", "ledger", {"days": gap, "last": str(as_of)})] if gap else []
    inputs = (*ledger_notes(plan, ledger), *stale, *calendar_notes(plan, calendar, days))
    notes = (*inputs, *sales_notes(sales.notes), *assumptions.notes, *open_notes)
    return Forecast(plan, ledger, engine, calendar, days[gap:], notes, estimates, development, sales)


def _known_plan(plan: Plan, gap: int) -> Plan:
    """The plan as of the last day of the ledger, which lies ``gap`` days before its as_of."""
    horizon = plan.horizon
    as_of = horizon.as_of - dt.timedelta(days=gap)
    return replace(plan, horizon=replace(horizon, as_of=as_of, days=horizon.days + gap))


def daily_sales(plan: Plan, ledger: Ledger) -> pd.DataFrame:
    """Order value in yuan by day and channel, from the first order to as_of; days without orders are 0."""
    table = ledger.tables.sales
    days = pd.date_range(ledger.tables.first_day, plan.horizon.as_of, freq="D")
    wide = table.pivot_table(index="day", columns="channel", values="value", aggfunc="sum") / 100.0
    return wide.reindex(index=days, columns=list(plan.channels)).fillna(0.0)


def run(
    plan: Plan,
    *,
    scenarios: Mapping[str, Scenario] | None = None,
    progress: Callable[[str], None] | None = None,
    financing: bool = True,
) -> Run:
    """The main job, from the plan to the result.

    Args:
        plan: as ``load_plan`` gives it.
        scenarios: instead of the plan's own (or the built-in ones, when the plan names none but ``base``).
        progress: called with each step as it begins: ``ledger``, ``sales``, ``receivables``, ``scenario:LABEL``.
        financing: whether financing is compared; without it those figures are None.

    Raises:
        InputError: an input is wrong.
        IdentityError: money does not add up, a fault of the program.
    """
    prepared = prepare(plan, progress=progress)
    return run_scenarios(prepared, scenarios=scenarios, progress=progress, financing=financing)


def run_scenarios(
    prepared: Forecast,
    *,
    scenarios: Mapping[str, Scenario] | None = None,
    progress: Callable[[str], None] | None = None,
    financing: bool = True,
) -> Run:
    """Scenarios on a prepared forecast; see ``run``."""
    from forecast.financing.comparison import compare  # noqa: PLC0415  # the solvers load only where they are used
    from forecast.results.financing import financing_part  # noqa: PLC0415
    from forecast.results.loan_need import loan_need_part  # noqa: PLC0415

    plan, say = prepared.plan, progress or (lambda _: None)
    chosen = dict(scenarios) if scenarios is not None else _scenarios(prepared)
    notes = list(prepared.notes)
    parts: dict[str, Any] = {}
    cases: dict[str, CashCase] = {}
    basis: dict[str, Any] | None = None
    buffers: dict[str, Buffer] = {}
    drivers: Drivers | None = None
    for name, scenario in chosen.items():
        say(f"scenario:{scenario.label}")
        notes += outage_notes(scenario, prepared.days)
        flows = prepared.engine.run(shocks(scenario, plan, prepared.days))
        flows.check_identity()
        case = cash_case(prepared, flows)
        cases[name] = case
        if name == "base":
            basis = review_basis(flows, prepared.engine.run(shocks(replace(scenario, volume=0.0), plan, prepared.days)))
        before = cash_position(case.opening_balance, case.flows)
        check_corkscrew(case.opening_balance, case.flows, before)
        sized = case_buffer(case, plan.horizon.confidence)
        buffers[name] = sized.buffer
        part = scenario_part(scenario.label, describe_changes(scenario), flows, before, sized)
        part["buffer"]["drivers"] = None
        part["buffer"]["cross_checks"] = cross_checks_part(second_opinions(plan, case))
        if name == "base":
            drivers = scenario_drivers(prepared, scenario, flows)
            part["buffer"]["drivers"] = drivers_part(drivers, plan.language)
        parts[name] = part | {"cash_after_financing": None, "financing": None}
    like: Recommendation | None = None
    for name, case in cases.items() if financing else ():
        stresses = [other for key, other in cases.items() if key != name]
        stressed = name == "base" and plan.horizon.stress_scenarios_must_hold
        compared = compare(
            case,
            plan.facilities,
            plan.horizon.confidence,
            buffers[name],
            covenants=plan.covenants,
            stresses=stresses if stressed else (),
            like=like,
        )
        like = like or compared.recommended
        notes += [note for note in compared.notes if note not in notes]
        parts[name]["cash_after_financing"] = distribution(compared.recommended.cash_after)
        worth = marginal(plan, case, compared) if name == "base" else None
        parts[name]["financing"] = financing_part(compared, plan.language) | {"marginal": worth}
    sales = parts["base"]["sales_total"]["mean"] if "base" in parts else 0.0
    need, need_notes = loan_need_part(plan, drivers, sales)
    result = _result(prepared, [*notes, *need_notes], parts, need, basis)
    return Run(plan, prepared.ledger, result, cases, prepared)


def _scenarios(prepared: Forecast) -> dict[str, Scenario]:
    """The plan's scenarios, or base and the built-in ones."""
    plan = prepared.plan
    if set(plan.scenarios) - {"base"}:
        return dict(plan.scenarios)
    expected = prepared.engine.sales[:, :, prepared.engine.gap :].mean(axis=0)
    return {**plan.scenarios, **built_in_scenarios(plan, prepared.days, expected)}


def financing_of(plan: Plan, case: CashCase, facilities: Sequence[Facility], bound_paths: int = 1) -> Financing:
    """The comparison and choice on a case, as a run makes it, with these facilities in place of the plan's."""
    from forecast.financing.comparison import compare  # noqa: PLC0415  # the solvers load only where they are used

    found = case_buffer(case, plan.horizon.confidence).buffer
    return compare(case, facilities, plan.horizon.confidence, found, bound_paths, plan.covenants)


def marginal(plan: Plan, case: CashCase, compared: Financing) -> dict[str, Any]:
    """What one more yuan of a limit and a day of faster settlement are worth on a scenario."""
    from forecast.financing.marginal import limit_values, settlement_values  # noqa: PLC0415  # as above
    from forecast.results.financing import marginal_part  # noqa: PLC0415

    best = compared.recommended
    return marginal_part(
        limit_values(best.outcome, {part.facility for part in best.mix}),
        settlement_values(case, best.outcome, plan.horizon.confidence),
    )


def cash_case(prepared: Forecast, flows: Flows) -> CashCase:
    """A scenario's cash before financing: receipts and the plan's other flows."""
    plan, days = prepared.plan, prepared.days
    other, purchases = other_flows(plan, days)
    return CashCase(
        days=days,
        as_of=plan.horizon.as_of,
        opening_balance=plan.cash.opening_balance,
        minimum_balance=plan.cash.minimum_balance,
        surplus_rate=plan.cash.surplus_rate,
        flows=flows.receipts.sum(axis=1) + other,
        channels=flows.channels,
        settled=flows.settled,
        receivables=flows.receivables,
        opening_receivables=np.atleast_2d(flows.opening_receivables).mean(axis=0),
        banking_day=prepared.calendar.is_working_day(days),
        purchases=purchases,
        movable=tuple(flow for flow in plan.other_flows if flow.movable_days > 0),
        debt_service=debt_service(plan, days),
        young=flows.young,
        draws=prepared.engine.assumptions.draws,
    )


def scenario_drivers(prepared: Forecast, scenario: Scenario, flows: Flows) -> Drivers:
    """What drives the buffer of a scenario; one more run of it a cause, its failures switched off one after another."""
    plan, days = prepared.plan, prepared.days
    changes = shocks(scenario, plan, days)
    failed = dict(zip(flows.causes, flows.failed_by_cause.sum(axis=(0, 1)), strict=True))
    causes = [cause for cause in flows.causes if failed[cause] > 0]
    healed: list[tuple[str, Floats]] = []
    ideal = flows
    for place, cause in enumerate(causes, start=1):
        ideal = prepared.engine.run(without(changes, causes[:place]))
        healed.append((cause, ideal.receipts.sum(axis=1)))
    cash = plan.cash
    return buffer_drivers(
        flows, healed, ideal, flows_by_category(plan, days), cash.minimum_balance, plan.horizon.confidence
    )


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


def other_flows(plan: Plan, days: Days) -> tuple[Floats, dict[str, Floats]]:
    """The plan's other flows by day, and its outflows by category as positive numbers."""
    total = np.zeros(len(days))
    purchases: dict[str, Floats] = {}
    for flow in plan.other_flows:
        index = int((np.datetime64(flow.date) - days[0]).astype(np.int64))
        if not 0 <= index < len(days):
            continue
        total[index] += flow.amount
        if flow.amount < 0:
            purchases.setdefault(flow.category, np.zeros(len(days)))[index] -= flow.amount
    return total, purchases


def debt_service(plan: Plan, days: Days) -> Floats:
    """The plan's flows of category ``debt`` by day, signed as flows."""
    total = np.zeros(len(days))
    for flow in plan.other_flows:
        index = int((np.datetime64(flow.date) - days[0]).astype(np.int64))
        if flow.category == "debt" and 0 <= index < len(days):
            total[index] += flow.amount
    return total


def _distinct(notes: list[Note]) -> list[Note]:
    """The first note of each code and place."""
    return list({(note.code, note.where): note for note in reversed(notes)}.values())[::-1]


def _result(
    prepared: Forecast,
    notes: list[Note],
    scenarios: Mapping[str, Any],
    loan_need: Mapping[str, Any] | None,
    basis: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The whole result in the order of its keys."""
    plan = prepared.plan
    texts = [
        {"code": note.code, "where": note.where, "text": note_text(note, plan.language)} for note in _distinct(notes)
    ]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "language": plan.language,
        "merchant": {"name": plan.merchant.name},
        "as_of": str(plan.horizon.as_of),
        "horizon_days": plan.horizon.days,
        "paths": plan.horizon.paths,
        "seed": plan.horizon.seed,
        "confidence": plan.horizon.confidence,
        "currency": plan.merchant.currency,
        "notes": texts,
        "history": history_part(prepared.ledger),
        "sales_model": sales_model_part(prepared.sales, plan.language),
        "estimates": prepared.estimates,
        "priors": priors_part(),
        "collection_development": prepared.development,
        **plan_part(plan, prepared.ledger, prepared.days, prepared.sales.events),
        "loan_need": loan_need,
        "scenarios": scenarios,
        "review_basis": basis,
    }
