"""``plan.toml`` → ``Plan``: everything that is wrong with a plan is told at once, with file, line, column and key."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.errors import InputError, Problem
from forecast.plan import keys
from forecast.plan.facility_reading import check_facilities
from forecast.plan.findings import Findings
from forecast.plan.flows import FlowsRead, read_flows
from forecast.plan.locator import Locator
from forecast.plan.model import Cash, Covenants, Horizon, LedgerSource, Merchant, Plan, is_database
from forecast.plan.scenario_reading import BASE_LABELS, check_scenario, check_scenarios, names_of
from forecast.plan.sections import (
    check_accounts,
    check_channels,
    check_events,
    check_ledger,
    check_merchant,
    check_sections,
    section,
)
from forecast.plan.terms import problem_with

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from forecast.plan.model import Language, Scenario
    from forecast.plan.terms import Term

_PLACE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)

_HINTS = (
    (
        ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine"),
        "the key is there twice: write it once",
    ),
    (("Expected '=' after a key",), "write key = value"),
    (("Invalid value",), 'write texts in quotes ("…"), dates as 2026-10-18, figures as 0.05 or 3_200_000.00'),
    (("Invalid date or datetime",), "write a day that the calendar has, as 2026-02-28"),
    (("Invalid initial character for a key",), "write keys of letters, digits, _ and -, others in quotes"),
    (("Unclosed array", "Invalid array"), "close the list with ]"),
    (("Unclosed inline table",), "close the table with }"),
    (("Expected newline or end of document",), "write one key = value a line, texts in quotes"),
)
"""What to write, by the start of tomllib's messages."""


def load_plan(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    horizon_days: int | None = None,
    paths: int | None = None,
    seed: int | None = None,
    language: Language | None = None,
) -> Plan:
    """Reads and checks a plan file and the other cash flows that it names.

    Args:
        path: The plan, TOML in UTF-8 (a byte-order mark is fine).
        as_of: In place of ``plan.as_of``.
        horizon_days: In place of ``plan.horizon_days``, calendar days.
        paths: In place of ``plan.paths``.
        seed: In place of ``plan.seed``.
        language: In place of the plan's ``language``: of the outputs, and of the base's label where it has none.

    Returns:
        The plan; paths in it are absolute, relative ones having been read from the plan's folder.

    Raises:
        InputError: With every problem in the plan and in the other flows, in the order of their lines.
    """
    file = Path(path)
    text = _text(file)
    values = _parsed(text, str(file))
    findings = Findings(str(file), values, Locator(text))
    check_sections(findings)
    spoken = findings.checked(values, (), (keys.LANGUAGE,)).get("language", "zh")
    spoken = _checked_overrides(findings, (keys.LANGUAGE,), {"language": language}).get("language", spoken)
    merchant = check_merchant(findings)
    horizon = section(findings, "plan", keys.PLAN)
    overrides: dict[str, object] = {"as_of": as_of, "horizon_days": horizon_days, "paths": paths, "seed": seed}
    horizon |= _checked_overrides(findings, keys.PLAN, overrides)
    folder = file.resolve().parent
    cash = section(findings, "cash", keys.CASH)
    flows = FlowsRead((), 0, ())
    if "other_flows" in cash:
        flows, cash["other_flows"] = _flows(findings, folder / cash["other_flows"], horizon.get("as_of"))
    ledger = check_ledger(findings)
    _check_orders(findings, folder, ledger.get("orders"))
    channels = check_channels(findings)
    events = check_events(findings, channels)
    scenarios = check_scenarios(findings, names_of(channels.values(), events), BASE_LABELS[spoken])
    facilities = check_facilities(findings, tuple(channels))
    covenants = section(findings, "covenants", keys.COVENANTS)
    accounts = check_accounts(findings)
    findings.raise_if_any()
    if not is_database(ledger["orders"]):
        ledger["orders"] = str(folder / ledger["orders"])
    if "horizon_days" in horizon:
        horizon["days"] = horizon.pop("horizon_days")
    return Plan(
        path=file.resolve(),
        language=spoken,
        merchant=Merchant(**merchant),
        horizon=Horizon(**horizon),
        ledger=LedgerSource(**ledger),
        cash=Cash(**cash),
        channels=channels,
        events=events,
        scenarios=scenarios,
        facilities=facilities,
        covenants=Covenants(**covenants) if "covenants" in values else None,
        accounts=accounts,
        other_flows=flows.flows,
        ignored_flows=flows.ignored,
        places=findings.places(),
    )


def scenario_from_settings(
    plan: Plan, settings: Sequence[str], *, name: str = "whatif", label: str | None = None
) -> Scenario:
    """The scenario that a list of ``KEY=VALUE`` makes, checked as one in the plan file.

    Args:
        plan: Whose channels, clearings and events the keys may name.
        settings: ``KEY`` as in a scenario of the plan file, ``VALUE`` as TOML writes it: ``failure_rate.baitiao=0.08``,
            ``volume=1.4``, ``outages=[{clearing="jd_pay",start=2026-11-11,days=3}]``.
        name: The scenario's name.
        label: Its name as printed; by default the settings themselves, unless one of them is ``label="…"``.

    Raises:
        InputError: With every setting that is wrong, its key and the value found.
    """
    problems: list[Problem] = []
    changes: dict[str, Any] = {}
    for setting in settings:
        problem = _add_setting(changes, setting)
        if problem:
            problems.append(problem)
    findings = Findings("--set", changes, problems=problems)
    names = names_of(plan.channels.values(), plan.events)
    changes.setdefault("label", label or ", ".join(settings) or name)
    scenario = check_scenario(findings, changes, (), name, names)
    findings.raise_if_any()
    return scenario


def _text(file: Path) -> str:
    """The file's text, with line ends as line feeds and without a byte-order mark."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("there is no such file; write the path of a plan file", str(file))) from None
    except IsADirectoryError:
        raise InputError(Problem(f"is a folder; write {file / 'plan.toml'}", str(file))) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read ({error.strerror}); check its permissions", str(file))) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"is not UTF-8 here (byte 0x{content[error.start]:02x}); save the plan as UTF-8"
        raise InputError(Problem(message, str(file), line, column)) from None
    return text.replace("\r\n", "\n")


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, line, column = _syntax_error(str(error), text)
        raise InputError(Problem(f"is not TOML: {what}", file, line, column)) from None


def _syntax_error(message: str, text: str) -> tuple[str, int, int]:
    """The message of tomllib with a hint, and the line and column that it names."""
    match = _PLACE.fullmatch(message)
    what = match["what"] if match else message
    line = text.count("\n") + 1
    column = len(text) - text.rfind("\n")
    if match and match["line"]:
        line, column = int(match["line"]), int(match["column"])
    hint = next((hint for starts, hint in _HINTS if what.startswith(starts)), "write key = value, texts in quotes")
    return f"{what}; {hint}", line, column


def _flows(findings: Findings, file: Path, as_of: dt.date | None) -> tuple[FlowsRead, Path]:
    """The other cash flows and their file's path; a file that is not there is a problem of the plan."""
    if not os.path.isfile(file):  # noqa: PTH113  # false for no path at all, too
        findings.add(("cash", "other_flows"), f"there is no file {file}; write its path from the plan's folder")
        return FlowsRead((), 0, ()), file
    flows = read_flows(file, as_of)
    findings.problems += flows.problems
    return flows, file


def _check_orders(findings: Findings, folder: Path, orders: str | None) -> None:
    """Whether the orders' file or folder is there; what a database holds is seen when it is read."""
    if orders and not is_database(orders) and not os.path.exists(folder / orders):  # noqa: PTH110  # false for no path at all, too
        names = [entry.name for entry in folder.iterdir()]
        near = difflib.get_close_matches(orders, names, n=1, cutoff=0.8)
        hint = f'write "{near[0]}"' if near else "write its path from the plan's folder"
        findings.add(("ledger", "orders"), f"there is no file or folder {folder / orders}; {hint}")


def _checked_overrides(findings: Findings, terms: tuple[Term, ...], overrides: dict[str, object]) -> dict[str, Any]:
    """The values given in place of the plan's; what is wrong with one is told under its name, without a file."""
    good: dict[str, Any] = {}
    for term in terms:
        value = overrides.get(term.name)
        problem = problem_with(value, term) if value is not None else None
        if problem:
            findings.problems.append(Problem(problem, key=term.name))
        elif value is not None:
            good[term.name] = value
    return good


def _add_setting(changes: dict[str, Any], setting: str) -> Problem | None:
    """Adds one ``KEY=VALUE`` to the changes; gives what is wrong with it."""
    key, equals, value = setting.partition("=")
    key = key.strip()
    if not equals or not key or not value.strip():
        return Problem(f'is "{setting}"; write KEY=VALUE, such as failure_rate.baitiao=0.08', "--set", key=key)
    try:
        table = tomllib.loads(f"{key} = {value.strip()}")
    except tomllib.TOMLDecodeError as error:
        what, _, _ = _syntax_error(str(error), "")
        return Problem(f"found {value.strip()}, which is no value of TOML: {what}", "--set", key=key)
    return _merge(changes, table, key)


def _merge(target: dict[str, Any], source: dict[str, Any], key: str) -> Problem | None:
    for name, value in source.items():
        if name not in target:
            target[name] = value
        elif isinstance(value, dict) and isinstance(target[name], dict):
            problem = _merge(target[name], value, key)
            if problem:
                return problem
        else:
            return Problem("is set twice; write it once", "--set", key=key)
    return None
