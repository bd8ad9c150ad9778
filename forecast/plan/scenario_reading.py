"""The scenarios of a plan: what each changes against the base, checked against the plan's channels and events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.plan import keys
from forecast.plan.model import Outage, Scenario, Shift
from forecast.plan.sections import ROUNDING, check_failure_rate, raw_table
from forecast.plan.terms import nearest, problem_with, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.plan.findings import Findings
    from forecast.plan.locator import KeyPath
    from forecast.plan.model import Channel, Event
    from forecast.plan.terms import Term

BASE = "base"
BASE_LABELS = {"zh": "基准", "en": "Base"}
"""The base scenario's label where the plan gives none."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a scenario may refer to."""

    channels: tuple[str, ...]
    clearings: tuple[str, ...]
    events: tuple[str, ...]


def names_of(channels: Iterable[Channel], events: Iterable[Event]) -> Names:
    """The names of a plan's channels, clearings and events, each once, in the plan's order."""
    channels = list(channels)
    return Names(
        tuple(channel.name for channel in channels),
        tuple(dict.fromkeys(channel.clearing for channel in channels)),
        tuple(dict.fromkeys(event.name for event in events)),
    )


def check_scenarios(findings: Findings, names: Names, base_label: str) -> dict[str, Scenario]:
    """Every scenario by its name, ``base`` first whether the plan writes it or not, the others in the plan's order."""
    table = raw_table(findings, "scenarios")
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


def check_scenario(findings: Findings, table: dict[str, Any], path: KeyPath, name: str, names: Names) -> Scenario:
    """One scenario; what is wrong goes to the findings and is left out of the scenario."""
    findings.unknown_keys(table, path, keys.SCENARIO_KEYS)
    volume, volume_of = _volume(findings, table, path, names)
    rates = {
        channel: rate
        for channel, value in _by_channel(findings, table, (*path, "failure_rate"), names).items()
        if (rate := check_failure_rate(findings, value, (*path, "failure_rate", channel))) is not None
    }
    return Scenario(
        name=name,
        label=findings.checked(table, path, keys.SCENARIO).get("label", name),
        failure_rate=rates,
        volume=volume,
        volume_of=volume_of,
        settlement_delay=_figures(findings, table, (*path, "settlement_delay"), names, keys.SETTLEMENT_DELAY),
        refund_rate=_figures(findings, table, (*path, "refund_rate"), names, keys.REFUND_RATE),
        outages=_outages(findings, table, (*path, "outages"), names),
        shift=_shifts(findings, table, (*path, "shift"), names),
    )


def _check_base(findings: Findings, path: KeyPath, table: dict[str, Any]) -> None:
    for key in table:
        if key in keys.SCENARIO_KEYS and key != "label":
            findings.add(
                (*path, key),
                "is a change, and the base changes nothing; write it into a scenario of another name, "
                "or into [channels.…] where it is always so",
                at_key=True,
            )


def _volume(findings: Findings, table: dict[str, Any], path: KeyPath, names: Names) -> tuple[float, dict[str, float]]:
    value = table.get("volume", 1.0)
    path = (*path, "volume")
    if not isinstance(value, dict):
        problem = problem_with(value, keys.VOLUME)
        if problem:
            findings.add(path, f"{problem}, or volume.<event or channel> = 1.4")
        return (1.0 if problem else float(value)), {}
    known = (*names.channels, *names.events)
    for name in value:
        if name not in known:
            findings.add(
                (*path, name), f'"{name}" is neither a channel nor an event; {nearest(name, known)}', at_key=True
            )
    return 1.0, _good(findings, value, path, known, keys.VOLUME)


def _figures(findings: Findings, table: dict[str, Any], path: KeyPath, names: Names, term: Term) -> dict[str, Any]:
    return _good(findings, _by_channel(findings, table, path, names), path, names.channels, term)


def _good(
    findings: Findings, table: dict[str, Any], path: KeyPath, known: tuple[str, ...], term: Term
) -> dict[str, Any]:
    """The values of a table by name that the term allows, for names that are known."""
    good: dict[str, Any] = {}
    for name, value in table.items():
        problem = problem_with(value, term)
        if problem:
            findings.add((*path, name), problem)
        elif name in known:
            good[name] = value if term.type == "integer" else float(value)
    return good


def _by_channel(findings: Findings, table: dict[str, Any], path: KeyPath, names: Names) -> dict[str, Any]:
    """The table by channel under the last key of the path; names that are no channel become problems."""
    key = str(path[-1])
    value = table.get(key, {})
    if not isinstance(value, dict):
        example = names.channels[0] if names.channels else "baitiao"
        findings.add(path, f"is {shown(value)}; write it by channel: {key}.{example} = {shown(value)}")
        return {}
    for name in value:
        _check_channel(findings, name, (*path, name), names, at_key=True)
    return value


def _check_channel(findings: Findings, name: str, path: KeyPath, names: Names, *, at_key: bool = False) -> None:
    if name not in names.channels:
        findings.add(path, f'"{name}" is no channel of the plan; {nearest(name, names.channels)}', at_key=at_key)


def _outages(findings: Findings, table: dict[str, Any], path: KeyPath, names: Names) -> tuple[Outage, ...]:
    outages: list[Outage] = []
    for item_path, item in findings.tables(table.get("outages", []), path):
        findings.unknown_keys(item, item_path, [term.name for term in keys.OUTAGE])
        good = findings.checked(item, item_path, keys.OUTAGE)
        if ("channel" in item) == ("clearing" in item):
            found = "both channel and clearing" if "channel" in item else "neither channel nor clearing"
            findings.add(item_path, f'has {found}; write one of them, such as channel = "{_example(names)}"')
        if "channel" in good:
            _check_channel(findings, good["channel"], (*item_path, "channel"), names)
        if "clearing" in good and good["clearing"] not in names.clearings:
            findings.add(
                (*item_path, "clearing"),
                f'"{good["clearing"]}" is the clearing of no channel; {nearest(good["clearing"], names.clearings)}',
            )
        if {"start", "days"} <= good.keys():
            outages.append(Outage(**good))
    return tuple(outages)


def _example(names: Names) -> str:
    return names.channels[0] if names.channels else "baitiao"


def _shifts(findings: Findings, table: dict[str, Any], path: KeyPath, names: Names) -> tuple[Shift, ...]:
    shifts: list[Shift] = []
    moved: defaultdict[str, float] = defaultdict(float)
    for item_path, item in findings.tables(table.get("shift", []), path):
        findings.unknown_keys(item, item_path, [term.name for term in keys.SHIFT])
        good = findings.checked(item, item_path, keys.SHIFT)
        for end in ("from", "to"):
            if end in good:
                _check_channel(findings, good[end], (*item_path, end), names)
        if len(good) < len(keys.SHIFT):
            continue
        shift = Shift(source=good["from"], target=good["to"], share=float(good["share"]))
        moved[shift.source] += shift.share
        if shift.source == shift.target:
            findings.add((*item_path, "to"), f'is "{shift.target}", the same as from; write another channel')
        if moved[shift.source] > 1 + ROUNDING:
            findings.add(
                (*item_path, "share"),
                f'brings what leaves "{shift.source}" to {moved[shift.source]:g}; '
                "write shares that add up to at most 1",
            )
        shifts.append(shift)
    return tuple(shifts)
