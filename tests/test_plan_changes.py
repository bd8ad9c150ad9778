"""What holds of every scenario's values."""

from __future__ import annotations

from forecast.plan.model import ALL_CAUSES, CAUSES, Scenario, StatedRate


def test_the_four_causes_come_before_the_unknown_one() -> None:
    assert (*CAUSES, "unknown") == ALL_CAUSES
    assert CAUSES == ("integration", "validation", "risk_control", "clearing")


def test_a_scenario_without_changes_changes_nothing() -> None:
    scenario = Scenario("base", "基准")
    assert scenario.volume == 1.0
    changes = (scenario.failure_rate, scenario.volume_of, scenario.settlement_delay, scenario.refund_rate)
    assert not any(changes)
    assert (scenario.outages, scenario.shift) == ((), ())


def test_a_stated_rate_holds_for_all_causes_together_or_for_each_that_it_names() -> None:
    assert StatedRate(0.05).parts() == [(ALL_CAUSES, 0.05)]
    assert StatedRate(0.0).parts() == [(ALL_CAUSES, 0.0)]
    by_cause = StatedRate(by_cause={"clearing": 0.01, "validation": 0.0})
    assert by_cause.parts() == [(("clearing",), 0.01), (("validation",), 0.0)]
    assert StatedRate(by_cause={}).parts() == []
