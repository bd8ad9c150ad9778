"""The cause of an incident: as the feed tells it, and before it does by signature, as probabilities.

Signatures, as in ``receivables/signatures.py``: goods that fail on every channel are a batch with wrong data
(validation); a region, or one channel at a surge of its own or from the minute on at which a surge begins, is risk
control; all channels of a clearing name are clearing; one channel from any other minute on is integration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.feed import HOUR, KNOWN_CAUSES, MINUTE
from forecast.watch.hourly import hour_of_week

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Bools
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.incidents import Incident

TELLING = 1.5
"""Log-odds that one failure with a cause, beyond the usual ones, gives to that cause."""

MOST = 60.0
"""Log-odds beyond which more failures say nothing more."""

OWN_SURGE = 2.5
"""Orders of a channel over its usual, against those of the others over theirs, where it has a surge of its own."""

SURGE_BOUNDS = (-3.0, 6.0)
"""Log-odds that such a surge gives to risk control, at least and at most."""

BEFORE, ONSET = HOUR, 15 * MINUTE
"""Seconds before and after an incident's beginning whose orders tell whether a surge begins with it …"""

COINCIDENCE = 3.0
"""… the log-odds that this must gain before it tells anything: few incidents begin with a surge …"""

MOST_OF_ONSET = 3.0
"""… and the most that it then gives to risk control: a peak breaks interfaces, too."""

CHANCE_FAILURES, AFTER_CHANCE = 2, 30 * MINUTE
"""Failures by chance that may have come before an incident truly began, at most, and by how long …"""

CALM = 2.0
"""… if so many times as many orders were deducted meanwhile, at least."""

UNSURE_OF_ALL = 2.0
"""Log-likelihood ratio for all channels of a clearing name failing, against one, at which both are as likely …"""

CLEARLY_ALL = 8.0
"""… and from which on all are."""

_EVEN = {"integration": 0.0, "validation": 0.0, "risk_control": 0.0, "clearing": 0.0}


def probabilities(view: Outlook, seen: Known, one: Incident, within: Bools) -> dict[str, float]:
    """The probability of each cause, adding up to 1, given an incident and its orders among those seen."""
    score, counts = dict(_signature(view, seen, one)), one.account.counts
    named, usual = named_in(seen, within)
    for place, cause in enumerate(KNOWN_CAUSES):
        more, usually = (x[place] if x else 0.0 for x in (counts.named, counts.named_usual))
        score[cause] += min(MOST, TELLING * max(named[place] + more - (usual[place] + usually), 0.0))
    marks = np.array([score[cause] for cause in KNOWN_CAUSES])
    weight = np.exp(marks - marks.max())
    return dict(zip(KNOWN_CAUSES, (weight / weight.sum()).tolist(), strict=True))


def named_in(seen: Known, within: Bools) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How many of some orders seen failed as the feed tells, by known cause, and how many of them usually do."""
    failed, told = seen.bad[0] & within, within & (seen.good | seen.bad[0])
    named = tuple(float((failed & (seen.cause == place)).sum()) for place in range(len(KNOWN_CAUSES)))
    return named, tuple(float(seen.chance[place + 1, told].sum()) for place in range(len(KNOWN_CAUSES)))


def likeliest(chances: Mapping[str, float]) -> str:
    """The cause with the greatest probability."""
    return max(chances, key=lambda cause: chances[cause])


def clearing_of(view: Outlook, one: Incident) -> str | None:
    """The clearing name all of whose channels fail, where the scope is those and no others."""
    feed = view.feed
    scope = set(one.scope.channel or range(len(feed.channels)))
    names = {feed.clearing.get(feed.channels[place], feed.channels[place]) for place in scope}
    if len(names) != 1 or one.scope.sku or one.scope.region:
        return None
    (name,) = names
    behind = {place for place, channel in enumerate(feed.channels) if feed.clearing.get(channel, channel) == name}
    return name if scope == behind else None


def _signature(view: Outlook, seen: Known, one: Incident) -> Mapping[str, float]:
    """Log-odds of each cause by scope and surge alone."""
    scope = one.scope
    if scope.sku:
        return _EVEN | {"validation": 5.0}
    if scope.region:
        return _EVEN | {"risk_control": 4.0}
    if len(scope.channel) == 1:
        alone = clearing_of(view, one) is not None
        surge = surge_of(view, seen, one) if one.account.surge is None else one.account.surge
        return _EVEN | {"integration": 3.0, "clearing": 2.0 if alone else 0.0, "risk_control": 1.0 + surge}
    if clearing_of(view, one) is not None:
        return _of_clearing_name(view, seen, one)
    return _EVEN | {"clearing": 1.5, "integration": 2.0, "validation": 1.0}


def _of_clearing_name(view: Outlook, seen: Known, one: Incident) -> Mapping[str, float]:
    """Log-odds of an incident of all channels of a clearing name, among them that it is of one of these alone.

    Its orders say by how much all fail rather than the one that fails most: healthy ones of the others speak against.
    """
    part = slice(seen.first, seen.first + seen.good.shape[0])
    tried, channel = view.feed.tried_at[part], view.feed.channel[part]
    mine = seen.telling(one.kind) & one.scope.holds(view, part) & (tried >= one.started) & (tried <= one.ended)
    told = [seen.odds(one.kind, np.flatnonzero(mine & (channel == x))).sum(axis=1) for x in one.scope.channel]
    gained = float(np.max(np.sum(told, axis=0)) - max(each.max() for each in told))
    whole = {"clearing": 4.0, "integration": 1.0}
    if one.account.until or gained >= CLEARLY_ALL:
        return _EVEN | whole
    alone = 1.0 / (1.0 + float(np.exp(gained - UNSURE_OF_ALL)))
    weights = dict.fromkeys(KNOWN_CAUSES, 0.0)
    for signature, chance in ((whole, 1 - alone), ({"integration": 3.0, "risk_control": 1.0}, alone)):
        marks = {cause: float(np.exp(signature.get(cause, 0.0))) for cause in KNOWN_CAUSES}
        weights = {cause: weights[cause] + chance * mark / sum(marks.values()) for cause, mark in marks.items()}
    return {cause: float(np.log(weight)) for cause, weight in weights.items()}


def surge_of(view: Outlook, seen: Known, one: Incident) -> float:
    """Log-odds that a surge gives to risk control, of an incident of one channel."""
    begun = max(_begun_with_surge(view, seen, one, onset) for onset in _onsets(view, seen, one))
    return max(_own_surge(view, seen, one), begun)


def _own_surge(view: Outlook, seen: Known, one: Incident) -> float:
    """Log-odds that the incident's channel has a surge of its own, by its part of all orders since it began."""
    feed, hours = view.feed, view.usual.orders_an_hour
    until = min(seen.now, one.last)
    part = slice(seen.first, seen.first + seen.good.shape[0])
    tried = feed.tried_at[part]
    channel = feed.channel[part][(tried >= one.started) & (tried <= until)]
    usual = hours[hour_of_week(np.arange(one.started, until + MINUTE, MINUTE) // HOUR, feed)].sum(axis=0)
    own = float(usual[one.scope.channel[0]] / max(float(usual.sum()), 1e-9))
    risen = OWN_SURGE * own / (1 + (OWN_SURGE - 1) * own)
    mine = int((channel == one.scope.channel[0]).sum())
    if not 0 < own < 1:
        return 0.0
    odds = mine * np.log(risen / own) + (len(channel) - mine) * np.log((1 - risen) / (1 - own))
    return float(np.clip(odds, *SURGE_BOUNDS))


def _onsets(view: Outlook, seen: Known, one: Incident) -> list[int]:
    """The moments at which an incident may have begun: its first failure, or one soon after few that were by chance."""
    part = slice(seen.first, seen.first + seen.good.shape[0])
    tried = view.feed.tried_at[part]
    soon = one.scope.holds(view, part) & (tried >= one.started) & (tried <= one.started + AFTER_CHANCE)
    failed = tried[soon & seen.bad[0]][: CHANCE_FAILURES + 1]
    deducted = np.searchsorted(tried[soon & seen.good], failed)
    return [one.started, *(int(x) for place, x in enumerate(failed) if place and deducted[place] >= CALM * place)]


def _begun_with_surge(view: Outlook, seen: Known, one: Incident, onset: int) -> float:
    """Log-odds that orders of the incident's channel rose to a surge at its onset, whatever the others did.

    They are held against those just before, or against the usual ones where these were more.
    """
    feed, channel = view.feed, one.scope.channel[0]
    until = min(seen.now, max(one.last, one.rang_at), onset + ONSET)

    def orders(begin: int, end: int) -> tuple[int, float]:
        part = slice(*np.searchsorted(feed.tried_at, [begin, end]).tolist())
        minutes = hour_of_week(np.arange(begin, end, MINUTE) // HOUR, feed)
        usual = float(view.usual.orders_an_hour[minutes, channel].sum()) * MINUTE / HOUR
        return int((feed.channel[part] == channel).sum()), usual

    came, usual = orders(onset, until + 1)
    earlier, usual_earlier = orders(onset - BEFORE, onset)
    expected = usual * max((earlier + 1) / (usual_earlier + 1), 1.0)
    return min(came * float(np.log(OWN_SURGE)) - (OWN_SURGE - 1) * expected - COINCIDENCE, MOST_OF_ONSET)
