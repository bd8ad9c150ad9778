"""Notes as those read them who did not write the plan: settings and places by their names, not by the plan's keys.

The terminal keeps the keys, since whoever runs a command edits the plan.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.names import Names, facility_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.plan.model import Facility
    from forecast.results.inputs import NoteShown
    from forecast.results.playbook import FacilityKnown, PlaybookResult
    from forecast.results.run import Result
    from forecast.results.stress import StressResult

KEY = re.compile(r"forecast [a-z]+|\[*[A-Za-z]\w*(?:\.\w+)*\]*|(?<![\w-])--[a-z]+", re.ASCII)
"""What may be a key of the plan, a column, a command or an option; it is one where the catalogue names it."""

NAMED = ("channels", "facilities", "events", "scenarios", "costs", "failure_rate", "accounts")
"""Parts of a plan whose entries have names of their own."""

FLOWS = "cash.other_flows."


def for_readers(notes: Sequence[NoteShown], figures: Figures, scenarios: Mapping[str, str]) -> list[NoteShown]:
    """Notes with settings and places in words; ``scenarios`` are the labels by name."""
    return [
        replace(one, where=place(one.where, figures, scenarios), text=in_words(one.text, figures, scenarios))
        for one in notes
    ]


def read_by_others(result: Result, figures: Figures) -> Result:
    """A result whose notes are in readers' words."""
    labels = {name: one.label for name, one in result.scenarios.items()}
    return replace(result, notes=for_readers(result.notes, figures, labels))


def named(result: StressResult | PlaybookResult, facilities: Sequence[Facility | FacilityKnown]) -> Figures:
    """Figures of a study, with the names of its channels and of the plan's ``facilities``."""
    figures = Figures.of(result)
    channels = {name: one.label for name, one in result.channels.items()}
    return replace(figures, names=Names(channels, facility_names(facilities, figures.texts)))


def in_words(text: str, figures: Figures, scenarios: Mapping[str, str]) -> str:
    """A text with every key in it that has a name by that name; all else stays, names of files too."""

    def named(found: re.Match[str]) -> str:
        key = found[0].strip("[]")
        if key.partition(".")[0] in {"channels", "facilities"} and "." in key:
            return place(key, figures, scenarios)
        known = "_" in key or "." in key or found[0] != key or " " in key or key.startswith("--")
        return figures.texts.or_else(f"keys.{key}", found[0]) if known else found[0]

    return KEY.sub(named, text)


def place(where: str, figures: Figures, scenarios: Mapping[str, str]) -> str:
    """The place that a note concerns: ``channels.card`` is that channel's label."""
    texts, (path, blank, rest) = figures.texts, where.partition(" ")
    if whole := texts.or_else(f"keys.{path}", ""):
        return whole + blank + rest
    if where.startswith(FLOWS):
        category = where.removeprefix(FLOWS)
        return f"{texts('keys.cash.other_flows')} · {texts.or_else(f'categories.{category}', category)}"
    part, _, name = where.partition(".")
    if part not in NAMED or not name:
        return where
    return _entry(part, name, figures, scenarios)


def _entry(part: str, name: str, figures: Figures, scenarios: Mapping[str, str]) -> str:
    """An entry of a part of the plan by its name, with its setting behind it where the note is of one alone."""
    texts = figures.texts
    names: Mapping[str, Mapping[str, str]] = {
        "channels": figures.names.channels,
        "facilities": figures.names.facilities,
        "scenarios": scenarios,
    }
    if part in names:
        own, setting = (name, "") if name in names[part] else (name.rpartition(".")[0], name.rpartition(".")[2])
        shown = names[part].get(own, own)
    else:
        own, _, setting = name.partition(".")
        shown = {
            "events": figures.event(own),
            "costs": texts.or_else(f"categories.{own}", own),
            "failure_rate": figures.cause(own),
            "accounts": texts.or_else(f"loan_need.{own}", own),
        }[part]
    return " · ".join(filter(None, (shown, setting and texts.or_else(f"keys.{setting}", setting))))
