"""Level shifts: days from which sales stand lastingly higher or lower than the level's usual drift would carry them.

A new store, a delisting or a changed price moves the level at once. Each day is tried as the first of a step: from the
step's own one-step errors (de Jong and Penzer 1998, "Diagnosing shocks in time series", Journal of the American
Statistical Association 93) follows how much likelier it makes the days after it, with a normal prior on its size. One
is believed where the evidence outweighs the odds against a shift on that day; it then becomes a column of the design,
so that its size is shrunk and its uncertainty stays, and the drift of the level need not explain it. A change of the
last days cannot be told from a spell that passes: it is carried on by half of the paths and ends on the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.sales.design import Block

PREFIX, RECENT = "shift:", "recent:"
"""What the columns of lasting shifts, and of a change of the last days, begin with; their first day follows."""
SHIFT_SD = 0.5
"""Prior standard deviation of a shift on the log scale: 90 % within a factor of 2.3 to both sides."""
ODDS = np.log(730.0) + 2.0
"""Log odds against a shift on a given day: one in two years is expected, and the evidence must be clear."""
MOST = 3
"""At most so many are looked for."""
AFTER, RECENT_AFTER = 14, 5
"""Known days from a shift on that call it lasting, and that a change of the last days must have at least."""
BEFORE = 28
"""Known days before a change of the last days: fewer do not show what is usual. A lasting shift needs ``AFTER``."""
LASTING = 0.5
"""The chance that a change of the last days lasts."""
SPELL = 14
"""Days within which it ends otherwise, each as likely."""
REACH = 56
"""Days over which a step's errors are followed; by then the level has taken it up."""


def find_shift(standard: Floats, response: Floats) -> tuple[int, str] | None:
    """The day on which a shift most likely begins, with its kind's prefix; None where no day's evidence is enough.

    ``standard``: standardised one-step errors (day,), NaN where unknown or left out; ``response``: what a step of 1
    that begins on a day adds to those of the days from it on, (day, lag).
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
    before = np.cumsum(seen) - seen
    lasting, recent = (left >= AFTER) & (before >= AFTER), (left >= RECENT_AFTER) & (left < AFTER) & (before >= BEFORE)
    evidence[~(lasting | recent)] = -np.inf
    day = int(np.argmax(evidence))
    return (day, RECENT if recent[day] else PREFIX) if evidence[day] > ODDS else None


def with_shift(block: Block, day: int, prefix: str = PREFIX) -> Block:
    """The design with a step from ``day`` on."""
    step = (np.arange(len(block.matrix)) >= day).astype(np.float64)
    return replace(
        block,
        names=(*block.names, f"{prefix}{day}"),
        matrix=np.column_stack([block.matrix, step]),
        mean=np.append(block.mean, 0.0),
        sd=np.append(block.sd, SHIFT_SD),
    )


def shift_days(block: Block, prefix: str = PREFIX) -> dict[int, int]:
    """First days of the shifts in a design, each with its column."""
    return {int(name.removeprefix(prefix)): place for place, name in enumerate(block.names) if name.startswith(prefix)}


def without_later(block: Block, end: int) -> Block:
    """The design as it would have been before ``end``: shifts from then on were not to be foreseen."""
    shifts = [*shift_days(block).items(), *shift_days(block, RECENT).items()]
    later = [column for day, column in shifts if day >= end]
    if not later:
        return block
    matrix = block.matrix.copy()
    matrix[:, later] = 0.0
    return replace(block, matrix=matrix)


def passed(paths: int, days: int, rng: np.random.Generator) -> Floats:
    """1.0 from the day on which a change of the last days has passed, (path, day); never, where it lasts."""
    end = np.where(rng.random(paths) < LASTING, days, rng.integers(0, SPELL, paths))
    return (np.arange(days) >= end[:, None]).astype(np.float64)
