"""The smallest limits that hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, PREPAYABLE, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.sizing import Desk, Proposal, at_rank, ranks, size_single, widest
from forecast.liquidity import case_buffer
from forecast.money import LARGEST_YUAN

FREE = replace(OVERDRAFT, annual_rate=0.0, limit=1e7)


def test_without_cost_the_limit_is_the_funding_gap_to_the_fen() -> None:
    case = shop(2000)
    desk = Desk.of(case, [FREE], 0.95)
    found = case_buffer(case, 0.95)
    exact = size_single(desk, desk.items[0], 1e7, ranks(desk)[1:])
    assert exact is not None
    assert exact.proposal.limits[0] == pytest.approx(found.funding_gap, abs=0.011)
    sized = size_single(desk, desk.items[0], 1e7, ranks(desk))
    assert sized is not None
    assert found.buffer.upper is not None
    assert sized.proposal.limits[0] == pytest.approx(found.buffer.upper - case.opening_balance, abs=0.011)


def test_a_fen_less_than_the_exact_limit_does_not_hold() -> None:
    desk = Desk.of(shop(300), [replace(OVERDRAFT, limit=1e7, arrangement_fee=0.005, commitment_fee=0.01)], 0.95)
    item = desk.items[0]
    sized = size_single(desk, item, 1e7, ranks(desk)[-1:])
    assert sized is not None
    limit = sized.proposal.limits[0]
    assert desk.holds(desk.run(Proposal((item,), (limit,))))
    assert not desk.holds(desk.run(Proposal((item,), (limit - 0.05,))))


def test_a_term_loan_is_the_smallest_amount_that_holds() -> None:
    desk = Desk.of(shop(300), [TERM_LOAN], 0.95)
    item = desk.items[0]
    sized = size_single(desk, item, 5e6, ranks(desk)[-1:])
    assert sized is not None
    amount = sized.proposal.limits[0]
    assert desk.holds(desk.run(Proposal((item,), (amount,))))
    assert not desk.holds(desk.run(Proposal((item,), (amount - 0.05,))))


def test_a_term_loan_that_falls_due_before_the_need_ends_does_not_hold() -> None:
    case = case_of([[-100.0] + [0.0] * 30], opening=0.0)
    desk = Desk.of(case, [replace(TERM_LOAN, tenor_days=10)], 0.95)
    assert size_single(desk, desk.items[0], 5e6, [1]) is None


def test_a_loan_that_may_be_repaid_early_holds_at_the_cheapest_of_some_amounts() -> None:
    desk = Desk.of(shop(300), [replace(PREPAYABLE, limit=6e6)], 0.95, guess=2e6)
    item = desk.items[0]
    assert item.repaid_from_surplus
    sized = size_single(desk, item, 6e6, ranks(desk)[-1:])
    assert sized is not None
    assert desk.holds(desk.run(sized.proposal))
    others = [desk.run(Proposal((item,), (amount,))) for amount in np.linspace(5e5, 6e6, 12)]
    assert sized.cost <= min(float(one.cost.mean()) for one in others if desk.holds(one)) + 0.01


def test_a_signed_limit_is_not_sized() -> None:
    desk = Desk.of(shop(300), [replace(BANK_LINE, signed=True)], 0.95)
    sized = size_single(desk, desk.items[0], 5e6, ranks(desk))
    assert sized is not None
    assert sized.proposal.limits[0] == 5e6


def test_the_least_reserve_that_holds_is_taken_for_money_on_notice() -> None:
    desk = Desk.of(shop(300), [BANK_LINE], 0.95)
    item = desk.items[0]
    sized = size_single(desk, item, 5e6, ranks(desk))
    assert sized is not None
    lower = replace(sized.proposal, quantile=0.5, limits=(5e6,))
    assert sized.proposal.quantile > 0.5
    assert not desk.holds(desk.run(lower))


def test_a_base_that_is_too_small_has_no_size() -> None:
    desk = Desk.of(shop(300), [RECEIVABLES], 0.95)
    assert size_single(desk, desk.items[0], LARGEST_YUAN, ranks(desk)) is None


def test_the_widest_takes_every_limit_in_full() -> None:
    desk = Desk.of(shop(100), [BANK_LINE, OVERDRAFT], 0.95)
    assert widest(desk, desk.items).limits == (5e6, 1e6)


def test_the_first_finite_rank_is_taken() -> None:
    needed = np.array([3.0, np.inf, 1.0, 2.0])
    assert at_rank(needed, [4, 3]) == 3.0
    assert at_rank(needed, [4]) == np.inf


def test_few_paths_are_sized_on_the_confidence_itself() -> None:
    assert ranks(Desk.of(shop(20), [], 0.95)) == [19]
    assert ranks(Desk.of(shop(500), [], 0.95)) == [484, 475]


def test_paths_that_share_a_law_are_worth_fewer() -> None:
    # of their own each, the upper limit is that of 1,920; alike within 64 blocks, almost the largest
    rng = np.random.default_rng(3)
    own = rng.normal(0.0, 1.0, (1920, 1))
    alike = np.repeat(rng.normal(0.0, 1.0, (64, 1)), 30, axis=0) + 0.01 * own
    upper = [ranks(Desk.of(replace(case_of(values), draws=64), [], 0.95))[0] for values in (own, alike)]
    free = ranks(Desk.of(case_of(own), [], 0.95))[0]
    assert free <= upper[0] <= free + 15
    assert upper[1] > 1900
