"""The plain sections of a plan: merchant, plan, ledger, cash, channels, events, covenants, accounts.

Every ``check_…`` gives the values that hold, by key, and leaves what is wrong in the findings; nothing is raised here.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import zoneinfo
from typing import TYPE_CHECKING, Any

from forecast.calendar import check_country
from forecast.plan import keys
from forecast.plan.model import Channel, Event, is_database
from forecast.plan.terms import is_number, nearest, problem_with, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.findings import Findings
    from forecast.plan.locator import KeyPath
    from forecast.plan.terms import Term

ROUNDING = 1e-9
"""Shares that add up to more than 1 by no more than this add up to 1."""


def section(findings: Findings, name: str, terms: Sequence[Term], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """The checked values of one section; ``more`` names keys that are checked elsewhere."""
    table = raw_table(findings, name)
    findings.unknown_keys(table, (name,), [*(term.name for term in terms), *more])
    return findings.checked(table, (name,), terms)


def raw_table(findings: Findings, name: str) -> dict[str, Any]:
    """A section as it was read; empty where it is left out or no table."""
    value = findings.values.get(name, {})
    return value if isinstance(value, dict) else {}


def check_sections(findings: Findings) -> None:
    """The keys at the top of a plan: known ones alone, and tables where tables belong."""
    findings.unknown_keys(findings.values, (), keys.SECTIONS)
    for name in keys.SECTIONS:
        if name in findings.values and name not in {"language", "events", "facilities"}:
            findings.table(findings.values[name], (name,))


def check_merchant(findings: Findings) -> dict[str, Any]:
    """Name, currency, time zone and the country of the holidays."""
    good = section(findings, "merchant", keys.MERCHANT)
    currency, zone, country = (good.get(key) for key in ("currency", "timezone", "holidays"))
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        findings.add(("merchant", "currency"), f'is "{currency}"; write three capital letters, such as "CNY"')
    if zone and not _is_zone(zone):
        near = difflib.get_close_matches(zone, sorted(zoneinfo.available_timezones()), n=1) or ["Asia/Shanghai"]
        findings.add(("merchant", "timezone"), f'"{zone}" is no time zone; write a name such as "{near[0]}"')
    problem = check_country(country) if country else None
    if problem:
        findings.add(("merchant", "holidays"), problem)
    return good


def check_ledger(findings: Findings) -> dict[str, Any]:
    """Where the orders are, which of their headers mean which column, and constants for columns that are not there."""
    good = section(findings, "ledger", keys.LEDGER, ("columns", "constants"))
    database = is_database(good.get("orders", ""))
    if database and "table" not in raw_table(findings, "ledger"):
        findings.missing(("ledger", "table"), 'table = "orders", the table in the database that ledger.orders names')
    if "table" in good and "orders" in good and not database:
        findings.add(
            ("ledger", "table"), 'goes with a database URL in ledger.orders, such as "postgresql://…"; leave it out'
        )
    good["columns"] = _ledger_texts(findings, "columns")
    good["constants"] = _ledger_texts(findings, "constants")
    for column in good["constants"]:
        if column in good["columns"]:
            findings.add(("ledger", "constants", column), "is in ledger.columns too; write it in one of them")
    channel = good["constants"].get("channel")
    channels = raw_table(findings, "channels")
    if channel is not None and channels and channel not in channels:
        findings.add(
            ("ledger", "constants", "channel"), f'"{channel}" is no channel of the plan; {nearest(channel, channels)}'
        )
    return good


def check_channels(findings: Findings) -> dict[str, Channel]:
    """Every channel by its name."""
    table = raw_table(findings, "channels")
    if not table and ("channels" not in findings.values or isinstance(findings.values["channels"], dict)):
        findings.missing(("channels",), "at least one channel: [channels.baitiao]")
    channels: dict[str, Channel] = {}
    for name, value in table.items():
        path: KeyPath = ("channels", name)
        if not name or name != name.strip():
            findings.add(path, f"{shown(name)} is no name of a channel; write one without spaces around", at_key=True)
        terms = findings.table(value, path)
        if terms is None:
            continue
        findings.unknown_keys(terms, path, [*(term.name for term in keys.CHANNEL), "failure_rate"])
        good = findings.checked(terms, path, keys.CHANNEL)
        if "failure_rate" in terms:
            good["failure_rate"] = check_failure_rate(findings, terms["failure_rate"], (*path, "failure_rate"))
        channels[name] = Channel(**{"name": name, "label": name, "clearing": name, **good})
    return channels


def check_failure_rate(findings: Findings, value: object, path: KeyPath) -> float | dict[str, float] | None:
    """A failure rate: one number for all causes, or a table by cause whose rates add up to at most 1."""
    if not isinstance(value, dict):
        problem = problem_with(value, keys.FAILURE_RATE)
        if problem:
            findings.add(path, f"{problem}, or a table by cause: {{ clearing = 0.01 }}")
            return None
        return float(value) if is_number(value) and isinstance(value, int | float) else None
    findings.unknown_keys(value, path, [term.name for term in keys.CAUSE_RATES])
    good = findings.checked(value, path, keys.CAUSE_RATES)
    if sum(good.values()) > 1 + ROUNDING:
        findings.add(path, f"adds up to {sum(good.values()):g} over its causes; write rates that add up to at most 1")
    return {cause: float(rate) for cause, rate in good.items()}


def check_events(findings: Findings, channels: dict[str, Channel]) -> tuple[Event, ...]:
    """The promotions, in the order of the file."""
    if "events" not in findings.values:
        return ()
    events: list[Event] = []
    for path, table in findings.tables(findings.values["events"], ("events",)):
        findings.unknown_keys(table, path, [term.name for term in keys.EVENT])
        good = findings.checked(table, path, keys.EVENT)
        if good.get("name") in channels:
            findings.add(
                (*path, "name"),
                f'"{good["name"]}" is a channel\'s name too; write another one, so that volume.{good["name"]} is clear',
            )
        if _in_order(findings, path, good) and "name" in good:
            event = Event(**good)
            _check_overlap(findings, path, event, events)
            events.append(event)
    return tuple(events)


def check_accounts(findings: Findings) -> dict[str, float]:
    """Last year's accounts, as far as they are given."""
    return {name: float(value) for name, value in section(findings, "accounts", keys.ACCOUNTS).items()}


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _ledger_texts(findings: Findings, name: str) -> dict[str, str]:
    """``[ledger.columns]`` or ``[ledger.constants]``: column of ours = text; figures and days become text."""
    if name not in raw_table(findings, "ledger"):
        return {}
    path: KeyPath = ("ledger", name)
    table = findings.table(raw_table(findings, "ledger")[name], path)
    if table is None:
        return {}
    findings.unknown_keys(table, path, keys.LEDGER_COLUMNS)
    texts: dict[str, str] = {}
    for column, value in table.items():
        is_plain = isinstance(value, str) or (name == "constants" and (is_number(value) or isinstance(value, dt.date)))
        if is_plain and str(value).strip():
            texts[column] = str(value).strip()
        else:
            findings.add((*path, column), f"is {shown(value)}; write a text in quotes")
    return texts


def _in_order(findings: Findings, path: KeyPath, event: dict[str, Any]) -> bool:
    """Whether start ≤ peak ≤ end; what is not becomes a problem."""
    start, end = event.get("start"), event.get("end")
    if start is None or end is None:
        return False
    if end < start:
        findings.add((*path, "end"), f"is {end}, before start = {start}; write a day on or after it")
        return False
    peak = event.get("peak")
    if peak is not None and not start <= peak <= end:
        findings.add((*path, "peak"), f"is {peak}; write a day from start = {start} to end = {end}")
        return False
    return True


def _check_overlap(findings: Findings, path: KeyPath, event: Event, earlier: list[Event]) -> None:
    for other in earlier:
        if other.name == event.name and event.start <= other.end and other.start <= event.end:
            findings.add(
                (*path, "start"),
                f'"{event.name}" from {event.start} to {event.end} overlaps its repeat from {other.start} to '
                f"{other.end}; write days apart, or another name",
            )
