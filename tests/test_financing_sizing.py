"""The smallest limits that hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, OVERDRAFT, OWNER, PREPAYABLE, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.desk import QUANTILES, Desk, Proposal, ranks
from forecast.financing.sizing import at_rank, size, size_single, term_amount, trimmed, widest
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


@pytest.mark.parametrize("fee", [0.0, 0.01])
def test_a_limit_is_no_larger_than_what_falls_due_after_the_horizon_wants(fee: float) -> None:
    # the owner's 100 are due three days after the horizon, which nothing but the overdraft can repay
    facilities = [replace(OWNER, annual_rate=0.0, tenor_days=12), replace(OVERDRAFT, commitment_fee=fee)]
    desk = Desk.of(case_of([[-100.0, *[0.0] * 9]]), facilities, 0.95)
    owner, overdraft = desk.items
    sized = size(desk, Proposal((owner, overdraft), (100.0, overdraft.most)), 1, [1])
    assert sized is not None
    assert sized.proposal.limits[1] == pytest.approx(100.0, abs=0.05)
    assert not desk.holds(desk.run(Proposal((owner, overdraft), (100.0, 99.8))))


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


@pytest.mark.parametrize("offered", [1.1e6, 1.5e6, 2e6])
def test_what_is_lent_too_much_and_repaid_early_for_a_fee_is_not_lent(offered: float) -> None:
    flows = np.zeros((1, 30))
    flows[0, 2], flows[0, -1] = -1e6, 1.2e6
    loan = replace(PREPAYABLE, limit=offered, tenor_days=100, prepayment_fee=0.01)
    desk = Desk.of(case_of(flows), [loan], 0.95, guess=1e6)
    sized = size_single(desk, desk.items[0], offered, [1])
    assert sized is not None
    assert 1e6 <= sized.proposal.limits[0] < 1.006e6


def test_a_signed_line_is_used_whole_where_only_what_lacks_is_drawn_and_else_as_far_as_needed() -> None:
    at_once, noticed = replace(OVERDRAFT, limit=5e6, signed=True), replace(BANK_LINE, signed=True)
    used = {}
    for line in (at_once, noticed):
        desk = Desk.of(shop(300), [line], 0.95)
        sized = size_single(desk, desk.items[0], 5e6, ranks(desk))
        assert sized is not None
        used[line.name] = sized.proposal.limits[0]
    assert used["overdraft"] == 5e6
    assert 1e6 < used["bank_line"] < 4e6


def test_the_least_reserve_that_holds_is_taken_for_money_on_notice() -> None:
    desk = Desk.of(shop(300), [BANK_LINE], 0.95)
    item = desk.items[0]
    sized = size_single(desk, item, 5e6, ranks(desk))
    assert sized is not None
    lower = replace(sized.proposal, quantile=0.5, limits=(5e6,))
    assert 0.5 < sized.proposal.quantile < 1.0
    assert not desk.holds(desk.run(lower))
    for quantile in QUANTILES[: QUANTILES.index(sized.proposal.quantile)]:
        assert size(desk, Proposal((item,), (5e6,), quantile), 0, ranks(desk)) is None
    instant = Desk.of(shop(50), [FREE], 0.95)
    without_notice = size_single(instant, instant.items[0], 1e7, ranks(instant))
    assert without_notice is not None
    assert without_notice.proposal.quantile == 1.0


def test_a_base_that_is_too_small_has_no_size() -> None:
    desk = Desk.of(shop(300), [RECEIVABLES], 0.95)
    assert size_single(desk, desk.items[0], LARGEST_YUAN, ranks(desk)) is None


def test_the_widest_takes_every_limit_in_full() -> None:
    desk = Desk.of(shop(100), [BANK_LINE, OVERDRAFT], 0.95)
    assert widest(desk, desk.items).limits == (5e6, 1e6)


def test_the_widest_keeps_the_first_reserve_that_falls_short_least_often() -> None:
    desk = Desk.of(shop(200), [replace(BANK_LINE, limit=2.2e6)], 0.95)
    short = [int(desk.run(Proposal(desk.items, (2.2e6,), one)).short.sum()) for one in QUANTILES]
    assert min(short) / 200 > 0.05
    assert len(set(short)) > 1
    assert widest(desk, desk.items).quantile == QUANTILES[short.index(min(short))]


@pytest.mark.parametrize("limit", [0.2e6, 1e6, 2.2e6, 1e7])
def test_the_widest_is_what_trying_each_reserve_in_turn_gives(limit: float) -> None:
    for facility in (replace(BANK_LINE, limit=limit), replace(BANK_LINE, limit=limit, minimum_draw=2e5)):
        desk, plain = (Desk.of(shop(100), [facility], 0.95) for _ in range(2))
        short = [int(plain.run(Proposal(plain.items, (limit,), one)).short.sum()) for one in QUANTILES]
        holding = [place for place, count in enumerate(short) if count / 100 <= 1 - desk.confidence]
        first = holding[0] if holding else short.index(min(short))
        assert widest(desk, desk.items).quantile == QUANTILES[first]


def test_the_first_finite_rank_is_taken() -> None:
    needed = np.array([3.0, np.inf, 1.0, 2.0])
    assert at_rank(needed, [4, 3]) == 3.0
    assert at_rank(needed, [4]) == np.inf


def test_a_loan_that_comes_after_the_lack_holds_at_no_amount() -> None:
    late = replace(TERM_LOAN, signing_days=3, annual_rate=0.0, tenor_days=None)
    for lacking, amount in ((0, np.inf), (1, np.inf), (2, 100.0), (4, 100.0)):
        flows = np.zeros((1, 5))
        flows[0, lacking] = -100.0
        desk = Desk.of(case_of(flows, opening=0.0), [late], 0.95)
        assert term_amount(desk, Proposal(desk.items, (5e6,)), 0, [1]) == pytest.approx(amount)


def test_the_amount_of_a_loan_bears_its_interest_and_what_stays_when_it_is_repaid() -> None:
    """100 are lacking for 20 days; after ten nights at 0.1 % the loan takes what it brought and one in a hundred."""
    loan = replace(TERM_LOAN, tenor_days=10, annual_rate=0.365, day_count="act/365", interest_due="maturity")
    flows = np.zeros((2, 20))
    flows[:, 0], flows[:, 10] = -100.0, [101.01, 100.99]
    desk = Desk.of(case_of(flows, opening=0.0), [loan], 0.5)
    # the second path comes a fen short of principal and interest, which no other amount can mend
    assert term_amount(desk, Proposal(desk.items, (5e6,)), 0, [1]) == pytest.approx(100.0, abs=0.01)
    assert term_amount(desk, Proposal(desk.items, (5e6,)), 0, [2]) == np.inf


def test_the_least_lot_is_the_least_limit_of_what_is_needed_at_all() -> None:
    lots = replace(FREE, minimum_draw=100.0)
    for need, limit in ((0.5, 100.0), (100.0, 100.0), (150.0, 150.0), (0.0, 0.0)):
        desk = Desk.of(case_of([[-need, 0.0]], opening=0.0), [lots], 0.95)
        sized = size_single(desk, desk.items[0], 1e7, [1])
        assert sized is not None
        assert sized.proposal.limits == (limit,)


def test_a_limit_and_the_fee_charged_on_it_settle_to_the_fen() -> None:
    # what is lacking includes the fee: limit = need ÷ (1 − 2 %)
    for need in (1000.0, 0.5):
        desk = Desk.of(case_of([[-need, 0.0]], opening=0.0), [replace(FREE, arrangement_fee=0.02)], 0.95)
        sized = size_single(desk, desk.items[0], 1e7, [1])
        assert sized is not None
        assert sized.proposal.limits[0] == pytest.approx(need / 0.98, abs=0.02)
        assert sized.cost == pytest.approx(0.02 * need / 0.98, abs=0.01)


def test_limits_without_fees_are_cut_to_what_is_reached() -> None:
    case = case_of([[-100.004, 0.0], [-60.0, 0.0]], opening=0.0)
    free, lots, dear, signed = (
        replace(FREE, name="free"),
        replace(FREE, name="lots", minimum_draw=500.0),
        replace(FREE, name="dear", commitment_fee=0.01),
        replace(FREE, name="signed", signed=True),
    )
    for facility, limit in ((free, 100.01), (lots, 500.0), (dear, 1000.0), (signed, 1000.0)):
        desk = Desk.of(case, [facility], 0.95)
        proposal = Proposal(desk.items, (1000.0,))
        assert trimmed(proposal, desk.run(proposal)).limits == (limit,)
    little = Desk.of(case_of([[-0.5, 0.0]], opening=0.0), [free], 0.95)
    proposal = Proposal(little.items, (1000.0,))
    assert trimmed(proposal, little.run(proposal)).limits == (0.5,)
    idle = Desk.of(case_of([[0.0, 0.0]]), [free], 0.95)
    proposal = Proposal(idle.items, (1000.0,))
    assert trimmed(proposal, idle.run(proposal)).limits == (1000.0,)


def test_the_widest_keeps_the_first_reserve_that_holds_else_the_one_that_falls_short_least() -> None:
    case = shop(100)
    desk = Desk.of(case, [replace(BANK_LINE, limit=1e7)], 0.9)
    found = widest(desk, desk.items)
    assert desk.holds(desk.run(found))
    for quantile in QUANTILES[: QUANTILES.index(found.quantile)]:
        assert not desk.holds(desk.run(replace(found, quantile=quantile)))
    narrow = Desk.of(case, [replace(BANK_LINE, limit=1e6)], 0.9)
    least = widest(narrow, narrow.items)
    shares = [narrow.run(replace(least, quantile=one)).short.mean() for one in QUANTILES]
    assert narrow.run(least).short.mean() == min(shares) > 0.1


@pytest.mark.parametrize("notice", [0, 1])
def test_a_limit_lets_lots_be_drawn_whole_that_are_repaid_in_part_on_their_day(notice: int) -> None:
    # 30 on one day and 80 on another: a second lot of 100 is drawn on what is left of the first
    flows = [[0.0, 0.0, 0.0, -30.0, 0.0, -80.0, 0.0, 0.0, 110.0]]
    lots = replace(FREE, minimum_draw=100.0, notice_days=notice, annual_rate=0.05)
    desk = Desk.of(case_of(flows, opening=0.0), [lots], 0.95)
    sized = size_single(desk, desk.items[0], 1e7, [1])
    assert sized is not None
    assert sized.proposal.limits[0] >= 130.0
    wide = Proposal(desk.items, (1e7,))
    assert not desk.run(trimmed(wide, desk.run(wide))).short.any()
    tight = desk.run(Proposal(desk.items, (110.0,)))
    assert tight.short.any()


def in_lots(limit: float, fee: float = 0.0, *, sure: bool = True) -> tuple[Desk, Proposal]:
    """A line of 6 % in lots of 20,000, interest at maturity: 100,000 are lacking, 15,000 and 30,000 come, 44,000 go.

    Not ``sure``: there is a path, too, on which the 30,000 do not come, and nothing goes after.
    """
    line = replace(BANK_LINE, limit=limit, annual_rate=0.06, day_count="act/365", minimum_draw=20_000.0)
    line = replace(line, arrangement_fee=0.0, commitment_fee=fee, interest_due="maturity", notice_days=0)
    flows = np.zeros((1 if sure else 2, 40))
    flows[:, [2, 7, 29]] = (-100_000.0, 15_000.0, 200_000.0)
    flows[0, [19, 23]] = (30_000.0, -44_000.0)
    desk = Desk.of(case_of(flows, opening=0.0), [line], 0.95)
    return desk, Proposal(desk.items, (limit,))


@pytest.mark.parametrize("limit", [105_000.0, 110_000.0, 400_000.0])
def test_a_limit_in_lots_leaves_room_to_draw_again_where_that_is_cheaper(limit: float) -> None:
    # at 100,000 the 15,000 of day 8 may be needed before a lot can be drawn again, and lie idle
    desk, wide = in_lots(limit, sure=False)
    sized = size(desk, wide, 0, [2])
    assert sized is not None
    # nights of 100,000, 85,000, 55,000 and 99,000, or of 100,000 and 85,000 alone
    by_hand = (5 * 100_000 + 12 * 85_000 + (4 * 55_000 + 6 * 99_000 + 10 * 85_000) / 2) * 0.06 / 365
    assert sized.cost == pytest.approx(by_hand, abs=0.005)
    assert sized.proposal.limits == (105_000.0,)
    assert float(desk.run(sized.proposal).cost.mean()) == pytest.approx(sized.cost, abs=0.005)


@pytest.mark.parametrize("limit", [100_000.0, 102_000.0, 400_000.0])
def test_a_limit_of_whole_lots_repays_what_comes_where_a_lot_is_free_before_it_is_needed(limit: float) -> None:
    # the 30,000 of day 20 free a lot before the 44,000 go: the 15,000 need not lie idle until then
    desk, wide = in_lots(limit)
    sized = size(desk, wide, 0, [1])
    assert sized is not None
    by_hand = (5 * 100_000 + 12 * 85_000 + 4 * 55_000 + 6 * 99_000) * 0.06 / 365
    assert sized.cost == pytest.approx(by_hand, abs=0.005)
    assert sized.proposal.limits == (100_000.0,)


def test_room_to_draw_again_is_not_arranged_where_its_fee_is_above_what_it_saves() -> None:
    desk, wide = in_lots(400_000.0, fee=0.2, sure=False)
    sized = size(desk, wide, 0, [2])
    assert sized is not None
    assert sized.proposal.limits[0] == pytest.approx(100_000.0, abs=1.0)
    assert sized.cost < float(desk.run(Proposal(desk.items, (105_000.0,))).cost.mean())


def test_a_loan_whose_surplus_is_repaid_for_nothing_is_sized_below_the_amounts_that_cost_the_same() -> None:
    # 86,000 are lacking on day 9 and more by and by: what is lent beyond all that goes back on the first day
    flows = np.zeros((1, 60))
    flows[0, [7, 8, 31, 44, 54]] = (-79_000.0, -7_000.0, -17_000.0, -79_000.0, 200_000.0)
    loan = replace(PREPAYABLE, limit=600_000.0, tenor_days=60, prepayment_fee=0.0, interest_due="month_end")
    case = case_of(flows, opening=20_000.0, as_of=dt.date(2026, 7, 6))
    desk = Desk.of(case, [loan], 0.95, 162_000.0)
    sized = size(desk, Proposal(desk.items, (600_000.0,)), 0, [1])
    assert sized is not None

    def cost(amount: float) -> float:
        outcome = desk.run(Proposal(desk.items, (amount,)))
        return float(outcome.cost[0]) if desk.holds(outcome) else np.inf

    assert sized.cost <= min(cost(amount) for amount in np.linspace(100_000.0, 600_000.0, 101)) + 1.0
    assert cost(sized.proposal.limits[0] - 500.0) == np.inf
    assert sized.cost < cost(600_000.0) - 2.0
