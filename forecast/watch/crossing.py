"""Orders that lie in two incidents at once: each is counted in one of them.

It is of the incident with the cause that the feed tells of it; where that decides nothing, of the one that rang first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import KNOWN_CAUSES
from forecast.watch.incidents import members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.arrays import Bools
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.incidents import Incident


def failed_in(seen: Known, one: Incident) -> Bools:
    """The orders seen that failed, whatever the cause; and in an incident of silence what came as late as failures."""
    return np.asarray(seen.bad[0] if one.kind else seen.struck(0))


def named_for_others(view: Outlook, seen: Known, number: int, there: Sequence[Incident]) -> Bools:
    """Which orders seen of an incident of silence are of another, as the feed tells that one's cause of them.

    So its own cause is told by what is left of it. There are none in an incident of one cause.
    """
    found = np.zeros(len(seen.good), dtype=bool)
    if there[number].kind:
        return found
    for other in there:
        if other.kind:
            found |= seen.bad[other.kind] & members(view, seen, other)
    return found


def of_others(
    view: Outlook, seen: Known, number: int, there: Sequence[Incident], cause_of: Callable[[int], str]
) -> Bools:
    """Which failed orders seen that an incident holds are of another: of those ``there`` it has this ``number``.

    ``cause_of`` is the cause of an incident by its number, asked for only where two hold the same orders.
    """
    one = there[number]
    mine = members(view, seen, one) & failed_in(seen, one)
    found = np.zeros(len(mine), dtype=bool)
    for place, other in enumerate(there):
        if place == number or other.started > one.ended or one.started > other.ended:
            continue
        both = mine & members(view, seen, other)
        if not both.any():
            continue
        own, others = (seen.cause == KNOWN_CAUSES.index(cause_of(each)) for each in (number, place))
        found |= both & (others & ~own if number < place else others | ~own)
    return found
