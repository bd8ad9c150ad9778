"""What facilities can bring at most, known without a run: on some paths cash then falls short whatever is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.financing.kinds.accounts import Arrangement

SURE = 4 * FEN_TOLERANCE
"""Yuan by which cash must be out of reach: more than sums in another order, and what counts as enough, can differ."""


@dataclass(frozen=True, slots=True, eq=False)
class Shorts:
    """On how many paths cash falls short in runs that have been made: a number at least, and whether it is exact."""

    known: dict[tuple[object, ...], tuple[int, bool]] = field(default_factory=dict)

    def keep(self, days: object, arrangements: Sequence[Arrangement], short: int, *, exact: bool) -> None:
        """Keep what a run of arrangements on some days has shown."""
        self.known[_run(days, arrangements)] = short, exact

    def of(self, days: object, arrangements: Sequence[Arrangement]) -> tuple[int, bool]:
        """Give what is known of a run: at least 0 where nothing is."""
        return self.known.get(_run(days, arrangements), (0, False))


def _run(days: object, arrangements: Sequence[Arrangement]) -> tuple[object, ...]:
    """Give all that a run depends on; days, terms and reserves are told apart as objects."""
    parts = ((one.terms, one.limit, one.priced, one.reserve, one.drawing) for one in arrangements)
    return (days, *(part for one in parts for part in one))


def surely_short(cumulated: Floats, spare: Floats | float, arrangements: Sequence[Arrangement]) -> int:
    """Count the paths on which cash falls short on some day with all that the arrangements may lend by then.

    ``cumulated``: flows summed up to each evening, yuan, (day, path); ``spare``: opening cash above the minimum. What
    runs cost, and what is repaid, is left out: a run falls short on no fewer. Surplus must earn nothing.
    """
    most = np.zeros((cumulated.shape[0], 1))
    resting: list[Floats] = []
    for one in arrangements:
        lent, base = _lent_at_most(one)[:, None], one.terms.base
        if base is None:
            most = most + lent
        else:
            resting.append(np.minimum(lent, base))
    there = cumulated
    for lent in resting:
        there = there + lent
    return int(np.count_nonzero((there < -most - spare - SURE).any(axis=0)))


def _lent_at_most(arrangement: Arrangement) -> Floats:
    """Give what may be owed on each evening by limit and time, yuan, (day,)."""
    terms = arrangement.terms
    drawn = terms.facility.drawn
    lent = np.full(terms.accrual.size, drawn)
    if arrangement.in_use:
        lent[terms.first_day :] = max(arrangement.limit, drawn)
    return lent
