"""The split of a variance: exact to the fen, each effect what its name says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import IdentityError
from forecast.studies.variance import EFFECTS, Course, Variance, check_variance, explain

FORECAST = Course(
    opening=200_000,
    sales=1_000_000,
    settled=990_000 - 99_000 - 9_000,
    fees=9_000,
    refunded_before=50_000,
    refunded_after=20_000,
    in_transit=150_000,
)
"""In fen; 109,000 are not deducted."""

OF_OPEN = Course(
    opening=200_000, sales=0, settled=178_200, fees=1_800, refunded_before=10_000, refunded_after=5_000, in_transit=0
)
"""10,000 of what was open stay undeducted."""


def effects(actual: Course) -> dict[str, int]:
    """The effects that are not nothing."""
    variance = explain(FORECAST, OF_OPEN, actual)
    return {name: getattr(variance, name) for name in EFFECTS if getattr(variance, name)}


def test_what_came_as_forecast_has_no_effects() -> None:
    assert effects(FORECAST) == {}


def test_more_orders_that_behave_as_forecast_are_volume_alone() -> None:
    def more(name: str) -> int:
        new = getattr(FORECAST, name) - getattr(OF_OPEN, name)
        return int(getattr(FORECAST, name) + new // 10)

    actual = Course(
        opening=200_000, **{name: more(name) for name in FORECAST.__dataclass_fields__ if name != "opening"}
    )
    assert effects(actual) == {"volume": (FORECAST.receipts - OF_OPEN.receipts) // 10}


def test_money_that_settles_later_is_timing_and_its_fee_follows() -> None:
    late = replace(FORECAST, in_transit=160_000, settled=FORECAST.settled - 9_899, fees=FORECAST.fees - 101)
    found = effects(late)
    assert found["timing"] == pytest.approx(-10_000 * (1 - FORECAST.fees / 891_000), abs=1)
    assert abs(found.get("fees", 0)) <= 1


def test_orders_that_are_not_deducted_are_failure_at_what_a_deducted_yuan_brings() -> None:
    # One in ten of the newly deducted fails beyond the forecast, and all that follows from it is less by as much.
    new = {name: (getattr(FORECAST, name) - getattr(OF_OPEN, name)) // 10 for name in (
        "settled", "fees", "refunded_before", "refunded_after", "in_transit",
    )}  # fmt: skip
    failed = replace(FORECAST, **{name: getattr(FORECAST, name) - less for name, less in new.items()})
    found = effects(failed)
    assert found["failure"] == pytest.approx(-(new["settled"] - new["refunded_after"]), abs=2)
    assert sum(abs(found.get(name, 0)) for name in EFFECTS if name != "failure") <= 4


def test_refunds_and_fees_stand_on_their_own() -> None:
    taken = replace(FORECAST, refunded_after=FORECAST.refunded_after + 700)
    assert effects(taken) == {"refunds": -700}
    dearer = replace(FORECAST, fees=FORECAST.fees + 300, settled=FORECAST.settled - 300)
    assert effects(dearer) == {"fees": -300}


def test_orders_that_the_ledger_has_gained_since_are_volume_and_told_apart() -> None:
    variance = explain(FORECAST, OF_OPEN, replace(FORECAST, opening=205_000, settled=FORECAST.settled + 5_000))
    assert variance.revised == pytest.approx(5_000 * (1 - 9_000 / 891_000), abs=1)
    assert variance.volume == variance.revised


money = st.integers(0, 10**12)


@st.composite
def courses(draw: st.DrawFn, opening: st.SearchStrategy[int] = money, sales: st.SearchStrategy[int] = money) -> Course:
    """Any course whose parts are within what there was."""
    start, ordered = draw(opening), draw(sales)
    cuts = sorted(draw(st.lists(st.integers(0, start + ordered), min_size=4, max_size=4)))
    settled, fees, refunded, waiting = (high - low for low, high in zip([0, *cuts], cuts, strict=False))
    taken = draw(st.integers(0, start + ordered))
    return Course(start, ordered, settled, fees, refunded, taken, waiting)


@given(st.data())
def test_the_effects_always_add_up_to_the_fen(data: st.DataObject) -> None:
    forecast = data.draw(courses())
    of_open = data.draw(courses(st.just(forecast.opening), st.just(0)))
    actual = data.draw(courses())
    variance = explain(forecast, of_open, actual)
    assert forecast.receipts + variance.total == actual.receipts


def test_effects_that_miss_are_a_fault_of_the_program() -> None:
    with pytest.raises(IdentityError, match="miss 1 fen"):
        check_variance(Variance(1, 0, 0, 0, 0), FORECAST, FORECAST)
