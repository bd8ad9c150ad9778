"""Lines of changes as they are typed at a prompt: several ``KEY=VALUE`` on one, a later line in place of an earlier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.plan.cost_settings import ASKED, COSTS
from forecast.plan.facilities import terms_of
from forecast.plan.labels import labels_of, steps_of, written
from forecast.plan.model import CAUSES
from forecast.plan.scenarios import TERMS
from forecast.plan.settings import BALANCES, CONFIDENCE, EVERYWHERE, FACILITIES, FIXED, plain_signs, table_of
from forecast.plan.short_keys import FLOP, FLOPPED, OUTAGE_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.plan.findings import Table
    from forecast.plan.model import Plan

_SPANS = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|([\[{(])|([\]})])|(=)""")
_STEPS = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|([\s,;，；])|.""")
_BETWEEN = " \t,;，；"
"""What may stand between changes."""

LONGEST_LINE = 10_000
"""Letters of a line that may be typed: the longest list of outages is a tenth of it."""


def settings_of(line: str) -> tuple[str, ...]:
    """The changes of a line, each ``KEY=VALUE``; blanks, commas or ``--set`` may stand between them.

    Raises:
        InputError: Something on the line is no change, or it is longer than a line may be.
    """
    if len(line) > LONGEST_LINE:
        raise InputError(Problem(said("scenarios.line_too_long", found=len(line), most=LONGEST_LINE)))
    text = re.sub(r"(?:^|(?<=\s))--set\s+", "", plain_signs(line).strip())
    begins = [_key_of(text, sign) for sign in _signs(text)]
    before = text[: begins[0]] if begins else text
    if before.strip(_BETWEEN):
        raise InputError(Problem(said("scenarios.no_change_typed", found=before.strip(_BETWEEN))))
    ends = [*begins[1:], len(text)]
    return tuple(text[begin:end].strip(_BETWEEN) for begin, end in zip(begins, ends, strict=True))


def _signs(text: str) -> list[int]:
    """Where the signs of equality stand that part keys from values: outside quotes and brackets."""
    depth, found = 0, []
    for span in _SPANS.finditer(text):
        depth += bool(span[2]) - bool(span[3])
        if span[4] and not depth:
            found.append(span.start())
    return found


def _key_of(text: str, sign: int) -> int:
    """Where the key before a sign begins."""
    begins, ended = sign, True
    for step in _STEPS.finditer(text, 0, sign):
        if step[1] is None:
            begins, ended = (step.start() if ended else begins), False
        else:
            begins, ended = (begins if step[1].isspace() else sign), True
    return begins


def with_settings(current: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """The changes with those of a further line, which take the place of earlier ones that say something of the same.

    A value for every channel takes the place of earlier ones of single channels; one of a single channel goes before an
    earlier one for all, as in a what-if. What the line itself says twice is left as it is, for the what-if to refuse.
    """
    return (*(old for old in current if not any(_replaces(new, old) for new in more)), *more)


def replaced(current: Sequence[str], more: Sequence[str]) -> list[tuple[str, str]]:
    """The changes that go though their key is not given anew, each with those that take its place."""
    again = [steps_of(new) for new in more]
    gone = [old for old in current if steps_of(old) not in again]
    return [(old, new) for new in more for old in gone if _replaces(new, old)]


def of_key(current: Sequence[str], setting: str) -> tuple[str, ...]:
    """The changes that were typed with the key of a setting; where there are none, those of the keys below it."""
    key = steps_of(setting)
    same = tuple(one for one in current if steps_of(one) == key)
    return same or tuple(one for one in current if steps_of(one)[: len(key)] == key)


def _replaces(new: str, old: str) -> bool:
    """Whether a change takes the place of an earlier one: it is of the same key, or says something of the same."""
    return steps_of(new) == steps_of(old) or any(_ends(one, other) for one in _said(new) for other in _said(old))


def _said(setting: str) -> list[tuple[str, ...]]:
    """The keys that a setting gives figures, to the last step, those within a table too."""
    table, problem = table_of(setting)
    return [] if problem else _leaves(table)


def _leaves(table: Table, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, value in table.items():
        path = (*above, name)
        found += _leaves(value, path) if isinstance(value, dict) and value else [path]
    return found


def _ends(new: tuple[str, ...], old: tuple[str, ...]) -> bool:
    """Whether what is said of a key ends what was said of another; ``flop`` is both volumes at once."""
    firsts = {new[0], old[0]}
    if FLOP in firsts and firsts & {*FLOPPED}:
        return True
    if len(firsts) == 1 and new[0] in EVERYWHERE and _of_all(new) != _of_all(old):
        return _of_all(new)
    shorter = min(len(new), len(old))
    return new[:shorter] == old[:shorter]


def _of_all(key: tuple[str, ...]) -> bool:
    """Whether a key of rates names no channel."""
    return len(key) == 1 or key[1] in CAUSES


def setting_keys(plan: Plan) -> list[str]:
    """Every key that a what-if on the plan may set, as it is typed: by names, and by labels where these say which."""
    channels = _called(plan, "channels", plan.channels)
    names = {
        "event or channel": _called(plan, "days", dict.fromkeys([*(one.name for one in plan.events), *plan.channels])),
        "channel": channels,
        "category": _called(plan, "flows", sorted({flow.category for flow in plan.other_flows})),
        "cost": _categories(plan),
    }
    keys = [key for name, term in TERMS.items() if name != "label" for key in _of(name, names.get(term.by, ()))]
    by_cause = [f"{name}.{written(one)}" for name in ("failure_rate", "recovery") for one in channels]
    clearings = _called(plan, "clearings", dict.fromkeys(channel.clearing for channel in plan.channels.values()))
    short = [*_of(FLOP, names["event or channel"]), *(f"{OUTAGE_DAYS}.{written(one)}" for one in clearings)]
    by_cause = [f"{key}.{cause}" for key in by_cause for cause in CAUSES]
    return [*keys, *by_cause, *short, *BALANCES, CONFIDENCE, *_of_costs(plan), *_of_facilities(plan)]


def _called(plan: Plan, what: str, names: Iterable[str]) -> list[str]:
    """Names of a sort, and the labels by which they may be written."""
    own = list(names)
    return [*own, *labels_of(plan, what, own)]


def _of(name: str, inner: Sequence[str]) -> list[str]:
    """A key and those of the names below it; flows and costs have no key for all of them."""
    return [*([] if name in {"flows", COSTS} else [name]), *(f"{name}.{written(one)}" for one in inner)]


def _categories(plan: Plan) -> list[str]:
    return _called(plan, COSTS, dict.fromkeys(cost.category for cost in plan.costs))


def _of_costs(plan: Plan) -> list[str]:
    return [f"{COSTS}.{written(one)}.{term}" for one in _categories(plan) for term in ASKED]


def _of_facilities(plan: Plan) -> list[str]:
    return [
        f"{FACILITIES}.{written(called)}.{term.name}"
        for one in plan.facilities
        for called in _called(plan, FACILITIES, [one.name])
        for term in terms_of(one.kind)
        if term.name not in FIXED
    ]
