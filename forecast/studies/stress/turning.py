"""Where an answer turns from yes to no along steps from a harmless end: by a few inner points, then by halving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.results.stress import Status

PARTS = 4
"""The steps are first looked at in so many parts."""


@dataclass(frozen=True, slots=True)
class Turn:
    """``step`` is the first one found at which the answer is no, the one before it being yes; None where none is.

    ``monotone`` is False where a later one of the first points is yes again.
    """

    status: Status
    step: int | None = None
    monotone: bool = True


def turn(steps: int, quick: Callable[[int], bool], sure: Callable[[int], bool]) -> Turn:
    """Find where ``sure`` turns from yes to no between step 0, the harmless end, and step ``steps``.

    A yes of ``quick`` is one of ``sure``, a no may not be; so the no that is given, and one at the harmless end, are
    asked of ``sure``. What turns to no and back between two neighbouring points of the first look is not seen.
    """
    known, guess = cache(sure), cache(quick)

    def holds(step: int) -> bool:
        return guess(step) or known(step)

    if not holds(0):
        return Turn("always")
    points = sorted({round(part) for part in np.linspace(0, steps, PARTS + 1).tolist()})
    for low, high in pairwise(points):
        if guess(high):
            continue
        first = _halved(low, high, guess if guess(low) else holds)
        if known(first):
            if known(high):
                continue
            first = _halved(first, high, holds)
        return Turn("found", first, not any(guess(point) for point in points if point > first))
    return Turn("never")


def _halved(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Give the first step that is no, between one that is yes and one that is no."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high
