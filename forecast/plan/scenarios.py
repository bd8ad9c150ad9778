"""The scenarios of a plan: what each changes against the base, checked against the plan's channels and events."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forecast.errors import Listed, said
from forecast.plan.model import CAUSE_RATES, Outage, Scenario, Shift, StatedRate
from forecast.plan.terms import is_number, keys_of, nearest, problem_with, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.errors import Said
    from forecast.plan.findings import Findings, Table
    from forecast.plan.locator import KeyPath
    from forecast.plan.model import Channel, Cost, Event, OtherFlow
    from forecast.plan.terms import Term

BASE = "base"
BASE_LABELS = {"zh": "基准", "en": "Base"}
"""The base scenario's label where the plan gives none."""

ROUNDING = 1e-9
"""Shares that add up to more than 1 by no more than this add up to 1."""

TERMS = keys_of(Scenario)
"""The keys of a scenario, each under its own name."""

SHIFT_KEYS = frozenset(term.name for term in keys_of(Shift).values())
"""The keys of a shift as the plan writes them."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a scenario may refer to; ``categories`` of the other flows are None where they cannot be known.

    ``costs`` are the categories that move with sales; ``labels`` gives a channel's key by its label.
    """

    channels: tuple[str, ...]
    clearings: tuple[str, ...]
    events: tuple[str, ...]
    categories: tuple[str, ...] | None = ()
    costs: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def names_of(
    channels: Iterable[Channel],
    events: Iterable[Event],
    flows: Iterable[OtherFlow] | None = (),
    costs: Iterable[Cost] = (),
) -> Names:
    """The names of a plan's channels, clearings, events and costs, each once, in the plan's order.

    The categories of the other flows are in alphabetical order; ``flows`` is None where their file cannot be read.
    """
    channels = list(channels)
    return Names(
        tuple(channel.name for channel in channels),
        tuple(dict.fromkeys(channel.clearing for channel in channels)),
        tuple(dict.fromkeys(event.name for event in events)),
        None if flows is None else tuple(sorted({flow.category for flow in flows})),
        tuple(dict.fromkeys(cost.category for cost in costs)),
        {channel.label: channel.name for channel in channels if channel.label},
    )


def check_scenarios(findings: Findings, names: Names, base_label: str) -> dict[str, Scenario]:
    """Every scenario by its name, ``base`` first whether the plan writes it or not, the others in the plan's order."""
    table = findings.raw_section("scenarios")
    scenarios = {BASE: Scenario(BASE, base_label)}
    for name, value in table.items():
        path: KeyPath = ("scenarios", name)
        changes = findings.table(value, path)
        if changes is None:
            continue
        if name == BASE:
            _check_base(findings, path, changes)
        labelled = {"label": base_label, **changes} if name == BASE else changes
        scenarios[name] = check_scenario(findings, labelled, path, name, names)
    return scenarios


def check_scenario(findings: Findings, table: Table, path: KeyPath, name: str, names: Names) -> Scenario:
    """One scenario; what is wrong goes to the findings and is left out of the scenario."""
    findings.unknown_keys(table, path, TERMS)
    volume, volume_of = _volume(findings, table, (*path, "volume"), names)
    planned, planned_of = _volume(findings, table, (*path, "planned_volume"), names)
    return Scenario(
        name=name,
        label=findings.checked(table, path, (TERMS["label"],)).get("label", name),
        volume=1.0 if volume is None else volume,
        volume_of=volume_of,
        planned_volume=planned,
        planned_volume_of=planned_of,
        failure_rate=_rates(findings, table, (*path, "failure_rate"), names),
        settlement_delay=_figures(findings, table, (*path, "settlement_delay"), names),
        refund_rate=_figures(findings, table, (*path, "refund_rate"), names),
        recovery=_rates(findings, table, (*path, "recovery"), names),
        fee_rate=_figures(findings, table, (*path, "fee_rate"), names),
        flows=_flows(findings, table, (*path, "flows"), names),
        costs=_costs(findings, table, (*path, "costs"), names),
        outages=_outages(findings, table, (*path, "outages"), names),
        shift=_shifts(findings, table, (*path, "shift"), names),
    )


def check_failure_rate(findings: Findings, value: object, path: KeyPath) -> StatedRate | None:
    """A failure rate: one number for all causes, or a table by cause whose rates add up to at most 1."""
    rate = _by_cause(findings, value, path, TERMS["failure_rate"])
    total = 0.0 if rate is None else sum(rate.by_cause.values())
    if total > 1 + ROUNDING:
        findings.add(path, said("scenarios.causes_above_one", total=f"{total:g}"))
    return rate


def _by_cause(findings: Findings, value: object, path: KeyPath, term: Term) -> StatedRate | None:
    """One number for all causes, or a table by cause."""
    if not isinstance(value, dict):
        problem = problem_with(value, term)
        if problem:
            findings.add(path, said("scenarios.or_by_cause", problem=problem))
            return None
        return StatedRate(float(value)) if is_number(value) else None
    findings.unknown_keys(value, path, [one.name for one in CAUSE_RATES])
    good = findings.checked(value, path, CAUSE_RATES)
    return StatedRate(by_cause={cause: float(rate) for cause, rate in good.items()})


def _rates(findings: Findings, table: Table, path: KeyPath, names: Names) -> dict[str, StatedRate]:
    """Failure rates or recovered shares by channel, each a number or a table by cause."""
    rates: dict[str, StatedRate] = {}
    for channel, value in _by_channel(findings, table, path, names).items():
        at = (*path, channel)
        fails = path[-1] == "failure_rate"
        rate = check_failure_rate(findings, value, at) if fails else _by_cause(findings, value, at, TERMS["recovery"])
        if rate is not None:
            rates[channel] = rate
    return rates


def _check_base(findings: Findings, path: KeyPath, table: Table) -> None:
    for key in table:
        if key in TERMS and key != "label":
            findings.add((*path, key), said("scenarios.base_changes"), at_key=True)


def _volume(findings: Findings, table: Table, path: KeyPath, names: Names) -> tuple[float | None, dict[str, float]]:
    """A multiple of all sales, None where none is given, or multiples by event and channel."""
    key = str(path[-1])
    if key not in table:
        return None, {}
    value = table[key]
    if not isinstance(value, dict):
        problem = problem_with(value, TERMS[key])
        if problem:
            findings.add(path, said("scenarios.or_volume_of", problem=problem, key=key))
        return (float(value) if is_number(value) and not problem else None), {}
    known = (*names.channels, *names.events)
    for name in value:
        if name not in known:
            message = said("scenarios.neither_channel_nor_event", name=name, hint=nearest(name, known))
            findings.add((*path, name), message, at_key=True)
    return None, _good(findings, value, path, known)


def _flows(findings: Findings, table: Table, path: KeyPath, names: Names) -> dict[str, float]:
    """Multiples of the other flows by category, of which the plan must have lines to come."""
    value = table.get("flows", {})
    if not isinstance(value, dict):
        example = names.categories[0] if names.categories else "stock"
        multiple = shown(value) if is_number(value) else "1.4"
        findings.add(path, said("scenarios.by_category", value=shown(value), example=example, multiple=multiple))
        return {}
    if names.categories is None:
        return _good(findings, value, path, tuple(value))
    for name in value:
        if name not in names.categories:
            findings.add((*path, name), _no_category(name, names.categories, names.costs), at_key=True)
    return _good(findings, value, path, names.categories)


def _costs(findings: Findings, table: Table, path: KeyPath, names: Names) -> dict[str, float]:
    """Multiples of the costs that move with sales, by category."""
    value = table.get(str(path[-1]), {})
    if not isinstance(value, dict):
        multiple, example = shown(value) if is_number(value) else "1.1", names.costs[0] if names.costs else "stock"
        findings.add(path, said("scenarios.costs_by_category", value=shown(value), example=example, multiple=multiple))
        return {}
    for name in value:
        if name not in names.costs:
            key = "flow_no_cost" if name in (names.categories or ()) else "no_cost" if names.costs else "no_costs"
            findings.add((*path, name), said(f"scenarios.{key}", name=name, known=Listed(names.costs)), at_key=True)
    return _good(findings, value, path, names.costs)


def _no_category(name: str, categories: tuple[str, ...], costs: tuple[str, ...]) -> Said:
    if name in costs:
        return said("scenarios.flows_of_cost", name=name)
    if not categories:
        return said("scenarios.no_flows", name=name)
    return said("scenarios.no_category", name=name, known=", ".join(categories))


def _figures(findings: Findings, table: Table, path: KeyPath, names: Names) -> dict[str, Any]:
    return _good(findings, _by_channel(findings, table, path, names), path, names.channels)


def _good(findings: Findings, table: Table, path: KeyPath, known: tuple[str, ...]) -> dict[str, Any]:
    """The values of a table by name that the path's term allows, for names that are known."""
    term = TERMS[str(path[-1])]
    good: dict[str, Any] = {}
    for name, value in table.items():
        problem = problem_with(value, term)
        if problem:
            findings.add((*path, name), problem)
        elif name in known and is_number(value):
            good[name] = value if term.type == "integer" else float(value)
    return good


def _by_channel(findings: Findings, table: Table, path: KeyPath, names: Names) -> Table:
    """The table by channel under the last key of the path; names that are no channel become problems."""
    key = str(path[-1])
    value = table.get(key, {})
    if not isinstance(value, dict):
        findings.add(path, said("scenarios.by_channel", value=shown(value), named=f"{key}.{_example(names)}"))
        return {}
    for name in value:
        _check_channel(findings, name, (*path, name), names, at_key=True)
    return value


def _check_channel(findings: Findings, name: str, path: KeyPath, names: Names, *, at_key: bool = False) -> None:
    if name not in names.channels:
        named = names.labels.get(name)
        hint = said("values.write_name", name=named) if named else nearest(name, names.channels)
        findings.add(path, said("scenarios.no_channel", name=name, hint=hint), at_key=at_key)


def _outages(findings: Findings, table: Table, path: KeyPath, names: Names) -> tuple[Outage, ...]:
    outages: list[Outage] = []
    for item_path, item in findings.tables(table.get("outages", []), path):
        good = findings.filled(Outage, item, item_path)
        outage = Outage(**{"start": dt.date.max, "days": 0, **good})
        if ("channel" in item) == ("clearing" in item):
            found = "both" if "channel" in item else "neither"
            findings.add(item_path, said(f"scenarios.outage_has_{found}", example=_example(names)))
        if outage.channel is not None:
            _check_channel(findings, outage.channel, (*item_path, "channel"), names)
        if outage.clearing is not None and outage.clearing not in names.clearings:
            hint = nearest(outage.clearing, names.clearings)
            findings.add((*item_path, "clearing"), said("scenarios.no_clearing", name=outage.clearing, hint=hint))
        if {"start", "days"} <= good.keys():
            outages.append(outage)
    return tuple(outages)


def _example(names: Names) -> str:
    return names.channels[0] if names.channels else "baitiao"


def _shifts(findings: Findings, table: Table, path: KeyPath, names: Names) -> tuple[Shift, ...]:
    shifts: list[Shift] = []
    moved: defaultdict[str, float] = defaultdict(float)
    for item_path, item in findings.tables(table.get("shift", []), path):
        good = findings.filled(Shift, item, item_path)
        for end, key in (("source", "from"), ("target", "to")):
            if end in good:
                _check_channel(findings, good[end], (*item_path, key), names)
        if not {"source", "target", "share"} <= good.keys() or len(good) < len(item.keys() & SHIFT_KEYS):
            continue
        shift = Shift(**good)
        moved[shift.source] += shift.share
        if shift.source == shift.target:
            findings.add((*item_path, "to"), said("scenarios.shift_to_itself", name=shift.target))
        if moved[shift.source] > 1 + ROUNDING:
            message = said("scenarios.shift_above_one", name=shift.source, total=f"{moved[shift.source]:g}")
            findings.add((*item_path, "share"), message)
        shifts.append(shift)
    return tuple(shifts)
