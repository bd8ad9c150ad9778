"""The feed that is made of columns: in order, with when each deduction was due, as far as confirmations are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from ledger_plans import plan_for

from forecast.watch.feed import NEVER, NONE
from forecast.watch.feed_columns import Columns, feed_of, has_repeats

if TYPE_CHECKING:
    from pathlib import Path

NEVER_TWICE = np.array([NEVER, NEVER])

TOLD = Columns(
    skus=("red",),
    regions=(),
    channel=np.array([0, 1]),
    sku=np.array([0, NONE]),
    region=np.array([NONE, NONE]),
    cause=np.array([NONE, 3]),
    amount=np.array([100, 200]),
    ordered_at=np.array([1_000, 2_000]),
    paid_at=np.array([3_000, 2_500]),
    failed_at=np.array([NEVER, 2_600]),
    deducted_at=np.array([3_100, NEVER]),
    closed_at=NEVER_TWICE,
    number=np.zeros(0, dtype=np.int64),
)


def test_orders_stand_by_the_moment_at_which_they_were_due(tmp_path: Path) -> None:
    plan = plan_for(tmp_path)
    feed = feed_of(plan, TOLD, confirms=None)
    assert (feed.tried_at.tolist(), feed.row.tolist()) == ([2_500, 3_000], [1, 0])
    assert (feed.channels, feed.sku.tolist()) == (("baitiao", "wechat"), [NONE, 0])
    assert feed_of(plan, replace(TOLD, number=np.array([7, 8])), confirms=None).row.tolist() == [8, 7]
    assert np.datetime64("2026-10-01", "D").astype(np.int64) in feed.holidays
    assert np.datetime64("2026-10-10", "D").astype(np.int64) in feed.make_up_days


def test_without_confirmations_an_order_is_due_when_it_is_placed(tmp_path: Path) -> None:
    plan, silent = plan_for(tmp_path), replace(TOLD, paid_at=NEVER_TWICE)
    assert feed_of(plan, silent, confirms=None).tried_at.tolist() == [1_000, 2_000]
    assert not feed_of(plan, silent, confirms=None).confirms
    assert feed_of(plan, silent, confirms=True).tried_at.tolist() == [2_600, 3_100]
    nothing = replace(silent, deducted_at=NEVER_TWICE, failed_at=NEVER_TWICE, cause=np.array([NONE, NONE]))
    assert feed_of(plan, nothing, confirms=None).confirms  # no deduction shows that a confirmation lacks


def test_a_number_that_is_there_twice_is_found_wherever_it_is() -> None:
    assert has_repeats(np.array([5, 1, 3, 5]))
    assert not has_repeats(np.array([5, 1, 3]))
    assert not has_repeats(np.zeros(0, dtype=np.int64))
