"""What a reader of alerts must know: rows left out, how little was learnt from, and money that is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Note
from forecast.watch.feed import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert, Watch
    from forecast.watch.reading import ReadFeed

FEWEST_ORDERS = 500
"""Orders below which what is usual is hardly known."""

SILENT_FEED = 2 * DAY
"""Seconds before ``now`` in which nothing happened, after which the feed itself is rather what has stopped."""


def remarks(watch: Watch, read: ReadFeed, alerts: Sequence[Alert], losses: Sequence[Loss], now: int) -> list[Note]:
    """The notes on a watch, as read up to a moment."""
    found = []
    if read.unusable:
        found.append(Note("feed_rows_left_out", "feed", {"unusable": read.unusable}))
    if read.repeated:
        found.append(Note("feed_rows_repeated", "feed", {"repeated": read.repeated}))
    if not read.feed.confirms:
        found.append(
            Note("ledger_without_confirmations" if read.unlearnt else "feed_without_confirmations", "feed", {})
        )
    if watch.view.usual.orders < FEWEST_ORDERS:
        found.append(Note("usual_from_few", "feed", {"orders": watch.view.usual.orders}))
    if watch.orders(now) == 0:
        found.append(Note("feed_without_orders", "feed", {}))
    elif now - watch.last_event(now) > SILENT_FEED:
        found.append(Note("feed_stopped", "feed", {"hours": (now - watch.last_event(now)) // 3_600}))
    known = [one for one, loss in zip(alerts, losses, strict=True) if loss.lost is not None and loss.buffer is None]
    if known:
        found.append(Note("incident_before_horizon", "alerts", {"count": len(known)}))
    return found
