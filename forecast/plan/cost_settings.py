"""What a what-if sets of costs that move with sales: a term of one of them, ``costs.CATEGORY.TERM``.

A multiple of all that a category takes (``costs.CATEGORY``) is a scenario's own key and checked with the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forecast.errors import Listed, said
from forecast.plan.costs import Cost
from forecast.plan.facilities import TermChange
from forecast.plan.terms import keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.findings import Findings, Table
    from forecast.plan.locator import KeyPath

COSTS = "costs"
"""The key under which a what-if sets them."""

DAYS = "days_after"
"""The term of a cost that says when it is paid."""

ASKED = ("share_of_sales", DAYS, "paid_on")
"""The terms of a cost that a what-if may set."""


def multiples_and_terms(changes: Table) -> tuple[dict[str, object], dict[str, Table]]:
    """What is said of costs, parted: multiples by category, and tables of terms by category."""
    given, left = changes.get(COSTS), {key: one for key, one in changes.items() if key != COSTS}
    if not isinstance(given, dict):
        return dict(changes), {}
    tables: dict[str, Table] = {name: one for name, one in given.items() if isinstance(one, dict)}
    multiples = {name: one for name, one in given.items() if name not in tables}
    return {**left, **({COSTS: multiples} if multiples else {})}, tables


def changed_costs(
    findings: Findings, tables: dict[str, Table], costs: Sequence[Cost]
) -> tuple[tuple[TermChange, ...], tuple[Cost, ...] | None]:
    """The terms set and the costs as they then are; None where none is set."""
    changed, terms = list(costs), list[TermChange]()
    for category, given in tables.items():
        place = _place_of(findings, category, costs)
        if place is not None:
            good = _terms(findings, (COSTS, category), given, costs)
            changed[place] = replace(changed[place], **good)
            terms += [TermChange(category, term, value) for term, value in good.items()]
    return tuple(terms), tuple(changed) if tables else None


def _place_of(findings: Findings, category: str, costs: Sequence[Cost]) -> int | None:
    """Where the one cost of a category stands among the costs; None, with a problem, where there is not just one."""
    places = [place for place, cost in enumerate(costs) if cost.category == category]
    if len(places) == 1:
        return places[0]
    known = Listed(tuple(dict.fromkeys(cost.category for cost in costs)))
    key = "several_costs" if places else "no_cost" if costs else "no_costs"
    findings.add((COSTS, category), said(f"scenarios.{key}", name=category, known=known), at_key=True)
    return None


def _terms(findings: Findings, path: KeyPath, given: Table, costs: Sequence[Cost]) -> dict[str, Any]:
    """The terms given that are right; none reaches further ahead than base knows sales for."""
    findings.unknown_keys(given, path, ASKED)
    good = findings.checked(given, path, [replace(keys_of(Cost)[name], required=False) for name in ASKED])
    reach = max(0, *(-cost.days_after for cost in costs))
    if -(found := good.get(DAYS, 0)) > reach:
        message = said("scenarios.cost_reaches_further", days=reach, least=-reach, found=found)
        findings.add((*path, DAYS), message)
    return good
