"""The cause of an incident: as the feed tells it, and before it does by signature, as probabilities.

Signatures, as in ``receivables/signatures.py``: goods that fail on every channel are a batch with wrong data
(validation); a region, or one channel at a surge of its own, is risk control; all channels of a clearing name are
clearing; one channel from a minute on is integration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import KNOWN_CAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Bools
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.incidents import Incident

TELLING = 1.5
"""Log-odds that one failure with a cause, beyond the usual ones, gives to that cause."""

MOST = 60.0
"""Log-odds beyond which more failures say nothing more."""

OWN_SURGE = 1.7
"""Orders of a channel over its usual, against those of all others over theirs, from which on it has a surge of its own."""

_EVEN = {"integration": 0.0, "validation": 0.0, "risk_control": 0.0, "clearing": 0.0}


def probabilities(view: Outlook, seen: Known, one: Incident, within: Bools) -> dict[str, float]:
    """The probability of each cause, adding up to 1, given an incident and its orders among those seen."""
    score = {cause: mark for cause, mark in _signature(view, seen, one, within).items()}
    failed = seen.bad[0] & within
    for place, cause in enumerate(KNOWN_CAUSES):
        named = failed & (seen.cause == place)
        usual = float(seen.chance[place + 1, within & (seen.good | seen.bad[0])].sum())
        score[cause] += min(MOST, TELLING * max(float(named.sum()) - usual, 0.0))
    marks = np.array([score[cause] for cause in KNOWN_CAUSES])
    weight = np.exp(marks - marks.max())
    return dict(zip(KNOWN_CAUSES, (weight / weight.sum()).tolist(), strict=True))


def clearing_of(view: Outlook, one: Incident) -> str | None:
    """The clearing name all of whose channels fail, where the scope is those and no others."""
    feed = view.feed
    names = {feed.clearing.get(feed.channels[place], feed.channels[place]) for place in one.scope.channel}
    if len(names) != 1:
        return None
    (name,) = names
    behind = {place for place, channel in enumerate(feed.channels) if feed.clearing.get(channel, channel) == name}
    return name if set(one.scope.channel) == behind else None


def _signature(view: Outlook, seen: Known, one: Incident, within: Bools) -> Mapping[str, float]:
    """Log-odds of each cause by scope and surge alone."""
    scope = one.scope
    if scope.sku:
        return _EVEN | {"validation": 5.0}
    if scope.region:
        return _EVEN | {"risk_control": 4.0}
    surges = len(scope.channel) == 1 and _own_surge(view, seen, within) >= OWN_SURGE
    if surges:
        return _EVEN | {"risk_control": 3.0, "integration": 1.0}
    if len(scope.channel) == 1:
        alone = clearing_of(view, one) is not None
        return _EVEN | {"integration": 3.0, "clearing": 2.0 if alone else 0.0, "risk_control": 1.0}
    if clearing_of(view, one) is not None:
        return _EVEN | {"clearing": 4.0, "integration": 1.0}
    return _EVEN | {"clearing": 1.5, "integration": 2.0, "validation": 1.0}


def _own_surge(view: Outlook, seen: Known, within: Bools) -> float:
    """The greatest surge of the incident's channel over that of all orders, about which half its orders stand."""
    chosen = np.flatnonzero(within) + seen.first
    if not len(chosen):
        return 1.0
    return float(np.median(view.own_surge[chosen] / view.surge[chosen]))
