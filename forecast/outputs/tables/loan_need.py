"""The report's tables on the working-capital loan need: the rule's steps, and the bridge to the plan's funding gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.financing.loan_need import LoanNeed
    from forecast.outputs.figures import Figures
    from forecast.results.run import Result

BASES = {
    "inventory_days": "cost_of_goods_sold",
    "receivable_days": "revenue",
    "payable_days": "cost_of_goods_sold",
    "prepaid_days": "cost_of_goods_sold",
    "advance_days": "revenue",
}
"""The days of the cycle, each with the account on which its balance turns."""

STEPS: tuple[tuple[str, str, Callable[[LoanNeed], float]], ...] = (
    ("inventory_days", "days", lambda need: need.inventory_days),
    ("receivable_days", "days", lambda need: need.receivable_days),
    ("payable_days", "days", lambda need: need.payable_days),
    ("prepaid_days", "days", lambda need: need.prepaid_days),
    ("advance_days", "days", lambda need: need.advance_days),
    ("cycle_days", "days", lambda need: need.cycle_days),
    ("turns", "times", lambda need: need.turns),
    ("profit_margin", "share", lambda need: need.profit_margin),
    ("growth", "share", lambda need: need.growth),
    ("need", "money", lambda need: need.need),
    ("funds_available", "money", lambda need: need.funds_available),
    ("new_loan", "money", lambda need: need.new_loan),
)
"""The steps of the rule in order, each with its unit and its figure."""

STRONG = ("cycle_days", "need", "new_loan")
"""The steps that stand out."""


def formula_text(key: str, figures: Figures) -> str:
    """How a step is calculated, in words; empty for what is given."""
    texts = figures.texts
    if key in BASES:
        return texts("loan_need.formula_days", base=texts(f"loan_need.{BASES[key]}"))
    return texts.or_else(f"loan_need.formula_{key}", "")


def lead(result: Result, figures: Figures) -> str:
    """The rule's loan and the plan's gap in one sentence; empty without accounts."""
    need, base = result.loan_need, result.base
    if need is None:
        return ""
    return figures.texts(
        "loan_need.lead",
        loan=figures.amount(need.steps.new_loan),
        gap=figures.amount(base.buffer.funding_gap),
        scenario=base.label,
        confidence=figures.confidence(result.confidence),
    )


def steps(result: Result, figures: Figures) -> Table | None:
    """Every step of the rule with how it is calculated; None without accounts."""
    need, texts = result.loan_need, figures.texts
    if need is None:
        return None
    rows = [
        [texts(f"loan_need.{key}"), written(step(need.steps), unit, figures), formula_text(key, figures)]
        for key, unit, step in STEPS
    ]
    heads = [texts("loan_need.step"), texts("words.value"), texts("words.formula")]
    strong = tuple(row for row, (key, _, _) in enumerate(STEPS) if key in STRONG)
    return Table(heads, rows, text_columns=(0, 2), strong_rows=strong, caption=texts("loan_need.steps"))


def written(value: float, unit: str, figures: Figures) -> str:
    """A step's figure with its unit."""
    if unit == "money":
        return figures.money(value)
    return {"share": f"{value:.2%}", "times": f"{value:.2f}"}.get(unit, f"{value:.1f} {figures.texts('units.days')}")


def bridge(result: Result, figures: Figures) -> Table | None:
    """The steps from the rule's loan to the plan's funding gap, each with its reason; None without them."""
    need, texts = result.loan_need, figures.texts
    if need is None or need.bridge is None:
        return None
    rows = [[part.label, figures.money(part.amount), part.text] for part in need.bridge]
    rows.append([texts("loan_need.gap"), figures.money(result.base.buffer.funding_gap), ""])
    heads = [texts("loan_need.step"), texts("words.amount"), texts("loan_need.why")]
    return Table(heads, rows, text_columns=(0, 2), strong_rows=(len(rows) - 1,), caption=texts("loan_need.bridge"))
