"""A result without the merchant's names and amounts: channels A, B, C, facilities 1, 2, 3, and indices for money.

100 is the average daily order value of the last days before the horizon; rates, days and shares stay as they are. Texts
that were written with names or amounts in them are left out, and so is what would tell the scale: counts of orders,
costs whose usual amount is known, and hashes of files, by which guesses at round amounts could be tried one by one.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from forecast.outputs.changes import in_words
from forecast.outputs.figures import Figures
from forecast.outputs.tables.stress import MONEY, bare, level
from forecast.plan.changes import Scenario
from forecast.plan.scenarios import BASE_LABELS
from forecast.records import replaced
from forecast.texts import Texts, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forecast.results.buffer import BufferShown, DriverShown
    from forecast.results.financing import FinancingShown
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult
    from forecast.results.stress import Reverse, StressResult

INDEX = 100.0
"""What the average daily order value becomes."""

LARGEST_TOLD = 1_000.0
"""A figure of a scenario's change from here on may be an amount, and is left out."""

LONGEST_CHANGES = 60
"""A scenario's changes stand in its name where they have at most so many letters."""

NAMED = frozenset(
    {
        *(
            "name",
            "label",
            "clearing",
            "facility",
            "channel",
            "category",
            "scenario",
            "short_in",
            "channels",
            "recommended",
        ),
        *("estimates", "by_channel", "by_category", "costs", "scenarios"),
    }
)
"""The fields whose texts, or whose keys, are names that the merchant gave."""

LINE_WORDS = frozenset({"outage", "shift", "clearing", "channel", "start", "days", "share", "lost", "cause"})
"""What the lines of outages and moved orders say beside names and figures."""

WORD = re.compile(r"[^\W\d][\w-]*")
FIGURE = re.compile(r"(?<![\w.-])-?\d[\d_,]*(?:\.\d+)?(?![\w-])")
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Names:
    """What stands in place of each name, and the words of scenarios' changes that are no names."""

    known: Mapping[str, str]
    plain_words: frozenset[str]

    def in_field(self, field: str, text: str) -> str:
        """What stands in place of a text of a field: another where it is a name, else the text."""
        return self.known.get(text, text) if field in NAMED else text

    def change(self, line: str) -> str:
        """A scenario's change without names and amounts."""
        words = WORD.sub(lambda found: self._word(found[0]), line)
        return FIGURE.sub(lambda found: _small(found[0]), words)

    def key(self, key: str) -> str:
        """The key of a what-if without names: ``failure_rate.baitiao.clearing`` is that of its channel's letter."""
        kind, dot, name = key.partition(".")
        name = bare(name)
        first, inner, cause = name.rpartition(".")
        if first in self.known:
            return f"{kind}.{self.known[first]}{inner}{cause}"
        return f"{kind}{dot}{self.known.get(name, name)}"

    def _word(self, word: str) -> str:
        return word if word in self.plain_words else self.known.get(word, HIDDEN)


def redacted(result: Result) -> Result:
    """The result without names and with indices in place of amounts."""
    texts, names, factor = Texts(result.language), names_of(result), INDEX / scale_of(result)
    bare = replace(
        result,
        notes=[replace(one, where="", text=texts("redacted.note", code=one.code)) for one in result.notes],
        sales_model=None if result.sales_model is None else replace(result.sales_model, why=""),
        scenarios={name: _scenario(name, one, names, texts) for name, one in result.scenarios.items()},
        review_basis=None,
        input_changes=None,
        currency=texts("redacted.unit"),
    )
    return replaced(bare, lambda amount: amount * factor, names.in_field)


def redacted_stress(stress: StressResult, result: Result) -> StressResult:
    """A stress test of that result without names and amounts; fixes and the frontier are left out."""
    texts, names, factor = Texts(result.language), names_of(result), INDEX / scale_of(result)
    labels = {name: names.known.get(name, BASE_LABELS[texts.language]) for name in stress.scenarios}
    bare = replace(
        stress,
        notes=[],
        scenarios={name: replace(one, label=labels[name]) for name, one in stress.scenarios.items()},
        sensitivities=[replace(one, key=names.key(one.key)) for one in stress.sensitivities],
        reverse=[_reverse(one, names, factor, texts) for one in stress.reverse],
        fixes=[],
        frontier=[],
        buffer_wanted=None,
        currency=texts("redacted.unit"),
    )
    return replaced(bare, lambda amount: amount * factor, names.in_field)


def _reverse(one: Reverse, names: Names, factor: float, texts: Texts) -> Reverse:
    """A breaking point in words without names; where its level is money, an index."""
    by = factor if one.key in MONEY else 1.0
    value, holds_at = (None if found is None else found * by for found in (one.value, one.holds_at))
    told = texts(f"redacted.reverse_{one.status}", level=level(one.key, value, Figures(texts, texts("redacted.unit"))))
    ends = [end * by for end in one.range]
    key, tolerance = names.key(one.key), one.tolerance * by
    return replace(one, key=key, value=value, holds_at=holds_at, tolerance=tolerance, range=ends, text=told)


def scale_of(result: Result) -> float:
    """The average daily order value of the last days before the horizon, yuan; of the forecast where there was none."""
    past, base = result.recent_sales.total, result.base
    usual = sum(past) / len(past) if past else 0.0
    return usual or base.sales_total.mean / len(base.dates) or abs(result.opening_balance) or 1.0


def names_of(result: Result) -> Names:
    """A name in place of each that the merchant gave; names that everyone shares, such as of promotions, stay."""
    texts = Texts(result.language)
    known = {result.merchant.name: texts("redacted.merchant")}
    known |= _numbered((name for name in result.scenarios if name != "base"), "scenario", texts)
    categories = [*result.other_flows.by_category, *(one.category for one in result.costs)]
    known |= _numbered(_own(categories, "categories", texts), "category", texts)
    known |= _numbered(_own([one.name for one in result.events], "starting.events", texts), "event", texts)
    known |= _numbered((one.name for one in result.facilities), "facility", texts)
    known |= _numbered((one.clearing for one in result.channels.values()), "provider", texts)
    for letter, (name, one) in zip(_letters(), result.channels.items(), strict=False):
        known |= {one.label: texts("redacted.channel", letter=letter), name: texts("redacted.channel", letter=letter)}
    return Names(known, frozenset(_plain_words()))


def _plain_words() -> set[str]:
    """The words of scenarios' changes: their keys, causes, and the terms of facilities."""
    sections = ("causes.", "terms.")
    words = {key.rpartition(".")[2] for key in catalogue("en") if key.startswith(sections)}
    return words | {one.name for one in fields(Scenario)} | LINE_WORDS


def _letters() -> Iterator[str]:
    """A to Z, then A1, A2 and so on."""
    yield from string.ascii_uppercase
    number = 0
    while True:
        number += 1
        yield f"A{number}"


def _numbered(names: Iterable[str], kind: str, texts: Texts) -> dict[str, str]:
    return {name: texts(f"redacted.{kind}", number=number) for number, name in enumerate(dict.fromkeys(names), 1)}


def _own(names: Iterable[str], section: str, texts: Texts) -> list[str]:
    """The names that are the merchant's own, and none that the catalogue has."""
    return [name for name in names if not texts.or_else(f"{section}.{name}", "")]


def _small(figure: str) -> str:
    return figure if abs(float(figure.replace(",", "").replace("_", ""))) < LARGEST_TOLD else HIDDEN


def _scenario(name: str, one: ScenarioResult, names: Names, texts: Texts) -> ScenarioResult:
    changes = [names.change(line) for line in one.changes]
    label = names.known.get(name, BASE_LABELS[texts.language])
    figures = Figures(texts, texts("redacted.unit"))
    words = texts("language.list_comma").join(in_words(line, figures) for line in changes)
    told = texts("language.brackets", text=words) if changes else ""
    return replace(
        one,
        label=label if len(told) > LONGEST_CHANGES else label + told,
        changes=changes,
        buffer=_buffer(one.buffer, names, texts),
        financing=None if one.financing is None else _financing(one.financing),
        unmoved=None,
    )


def _buffer(buffer: BufferShown, names: Names, texts: Texts) -> BufferShown:
    """A buffer whose own categories bear no name, without second opinions: a transfer's usual cost tells the scale."""
    drivers = None if buffer.drivers is None else [_driver(one, names, texts) for one in buffer.drivers]
    checks = replace(buffer.cross_checks, miller_orr=None, least_cost=None, transfer_cost=0.0)
    return replace(buffer, drivers=drivers, cross_checks=checks)


def _driver(part: DriverShown, names: Names, texts: Texts) -> DriverShown:
    group, _, name = part.key.partition(".")
    if group != "payments" or name not in names.known:
        return part
    return replace(part, key=f"{group}.{names.known[name]}", label=texts("drivers.payments", name=names.known[name]))


def _financing(found: FinancingShown) -> FinancingShown:
    """The comparison without what it says in words with names and amounts."""
    options = [replace(one, why_not=None if one.why_not is None else HIDDEN) for one in found.options]
    return replace(found, recommended=replace(found.recommended, reason="", remedy=None), options=options)
