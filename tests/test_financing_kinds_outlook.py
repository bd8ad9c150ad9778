"""What can be foreseen of one facility on an evening, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from facility_plans import cash_case
from facility_world import World

from forecast.financing.kinds.accounts import Arrangement
from forecast.financing.kinds.table import line, terms
from forecast.plan.model import Facility

SUNDAY = dt.date(2026, 10, 18)
LINE = Facility("line", "revolver", 1000.0, annual_rate=0.365, drawn=400.0, notice_days=2, arrangement_fee=0.01)
WEEK = World(SUNDAY, 0.0, 0.0, 0.0, [0.0] * 8, [False, *[True] * 5, False, False], [False] * 8)


def test_what_a_surplus_was_to_repay_first_comes_as_far_as_it_has() -> None:
    small = line(Arrangement(terms(cash_case(WEEK), LINE), 1000.0), (7, 1))
    small.ask(0, np.array([1000.0]), np.array([400.0]))
    assert small.under_way.tolist() == [1000.0]
    assert small.coming(0, 1) == pytest.approx([600.0])
    assert small.coming(0, 1, whole=True) == pytest.approx([1000.0])
    assert small.coming(0, 0) == 0.0
    small.repay(0, np.array([250.0]))
    assert small.coming(1, 1) == pytest.approx([850.0])


def test_claims_are_charges_and_principal_of_what_is_owed_and_under_way() -> None:
    owner = Facility("owner", "owner_loan", 1000.0, annual_rate=0.365, notice_days=1, tenor_days=2, drawn=100.0)
    lent = line(Arrangement(terms(cash_case(WEEK), owner), 1000.0), (7, 1))
    assert lent.claims(0, 0) == 0.0
    assert lent.claims(0, 1) == pytest.approx([100.0])
    lent.ask(0, np.array([50.0]))
    assert lent.claims(0, 1) == pytest.approx([100.0])
    assert lent.claims(0, 2) == pytest.approx([150.0])
    assert lent.claims(0, 2, principal=False) == pytest.approx([50.0])
