"""The plan's other cash flows by day of the horizon: stock, advertising, payroll, debt and every other category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forecast.arrays import Days, Floats
    from forecast.plan.model import OtherFlow

DEBT = "debt"
"""The category of existing loans' interest and principal."""


@dataclass(frozen=True, slots=True)
class Disbursements:
    """Flows in yuan by day, positive in."""

    total: Floats  # all of them, (day,)
    by_category: Mapping[str, Floats]  # by category in alphabetical order, (day,) each
    purchases: Mapping[str, Floats]  # the outflows alone, by category, as positive numbers, (day,) each

    @property
    def debt_service(self) -> Floats:
        """The flows of category ``debt``, (day,)."""
        return self.by_category.get(DEBT, np.zeros(self.total.size))

    def with_costs(self, costs: Mapping[str, Floats]) -> dict[str, Floats]:
        """All payments by category, positive in, with what costs take of each, (path, day) where they do."""
        nothing = np.zeros(self.total.size)
        return {**self.by_category, **{name: self.by_category.get(name, nothing) - one for name, one in costs.items()}}

    def purchases_with(self, costs: Mapping[str, Floats]) -> dict[str, Floats]:
        """The outflows by category as positive numbers, with what costs take of each, (path, day) where they do."""
        nothing = np.zeros(self.total.size)
        return {**self.purchases, **{name: self.purchases.get(name, nothing) + one for name, one in costs.items()}}


def disbursements(flows: Iterable[OtherFlow], days: Days) -> Disbursements:
    """Lay the flows out over the days; those dated on other days are left out, their categories kept."""
    given = list(flows)
    total = np.zeros(len(days))
    by_category = {name: np.zeros(len(days)) for name in sorted({flow.category for flow in given})}
    purchases: dict[str, Floats] = {}
    for flow in given:
        index = int((np.datetime64(flow.date) - days[0]).astype(np.int64))
        if not 0 <= index < len(days):
            continue
        total[index] += flow.amount
        by_category[flow.category][index] += flow.amount
        if flow.amount < 0:
            purchases.setdefault(flow.category, np.zeros(len(days)))[index] -= flow.amount
    return Disbursements(total, by_category, purchases)
