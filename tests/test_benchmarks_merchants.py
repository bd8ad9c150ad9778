"""The calibration's merchants are what they claim: sound ledgers, and the truth that their own orders show."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from benchmarks.merchant_laws import CAUSES
from benchmarks.merchants import Merchant, known, ledger, mean_price, simulate, write_folder
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = (0, 1, 2, 5)


@cache
def tiny(seed: int) -> Merchant:
    return simulate(seed, size=15.0, history=150)


def test_the_same_seed_gives_the_same_merchant() -> None:
    first, again = ledger(tiny(1), known_only=False), ledger(simulate(1, size=15.0, history=150), known_only=False)
    pd.testing.assert_frame_equal(first, again)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_good_and_money_is_accounted_for_to_the_fen(seed: int, tmp_path: Path) -> None:
    """The ledger's reader checks the order of times and the money identity, and rejects what breaks them."""
    plan = load_plan(write_folder(tiny(seed), tmp_path, paths=20))
    read = read_ledger(plan)
    assert read.counts.rejected == 0
    assert read.counts.orders == sum(int((one.ordered < 150).sum()) for one in tiny(seed).orders)
    later = replace(plan, horizon=replace(plan.horizon, as_of=plan.horizon.as_of.replace(year=2027)))
    assert read_ledger(later).counts.rejected == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planner_cuts_a_ledger_as_the_simulator_does(seed: int, tmp_path: Path) -> None:
    """Handed everything, the planner knows no more than from the rows that are known on as_of."""
    plan = load_plan(write_folder(tiny(seed), tmp_path, paths=20))
    identities = []
    for known_only in (True, False):
        ledger(tiny(seed), known_only=known_only).to_parquet(tmp_path / "orders.parquet", index=False)
        identities.append(read_ledger(plan).tables.identity)
    pd.testing.assert_frame_equal(identities[0], identities[1])


def test_what_is_known_on_a_day_ends_with_it() -> None:
    merchant = tiny(1)
    end = pd.Timestamp(merchant.frame.as_of) + pd.Timedelta(days=1)
    rows = known(ledger(merchant, known_only=False), merchant.frame.as_of)
    moments = [rows[column].max() for column in ("ordered_at", "paid_at", "failed_at", "deducted_at", "settled_on")]
    assert all(moment < end for moment in moments)
    assert rows["settled_amount"].isna().equals(rows["settled_on"].isna())


def test_sales_and_receipts_of_the_truth_are_those_of_the_ledger() -> None:
    merchant = tiny(2)
    rows = ledger(merchant, known_only=False)
    first = pd.Timestamp(merchant.frame.as_of) + pd.Timedelta(days=1)
    last = first + pd.Timedelta(days=59)
    sold = rows["amount"][rows["ordered_at"] >= first].sum()
    assert merchant.truth.sales.sum() == pytest.approx(sold)
    settled = rows["settled_amount"][rows["settled_on"].between(first, last)].sum()
    after = rows["refunded_on"] >= rows["settled_on"]
    taken = rows["refunded_amount"][after & rows["refunded_on"].between(first, last)].sum()
    assert merchant.truth.receipts.sum() == pytest.approx(settled - taken)


def test_long_run_rates_are_those_of_a_long_ledger() -> None:
    """Failed over tried value of large merchants, by cause: their mean over many is the mean of the law's rates.

    One history holds few episodes, so each merchant's own share strays; over 40 merchants the error of the mean is
    held within four of its standard errors. Recovery shares likewise.
    """
    gaps: dict[str, list[float]] = {cause: [] for cause in CAUSES}
    cured: list[float] = []
    for seed in range(100, 140):
        merchant = simulate(seed, size=120.0, history=150)
        for channel, orders in zip(merchant.law.channels, merchant.orders, strict=True):
            tried = np.isfinite(orders.paid)
            value = orders.amount[tried].sum()
            if tried.sum() < 2000:
                continue
            for index, cause in enumerate(CAUSES):
                failed = orders.cause == index
                share = orders.amount[failed].sum() / value
                gaps[cause].append(float(share - merchant.truth.failure[channel.name][cause]))
                if failed.sum() >= 30:
                    in_the_end = np.isfinite(orders.deducted[failed]).mean()
                    spread = np.sqrt(max(channel.recovery[index].share * (1 - channel.recovery[index].share), 0.01))
                    cured.append((in_the_end - channel.recovery[index].share) / spread * np.sqrt(failed.sum()))
    for cause, found in gaps.items():
        assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(len(found)), cause
    assert abs(np.mean(cured)) < 4 / np.sqrt(len(cured))


def test_prices_have_the_mean_that_the_oracle_counts_with() -> None:
    merchant = simulate(3, size=300.0, history=150)
    for index, orders in enumerate(merchant.orders):
        paid = orders.amount.mean() / 100.0
        error = orders.amount.std() / 100.0 / np.sqrt(len(orders.amount))
        assert paid == pytest.approx(mean_price(merchant.law, index), abs=4 * error)
