"""Level shifts: days from which sales stand lastingly higher or lower than the level's usual drift would carry them.

A new store, a delisting or a changed price moves the level at once. Each day is tried as the first of a step: from the
step's own one-step errors (de Jong and Penzer 1998, "Diagnosing shocks in time series", Journal of the American
Statistical Association 93) follows how much likelier it makes the days after it, with a normal prior on its size. One
is believed where the evidence outweighs the odds against a shift on that day; it then becomes a column of the design,
so that its size is shrunk and its uncertainty stays, and the drift of the level need not explain it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.design import Block

PREFIX = "shift:"
SHIFT_SD = 0.5
"""Prior standard deviation of a shift on the log scale: 90 % within a factor of 2.3 to both sides."""
ODDS = np.log(730.0) + 2.0
"""Log odds against a shift on a given day: one in two years is expected, and the evidence must be clear."""
MOST = 3
"""At most so many are looked for."""
AFTER = 14
"""Known days that must follow: before, a shift cannot be told from a few odd days."""
REACH = 56
"""Days over which a step's errors are followed; by then the level has taken it up."""


def find_shift(standard: Floats, response: Floats) -> int | None:
    """The day on which a shift most likely begins, None where no day's evidence is enough.

    Args:
        standard: Standardised one-step errors (day,), NaN where unknown or left out.
        response: What a step of 1 that begins on a day adds to the standardised errors of the days from it on,
            (day, lag).
    """
    days, reach = response.shape
    padded = np.concatenate([standard, np.full(reach, np.nan)])
    errors = np.lib.stride_tricks.sliding_window_view(padded, reach)[:days]
    known = np.isfinite(errors)
    product = np.where(known, response * np.where(known, errors, 0.0), 0.0).sum(axis=1)
    square = np.where(known, response**2, 0.0).sum(axis=1)
    evidence = 0.5 * (product**2 / (square + SHIFT_SD**-2) - np.log1p(square * SHIFT_SD**2))
    seen = np.isfinite(standard)
    left = np.cumsum(seen[::-1])[::-1]
    evidence[(left < AFTER) | (np.cumsum(seen) <= AFTER)] = -np.inf
    day = int(np.argmax(evidence))
    return day if evidence[day] > ODDS else None


def with_shift(block: Block, day: int) -> Block:
    """The design with a step from ``day`` on."""
    step = (np.arange(len(block.matrix)) >= day).astype(np.float64)
    return replace(
        block,
        names=(*block.names, f"{PREFIX}{day}"),
        matrix=np.column_stack([block.matrix, step]),
        mean=np.append(block.mean, 0.0),
        sd=np.append(block.sd, SHIFT_SD),
    )


def shift_days(block: Block) -> dict[int, int]:
    """First days of the shifts in a design, each with its column."""
    return {
        int(name.removeprefix(PREFIX)): column for column, name in enumerate(block.names) if name.startswith(PREFIX)
    }


def without_later(block: Block, end: int) -> Block:
    """The design as it would have been before ``end``: shifts from then on were not to be foreseen."""
    later = [column for day, column in shift_days(block).items() if day >= end]
    if not later:
        return block
    matrix = block.matrix.copy()
    matrix[:, later] = 0.0
    return replace(block, matrix=matrix)
