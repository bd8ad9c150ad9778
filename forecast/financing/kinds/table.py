"""The one table of kinds: from the name of a kind in the plan to the classes that carry it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from forecast.financing.kinds.deferral import Deferral, DeferralLine
from forecast.financing.kinds.lines import Line
from forecast.financing.kinds.loan import LoanLine, TermLoan
from forecast.financing.kinds.pool import (
    EarlySettlement,
    Factoring,
    Inventory,
    PoolLine,
    Receivables,
    SoonestLine,
    StockLine,
)
from forecast.financing.kinds.revolving import Overdraft, OwnerLine, OwnerLoan, Revolving
from forecast.financing.uses import AS_OFFERED
from forecast.pools import PoolRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.cash import CashCase
    from forecast.financing.kinds.accounts import Arrangement
    from forecast.financing.kinds.terms import Terms
    from forecast.financing.uses import Use
    from forecast.plan.model import Facility


class Kind(NamedTuple):
    """A kind of facility: how its terms read on the days of a scenario, and what it does while they pass."""

    terms: type[Terms]
    line: type[Line]


KINDS: dict[str, Kind] = {
    "revolver": Kind(Revolving, Line),
    "overdraft": Kind(Overdraft, Line),
    "owner_loan": Kind(OwnerLoan, OwnerLine),
    "term_loan": Kind(TermLoan, LoanLine),
    "receivables": Kind(Receivables, PoolLine),
    "factoring": Kind(Factoring, PoolLine),
    "early_settlement": Kind(EarlySettlement, SoonestLine),
    "inventory": Kind(Inventory, StockLine),
    "payables_extension": Kind(Deferral, DeferralLine),
}
"""By the names that ``plan.model.FacilityKind`` allows."""


def annual_rate(facility: Facility) -> float:
    """Give the rate a year on what is owed, in the facility's own day count."""
    return KINDS[facility.kind].terms.rate(facility)


def pool_rules(facilities: Iterable[Facility]) -> set[PoolRule]:
    """Give which receivables the facilities rest on, those of them that rest on any."""
    return {PoolRule.of(one) for one in facilities if KINDS[one.kind].terms.on_receivables}


def terms(case: CashCase, facility: Facility, use: Use = AS_OFFERED) -> Terms:
    """Read the terms by which a facility is used onto the days and paths of a scenario."""
    there = KINDS[facility.kind].terms.of(case, use.of(facility))
    return there if use == AS_OFFERED else replace(there, use=use)


def again(case: CashCase, item: Terms) -> Terms:
    """Read a facility's terms onto another scenario as it is used in one."""
    return replace(terms(case, item.facility), use=item.use)


def line(arrangement: Arrangement, shape: tuple[int, int]) -> Line:
    """Begin a facility as arranged; ``shape``: (day, path)."""
    return KINDS[arrangement.terms.facility.kind].line(arrangement, shape)
