"""What facilities can bring at most, known without a run: on some paths cash then falls short whatever is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.financing.kinds.accounts import Arrangement

SURE = 4 * FEN_TOLERANCE
"""Yuan by which cash must be out of reach: more than sums in another order, and what counts as enough, can differ."""


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
