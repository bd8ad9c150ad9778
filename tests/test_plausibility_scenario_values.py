"""Values of a scenario that are surely slips are told, in both languages; high ones that have a reason are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledgers import shop_ledger, shop_orders, shop_plan

from forecast.notes import Note, note_text
from forecast.pipeline import prepare, run_scenarios
from forecast.plan.ledger_source import LedgerFile
from forecast.plan.model import Channel, Cost, Event, StatedRate
from forecast.plan.reading import scenario_from_settings
from forecast.plausibility.changes import on_scenarios
from forecast.plausibility.channels import on_channels
from forecast.plausibility.scenario_values import on_rates
from forecast.scenarios import built_in_scenarios, volumes

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan

RATES = {"assumed_rate_above_ledger", "assumed_rate_very_large"}
BOTH = ("baitiao", "wechat")
CAUSES = StatedRate(by_cause={"clearing": 0.3, "validation": 0.3})


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A fee of 1 %, failures of a seventeenth and refunds of a thirteenth; stock is bought ahead."""
    made = shop_plan(tmp_path_factory.mktemp("shop"))
    return replace(made, costs=(Cost("stock", 0.5, -3, BOTH), Cost("freight", 0.05, 3, BOTH)))


@pytest.fixture(scope="module")
def ledger(plan: Plan) -> Ledger:
    return shop_ledger(plan)


def notes(plan: Plan, ledger: Ledger, *settings: str) -> list[Note]:
    """The notes of this module on a what-if."""
    made = scenario_from_settings(plan, list(settings))
    wanted = {*RATES, "planned_below_sales"}
    return [note for note in on_scenarios(plan, [made], lambda: ledger) if note.code in wanted]


def test_a_rate_that_was_meant_as_per_cent_is_told_with_what_was_read_and_what_to_write(
    plan: Plan, ledger: Ledger
) -> None:
    fee, failure = sorted(
        notes(plan, ledger, "failure_rate.baitiao=1", "fee_rate.baitiao=0.9"), key=lambda note: note.values["rate"]
    )
    assert {note.level for note in (fee, failure)} == {"warning"}
    assert (fee.code, fee.where) == ("assumed_rate_above_ledger", "scenarios.whatif.fee_rate.baitiao")
    assert failure.where == "scenarios.whatif.failure_rate.baitiao"
    assert note_text(fee, "zh") == (
        "0.9 即 90%，而该渠道台账近半年为 1.00%。是否误写成百分数？"
        "若指 0.9%，请写 0.009（whatif 中也可写 0.9%）；确为 90% 的无须改动。"
    )
    assert note_text(fee, "en") == (
        "0.9 is 90 %, and the ledger of the last half-year has 1.00% on this channel. Is it a per cent? "
        "Write 0.009 for 0.9 % (or 0.9% in a what-if); if 90 % is meant, nothing is to be done."
    )
    assert "1 is 100 %, and the ledger of the last half-year has 5.8" in note_text(failure, "en")
    assert "1 即 100%" in note_text(failure, "zh")


@pytest.mark.parametrize(
    ("key", "least", "below"), [("failure_rate", 0.6, 0.59), ("refund_rate", 0.8, 0.79), ("fee_rate", 0.1, 0.099)]
)
def test_each_rate_is_told_from_its_bound_on(plan: Plan, ledger: Ledger, key: str, least: float, below: float) -> None:
    told = notes(plan, ledger, f"{key}.wechat={least}")
    assert [(note.code, note.where) for note in told] == [
        ("assumed_rate_above_ledger", f"scenarios.whatif.{key}.wechat")
    ]
    assert notes(plan, ledger, f"{key}.wechat={below}") == []


def test_ordinary_rates_do_not_ask_for_the_ledger(plan: Plan) -> None:
    made = scenario_from_settings(plan, ["failure_rate=8%", "fee_rate=2%", "refund_rate=0.3", "planned_volume=0.5"])

    def never() -> Ledger:
        raise AssertionError

    assert on_rates(plan, made, "scenarios.whatif", never) == []


def test_a_rate_of_one_cause_is_told_by_its_key_without_the_rate_of_all_causes(plan: Plan, ledger: Ledger) -> None:
    (told,) = notes(plan, ledger, "failure_rate.baitiao.clearing=0.8", "failure_rate.baitiao.validation=0.1")
    assert (told.code, told.where) == ("assumed_rate_very_large", "scenarios.whatif.failure_rate.baitiao.clearing")
    assert note_text(told, "zh").startswith("0.8 即 80%，远高于常见水平。")
    assert note_text(told, "en").startswith("0.8 is 80 %, far above what is usual.")


def test_a_channel_without_orders_of_its_own_is_told_without_a_rate_of_the_ledger(tmp_path: Path) -> None:
    made = shop_plan(tmp_path, more='[channels.card]\nclearing = "unionpay"\n')
    (told,) = notes(made, shop_ledger(made), "fee_rate.card=0.5")
    assert told.code == "assumed_rate_very_large"


def test_a_high_rate_that_the_ledger_has_as_well_is_not_told(tmp_path: Path) -> None:
    made = shop_plan(tmp_path, shop_orders().replace(",99.00,", ",88.00,"))
    assert notes(made, shop_ledger(made), "fee_rate=0.13") == []
    assert len(notes(made, shop_ledger(made), "fee_rate=0.3")) == 2


@pytest.mark.parametrize(
    ("stated", "setting"),
    [
        (Channel("wechat", "wechat", "tenpay", fee_rate=0.12), "fee_rate.wechat=0.13"),
        (Channel("wechat", "wechat", "tenpay", refund_rate=0.7), "refund_rate.wechat=0.85"),
        (Channel("wechat", "wechat", "tenpay", failure_rate=CAUSES), "failure_rate.wechat=0.7"),
    ],
)
def test_a_high_rate_that_the_plan_states_itself_is_told_of_the_plan_alone(
    plan: Plan, ledger: Ledger, stated: Channel, setting: str
) -> None:
    assert len(notes(plan, ledger, setting)) == 1
    assert notes(replace(plan, channels={**plan.channels, "wechat": stated}), ledger, setting) == []


def test_exports_that_pay_orders_in_full_show_no_fee(tmp_path: Path) -> None:
    made = shop_plan(tmp_path, shop_orders().replace(",99.00,", ",100.00,"))
    of_exports = replace(made, ledger=replace(made.ledger, files=(LedgerFile("orders.csv"),)))
    told = [notes(one, shop_ledger(made), "fee_rate.wechat=0.9")[0].code for one in (made, of_exports)]
    assert told == ["assumed_rate_above_ledger", "assumed_rate_very_large"]


def test_the_plans_own_fee_of_a_tenth_is_told_where_the_ledger_shows_none(tmp_path: Path) -> None:
    told = {}
    for fee in (0.1, 0.09):
        (tmp_path / str(fee)).mkdir()
        made = shop_plan(tmp_path / str(fee), more=f'[channels.card]\nclearing = "unionpay"\nfee_rate = {fee}\n')
        told[fee] = [(note.code, note.where) for note in on_channels(made, shop_ledger(made))]
    assert told == {0.1: [("figure_very_large", "channels.card.fee_rate")], 0.09: []}


def test_sales_far_above_what_is_bought_are_told_with_both_and_with_what_to_write(plan: Plan, ledger: Ledger) -> None:
    (told,) = notes(plan, ledger, "planned_volume=0.5", "volume=1.4")
    assert (told.code, told.level, told.where) == (
        "planned_below_sales",
        "warning",
        "scenarios.whatif.planned_volume",
    )
    assert note_text(told, "zh") == (
        "销量最高为原计划的 1.4 倍，备货却只按 0.5 倍采购：卖出的是所备的 2.8 倍，差额须由现有库存供应，"
        "这部分货款不在测算之内，现金会显得过于宽裕。没有这些库存的，请删去 planned_volume（备货随销量），或把它调高。"
    )
    assert note_text(told, "en") == (
        "Sales reach 1.4 times those planned, and stock is bought for 0.5 times: 2.8 times as much is sold as is "
        "bought. The rest must come from stock on hand, which nothing here pays for, so cash looks better than it "
        "may be. Without such stock leave planned_volume out (purchases then follow sales), or raise it."
    )


@pytest.mark.parametrize(
    ("settings", "times"),
    [
        (("planned_volume=0.5",), 2.0),
        (("planned_volume=1", "volume=1.21"), 1.21),
        (("planned_volume=1", "volume.wechat=2"), 2.0),
        (("planned_volume=1", "volume=1.2"), None),
        (("planned_volume=1", "volume=0.6"), None),
        (("flop=0.6",), None),
        (("planned_volume=0.05", "volume=0.06"), None),
        (("planned_volume=1.2", "volume=1.4"), None),
        (("volume=3",), None),
        (("planned_volume=0",), None),
        (("planned_volume=0.5", "volume=0"), None),
        (("planned_volume.wechat=0.5", "volume.wechat=1.4"), 2.8),
        (("planned_volume.wechat=1", "volume.baitiao=2"), None),
        (("planned_volume.late=0.5", "volume.wechat=1.5"), 3.0),
        (("planned_volume.past=0.5", "volume.wechat=1.5"), None),
        (("planned_volume.past=1", "volume.late=2"), None),
    ],
)
def test_what_is_sold_is_held_against_what_is_bought_on_each_day_and_channel(
    plan: Plan, ledger: Ledger, settings: tuple[str, ...], times: float | None
) -> None:
    days = plan.horizon.as_of
    events = (
        Event("late", days.replace(day=days.day + 5), days.replace(day=days.day + 8)),
        Event("past", days.replace(day=1), days.replace(day=2)),
    )
    told = notes(replace(plan, events=events), ledger, *settings)
    assert [note.values["times"] for note in told] == ([] if times is None else [times])


def test_where_nothing_is_bought_ahead_what_is_planned_moves_nothing_and_is_not_told(
    plan: Plan, ledger: Ledger
) -> None:
    none = replace(plan, costs=(Cost("freight", 0.05, 3, BOTH), Cost("stock", 0.0, -3, BOTH)))
    assert notes(none, ledger, "planned_volume=0.5") == []
    of_one = replace(plan, costs=(Cost("stock", 0.5, -3, ("baitiao",)),))
    assert notes(of_one, ledger, "planned_volume=1", "volume.wechat=2") == []
    assert len(notes(of_one, ledger, "planned_volume=1", "volume.baitiao=2")) == 1
    assert notes(plan, ledger, "planned_volume=0.5", "costs.stock=0") == []
    later = notes(plan, ledger, "planned_volume=0.5", "costs.stock.days_after=3")
    assert later == [], "the what-if itself pays after the order"


def test_built_in_scenarios_have_neither(plan: Plan, ledger: Ledger) -> None:
    prepared = prepare(plan)
    expected = volumes(plan.scenarios["base"], plan, prepared.days)
    made = built_in_scenarios(plan, prepared.days, expected).values()
    told = {note.code for note in on_scenarios(plan, made, lambda: ledger)}
    assert not told & {*RATES, "planned_below_sales"}


def test_a_what_if_shows_both_among_its_notes(plan: Plan) -> None:
    scenario = scenario_from_settings(plan, ["planned_volume=0.5", "volume=1.4", "failure_rate.wechat=1"])
    shown = run_scenarios(prepare(plan), scenarios={"whatif": scenario}, financing=False).result.notes
    told = [note.code for note in shown if note.level == "warning"]
    assert {"planned_below_sales", "assumed_rate_above_ledger"} <= set(told)
