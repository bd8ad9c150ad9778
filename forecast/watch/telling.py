"""What is told of incidents: names that stay the same in later runs, and what was seen and what to do in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.results.monitor import AlertShown, ScopeShown
from forecast.watch.feed import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.texts import Texts
    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert

NEAR = HOUR
"""Seconds by which the times of an incident may differ between two runs."""

MOST_NAMES = 5
"""Skus or regions that a sentence names."""


@dataclass(frozen=True, slots=True)
class Names:
    """How channels, regions and facilities are called in texts of one language."""

    texts: Texts
    labels: Mapping[str, str]
    facilities: Mapping[str, str] = field(default_factory=dict)

    def scope(self, alert: Alert) -> str:
        """A scope in words."""
        comma = self.texts("language.list_comma")
        parts = []
        if alert.clearing is not None and len(alert.channels) > 1:
            parts.append(self.texts("monitor.all_of_clearing", clearing=alert.clearing))
        elif len(alert.channels) < len(self.labels) or not (alert.sku or alert.region):
            parts.append(comma.join(self.labels.get(name, name) for name in alert.channels))
        for key, values in (("monitor.skus", alert.sku), ("monitor.regions", alert.region)):
            if values:
                rest = len(values) - MOST_NAMES
                shown = comma.join(values[:MOST_NAMES]) + (f" (+{rest})" if rest > 0 else "")
                parts.append(self.texts(key, names=shown))
        return self.texts("monitor.within").join(parts)


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts told in earlier runs, as known at the moment ``at``; of those ``settled`` the names alone matter.

    ``marks`` are of orders of their feed (see ``likeness``); ``dropped`` tells that there were alerts of another feed.
    """

    alerts: tuple[AlertShown, ...] = ()
    at: int = 0
    settled: tuple[AlertShown, ...] = ()
    marks: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    dropped: bool = False


def moment_text(moment: int) -> str:
    """A moment in seconds, as results write it."""
    return str(np.datetime64(moment, "s"))


def seconds(text: str) -> int:
    """The moment that a result wrote, in seconds."""
    return int(np.datetime64(text, "s").astype(np.int64))


def shown(alerts: Sequence[Alert], told: Told, names: Names, losses: Sequence[Loss]) -> tuple[AlertShown, ...]:
    """The alerts as a result shows them; those that were ``told`` in an earlier run keep their names."""
    used, found = {one.id for one in (*told.alerts, *told.settled)}, []
    for alert, loss, earlier in zip(alerts, losses, told_of(alerts, told), strict=True):
        name = earlier.id if earlier is not None else _name(alert, used)
        used.add(name)
        found.append(_shown(alert, name, earlier, names, loss))
    return tuple(found)


def told_of(alerts: Sequence[Alert], told: Told) -> list[AlertShown | None]:
    """What was told of each alert before; None where it is new."""
    left, found = list(told.alerts), []
    for alert in alerts:
        earlier = next((one for one in left if is_same(alert, one, told.at)), None)
        if earlier is not None:
            left.remove(earlier)
        found.append(earlier)
    return found


def is_same(alert: Alert, told: AlertShown, at: int) -> bool:
    """Whether an alert is an incident that was told as known at a moment: their times and their scopes meet.

    One that lasted then was known to last until that moment, and no further.
    """
    began, ended = seconds(told.started_at), at if told.ended_at is None else seconds(told.ended_at)
    if alert.started_at > ended + NEAR or (alert.ended_at is not None and began > alert.ended_at + NEAR):
        return False
    scope = told.scope
    pairs = ((alert.channels, scope.channels), (alert.sku, scope.sku), (alert.region, scope.region))
    return all(not one or not other or bool(set(one) & set(other)) for one, other in pairs)


def _name(alert: Alert, used: set[str]) -> str:
    plain = moment_text(alert.first_at)[:16].replace("-", "").replace(":", "").replace("T", "-")
    name, number = plain, 1
    while name in used:
        number += 1
        name = f"{plain}-{number}"
    return name


def _shown(alert: Alert, name: str, earlier: AlertShown | None, names: Names, loss: Loss) -> AlertShown:
    status: Literal["new", "open", "ended"] = "new" if earlier is None else "open"
    detected = moment_text(alert.detected_at)
    return AlertShown(
        id=name,
        status="ended" if alert.ended_at is not None else status,
        cause=alert.cause,
        probabilities=dict(alert.probabilities),
        scope=ScopeShown(alert.channels, alert.clearing, alert.sku, alert.region),
        started_at=moment_text(alert.started_at),
        detected_at=detected if earlier is None else min(detected, earlier.detected_at),
        ended_at=None if alert.ended_at is None else moment_text(alert.ended_at),
        orders=alert.orders,
        amount=alert.amount,
        failure_rate=alert.failure_rate,
        usual_rate=alert.usual_rate,
        expected_loss=loss.lost,
        expected_delay_days=loss.delay_days,
        lowest_cash=loss.lowest_cash,
        buffer=loss.buffer,
        evidence=_evidence(alert, names),
        next_step=names.texts(f"monitor.steps.{alert.cause}"),
    )


def _evidence(alert: Alert, names: Names) -> str:
    texts = names.texts
    said = texts(
        "monitor.evidence",
        scope=names.scope(alert),
        since=_clock(alert.started_at),
        failed=alert.failed,
        tried=alert.tried,
        rate=f"{alert.failure_rate:.0%}",
        usual=f"{alert.usual_rate:.1%}",
    )
    silent = texts("monitor.silent", silent=alert.silent) if alert.silent else ""
    since = texts("monitor.since_deducted", count=alert.since_deducted) if alert.since_deducted else ""
    before = texts("monitor.ran_before") if alert.ran_before else ""
    cause = texts("monitor.why", cause=texts(f"causes.{alert.cause}"), chance=f"{alert.probabilities[alert.cause]:.0%}")
    over = "" if alert.ended_at is None else texts("monitor.over", at=_clock(alert.ended_at))
    return said + silent + since + before + cause + over


def _clock(moment: int) -> str:
    return moment_text(moment)[:16].replace("T", " ")
