"""What facilities can bring at most, and what runs have shown: never more short than a run is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import BANK_LINE, EARLY, EVERY_KIND, OVERDRAFT, case_of, shop

from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import terms
from forecast.financing.policy import ScenarioDays, simulate, simulate_within
from forecast.financing.reach import Shorts, surely_short


def test_cash_is_out_of_reach_beyond_the_limit_and_before_the_money_can_arrive() -> None:
    case = case_of([[-100.0, 0.0, 0.0], [-90.0, 0.0, 0.0], [0.0, 0.0, -100.0]], opening=0.0)
    days = ScenarioDays.of(case)
    line = Arrangement(terms(case, OVERDRAFT), 95.0)
    assert surely_short(days.cumulated[1:], 0.0, [line]) == 2
    assert surely_short(days.cumulated[1:], 5.1, [line]) == 0
    # asked for on the evening of a Friday, the bank's money arrives on Monday
    late = Arrangement(terms(case, replace(BANK_LINE, minimum_draw=0.0)), 1000.0)
    assert surely_short(days.cumulated[1:], 0.0, [late]) == 2
    assert surely_short(days.cumulated[1:], 0.0, [replace(late, drawing=False)]) == 3


def test_cash_is_out_of_reach_beyond_the_base() -> None:
    case = case_of([[-90.0, 0.0]], opening=0.0, receivables=np.full((1, 1, 2), 80.0), opening_receivables=80.0)
    days = ScenarioDays.of(case)
    early = Arrangement(terms(case, replace(EARLY, advance_rate=1.0)), 1000.0)
    assert surely_short(days.cumulated[1:], 0.0, [early]) == 1
    assert surely_short(days.cumulated[1:], 10.0, [early]) == 0


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.3])
@pytest.mark.parametrize("facility", EVERY_KIND, ids=lambda one: one.name)
def test_a_run_falls_short_on_no_fewer_paths(facility: object, share: float) -> None:
    case = shop(40)
    days = ScenarioDays.of(case)
    arranged = [Arrangement(terms(case, facility), share * 1e6)]  # type: ignore[arg-type]
    sure = surely_short(days.cumulated[1:], days.opening - days.minimum, arranged)
    short = int(simulate(days, arranged).short.sum())
    assert sure <= short
    assert (simulate_within(days, arranged, short) is None) is False
    if short:
        assert simulate_within(days, arranged, short - 1) is None or short > sure


def test_runs_are_told_apart_by_days_terms_and_limits() -> None:
    case = case_of([[-100.0, 0.0]], opening=0.0)
    days, line = ScenarioDays.of(case), Arrangement(terms(case, OVERDRAFT), 95.0)
    shorts = Shorts()
    shorts.keep(days, [line], 1, exact=True)
    assert shorts.of(days, [line]) == (1, True)
    assert shorts.of(replace(days, opening=5.0), [line]) == (0, False)
    assert shorts.of(days, [replace(line, limit=100.0)]) == (0, False)
    assert shorts.of(days, [replace(line, terms=terms(case, OVERDRAFT))]) == (0, False)
