"""The changed scenarios beside the base, as a table, and under it why figures do not move."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.cells import cell_len

from forecast.commands.options import VERSUS
from forecast.errors import InputError, Problem, said
from forecast.outputs.figures import DEAD_ZONE, Figures, over_channels
from forecast.outputs.grid import grid
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables.run import expected_cost, mix_text, sufficing
from forecast.plan.reading import scenario_from_settings
from forecast.results.scenario import costs_total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import Plan, Scenario
    from forecast.results.inputs import NoteShown
    from forecast.results.run import Result
    from forecast.results.scenario import ScenarioResult

WIDEST = 110
"""Columns of a terminal beyond which the scenarios do not stand side by side."""

CHANGED = "whatif"
"""The name of the changed scenario; the further ones are ``whatif_2`` and on."""


def side_by_side(settings: Sequence[str]) -> dict[str, list[str]]:
    """The settings of each changed scenario by its name: ``--vs`` begins the next.

    Raises:
        InputError: A ``--vs`` without settings before or after it.
    """
    groups: list[list[str]] = [[]]
    for setting in settings:
        if setting == VERSUS:
            groups.append([])
        else:
            groups[-1].append(setting)
    if not all(groups):
        raise InputError(Problem(said("scenarios.vs_alone"), key=VERSUS))
    return {CHANGED if place == 1 else f"{CHANGED}_{place}": group for place, group in enumerate(groups, start=1)}


def asked_for(plan: Plan, settings: Sequence[str], *, files: bool = False) -> dict[str, Scenario]:
    """The base and the changed scenarios by their names; ``files`` says that they are to be written.

    Raises:
        InputError: A setting is wrong, or a ``--vs`` stands alone; or files are wanted, which know one confidence.
    """
    groups = side_by_side(settings)
    changed = {name: scenario_from_settings(plan, group, name=name) for name, group in groups.items()}
    if files and any(one.confidence is not None for one in changed.values()):
        raise InputError(Problem(said("scenarios.confidence_in_files"), key="--out"))
    return {"base": plan.scenarios["base"], **changed}


def whatif_text(result: Result) -> str:
    """The base and every changed scenario side by side, amounts with their difference, and what does not move.

    The warnings stand first; what is wider than ``WIDEST`` becomes a table a scenario, each under its changes.

    Amounts are in whole units of the plan's currency, means over paths unless the line names another figure.
    """
    figures = Figures.of(result)
    others = list(result.scenarios.values())[1:]
    table = "\n".join([*warnings_text(result), _table(result, others, figures)])
    return "\n\n".join([table, *_unmoved(others, confidences(result, figures), figures)])


def warnings_text(result: Result) -> list[str]:
    """The warnings, a line each."""
    return list(warning_lines(_by_label(result), Figures.of(result).texts))


def warnings_by_key(result: Result) -> dict[str, str]:
    """The warnings, a line each, by what makes them the same in other answers: their code and what they concern.

    Figures in a text make it no other warning; one on a single change is told of that change alone.
    """
    texts, lines = Figures.of(result).texts, {}
    for note, shown in zip(result.notes, _by_label(result), strict=True):
        section, _, rest = note.where.partition(".")
        of_change = section == "scenarios" and "." in rest
        what = note.text if of_change else "" if section == "scenarios" else note.where
        for line in warning_lines([shown], texts):
            lines[f"{note.code} {what}"] = line
    return lines


class Beside(StrEnum):
    """What an answer is compared with beside base; the value is part of the names of its heads."""

    BEFORE = "before"
    OTHER = "other"


def turn_text(result: Result, beside: Beside) -> str:
    """Base, the answer compared with (if there is one besides) and the answer now, with the differences of the latter.

    The scenarios of the result are in this order. Amounts as in ``whatif_text``.
    """
    figures = Figures.of(result)
    word, known = figures.texts, list(result.scenarios.values())
    other, against = word(f"commands.prompt_{beside}"), word(f"commands.prompt_against_{beside}")
    names = [known[0].label, *[other] * (len(known) - 2), word("commands.prompt_now")][: len(known)]
    heads = [word("words.difference"), against][: len(known) - 1]
    amounts = [_amounts(one, result, figures) for one in known]
    facts = [_facts(one, result, figures) for one in known]
    mixes = word("words.recommended")
    rows = [[f"{word('words.item')} ({figures.unit})", *names, *heads]]
    for name, amount in amounts[-1].items():
        changed = [_difference(one[name], amount, figures) for one in amounts[:-1]]
        rows.append([name, *(figures.money(one[name]) for one in amounts), *changed])
    rows += [[name, *(one[name] for one in facts), *[""] * len(heads)] for name in facts[-1] if name != mixes]
    colon, titles = word("language.colon"), list(zip(names, known, strict=True))
    above = [f"{name}{colon}{one.label}" for name, one in titles[1:]]
    below = [f"{mixes}{colon}{name} – {mix_text(one, figures)}" for name, one in titles]
    parts = ["\n".join([*above, grid(rows), *below])]
    return "\n\n".join([*parts, *_unmoved(known[1:][-1:], confidences(result, figures), figures)])


def _table(result: Result, others: Sequence[ScenarioResult], figures: Figures) -> str:
    """All scenarios side by side where a terminal is wide enough, the mixes below if need be; else one by one."""
    word, mixes = figures.texts, figures.texts("words.recommended")
    rows = _rows(result, [(one, one.label) for one in others], figures)
    table = grid(rows)
    if _width(table) <= WIDEST:
        return table
    colon = word("language.colon")
    named = [f"{mixes}{colon}{one.label} – {mix_text(one, figures)}" for one in result.scenarios.values()]
    table = grid([row for row in rows if row[0] != mixes])
    if _width(table) <= WIDEST:
        return "\n".join([table, *named])
    alone = [_rows(result, [(one, word("words.scenario"))], figures) for one in others]
    parts = [
        f"{one.label}\n{grid([row for row in rows if row[0] != mixes])}"
        for one, rows in zip(others, alone, strict=True)
    ]
    return "\n\n".join([*parts, "\n".join(named)])


def _width(table: str) -> int:
    return max(map(cell_len, table.splitlines()))


def _rows(result: Result, others: Sequence[tuple[ScenarioResult, str]], figures: Figures) -> list[list[str]]:
    """The rows of a table of the base and changed scenarios, each with the head of its column."""
    word, base = figures.texts, next(iter(result.scenarios.values()))
    rows = [[f"{word('words.item')} ({figures.unit})", base.label]]
    before, facts = _amounts(base, result, figures), _facts(base, result, figures)
    rows += [[name, figures.money(amount)] for name, amount in before.items()]
    rows += [[name, fact] for name, fact in facts.items()]
    for other, head in others:
        after = _amounts(other, result, figures)
        column = [(head, word("words.difference"))]
        column += [(figures.money(after[name]), _difference(before[name], after[name], figures)) for name in before]
        column += [(fact, "") for fact in _facts(other, result, figures).values()]
        rows = [[*row, *cells] for row, cells in zip(rows, column, strict=True)]
    return rows


def _by_label(result: Result) -> list[NoteShown]:
    """The notes, those on a scenario named by the label that heads its column."""
    shown = []
    for note in result.notes:
        section, _, rest = note.where.partition(".")
        name, _, key = rest.partition(".")
        scenario = result.scenarios.get(name) if section == "scenarios" else None
        places = [scenario.label, key] if scenario else [note.where]
        shown.append(replace(note, where=" › ".join(place for place in places if place)))
    return shown


def _amounts(scenario: ScenarioResult, result: Result, figures: Figures) -> dict[str, float | None]:
    word, buffer, lowest = figures.texts, scenario.buffer, scenario.lowest_cash
    amounts: dict[str, float | None] = {}
    for name, total in (("sales", scenario.sales_total), ("receipts", scenario.receipts_total)):
        for figure, amount in (("mean", total.mean), ("p05", total.p05), ("p95", total.p95)):
            amounts[f"{word(f'words.{name}')} {word(f'figure.{figure}')}"] = amount
    if scenario.costs:
        amounts[word("words.costs")] = costs_total(scenario)
    return amounts | {
        word("words.failed"): over_channels(scenario, lambda one: one.failed_total),
        word("words.lost"): over_channels(scenario, lambda one: one.lost_total),
        word("words.fees"): over_channels(scenario, lambda one: one.fees_total),
        word("words.lowest_cash"): lowest.amount,
        word("words.lowest_cash_at", confidence=confidences(result, figures)): lowest.at_confidence,
        word("words.buffer"): buffer.amount,
        word("words.buffer_upper"): buffer.upper,
        word("words.expected_shortfall"): buffer.expected_shortfall,
        word("words.funding_gap"): buffer.funding_gap,
        word("words.expected_cost"): expected_cost(scenario),
    }


def _facts(scenario: ScenarioResult, result: Result, figures: Figures) -> dict[str, str]:
    word, financing, lowest = figures.texts, scenario.financing, scenario.lowest_cash
    recommended = None if financing is None else financing.recommended
    best = sufficing(scenario)
    annual = None if best is None else best.effective_annual_rate
    short = None if recommended is None else recommended.shortfall_probability
    confidence = confidences(result, figures)
    return {
        word("words.lowest_cash_day"): figures.day(lowest.day),
        word("words.lowest_cash_at_day", confidence=confidence): figures.day(lowest.day_at_confidence),
        word("words.peak_day"): figures.day(scenario.buffer.peak_day),
        word("words.recommended"): mix_text(scenario, figures),
        word("words.effective_annual_rate"): figures.percent(annual),
        word("words.shortfall_probability"): figures.percent(short, 1),
    }


def _difference(before: float | None, after: float | None, figures: Figures) -> str:
    if before is None or after is None:
        return figures.money(None)
    difference = after - before
    return ("+" if difference >= DEAD_ZONE else "") + figures.money(difference)


def confidences(result: Result, figures: Figures) -> str:
    """The plan's confidence, and beside it those that scenarios change, in the order of the columns: ``95% / 99%``."""
    own = [one.confidence for one in result.scenarios.values() if one.confidence is not None]
    return " / ".join(map(figures.confidence, dict.fromkeys([result.confidence, *own])))


def _unmoved(scenarios: Sequence[ScenarioResult], confidence: str, figures: Figures) -> list[str]:
    """By scenario its figures that stay as in base, a line a reason; nothing where all move."""
    word = figures.texts
    comma, colon = word("language.list_comma"), word("language.colon")
    parts = []
    for scenario in scenarios:
        head = word("commands.unmoved") if len(scenarios) == 1 else word("commands.unmoved_in", scenario=scenario.label)
        named = [
            (comma.join(word(f"words.{figure}", confidence=confidence) for figure in one.figures), one.text)
            for one in scenario.unmoved or ()
        ]
        lines = [f"  {names}{colon}{text}" for names, text in named]
        if lines:
            parts.append("\n".join([head, *lines]))
    return parts
