"""Breaking points of a small shop: just before each a what-if is feasible, at it no longer, by the run's own choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from stress_shop import kept_stress, questions, shop_plan, shop_run

from forecast.pipeline import financing_of
from forecast.plan.reading import scenario_from_settings
from forecast.simulated import simulate
from forecast.studies.stress.laws import Laws
from forecast.studies.stress.questions import Answer, Questions
from forecast.studies.stress.reverse import (
    Scale,
    breaking_point,
    breaking_points,
    cash_scale,
    scales,
    sooner_outages,
)
from forecast.studies.stress.study import shown
from forecast.studies.stress.turning import Turn


def feasible(*settings: str) -> bool:
    """Whether a what-if's recommended mix holds, as a run decides it."""
    done = shop_run()
    one = simulate(done.prepared, scenario_from_settings(done.plan, settings), base=False)
    return financing_of(done.plan, one.case, one.facilities).recommended.feasible


FOUND = ("outage_days.baitiao", "settlement_delay.wechat", "refund_rate.wechat", "volume", "flop", "opening_balance")


@pytest.mark.parametrize("key", FOUND)
def test_a_whatif_just_before_holds_and_at_it_no_longer(key: str) -> None:
    (one,) = (found for found in kept_stress().reverse if found.key == key)
    assert (one.status, one.monotone) == ("found", True)
    assert one.value is not None
    assert one.holds_at is not None
    assert abs(one.value - one.holds_at) == pytest.approx(one.tolerance)
    assert feasible(f"{key}={one.holds_at:.15g}")
    assert not feasible(f"{key}={one.value:.15g}")


def test_a_grid_of_whatifs_turns_where_the_search_says() -> None:
    scale = next(one for one in scales(shop_plan()) if one.key == "settlement_delay.wechat")
    held = [feasible(scale.setting(days)) for days in range(6)]
    assert held == [days < breaking_point(questions(), scale).step for days in range(6)]  # type: ignore[operator]


def test_what_never_breaks_holds_at_the_end_of_its_range() -> None:
    never = {one.key: one.range[1] for one in kept_stress().reverse if one.status == "never"}
    assert never["failure_rate.baitiao"] == 0.9
    assert feasible("failure_rate.baitiao=0.9")
    assert feasible("recovery.wechat=0")


def test_what_does_not_hold_at_its_harmless_end_is_always_broken() -> None:
    asked, poor = questions(), replace(shop_plan().cash, opening_balance=-9_000.0)
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, cash=poor))
    assert breaking_point(asked, Scale("volume", "", 1.0, 0.01, 900)) == Turn("always")


def test_an_opening_balance_that_is_not_enough_is_sought_upwards() -> None:
    asked, poor = questions(), replace(shop_plan().cash, opening_balance=-9_000.0)
    asked.prepared = replace(asked.prepared, plan=replace(asked.plan, cash=poor))
    scale, found = list(breaking_points(asked, lambda _: None))[-1]
    assert (scale.key, found.status, scale.harmful) == ("opening_balance", "always", -9_000.0)
    assert found.step is not None
    assert asked.whatif(scale.setting(found.step - 1)).verdict().feasible
    assert not asked.whatif(scale.setting(found.step)).verdict().feasible
    told = shown(scale, found, Laws(asked), asked.plan)
    (rich,) = (one for one in kept_stress().reverse if one.key == "opening_balance")
    assert told.value == told.holds_at == pytest.approx(rich.holds_at, abs=told.tolerance + rich.tolerance)
    assert told.value is not None
    assert told.text.endswith(f"CNY {told.value + 9_000:,.0f} more than now".replace(" ", "\u00a0", 1))


def test_the_balance_goes_below_nothing_by_all_that_facilities_lend() -> None:
    scale = cash_scale(shop_plan())
    assert (scale.harmless, scale.harmful) == (1_000.0, -6_000.0)
    assert scale.setting(3) == "opening_balance=979"


def test_keys_are_told_apart_and_ranges_begin_harmless() -> None:
    every = list(scales(shop_plan()))
    assert len({one.key for one in every}) == len(every) == 13
    assert {one.key: (one.harmless, one.harmful) for one in every if one.kind in {"volume", "flop", "outage_days"}} == {
        "outage_days.baitiao": (0, 10),
        "outage_days.wechat": (0, 10),
        "volume": (1.0, 10.0),
        "flop": (1.0, 0.0),
    }


@pytest.mark.parametrize(
    ("turned", "told"),
    [
        (Turn("never"), ["outage_days.wechat"]),
        (Turn("found", 5), ["outage_days.wechat"]),
        (Turn("found", 3), []),
        (Turn("always"), []),
    ],
)
def test_an_outage_that_breaks_before_the_tightest_day_is_told_where_a_later_one_holds(
    turned: Turn, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends on the day before the tightest; one that holds, or is broken from the peak on as soon, is not told."""
    asked, plain = questions(), Questions.whatif
    settings: list[str] = []

    def whatif(self: Questions, *given: str) -> Answer:
        settings.extend(given)
        return plain(self)

    monkeypatch.setattr(Questions, "whatif", whatif)
    monkeypatch.setattr(Answer, "holds_in_full", lambda _: "baitiao" in settings[-1])
    points = [(Scale("outage_days", name, 0, 1, 9), turned) for name in ("baitiao", "wechat")]
    notes = list(sooner_outages(asked, [*points, (Scale("volume", "", 1.0, 0.01, 900), turned)]))
    assert [note.where for note in notes] == told
    assert all(note.level == "warning" for note in notes)
    if told:
        values = notes[0].values
        start, tight = (dt.date.fromisoformat(str(values[key])) for key in ("start", "tight"))
        assert start == max(tight - dt.timedelta(days=3), asked.plan.horizon.as_of + dt.timedelta(days=1))
        assert settings[-1] == f'outages=[{{clearing="wechat",start={start},days=3}}]'
        assert values["held"] == (9 if turned.step is None else 4)
