"""The report's tables on the working-capital loan need: the rule's steps, and the bridge to the plan's funding gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.outputs.figures import Figures

DAYS = (
    ("inventory_days", "inventory", "cost_of_goods_sold"),
    ("receivable_days", "receivables", "revenue"),
    ("payable_days", "payables", "cost_of_goods_sold"),
    ("prepaid_days", "prepaid", "cost_of_goods_sold"),
    ("advance_days", "advances", "revenue"),
)
"""The days of the cycle: their key, the balance, and the account on which it turns."""

STEPS = (
    *((key, "days") for key, _, _ in DAYS),
    ("cycle_days", "days"),
    ("turns", "times"),
    ("profit_margin", "share"),
    ("growth", "share"),
    ("need", "money"),
    ("funds_available", "money"),
    ("new_loan", "money"),
)
"""The steps of the rule in order, each with its unit."""

STRONG = ("cycle_days", "need", "new_loan")
"""The steps that stand out."""


def formula_text(key: str, figures: Figures) -> str:
    """How a step is calculated, in words; empty for what is given."""
    texts = figures.texts
    base = next((account for name, _, account in DAYS if name == key), None)
    if base is not None:
        return texts("loan_need.formula_days", base=texts(f"loan_need.{base}"))
    return texts.or_else(f"loan_need.formula_{FORMULAS.get(key, '')}", "")


FORMULAS = {
    "cycle_days": "cycle",
    "turns": "turns",
    "profit_margin": "margin",
    "growth": "growth",
    "need": "need",
    "new_loan": "new_loan",
}
"""The texts of the steps' formulas."""


def lead(result: Mapping[str, Any], figures: Figures) -> str:
    """The rule's loan and the plan's gap in one sentence; empty without accounts."""
    need = result.get("loan_need")
    if not need:
        return ""
    base = result["scenarios"]["base"]
    return figures.texts(
        "loan_need.lead",
        loan=figures.amount(need["new_loan"]),
        gap=figures.amount(base["buffer"]["funding_gap"]),
        scenario=base["label"],
        confidence=figures.confidence(result["confidence"]),
    )


def steps(result: Mapping[str, Any], figures: Figures) -> Table | None:
    """Every step of the rule with how it is calculated; None without accounts."""
    need, texts = result.get("loan_need"), figures.texts
    if not need:
        return None
    rows = [
        [texts(f"loan_need.{key}"), written(need[key], unit, figures), formula_text(key, figures)]
        for key, unit in STEPS
    ]
    heads = [texts("loan_need.step"), texts("words.value"), texts("words.formula")]
    strong = tuple(row for row, (key, _) in enumerate(STEPS) if key in STRONG)
    return Table(heads, rows, text_columns=(0, 2), strong_rows=strong, caption=texts("loan_need.steps"))


def written(value: float, unit: str, figures: Figures) -> str:
    """A step's figure with its unit."""
    if unit == "money":
        return figures.money(value)
    return {"share": f"{value:.2%}", "times": f"{value:.2f}"}.get(unit, f"{value:.1f} {figures.texts('units.days')}")


def bridge(result: Mapping[str, Any], figures: Figures) -> Table | None:
    """The steps from the rule's loan to the plan's funding gap, each with its reason; None without them."""
    parts, texts = (result.get("loan_need") or {}).get("bridge"), figures.texts
    if not parts:
        return None
    rows = [[part["label"], figures.money(part["amount"]), part["text"]] for part in parts]
    gap = result["scenarios"]["base"]["buffer"]["funding_gap"]
    rows.append([texts("loan_need.gap"), figures.money(gap), ""])
    heads = [texts("loan_need.step"), texts("words.amount"), texts("loan_need.why")]
    return Table(heads, rows, text_columns=(0, 2), strong_rows=(len(rows) - 1,), caption=texts("loan_need.bridge"))
