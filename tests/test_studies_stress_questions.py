"""What-ifs on a prepared forecast: to the last digit those of a run, whatever was kept of other scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from stress_shop import questions, shop_run

from forecast.financing.comparison import compare
from forecast.plan.reading import scenario_from_settings
from forecast.plan.settings import changes_of
from forecast.plausibility.size import KEPT_LEAST, KEPT_MOST
from forecast.simulated import simulate
from forecast.studies.stress.questions import key_of

SETTINGS = (
    ("failure_rate.baitiao=0.2", "volume=1.3"),
    ("flop=0.9",),
    ("outage_days.baitiao=2", "recovery.wechat=0.5", "fee_rate.wechat=0.03"),
    ("settlement_delay=1", "opening_balance=2000", "minimum_balance=50"),
    ('shift=[{from="baitiao",to="wechat",share=0.3,lost=0.1}]', "refund_rate.wechat=0.2"),
)


@pytest.fixture(scope="module")
def asked() -> object:
    return questions()


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings[0].partition("=")[0])
def test_an_answer_is_the_what_ifs(settings: tuple[str, ...], asked: object) -> None:
    done, found = shop_run(), asked.whatif(*settings)  # type: ignore[attr-defined]
    one = simulate(done.prepared, scenario_from_settings(done.plan, settings), base=False)
    assert np.array_equal(found.case.flows, one.case.flows)
    assert (found.buffer, found.receipts) == (one.buffer, one.result.receipts_total.mean)
    best = compare(one.case, one.facilities, done.plan.horizon.confidence, one.buffer, 1).recommended
    told = found.verdict()
    assert (told.feasible, told.expected_cost) == (best.feasible, best.expected_cost)
    assert best.feasible or not found.holds_in_full()


def test_no_more_is_kept_than_was_asked_for_last() -> None:
    asked = questions()
    for rate in (0.0, 0.1, 0.2, 0.3):
        asked.whatif(f"failure_rate.baitiao={rate}")
    asked.whatif()
    assert [len(kept) for kept in asked.kept] == [KEPT_MOST, 1]
    asked.room = KEPT_LEAST
    asked.whatif("failure_rate.baitiao=0.4")
    assert [len(kept) for kept in asked.kept] == [KEPT_LEAST, 1], "where memory is short"


def test_money_that_moves_over_the_end_of_the_horizon_is_worth_the_same() -> None:
    base, late = questions().whatif(), questions().whatif("settlement_delay=2")
    assert base.receipts - late.receipts > 3_000
    assert late.worth == pytest.approx(base.worth, rel=1e-12)


def test_a_cost_is_multiplied_by_category() -> None:
    asked = questions()
    base, more = asked.whatif(), asked.whatif("costs.rent=2")
    assert np.allclose(more.case.costs["rent"], 2 * base.case.costs["rent"])
    assert np.array_equal(more.case.costs["stock"], base.case.costs["stock"])
    assert more.buffer.amount > base.buffer.amount


def test_names_with_dots_stand_in_quotes() -> None:
    assert [key_of("flows", "a.b"), key_of("flows", "房租"), key_of("volume")] == [
        'flows."a.b"',
        "flows.房租",
        "volume",
    ]


@pytest.mark.parametrize("name", ["=1+1", 'a"b', "a.b", "＝１"])
def test_a_key_whose_name_holds_signs_is_read_as_the_name_it_is(name: str) -> None:
    table, problems = changes_of([f"{key_of('flows', name)}=0.5"])
    assert (table, problems) == ({"flows": {name: 0.5}}, [])
