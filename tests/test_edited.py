"""A plan and its scenarios as edited: the same as a plan that was changed by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from command_line import TINY

from forecast.edited import edited_plan, edited_scenarios, notes_on_edits, terms_at
from forecast.errors import InputError
from forecast.financing.kinds.table import annual_rate
from forecast.notes import note_text
from forecast.pipeline import run
from forecast.plan.edits import Edits, InputEdit, InputKey
from forecast.plan.model import Facility, Scenario, StatedRate
from forecast.plan.reading import load_plan
from forecast.records import plain, rounded

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan


def edit(scenario: str, key: str, own: str, now: float, day: str = "") -> InputEdit:
    return InputEdit(scenario, InputKey(key, own, day=day), -1.0, now, "Inputs!C9")


def shop(folder: Path, *changes: tuple[str, str], flows: tuple[str, str] = ("", "")) -> Plan:
    """The tiny plan, with texts of its files replaced."""
    shutil.copytree(TINY, folder)
    for name, pairs in (("plan.toml", changes), ("other_flows.csv", [flows])):
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1) if old else text
        (folder / name).write_text(text, encoding="utf-8")
    return load_plan(folder / "plan.toml", paths=20)


def test_edited_inputs_give_what_a_plan_changed_by_hand_gives_to_the_fen(tmp_path: Path) -> None:
    by_hand = shop(
        tmp_path / "hand",
        ("limit = 5_000.00", "limit = 6_000.00"),
        ("opening_balance = 4_000.00", "opening_balance = 4_200.00"),
        ("annual_rate = 0.073", "annual_rate = 0.09"),
        ("failure_rate = 0.0", "failure_rate = 0.12"),
        ("volume = 0.0\n\n", "volume = 0.4\nflows.payroll = 2.0\nfailure_rate.wechat = 0.2\n\n"),
        flows=("-4500", "-4000"),
    )
    edits = Edits(
        "edited.xlsx",
        (
            edit("base", "limit", "overdraft", 6_000.0),
            edit("base", "opening_balance", "", 4_200.0),
            edit("base", "annual_rate", "overdraft", 0.09),
            edit("base", "failure_rate", "baitiao", 0.12),
            edit("base", "payment", "stock", -4_000.0, "2026-06-07"),
            edit("run_off", "volume", "", 0.4),
            edit("run_off", "flows", "payroll", 2.0),
            edit("run_off", "failure_rate", "wechat", 0.2),
        ),
    )
    as_edited = edited_plan(shop(tmp_path / "typed"), edits)
    ours, theirs = (plain(rounded(run(plan).result))["scenarios"] for plan in (as_edited, by_hand))
    assert set(ours) == set(theirs)
    assert list(ours) == list(theirs)
    for name, one in theirs.items():
        assert {**ours[name], "changes": []} == {**one, "changes": []}, name
    assert ours["run_off"]["changes"] == [
        "volume = 0.4",
        "failure_rate.baitiao = 0.12",
        "failure_rate.wechat = 0.2",
        "flows.payroll = 2",
    ]


def tiny(tmp_path: Path, *edits: InputEdit, **made: str) -> Plan:
    """The tiny plan as edited."""
    return edited_plan(shop(tmp_path / "shop"), Edits("edited.xlsx", edits, made))


def test_other_scenarios_stand_on_an_edited_base_where_they_set_nothing(tmp_path: Path) -> None:
    plan = tiny(
        tmp_path,
        edit("base", "volume", "", 1.5),
        edit("base", "settlement_delay", "baitiao", 1),
        edit("base", "refund_rate", "wechat", 0.2),
        edit("free", "recovery", "wechat", 0.5),
        edit("free", "minimum_balance", "", 0.0),
        free="Free",
    )
    found = edited_scenarios(plan, plan.scenarios)
    assert list(found) == ["base", "run_off", "run_off_late", "free"]
    assert (found["base"].volume, found["run_off"].volume, found["free"].volume) == (1.5, 0.0, 1.5)
    assert [one.settlement_delay for one in found.values()] == [{"baitiao": 1}] * 2 + [{"baitiao": 2}, {"baitiao": 1}]
    assert {one.refund_rate["wechat"] for one in found.values()} == {0.2}
    assert found["free"].recovery == {"wechat": StatedRate(0.5)}
    assert (found["free"].label, found["free"].minimum_balance, found["base"].minimum_balance) == ("Free", 0.0, None)
    assert plan.scenarios["base"] == Scenario("base", "Base")


def test_a_scenarios_facility_and_cost_change_alone(tmp_path: Path) -> None:
    cost = "".join(f'[[costs]]\ncategory = "ads"\nshare_of_sales = {share}\n' for share in (0.1, 0.2))
    plain_plan = shop(tmp_path / "shop", ("[[facilities]]", cost + "[[facilities]]"))
    second = InputEdit("run_off", InputKey("share", "ads", 1), 0.2, 0.3, "Inputs!C9")
    plan = edited_plan(plain_plan, Edits("edited.xlsx", (second, edit("run_off", "limit", "overdraft", 7_000.0))))
    changed = edited_scenarios(plan, plan.scenarios)["run_off"]
    assert [one.share_of_sales for one in changed.changed_costs or ()] == [0.1, 0.3]
    assert [one.limit for one in changed.facilities or ()] == [7_000.0]
    assert (plan.costs, plan.facilities) == (plain_plan.costs, plain_plan.facilities)
    of_base = InputEdit("base", InputKey("share", "ads", 1), 0.2, 0.3, "Inputs!C9")
    assert [one.share_of_sales for one in edited_plan(plain_plan, Edits("x", (of_base,))).costs] == [0.1, 0.3]


def test_a_limit_below_the_least_that_may_be_drawn_is_told_with_both_and_what_to_write(tmp_path: Path) -> None:
    plan = shop(tmp_path / "shop", ('kind = "overdraft"', 'kind = "revolver"\nminimum_draw = 2_000.0'))
    edits = Edits("edited.xlsx", (edit("base", "limit", "overdraft", 1_000.0),))
    told = r"Inputs!C9 \(facilities\.overdraft\.limit\): is 1,000\.00, less than .* \(minimum_draw = 2,000\.00\); write"
    with pytest.raises(InputError, match=told):
        edited_plan(plan, edits)
    none = edited_plan(plan, Edits("edited.xlsx", (edit("base", "limit", "overdraft", 0.0),)))
    assert none.facilities[0].limit == 0.0


def test_what_no_facility_can_be_is_told_by_its_cell(tmp_path: Path) -> None:
    drawn = ('kind = "overdraft"', 'kind = "overdraft"\ndrawn = 900.0')
    plan = shop(tmp_path / "shop", drawn)
    edits = Edits("edited.xlsx", (edit("base", "limit", "overdraft", 500.0),))
    told = r"edited\.xlsx: Inputs!C9 \(facilities\.overdraft\.limit\): is 500\.00, less than the 900\.00 that are owed"
    with pytest.raises(InputError, match=told):
        edited_plan(plan, edits)
    unknown = edited_plan(plan, Edits("edited.xlsx", (edit("whatif", "volume", "", 2.0),)))
    with pytest.raises(InputError, match="is edited of the scenario whatif, which the plan does not have"):
        edited_scenarios(unknown, unknown.scenarios)


@pytest.mark.parametrize(
    "facility",
    [
        Facility("line", "revolver", limit=1e5, annual_rate=0.05, interest_vat=0.06, guarantee_fee=0.01),
        Facility("line", "factoring", limit=1e5, annual_rate=0.05, discount_rate=0.02),
        Facility("line", "early_settlement", limit=1e5, fee_per_day=0.0004),
        Facility("line", "revolver", limit=1e5, annual_rate=0.0335, lpr=0.03, basis_points=35.0),
    ],
)
def test_a_rate_is_made_of_the_facilitys_own_terms(facility: Facility) -> None:
    terms: dict[str, Any] = terms_at(facility, 0.12)
    if "basis_points" in terms:
        terms = {"annual_rate": 0.03 + terms["basis_points"] / 10_000}
    assert annual_rate(replace(facility, **terms)) == pytest.approx(0.12, abs=1e-10)


def test_each_edit_is_told_in_the_readers_words(tmp_path: Path) -> None:
    plan = tiny(
        tmp_path,
        edit("base", "failure_rate", "baitiao", 0.12),
        edit("base", "payment", "stock", -4_000.0, "2026-06-07"),
    )
    first, *others = notes_on_edits(plan, plan.scenarios)
    assert (first.level, first.values) == ("warning", {"count": 2, "file": "edited.xlsx"})
    assert [note_text(one, "zh") for one in others] == [
        "Base：JD Baitiao失败率 -100% → 12%（Inputs!C9）",
        "Base：2026-06-07 备货采购付款 -1.00 → -4,000.00（Inputs!C9）",
    ]
    assert notes_on_edits(shop(tmp_path / "plain"), {}) == []
