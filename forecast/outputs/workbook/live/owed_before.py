"""What facilities were owed when the plan began: it takes room of their limits, and its service is not in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.plan.model import Facility
    from forecast.results.run import Result

OWED = 6
"""The column of what was owed already, beside a facility's terms."""


def room(limit: float, facility: Facility) -> float:
    """What may still be drawn of a limit, in yuan: what is owed on as_of is lent already."""
    return max(0.0, limit - facility.drawn)


def room_formula(limit: str, owed: str) -> str:
    """The same as a formula over two cells."""
    return f"MAX(0,{limit}-{owed})"


def owed_before_text(result: Result, figures: Figures, *, brief: bool = False) -> str:
    """That the service of what was owed when the plan began is not in the model's cash; empty where nothing was.

    ``brief``: for a place of one line. What it takes is told as it is expected in base, where financing was compared.
    """
    owed = {one.name: one.drawn for one in result.facilities if one.drawn >= DEAD_ZONE}
    if not owed:
        return ""
    texts, paid = figures.texts, _paid(result)
    told = {"paid": figures.amount(paid), "end": result.base.dates[-1]}
    if brief:
        return texts("live.owed_before_brief", **told) if paid else texts("live.owed_before_unknown")
    names = texts("language.list_comma").join(
        f"{figures.facility(name)} {figures.amount(amount)}" for name, amount in owed.items()
    )
    text = texts("live.owed_before", names=names, as_of=result.as_of)
    return text + (texts("live.owed_before_paid", **told) if paid else "")


def _paid(result: Result) -> float:
    """What it takes over the horizon, as base expects it, in yuan; 0 where financing was not compared."""
    financing = result.base.financing
    if financing is None:
        return 0.0
    return sum(flow.paid for one in financing.existing_debt.facilities for flow in one.monthly)
