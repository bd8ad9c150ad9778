"""The KEY=VALUE of a what-if: the keys of a scenario, those of the plan that a what-if may set, and per cent."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from forecast.errors import Problem, Said, said
from forecast.plan.cost_settings import changed_costs, multiples_and_terms
from forecast.plan.facilities import KINDS, check_facility, terms_of
from forecast.plan.findings import Findings
from forecast.plan.headings import heading
from forecast.plan.labels import SEGMENT, by_names, parted, written
from forecast.plan.model import CAUSES, Cash, Horizon, TermChange
from forecast.plan.not_asked import not_asked
from forecast.plan.scenarios import TERMS, check_scenario, names_of
from forecast.plan.short_keys import FLOP, SHORT, outages_of, with_outages, written_out
from forecast.plan.syntax import syntax_error
from forecast.plan.terms import PerCent, is_number, keys_of, nearest, problem_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.plan.findings import Table
    from forecast.plan.model import Facility, Plan, Scenario

BALANCES = ("opening_balance", "minimum_balance")
"""The keys of ``[cash]`` that a what-if may set."""

CONFIDENCE = "confidence"
"""The key of ``[plan]`` that a what-if may set."""

FACILITIES = "facilities"
"""The key under which a what-if sets terms: ``facilities.NAME.TERM``."""

KEYS = (*TERMS, *BALANCES, CONFIDENCE, FACILITIES, *SHORT)
"""The keys of a what-if, or the first step of them."""

EVERYWHERE = ("failure_rate", "recovery", "refund_rate", "fee_rate", "settlement_delay")
"""The keys that mean every channel where no channel is named."""

MULTIPLES = ("costs", "flows", "volume", "planned_volume", FLOP)
"""The keys whose figures multiply what base has: 1 leaves it."""

FIXED = ("name", "kind")
"""The terms that tell which facility it is."""

_WORDS = frozenset({"syntax.unquoted", "syntax.no_figure"})
"""What is said of a word without quotes, which as a value of a what-if needs none."""

_WIDE = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|[＝．０-９]""")  # as they are typed

_BARE = re.compile(r"""[A-Za-z0-9_-]+|".*"|'.*'""", re.DOTALL)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""")
_PER_CENT = re.compile(r"(?<![\w.])(\d[\d_]*(?:\.\d+)?)\s*[%％]")
_SIGNED = re.compile(r"(?<![\w.])([+＋\-－−])\s*(\.?\d[\d_]*(?:\.\d+)?)\s*([%％]?)")


def scenario_of_settings(plan: Plan, settings: Sequence[str], name: str, label: str | None = None) -> Scenario:
    """The scenario that the settings make; ``label`` where none of them is one, else what they are headed with.

    Raises:
        InputError: With every setting that is wrong, its key and the value found.
    """
    named = [by_names(plan, plain_signs(one)) for one in settings]
    changes, problems = changes_of([one for one, _ in named])
    findings = Findings("--set", changes, problems=[*problems, *(wrong for _, wrong in named if wrong)])
    _check_keys(findings, changes)
    channels = tuple(plan.channels)
    spread = written_out(findings, spread_over_channels(findings, changes, channels))
    spread, tables = multiples_and_terms(spread)
    table = {key: value for key, value in spread.items() if key in TERMS}
    if label is not None:
        table.setdefault("label", label)
    names = names_of(plan.channels.values(), plan.events, plan.other_flows, plan.costs)
    scenario = with_outages(check_scenario(findings, table, (), name, names), outages_of(findings, changes, plan))
    opening, minimum = balances(findings, changes)
    terms, facilities = changed_facilities(findings, changes, plan.facilities, channels)
    cost_terms, costs = changed_costs(findings, tables, plan.costs)
    scenario = replace(scenario, confidence=stated_confidence(findings, changes, plan))
    findings.raise_if_any()
    if "label" not in table:  # which names channels: there are those it names
        scenario = replace(scenario, label=heading(plan, settings, scenario) or name)
    of_plan = replace(scenario, opening_balance=opening, minimum_balance=minimum, terms=terms, facilities=facilities)
    return replace(of_plan, cost_terms=cost_terms, changed_costs=costs)


def _check_keys(findings: Findings, changes: Table) -> None:
    """A problem for every key that a what-if does not set; it says where a key of the plan is changed."""
    refused = dict(not_asked(changes, KEYS))
    for path, message in refused.items():
        findings.add(path, message, at_key=True)
    others = {path[0] for path in refused}
    findings.unknown_keys({key: value for key, value in changes.items() if key not in others}, (), KEYS)


def changes_of(settings: Sequence[str]) -> tuple[dict[str, object], list[Problem]]:
    """What a list of ``KEY=VALUE`` says, as the table of a scenario, and what is wrong with single ones.

    A value for every channel (``failure_rate=8%``) stands beside those of single channels, which go before it.
    """
    changes: dict[str, object] = {}
    everywhere: dict[str, object] = {}
    problems: list[Problem] = []
    for setting in map(plain_signs, settings):
        table, problem = table_of(setting)
        key = next(iter(table), "")
        into = everywhere if key in EVERYWHERE and _names_no_channel(table[key]) else changes
        problem = problem or _merge(into, table, parted(setting)[0].strip())
        if problem:
            problems.append(problem)
    return {**changes, **{key: _Everywhere.of(value, changes.get(key)) for key, value in everywhere.items()}}, problems


class _Everywhere(dict[str, object]):
    """Values by channel, with ``value`` for the channels that are not named."""

    value: object = None

    @classmethod
    def of(cls, value: object, named: object) -> _Everywhere:
        made = cls(named if isinstance(named, dict) else {})
        made.value = value
        return made


def spread_over_channels(findings: Findings, changes: Table, channels: Iterable[str]) -> dict[str, object]:
    """The changes with what holds for every channel said of each; what is wrong with it becomes one problem."""
    spread = dict(changes)
    for key, value in changes.items():
        if not isinstance(value, _Everywhere):
            continue
        problem = None if isinstance(value.value, dict) else problem_with(value.value, TERMS[key])
        if problem:
            findings.add((key,), problem)
        spread[key] = {**({} if problem else dict.fromkeys(channels, value.value)), **value}
    return spread


def balances(findings: Findings, changes: Table) -> list[float | None]:
    """Opening and minimum balance, yuan; None where it is not set."""
    terms = keys_of(Cash)
    given: list[float | None] = []
    for key in BALANCES:
        value = changes.get(key)
        problem = problem_with(value, terms[key]) if key in changes else None
        if problem:
            findings.add((key,), problem)
        given.append(float(value) if is_number(value) else None)
    return given


def stated_confidence(findings: Findings, changes: Table, plan: Plan) -> float | None:
    """The confidence; None where it is not set. Of scenarios that base must withstand, it is the plan's for all."""
    if CONFIDENCE not in changes:
        return None
    value = changes[CONFIDENCE]
    if problem := problem_with(value, keys_of(Horizon)[CONFIDENCE]):
        findings.add((CONFIDENCE,), problem)
    elif plan.horizon.stress_scenarios_must_hold:
        findings.add((CONFIDENCE,), said("scenarios.confidence_of_all"), at_key=True)
    return float(value) if is_number(value) else None


def changed_facilities(
    findings: Findings, changes: Table, facilities: Sequence[Facility], channels: tuple[str, ...]
) -> tuple[tuple[TermChange, ...], tuple[Facility, ...] | None]:
    """The terms set and the facilities as they then are, each checked as one of a plan; None where none is set."""
    by_name = findings.table(changes.get(FACILITIES, {}), (FACILITIES,))
    if not by_name:
        return (), None
    kept = {one.name: one for one in facilities}
    terms: list[TermChange] = []
    for name, value in by_name.items():
        path = (FACILITIES, name)
        if name not in kept:
            message = said("scenarios.no_facility", name=name, hint=nearest(name, kept))
            findings.add(path, message, at_key=True)
            continue
        given = dict(findings.table(value, path) or {})
        for fixed in [key for key in FIXED if given.pop(key, None) is not None]:
            findings.add((*path, fixed), said("scenarios.facility_fixed"), at_key=True)
        checked = check_facility(findings, path, {**_as_written(kept[name]), **given}, channels)
        kept[name] = checked or kept[name]
        terms += [TermChange(name, term, one) for term, one in given.items()]
    return tuple(terms), tuple(kept.values())


def _as_written(facility: Facility) -> dict[str, object]:
    """A facility as the table of a plan that gives it: what its kind needs, and every term that is no default."""
    given: dict[str, object] = {}
    for term in terms_of(facility.kind):
        value = getattr(facility, term.name)
        if term.name == "annual_rate" and facility.lpr is not None:
            continue
        if value is not None and (value != term.default or term.name in KINDS[facility.kind].needs):
            given[term.name] = list(value) if isinstance(value, tuple) else value
    return given


def plain_signs(text: str) -> str:
    """A text with the wide signs and figures that Chinese keyboards type as their plain ones, but within quotes."""
    return _WIDE.sub(lambda found: found[0] if found[1] else chr(ord(found[0]) - 0xFEE0), text)


def _names_no_channel(value: object) -> bool:
    """Whether a value is one for every channel: no table, or a table by cause."""
    return not isinstance(value, dict) or (bool(value) and value.keys() <= set(CAUSES))


def table_of(setting: str) -> tuple[Table, Problem | None]:
    """One ``KEY=VALUE`` in plain signs as a table of TOML (empty where it is wrong), and what is wrong with it."""
    key, _, value = (part.strip() for part in parted(setting))
    if refused := _refused(setting, key, value):
        return {}, Problem(refused, "--set", key=key)
    per_cent = {_fraction(found) for found in _PER_CENT.finditer(value)}

    def figure(text: str) -> float:
        return PerCent(text) if text in per_cent else float(text)

    line = f"{_dotted(key)} = {with_fractions(value)}"
    try:
        return tomllib.loads(line, parse_float=figure), None
    except tomllib.TOMLDecodeError as error:
        what, _, _ = syntax_error(str(error), line)
    except (ValueError, RecursionError):  # a figure of thousands of digits, a list within hundreds of lists
        return {}, Problem(said("scenarios.setting_endless"), "--set", key=key)
    word = isinstance(what, Said) and what.key in _WORDS and not value.startswith(("[", "{", '"', "'"))
    if word or _first_step(key) not in KEYS:
        return tomllib.loads(f"{_dotted(key)} = {json.dumps(value, ensure_ascii=False)}"), None
    if not (isinstance(what, Said) and "found" in what.values):
        what = said("scenarios.setting_value", found=value, what=what)
    return {}, Problem(what, "--set", key=key)


def _first_step(key: str) -> str:
    return next(iter(SEGMENT.findall(key)), "").strip()


def _refused(setting: str, key: str, value: str) -> Said | None:
    """What is wrong with a setting before its value is read."""
    return _signed(key, value) if _dotted(key) and value else said("scenarios.setting_form", found=setting)


def _signed(key: str, value: str) -> Said | None:
    """What is wrong with a figure that reads as an increase or a decrease; days of delay are added as it is."""
    found = _SIGNED.search(_QUOTED.sub("", value))
    name = key.partition(".")[0]
    if found is None or name == "settlement_delay":
        return None
    lessens, figure, per_cent = found[1] not in "+＋", found[2], found[3]
    if per_cent and name in MULTIPLES:
        times = 1 + Decimal(figure.replace("_", "")) / (-100 if lessens else 100)
        if times >= 0:
            whole, as_times = f"{float(100 * times):g}%", f"{float(times):g}"
            return said("scenarios.signed_multiple", found=found[0], per_cent=whole, times=as_times)
    return None if lessens else said("scenarios.signed", found=found[0])


def _dotted(key: str) -> str:
    """A dotted key as TOML writes it: names in other letters than its bare ones in quotes."""
    parts = (part.strip() for part in SEGMENT.findall(key))
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False) for part in parts)


def with_fractions(value: str) -> str:
    """A value of TOML with per cent outside quotes written as fractions: ``8%`` is ``0.08``."""
    parts, end = [], 0
    for quoted in _QUOTED.finditer(value):
        parts += [_PER_CENT.sub(_fraction, value[end : quoted.start()]), quoted[0]]
        end = quoted.end()
    return "".join([*parts, _PER_CENT.sub(_fraction, value[end:])])


def _fraction(found: re.Match[str]) -> str:
    fraction = f"{Decimal(found[1].replace('_', '')) / 100:f}"
    return fraction if "." in fraction else f"{fraction}.0"


def _merge(
    target: dict[str, object], source: Mapping[str, object], key: str, above: tuple[str, ...] = ()
) -> Problem | None:
    for name, value in source.items():
        into, path = target.get(name), (*above, written(name))
        if name not in target:
            target[name] = value
        elif isinstance(value, dict) and isinstance(into, dict):
            if problem := _merge(into, value, key, path):
                return problem
        elif isinstance(value, dict) or isinstance(into, dict):
            return Problem(said("scenarios.setting_whole", whole=".".join(path)), "--set", key=key)
        else:
            return Problem(said("scenarios.setting_twice"), "--set", key=key)
    return None
