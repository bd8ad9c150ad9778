"""The orders that alerts tell of, as a table for those who see to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.watch.feed import CAUSES, NEVER, NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Ints, Texts
    from forecast.watch.monitor import Alert, Watch

COLUMNS = ("order_id", "channel", "ordered_at", "amount", "cause", "state", "alert_id")
"""``ordered_at`` is local, ``amount`` yuan; ``cause`` is the feed's, else the likeliest of the alert."""


def affected_orders(watch: Watch, alerts: Sequence[tuple[str, Alert]], ids: Texts, now: int) -> pd.DataFrame:
    """The failed and overdue orders of all alerts, by their names, as known at a moment; ``ids`` are by ``feed.row``.

    All that failed in an alert's scope are listed, those too that would have failed on a usual day. ``state`` is
    ``deducted`` where the money came since, ``closed``, ``failed``, or ``overdue`` where nothing was heard.
    """
    there = [one.incident for _, one in alerts]
    places = [watch.affected(number, there, now) for number in range(len(there))]
    tables = [_of_alert(watch, *one, ids, now, held) for one, held in zip(alerts, places, strict=True)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _of_alert(watch: Watch, name: str, alert: Alert, ids: Texts, now: int, places: Ints) -> pd.DataFrame:
    feed = watch.view.feed.take(places)
    told = (feed.failed_at <= now) | ((feed.failed_at == NEVER) & (feed.cause != NONE))
    states = np.select(
        [feed.deducted_at <= now, feed.closed_at <= now, told], ["deducted", "closed", "failed"], "overdue"
    )
    values = (
        ids[feed.row],
        np.array(feed.channels, dtype=object)[feed.channel],
        np.datetime_as_string(feed.ordered_at.astype("datetime64[s]")),
        feed.amount / 100,
        np.where(told & (feed.cause != NONE), np.array(CAUSES, dtype=object)[feed.cause], alert.cause),
        states,
        np.full(len(feed), name, dtype=object),
    )
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
