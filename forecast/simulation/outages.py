"""Outages on one channel: which of a scenario's strike it, and what share of each day's first deductions each takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import Outage

CLEARING = "clearing"
"""The cause that holds first deductions and arrivals up; any other makes first deductions fail."""


@dataclass(frozen=True, slots=True)
class Struck:
    """An outage on a channel, from index ``start`` to before ``stop``, which may lie beyond the horizon.

    ``share`` is the scenario's; ``taken`` (day) what it takes of each day's first deductions, those before it gone.
    """

    cause: str
    start: int
    stop: int
    share: float
    taken: Floats


@dataclass(frozen=True, slots=True)
class Strikes:
    """All outages on a channel, in the scenario's order.

    Shares (day) of first deductions: ``held`` up by clearing until its end, ``stopped`` by any other cause.
    """

    outages: tuple[Struck, ...]
    held: Floats
    stopped: Floats

    @property
    def holds(self) -> list[tuple[int, int, float]]:
        """The spans whose arrivals clearing holds up: first index, index after the last, share."""
        return [(one.start, one.stop, one.share) for one in self.outages if one.cause == CLEARING]


def strikes(name: str, clearing: str, outages: Sequence[Outage], as_of: np.datetime64, horizon: int) -> Strikes:
    """The outages that strike the channel of this name and clearing name within the horizon after as_of."""
    struck = []
    held, stopped = np.zeros(horizon), np.zeros(horizon)
    for outage in outages:
        start = int((np.datetime64(outage.start) - as_of).astype(np.int64)) - 1
        stop = start + outage.days
        hits = outage.channel == name or (outage.clearing and outage.clearing == clearing)
        if not hits or stop <= 0 or start >= horizon:
            continue
        start = max(start, 0)
        share = np.zeros(horizon)
        share[start : min(stop, horizon)] = outage.share
        taken = share * (1.0 - (stopped + held))
        if outage.cause == CLEARING:
            held = held + taken
        else:
            stopped = stopped + taken
        struck.append(Struck(outage.cause, start, stop, outage.share, taken))
    return Strikes(tuple(struck), held, stopped)
