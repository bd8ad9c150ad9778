"""The report's tables on the buffer: what it is made of, and the second opinions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.figures import DEAD_ZONE, Figures
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Mapping


def drivers(scenario: Mapping[str, Any], figures: Figures) -> Table | None:
    """The parts of a scenario's buffer and their sum; None where it was not split."""
    parts, texts = scenario["buffer"].get("drivers"), figures.texts
    if not parts:
        return None
    rows = [[part["label"], figures.money(part["amount"])] for part in parts if abs(part["amount"]) >= DEAD_ZONE]
    rows.append([texts("words.buffer"), figures.money(scenario["buffer"]["amount"])])
    caption = texts("report.drivers_caption", day=figures.day(scenario["buffer"]["peak_day"]), unit=figures.unit)
    return Table([texts("words.driver"), texts("words.amount")], rows, strong_rows=(len(rows) - 1,), caption=caption)


def cross_checks(scenario: Mapping[str, Any], confidence: float, figures: Figures) -> Table | None:
    """The second opinions on a scenario's buffer, each with what it rests on; None where there are none."""
    checks, texts = scenario["buffer"].get("cross_checks"), figures.texts
    if not checks:
        return None
    rows = []
    if checks["miller_orr"] is not None:
        why = texts(
            "cross.miller_orr_why",
            deviation=figures.amount(checks["daily_deviation"]),
            idle=figures.percent(checks["idle_cost"]),
            transfer=figures.amount(checks["transfer_cost"]),
        )
        levels = (("return", "return_point"), ("average", "average"), ("upper", "upper"))
        rows += [
            [texts(f"cross.miller_orr_{word}"), figures.money(checks["miller_orr"][key]), why if place == 0 else ""]
            for place, (word, key) in enumerate(levels)
        ]
    best = checks["least_cost"]
    if best is not None:
        overage = _cost(best["overage"])
        if best["confidence"] is not None:
            label = texts("cross.least_cost", confidence=figures.percent(best["confidence"], 1))
            why = texts("cross.least_cost_why", underage=_cost(best["underage"]), overage=overage)
            rows.append([label, figures.money(best["amount"]), why])
        label = texts("cross.implied", confidence=figures.confidence(confidence))
        rows.append([label, _cost(best["implied_underage"]), implied_why(best, figures)])
    if not rows:
        rows.append([texts("amount.none"), texts("amount.none"), texts("cross.none")])
    heads = [texts("words.figure"), texts("words.amount"), texts("words.meaning")]
    return Table(heads, rows, text_columns=(0, 2), caption=texts("cross.lead"))


def implied_why(best: Mapping[str, Any], figures: Figures) -> str:
    """How the implied cost of a shortage is read, and what to give where the plan does not tell it."""
    why = figures.texts("cross.implied_why", overage=_cost(best["overage"]))
    return why if best["confidence"] is not None else f"{why} {figures.texts('cross.implied_hint')}"


def _cost(yuan: float) -> str:
    """What one yuan costs, to four digits."""
    return f"{yuan:.4f}"
