"""``plan.toml`` → ``Plan``: everything that is wrong with a plan is told at once, with file, line, column and key."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import zoneinfo
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.calendar import check_country
from forecast.errors import InputError, Problem, said, speaking, unreadable
from forecast.plan.accounts import ACCOUNTS
from forecast.plan.costs import check_costs
from forecast.plan.facilities import check_facilities
from forecast.plan.findings import Findings
from forecast.plan.flows import FlowsRead, read_flows
from forecast.plan.hints import plain_zone
from forecast.plan.ledger_files import ledger_files
from forecast.plan.locator import Locator
from forecast.plan.model import (
    LANGUAGE,
    LEDGER_COLUMNS,
    Cash,
    Channel,
    Covenants,
    Event,
    Horizon,
    LedgerSource,
    Merchant,
    Plan,
    Scenario,
    is_database,
)
from forecast.plan.orders_path import address_of, problem_with_flows, problem_with_orders
from forecast.plan.scenarios import (
    BASE_LABELS,
    check_failure_rate,
    check_scenarios,
    names_of,
)
from forecast.plan.settings import scenario_of_settings
from forecast.plan.syntax import parsed
from forecast.plan.terms import (
    LONGEST_TEXT,
    is_number,
    keys_of,
    nearest,
    problem_with,
    problem_with_text,
    shown,
)
from forecast.plan.toml_file import language_of, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.locator import KeyPath
    from forecast.plan.model import Language
    from forecast.plan.terms import Term

SECTIONS = (
    "language",
    "merchant",
    "plan",
    "ledger",
    "cash",
    "channels",
    "events",
    "costs",
    "scenarios",
    "facilities",
    "covenants",
    "accounts",
)
"""The keys at the top of a plan."""

HOMES = {
    **{one.name: "[merchant]" for one in keys_of(Merchant).values() if one.name != "name"},
    **{one.name: "[plan]" for one in keys_of(Horizon).values()},
    **{one.name: "[cash]" for one in keys_of(Cash).values()},
    **{name: f"[{name}]" for name in SECTIONS if name not in {"language", "events", "facilities"}},
    "orders": "[ledger]",
}
"""The tables of a plan that take keys of their own alone, and which they are."""


def load_plan(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    horizon_days: int | None = None,
    paths: int | None = None,
    seed: int | None = None,
    language: Language | None = None,
) -> Plan:
    """Reads and checks a plan file, TOML in UTF-8 (a byte-order mark is fine), and the other cash flows that it names.

    The keywords stand in place of the keys of the same name in the plan. ``language`` is that of the outputs, and of
    the base's label where it has none. Paths in the plan become absolute, relative ones being read from its folder.

    Raises:
        InputError: With every problem in the plan and in the other flows, in the order of their lines, and with the
            language in which they are to be told, as far as the text shows it.
    """
    file = Path(path)
    with speaking(language):
        text = text_of(file)
    with speaking(language or language_of(text)):
        try:
            return _plan(file, text, {"as_of": as_of, "days": horizon_days, "paths": paths, "seed": seed}, language)
        except OSError as error:  # a folder that may not be looked into, a name that no file can bear
            raise InputError(unreadable(error, str(file))) from None


def _plan(file: Path, text: str, overrides: dict[str, object], language: Language | None) -> Plan:
    """The plan of a text, with values given in place of its own."""
    findings = Findings(str(file), parsed(text, str(file)), Locator(text), homes=HOMES)
    _check_sections(findings)
    _check_names(findings)
    _check_empty(findings)
    spoken = _language(findings, language)
    merchant = _merchant(findings)
    horizon = _horizon(findings, overrides)
    folder = file.resolve().parent
    cash, flows = _cash(findings, folder, horizon.as_of)
    ledger = _ledger(findings, folder)
    _check_constants(findings, ledger)
    channels = _channels(findings)
    events = _events(findings, channels)
    costs = check_costs(findings, tuple(channels))
    names = names_of(channels.values(), events, None if flows.problems else flows.flows, costs)
    scenarios = check_scenarios(findings, names, BASE_LABELS[spoken])
    facilities = check_facilities(findings, tuple(channels))
    covenants = _section(findings, Covenants, "covenants")
    accounts = _accounts(findings)
    findings.raise_if_any()
    return Plan(
        path=file.resolve(),
        language=spoken,
        merchant=merchant,
        horizon=horizon,
        ledger=ledger,
        cash=cash,
        channels=channels,
        events=events,
        scenarios=scenarios,
        facilities=facilities,
        covenants=Covenants(**covenants) if "covenants" in findings.values else None,
        accounts=accounts,
        costs=costs,
        other_flows=flows.flows,
        ignored_flows=flows.ignored,
        past_flows=flows.past,
        places=findings.places(),
    )


def scenario_from_settings(
    plan: Plan, settings: Sequence[str], *, name: str = "whatif", label: str | None = None
) -> Scenario:
    """The scenario that a list of ``KEY=VALUE`` makes, checked as one in the plan file.

    ``KEY`` is as in a scenario of the plan file, ``VALUE`` as TOML writes it or in per cent: ``volume=1.4``,
    ``failure_rate.baitiao=8%``, ``outages=[{clearing="jd_pay",start=2026-11-11,days=3}]``. Rates and delays without a
    channel (``failure_rate=0.08``) are those of every channel. ``opening_balance``, ``minimum_balance``,
    ``facilities.NAME.TERM`` and ``costs.CATEGORY.TERM`` may be set, too; a channel may be named by its label. ``label``
    is its name as printed; by default the settings themselves, outages and shifts in words, unless one of them is
    ``label="…"``.

    Raises:
        InputError: With every setting that is wrong, its key and the value found.
    """
    return scenario_of_settings(plan, settings, name, label)


def _check_sections(findings: Findings) -> None:
    """The keys at the top of a plan: known ones alone, and tables where tables belong."""
    findings.unknown_keys(findings.values, (), SECTIONS)
    for name in SECTIONS:
        if name in findings.values and name not in {"language", "events", "costs", "facilities"}:
            findings.table(findings.values[name], (name,))


def _check_names(findings: Findings) -> None:
    """The names of channels and scenarios, which are keys: short enough to head a column, and printable."""
    for section in ("channels", "scenarios"):
        for name in findings.raw_section(section):
            problem = problem_with_text(name)
            if problem:
                findings.add((section, name), problem, at_key=True)


def _check_empty(findings: Findings) -> None:
    """Tables by cause, channel or event in which nothing stands, so that they change nothing in silence."""
    for section, model in (("channels", Channel), ("scenarios", Scenario)):
        by_name = [term.name for term in keys_of(model).values() if term.by]
        for name, table in findings.raw_section(section).items():
            written = table if isinstance(table, dict) else {}
            for key in by_name:
                value, path = written.get(key), (section, name, key)
                inner = value if isinstance(value, dict) else {}
                empty = [path] if value == {} else [(*path, one) for one in inner if inner[one] == {}]
                for place in empty:
                    findings.add(place, said("plan.empty_table"))


def _section(findings: Findings, model: type, name: str) -> dict[str, Any]:
    """What a section's fields may be made of, by their names.

    Where a key that must be there is wrong, its reader goes on with a stand-in: the findings let no plan come of it.
    """
    return findings.filled(model, findings.raw_section(name), (name,))


def _language(findings: Findings, override: Language | None) -> Language:
    """The plan's language, unless another is given."""
    spoken: Language = findings.checked(findings.values, (), (LANGUAGE,)).get("language", LANGUAGE.default)
    return override if _allowed(findings, LANGUAGE, override) and override else spoken


def _merchant(findings: Findings) -> Merchant:
    """Name, currency, time zone and the country of the holidays."""
    merchant = Merchant(**_section(findings, Merchant, "merchant"))
    currency, zone = merchant.currency, merchant.timezone
    if not re.fullmatch("[A-Z]{3}", currency) or currency == "RMB":
        findings.add(("merchant", "currency"), said("plan.currency", found=currency))
    if zone not in _zones():
        near = plain_zone(zone) or next(iter(difflib.get_close_matches(zone, sorted(_zones()), n=1)), "Asia/Shanghai")
        findings.add(("merchant", "timezone"), said("plan.timezone", found=zone, near=near))
    if problem := check_country(merchant.holidays):
        findings.add(("merchant", "holidays"), problem)
    return merchant


def _horizon(findings: Findings, overrides: dict[str, object]) -> Horizon:
    """The section ``plan``, with the values given in its place."""
    good, terms = _section(findings, Horizon, "plan"), keys_of(Horizon)
    good |= {name: value for name, value in overrides.items() if _allowed(findings, terms[name], value)}
    return Horizon(**{"as_of": dt.date.min, **good})


def _allowed(findings: Findings, term: Term, override: object) -> bool:
    """Whether a value is given in place of the plan's; what is wrong with it is told by its key, without a file."""
    problem = None if override is None else problem_with(override, term)
    if problem:
        findings.problems.append(Problem(problem, key=term.name))
    return override is not None and not problem


def _cash(findings: Findings, folder: Path, as_of: dt.date) -> tuple[Cash, FlowsRead]:
    """The section ``cash``, and the other cash flows; a file that is not there is a problem of the plan."""
    cash = Cash(**{"opening_balance": 0.0, **_section(findings, Cash, "cash")})
    if cash.other_flows is None:
        return cash, FlowsRead((), 0, ())
    file = folder / cash.other_flows
    if wrong := problem_with_flows(folder, str(cash.other_flows)):
        findings.add(("cash", "other_flows"), wrong)
        return cash, FlowsRead((), 0, ())
    flows = read_flows(file, as_of)
    findings.problems += flows.problems
    return replace(cash, other_flows=file), flows


def _ledger(findings: Findings, folder: Path) -> LedgerSource:
    """Where the orders are, which of their headers mean which column, and constants for columns that are not there."""
    source = LedgerSource(**{"orders": "", **_section(findings, LedgerSource, "ledger")})
    source = replace(source, files=ledger_files(findings, folder))
    wrong = problem_with_orders(folder, source.orders) if source.orders else None
    if wrong:
        findings.add(("ledger", "orders"), wrong)
    elif is_database(source.orders) and "table" not in findings.raw_section("ledger"):
        findings.missing(("ledger", "table"), said("plan.table"))
    if source.orders and not is_database(source.orders):
        address = address_of(folder, source.orders)
        if address and source.table is not None:
            findings.add(("ledger", "orders"), address)
        elif source.table is not None:
            findings.add(("ledger", "table"), said("plan.table_without_database"))
        source = replace(source, orders=str(folder / source.orders))
    columns, constants = (_ledger_texts(findings, name) for name in ("columns", "constants"))
    return replace(source, columns=columns, constants=constants)


def _ledger_texts(findings: Findings, name: str) -> dict[str, str]:
    """``[ledger.columns]`` or ``[ledger.constants]``: column of ours = text; figures and days become text."""
    if name not in findings.raw_section("ledger"):
        return {}
    path: KeyPath = ("ledger", name)
    table = findings.table(findings.raw_section("ledger")[name], path)
    if table is None:
        return {}
    findings.unknown_keys(table, path, LEDGER_COLUMNS)
    texts: dict[str, str] = {}
    for column, value in table.items():
        is_plain = isinstance(value, str) or (name == "constants" and (is_number(value) or isinstance(value, dt.date)))
        problem = problem_with_text(str(value), LONGEST_TEXT) if is_plain else None
        if problem:
            findings.add((*path, column), problem)
        elif is_plain and str(value).strip():
            texts[column] = str(value).strip()
        else:
            findings.add((*path, column), said("plan.text_in_quotes", found=shown(value)))
    return texts


def _check_constants(findings: Findings, ledger: LedgerSource) -> None:
    """Constants against the columns that the ledger has, and the one of the channel against the plan's channels."""
    for column in ledger.constants:
        if column in ledger.columns:
            findings.add(("ledger", "constants", column), said("plan.column_and_constant"))
    channel = ledger.constants.get("channel")
    channels = findings.raw_section("channels")
    if channel is not None and channels and channel not in channels:
        message = said("plan.no_channel", name=channel, nearest=nearest(channel, channels))
        findings.add(("ledger", "constants", "channel"), message)


def _channels(findings: Findings) -> dict[str, Channel]:
    """Every channel by its name."""
    table = findings.raw_section("channels")
    if not table and ("channels" not in findings.values or isinstance(findings.values["channels"], dict)):
        findings.missing(("channels",), said("plan.a_channel"))
    channels: dict[str, Channel] = {}
    for name, value in table.items():
        path: KeyPath = ("channels", name)
        if not name or name != name.strip():
            findings.add(path, said("plan.channel_name", name=shown(name)), at_key=True)
        terms = findings.table(value, path)
        if terms is None:
            continue
        good = {"name": name, "label": name, "clearing": name, **findings.filled(Channel, terms, path)}
        for key in {"failure_rate"} & terms.keys():
            good[key] = check_failure_rate(findings, terms[key], (*path, key))
        channels[name] = Channel(**good)
    return channels


def _events(findings: Findings, channels: dict[str, Channel]) -> tuple[Event, ...]:
    """The promotions, in the order of the file."""
    if "events" not in findings.values:
        return ()
    events: list[Event] = []
    for path, table in findings.tables(findings.values["events"], ("events",)):
        good = findings.filled(Event, table, path)
        name, *days = (good.get(key) for key in ("name", "start", "peak", "end"))
        if name in channels:
            findings.add((*path, "name"), said("plan.event_and_channel", name=name or ""))
        if _in_order(findings, path, *days) and name:
            event = Event(**good)
            _check_overlap(findings, path, event, events)
            events.append(event)
    return tuple(events)


def _in_order(
    findings: Findings, path: KeyPath, start: dt.date | None, peak: dt.date | None, end: dt.date | None
) -> bool:
    """Whether start ≤ peak ≤ end; what is not becomes a problem."""
    if start is None or end is None:
        return False
    if end < start:
        findings.add((*path, "end"), said("plan.ends_before", end=str(end), start=str(start)))
        return False
    if peak is not None and not start <= peak <= end:
        findings.add((*path, "peak"), said("plan.peak_outside", peak=str(peak), start=str(start), end=str(end)))
        return False
    return True


def _check_overlap(findings: Findings, path: KeyPath, event: Event, earlier: list[Event]) -> None:
    for other in earlier:
        if other.name == event.name and event.start <= other.end and other.start <= event.end:
            message = said(
                "plan.events_overlap",
                name=event.name,
                start=str(event.start),
                end=str(event.end),
                other_start=str(other.start),
                other_end=str(other.end),
            )
            findings.add((*path, "start"), message)


def _accounts(findings: Findings) -> dict[str, float]:
    """Last year's accounts, as far as they are given."""
    table = findings.raw_section("accounts")
    findings.unknown_keys(table, ("accounts",), [term.name for term in ACCOUNTS])
    return findings.checked(table, ("accounts",), ACCOUNTS)


@cache
def _zones() -> frozenset[str]:
    """The time zones that mean the same everywhere: neither the machine's own nor one that is none."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})
