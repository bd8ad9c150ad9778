"""Covenants kept by a mix: counted, and the lines that are made wider for an agreed utilisation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from financing_cases import OVERDRAFT, case_of

from forecast.financing.desk import Desk, Proposal
from forecast.financing.halves import Halves
from forecast.financing.keeping import ABOVE, broken, widening
from forecast.financing.mixes import in_order
from forecast.plan.model import Covenants

CHEAP = replace(OVERDRAFT, name="cheap", limit=60.0, annual_rate=0.0)
DEAR = replace(OVERDRAFT, name="dear", limit=400.0, annual_rate=0.1)
HALF = Covenants(maximum_utilisation=0.5)


def test_only_lines_that_are_offered_further_are_made_wider() -> None:
    halves = Halves.of(Desk.of(case_of([[-100.0, *[0.0] * 20, 100.0]]), [CHEAP, DEAR], 0.95))
    proposal = Proposal(*in_order(halves.seen, {"cheap": 60.0, "dear": 50.0}))
    assert broken(halves, proposal, HALF) == 1
    assert broken(halves, proposal, None) == 0
    places, factor = widening(halves, proposal, HALF)
    assert places == [1]
    # 100 and the interest of the dear line are drawn of 110: 90 more are wanted, all of them of the dear line
    assert factor * 50.0 == pytest.approx(140.0, abs=1.0)
    kept = Proposal(proposal.items, (60.0, 400.0), proposal.quantile)
    assert broken(halves, kept, HALF) == 0
    assert widening(halves, kept, HALF)[1] == pytest.approx(1 + 2 * ABOVE / 460.0)
