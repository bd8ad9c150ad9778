"""Where nothing holds: by how much, and what would be enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from financing_cases import OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.remedies import DaysEarlier, ExtraLimit, Remedy, remedy
from forecast.financing.sizing import Desk, Proposal, with_limit
from forecast.money import LARGEST_YUAN

if TYPE_CHECKING:
    from forecast.plan.model import Facility

FLOWS = [[-100.0 - path, 0.0, 0.0, 50.0] for path in range(100)]
FREE = replace(OVERDRAFT, annual_rate=0.0, limit=30.0)


def desk_of(*facilities: Facility) -> tuple[Desk, Proposal]:
    desk = Desk.of(case_of(FLOWS, opening=0.0), facilities, 0.95)
    return desk, Proposal(desk.items, tuple(item.most for item in desk.items))


def test_cash_and_limit_that_are_just_enough() -> None:
    desk, proposal = desk_of(FREE)
    found = remedy(desk, proposal)
    # 95 of 100 paths need 194 at most, of which 30 are there
    assert found.short_by == pytest.approx(164.0)
    assert found.extra_cash == 165.0
    assert found.extra_limits == [ExtraLimit("overdraft", 165.0)]
    assert found.days_earlier == []
    assert [note.code for note in found.notes] == ["short_by", "extra_cash", "extra_limit"]
    for extra, holds in ((165.0, True), (160.0, False)):
        assert desk.holds(desk.run(with_limit(proposal, 0, 30 + extra))) is holds


def test_a_signature_that_comes_too_late_and_how_much_earlier_it_must_be() -> None:
    desk, proposal = desk_of(replace(FREE, limit=500.0, signing_days=6))
    found = remedy(desk, proposal)
    # the money is needed on the first day
    assert found.days_earlier == [DaysEarlier("overdraft", 5)]
    assert found.extra_limits == []


def test_nothing_of_this_kind_helps_where_there_is_no_facility_and_cash_does() -> None:
    desk, proposal = desk_of()
    found = remedy(desk, proposal)
    assert found.extra_cash == pytest.approx(194.0, abs=1.0)
    assert found.extra_limits == []


def test_a_loan_of_a_fixed_amount_has_no_further_limit_to_ask_for() -> None:
    desk, proposal = desk_of(replace(TERM_LOAN, annual_rate=0.0, limit=30.0))
    found = remedy(desk, proposal)
    assert found.short_by == pytest.approx(164.0)
    assert found.extra_cash == 165.0
    assert found.extra_limits == []


def test_each_facility_alone_could_give_what_is_lacking() -> None:
    late = replace(FREE, name="late", limit=500.0, signing_days=30)
    desk, proposal = desk_of(FREE, replace(FREE, name="second", limit=20.0), late)
    found = remedy(desk, proposal)
    assert found.short_by == pytest.approx(144.0)
    # one that cannot be signed in time helps at no limit
    assert {one.facility: one.amount for one in found.extra_limits} == {"overdraft": 145.0, "second": 145.0}
    assert found.days_earlier == [DaysEarlier("late", 29)]
    assert [note.code for note in found.notes].count("extra_limit") == 2


def test_where_nothing_helps_it_says_so() -> None:
    found = Remedy(10.0, None, [], [])
    assert [note.code for note in found.notes] == ["short_by", "no_remedy"]


def test_money_on_notice_may_have_to_be_signed_by_as_of_itself() -> None:
    # asked for on Monday evening it is there on Tuesday, on which all is needed; a day of signing is a day too late
    noticed = replace(FREE, kind="revolver", limit=500.0, signing_days=1, notice_days=1)
    desk = Desk.of(case_of(FLOWS, opening=0.0, as_of=dt.date(2026, 10, 19)), (noticed,), 0.95)
    assert remedy(desk, Proposal(desk.items, (500.0,))).days_earlier == [DaysEarlier("overdraft", 1)]


def test_a_base_that_differs_by_path_is_that_of_the_paths_that_judge() -> None:
    item = replace(RECEIVABLES, limit=None, advance_rate=1.0, signing_days=30)
    desk = Desk.of(shop(40, opening=5_000_000.0), (item,), 0.95)
    proposal = Proposal(desk.items, (LARGEST_YUAN,))
    # the stock is paid on the thirteenth day, when what was sold before is there to be advanced
    found = remedy(desk.every(2), desk.every(2).on(proposal)).days_earlier
    fourth = desk.every(2).every(2, 1)
    assert found == [DaysEarlier("receivables_finance", 17)]
    assert remedy(fourth, fourth.on(proposal)).days_earlier == found
