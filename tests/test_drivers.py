"""What drives a buffer: parts that add up on every path and on the buffer, by hand and on a simulated shop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecast.drivers import Driver, at, band_weights, buffer_drivers, check_drivers, tightest_days, until
from forecast.errors import IdentityError
from forecast.liquidity import buffer, needs
from forecast.simulation.flows import Flows
from forecast.simulation.totals import Totals

CAUSES = ("integration", "validation", "risk_control", "clearing", "unknown")


def flows_of(sales: np.ndarray, settled: np.ndarray, **more: np.ndarray) -> Flows:
    """Give flows of one channel, (path, day); what is not given is nothing."""
    nothing = np.zeros_like(sales)
    names = ("fees", "refunded_before", "refunded_after", "lost", "never_paid", "receivables")
    parts = {name: more.get(name, nothing)[:, None] for name in names}
    paths, days = sales.shape
    return Flows(
        channels=("shop",),
        causes=CAUSES,
        days=np.datetime64("2026-10-19") + np.arange(days),
        sales=sales[:, None],
        settled=settled[:, None],
        failed=nothing[:, None],
        lost_in_the_end=nothing[:, None],
        failed_by_cause=np.zeros((paths, 1, len(CAUSES))),
        opening_receivables=np.zeros(1),
        opening_outstanding=np.array([30.0]),
        closing_outstanding=np.zeros((paths, 1)),
        young={},
        **parts,
    )


def amounts(parts: tuple[Driver, ...]) -> dict[str, float]:
    return {f"{part.group}.{part.name}".strip("."): part.amount for part in parts}


def test_one_path_by_hand() -> None:
    # 100 are sold a day; by the second 40 have failed, 20 are in transit, 5 refunded, 4 fees; stock is bought for 500
    sales = np.array([[100.0, 100.0, 100.0]])
    ideal = flows_of(
        sales,
        np.array([[60.0, 141.0, 200.0]]),
        fees=np.array([[0.0, 4.0, 0.0]]),
        refunded_after=np.array([[0.0, 5.0, 0.0]]),
        receivables=np.array([[40.0, 20.0, 0.0]]),
    )
    real = replace(ideal, settled=np.array([[[60.0, 101.0, 200.0]]]))
    healed = [("clearing", ideal.receipts.sum(axis=1))]
    found = buffer_drivers(
        Totals.of(real), healed, Totals.of(ideal), {"stock": np.array([0.0, -500.0, 0.0])}, 50.0, 0.95
    )
    # cash: +60, +101 − 5 − 500: lowest on the second day at −344
    assert found.amount == 394.0
    assert amounts(found.parts) == pytest.approx(
        {
            "minimum_balance": 50.0,
            "payments.stock": 500.0,
            "orders": -(30.0 + 200.0),
            "volume": 0.0,
            "failures.clearing": 40.0,
            # placed 230, of it received 196 + 20 in transit + 5 refunded + 4 fees
            "unpaid": 230.0 - 196.0 - 20.0 - 5.0 - 4.0,
            "settlement": 20.0,
            "refunds": 5.0,
            "fees": 4.0,
        }
    )
    assert found.expected.tolist() == [60.0, -404.0, 200.0]
    assert found.expected_without_failures.tolist() == [60.0, -364.0, 200.0]


def test_payments_may_differ_by_path() -> None:
    flows = Totals.of(flows_of(np.full((2, 2), 100.0), np.full((2, 2), 90.0)))
    found = buffer_drivers(flows, [], flows, {"stock": np.array([[-100.0, -100.0], [-300.0, -300.0]])}, 0.0, 0.95)
    # the second path needs 2 × (300 − 90), and pays 600 for stock
    assert found.amount == 420.0
    assert amounts(found.parts)["payments.stock"] == 600.0
    assert found.expected_without_failures.tolist() == [-110.0, -110.0]


def test_paths_that_sell_less_than_expected_show_it_as_volume() -> None:
    rng = np.random.default_rng(5)
    level = rng.uniform(50.0, 150.0, (400, 1))
    sales = np.repeat(level, 10, axis=1)
    flows = flows_of(sales, sales)
    found = buffer_drivers(Totals.of(flows), [], Totals.of(flows), {"stock": np.full(10, -200.0)}, 0.0, 0.95)
    parts = amounts(found.parts)
    # the tight paths sell about 55 a day over ten days, on average 100 are expected
    assert parts["volume"] == pytest.approx(10 * (level.mean() - np.quantile(level, 0.05)), rel=0.01)
    assert parts["payments.stock"] == pytest.approx(2000.0)
    assert parts["settlement"] == 0.0


def test_without_any_outflow_the_minimum_balance_is_all() -> None:
    flows = flows_of(np.ones((20, 3)), np.ones((20, 3)))
    found = buffer_drivers(Totals.of(flows), [], Totals.of(flows), {}, 70.0, 0.9)
    assert {part.group: part.amount for part in found.parts if part.amount} == {"minimum_balance": 70.0}


@given(
    arrays(np.float64, (60, 5), elements=st.floats(-100, 100)),
    arrays(np.float64, (60, 5), elements=st.floats(0, 50)),
    st.sampled_from([0.6, 0.9, 0.95, 0.99]),
)
def test_parts_add_up_to_the_buffer_whatever_the_flows(cash: np.ndarray, gained: np.ndarray, confidence: float) -> None:
    real = flows_of(np.abs(cash), cash)
    ideal = replace(real, settled=real.settled + gained[:, None])
    healed = [("validation", ideal.receipts.sum(axis=1))]
    payments = {"rent": np.array([0.0, -30.0, 0.0, 0.0, -30.0])}
    found = buffer_drivers(Totals.of(real), healed, Totals.of(ideal), payments, 10.0, confidence)
    amount = buffer(needs(cash + payments["rent"], 10.0), confidence).amount
    assert found.amount == amount
    assert sum(part.amount for part in found.parts) == pytest.approx(amount, abs=1e-6)


@given(arrays(np.float64, 40, elements=st.floats(0, 1e6)), st.integers(1, 40))
def test_weights_lie_around_the_rank_and_meet_its_need(required: np.ndarray, rank: int) -> None:
    weights = band_weights(required, rank)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    assert weights @ required == pytest.approx(float(np.sort(required)[rank - 1]), abs=1e-6)


def test_the_tightest_day_and_sums_up_to_it() -> None:
    cash = np.array([[1.0, -3.0, 1.0], [1.0, 1.0, 1.0]])
    day = tightest_days(cash)
    assert day.tolist() == [1, -1]
    assert until(cash, day).tolist() == [-2.0, 0.0]
    assert at(cash, day).tolist() == [-3.0, 0.0]


def test_parts_that_do_not_add_up_are_a_fault() -> None:
    flows = flows_of(np.ones((20, 3)), np.ones((20, 3)))
    found = buffer_drivers(Totals.of(flows), [], Totals.of(flows), {}, 70.0, 0.9)
    with pytest.raises(IdentityError, match="drivers of the buffer add up to"):
        check_drivers(replace(found, amount=71.0))
