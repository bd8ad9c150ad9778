"""Receivables lent on more than once: told where facilities together rest on more than is open, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import FACTORING, FRIDAY, RECEIVABLES, case_of

from forecast.financing.comparison import compare
from forecast.financing.desk import Desk, Proposal
from forecast.financing.lent_twice import _among, lent_twice
from forecast.liquidity import case_buffer
from forecast.notes import Note, note_text
from forecast.plan.model import Facility
from forecast.pools import PoolRule

ADVANCED = Facility("advanced", "receivables", 80_000.0, annual_rate=0.06, advance_rate=0.8)
SOLD = Facility("sold", "factoring", 75_000.0, advance_rate=0.9, discount_rate=0.05)
FLOWS = np.zeros(30)
FLOWS[[13, 20]] = -150_000.0, 200_000.0
CASE = case_of(
    np.tile(FLOWS, (2, 1)),
    as_of=FRIDAY,
    settled=np.full((2, 1, 30), 1e4),
    receivables=np.full((2, 1, 30), 1e5),
    opening_receivables=1e5,
)


def told(*facilities: Facility, limits: tuple[float, ...]) -> list[Note]:
    desk = Desk.of(CASE, facilities, 0.95)
    by_name = dict(zip((one.name for one in facilities), limits, strict=True))
    outcome = desk.run(Proposal(desk.items, tuple(by_name[item.facility.name] for item in desk.items)))
    return lent_twice(outcome, CASE.days, "base")


def test_two_facilities_on_one_pool_are_told_with_what_they_rest_on() -> None:
    (note,) = told(ADVANCED, SOLD, limits=(80_000.0, 75_000.0))
    assert note.level == "warning"
    # the sold is drawn whole and the rest advanced: more than a pool of 100,000, whatever the fee kept back
    assert note.values["open"] == pytest.approx(100_000.0)
    assert 75_000 / 0.9 + 70_000 / 0.8 < float(note.values["rested"]) < 75_000 / 0.9 + 80_000 / 0.8 + 1
    assert "2026-10-30" <= str(note.values["day"]) < "2026-11-06"
    assert note.values["chance"] == 1.0
    for language in ("zh", "en"):
        text = note_text(note, language)
        assert "advanced" in text
        assert "100,000" in text


def test_what_fits_into_the_pool_together_is_not_told() -> None:
    assert not told(ADVANCED, SOLD, limits=(40_000.0, 40_000.0))
    assert not told(ADVANCED, limits=(80_000.0,))


def test_the_recommended_mix_is_looked_at() -> None:
    found = compare(CASE, [ADVANCED, SOLD], 0.95, case_buffer(CASE, 0.95).buffer)
    assert found.recommended.feasible
    assert "lent_on_twice" in [one.code for one in found.notes]
    wide = compare(CASE, [replace(ADVANCED, advance_rate=1.0)], 0.95, case_buffer(CASE, 0.95).buffer)
    assert "lent_on_twice" not in [one.code for one in wide.notes]


def test_only_what_is_among_the_receivables_of_the_other_is_held_against_it() -> None:
    every, one = PoolRule.of(FACTORING), PoolRule.of(RECEIVABLES)
    assert (one.channels, every.channels) == (("baitiao",), ())
    assert _among(one, every)
    assert not _among(every, one)
    assert not _among(every, replace(every, max_age_days=9))
    assert _among(replace(every, max_age_days=9), every)
    assert not _among(every, replace(every, concentration=0.5))
