"""The columns of a feed as they are read, whoever reads them, and the feed that is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.watch.banking import make_up_days, public_holidays
from forecast.watch.feed import NEVER, NONE, Feed, due_at, in_order

if TYPE_CHECKING:
    from forecast.arrays import Ints
    from forecast.plan.model import Plan

MOMENTS = ("ordered_at", "paid_at", "failed_at", "deducted_at", "closed_at")
NAMED = ("sku", "region")


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows that can be used as columns (row,), in their order: as in ``Feed``, with ``paid_at`` as it was told.

    ``skus`` and ``regions`` are the names among which ``sku`` and ``region`` have their places; ``number`` is one made
    of each order's number; empty where it was not asked for.
    """

    skus: tuple[str, ...]
    regions: tuple[str, ...]
    channel: Ints
    sku: Ints
    region: Ints
    cause: Ints
    amount: Ints
    ordered_at: Ints
    paid_at: Ints
    failed_at: Ints
    deducted_at: Ints
    closed_at: Ints
    number: Ints

    @property
    def confirmed(self) -> bool:
        """Whether any order is confirmed."""
        return bool((self.paid_at < NEVER).any())

    @property
    def shown(self) -> bool:
        """Whether any order's deduction or failure shows that it was confirmed."""
        return bool(((np.minimum(self.deducted_at, self.failed_at) < NEVER) | (self.cause != NONE)).any())


def feed_of(plan: Plan, told: Columns, *, confirms: bool | None) -> Feed:
    """The feed of some rows; ``confirms`` says whether their source tells confirmations, where that is known."""
    calendar, as_of = Calendar(plan.merchant.holidays), np.datetime64(plan.horizon.as_of, "D")
    confirms = told.confirmed or not told.shown if confirms is None else confirms
    return in_order(
        Feed(
            channels=tuple(plan.channels),
            skus=told.skus,
            regions=told.regions,
            clearing={name: one.clearing for name, one in plan.channels.items()},
            confirms=confirms,
            channel=told.channel,
            sku=told.sku,
            region=told.region,
            cause=told.cause,
            amount=told.amount,
            ordered_at=told.ordered_at,
            tried_at=due_at(told.paid_at, told.failed_at, told.deducted_at) if confirms else told.ordered_at,
            failed_at=told.failed_at,
            deducted_at=told.deducted_at,
            closed_at=told.closed_at,
            row=told.number if len(told.number) else np.arange(len(told.amount)),
            holidays=public_holidays(calendar, as_of),
            make_up_days=make_up_days(calendar, as_of),
        )
    )


def has_repeats(number: Ints) -> bool:
    """Whether any number is there twice."""
    rising = np.sort(number)
    return bool((rising[1:] == rising[:-1]).any())
