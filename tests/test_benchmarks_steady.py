"""Steady merchants are steady, and their buffers stand beside the law that made them."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from benchmarks import steady
from benchmarks.merchant_laws import Law, draw_law
from benchmarks.merchant_world import HORIZON
from benchmarks.steady import (
    OUR_PAYMENTS,
    OUR_SALES,
    OURS,
    Kept,
    kept,
    main,
    measure,
    steady_merchant,
    table,
    true_sales,
)
from forecast.calendar import Calendar


def closes_none(law: Law) -> bool:
    """Whether a channel of the law leaves all its unpaid carts open."""
    return any(channel.closing is None for channel in law.channels)


@cache
def one(seed: int, *, holiday: bool = False) -> steady.Steady:
    return steady_merchant(seed, holiday=holiday)


def test_its_days_are_independent_around_one_level_without_a_promotion() -> None:
    merchant = one(3).merchant
    logs = np.log(merchant.demand.actual)
    assert logs.std() == pytest.approx(one(3).noise, rel=0.15)
    assert abs(np.corrcoef(logs[:-1], logs[1:])[0, 1]) < 0.15
    half = len(logs) // 2
    assert logs[:half].mean() == pytest.approx(logs[half:].mean(), abs=5 * one(3).noise / np.sqrt(half))
    assert not merchant.demand.promoted.any()
    assert all(channel.launch == 0 and channel.settlement.drift == 0.0 for channel in merchant.law.channels)


def test_carts_are_closed_also_where_the_law_closes_none() -> None:
    law = next(law for law in (draw_law(np.random.default_rng(seed), 300) for seed in range(40)) if closes_none(law))
    assert not closes_none(steady._still(law))  # noqa: SLF001  # what makes a law steady


@pytest.mark.parametrize("seed", range(6))
def test_a_public_holiday_lies_ahead_only_where_it_is_asked_for(seed: int) -> None:
    calendar = Calendar("CN")
    for holiday in (False, True):
        frame = one(seed, holiday=holiday).merchant.frame
        ahead = frame.days[frame.history : frame.history + HORIZON]
        assert calendar.is_holiday(ahead).any() == holiday


def test_draws_of_the_law_are_what_its_orders_come_to() -> None:
    """Mean and spread of a day over the draws are those of the days that the merchant's own orders made."""
    merchant, noise = one(3).merchant, one(3).noise
    draws = true_sales(one(3), 400, np.random.default_rng(1)).sum(axis=1)
    assert draws.shape == (400, HORIZON)
    past = np.zeros(merchant.frame.history + HORIZON)
    for orders in merchant.orders:
        day = orders.ordered.astype(int)
        np.add.at(past, day, orders.amount / 100.0)
    assert draws.mean() == pytest.approx(past.mean(), rel=0.05)
    assert draws.std() / draws.mean() == pytest.approx(past.std() / past.mean(), rel=0.15)
    assert draws.std() / draws.mean() > noise


def test_a_buffer_of_the_law_itself_is_exceeded_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    told, came = rng.gamma(4.0, size=4000), rng.gamma(4.0, size=4000)
    sales = 1.0 + 0.1 * rng.standard_normal((4000, 1, 1))
    same = kept(told, came, sales, sales)
    assert same.exceeded == pytest.approx(0.05, abs=0.012)
    assert same.ratio == pytest.approx(1.0, abs=0.05)
    assert same.width == 1.0
    wide = kept(1.5 * told, came, sales, sales)
    assert wide.ratio == pytest.approx(1.5 * same.ratio)
    assert wide.exceeded < same.exceeded


def test_the_planner_is_measured_and_each_part_told_apart() -> None:
    """Told the law of sales, the planner's sales are as wide as the law's; told nothing, they are its own."""
    rows = measure(3, holiday=False, paths=200, draws=60, apart=True)
    assert list(rows) == [OURS, OUR_SALES, OUR_PAYMENTS]
    assert rows[OUR_PAYMENTS].width == pytest.approx(1.0, abs=0.3)
    assert len({row.needed for row in rows.values()}) == 1
    assert rows[OURS].amount > 0


def test_the_table_means_over_merchants() -> None:
    rows = [{OURS: Kept(1.0, 0.04, 100.0, 100.0, 1.0)}, {OURS: Kept(2.0, 0.02, 600.0, 300.0, 1.4)}]
    assert table(rows)[1].split() == ["forecast", "3.0%", "1.50", "1.10", "1.90", "1.75", "1.20"]


def test_the_command_says_how_many_merchants_and_what_lies_ahead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: dict[str, object] = {}

    def measured(work: partial[dict[str, Kept]], seeds: range, jobs: int) -> list[dict[str, Kept]]:
        asked.update(work.keywords, jobs=jobs)
        return [{OURS: Kept(1.1, 0.05, 110.0, 100.0, 1.1)} for _ in seeds]

    monkeypatch.setattr(steady, "by_seed", measured)
    monkeypatch.setattr("sys.argv", ["steady", "--merchants", "3", "--holiday", "--jobs", "1"])
    main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "95 % buffer of 3 steady merchants, the National Day ahead"
    assert lines[2].split() == ["forecast", "5.0%", "1.10", "1.10", "1.10", "1.10", "1.10"]
    assert asked == {"holiday": True, "paths": 500, "draws": 200, "apart": False, "jobs": 1}
