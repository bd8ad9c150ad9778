"""The money identity of simulated flows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.errors import IdentityError
from forecast.simulation.flows import Flows


def flows() -> Flows:
    """50 open and 100 ordered: 80 settle, 1 is a fee, 9 are refunded, 5 lost, 5 never paid, 50 stay open."""

    def day(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.full((1, 1, 1), value)

    return Flows(
        channels=("card",),
        causes=("unknown",),
        days=np.array(["2026-12-01"], dtype="datetime64[D]"),
        sales=day(100.0),
        settled=day(80.0),
        fees=day(1.0),
        refunded_before=day(9.0),
        refunded_after=day(3.0),
        lost=day(5.0),
        never_paid=day(5.0),
        failed=day(7.0),
        lost_in_the_end=day(5.0),
        failed_by_cause=day(7.0),
        receivables=day(40.0),
        opening_receivables=np.array([45.0]),
        opening_outstanding=np.array([50.0]),
        closing_outstanding=np.array([[50.0]]),
    )


def test_receipts_are_settlements_less_refunds_taken_back() -> None:
    assert flows().receipts.tolist() == [[[77.0]]]


def test_the_identity_holds_or_names_channel_and_path() -> None:
    flows().check_identity()
    with pytest.raises(IdentityError, match=r"channel card, path 0: 150\.0000 came in .* 151\.0000"):
        replace(flows(), closing_outstanding=np.array([[51.0]])).check_identity()


def test_the_days_before_as_of_are_cut_off_and_what_is_open_then_opens() -> None:
    once = flows()
    names = ("sales", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid", "failed")
    twice = {name: np.repeat(getattr(once, name), 2, axis=2) for name in (*names, "lost_in_the_end", "receivables")}
    days = np.array(["2026-12-01", "2026-12-02"], dtype="datetime64[D]")
    both = replace(
        once, days=days, channels=once.channels, causes=once.causes, young={30: twice["receivables"]}, **twice
    )
    rest = both.after(1)
    rest.check_identity()
    assert rest.days.tolist() == days[1:].tolist()
    assert rest.sales.tolist() == [[[100.0]]]
    # 50 were open and 100 ordered; 80 settled, 1 was a fee, 9 came back, 5 were lost and 5 never paid.
    assert rest.opening_outstanding.tolist() == [[50.0]]
    assert rest.opening_receivables.tolist() == [[40.0]]
    assert rest.young[30].shape == rest.receivables.shape
    assert both.after(0) is both
