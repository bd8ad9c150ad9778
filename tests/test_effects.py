"""Why figures of a what-if do not move, and the warning where a change moves nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from whatif_example import LAST, TIGHTEST, asked, reasons, warned

from forecast.effects import REACHES
from forecast.notes import WARNINGS
from forecast.plan.model import Language, Scenario
from forecast.plan.terms import keys_of
from forecast.texts import catalogue


def test_what_moves_has_no_reason() -> None:
    assert reasons("volume=50%") == {}
    assert warned("volume=50%") == []


def test_base_has_no_reasons_and_every_other_scenario_a_list() -> None:
    scenarios = asked("volume=50%").scenarios
    assert (scenarios["base"].unmoved, scenarios["whatif"].unmoved) == (None, [])


def test_an_outage_after_the_tightest_day_leaves_what_that_day_decides() -> None:
    settings = ('outages=[{channel="baitiao",start=2026-10-28,days=2,cause="validation"}]',)
    assert {reasons(*settings)[figure] for figure in ("lowest_cash", "buffer", "funding_gap")} == {"outage_after"}
    (one,) = [one for one in asked(*settings).scenarios["whatif"].unmoved or () if one.reason == "outage_after"]
    assert one.text == f"the outage begins on 2026-10-28, after the tightest day, {TIGHTEST}"
    assert warned(*settings) == []


def test_an_outage_of_clearing_makes_late_and_loses_nothing() -> None:
    told = reasons('outages=[{channel="baitiao",start=2026-10-20,days=1}]')
    assert told["lost"] == "clearing_cures"
    assert told["sales"] == "not_touched"
    assert "failed" not in told


def test_a_delay_that_ends_within_the_horizon_leaves_what_depends_on_no_receipts() -> None:
    told = reasons("settlement_delay.baitiao=1")
    assert told == {"sales": "not_touched", "failed": "not_touched", "lost": "not_touched"}


@pytest.mark.parametrize(
    ("setting", "still"),
    [
        ("opening_balance=2000", {"sales", "receipts", "failed", "lost", "fees", "buffer"}),
        ("minimum_balance=200", {"sales", "receipts", "failed", "lost", "fees", "lowest_cash", "lowest_cash_at"}),
        ("flows.stock=120%", {"sales", "receipts", "failed", "lost", "fees"}),
        ("facilities.line.annual_rate=9%", set(REACHES) - {"expected_cost", "costs"}),
        ("fee_rate=2%", {"sales", "failed", "lost"}),
    ],
)
def test_a_change_bears_on_its_own_figures(setting: str, still: set[str]) -> None:
    assert reasons(setting) == dict.fromkeys(still, "not_touched")


def test_a_payment_after_the_tightest_day_leaves_what_that_day_decides() -> None:
    told = reasons("flows.payroll=200%")
    assert {told[figure] for figure in ("lowest_cash", "buffer", "funding_gap")} == {"cash_after"}


def test_terms_of_a_facility_that_is_not_used_move_no_cost() -> None:
    told = reasons("facilities.owner.annual_rate=29%")
    assert told["expected_cost"] == "facility_unused"
    # its own cost as an option has moved, so that something has
    assert warned("facilities.owner.annual_rate=29%") == []


def test_terms_that_the_mix_does_not_reach_are_a_change_without_effect() -> None:
    setting = "facilities.owner.notice_days=0"
    assert reasons(setting)["expected_cost"] == "as_in_base"
    assert reasons("facilities.line.limit=39000")["expected_cost"] == "term_costs_nothing"
    assert warned(setting) == [
        (
            "The change facilities.owner.notice_days = 0 moves nothing: the value is the one that base has already. "
            "Check its key and its value."
        )
    ]


def test_where_cash_suffices_before_and_after_neither_gap_nor_cost_moves() -> None:
    told = reasons("volume=90%", opening=90_000.0)
    assert (told["funding_gap"], told["expected_cost"]) == ("no_gap", "nothing_drawn")
    assert "buffer" not in told


def test_a_scenario_without_changes_is_told() -> None:
    assert set(reasons("volume=1").values()) == {"no_change"}
    (text,) = warned("volume=1")
    assert text.startswith("The change volume=1 moves nothing: the scenario changes nothing against base")
    assert "change_without_effect" in WARNINGS


def test_channels_of_one_reason_are_named_together() -> None:
    (one,) = [
        one
        for one in asked("volume.card=2", "refund_rate.card=0.1").scenarios["whatif"].unmoved or ()
        if one.reason == "no_orders"
    ]
    assert one.text == "card has no orders in the horizon and nothing open"
    assert len(warned("volume.card=2", "refund_rate.card=0.1")) == 2


def test_every_key_of_a_scenario_bears_on_some_figure() -> None:
    keys = {term.name for term in keys_of(Scenario).values()} - {"label"}
    reached = {key for keys_ in REACHES.values() for key in keys_}
    assert reached == keys | {"opening_balance", "minimum_balance", "confidence", "facilities"}


@pytest.mark.parametrize("language", get_args(Language))
def test_every_figure_has_a_name(language: Language) -> None:
    assert all(f"words.{figure}" in catalogue(language) for figure in REACHES)


def test_the_end_of_the_horizon_is_named_where_it_explains() -> None:
    (text,) = warned("volume.sale=2")
    assert f": no day of sale lies in the horizon, which ends on {LAST}. Check" in text


def test_orders_that_move_to_another_channel_leave_all_sales_together() -> None:
    shift = 'shift=[{{from="baitiao",to="wechat",share=30%,lost={0}}}]'
    assert reasons(shift.format("0"))["sales"] == "not_touched"
    assert "sales" not in reasons(shift.format("5%"))
