"""What is fitted follows from the keys that bear on it, and is handed on without the rows of orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledgers import shop_orders, shop_plan

from forecast.cache.codec import encoded
from forecast.fitting import fit, with_rows, without_rows
from forecast.plan.model import Cash

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.simulated import Fitted


def test_balances_change_no_fit_and_no_draw_and_rows_left_out_are_read_again(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, shop_orders(60) + "bad,baitiao,2026-10-01,none,,,,,,,,\n", paths=10)
    other = replace(plan, cash=Cash(opening_balance=7.0), horizon=replace(plan.horizon, confidence=0.8))
    found = fit(plan)
    assert values(found) == values(fit(other))

    evidence = found.evidence()
    assert len(evidence.ledger.rejected) == 1
    left = without_rows(evidence).ledger
    assert left.rejected.empty
    assert left.counts == evidence.ledger.counts
    assert with_rows(plan, left).rejected.equals(evidence.ledger.rejected)
    assert with_rows(plan, evidence.ledger) is evidence.ledger


def values(found: Fitted) -> object:
    """All that is fitted, as text and figures."""
    text, arrays = encoded((found.engine, found.known, found.expected, found.evidence()))
    return text, [one.tobytes() for one in arrays]
