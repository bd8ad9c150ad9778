"""What the comparison of financing says: options, the recommended mix, notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.financing.measures import LastDays, Rates
from forecast.financing.schedules import Schedule
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.covenants import CovenantCheck
    from forecast.financing.policy import Outcome
    from forecast.financing.remedies import Remedy
    from forecast.financing.schedules import ExistingDebt
    from forecast.notes import Note


@dataclass(frozen=True, slots=True)
class Option:
    """A facility on its own. Yuan, shares, a rate a year."""

    facility: str
    kind: str
    feasible: bool  # whether cash then falls short on at most 1 − confidence of each half of the paths
    why_not: Note | None  # None where it is feasible
    expected_cost: float  # interest and fees of every kind over the horizon, and what contracts ask for after it
    interest: float
    fees: float
    cost_beyond_horizon: float  # the part of ``expected_cost`` that contracts ask for after the horizon
    shortfall_probability: float  # share of judging paths short on any day; of the others where it fails there alone
    limit_used: (
        float | None
    )  # to arrange (signed: what is used; a term loan: its amount); None: the base alone bounds it
    covenants: tuple[CovenantCheck, ...]
    rates: Rates
    days: LastDays
    schedule: Schedule  # with what runs anyway
    short_in: str | None = None  # the scenario to withstand in which it does not hold, which the chance is of
    signing_day: dt.date | None = None  # on which it is signed, which its fees count from; None: before, or not at all

    @property
    def effective_annual_rate(self) -> float | None:
        """XIRR (act/365) of the facility's expected flows; None where nothing is drawn."""
        return self.rates.compound_rate


@record
class MixPart(Record):
    """One facility of the recommended mix."""

    facility: str = says("its name")
    limit_used: float | None = money(
        "limit to arrange, of a signed line what is used of it; null: the base alone bounds it"
    )
    interest: float = money("expected interest of the horizon")
    fees: float = money("expected fees of the horizon")
    cost_beyond_horizon: float = money("expected cost that its contract asks for after the horizon")
    rates: Rates = says("balances and rates", flat=True)
    days: LastDays = says("last days", flat=True)
    signing_day: dt.date | None = says("signed then, which its fees count from; null: signed before, or not at all")
    schedule: Schedule = says("what it does by week and by month")


@record
class Limit(Record):
    """A facility and what is arranged of it."""

    facility: str = says("its name")
    limit: float | None = money("limit to arrange, of a signed line what is used of it; null: the base alone bounds it")


@record
class RunnerUp(Record):
    """The cheapest mix that holds of another set of facilities."""

    mix: list[Limit] = says("in the order of drawing; empty where it is nothing")
    expected_cost: float = money("expected interest and fees of the horizon, and what contracts ask for after it")
    shortfall_probability: float = rate("share of the judging paths on which cash falls short")


@dataclass(frozen=True, slots=True, eq=False)
class Recommendation:
    """The simplest of the cheapest mixes that hold, or, where none does, the one that falls short least often."""

    feasible: bool  # whether cash falls short on at most 1 − confidence of each half of the paths
    mix: tuple[MixPart, ...]  # in the order of drawing; empty where nothing is needed
    expected_cost: float  # interest and fees, what runs anyway and what contracts ask for later included, yuan
    interest: float
    fees: float
    cost_beyond_horizon: float  # the part of ``expected_cost`` that contracts ask for after the horizon
    lower_bound: float  # mean least cost for one who knows each path, at these limits, yuan
    bound_paths: int  # number of paths that the bound rests on
    shortfall_probability: float  # share of judging paths short on any day; of the others where it fails there alone
    cash_after: Floats  # evening balances with the mix, yuan, (path, day)
    outcome: Outcome  # the run itself, by facility, day and path
    rates: Rates
    judged_paths: int  # those that no limit was sized on, or all where these are too few
    covenants: tuple[CovenantCheck, ...]
    remedy: Remedy | None  # what would make it feasible; None where it is
    schedule: Schedule  # of all facilities together, what runs anyway included
    reasons: tuple[Note, ...] = ()  # why this mix
    short_in: str | None = None  # the scenario to withstand in which it does not hold, which the chance is of
    runner_up: RunnerUp | None = None  # the best of another set of facilities; None where none holds

    @property
    def effective_annual_rate(self) -> float | None:
        """XIRR (act/365) of the mix's expected flows; None where nothing is drawn."""
        return self.rates.compound_rate

    @property
    def foresight_gap(self) -> float | None:
        """What not knowing the future costs, as a share of the lower bound; None where that is nothing."""
        return self.expected_cost / self.lower_bound - 1 if self.lower_bound > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class Financing:
    """All options in the plan's order, the recommendation, the debt already there, and what a reader must know."""

    options: tuple[Option, ...]
    recommended: Recommendation
    existing_debt: ExistingDebt
    notes: tuple[Note, ...] = ()
