"""Outages on a channel."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecast.plan.model import Outage
from forecast.simulation.outages import strikes

AS_OF = np.datetime64("2026-11-30")
FIRST = dt.date(2026, 12, 1)


def test_an_outage_strikes_its_channel_or_all_behind_its_clearing() -> None:
    outages = (Outage(FIRST, 1, channel="card"), Outage(FIRST, 1, clearing="jd_pay"))
    for name, clearing, share in (("baitiao", "jd_pay", 1.0), ("card", "unionpay", 1.0), ("wechat", "tenpay", 0.0)):
        assert strikes(name, clearing, outages, AS_OF, 3).held.tolist() == [share, 0.0, 0.0]


def test_a_later_outage_takes_what_an_earlier_one_has_left() -> None:
    outages = (
        Outage(FIRST, 2, share=0.5, cause="integration", channel="card"),
        Outage(dt.date(2026, 12, 2), 2, share=0.4, clearing="unionpay"),
        Outage(FIRST, 4, share=0.1, cause="validation", channel="card"),
    )
    struck = strikes("card", "unionpay", outages, AS_OF, 4)
    first, second, third = (one.taken.tolist() for one in struck.outages)
    assert first == [0.5, 0.5, 0.0, 0.0]
    assert second == pytest.approx([0.0, 0.2, 0.4, 0.0])
    assert third == pytest.approx([0.05, 0.03, 0.06, 0.1])
    assert struck.held == pytest.approx([0.0, 0.2, 0.4, 0.0])
    assert struck.stopped == pytest.approx([0.55, 0.53, 0.06, 0.1])
    assert struck.holds == [(1, 3, 0.4)]


def test_an_outage_counts_within_the_horizon_alone() -> None:
    begun = Outage(dt.date(2026, 11, 29), 3, clearing="jd_pay")
    lasting = Outage(dt.date(2026, 12, 3), 9, clearing="jd_pay")
    over = Outage(dt.date(2026, 11, 28), 3, clearing="jd_pay")
    late = Outage(dt.date(2026, 12, 4), 1, clearing="jd_pay")
    struck = strikes("baitiao", "jd_pay", (begun, lasting, over, late), AS_OF, 3)
    assert struck.holds == [(0, 1, 1.0), (2, 11, 1.0)]
    assert struck.held.tolist() == [1.0, 0.0, 1.0]
