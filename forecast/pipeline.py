"""The one place that composes the steps, from the plan and its ledger to the buffer and the financing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.costs import CostBasis, days_beyond
from forecast.disbursements import disbursements
from forecast.effects import beside_base
from forecast.input_notes import input_notes, sales_notes
from forecast.ledger.freshness import plan_as_known
from forecast.ledger.reading import read_last_known
from forecast.liquidity import case_buffer
from forecast.memory import give_back
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.reach import require_reach
from forecast.plausibility.size import require_memory, spare_memory
from forecast.receivables.cohorts import promotion_days
from forecast.receivables.estimation import estimate
from forecast.receivables.hazards import MAX_AGE
from forecast.repeats import Repeats
from forecast.results import inputs as shown
from forecast.results.development import collection_development
from forecast.results.distributions import bands
from forecast.results.estimates import estimates, priors
from forecast.results.financing import financing_shown
from forecast.results.loan_need import loan_need_shown
from forecast.results.run import SCHEMA, Result
from forecast.results.sales_model import sales_model
from forecast.sales.history import daily_sales
from forecast.sales.paths import expected_beyond, forecast_sales
from forecast.scenarios import built_in_scenarios
from forecast.simulated import Forecast, simulate
from forecast.simulation.ageing import ages_of
from forecast.simulation.engine import Engine
from forecast.simulation.randomness import draw_randomness
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    from forecast.cash import CashCase
    from forecast.financing.comparison import Financing
    from forecast.financing.marginal import Marginal
    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.model import Facility, Plan, Scenario
    from forecast.results.scenario import ScenarioResult
    from forecast.simulated import Simulated


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    ``result`` is what ``result.json`` holds, ``cases`` the cash before financing of ``base``, ``prepared`` what further
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


def prepare(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Forecast:
    """Read the ledger, fit the laws, draw base sales and the random numbers that all scenarios share.

    Raises:
        InputError: the paths do not fit into memory, or the ledger cannot be read, holds no order by as_of, or ends too
            early, unless as_of is ``past``.
    """
    say = progress or (lambda _: None)
    require_memory(plan)
    say("ledger")
    calendar = Calendar(plan.merchant.holidays)
    ledger, gap = read_last_known(plan, calendar)
    require_reach(plan, ledger, gap, calendar, past=past)
    known = plan_as_known(plan, gap)
    require_memory(known)
    as_of = np.datetime64(known.horizon.as_of, "D")
    days = np.arange(as_of + 1, as_of + 1 + known.horizon.days)
    streams = np.random.default_rng(plan.horizon.seed).spawn(5)
    sales_stream, law_stream, path_stream, estimate_stream, beyond_stream = streams
    say("sales")
    daily = daily_sales(known, ledger)
    sales = forecast_sales(
        *(daily, known.horizon.as_of, known.horizon.days),
        events=plan.events,
        holidays=plan.merchant.holidays,
        paths=plan.horizon.paths,
        seed=sales_stream,
    )
    beyond = expected_beyond(sales, days_beyond(plan.costs), plan.events, plan.merchant.holidays, beyond_stream)
    expected = np.concatenate([sales.paths.mean(axis=0), beyond], axis=1)
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
    give_back()
    development, open_notes = collection_development(ledger.tables, list(plan.channels))
    notes = (*input_notes(plan, ledger, calendar, gap, assumptions.notes), *sales_notes(sales.notes), *open_notes)
    return Forecast(
        plan=plan,
        ledger=ledger,
        engine=engine,
        calendar=calendar,
        days=days[gap:],
        other=disbursements(plan.other_flows, days[gap:]),
        costs=CostBasis(plan, days[gap:], daily.to_numpy().T, expected),
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
    own = chosen if scenarios is not None else prepared.plan.scenarios
    notes = [*prepared.notes, *on_scenarios(prepared.plan, own.values(), prepared.ledger)]

    parts: dict[str, ScenarioResult] = {}
    base = None
    stressed = financing and prepared.plan.horizon.stress_scenarios_must_hold
    for name, one, stresses in _in_turn(prepared, chosen, say, stressed=stressed):
        parts[name] = one.result
        if financing:
            parts[name], told = _financed(prepared.plan, name, one, stresses)
            notes += [note for note in told if note not in notes]
        if name == "base":  # its channels apart are as large as a simulated channel for each, and wanted no more
            base = replace(one, case=replace(one.case, by_channel=None))
        del one, stresses  # before the next is simulated
        give_back()
    parts, effects = beside_base(prepared.plan, prepared.days, chosen, parts, own)
    result = _result(prepared, [*notes, *effects], parts, base)
    return Run(prepared.plan, prepared.ledger, result, {} if base is None else {"base": base.case}, prepared)


def _in_turn(
    prepared: Forecast, chosen: Mapping[str, Scenario], say: Callable[[str], None], *, stressed: bool
) -> Iterator[tuple[str, Simulated, list[CashCase]]]:
    """Each scenario, simulated, and the cash of those that its financing must withstand.

    One is done with before the next, unless base must withstand all others (``stressed``).
    """
    repeats = Repeats(spare_memory(prepared.plan))

    def simulated(name: str) -> Simulated:
        say(f"scenario:{chosen[name].label}")
        found = simulate(prepared, chosen[name], base=name == "base", repeats=repeats)
        give_back()
        return found

    ahead = {name: simulated(name) for name in chosen if stressed and name != "base"}
    for name in chosen:
        stresses = [other.case for other in ahead.values()] if name == "base" else []
        yield name, ahead[name] if name in ahead else simulated(name), stresses


def _financed(
    plan: Plan, name: str, one: Simulated, stresses: Sequence[CashCase]
) -> tuple[ScenarioResult, Sequence[Note]]:
    """A scenario's result with its financing, and the notes on that: as a plan edited to be the scenario has it.

    Of base the result also says what one more of a limit or a day is worth.
    """
    from forecast.financing.comparison import compare  # noqa: PLC0415  # solvers load where they are used

    confidence = plan.horizon.confidence
    compared = compare(one.case, one.facilities, confidence, one.buffer, covenants=plan.covenants, stresses=stresses)
    worth = marginal(plan, one.case, compared) if name == "base" else None
    after = bands(compared.recommended.cash_after)
    result = replace(one.result, cash_after_financing=after, financing=financing_shown(compared, plan.language, worth))
    return result, compared.notes


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
        costs=list(plan.costs),
        facilities=list(plan.facilities),
        recent_sales=shown.recent_sales(prepared.ledger, prepared.days),
        other_flows=shown.flows_shown(prepared.other, prepared.days),
        loan_need=need,
        scenarios=scenarios,
        review_basis=None if base is None else base.basis,
    )
