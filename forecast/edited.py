"""A plan and its scenarios as an edited workbook has them, and notes on what was edited.

Edits of base are edits of the plan: the other scenarios, which are changes against it, have them too where they set
nothing of their own. Edits of another scenario are changes of that one alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.errors import Both, InputError, Problem, Said, said
from forecast.financing.kinds.table import annual_rate
from forecast.notes import Named, Note
from forecast.plan.edits import BY_CHANNEL, OF_FACILITY, PAYMENT
from forecast.plan.findings import Findings
from forecast.plan.model import Scenario, StatedRate, TermChange
from forecast.plan.scenarios import BASE
from forecast.plan.settings import BALANCES, changed_facilities

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.errors import Sentence
    from forecast.plan.costs import Cost
    from forecast.plan.edits import Edits, InputEdit
    from forecast.plan.model import Facility, OtherFlow, Plan

OF_PLAN = frozenset({*BALANCES, *OF_FACILITY, "share", PAYMENT})
"""The inputs that the plan itself holds: edited in base, they are so in every scenario."""

PRICES = ("annual_rate", "fee_per_day")
"""The terms of which one makes a facility's rate a year."""

LEAST_LIMITS = {"drawn": "returned.limit_below_drawn", "minimum_draw": "returned.limit_below_lot"}
"""The terms that a limit may not lie below, and what is said where one that was typed does."""

DIGITS, BASIS_DIGITS = 15, 8
"""The decimals to which a rate is turned into a term, and into basis points."""


def edited_plan(plan: Plan, edits: Edits) -> Plan:
    """The plan with what was edited of base and of payments; what was edited of scenarios is kept with it.

    Raises:
        InputError: With each edit that the plan cannot take, by its cell.
    """
    own = [one for one in edits.of(BASE) if one.input.key in OF_PLAN]
    balances: dict[str, Any] = {one.input.key: one.now for one in own if one.input.key in BALANCES}
    _, facilities = _facilities(edits.file, plan, plan.facilities, own)
    _, costs = _costs(plan.costs, own)
    changed = replace(
        plan,
        cash=replace(plan.cash, **balances),
        facilities=facilities or plan.facilities,
        costs=costs or plan.costs,
        other_flows=_payments(plan.other_flows, own),
        edits=edits,
    )
    for name in sorted(edits.scenarios):
        _changed(changed, plan.scenarios.get(name) or Scenario(name, name), _of_scenario(edits, name))
    return changed


def edited_scenarios(plan: Plan, scenarios: Mapping[str, Scenario]) -> dict[str, Scenario]:
    """The scenarios with what was edited of each, and those that were made by edits last.

    Raises:
        InputError: A scenario is edited that the plan does not have.
    """
    edits = plan.edits
    if edits is None:
        return dict(scenarios)
    base = _changed(plan, scenarios[BASE], _of_scenario(edits, BASE))
    made = {name: Scenario(name, label) for name, label in edits.made.items()}
    unknown = [one for one in edits.edits if one.scenario not in {**scenarios, **made}]
    if unknown:
        raise InputError(
            [Problem(said("returned.gone", name=one.scenario), edits.file, key=one.place) for one in unknown]
        )
    return {
        name: base if name == BASE else _changed(plan, _standing_on(base, one), _of_scenario(edits, name))
        for name, one in {**scenarios, **made}.items()
    }


def own_scenarios(plan: Plan, chosen: Mapping[str, Scenario]) -> dict[str, Scenario]:
    """The user's own of the scenarios of a run: those of the plan, and those that were edited."""
    edited = frozenset() if plan.edits is None else plan.edits.scenarios
    return {name: one for name, one in chosen.items() if name in plan.scenarios or name in edited}


def notes_on_edits(plan: Plan, scenarios: Mapping[str, Scenario]) -> list[Note]:
    """That inputs come from a workbook, and each of them."""
    edits = plan.edits
    if edits is None or not edits.edits:
        return []
    told: dict[str, str | int | float] = {"count": len(edits.edits), "file": Path(edits.file).name}
    return [Note("inputs_edited", "inputs", told), *(_note(plan, scenarios, one) for one in edits.edits)]


def _note(plan: Plan, scenarios: Mapping[str, Scenario], one: InputEdit) -> Note:
    values: dict[str, str | int | float] = {
        "scenario": scenarios[one.scenario].label,
        "was": _shown(one.input.key, one.was),
        "now": _shown(one.input.key, one.now),
        "cell": one.cell,
    }
    return Note("input_edited", f"{one.scenario}.{one.input.dotted}", values, {"item": _item(plan, one)})


def _item(plan: Plan, one: InputEdit) -> Sentence:
    """The input in the reader's words."""
    key, own = one.input.key, one.input.own
    if key == PAYMENT:
        return Said("payment", {"day": one.input.day, "own": Named("categories", own)}, "edited")
    item = Said(key, section="live")
    if not own:
        return item
    label = plan.channels[own].label if key in BY_CHANNEL else own
    named = Both(label, label) if key in {*BY_CHANNEL, *OF_FACILITY} else Named("categories", own)
    return Said("of", {"item": item, "own": named}, "edited")


def _shown(key: str, value: float) -> str:
    """A value as it is read."""
    if key in {*BALANCES, "limit", PAYMENT}:
        return f"{value:,.2f}"
    return f"{value:.6g}" if key in {"volume", "flows", "settlement_delay"} else f"{100 * value:.6g}%"


def _of_scenario(edits: Edits, name: str) -> list[InputEdit]:
    """What was edited of a scenario and is its own: of base, what no key of the plan holds."""
    return [one for one in edits.of(name) if name != BASE or one.input.key not in OF_PLAN]


def _standing_on(base: Scenario, one: Scenario) -> Scenario:
    """A scenario with what base changes, where it sets nothing of its own."""
    merged: dict[str, Any] = {key: {**getattr(base, key), **getattr(one, key)} for key in (*BY_CHANNEL, "flows")}
    return replace(one, volume=base.volume if one.volume == 1.0 else one.volume, **merged)


def _changed(plan: Plan, scenario: Scenario, edits: Sequence[InputEdit]) -> Scenario:
    """A scenario with inputs edited."""
    given: dict[str, Any] = {}
    for one in edits:
        key, own = one.input.key, one.input.own
        if key in {"failure_rate", "recovery"}:
            given[key] = {**given.get(key, getattr(scenario, key)), own: StatedRate(one.now)}
        elif key in {*BY_CHANNEL, "flows"}:
            value = int(one.now) if key == "settlement_delay" else one.now
            given[key] = {**given.get(key, getattr(scenario, key)), own: value}
        elif key in {"volume", *BALANCES}:
            given[key] = one.now
    terms, facilities = _facilities(plan.edits.file if plan.edits else "", plan, scenario.facilities, edits)
    cost_terms, costs = _costs(scenario.changed_costs or plan.costs, edits)
    if facilities:
        given |= {"terms": (*scenario.terms, *terms), "facilities": facilities}
    if costs:
        given |= {"cost_terms": (*scenario.cost_terms, *cost_terms), "changed_costs": costs}
    return replace(scenario, **given)


def _facilities(
    file: str, plan: Plan, own: Sequence[Facility] | None, edits: Iterable[InputEdit]
) -> tuple[tuple[TermChange, ...], tuple[Facility, ...] | None]:
    """The terms edited and the facilities as they then are; None where none is edited.

    Raises:
        InputError: With what is wrong of a facility as edited, by the cell.
    """
    facilities, given = plan.facilities if own is None else own, dict[str, dict[str, float]]()
    ours = [one for one in edits if one.input.key in OF_FACILITY]
    kept = {one.name: one for one in facilities}
    for one in ours:
        terms = {"limit": one.now} if one.input.key == "limit" else terms_at(kept[one.input.own], one.now)
        given.setdefault(one.input.own, {}).update(terms)
    changes = {"facilities": given}
    findings = Findings(file, changes)
    found = changed_facilities(findings, changes, facilities, tuple(plan.channels))
    if findings.problems:
        problems = [
            replace(one, key=_cell_of(one.key, ours), message=_told(one, kept, ours)) for one in findings.problems
        ]
        raise InputError(problems)
    return found


def _told(problem: Problem, facilities: Mapping[str, Facility], edits: Sequence[InputEdit]) -> str | Sentence:
    """What is wrong: of a limit that was typed below what the facility's other terms need, in the limit's own words."""
    for one in edits:
        facility = facilities[one.input.own]
        for term, words in LEAST_LIMITS.items():
            least = getattr(facility, term)
            if one.input.key == "limit" and problem.key == f"facilities.{facility.name}.{term}" and one.now < least:
                return said(words, limit=one.now, least=least)
    return problem.message


def _cell_of(key: str, edits: Sequence[InputEdit]) -> str:
    """The cell of the edit that a problem with a facility is about: of the very term, or else of the facility."""
    same = [one for one in edits if one.input.dotted == key]
    near = [one for one in edits if key.startswith(f"facilities.{one.input.own}.")]
    return next((one.place for one in (*same, *reversed(near))), key)


def terms_at(facility: Facility, rate: float) -> dict[str, float]:
    """The term, and its value, with which a facility costs so much a year on what is owed."""
    for term in PRICES:
        none, whole = (annual_rate(_priced(facility, term, one)) for one in (0.0, 1.0))
        if whole > none:
            value = round((rate - none) / (whole - none), DIGITS)
            if facility.lpr is None or term != "annual_rate":
                return {term: value}
            return {"basis_points": round((value - facility.lpr) * 10_000, BASIS_DIGITS)}
    raise ValueError(f"{facility.name} bears no rate")


def _priced(facility: Facility, term: str, value: float) -> Facility:
    changed: dict[str, Any] = {term: value}
    return replace(facility, **changed)


def _costs(costs: Sequence[Cost], edits: Iterable[InputEdit]) -> tuple[tuple[TermChange, ...], tuple[Cost, ...] | None]:
    """The shares edited and the costs as they then are; None where none is edited."""
    found, terms = list(costs), list[TermChange]()
    for one in edits:
        if one.input.key == "share":
            found[one.input.place] = replace(found[one.input.place], share_of_sales=one.now)
            terms.append(TermChange(one.input.own, "share_of_sales", one.now))
    return tuple(terms), tuple(found) if terms else None


def _payments(flows: Sequence[OtherFlow], edits: Iterable[InputEdit]) -> tuple[OtherFlow, ...]:
    """The other flows with payments edited: the first line of a day and category takes what makes their sum so."""
    found = list(flows)
    for one in edits:
        if one.input.key != PAYMENT:
            continue
        same = [
            place
            for place, flow in enumerate(found)
            if flow.category == one.input.own and flow.date.isoformat() == one.input.day
        ]
        first = found[same[0]]
        others = sum(found[place].amount for place in same[1:])
        amount = round(one.now - others, 2)
        found[same[0]] = replace(first, amount=amount, movable_days=0 if amount > 0 else first.movable_days)
    return tuple(found)
