"""A right never hurts: small plans of the benchmark with one right more, and what it counts."""

from __future__ import annotations

import random

import pytest

from benchmarks.brute_force import random_plan
from benchmarks.rights import Trial, rights, trials
from forecast.financing.simplest import SEARCH_TOLERANCE


@pytest.mark.parametrize("seed", [101, 102])
def test_one_right_more_makes_no_plan_dearer_nor_infeasible(seed: int) -> None:
    for trial in trials(seed, 40, most=1):
        assert trial.passes, trial


def test_each_right_is_one_change_of_the_plan() -> None:
    case, facilities = random_plan(3, 20, 3)
    numbers = random.Random(1)  # noqa: S311  # plans, no secrets
    for right, (changed, offered) in rights((case, facilities), numbers).items():
        assert (changed.opening_balance > case.opening_balance) is (right == "cash")
        assert (len(offered) > len(facilities)) is (right == "facility")
        wider = sum((new.limit or 0) > (old.limit or 0) for old, new in zip(facilities, offered, strict=False))
        assert wider == (right == "limit")


def test_beyond_the_tolerance_a_right_hurts_and_so_does_a_mix_that_no_longer_holds() -> None:
    most = 1000.0 * (1 + SEARCH_TOLERANCE) + 1.0
    for held, holds, after, passes in (
        (True, True, most, True),
        (True, True, most + 0.01, False),
        (True, False, 500.0, False),
        (False, True, 5000.0, True),
        (False, False, 5000.0, True),
    ):
        assert Trial("cash", held, holds, 1000.0, after).passes is passes
    assert Trial("cash", held=True, holds=True, before=1000.0, after=1100.0).excess == pytest.approx(0.1)
