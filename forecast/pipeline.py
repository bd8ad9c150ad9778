"""The one place that composes the steps, from the plan and its ledger to the buffer and the financing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.cash import CashCase, cash_position, check_corkscrew
from forecast.cross_checks import CrossChecks, cross_checks
from forecast.disbursements import Disbursements, disbursements
from forecast.drivers import Drivers, buffer_drivers
from forecast.effects import beside_base
from forecast.financing.kinds.table import annual_rate
from forecast.input_notes import input_notes, sales_notes
from forecast.ledger.freshness import plan_as_known
from forecast.ledger.reading import read_last_known
from forecast.liquidity import case_buffer, needs
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.reach import require_reach
from forecast.receivables.cohorts import promotion_days
from forecast.receivables.estimation import estimate
from forecast.receivables.hazards import MAX_AGE
from forecast.results import inputs as shown
from forecast.results.buffer import buffer_shown
from forecast.results.development import collection_development
from forecast.results.distributions import bands
from forecast.results.estimates import estimates, priors
from forecast.results.financing import financing_shown
from forecast.results.loan_need import loan_need_shown
from forecast.results.review_basis import review_basis
from forecast.results.run import SCHEMA, Result
from forecast.results.sales_model import sales_model
from forecast.results.scenario import cash_terms, scenario_result
from forecast.sales.history import daily_sales
from forecast.sales.paths import forecast_sales
from forecast.scenarios import built_in_scenarios, describe_changes, plan_of, shocks, without
from forecast.simulation.ageing import ages_of
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from forecast.arrays import Days, Floats
    from forecast.financing.comparison import Financing
    from forecast.financing.marginal import Marginal
    from forecast.ledger.tables import Ledger
    from forecast.liquidity import Buffer
    from forecast.notes import Note
    from forecast.plan.model import Facility, Plan, Scenario
    from forecast.results.development import CollectionDevelopment
    from forecast.results.estimates import ChannelEstimates
    from forecast.results.review_basis import ReviewBasis
    from forecast.results.scenario import ScenarioResult
    from forecast.sales.paths import SalesForecast
    from forecast.simulation.flows import Flows


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    ``result`` is what ``result.json`` holds, ``cases`` each scenario's cash before financing, ``prepared`` what further
    scenarios can be run on.
    """

    plan: Plan
    ledger: Ledger
    result: Result
    cases: Mapping[str, CashCase]
    prepared: Forecast

    @property
    def rejected(self) -> pd.DataFrame:
        """The bad rows of the ledger."""
        return self.ledger.rejected

    @property
    def unmatched(self) -> pd.DataFrame | None:
        """The lines of exports that no order holds; None where the ledger is none of exports."""
        return self.ledger.joined.unmatched if self.ledger.joined else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is estimated and drawn once, before any scenario: see ``prepare``."""

    plan: Plan
    ledger: Ledger
    engine: Engine
    calendar: Calendar
    days: Days
    other: Disbursements
    notes: tuple[Note, ...]
    estimates: dict[str, ChannelEstimates]
    development: CollectionDevelopment
    sales: SalesForecast


@dataclass(frozen=True, slots=True)
class Simulated:
    """One scenario before financing, and its facilities; ``drivers`` and ``basis`` are of ``base`` alone."""

    case: CashCase
    buffer: Buffer
    result: ScenarioResult
    drivers: Drivers | None
    basis: ReviewBasis | None
    facilities: tuple[Facility, ...]


def prepare(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Forecast:
    """Read the ledger, fit the laws, draw base sales and the random numbers that all scenarios share.

    Raises:
        InputError: the ledger cannot be read, holds no order by as_of, or ends too early, unless as_of is ``past``.
    """
    say = progress or (lambda _: None)
    say("ledger")
    calendar = Calendar(plan.merchant.holidays)
    ledger, gap = read_last_known(plan, calendar)
    require_reach(plan, ledger, gap, calendar, past=past)
    known = plan_as_known(plan, gap)
    as_of = np.datetime64(known.horizon.as_of, "D")
    days = np.arange(as_of + 1, as_of + 1 + known.horizon.days)
    sales_stream, law_stream, path_stream, estimate_stream = np.random.default_rng(plan.horizon.seed).spawn(4)
    say("sales")
    sales = forecast_sales(
        *(daily_sales(known, ledger), known.horizon.as_of, known.horizon.days),
        events=plan.events,
        holidays=plan.merchant.holidays,
        paths=plan.horizon.paths,
        seed=sales_stream,
    )
    say("receivables")
    assumptions = estimate(ledger, known, calendar, law_stream)
    promotions = promotion_days(plan.events, days[-1])
    engine = Engine.build(
        assumptions,
        draw_randomness(assumptions, sales.paths, path_stream),
        sales.paths,
        as_of,
        calendar,
        np.isin(days, promotions),
        past_promotions=np.isin(as_of - np.arange(MAX_AGE), promotions),
        ages=ages_of(plan.facilities),
        gap=gap,
    )
    development, open_notes = collection_development(ledger.tables, list(plan.channels))
    notes = (*input_notes(plan, ledger, calendar, gap, assumptions.notes), *sales_notes(sales.notes), *open_notes)
    return Forecast(
        plan=plan,
        ledger=ledger,
        engine=engine,
        calendar=calendar,
        days=days[gap:],
        other=disbursements(plan.other_flows, days[gap:]),
        notes=notes,
        estimates=estimates(assumptions.channels, engine.kernels, estimate_stream),
        development=development,
        sales=sales,
    )


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
    say = progress or (lambda _: None)
    chosen = dict(scenarios) if scenarios is not None else _scenarios(prepared)
    own = chosen.values() if scenarios is not None else prepared.plan.scenarios.values()
    notes, simulated = [*prepared.notes, *on_scenarios(prepared.plan, own, prepared.ledger)], {}
    for name, scenario in chosen.items():
        say(f"scenario:{scenario.label}")
        simulated[name] = simulate(prepared, scenario, base=name == "base")
    parts = {name: one.result for name, one in simulated.items()}
    if financing:
        compared = _compared(prepared.plan, simulated)
        for one in compared.values():
            notes += [note for note in one.notes if note not in notes]
        parts = {name: _financed(prepared.plan, name, simulated[name], one) for name, one in compared.items()}
    parts, effects = beside_base(prepared.plan, prepared.days, chosen, parts)
    result = _result(prepared, [*notes, *effects], parts, simulated.get("base"))
    return Run(prepared.plan, prepared.ledger, result, {name: one.case for name, one in simulated.items()}, prepared)


def simulate(prepared: Forecast, scenario: Scenario, *, base: bool) -> Simulated:
    """One scenario's paths, cash and buffer; of the base also its drivers and what a review compares with."""
    own = _as_in(prepared, scenario)
    cash = None if own is prepared else cash_terms(own.plan, own.other)
    prepared, plan, confidence = own, own.plan, own.plan.horizon.confidence
    flows = prepared.engine.run(shocks(scenario, plan, prepared.days))
    flows.check_identity()
    case = cash_case(prepared, flows)
    open_orders = prepared.engine.run(shocks(replace(scenario, volume=0.0), plan, prepared.days)) if base else None
    before = cash_position(case.opening_balance, case.flows)
    check_corkscrew(case.opening_balance, case.flows, before)
    sized = case_buffer(case, confidence)
    drivers = scenario_drivers(prepared, scenario, flows) if base else None
    buffer = buffer_shown(sized, drivers, second_opinions(plan, case), plan.language)
    return Simulated(
        case=case,
        buffer=sized.buffer,
        result=scenario_result(
            scenario.label, describe_changes(scenario), flows, before, buffer, confidence=confidence, cash=cash
        ),
        drivers=drivers,
        basis=None if open_orders is None else review_basis(flows, open_orders),
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


def _compared(plan: Plan, simulated: Mapping[str, Simulated]) -> dict[str, Financing]:
    """The comparison of financing by scenario; where several mixes cost alike, the first scenario's is kept to."""
    from forecast.financing.comparison import compare  # noqa: PLC0415  # the solvers load only where they are used

    found: dict[str, Financing] = {}
    like, confidence = None, plan.horizon.confidence
    for name, one in simulated.items():
        stressed = name == "base" and plan.horizon.stress_scenarios_must_hold
        stresses = [other.case for key, other in simulated.items() if key != name] if stressed else ()
        found[name] = compare(
            one.case, one.facilities, confidence, one.buffer, covenants=plan.covenants, stresses=stresses, like=like
        )
        like = like or found[name].recommended
    return found


def _financed(plan: Plan, name: str, one: Simulated, compared: Financing) -> ScenarioResult:
    """A scenario's result with its financing; of the base also what one more of a limit or a day is worth."""
    worth = marginal(plan, one.case, compared) if name == "base" else None
    after = bands(compared.recommended.cash_after)
    return replace(one.result, cash_after_financing=after, financing=financing_shown(compared, plan.language, worth))


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


def marginal(plan: Plan, case: CashCase, compared: Financing) -> Marginal:
    """What one more yuan of a limit and a day of faster settlement are worth on a scenario."""
    from forecast.financing.marginal import Marginal, limit_values, settlement_values  # noqa: PLC0415  # as above

    best = compared.recommended
    return Marginal(
        limit_values(best.outcome, {part.facility for part in best.mix}),
        settlement_values(case, best.outcome, plan.horizon.confidence),
    )


def cash_case(prepared: Forecast, flows: Flows) -> CashCase:
    """A scenario's cash before financing: receipts and the plan's other flows."""
    plan, days = prepared.plan, prepared.days
    return CashCase(
        days=days,
        as_of=plan.horizon.as_of,
        opening_balance=plan.cash.opening_balance,
        minimum_balance=plan.cash.minimum_balance,
        surplus_rate=plan.cash.surplus_rate,
        flows=flows.receipts.sum(axis=1) + prepared.other.total,
        channels=flows.channels,
        settled=flows.settled,
        receivables=flows.receivables,
        opening_receivables=np.atleast_2d(flows.opening_receivables).mean(axis=0),
        banking_day=prepared.calendar.is_working_day(days),
        purchases=prepared.other.purchases,
        earlier_flows=plan.earlier_flows,
        movable=tuple(flow for flow in plan.other_flows if flow.movable_days > 0),
        debt_service=prepared.other.debt_service,
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
    minimum, confidence = plan.cash.minimum_balance, plan.horizon.confidence
    return buffer_drivers(flows, healed, ideal, prepared.other.by_category, minimum, confidence)


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


def _result(
    prepared: Forecast, notes: Sequence[Note], scenarios: dict[str, ScenarioResult], base: Simulated | None
) -> Result:
    """The whole result."""
    plan = prepared.plan
    sales = scenarios["base"].sales_total.mean if base is not None else 0.0
    need, need_notes = loan_need_shown(plan, None if base is None else base.drivers, sales)
    return Result(
        schema=SCHEMA,
        version=__version__,
        language=plan.language,
        merchant=shown.Merchant(plan.merchant.name),
        as_of=str(plan.horizon.as_of),
        horizon_days=plan.horizon.days,
        paths=plan.horizon.paths,
        seed=plan.horizon.seed,
        confidence=plan.horizon.confidence,
        currency=plan.merchant.currency,
        notes=shown.notes_shown([*notes, *need_notes], plan.language),
        history=shown.history(prepared.ledger),
        sales_model=sales_model(prepared.sales, plan.language),
        estimates=prepared.estimates,
        priors=priors(),
        collection_development=prepared.development,
        minimum_balance=plan.cash.minimum_balance,
        opening_balance=plan.cash.opening_balance,
        channels={name: shown.ChannelShown(one.label, one.clearing) for name, one in plan.channels.items()},
        events=shown.events_shown(plan, prepared.days, prepared.sales.events),
        facilities=list(plan.facilities),
        recent_sales=shown.recent_sales(prepared.ledger, prepared.days),
        other_flows=shown.flows_shown(prepared.other, prepared.days),
        loan_need=need,
        scenarios=scenarios,
        review_basis=None if base is None else base.basis,
    )
