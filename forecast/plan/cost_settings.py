"""What a what-if sets of costs that move with sales: a term of one of them, ``costs.CATEGORY.TERM``.

A multiple of all that a category takes (``costs.CATEGORY``) is a scenario's own key and checked with the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

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

ASKED = ("share_of_sales", "days_after", "paid_on")
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
        path: KeyPath = (COSTS, category)
        places = [place for place, cost in enumerate(costs) if cost.category == category]
        if len(places) != 1:
            known = Listed(tuple(dict.fromkeys(cost.category for cost in costs)))
            key = "several_costs" if places else "no_cost" if costs else "no_costs"
            findings.add(path, said(f"scenarios.{key}", name=category, known=known), at_key=True)
            continue
        findings.unknown_keys(given, path, ASKED)
        good = findings.checked(given, path, [replace(keys_of(Cost)[name], required=False) for name in ASKED])
        reach = max(0, *(-cost.days_after for cost in costs))
        if -good.get("days_after", 0) > reach:
            message = said("scenarios.cost_reaches_further", days=reach, least=-reach, found=good["days_after"])
            findings.add((*path, "days_after"), message)
        changed[places[0]] = replace(changed[places[0]], **good)
        terms += [TermChange(category, term, value) for term, value in good.items()]
    return tuple(terms), tuple(changed) if tables else None
