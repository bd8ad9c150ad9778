"""The answer of a watch: its alerts as a result shows them, with what a reader must know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Note
from forecast.results.inputs import notes_shown
from forecast.results.monitor import MonitorResult
from forecast.texts import Texts
from forecast.watch.remarks import remarks
from forecast.watch.telling import Names, Told, moment_text, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.model import Plan
    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert, Watch
    from forecast.watch.reading import ReadFeed


def answer(
    plan: Plan,
    watch: Watch,
    read: ReadFeed,
    alerts: Sequence[Alert],
    losses: Sequence[Loss],
    end: int,
    told: Told,
) -> MonitorResult:
    """The alerts at the moment ``end`` with their money, under the names that they were ``told`` by before."""
    notes = [
        *([Note("feed_is_another", "feed", {})] if told.dropped else []),
        *remarks(watch, read, alerts, losses, end),
    ]
    return MonitorResult(
        now=moment_text(end),
        since=moment_text(watch.since),
        orders=watch.orders(end),
        alerts=shown(alerts, told, names_of(plan), losses),
        notes=notes_shown(notes, plan.language),
    )


def names_of(plan: Plan) -> Names:
    """How a plan's channels are called in its language."""
    return Names(Texts(plan.language), {name: one.label for name, one in plan.channels.items()})
