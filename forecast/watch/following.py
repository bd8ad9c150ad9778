"""A watch that goes on: what came since the last look is put among the orders kept, and incidents are carried on.

The incidents at every moment of the grid that may still change are kept beside the orders, so that a row that comes
late is looked at as if it had come in time: from the first moment on of which it tells, the grid is walked anew. What
is told is that of a watch over the whole feed, as far back as ``LATE`` and ``MOST_KEPT`` allow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.calibration import threshold
from forecast.watch.evidence import BEFORE_DAYS, SLOWEST, outlook
from forecast.watch.feed import DAY, HOUR, MINUTE, NEVER, Feed, places, renamed
from forecast.watch.incidents import SAME, SLACK, Incident, step, window_begin
from forecast.watch.kept import merged, moment_of, still_needed
from forecast.watch.monitor import Alert, Watch
from forecast.watch.usual import SURGE_HOURS, Usual, learn, under_more_names
from forecast.watch.walking import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Ints
    from forecast.watch.evidence import Outlook

LATE = 36 * HOUR
"""Seconds by which a row may come late and still be looked at as if it had come in time …"""

MOST_KEPT = 300_000
"""… or the time of the last so many orders, if that is shorter, but for ``LEAST_LATE``."""

MANY = 1_000_000
"""Orders kept from which on fewer hours of them tell how long deductions took."""

LEAST_LATE = 30 * MINUTE
"""Seconds by which a row may come late however many orders there are."""


@dataclass(frozen=True, slots=True)
class Walked:
    """The incidents at a moment of the grid."""

    at: int
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """What a watch can be carried on from: incidents, orders let go, and the moment from which orders are needed.

    ``skus`` and ``regions`` are the names among which the scopes of incidents have their places; ``learnt`` tells
    whether what is usual is the same.
    """

    walked: Walked
    kept_from: int
    gone: int
    skus: tuple[str, ...]
    regions: tuple[str, ...]
    learnt: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look finds: the moment, the watch of the orders kept, and the alerts of incidents that may still change.

    An incident that ended before ``settled`` changes no more, and is not among the alerts.
    """

    now: int
    watch: Watch
    alerts: tuple[Alert, ...]
    settled: int


@dataclass(slots=True)
class Following:
    """The state of a watch that goes on: orders kept, and the incidents at moments of the grid, rising."""

    usual: Usual
    since: int
    least: float
    learnt: str
    feed: Feed
    walked: list[Walked]
    kept_from: int
    gone: int = 0
    changed: int = field(default=int(NEVER))

    @classmethod
    def of(cls, history: Feed, since: int) -> Following:
        """A watch from ``since`` on by what is usual in a history, with no order of the feed yet."""
        usual = learn(history, since)
        least = threshold(history, usual, since)
        nothing = history.take(np.zeros(0, dtype=np.int64))
        start = [Walked(since, ())]
        return cls(usual, since, least, _digest(usual, history, least), nothing, start, since - BEFORE_DAYS * DAY)

    @property
    def base(self) -> Base:
        """What the watch can be carried on from, by another process too."""
        return Base(self.walked[0], self.kept_from, self.gone, self.feed.skus, self.feed.regions, self.learnt)

    def carry_on(self, base: Base) -> bool:
        """Whether the watch goes on from there: not where something else was usual then."""
        if base.learnt != self.learnt:
            return False
        self._name(base.skus, base.regions)
        moved = _moved(base.walked, places(base.skus, self.feed.skus), places(base.regions, self.feed.regions))
        self.walked, self.kept_from, self.gone = [moved], base.kept_from, base.gone
        return True

    def begin_anew(self) -> None:
        """Forgets what it was carried on from: as if nothing had been watched yet."""
        self.walked, self.gone = [Walked(self.since, ())], 0
        self.kept_from = self.since - BEFORE_DAYS * DAY

    def take(self, fresh: Feed, *, anew: bool) -> None:
        """Puts rows among the orders kept; see ``kept.merged``."""
        self._name(fresh.skus, fresh.regions)
        fresh = renamed(fresh, self.feed.skus, self.feed.regions)
        fresh = fresh.take(still_needed(fresh, self.kept_from) & (fresh.ordered_at > self.since - BEFORE_DAYS * DAY))
        self.feed, changed = merged(self.feed, fresh, anew=anew)
        self.changed = min(self.changed, changed)

    def look(self) -> Look:
        """The incidents at the last moment of the feed, with those of the grid before it walked anew as need be."""
        now = max(self.feed.last_moment, self.since)
        watch = Watch(outlook(self.feed, self.usual), self.since, self.least, self.gone)
        while len(self.walked) > 1 and self.walked[-1].at >= min(self.changed, now + 1):
            self.walked.pop()
        reached = self.walked[-1]
        for at, there in walk(watch.view, reached.incidents, self.since, reached.at, now, self.least):
            self.walked.append(Walked(at, there))
        there = self.walked[-1].incidents if self.walked[-1].at == now else self._step(watch, now)
        self.changed = int(NEVER)
        settled = self._settled(watch.view)
        alerts = tuple(
            watch.alert(number, there, now) for number, one in enumerate(there) if one.lasts or one.ended >= settled
        )
        self._let_go(watch.view, now, there)
        return Look(now, watch, alerts, settled)

    def _step(self, watch: Watch, at: int) -> tuple[Incident, ...]:
        return step(watch.view, self.walked[-1].incidents, self.since, at, self.least)

    def _settled(self, view: Outlook) -> int:
        """The moment before whose end an incident can change no more."""
        return max(window_begin(view, self.walked[0].at) - SAME, self.since)

    def _let_go(self, view: Outlook, now: int, there: Sequence[Incident]) -> None:
        """Forgets moments of the grid that are too long ago to be walked anew, and orders that no look needs."""
        many = np.sort(moment_of(self.feed))[-MOST_KEPT:]
        late = max(now - LATE, int(many[0]) if len(many) == MOST_KEPT else now - LATE)
        oldest = min(late, now - LEAST_LATE)
        while len(self.walked) > 1 and self.walked[1].at <= oldest:
            del self.walked[0]
        kept_from = self._needed_from(view, there)
        if kept_from <= self.kept_from:
            return
        self.kept_from = kept_from
        needed = still_needed(self.feed, kept_from)
        if int(needed.sum()) < len(self.feed):
            self.gone += int((self.feed.ordered_at[~needed] > self.since).sum())
            self.feed = self.feed.take(needed)

    def _needed_from(self, view: Outlook, there: Sequence[Incident]) -> int:
        """The moment from which on looks need orders: for new incidents, and for those that may still change."""
        settled = self._settled(view)
        known = [one for one in (*there, *self.walked[0].incidents) if one.account.until < one.ended]
        changing = [_needed_from(one) for one in known if one.lasts or one.ended >= settled]
        first = min(changing, default=int(NEVER))
        starts = [_needed_from(one) for one in known if one.ended >= min(first, settled)]
        return min([window_begin(view, self.walked[0].at), *starts]) - self._before()

    def _before(self) -> int:
        """Seconds before the first order looked at whose orders tell its surge, and how long deductions took."""
        shortest = (SURGE_HOURS + 1) * HOUR
        if len(self.feed) > MANY:
            return shortest
        longest = 2 * SLOWEST * float(self.usual.delays.patience.max(initial=0))  # twice: in a surge
        if self.usual.delays.unknown[np.unique(self.feed.channel)].any():
            return BEFORE_DAYS * DAY
        return int(np.clip(longest, shortest, BEFORE_DAYS * DAY))

    def _name(self, skus: tuple[str, ...], regions: tuple[str, ...]) -> None:
        """Makes place for more names: every place that is kept moves with its name."""
        all_skus, all_regions = tuple(sorted({*self.feed.skus, *skus})), tuple(sorted({*self.feed.regions, *regions}))
        if (all_skus, all_regions) == (self.feed.skus, self.feed.regions):
            return
        sku, region = places(self.feed.skus, all_skus), places(self.feed.regions, all_regions)
        self.feed = renamed(self.feed, all_skus, all_regions)
        self.walked = [_moved(one, sku, region) for one in self.walked]
        self.usual = under_more_names(self.usual, sku, region, len(all_skus), len(all_regions))


def _needed_from(one: Incident) -> int:
    """The moment from which on orders are needed for an incident: those before it are in its account."""
    return max(one.started - max(HOUR, SLACK), one.account.until)


def _moved(walked: Walked, sku: Ints, region: Ints) -> Walked:
    """The incidents with the places of their scopes' names moved."""
    found = []
    for one in walked.incidents:
        skus, regions = _at(sku, one.scope.sku), _at(region, one.scope.region)
        found.append(replace(one, scope=replace(one.scope, sku=skus, region=regions)))
    return Walked(walked.at, tuple(found))


def _at(where: Ints, old: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(where[one]) for one in old)


def _digest(usual: Usual, history: Feed, least: float) -> str:
    """What is usual in a few letters: the same where nothing of it differs."""
    delays = usual.delays
    arrays = (usual.rate, usual.sku, usual.region, usual.hour, usual.recurring.odds, usual.power, usual.orders_an_hour)
    waits = (delays.soonest, delays.patience, delays.waiting, delays.usual, delays.slowness, delays.telling)
    text = repr((usual.since, usual.orders, usual.wanders, least, history.channels, history.skus, history.regions))
    made = hashlib.sha256(text.encode())
    for one in (*arrays, *waits, delays.resting, delays.unknown, history.holidays, history.make_up_days):
        made.update(np.ascontiguousarray(one).tobytes())
    return made.hexdigest()[:16]
