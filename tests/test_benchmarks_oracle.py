"""The oracle agrees with the laws that made the merchant."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.merchants import simulate
from benchmarks.oracle import number_of_paths, oracle_receipts


def test_told_the_true_sales_the_oracle_meets_what_came() -> None:
    """Over eight merchants, what came ranks evenly among the oracle's paths: it is right and no wider than chance."""
    ranks = []
    for seed in range(40, 48):
        merchant = simulate(seed, size=30.0, history=150)
        sales = np.broadcast_to(merchant.truth.sales, (12, *merchant.truth.sales.shape))
        told = oracle_receipts(merchant, sales, np.random.default_rng(seed)).sum(axis=(1, 2))
        came = merchant.truth.receipts.sum()
        ranks.append(float((told < came).mean()))
        assert told.mean() == pytest.approx(came, rel=0.12)
    assert 0.25 < np.mean(ranks) < 0.75
    assert np.std(ranks) > 0.15


def test_orders_already_settled_bring_nothing_again() -> None:
    """Without any new sales only the open orders arrive, and never more than they are worth."""
    merchant = simulate(7, size=40.0, history=150)
    none = np.zeros((5, *merchant.truth.sales.shape))
    told = oracle_receipts(merchant, none, np.random.default_rng(1))
    for index, orders in enumerate(merchant.orders):
        history = orders.ordered < merchant.frame.history
        unsettled = history & ~(orders.settled_on < merchant.frame.history)
        assert told[:, index].sum(axis=1).max() <= orders.amount[unsettled].sum() / 100.0


def test_large_merchants_get_fewer_paths() -> None:
    assert number_of_paths(simulate(7, size=40.0, history=150)) == 100
    assert number_of_paths(simulate(7, size=3000.0, history=150)) < 100
