"""What a later review compares with: sums to date, with their own quantiles, and what comes of open orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from ledgers import shop_plan

from forecast.pipeline import run
from forecast.records import plain

if TYPE_CHECKING:
    from pathlib import Path


def test_the_sums_to_date_are_those_of_the_days_and_end_at_the_totals(tmp_path: Path) -> None:
    result = run(shop_plan(tmp_path, paths=40), financing=False).result
    basis, base = result.review_basis, result["scenarios"]["base"]
    for series in ("sales", "receipts"):
        assert basis["total"][series]["mean"] == pytest.approx(np.cumsum(base[series]["mean"]))
        for name in ("mean", "p05", "p95"):
            assert basis["total"][series][name][-1] == pytest.approx(base[f"{series}_total"][name])
    for name, channel in basis.by_channel.items():
        for flow in ("settled", "fees", "refunded_before", "refunded_after"):
            assert channel.all[flow][-1] == pytest.approx(base.by_channel[name][f"{flow}_total"]["mean"])


def test_open_orders_order_nothing_and_never_bring_more_than_all(tmp_path: Path) -> None:
    basis = run(shop_plan(tmp_path, paths=40), financing=False).result.review_basis
    for channel in basis.by_channel.values():
        assert set(channel.open_orders.sales) == {0.0}
        for flow, of_open in plain(channel.open_orders).items():
            assert np.all(np.array(of_open) <= np.array(channel.all[flow]) * (1 + 1e-9) + 1e-6), flow


def test_without_the_base_there_is_no_basis(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, paths=10)
    other = run(plan, scenarios={"other": plan.scenarios["base"]}, financing=False)
    assert other.result.review_basis is None
