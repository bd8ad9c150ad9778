"""The tables of schedules: what the recommended mix draws, repays, pays and owes by month and by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import DEAD_ZONE
from forecast.outputs.tables.run import Table, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.financing.schedules import DebtFlows, Period, Span
    from forecast.outputs.figures import Figures
    from forecast.results.financing import FinancingShown

FLOWS: dict[str, Callable[[Period], float]] = {
    "drawn": lambda one: one.drawn,
    "repaid": lambda one: one.repaid,
    "interest_paid": lambda one: one.interest_paid,
    "fees_paid": lambda one: one.fees_paid,
}
"""What moves in a week or month, by word; a total may be made of it."""

LEVELS: dict[str, Callable[[Period], float]] = {
    "owed": lambda one: one.owed.mean,
    "owed_p05": lambda one: one.owed.p05,
    "owed_p95": lambda one: one.owed.p95,
    "headroom": lambda one: one.headroom.mean,
    "headroom_p05": lambda one: one.headroom.p05,
}
"""What stands on the last evening, by word."""

DEBT: dict[str, Callable[[DebtFlows], float]] = {
    "debt_paid": lambda one: one.paid,
    "debt_received": lambda one: one.received,
}
"""What moves of loans beside the facilities, by word."""


def has_schedule(financing: FinancingShown) -> bool:
    """Whether anything is owed, drawn or paid, by the recommended mix or by loans that are there already."""
    found = financing.recommended.schedule
    moved = any(flow(one) >= DEAD_ZONE for one in found.monthly for flow in FLOWS.values())
    return bool(moved or found.opening or found.unpaid >= DEAD_ZONE or financing.existing_debt.monthly)


def monthly(financing: FinancingShown, figures: Figures) -> Table | None:
    """The recommended mix by month, other loans beside it; None where nothing is owed, drawn or paid."""
    found = financing.recommended.schedule
    return _table(financing, found.monthly, financing.existing_debt.monthly, "by_month", figures)


def weekly(financing: FinancingShown, figures: Figures) -> Table | None:
    """The same by week."""
    found = financing.recommended.schedule
    return _table(financing, found.weekly, financing.existing_debt.weekly, "by_week", figures)


def span_text(span: Span, figures: Figures) -> str:
    """The days of a week or month, and whether the horizon cuts it: ``2026-11-02 – 11-08``."""
    days = f"{span.first} – {span.last:%m-%d}"
    return figures.texts("schedules.broken", days=days) if span.broken else days


def debt_words(flows: Sequence[DebtFlows]) -> list[str]:
    """What of other loans is shown: what is paid where there are any, what is received where anything is."""
    received = any(one.received >= DEAD_ZONE for one in flows)
    return [word for word in DEBT if flows and (word == "debt_paid" or received)]


def _table(
    financing: FinancingShown, periods: Sequence[Period], debt: Sequence[DebtFlows], word: str, figures: Figures
) -> Table | None:
    if not has_schedule(financing):
        return None
    texts, money, others = figures.texts, figures.money, debt_words(debt)
    found, blank = financing.recommended.schedule, [""] * (len(LEVELS) - 1 + len(others))
    rows = [[texts("schedules.opening"), *("" for _ in FLOWS), money(found.opening), *blank]] if found.opening else []
    for place, one in enumerate(periods):
        amounts = [figure(one) for figure in (*FLOWS.values(), *LEVELS.values())]
        amounts += [DEBT[name](debt[place]) for name in others]
        rows.append([span_text(one.span, figures), *map(money, amounts)])
    sums = [money(sum(map(flow, periods))) for flow in FLOWS.values()]
    rows.append(
        [texts("words.total"), *sums, *("" for _ in LEVELS), *(money(sum(map(DEBT[name], debt))) for name in others)]
    )
    heads = [texts(f"schedules.{word}"), *(texts(f"schedules.{name}") for name in (*FLOWS, *LEVELS, *others))]
    caption = unit(figures) + texts("schedules.caption", unpaid=money(found.unpaid))
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)
