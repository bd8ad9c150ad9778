"""The one place that composes the steps, from the plan and its ledger to the buffer and the financing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.costs import CostBasis
from forecast.disbursements import disbursements
from forecast.edited import edited_scenarios, notes_on_edits, own_scenarios
from forecast.effects import beside_base
from forecast.liquidity import case_buffer
from forecast.memory import give_back
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.size import require_memory, spare_memory
from forecast.repeats import Repeats
from forecast.results import inputs as shown
from forecast.results.distributions import bands
from forecast.results.estimates import priors
from forecast.results.financing import financing_shown
from forecast.results.loan_need import loan_need_shown
from forecast.results.run import SCHEMA, Result
from forecast.scenarios import BUILT_IN_NAMES, built_in_scenarios, plan_of
from forecast.simulated import Forecast, simulate
from forecast.simulation.ageing import ages_of
from forecast.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from forecast.cash import CashCase
    from forecast.financing.comparison import Financing
    from forecast.financing.marginal import Marginal
    from forecast.financing.uses import Use
    from forecast.ledger.tables import Ledger
    from forecast.notes import Note
    from forecast.plan.model import Facility, Plan, Scenario
    from forecast.results.scenario import ScenarioResult
    from forecast.simulated import Fitted, Simulated

    Financed = Callable[[Plan, Scenario, Simulated, Sequence[tuple[Scenario, CashCase]]], "Answer"]
    """What finances a scenario: from the plan, its name, what was simulated, and the cash that base must withstand."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One scenario's result with its financing, the notes on that, and how its mix uses the facilities, by name."""

    result: ScenarioResult
    told: tuple[Note, ...] = ()
    uses: Mapping[str, Use] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """All of a result that stays the same beside any scenario: base alone, and no note.

    ``before`` are the notes that come before those on scenarios, ``after`` those that come last.
    """

    result: Result
    before: tuple[Note, ...]
    after: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What was answered before, on the same forecast: the frame, where base was run, and scenarios by their names."""

    frame: Frame | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    ``result`` is what ``result.json`` holds, ``cases`` the cash before financing of ``base`` unless that was known,
    ``prepared`` what further scenarios can be run on, ``known`` what need not be answered again on the same plan.
    """

    plan: Plan
    result: Result
    cases: Mapping[str, CashCase]
    prepared: Forecast
    known: Known

    @property
    def ledger(self) -> Ledger:
        """The ledger with its bad rows and unmatched lines."""
        from forecast.fitting import with_rows  # noqa: PLC0415  # as in prepare

        return with_rows(self.plan, self.prepared.ledger)

    @property
    def rejected(self) -> pd.DataFrame:
        """The bad rows of the ledger."""
        return self.ledger.rejected

    @property
    def unmatched(self) -> pd.DataFrame | None:
        """The lines of exports that no order holds; None where the ledger is none of exports."""
        joined = self.ledger.joined
        return joined.unmatched if joined else None


def prepare(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Forecast:
    """Read the ledger, fit the laws, draw base sales and the random numbers that all scenarios share.

    Raises:
        InputError: the paths do not fit into memory, or the ledger cannot be read, holds no order by as_of, or ends too
            early, unless as_of is ``past``.
    """
    from forecast.fitting import fit  # noqa: PLC0415  # what was fitted before is run on without all that fits

    return prepared_on(plan, fit(plan, progress=progress, past=past))


def prepared_on(plan: Plan, fitted: Fitted) -> Forecast:
    """A plan's forecast on what is fitted to it: see ``fitting.fit``.

    Raises:
        InputError: the paths do not fit into memory.
    """
    engine, gap = fitted.engine, fitted.engine.gap
    require_memory(replace(plan, horizon=replace(plan.horizon, days=plan.horizon.days + gap)))
    calendar = Calendar(plan.merchant.holidays)
    days = engine.as_of + 1 + np.arange(gap, engine.sales.shape[2])

    @cache
    def notes() -> tuple[Note, ...]:
        from forecast.fitting import notes_on  # noqa: PLC0415  # as above

        return notes_on(plan, engine, fitted.evidence(), calendar)

    return Forecast(
        plan=plan,
        engine=replace(engine, ages=ages_of(plan.facilities)),
        calendar=calendar,
        days=days,
        other=disbursements(plan.other_flows, days),
        costs=CostBasis(plan, days, fitted.known, fitted.expected),
        evidence=fitted.evidence,
        told=notes,
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
    known: Known | None = None,
    repeats: Repeats | None = None,
    financed: Financed | None = None,
) -> Run:
    """Scenarios on a prepared forecast; see ``run``.

    What is ``known`` of them, and of base, is not run again; ``repeats`` are of earlier scenarios on the same forecast.
    ``financed`` finances in place of the comparison: see ``compared``.
    """
    say, known, plan = progress or (lambda _: None), known or Known(), prepared.plan
    chosen = scenarios_of(prepared, scenarios)
    own = chosen if scenarios is not None else own_scenarios(plan, chosen)

    shared = repeats or Repeats(spare_memory(plan))
    finance = (financed or compared) if financing else None
    answers, base = _answers(prepared, chosen, known, say, shared, finance)
    frame = known.frame if known.frame and base is None else _frame(prepared, base, answers)
    before = [*notes_on_edits(plan, chosen), *frame.before, *on_scenarios(plan, own.values(), lambda: prepared.ledger)]
    notes = _with_told(before, answers.values())
    parts = {name: answer.result for name, answer in answers.items()}
    parts, effects = beside_base(plan, prepared.days, chosen, parts, own)
    shown_notes = shown.notes_shown([*notes, *effects, *frame.after], plan.language)
    result = replace(frame.result, notes=shown_notes, scenarios=parts)
    cases = {} if base is None else {"base": base.case}
    return Run(plan, result, cases, prepared, Known(frame, answers))


def _with_told(notes: Sequence[Note], answers: Iterable[Answer]) -> list[Note]:
    """Notes, then what the financing of each answer tells that none before it has told."""
    found = list(notes)
    for answer in answers:
        found += [note for note in answer.told if note not in found]
    return found


def _answers(
    prepared: Forecast,
    chosen: Mapping[str, Scenario],
    known: Known,
    say: Callable[[str], None],
    repeats: Repeats,
    finance: Financed | None,
) -> tuple[dict[str, Answer], Simulated | None]:
    """The answers on the scenarios in their order, and base as it was simulated, if it was."""
    plan, base = prepared.plan, None
    answers = {name: answer for name, answer in known.answers.items() if name in chosen}
    left = {name: scenario for name, scenario in chosen.items() if name not in answers}
    stressed = finance is not None and plan.horizon.stress_scenarios_must_hold
    for name, one, stresses in _in_turn(prepared, left, say, repeats, stressed=stressed):
        answers[name] = Answer(one.result) if finance is None else finance(plan, left[name], one, stresses)
        if name == "base":  # its channels apart are as large as a simulated channel for each, and wanted no more
            base = replace(one, case=replace(one.case, by_channel=None))
        del one, stresses  # before the next is simulated
        give_back()
    return {name: answers[name] for name in chosen}, base


def _in_turn(
    prepared: Forecast,
    chosen: Mapping[str, Scenario],
    say: Callable[[str], None],
    repeats: Repeats,
    *,
    stressed: bool,
) -> Iterator[tuple[str, Simulated, list[tuple[Scenario, CashCase]]]]:
    """Each scenario, simulated, and those that its financing must withstand with their cash.

    One is done with before the next, unless base must withstand all others (``stressed``).
    """

    def simulated(name: str) -> Simulated:
        say(f"scenario:{chosen[name].label}")
        found = simulate(prepared, chosen[name], base=name == "base", repeats=repeats)
        give_back()
        return found

    ahead = {name: simulated(name) for name in chosen if stressed and name != "base"}
    for name in chosen:
        stresses = [(chosen[key], other.case) for key, other in ahead.items()] if name == "base" else []
        yield name, ahead[name] if name in ahead else simulated(name), stresses


def compared(plan: Plan, scenario: Scenario, one: Simulated, stresses: Sequence[tuple[Scenario, CashCase]]) -> Answer:
    """A scenario's result with its financing, and the notes on that: as a plan edited to be the scenario has it.

    Of base, which must withstand the ``stresses``, the result also says what one more of a limit or a day is worth.
    """
    from forecast.financing.comparison import compare, not_repaid  # noqa: PLC0415  # solvers load where they are used

    confidence = plan_of(scenario, plan).horizon.confidence
    found = compare(
        one.case,
        one.facilities,
        confidence,
        one.buffer,
        covenants=plan.covenants,
        stresses=stresses,
        label=scenario.label,
    )
    owed = not_repaid(found.recommended, scenario.label)
    if scenario.name in BUILT_IN_NAMES - plan.scenarios.keys():  # meant to go badly: debt at their end is no warning
        owed = [replace(note, code="not_repaid_when_stressed") for note in owed]
    found = replace(found, notes=(*found.notes, *owed))
    return with_financing(plan, one, found, marginal(plan, one.case, found) if scenario.name == "base" else None)


def with_financing(plan: Plan, one: Simulated, found: Financing, worth: Marginal | None = None) -> Answer:
    """A scenario's result with the financing that was found for it, and the notes on that."""
    after = bands(found.recommended.cash_after)
    result = replace(one.result, cash_after_financing=after, financing=financing_shown(found, plan.language, worth))
    used = (account.arrangement.terms for account in found.recommended.outcome.accounts)
    return Answer(result, tuple(found.notes), {terms.facility.name: terms.use for terms in used})


def scenarios_of(prepared: Forecast, scenarios: Mapping[str, Scenario] | None = None) -> dict[str, Scenario]:
    """The ``scenarios`` that a run is asked for; of none the plan's, or base and the built-in ones, as edited."""
    plan = prepared.plan
    if scenarios is not None:
        return dict(scenarios)
    if set(plan.scenarios) - {"base"}:
        return edited_scenarios(plan, plan.scenarios)
    expected = prepared.engine.sales[:, :, prepared.engine.gap :].mean(axis=0)
    return edited_scenarios(plan, {**plan.scenarios, **built_in_scenarios(plan, prepared.days, expected)})


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


def _frame(prepared: Forecast, base: Simulated | None, answers: Mapping[str, Answer]) -> Frame:
    """All of the result but further scenarios and the notes."""
    plan, evidence = prepared.plan, prepared.evidence()
    scenarios = {name: answer.result for name, answer in answers.items() if base is not None and name == "base"}
    sales = base.result.sales_total.mean if base is not None else 0.0
    need, need_notes = loan_need_shown(plan, None if base is None else base.drivers, sales)
    result = Result(
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
        notes=[],
        history=shown.history(evidence.ledger),
        sales_model=evidence.sales_model,
        estimates=evidence.estimates,
        priors=priors(),
        collection_development=evidence.development,
        minimum_balance=plan.cash.minimum_balance,
        opening_balance=plan.cash.opening_balance,
        channels={name: shown.ChannelShown(one.label, one.clearing) for name, one in plan.channels.items()},
        events=shown.events_shown(plan, prepared.days, evidence.events),
        costs=list(plan.costs),
        facilities=list(plan.facilities),
        recent_sales=shown.recent_sales(evidence.ledger, prepared.days),
        other_flows=shown.flows_shown(prepared.other, prepared.days),
        loan_need=need,
        scenarios=scenarios,
        review_basis=None if base is None else base.basis,
        input_changes=shown.input_changes(plan.edits),
    )
    return Frame(result, prepared.notes, tuple(need_notes))
