"""Another scenario's mix sized anew: it holds, costs about what a choice of its own does, and grows where it must."""

from __future__ import annotations

import math

import pytest
from financing_cases import BANK_LINE, OVERDRAFT, case_of

from forecast.financing.comparison import compare
from forecast.financing.resized import resized
from forecast.financing.uses import AS_OFFERED, Use
from forecast.financing.verdict import lay_out
from forecast.liquidity import case_buffer

LINES = (BANK_LINE, OVERDRAFT)


def lacking(amount: float) -> list[list[float]]:
    """Twenty paths that lack about so much for ten days from the sixth on, in time for a day's notice."""
    return [[*[0.0] * 5, -amount - path, *[0.0] * 9, amount + path] for path in range(20)]


@pytest.mark.parametrize("amount", [200_000.0, 900_000.0])
def test_the_mix_of_another_need_is_sized_for_this_one(amount: float) -> None:
    base, case = (case_of(lacking(one), opening=0.0) for one in (400_000.0, amount))
    chosen = compare(base, LINES, 0.95, case_buffer(base, 0.95).buffer).recommended
    mix = {part.facility: math.inf if part.limit_used is None else part.limit_used for part in chosen.mix}
    sized = case_buffer(case, 0.95).buffer
    found = resized(lay_out(case, LINES, 0.95, sized), LINES, mix, scale=amount / 400_000)
    assert found is not None
    assert not found.added
    kept, own = found.financing.recommended, compare(case, LINES, 0.95, sized).recommended
    assert kept.feasible
    assert {part.facility for part in kept.mix} == mix.keys()
    assert own.expected_cost * 0.99 <= kept.expected_cost <= own.expected_cost * 1.1
    assert (found.financing.options, kept.reasons) == ((), ())


def test_a_mix_that_holds_no_more_has_facilities_added() -> None:
    case = case_of(lacking(1_500_000.0), opening=0.0)
    halves = lay_out(case, LINES, 0.95, case_buffer(case, 0.95).buffer)
    for too_little in ({"overdraft": 400_000.0}, {}):
        found = resized(halves, LINES, too_little)
        assert found is not None
        assert found.added
        assert "bank_line" in {part.facility for part in found.financing.recommended.mix}


def test_what_no_limits_offered_carry_is_none() -> None:
    case = case_of(lacking(9_000_000.0), opening=0.0)
    assert resized(lay_out(case, LINES, 0.95, case_buffer(case, 0.95).buffer), LINES, {"overdraft": 1.0}) is None


def test_nothing_is_arranged_where_nothing_is_needed() -> None:
    case = case_of(lacking(100.0), opening=10_000.0)
    found = resized(lay_out(case, LINES, 0.95, case_buffer(case, 0.95).buffer), LINES, {})
    assert found is not None
    assert (found.added, found.financing.recommended.mix, found.financing.recommended.expected_cost) == (False, (), 0.0)


def test_facilities_are_used_as_the_mix_uses_them_which_is_told() -> None:
    case = case_of(lacking(200_000.0), opening=0.0)
    halves = lay_out(case, LINES, 0.95, case_buffer(case, 0.95).buffer)
    uses = {"bank_line": Use(notice_longer=1), "overdraft": AS_OFFERED}
    found = resized(halves, LINES, {"bank_line": math.inf}, uses=uses)
    assert found is not None
    (account, *_) = found.financing.recommended.outcome.accounts
    assert account.arrangement.terms.use == uses["bank_line"]
    assert [one.code for one in found.financing.recommended.reasons] == ["used_on_longer_notice"]


def test_what_does_not_hold_as_the_mix_uses_it_is_used_as_it_is_offered() -> None:
    case = case_of(lacking(200_000.0), opening=0.0)
    halves = lay_out(case, LINES, 0.95, case_buffer(case, 0.95).buffer)
    found = resized(halves, LINES, {"overdraft": math.inf}, uses={"overdraft": Use(notice_longer=9)})
    assert found is not None
    assert (found.added, found.financing.recommended.reasons) == (False, ())
