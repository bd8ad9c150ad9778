"""What one more yuan of limit and a day of faster settlement are worth, against hand calculation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, apart, case_of, shop

from forecast.cash import FEN_TOLERANCE
from forecast.financing.desk import Desk, Proposal
from forecast.financing.marginal import brought_forward, faster, limit_values, settlement_values
from forecast.pools import PoolRule

CHEAP = replace(OVERDRAFT, name="cheap", annual_rate=0.05)
DEAR = replace(OVERDRAFT, name="dear", annual_rate=0.15)


def test_a_yuan_of_the_cheap_limit_saves_the_difference_of_the_rates_while_both_are_drawn() -> None:
    # 300 are owed for ten nights, 200 of them from the cheap one
    case = case_of([[-300.0, *[0.0] * 10]])
    desk = Desk.of(case, [CHEAP, DEAR], 0.95)
    outcome = desk.run(Proposal(desk.items, (200.0, 1000.0)))
    cheap, dear = limit_values(outcome, {"cheap", "dear"})
    assert cheap.facility == "cheap"
    assert cheap.step == 2.0
    assert cheap.saving_rate == pytest.approx(0.10 * 10 / 365, rel=1e-3)
    assert dear.saving_rate == 0.0


def test_a_yuan_that_nobody_draws_costs_its_fees() -> None:
    case = case_of([[100.0, *[0.0] * 35]])
    line = replace(BANK_LINE, minimum_draw=0.0)
    desk = Desk.of(case, [line], 0.95)
    (value,) = limit_values(desk.run(Proposal(desk.items, (10_000.0,))), {"bank_line"})
    # the arrangement fee, and the commitment fee of 34 nights
    assert value.saving_rate == pytest.approx(-(0.001 + 0.002 * 34 / 360), rel=0.05)
    assert not value.binding


def test_where_cash_falls_short_the_chance_saved_is_told() -> None:
    flows = -np.linspace(90.0, 110.0, 41)[:, None] * np.ones((1, 1))
    desk = Desk.of(case_of(np.hstack([flows, np.zeros((41, 2))])), [replace(CHEAP, limit=100.0)], 0.95)
    (value,) = limit_values(desk.run(Proposal(desk.items, (100.0,))), {"cheap"})
    assert value.binding
    # a yuan more: the paths at 100.5 and 101 hold, too
    assert value.shortfall_probability_saved == pytest.approx(2 / 41)


def test_only_the_facilities_of_the_mix_are_asked_about() -> None:
    desk = Desk.of(case_of([[-10.0, 0.0]]), [CHEAP, DEAR], 0.95)
    outcome = desk.run(Proposal(desk.items, (100.0, 100.0)))
    assert [value.facility for value in limit_values(outcome, {"dear"})] == ["dear"]


def test_settlements_a_day_earlier_make_no_money() -> None:
    case = shop(50)
    settled, receivables = apart(case).settled[:, 0], apart(case).receivables[:, 0]
    more, ahead = brought_forward(settled, receivables)
    before, after = np.cumsum(settled, axis=1), np.cumsum(settled + more, axis=1)
    assert (after >= before - FEN_TOLERANCE).all()
    assert after[:, -1] == pytest.approx(before[:, -1])
    assert after[:, :-1] == pytest.approx(before[:, 1:])
    assert receivables - ahead + after == pytest.approx(receivables + before)
    assert faster(case, case.channels).flows - case.flows == pytest.approx(more)


def test_what_is_not_deducted_yet_cannot_settle_earlier() -> None:
    settled, receivables = np.array([[[10.0, 20.0, 30.0]]]), np.array([[[5.0, 0.0, 0.0]]])
    case = case_of([[10.0, 20.0, 30.0]], settled=settled, receivables=receivables)
    pool = PoolRule((), None, 1.0)
    quick, as_before = (faster(case, [name], [pool]) for name in ("baitiao", "card"))
    assert quick.flows.tolist() == [[15.0, 15.0, 30.0]]
    assert (quick.pools[pool].settled.tolist(), quick.pools[pool].open.tolist()) == ([[15.0, 15.0, 30.0]], [[0.0] * 3])
    assert as_before.flows.tolist() == [[10.0, 20.0, 30.0]]
    assert (as_before.pools[pool].settled.tolist(), as_before.pools[pool].open.tolist()) == (
        settled[0].tolist(),
        receivables[0].tolist(),
    )


def test_a_day_of_faster_settlement_by_hand() -> None:
    # the purchase of 100 is paid on day 0, the money for it settles on days 1 and 2
    settled = np.array([[[0.0, 60.0, 40.0, 0.0]]])
    receivables = np.array([[[100.0, 40.0, 0.0, 0.0]]])
    case = case_of([[-100.0, 60.0, 40.0, 0.0]], settled=settled, receivables=receivables)
    desk = Desk.of(case, [CHEAP], 0.95)
    outcome = desk.run(Proposal(desk.items, (1000.0,)))
    (value,) = settlement_values(case, outcome, 0.95)
    assert value.channel is None
    assert value.buffer == 60.0
    assert value.funding_gap == 60.0
    # owed 100 and 40 for a night, then 40 for one
    assert value.expected_cost == pytest.approx(100 * 0.05 / 365, rel=1e-3)
