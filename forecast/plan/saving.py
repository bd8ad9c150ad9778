"""A scenario written into a plan's file: appended as text, all else byte for byte as it was, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said, unreadable
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.plan.model import Outage, Plan, Scenario, Shift, StatedRate

SCENARIOS = "scenarios"
"""The key under which a plan has them."""

_HEADER = re.compile(r"^\s*\[")
_OF_SCENARIO = re.compile(r"^\s*\[\s*scenarios\s*\.")
_IN_BRACES = re.compile(r"^\s*scenarios\s*=\s*\{", re.MULTILINE)
_ASIDE = re.compile(r"^\s*(#.*)?$")


def save_scenario(plan: Plan, sha256: str | None, name: str, scenario: Scenario) -> str:
    """Write a scenario into the plan's file under a name; gives the SHA-256 of the file as it then is.

    ``sha256`` is that of the file as it was read. It stands behind the plan's other scenarios, or at the end, or
    within the braces in which the plan writes its scenarios.

    Raises:
        InputError: The name is taken, the scenario sets what a scenario of a plan cannot, the file is not what it was,
            or it cannot be written; nothing is written then.
    """
    file, path = plan.path, str(plan.path)
    _refuse(plan, name, scenario)
    try:
        content = file.read_bytes()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise InputError(Problem(said("scenarios.save_changed", text=scenario_text(name, scenario)), path))
        text = content.decode("utf-8")
        for new in _candidates(text, name, scenario):
            if _adds_alone(text, new, name):
                _put(plan, new.encode("utf-8"), name, scenario)
                return hashlib.sha256(new.encode("utf-8")).hexdigest()
    except OSError as error:
        raise InputError(unreadable(error, path)) from None
    raise InputError(Problem(said("scenarios.save_place", text=scenario_text(name, scenario)), path))


def _refuse(plan: Plan, name: str, scenario: Scenario) -> None:
    """What keeps a scenario from being saved, before the file is looked at."""
    if name in plan.scenarios:
        raise InputError(Problem(said("scenarios.save_taken", name=name), str(plan.path)))
    own = ("opening_balance", "minimum_balance", "confidence")
    balances = [key for key in own if getattr(scenario, key) is not None]
    keys = [*balances, *(f"facilities.{one.facility}.{one.term}" for one in scenario.terms)]
    keys += [f"costs.{one.facility}.{one.term}" for one in scenario.cost_terms]
    if keys:
        raise InputError(Problem(said("scenarios.save_plan_keys", keys=", ".join(keys)), str(plan.path)))
    if not list(_lines(scenario)):
        raise InputError(Problem(said("scenarios.save_nothing"), str(plan.path)))


def scenario_text(name: str, scenario: Scenario) -> str:
    """A scenario as the table of a plan, figures in full."""
    lines = [f"[scenarios.{_key(name)}]", f"label = {_text(scenario.label)}", *_lines(scenario)]
    return "\n".join(lines) + "\n"


def _lines(scenario: Scenario) -> Iterator[str]:
    """Its changes, a line each."""
    if scenario.volume != 1.0:
        yield f"volume = {float(scenario.volume)!r}"
    yield from _by_name("volume", scenario.volume_of)
    if scenario.planned_volume is not None:
        yield f"planned_volume = {float(scenario.planned_volume)!r}"
    yield from _by_name("planned_volume", scenario.planned_volume_of)
    yield from _stated("failure_rate", scenario.failure_rate)
    yield from (f"settlement_delay.{_key(name)} = {days}" for name, days in scenario.settlement_delay.items())
    yield from _by_name("refund_rate", scenario.refund_rate)
    yield from _stated("recovery", scenario.recovery)
    yield from _by_name("fee_rate", scenario.fee_rate)
    yield from _by_name("flows", scenario.flows)
    yield from _by_name("costs", scenario.costs)
    if scenario.outages:
        yield f"outages = [{', '.join(map(_outage, scenario.outages))}]"
    if scenario.shift:
        yield f"shift = [{', '.join(map(_shift, scenario.shift))}]"


def _by_name(key: str, values: Mapping[str, float]) -> Iterator[str]:
    return (f"{key}.{_key(name)} = {float(value)!r}" for name, value in values.items())


def _stated(key: str, stated: Mapping[str, StatedRate]) -> Iterator[str]:
    for name, rate in stated.items():
        if rate.total is not None:
            yield f"{key}.{_key(name)} = {float(rate.total)!r}"
        yield from _by_name(f"{key}.{_key(name)}", rate.by_cause)


def _outage(one: Outage) -> str:
    scope = f"clearing = {_text(one.clearing)}" if one.clearing else f"channel = {_text(one.channel or '')}"
    share = f"share = {float(one.share)!r}, cause = {_text(one.cause)}"
    return f"{{ {scope}, start = {one.start.isoformat()}, days = {one.days}, {share} }}"


def _shift(one: Shift) -> str:
    ends = f"from = {_text(one.source)}, to = {_text(one.target)}"
    return f"{{ {ends}, share = {float(one.share)!r}, lost = {float(one.lost)!r} }}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _candidates(text: str, name: str, scenario: Scenario) -> Iterator[str]:
    """The file's text with the scenario: behind the last one, at the end, or in the braces that hold them.

    Line ends are as the file has them.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    table = scenario_text(name, scenario).replace("\n", end)
    lines = text.splitlines(keepends=True)
    place = _behind_scenarios(lines)
    if place is not None:
        yield "".join([*lines[:place], end, table, *lines[place:]])
    yield text + ("" if text.endswith("\n") else end) + end + table
    values = [f"label = {_text(scenario.label)}", *_lines(scenario)]
    found = _IN_BRACES.search(text)
    for brace in _closing(text, found.end()) if found else ():
        before, entry = text[:brace].rstrip(), f"{_key(name)} = {{ {', '.join(values)} }} "
        yield f"{before}{' ' if before.endswith('{') else ', '}{entry}{text[brace:]}"


def _closing(text: str, start: int) -> Iterator[int]:
    """Where braces close on the line on which they were opened, the last first."""
    stop = text.find("\n", start)
    line = text[: stop if stop >= 0 else len(text)]
    while (place := line.rfind("}")) >= start:
        yield place
        line = line[:place]


def _behind_scenarios(lines: Sequence[str]) -> int | None:
    """The line before which a further scenario stands; None where that is the end, or there is none."""
    of_scenarios = [place for place, line in enumerate(lines) if _OF_SCENARIO.match(line)]
    heads = [place for place, line in enumerate(lines) if _HEADER.match(line)]
    later = [place for place in heads if of_scenarios and place > of_scenarios[-1]]
    if not later:
        return None
    place = later[0]
    while _ASIDE.match(lines[place - 1]):  # a comment above a header belongs to it
        place -= 1
    return place


def _adds_alone(old: str, new: str, name: str) -> bool:
    """Whether a text is a plan that says all that the old one does, and a scenario of that name besides."""
    try:
        before, after = (tomllib.loads(one.removeprefix("\ufeff")) for one in (old, new))
    except tomllib.TOMLDecodeError:
        return False
    scenarios = after.pop(SCENARIOS, {})
    others = {key: one for key, one in scenarios.items() if key != name}
    return name in scenarios and {SCENARIOS: {}, **before} == {**after, SCENARIOS: others}


def _put(plan: Plan, content: bytes, name: str, scenario: Scenario) -> None:
    """Replace the file at once by one of that content, if it reads as the plan with the scenario as it is."""
    handle, beside = tempfile.mkstemp(".toml", f".{plan.path.stem}-", plan.path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        _check(Path(beside), plan, name, scenario)
        shutil.copymode(plan.path, beside)
        Path(beside).replace(plan.path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise


def _check(file: Path, plan: Plan, name: str, scenario: Scenario) -> None:
    """Refuse a file that is no plan with that scenario; problems are told as ones of the plan's own file."""
    try:
        found = load_plan(file).scenarios.get(name)
    except InputError as error:
        raise InputError([replace(one, file=str(plan.path)) for one in error.problems]) from None
    if found is None or replace(found, name=scenario.name) != scenario:
        raise InputError(Problem(said("scenarios.save_place", text=scenario_text(name, scenario)), str(plan.path)))
