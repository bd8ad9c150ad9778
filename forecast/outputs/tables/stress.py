"""The tables of a stress test: scenarios, grid, tornado, breaking points, fixes and frontier, as text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from forecast.notes import Named
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.results.stress import Fix, FrontierPoint, Reverse, Sensitivity, StressedScenario, StressResult

GridFigure = Literal["buffer", "receipts", "cost"]

BAR = 24
"""Letters of the longest bar of the tornado."""

BREAKS = "×"
"""What stands beside a cell of the grid in which no mix holds."""

DAYS = ("outage_days", "settlement_delay", "recovery_days", "settlement_days")
HOURS = ("alarm_hours",)
TIMES = ("volume", "flop", "costs", "flows")
MONEY = ("opening_balance",)
"""The kinds of keys by the unit of their levels; all others are shares."""


def bare(name: str) -> str:
    """What stands behind the kind of a key, its name without the quotes and escapes in which it is typed."""
    if not name.startswith('"'):
        return name
    found, end = json.JSONDecoder().raw_decode(name)
    return f"{found}{name[end:]}"


def what(key: str, result: StressResult, figures: Figures) -> str:
    """A key in words: ``failure_rate.baitiao.validation`` is what it is of which channel and cause."""
    texts, (kind, _, name) = figures.texts, key.partition(".")
    name = bare(name)
    channel, _, cause = name.rpartition(".")
    if kind == "failure_rate" and name not in result.channels and channel in result.channels:
        words = {"name": result.channels[channel].label, "cause": figures.cause(cause)}
        return texts("stress.kinds.failure_rate_of", **words)
    if name in result.channels:
        name = result.channels[name].label
    elif kind in {"costs", "flows"}:
        name = texts.or_else(f"categories.{name}", name)
    elif kind == "outage_days":
        name = Named("clearing", name).text(texts.language)
    return texts(f"stress.kinds.{kind}", name=name)


def level(key: str, value: float | None, figures: Figures, *, change: bool = False) -> str:
    """A level of a key, or a ``change`` of one, with its unit."""
    kind, sign = key.partition(".")[0], "+" if change and value else ""
    if value is None:
        return figures.texts("amount.none")
    value += 0.0  # minus zero is zero
    if kind in MONEY:
        return figures.money(value)
    if kind in TIMES:
        return f"{value:{sign}.4g}×"
    if kind in DAYS or kind in HOURS:
        return f"{value:{sign}.4g}"
    percent = f"{100 * value:{sign}.3g}"
    return figures.texts("stress.points", points=percent) if change else f"{percent}%"


def measured(key: str, value: float | None, figures: Figures) -> str:
    """A level of a key with its unit in words, days and hours too."""
    kind, shown = key.partition(".")[0], level(key, value, figures)
    if value is None or kind not in {*DAYS, *HOURS, *MONEY}:
        return shown
    unit = figures.unit if kind in MONEY else figures.texts("units.hours" if kind in HOURS else "units.days")
    return f"{shown} {unit}"


def breaks_at(one: Reverse, figures: Figures) -> str:
    """The level at which an assumption breaks the plan, in words where none or every one does."""
    if one.status == "found":
        return measured(one.key, one.value, figures)
    if one.status == "always":
        return figures.texts("stress.at_every_level")
    return figures.texts("stress.at_no_level", end=measured(one.key, one.range[1], figures))


def mix(one: StressedScenario, figures: Figures) -> str:
    """The facilities of a scenario's recommended mix, or that there is none."""
    return _mix(one.recommended, figures, feasible=one.feasible)


def scenarios(result: StressResult, figures: Figures) -> Table:
    """A row a scenario."""
    texts = figures.texts
    words = ("scenario", "receipts", "lowest_cash", "lowest_cash_day", "buffer", "funding_gap", "recommended")
    heads = [texts(f"words.{word}") for word in (*words, "expected_cost", "shortfall_probability")]
    rows = [
        [
            one.label,
            *map(figures.money, (one.receipts_total.mean, one.lowest_cash.amount)),
            one.lowest_cash.day,
            *map(figures.money, (one.buffer, one.funding_gap)),
            _mix(one.recommended, figures, feasible=one.feasible),
            cost(one.expected_cost, figures),
            figures.percent(one.shortfall_probability, 1),
        ]
        for one in result.scenarios.values()
    ]
    caption = texts("stress.scenarios") + "\n" + texts("stress.scenarios_caption", unit=figures.unit)
    return Table(heads, rows, text_columns=(0, 3, 6), strong_rows=(0,), caption=caption)


def _mix(names: list[str], figures: Figures, *, feasible: bool) -> str:
    if not feasible:
        return figures.texts("words.no_mix")
    return figures.texts("language.list_comma").join(map(figures.facility, names)) or figures.texts(
        "words.nothing_drawn"
    )


def grid(result: StressResult, figure: GridFigure, figures: Figures) -> Table:
    """A row a failure rate, a column a volume."""
    texts, found = figures.texts, result.grid
    values = grid_values(result, figure)
    label = result.channels[found.failure_rate.channel].label
    heads = [texts("stress.grid_rate", channel=label), *(f"{volume:g}×" for volume in found.volume)]
    rows = [
        [f"{100 * rate:g}%", *(_cell(amount, holds, figures) for amount, holds in zip(amounts, held, strict=True))]
        for rate, amounts, held in zip(found.failure_rate.values, values, found.feasible, strict=True)
    ]
    caption = texts("stress.grid") + "\n" + texts(f"stress.grid_{figure}", unit=figures.unit)
    return Table(heads, rows, caption=caption)


def grid_values(result: StressResult, figure: GridFigure) -> list[list[float | None]]:
    """A figure of the grid, None where it is not known."""
    found = result.grid
    every: dict[GridFigure, list[list[float | None]]] = {
        "buffer": [list(row) for row in found.buffer],
        "receipts": [list(row) for row in found.receipts],
        "cost": found.expected_cost,
    }
    return every[figure]


def _cell(amount: float | None, holds: bool, figures: Figures) -> str:  # noqa: FBT001  # one of a pair
    return cost(amount, figures) + ("" if holds or amount is None else BREAKS)


def cost(amount: float | None, figures: Figures) -> str:
    """An amount, or that no mix holds where it is a cost that is not known."""
    return figures.texts("stress.does_not_hold") if amount is None else figures.money(amount)


def tornado(result: StressResult, figures: Figures, *, bars: bool = True) -> Table:
    """A row an assumption: its range, the buffer at both ends, and with ``bars`` one as long as the buffer moves."""
    texts, base = figures.texts, result.base.buffer
    words = ("assumption", "range", "source", "buffer_low", "buffer_high", "effect")
    swings = [swing(one, base) for one in result.sensitivities]
    most = max(swings, default=0.0) or 1.0
    remarks = [one_sided(one, result, figures) for one in result.sensitivities]
    last = [""] if bars else [texts("stress.remark")] if any(remarks) else []
    heads = [*(texts(f"stress.{word}") for word in words), *last]
    rows = [
        [
            what(one.key, result, figures),
            f"{level(one.key, one.low, figures)} – {level(one.key, one.high, figures)}",
            texts(f"stress.sources.{one.source}"),
            *map(figures.money, (*one.buffer, moved)),
            *([("█" * round(BAR * moved / most) if bars else "") + remark] if last else []),
        ]
        for one, moved, remark in zip(result.sensitivities, swings, remarks, strict=True)
    ]
    caption = texts("stress.sensitivities") + "\n"
    caption += texts("stress.sensitivities_caption", buffer=figures.money(base), unit=figures.unit)
    return Table(heads, rows, text_columns=(0, 1, 2, 6), caption=caption)


def swing(one: Sensitivity, base: float) -> float:
    """How far the buffer moves over an assumption's range, base included."""
    return max(*one.buffer, base) - min(*one.buffer, base)


def one_sided(one: Sensitivity, result: StressResult, figures: Figures) -> str:
    """Why both ends of a range move the buffer the same way, in words; nothing where they do not.

    The buffer is the need of one path in so many. Where both ends move it by less than the error of that, it is another
    path that is counted: with another seed the direction is another.
    """
    base, upper = result.base.buffer, result.base.buffer_upper
    moves = [end - base for end in one.buffer]
    if moves[0] * moves[1] <= 0:
        return ""
    if upper is not None and max(map(abs, moves)) <= upper - base:
        return figures.texts("stress.within_error", error=figures.money(upper - base))
    return figures.texts("stress.same_way")


def reverse(result: StressResult, figures: Figures) -> Table:
    """A row an assumption: where it breaks the plan, and how likely that is; those that break it first."""
    texts = figures.texts
    heads = [texts(f"stress.{word}") for word in ("assumption", "range", "status", "tolerance")]
    rows = [
        [
            what(one.key, result, figures),
            f"{level(one.key, one.range[0], figures)} → {level(one.key, one.range[1], figures)}",
            one.text,
            level(one.key, one.tolerance, figures),
        ]
        for one in sorted(result.reverse, key=urgency)
    ]
    caption = texts("stress.reverse") + "\n"
    caption += texts("stress.reverse_caption", confidence=figures.confidence(result.confidence))
    return Table(heads, rows, text_columns=(0, 1, 2), caption=caption)


def fixes(result: StressResult, figures: Figures) -> Table:
    """A row a fix."""
    texts = figures.texts
    heads = [texts("stress.fix"), texts("stress.change")]
    heads += [texts(f"words.{word}") for word in ("receipts", "buffer", "expected_cost")] + [texts("stress.a_year")]
    caption = texts("stress.fixes") + "\n"
    caption += texts("stress.fixes_caption", days=result.horizon_days, unit=figures.unit)
    return Table(heads, [_fix(one, result, figures) for one in result.fixes], caption=caption)


def _fix(one: Fix, result: StressResult, figures: Figures) -> list[str]:
    name, by = what(one.key, result, figures), level(one.key, one.change, figures, change=True)
    moved, spent, year = map(figures.money, (one.receipts, one.buffer)), one.expected_cost, one.total_a_year
    return [name, by, *moved, cost(spent, figures), figures.money(year)]


def frontier(result: StressResult, figures: Figures, *, efficient: bool = False) -> Table:
    """A row a shift, ``efficient`` ones alone where asked; the recommended one stands out."""
    texts = figures.texts
    heads = [*(texts(f"stress.{word}") for word in ("move", "share", "cost"))]
    heads += [texts(f"words.{word}") for word in ("buffer", "receipts")] + [texts("stress.efficient")]
    points = [one for one in result.frontier if one.efficient or one.recommended or not efficient]
    points = _once_unmoved(points) if efficient else points
    rows = [
        [
            move(one, result),
            f"{100 * one.share:g}%",
            *map(figures.money, (one.cost, one.buffer, one.receipts)),
            figures.yes_no(one.efficient),
        ]
        for one in points
    ]
    strong = tuple(place for place, one in enumerate(points) if one.recommended)
    caption = texts("stress.frontier") + "\n"
    caption += texts("stress.frontier_caption", lost=f"{100 * result.lost:g}%", unit=figures.unit)
    return Table(heads, rows, strong_rows=strong, caption=caption)


def move(one: FrontierPoint, result: StressResult) -> str:
    """From which channel to which, by their labels."""
    return f"{result.channels[one.source].label} → {result.channels[one.target].label}"


def _once_unmoved(points: list[FrontierPoint]) -> list[FrontierPoint]:
    """The points, those that move nothing but once."""
    unmoved = [one for one in points if not one.share]
    return [*unmoved[:1], *(one for one in points if one.share)]


def frontier_answer(result: StressResult, figures: Figures) -> str:
    """The shift that is recommended, in words."""
    texts, wanted = figures.texts, result.buffer_wanted
    if not result.frontier:
        return texts("stress.frontier_alone")
    if wanted is None:
        return texts("stress.frontier_unasked")
    best = next((one for one in result.frontier if one.recommended), None)
    if best is None:
        answer = texts("stress.frontier_none")
    elif not best.share:
        answer = texts("stress.frontier_stay")
    else:
        source, target = (result.channels[name].label for name in (best.source, best.target))
        words = {"source": source, "target": target, "cost": figures.amount(abs(best.cost))}
        answer = texts(
            "stress.frontier_gain" if best.cost < 0 else "stress.frontier_move", share=f"{100 * best.share:g}%", **words
        )
    told = texts("stress.frontier_wanted", buffer=figures.amount(wanted), answer=answer)
    return told + _what_it_rests_on(best, wanted, result, figures)


def _what_it_rests_on(best: FrontierPoint | None, wanted: float, result: StressResult, figures: Figures) -> str:
    """What must be known of a recommended shift: that none is needed, and on which share of lost orders it rests."""
    base = result.scenarios.get("base")
    if best is None or not best.share or base is None:
        return ""
    met = figures.texts("stress.frontier_met", buffer=figures.amount(base.buffer)) if base.buffer <= wanted else ""
    return met + figures.texts("stress.frontier_rests", lost=f"{100 * result.lost:g}%")


def first_to_break(result: StressResult) -> Reverse | None:
    """The breaking point that comes first by ``urgency``; None where nothing breaks."""
    return min((one for one in result.reverse if one.status != "never"), key=urgency, default=None)


def urgency(one: Reverse) -> tuple[int, bool, float, float]:
    """By which breaking points are ordered: what holds at no level, then the likeliest, then the nearest.

    Near is what lies but a small part of the range away from its harmless end. How low the opening balance might be is
    asked last, for it is known, and how high it must be first.
    """
    status = ("always", "found", "never").index(one.status)
    last = (one.key in MONEY) == (one.status == "found")
    first, end = one.range
    part = 1.0 if one.value is None or end == first else abs((one.value - first) / (end - first))
    return status, last, -(one.likelihood or 0.0), part


def cut(table: Table, most: int, figures: Figures) -> Table:
    """A table's first rows; its caption says of how many, where any are left out."""
    if len(table.rows) <= most:
        return table
    caption = figures.texts("stress.cut", caption=table.caption, shown=most, all=len(table.rows))
    return replace(table, rows=table.rows[:most], caption=caption)
