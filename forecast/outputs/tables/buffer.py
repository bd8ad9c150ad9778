"""The report's tables on the buffer: what it is made of, and the second opinions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE, Figures
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from forecast.cross_checks import CrossChecks, LeastCost
    from forecast.results.buffer import BufferShown


def drivers(buffer: BufferShown, figures: Figures) -> Table | None:
    """The parts of a buffer and their sum; None where it was not split."""
    texts = figures.texts
    if not buffer.drivers:
        return None
    rows = [[part.label, figures.money(part.amount)] for part in buffer.drivers if abs(part.amount) >= DEAD_ZONE]
    rows.append([texts("words.buffer"), figures.money(buffer.amount)])
    caption = texts("report.drivers_caption", day=figures.day(buffer.peak_day), unit=figures.unit)
    return Table([texts("words.driver"), texts("words.amount")], rows, strong_rows=(len(rows) - 1,), caption=caption)


def cross_checks(checks: CrossChecks, confidence: float, figures: Figures) -> Table:
    """The second opinions on a buffer, each with what it rests on."""
    texts = figures.texts
    nothing = [[texts("amount.none"), texts("amount.none"), texts("cross.none")]]
    rows = [*_miller_orr(checks, figures), *_least_cost(checks.least_cost, confidence, figures)] or nothing
    heads = [texts("words.figure"), texts("words.amount"), texts("words.meaning")]
    return Table(heads, rows, text_columns=(0, 2), caption=texts("cross.lead"))


def _miller_orr(checks: CrossChecks, figures: Figures) -> list[list[str]]:
    texts, limits = figures.texts, checks.miller_orr
    if limits is None:
        return []
    why = miller_orr_why(checks, figures)
    levels = (("return", limits.return_point, why), ("average", limits.average, ""), ("upper", limits.upper, ""))
    return [[texts(f"cross.miller_orr_{word}"), figures.money(amount), reason] for word, amount, reason in levels]


def miller_orr_why(checks: CrossChecks, figures: Figures) -> str:
    """What Miller and Orr's limits rest on."""
    return figures.texts(
        "cross.miller_orr_why",
        deviation=figures.amount(checks.daily_deviation),
        idle=figures.percent(checks.idle_cost),
        transfer=figures.amount(checks.transfer_cost),
    )


def _least_cost(best: LeastCost | None, confidence: float, figures: Figures) -> list[list[str]]:
    if best is None:
        return []
    texts, rows = figures.texts, []
    if best.confidence is not None and best.underage is not None:
        label = texts("cross.least_cost", confidence=figures.percent(best.confidence, 1))
        why = texts("cross.least_cost_why", underage=_cost(best.underage), overage=_cost(best.overage))
        rows.append([label, figures.money(best.amount), why])
    label = texts("cross.implied", confidence=figures.confidence(confidence))
    return [*rows, [label, _cost(best.implied_underage), implied_why(best, figures)]]


def implied_why(best: LeastCost, figures: Figures) -> str:
    """How the implied cost of a shortage is read, and what to give where the plan does not tell it."""
    why = figures.texts("cross.implied_why", overage=_cost(best.overage))
    return why if best.confidence is not None else f"{why} {figures.texts('cross.implied_hint')}"


def _cost(yuan: float) -> str:
    """What one yuan costs, to four digits."""
    return f"{yuan:.4f}"
