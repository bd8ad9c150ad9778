"""Names as readers know them: the label of a channel, or the printed name of a cost, in place of its name in the plan.

What a what-if names may be written either way, ``failure_rate.京东白条=8%`` for ``failure_rate.baitiao=8%``. A name of
the plan goes before a label that is written alike.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from forecast.errors import Listed, Problem, said
from forecast.plan.scenarios import TERMS
from forecast.plan.short_keys import FLOP, OUTAGE_DAYS
from forecast.texts import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from forecast.plan.model import Plan

SEGMENT = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|[^.]+""")
"""A step of a dotted key, in quotes or bare."""

_WITHIN = {"channel": "channels", "from": "channels", "to": "channels", "clearing": "clearings"}
"""Keys within outages and shifts whose values are names, and of what."""

_NAMED = re.compile(r"""\b(channel|from|to|clearing)(\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*')|"(?:[^"\\]|\\.)*"|'[^']*'""")
_TABLES = ("outages", "shift")

_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^="'])*(?==)""")
"""The key of a ``KEY=VALUE``: up to the first sign of equality outside quotes."""


def parted(setting: str) -> tuple[str, str, str]:
    """Key, sign and value of a ``KEY=VALUE``; a name in quotes may hold the sign, too."""
    found = _KEY.match(setting)
    return setting.partition("=") if found is None else (found[0], "=", setting[found.end() + 1 :])


def steps_of(setting: str) -> list[str]:
    """The steps of the key of a ``KEY=VALUE``, without quotes."""
    return [_bare(step.strip()) for step in SEGMENT.findall(parted(setting)[0])]


def by_names(plan: Plan, setting: str) -> tuple[str, Problem | None]:
    """A ``KEY=VALUE`` with names of the plan in place of labels, and what is wrong where a label is that of several."""
    key, sign, value = parted(setting)
    steps = [step.strip() for step in SEGMENT.findall(key)] or [""]
    wrong: list[Problem] = []

    def name(label: str, what: str) -> str:
        found = _names(plan, what, label)
        if len(found) > 1:
            message = said("scenarios.several_named", name=label, known=Listed(found))
            wrong.append(Problem(message, "--set", key=key.strip()))
        return found[0] if found else label

    what = _goes_by(steps[0])
    if what and len(steps) > 1 and (bare := _bare(steps[1])) != (own := name(bare, what)):
        key = ".".join([steps[0], written(own), *steps[2:]])
    if steps[0] in _TABLES:
        value = _NAMED.sub(lambda found: _within(found, name), value)
    elif steps[0] == "facilities" and steps[-1] == "channels" and value.strip():
        value = json.dumps([name(one, "channels") for one in _listed(value)], ensure_ascii=False)
    return f"{key}{sign}{value}", wrong[0] if wrong else None


def _within(found: re.Match[str], name: Callable[[str, str], str]) -> str:
    """A name within an outage or a shift by its own name; any other text in quotes as it is."""
    if found[1] is None:
        return found[0]
    return f"{found[1]}{found[2]}{json.dumps(name(_bare(found[3]), _WITHIN[found[1]]), ensure_ascii=False)}"


def _listed(value: str) -> list[str]:
    """The names of a list, as TOML writes it or bare with commas between."""
    inner = value.strip().removeprefix("[").removesuffix("]")
    return [_bare(one.strip()) for one in re.split(r"[,，、]", inner) if one.strip()]


def written(name: str) -> str:
    """A name as a step of a dotted key."""
    return name if re.fullmatch(r"[\w-]+", name) else json.dumps(name, ensure_ascii=False)


def _bare(step: str) -> str:
    """A step or a text without its quotes."""
    if step.startswith('"'):
        try:
            return str(json.loads(step))
        except ValueError:  # an escape that JSON does not know; it names nothing
            return step
    return step[1:-1] if step.startswith("'") else step


def _goes_by(key: str) -> str:
    """What the names under a key of a what-if are of; empty where it has none."""
    if key in {"flows", "costs", "facilities"}:
        return key
    if key == OUTAGE_DAYS:
        return "clearings"
    by = "event or channel" if key == FLOP else TERMS[key].by if key in TERMS else ""
    return {"channel": "channels", "event or channel": "days"}.get(by, "")


def _names(plan: Plan, what: str, written: str) -> tuple[str, ...]:
    """The names that a text may mean: itself where the plan has it, else those that bear it as a label."""
    labels = _labels(plan, what)
    if any(written == name for name, _ in labels):
        return (written,)
    meant = written.strip().casefold()
    return tuple(dict.fromkeys(name for name, label in labels if label.casefold() == meant))


def labels_of(plan: Plan, what: str, names: Iterable[str]) -> list[str]:
    """What names of a sort are called in the plan's language, where that means one of them and is no name itself."""
    pairs = dict.fromkeys(_labels(plan, what, (plan.language,)))
    wanted, found = {*names}, [label.casefold() for _, label in pairs]
    bare = {name.casefold() for name in wanted}
    return [
        label
        for name, label in pairs
        if name in wanted and label.casefold() not in bare and found.count(label.casefold()) == 1
    ]


def _labels(plan: Plan, what: str, languages: Sequence[str] = LANGUAGES) -> list[tuple[str, str]]:
    """Every name of a sort with each of its labels."""
    if what in {"channels", "days"}:
        channels = [(name, one.label) for name, one in plan.channels.items()]
        return [*channels, *(_printed("starting.events", _events(plan), languages) if what == "days" else ())]
    if what == "clearings":
        return _printed("clearing", [one.clearing for one in plan.channels.values()], languages)
    if what == "facilities":
        kinds = [(one.name, f"kinds.{one.kind}") for one in plan.facilities]
        return [(name, catalogue(language)[kind]) for name, kind in kinds for language in languages]
    return _printed("categories", _categories(plan, moving=what == "costs"), languages)


def _events(plan: Plan) -> list[str]:
    return [one.name for one in plan.events]


def _categories(plan: Plan, *, moving: bool) -> list[str]:
    """The categories of costs that move with sales, and of the other flows before them unless only those are meant."""
    return [*(() if moving else [one.category for one in plan.other_flows]), *(one.category for one in plan.costs)]


def _printed(section: str, names: Iterable[str], languages: Sequence[str]) -> list[tuple[str, str]]:
    """Names with what they are called in the languages; one that is called nothing else stands for itself."""
    once = dict.fromkeys(names)
    return [(name, catalogue(one).get(f"{section}.{name}", name)) for name in once for one in languages]
