"""A shop over Golden Week 2026: a channel of firms that rest when offices do, and consumers who then buy more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from feeds import shop

from forecast.calendar import Calendar
from forecast.watch.banking import make_up_days, public_holidays
from forecast.watch.feed import DAY, HOUR, NEVER, NONE, Feed, in_order

CHINA = Calendar("CN")
FIRST, SINCE, END = (
    int(np.datetime64(day, "s").astype(np.int64)) for day in ("2026-07-01", "2026-09-18", "2026-10-14")
)
"""The first moment, that from which on is watched, and the last."""

WORKED = ("2026-09-20", "2026-10-10")
"""A Sunday and a Saturday that are worked in place of the holidays from 1 to 7 October (State Council, 2025)."""

FIRMS, CONSUMERS, WALLET = range(3)
_WORKING, _RESTING = (600, 300, 300), (120, 450, 330)
"""Orders of each channel on a day that is worked, and on one that is not."""

_OFFICE = np.array([1, 1, 1, 1, 1, 1, 2, 5, 9, 14, 14, 12, 8, 10, 14, 14, 12, 8, 4, 3, 3, 2, 2, 1])
_EVENING = np.array([3, 2, 1, 1, 1, 1, 2, 3, 4, 5, 5, 6, 6, 6, 6, 6, 6, 7, 8, 11, 14, 14, 10, 6])
"""Orders by hour of the day: of firms on working days, and of all else."""


def moment(text: str) -> int:
    """The seconds of a moment."""
    return int(np.datetime64(text, "s").astype(np.int64))


def golden_week(seed: int) -> Feed:
    """The feed of a seed."""
    rng = np.random.default_rng(seed)
    days = np.arange(FIRST // DAY, END // DAY)
    worked = CHINA.is_working_day(days.astype("datetime64[D]"))
    parts = []
    for channel in range(3):
        for day, works in zip(days.tolist(), worked.tolist(), strict=True):
            hours = _OFFICE if works and channel == FIRMS else _EVENING
            count = rng.poisson(hours / hours.sum() * (_WORKING if works else _RESTING)[channel])
            ordered = day * DAY + np.repeat(np.arange(24), count) * HOUR + rng.integers(0, HOUR, count.sum())
            parts.append(np.column_stack([np.full(len(ordered), channel), ordered]))
    told = np.concatenate(parts)
    channel, ordered = told[np.argsort(told[:, 1], kind="stable")].T
    count = len(ordered)
    paid = ordered + rng.integers(5, 300, count)
    failed = rng.random(count) < 0.02
    like = shop(1, 1)
    around = np.datetime64("2026-09-18", "D")
    return in_order(
        replace(
            like,
            channel=channel,
            sku=rng.integers(0, len(like.skus), count),
            region=rng.integers(0, len(like.regions), count),
            cause=np.where(failed, rng.integers(0, 4, count), NONE),
            amount=np.full(count, 10_000),
            ordered_at=ordered,
            tried_at=paid,
            failed_at=np.where(failed, paid + 60, NEVER),
            deducted_at=paid + np.where(failed, DAY, rng.integers(1, 60, count)),
            closed_at=np.full(count, NEVER),
            row=np.arange(count),
            holidays=public_holidays(CHINA, around),
            make_up_days=make_up_days(CHINA, around),
        )
    )
