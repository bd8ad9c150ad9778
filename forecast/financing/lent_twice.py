"""Receivables lent on more than once: what several facilities of a mix together rest on, beside what is open.

The base of each is the whole pool of its channels, as nothing says which receivables are given to whom. A lender does
not lend on what is sold or pledged already, so a mix that rests on more than is open cannot be had as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import FEN_TOLERANCE
from forecast.notes import Note
from forecast.pools import PoolRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Days, Floats
    from forecast.financing.kinds.accounts import Account
    from forecast.financing.policy import Outcome


def lent_twice(outcome: Outcome, days: Days, label: str) -> list[Note]:
    """Tell of facilities that together rest on more receivables than there are; nothing where they never do.

    They are held against what one of them counts, where all that the others count is among it. What a facility rests on
    is what it is owed ÷ its advance rate. Told is the day on which too much is on average, with the means over the
    paths on which it is. ``label`` is the scenario's name in the text.
    """
    resting = [one for one in outcome.accounts if one.arrangement.terms.on_receivables and one.balance.any()]
    told: list[tuple[float, Note]] = []
    for widest in resting:
        group = [one for one in resting if _among(_rule(one), _rule(widest))]
        base = widest.arrangement.terms.base
        if len(group) < 2 or base is None:  # noqa: PLR2004  # one facility keeps within its own base
            continue
        there = base / widest.arrangement.terms.facility.advance_rate
        told += _told(group, there, days, label)
    return [max(told, key=lambda one: one[0])[1]] if told else []


def _told(group: Sequence[Account], there: Floats, days: Days, label: str) -> list[tuple[float, Note]]:
    """Give by how much a group rests on more than is ``there``, yuan on its worst day, with the note on it."""
    rested = sum((one.balance / one.arrangement.terms.facility.advance_rate for one in group), np.zeros(1))
    beyond = np.maximum(rested - there, 0.0)
    worst = int(beyond.mean(axis=1).argmax())
    paths = beyond[worst] > FEN_TOLERANCE
    if not paths.any():
        return []
    figures: dict[str, str | int | float] = {
        "facilities": " + ".join(one.arrangement.terms.facility.name for one in group),
        "day": str(days[worst]),
        "rested": float(rested[worst][paths].mean()),
        "open": float(np.broadcast_to(there[worst], paths.shape)[paths].mean()),
        "chance": float((beyond > FEN_TOLERANCE).any(axis=0).mean()),
        "scenario": label,
    }
    return [(float(beyond[worst].mean()), Note("lent_on_twice", "financing.recommended", figures))]


def _rule(account: Account) -> PoolRule:
    return PoolRule.of(account.arrangement.terms.facility)


def _among(one: PoolRule, other: PoolRule) -> bool:
    """Tell whether all receivables that one rule counts are counted by the other, too."""
    channels = not other.channels or (bool(one.channels) and set(one.channels) <= set(other.channels))
    aged = other.max_age_days is None or (one.max_age_days is not None and one.max_age_days <= other.max_age_days)
    return channels and aged and one.concentration <= other.concentration
