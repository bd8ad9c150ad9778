"""What the comparison of financing says: options, the recommended mix, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.financing.covenants import CovenantCheck
    from forecast.financing.measures import Deadlines, Measures
    from forecast.financing.policy import Outcome
    from forecast.financing.remedies import Remedy
    from forecast.notes import Note


@dataclass(frozen=True, slots=True)
class Option:
    """A facility on its own. Yuan, shares, a rate a year.

    Attributes:
        facility: Its name.
        kind: Its kind.
        feasible: Whether cash then falls short on at most 1 − confidence of the judging paths.
        why_not: The reason where it is not feasible.
        expected_cost: Expected interest and fees of the horizon.
        interest: Expected interest.
        fees: Expected fees of every kind.
        shortfall_probability: Share of the judging paths on which cash falls short on any day.
        limit_used: The limit to arrange (signed: the whole limit; a term loan: its amount); None where the base alone
            bounds it.
        covenants: The plan's covenants with this facility alone.
        measures: Its rates and balances.
        deadlines: The last days to begin arranging it, to sign it and to ask for the first drawing.
    """

    facility: str
    kind: str
    feasible: bool
    why_not: Note | None
    expected_cost: float
    interest: float
    fees: float
    shortfall_probability: float
    limit_used: float | None
    covenants: tuple[CovenantCheck, ...]
    measures: Measures
    deadlines: Deadlines

    @property
    def effective_annual_rate(self) -> float | None:
        """XIRR (act/365) of the facility's expected flows; None where nothing is drawn."""
        return self.measures.compound_rate


@dataclass(frozen=True, slots=True)
class MixPart:
    """One facility of the recommended mix; as in ``Option``."""

    facility: str
    limit_used: float | None
    interest: float
    fees: float
    measures: Measures
    deadlines: Deadlines


@dataclass(frozen=True, slots=True, eq=False)
class Recommendation:
    """The cheapest mix that holds, or, where none does, the one that falls short least often (``feasible`` False).

    Attributes:
        feasible: Whether cash falls short on at most 1 − confidence of the judging paths.
        mix: In the order of drawing; empty where nothing is needed.
        expected_cost: Expected interest and fees of the horizon, what runs anyway included, yuan.
        interest: Expected interest.
        fees: Expected fees.
        lower_bound: Mean least cost for one who knows each path, at these limits, yuan.
        bound_paths: Number of paths that the bound rests on.
        shortfall_probability: Share of the judging paths on which cash falls short on any day.
        judged_paths: Number of judging paths: those that no limit was sized on, or all where these are too few.
        covenants: The plan's covenants with this mix.
        remedy: What would make it feasible; None where it is.
        cash_after: Evening balances with the mix, yuan, (path, day).
        outcome: The run itself, by facility, day and path.
        measures: Rates and balances of the mix as a whole.
    """

    feasible: bool
    mix: tuple[MixPart, ...]
    expected_cost: float
    interest: float
    fees: float
    lower_bound: float
    bound_paths: int
    shortfall_probability: float
    cash_after: Floats
    outcome: Outcome
    measures: Measures
    judged_paths: int
    covenants: tuple[CovenantCheck, ...]
    remedy: Remedy | None

    @property
    def effective_annual_rate(self) -> float | None:
        """XIRR (act/365) of the mix's expected flows; None where nothing is drawn."""
        return self.measures.compound_rate

    @property
    def foresight_gap(self) -> float | None:
        """What not knowing the future costs, as a share of the lower bound; None where that is nothing."""
        return self.expected_cost / self.lower_bound - 1 if self.lower_bound > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class Financing:
    """All options in the plan's order, the recommendation, and what a reader must know."""

    options: tuple[Option, ...]
    recommended: Recommendation
    notes: tuple[Note, ...] = ()
