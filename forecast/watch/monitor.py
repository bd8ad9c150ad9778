"""The monitor: a feed watched from ``since`` on, its incidents at any moment, and what is told of each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.watch.accounts import EMPTY
from forecast.watch.calibration import threshold
from forecast.watch.causes import clearing_of, likeliest, probabilities
from forecast.watch.counting import counted, counts_of, seen_of
from forecast.watch.crossing import failed_in
from forecast.watch.evidence import BEFORE_DAYS, outlook
from forecast.watch.feed import DAY, places, renamed
from forecast.watch.incidents import Incident, ran_before, step
from forecast.watch.outcomes import outcomes
from forecast.watch.usual import learn, under_more_names
from forecast.watch.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.arrays import Ints
    from forecast.watch.evidence import Outlook
    from forecast.watch.feed import Feed
    from forecast.watch.outcomes import Outcome
    from forecast.watch.usual import Usual

LONGEST_DAYS = 400
"""Days that may be watched at once: a moment further off is a slip."""

_NOTHING: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told of one incident at a moment; moments in seconds, ``ended_at`` None while it lasts.

    ``number`` counts the incidents of a watch from 0. Of the scope an empty tuple is every value; ``clearing`` is the
    clearing name all of whose channels fail. ``orders`` and ``amount`` (yuan) are what failed or is overdue within the
    scope beyond the usual, ``amounts`` the same by channel; ``failed`` counts all of it, ``silent`` that of which no
    failure was told, and ``tried`` the first deductions of which something is known. ``since_deducted`` counts those
    failed ones that were deducted by now, ``outcomes`` says by channel what has become of their amount. ``ran_before``
    tells that it ran already when the watch began. ``incident`` is what it tells of.
    """

    number: int
    cause: str
    probabilities: Mapping[str, float]
    channels: tuple[str, ...]
    clearing: str | None
    sku: tuple[str, ...]
    region: tuple[str, ...]
    first_at: int
    started_at: int
    detected_at: int
    ended_at: int | None
    orders: int
    amount: float
    amounts: Mapping[str, float]
    failed: int
    tried: int
    failure_rate: float
    usual_rate: float
    silent: int
    since_deducted: int
    outcomes: Mapping[str, Outcome]
    ran_before: bool
    incident: Incident


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is usual in a history, under its names of ``skus`` and ``regions``, and the score that rings."""

    usual: Usual
    least: float
    skus: tuple[str, ...]
    regions: tuple[str, ...]

    @classmethod
    def of(cls, history: Feed, since: int) -> Learnt:
        """What is learnt by what was known at ``since``."""
        usual = learn(history, since)
        return cls(usual, threshold(history, usual, since), history.skus, history.regions)


@dataclass(frozen=True, slots=True)
class Watch:
    """A feed beside what is usual, watched from ``since`` on (seconds); ``least`` is the score that rings.

    ``gone`` counts the orders placed after ``since`` that the feed holds no more.
    """

    view: Outlook
    since: int
    least: float
    gone: int = 0

    @classmethod
    def of(cls, history: Feed, feed: Feed, since: int) -> Watch:
        """Watch a feed by what is usual in a history up to ``since``; both name channels, skus and regions alike."""
        usual = learn(history, since)
        with ThreadPoolExecutor(1) as beside:
            least = beside.submit(threshold, history, usual, since)
            return cls(_recent_outlook(feed, usual, since), since, least.result())

    @classmethod
    def by(cls, learnt: Learnt, feed: Feed, since: int) -> Watch:
        """Watch a feed by what was learnt of a history, whose skus and regions may be others."""
        skus, regions = (tuple(sorted({*getattr(learnt, x), *getattr(feed, x)})) for x in ("skus", "regions"))
        sku, region = places(learnt.skus, skus), places(learnt.regions, regions)
        usual = under_more_names(learnt.usual, sku, region, len(skus), len(regions))
        return cls(_recent_outlook(renamed(feed, skus, regions), usual, since), since, learnt.least)

    def alerts(self, now: int) -> tuple[Alert, ...]:
        """All incidents told up to a moment, as known then, by the order in which they rang."""
        *_, there = self.replay([now])
        return tuple(self.alert(number, there, now) for number in range(len(there)))

    def alerts_of_replay(self, asked: Sequence[int]) -> tuple[Alert, ...]:
        """The alerts at the last of the moments asked for, each with the first of them at which it rang."""
        rang: dict[int, int] = {}
        there = _NOTHING
        for now, there in zip(asked, self.replay(asked), strict=True):
            rang = {number: rang.get(number, now) for number in range(len(there))}
        alerts = (self.alert(number, there, asked[-1]) for number in range(len(there)))
        return tuple(replace(one, detected_at=rang[one.number]) for one in alerts)

    def orders(self, now: int) -> int:
        """The orders placed after ``since`` and up to a moment."""
        placed = self.view.feed.ordered_at
        return self.gone + int(((placed > self.since) & (placed <= now)).sum())

    def last_event(self, now: int) -> int:
        """The last moment up to another at which anything happened; ``since`` where nothing did after it."""
        feed = self.view.feed
        moments = (feed.ordered_at, feed.tried_at, feed.failed_at, feed.deducted_at, feed.closed_at)
        return max(int(one[one <= now].max(initial=self.since)) for one in moments)

    def replay(self, asked: Sequence[int]) -> Iterator[tuple[Incident, ...]]:
        """The incidents at each moment asked for, which must rise: each as one who asks then alone would be told."""
        reached, on_grid = self.since, _NOTHING
        grid = walk(self.view, _NOTHING, self.since, self.since, max(asked, default=self.since), self.least)
        ahead = next(grid, None)
        for now in asked:
            while ahead is not None and ahead[0] <= now:
                (reached, on_grid), ahead = ahead, next(grid, None)
            yield on_grid if reached == now else step(self.view, on_grid, self.since, now, self.least)

    def alert(self, number: int, there: Sequence[Incident], now: int) -> Alert:
        """What is told at a moment of the incident with a number among those there are."""
        view, feed, one = self.view, self.view.feed, there[number]
        seen = seen_of(view, one, self.since, now)
        within = counted(view, seen, number, there, self.since, now)
        counts = one.account.counts.plus(counts_of(view, seen, one, within, now))
        odds = probabilities(view, seen, one, within)
        amounts = {name: max(yuan, 0.0) for name, yuan in zip(feed.channels, counts.beyond, strict=True)}
        return Alert(
            number=number,
            cause=likeliest(odds),
            probabilities=odds,
            channels=tuple(feed.channels[x] for x in one.scope.channel or range(len(feed.channels))),
            clearing=clearing_of(view, one),
            sku=tuple(feed.skus[x] for x in one.scope.sku),
            region=tuple(feed.regions[x] for x in one.scope.region),
            first_at=one.first,
            started_at=one.started,
            detected_at=one.rang_at,
            ended_at=None if one.lasts else one.ended,
            orders=max(round(counts.failed - counts.usual), 0),
            amount=sum(amounts.values()),
            amounts={name: yuan for name, yuan in amounts.items() if yuan > 0},
            failed=counts.failed,
            tried=counts.tried,
            failure_rate=counts.failed / counts.tried if counts.tried else 0.0,
            usual_rate=counts.usual / counts.tried if counts.tried else 0.0,
            silent=counts.silent,
            since_deducted=counts.since_deducted,
            outcomes=outcomes(feed.channels, counts),
            ran_before=one.account.ran_before if one.account.until else ran_before(view, one, self.since),
            incident=one,
        )

    def affected(self, number: int, there: Sequence[Incident], now: int) -> Ints:
        """The places in the feed of the orders that an incident's alert counts as failed, as known at a moment.

        Those that are in its account are listed as far as the feed still holds them.
        """
        one = replace(there[number], account=EMPTY)
        seen = seen_of(self.view, one, self.since, now)
        own = counted(self.view, seen, number, there, self.since, now)
        return np.asarray(np.flatnonzero(own & failed_in(seen, one)) + seen.first)


def _recent_outlook(feed: Feed, usual: Usual, since: int) -> Outlook:
    return outlook(feed.take(feed.ordered_at > since - BEFORE_DAYS * DAY), usual)


def asked_moments(since: int, now: int, every: int) -> list[int]:
    """The moments of a replay: each step after ``since`` and before ``now``, and ``now``."""
    steps = np.arange(since + every, now, every).tolist()
    return [*steps, now]
