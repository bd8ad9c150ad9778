"""The scenarios of a plan: what each changes against the base, checked against the plan's channels and events."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.errors import Problem
from forecast.plan.model import CAUSE_RATES, Outage, Scenario, Shift, StatedRate
from forecast.plan.syntax import syntax_error
from forecast.plan.terms import is_number, keys_of, nearest, problem_with, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.plan.findings import Findings, Table
    from forecast.plan.locator import KeyPath
    from forecast.plan.model import Channel, Event

BASE = "base"
BASE_LABELS = {"zh": "基准", "en": "Base"}
"""The base scenario's label where the plan gives none."""

ROUNDING = 1e-9
"""Shares that add up to more than 1 by no more than this add up to 1."""

TERMS = keys_of(Scenario)
"""The keys of a scenario, each under its own name."""


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
    volume, volume_of = _volume(findings, table, path, names)
    rates = {
        channel: rate
        for channel, value in _by_channel(findings, table, (*path, "failure_rate"), names).items()
        if (rate := check_failure_rate(findings, value, (*path, "failure_rate", channel))) is not None
    }
    return Scenario(
        name=name,
        label=findings.checked(table, path, (TERMS["label"],)).get("label", name),
        volume=volume,
        volume_of=volume_of,
        failure_rate=rates,
        settlement_delay=_figures(findings, table, (*path, "settlement_delay"), names),
        refund_rate=_figures(findings, table, (*path, "refund_rate"), names),
        outages=_outages(findings, table, (*path, "outages"), names),
        shift=_shifts(findings, table, (*path, "shift"), names),
    )


def check_failure_rate(findings: Findings, value: object, path: KeyPath) -> StatedRate | None:
    """A failure rate: one number for all causes, or a table by cause whose rates add up to at most 1."""
    if not isinstance(value, dict):
        problem = problem_with(value, TERMS["failure_rate"])
        if problem:
            findings.add(path, f"{problem}, or a table by cause: {{ clearing = 0.01 }}")
            return None
        return StatedRate(float(value)) if is_number(value) else None
    findings.unknown_keys(value, path, [term.name for term in CAUSE_RATES])
    good = findings.checked(value, path, CAUSE_RATES)
    if sum(good.values()) > 1 + ROUNDING:
        findings.add(path, f"adds up to {sum(good.values()):g} over its causes; write rates that add up to at most 1")
    return StatedRate(by_cause={cause: float(rate) for cause, rate in good.items()})


def _check_base(findings: Findings, path: KeyPath, table: Table) -> None:
    for key in table:
        if key in TERMS and key != "label":
            elsewhere = "a scenario of another name, or into [channels.…] where it is always so"
            message = f"is a change, and the base changes nothing; write it into {elsewhere}"
            findings.add((*path, key), message, at_key=True)


def _volume(findings: Findings, table: Table, path: KeyPath, names: Names) -> tuple[float, dict[str, float]]:
    value = table.get("volume", 1.0)
    path = (*path, "volume")
    if not isinstance(value, dict):
        problem = problem_with(value, TERMS["volume"])
        if problem:
            findings.add(path, f"{problem}, or volume.<event or channel> = 1.4")
        return (float(value) if is_number(value) and not problem else 1.0), {}
    known = (*names.channels, *names.events)
    for name in value:
        if name not in known:
            message = f'"{name}" is neither a channel nor an event; {nearest(name, known)}'
            findings.add((*path, name), message, at_key=True)
    return 1.0, _good(findings, value, path, known)


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
        findings.add(path, f"is {shown(value)}; write it by channel: {key}.{_example(names)} = {shown(value)}")
        return {}
    for name in value:
        _check_channel(findings, name, (*path, name), names, at_key=True)
    return value


def _check_channel(findings: Findings, name: str, path: KeyPath, names: Names, *, at_key: bool = False) -> None:
    if name not in names.channels:
        findings.add(path, f'"{name}" is no channel of the plan; {nearest(name, names.channels)}', at_key=at_key)


def _outages(findings: Findings, table: Table, path: KeyPath, names: Names) -> tuple[Outage, ...]:
    outages: list[Outage] = []
    for item_path, item in findings.tables(table.get("outages", []), path):
        good = findings.filled(Outage, item, item_path)
        outage = Outage(**{"start": dt.date.max, "days": 0, **good})
        if ("channel" in item) == ("clearing" in item):
            found = "both channel and clearing" if "channel" in item else "neither channel nor clearing"
            findings.add(item_path, f'has {found}; write one of them, such as channel = "{_example(names)}"')
        if outage.channel is not None:
            _check_channel(findings, outage.channel, (*item_path, "channel"), names)
        if outage.clearing is not None and outage.clearing not in names.clearings:
            message = f'"{outage.clearing}" is the clearing of no channel; {nearest(outage.clearing, names.clearings)}'
            findings.add((*item_path, "clearing"), message)
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
        if len(good) < len(keys_of(Shift)):
            continue
        shift = Shift(**good)
        moved[shift.source] += shift.share
        if shift.source == shift.target:
            findings.add((*item_path, "to"), f'is "{shift.target}", the same as from; write another channel')
        if moved[shift.source] > 1 + ROUNDING:
            brings = f'brings what leaves "{shift.source}" to {moved[shift.source]:g}'
            findings.add((*item_path, "share"), f"{brings}; write shares that add up to at most 1")
        shifts.append(shift)
    return tuple(shifts)


def changes_of(settings: Sequence[str]) -> tuple[dict[str, object], list[Problem]]:
    """What a list of ``KEY=VALUE`` says, as the table of a scenario, and what is wrong with single ones."""
    changes: dict[str, object] = {}
    problems = [problem for setting in settings if (problem := _add_setting(changes, setting))]
    return changes, problems


def _add_setting(changes: dict[str, object], setting: str) -> Problem | None:
    """Adds one ``KEY=VALUE`` to the changes; gives what is wrong with it."""
    key, equals, value = setting.partition("=")
    key = key.strip()
    if not equals or not key or not value.strip():
        return Problem(f'is "{setting}"; write KEY=VALUE, such as failure_rate.baitiao=0.08', "--set", key=key)
    try:
        table = tomllib.loads(f"{key} = {value.strip()}")
    except tomllib.TOMLDecodeError as error:
        what, _, _ = syntax_error(str(error), f"{key} = {value.strip()}")
        return Problem(f"found {value.strip()}, which is no value of TOML: {what}", "--set", key=key)
    return _merge(changes, table, key)


def _merge(target: dict[str, object], source: Table, key: str) -> Problem | None:
    for name, value in source.items():
        into = target.get(name)
        if name not in target:
            target[name] = value
        elif isinstance(value, dict) and isinstance(into, dict):
            if problem := _merge(into, value, key):
                return problem
        else:
            return Problem("is set twice; write it once", "--set", key=key)
    return None
