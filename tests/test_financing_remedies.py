"""Where nothing holds: by how much, and what would be enough."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from financing_cases import OVERDRAFT, RECEIVABLES, TERM_LOAN, case_of, shop

from forecast.financing.desk import Desk, Proposal, with_limit
from forecast.financing.remedies import DaysEarlier, ExtraLimit, Remedy, in_full, least, remedy
from forecast.money import LARGEST_YUAN
from forecast.notes import note_text
from forecast.plan.model import Scenario

if TYPE_CHECKING:
    from forecast.plan.model import Facility

FLOWS = [[-100.0 - path, 0.0, 0.0, 50.0] for path in range(100)]
FREE = replace(OVERDRAFT, annual_rate=0.0, limit=30.0)


def desk_of(*facilities: Facility) -> tuple[Desk, Proposal]:
    desk = Desk.of(case_of(FLOWS, opening=0.0), facilities, 0.95)
    return desk, Proposal(desk.items, tuple(item.most for item in desk.items))


def test_cash_and_limit_that_are_just_enough() -> None:
    desk, proposal = desk_of(FREE)
    found = remedy([desk], [proposal])
    # 95 of 100 paths need 194 at most, of which 30 are there
    assert found.short_by == pytest.approx(164.0)
    assert found.extra_cash == 164.0
    assert found.extra_limits == [ExtraLimit("overdraft", 164.0)]
    assert found.days_earlier == []
    assert [note.code for note in found.notes] == ["short_by", "extra_cash", "extra_limit"]
    for extra, holds in ((164.0, True), (163.0, False)):
        assert desk.holds(desk.run(with_limit(proposal, 0, 30 + extra))) is holds


def test_a_signature_that_comes_too_late_and_how_much_earlier_it_must_be() -> None:
    desk, proposal = desk_of(replace(FREE, limit=500.0, signing_days=6))
    found = remedy([desk], [proposal])
    # the money is needed on the first day
    assert found.days_earlier == [DaysEarlier("overdraft", 5)]
    assert found.extra_limits == []


def test_nothing_of_this_kind_helps_where_there_is_no_facility_and_cash_does() -> None:
    desk, proposal = desk_of()
    found = remedy([desk], [proposal])
    assert found.extra_cash == 194.0
    assert found.extra_limits == []


def test_a_loan_of_a_fixed_amount_has_no_further_limit_to_ask_for() -> None:
    desk, proposal = desk_of(replace(TERM_LOAN, annual_rate=0.0, limit=30.0))
    found = remedy([desk], [proposal])
    assert found.short_by == pytest.approx(164.0)
    assert found.extra_cash == 164.0
    assert found.extra_limits == []


def test_each_facility_alone_could_give_what_is_lacking() -> None:
    late = replace(FREE, name="late", limit=500.0, signing_days=30)
    desk, proposal = desk_of(FREE, replace(FREE, name="second", limit=20.0), late)
    found = remedy([desk], [proposal])
    assert found.short_by == pytest.approx(144.0)
    # one that cannot be signed in time helps at no limit
    assert {one.facility: one.amount for one in found.extra_limits} == {"overdraft": 144.0, "second": 144.0}
    assert found.days_earlier == [DaysEarlier("late", 29)]
    assert [note.code for note in found.notes].count("extra_limit") == 2


def test_where_nothing_helps_it_says_so() -> None:
    found = Remedy(10.0, None, None, None, [], [])
    assert [note.code for note in found.notes] == ["short_by", "no_remedy"]


def test_money_on_notice_may_have_to_be_signed_by_as_of_itself() -> None:
    # asked for on Monday evening it is there on Tuesday, on which all is needed; a day of signing is a day too late
    noticed = replace(FREE, kind="revolver", limit=500.0, signing_days=1, notice_days=1)
    desk = Desk.of(case_of(FLOWS, opening=0.0, as_of=dt.date(2026, 10, 19)), (noticed,), 0.95)
    assert remedy([desk], [Proposal(desk.items, (500.0,))]).days_earlier == [DaysEarlier("overdraft", 1)]


def test_a_base_that_differs_by_path_is_that_of_the_paths_that_judge() -> None:
    item = replace(RECEIVABLES, limit=None, advance_rate=1.0, signing_days=30)
    desk = Desk.of(shop(40, opening=5_000_000.0), (item,), 0.95)
    proposal = Proposal(desk.items, (LARGEST_YUAN,))
    # the stock is paid on the thirteenth day, when what was sold before is there to be advanced
    found = remedy([desk.every(2)], [proposal]).days_earlier
    fourth = desk.every(2).every(2, 1)
    assert found == [DaysEarlier("receivables_finance", 17)]
    assert remedy([fourth], [proposal]).days_earlier == found


@pytest.mark.parametrize("need", [500.0, 50_000.0, 1_234_567.5])
def test_a_remedy_is_the_least_that_holds_to_the_yuan(need: float) -> None:
    desk = Desk.of(case_of([[-need - 30.0, 0.0]], opening=0.0), (FREE,), 0.95)
    found = remedy([desk], [Proposal(desk.items, (30.0,))])
    assert (found.short_by, found.extra_cash) == (need, math.ceil(need))
    assert found.extra_limits == [ExtraLimit("overdraft", math.ceil(need))]


def test_the_least_amount_is_found_from_any_guess() -> None:
    for least_of_all in (1.0, 2.0, 7.0, 1000.0, 65_537.0):
        for guess in (0.0, 1.0, 6.5, 900.0, 80_000.0):
            assert least(least_of_all.__le__, guess) == least_of_all
    assert least(lambda _: False, 5.0) is None


def test_what_is_asked_for_holds_in_the_scenarios_to_withstand_too() -> None:
    desk = Desk.of(case_of([[-50.0, 0.0]]), (FREE,), 0.95)
    hard = replace(Desk.of(case_of([[-70.0, 0.0]]), (FREE,), 0.95), scenario=Scenario("hard", "a hard winter"))
    found = remedy([desk, hard], in_full(desk.items, Proposal(desk.items, (30.0,))))
    assert (found.short_by, found.scenario, found.extra_cash) == (40.0, "hard", 40.0)
    assert found.notes[0].code == "short_by_in"
    assert "a hard winter" in note_text(found.notes[0], "en")


def test_what_is_tried_is_all_that_is_drawn_on_demand_in_full_beside_the_loans_chosen() -> None:
    loan, second = replace(TERM_LOAN, limit=900.0), replace(FREE, name="second", limit=20.0)
    desk = Desk.of(case_of(FLOWS), (FREE, loan, second), 0.95)
    chosen = desk.on(Proposal(tuple(one for one in desk.items if one.facility.name != "second"), (10.0, 40.0)))
    *_, widest = in_full(desk.items, chosen)
    named = {item.facility.name: limit for item, limit in zip(widest.items, widest.limits, strict=True)}
    amounts = dict(zip((item.facility.name for item in chosen.items), chosen.limits, strict=True))
    assert named == {"overdraft": 30.0, "second": 20.0, "term_loan": amounts["term_loan"]}
