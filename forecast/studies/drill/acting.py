"""What staff do in a drill: they start the plan, move orders and take off goods at the playbook's failure rates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.results.drill import Moved
from forecast.studies.playbook.channels import FEWEST
from forecast.watch.evidence import known
from forecast.watch.feed import HOUR, MINUTE, NEVER
from forecast.watch.incidents import part_of
from forecast.watch.telling import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from forecast.arrays import Ints
    from forecast.results.playbook import Threshold
    from forecast.studies.drill.replaying import Replay
    from forecast.watch.feed import Feed
    from forecast.watch.monitor import Alert, Watch

STEP = 10 * MINUTE
"""Seconds that each step of the playbook takes, and until the first is done, and orders are moved."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The failed share of a channel within an alert, over so many hours, beside the rate that starts the plan.

    ``cause`` is what the alert named then, to which the rate belongs, ``failed`` the failed orders of all its channels.
    """

    at: int
    cause: str
    channel: str
    rate: float
    least: float
    hours: int
    failed: int

    @property
    def starts(self) -> bool:
        """Whether the plan starts."""
        return self.failed >= FEWEST and self.rate >= self.least


@dataclass(frozen=True, slots=True)
class Stays:
    """A channel of the alert whose orders stay, as the playbook's figures have it.

    ``at`` is when that was first decided, ``rate`` the highest failed share of the alert's scope from then on and
    ``least`` that from which on moving pays: None where it pays at none. ``to`` is the channel that would take the
    orders (None: there is none), and ``fails`` whether it is in the alert itself.
    """

    channel: str
    at: int
    rate: float
    least: float | None
    to: str | None
    fails: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """What staff do: moments in seconds.

    ``started`` is by what they started the plan (None: they did not), and ``nearest`` what came nearest to it.
    ``moved`` are orders that go through another channel, ``stays`` the channels whose orders do not, ``goods`` the
    moments from which on goods (channel, sku) are off. ``back_at`` are the moments from which on orders of a channel no
    longer move, as the channel that took them is in the alert itself by then.
    """

    started: Reached | None
    nearest: Reached | None
    moved: tuple[Moved, ...]
    moved_at: Mapping[str, int]
    goods: Mapping[tuple[str, str], int]
    stays: tuple[Stays, ...] = ()
    back_at: Mapping[str, int] = field(default_factory=dict)

    @property
    def acted_at(self) -> int | None:
        """The moment of the first thing done: a step after the plan was started; None where it was not."""
        return None if self.started is None else self.started.at + STEP

    def goes_at(self, feed: Feed) -> Ints:
        """The moment from which on each order is placed elsewhere, or again; ``NEVER`` where it stays (order,)."""
        moments = np.full(len(feed), NEVER)
        for channel, at in self.moved_at.items():
            moments[feed.channel == feed.channels.index(channel)] = at
        for channel, at in self.back_at.items():
            moments[(feed.channel == feed.channels.index(channel)) & (feed.tried_at >= at)] = NEVER
        for (channel, sku), at in self.goods.items():
            moments[(feed.channel == feed.channels.index(channel)) & (feed.sku == feed.skus.index(sku))] = at
        return moments


def acts(replay: Replay, limits: Mapping[str, Sequence[Threshold]], lost: float) -> Acts:
    """Follow the alarm's alert, a quarter of an hour after another, by the thresholds of the cause that it names.

    ``limits`` are those by cause, ``lost`` the part of what moves that is not placed at all. The plan starts once a
    channel's failed share reaches its ``alarm_rate``; from then on orders of a channel move once the share of the
    alert's scope, as it has grown by then, reaches the channel's ``move_rate``, and goods that it names are taken off.
    """
    started, nearest, after = _start(replay, limits)
    moved: dict[str, Moved] = {}
    moved_at: dict[str, int] = {}
    goods: dict[tuple[str, str], int] = {}
    for alert in after:
        acted = alert.detected_at + STEP
        for channel in alert.channels:
            if channel not in moved:
                goods = {(channel, sku): acted for sku in alert.sku} | goods
        corrected = {channel for channel, _ in goods}
        for one in moves(alert, limits[alert.cause], lost):
            if one.channel not in moved and one.channel not in corrected:
                moved[one.channel], moved_at[one.channel] = one, acted
    handled = {*moved, *(channel for channel, _ in goods)}
    stays = tuple(one for one in _stays(after, limits) if one.channel not in handled)
    return Acts(started, nearest, tuple(moved.values()), moved_at, goods, stays, _back(after, moved, moved_at))


def _back(after: Sequence[Alert], moved: Mapping[str, Moved], moved_at: Mapping[str, int]) -> dict[str, int]:
    """The moments from which on orders move no longer, by channel: a step after the one that took them had joined."""
    found: dict[str, int] = {}
    for channel, one in moved.items():
        joined = (each.detected_at + STEP for each in after if one.to in each.channels and not each.sku)
        back = next((at for at in joined if at > moved_at[channel]), None)
        if back is not None:
            found[channel] = back
    return found


def _stays(after: Sequence[Alert], limits: Mapping[str, Sequence[Threshold]]) -> Iterable[Stays]:
    """Every channel of the alert from the start on, as if its orders stayed."""
    found: dict[str, Stays] = {}
    for alert in after:
        for one in [] if alert.sku else _staying(alert, limits[alert.cause]):
            before = found.get(one.channel, one)
            found[one.channel] = replace(one, at=before.at, rate=max(before.rate, one.rate))
    return found.values()


def _staying(alert: Alert, limits: Sequence[Threshold]) -> Iterator[Stays]:
    """Every channel of one alert."""
    for one in limits:
        if one.channel in alert.channels:
            yield Stays(
                channel=one.channel,
                at=alert.detected_at + STEP,
                rate=alert.failure_rate,
                least=one.move_rate,
                to=one.move_to,
                fails=one.move_to in alert.channels,
            )


def _start(
    replay: Replay, limits: Mapping[str, Sequence[Threshold]]
) -> tuple[Reached | None, Reached | None, Sequence[Alert]]:
    """By what the plan is started, what came nearest to it, and the alert from then on."""
    nearest: Reached | None = None
    for place, alert in enumerate(replay.later):
        found = list(reached(replay.watch, alert, limits[alert.cause]))
        nearest = max([*found, *([nearest] if nearest else [])], key=lambda one: one.rate / one.least, default=None)
        started = next((one for one in found if one.starts), None)
        if started is not None:
            return started, nearest, replay.later[place:]
    return None, nearest, ()


def reached(watch: Watch, alert: Alert, limits: Sequence[Threshold]) -> Iterator[Reached]:
    """The failed share of each channel of an alert, of its scope's orders over the hours of the channel's threshold."""
    view, now = watch.view, alert.detected_at
    for one in limits:
        if one.channel not in alert.channels or one.alarm_rate <= 0:
            continue
        seen = known(view, now - one.alarm_hours * HOUR, now)
        part = part_of(seen)
        within, bad = alert.incident.scope.holds(view, part), seen.bad[0]
        mine = within & (view.feed.channel[part] == view.feed.channels.index(one.channel))
        tried = int(((seen.good | bad) & mine).sum())
        rate = int((bad & mine).sum()) / tried if tried else 0.0
        yield Reached(
            now, alert.cause, one.channel, rate, one.alarm_rate, one.alarm_hours, failed=int((bad & within).sum())
        )


def moves(alert: Alert, limits: Sequence[Threshold], lost: float) -> list[Moved]:
    """The channels of an alert whose orders move: at the failed share that staff see, moving loses less than staying.

    Wrong goods fail on every channel: their orders stay, and are placed again once the goods are corrected.
    """
    if alert.sku:
        return []
    return [
        Moved(
            channel=one.channel,
            to=one.move_to,
            at=moment_text(alert.detected_at + STEP),
            failure_rate=alert.failure_rate,
            least_rate=one.move_rate,
            lost=lost,
        )
        for one in limits
        if one.channel in alert.channels
        and one.move_to is not None
        and one.move_to not in alert.channels
        and one.move_rate is not None
        and alert.failure_rate >= one.move_rate
    ]
