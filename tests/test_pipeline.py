"""The whole job on a shop whose receipts a person can foresee."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from documents import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import shop_orders, shop_plan, write_plan
from whatif_example import TIGHTEST, asked

from forecast.errors import InputError
from forecast.financing import comparison
from forecast.notes import Note
from forecast.pipeline import prepare, run, run_scenarios
from forecast.plan.model import Scenario
from forecast.plan.reading import load_plan
from forecast.records import json_text

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.run import Result

FACILITY = """
[[facilities]]
name = "line"
kind = "revolver"
limit = 20_000.00
annual_rate = 0.0365
"""


COSTS = """
[[costs]]
category = "stock"
share_of_sales = 0.6
days_after = -10
[[costs]]
category = "logistics"
share_of_sales = 0.1
days_after = 3
"""


@pytest.mark.usefixtures("once")
def test_a_steady_shop_is_forecast_as_it_has_been(tmp_path: Path) -> None:
    base = run(shop_plan(tmp_path, paths=200)).result["scenarios"]["base"]
    # 2,000 a day ordered; 99 of 100 yuan arrive two days later, one thirteenth of the orders goes back.
    assert base["sales_total"]["mean"] == pytest.approx(20 * 2000.0, rel=0.03)
    assert base["receipts_total"]["mean"] == pytest.approx(20 * (1980.0 - 2000.0 / 13), rel=0.05)
    assert list(base["by_channel"]) == ["baitiao", "wechat"]
    assert len(base["dates"]) == 20
    for name in ("sales", "receipts"):
        means = np.sum([channel[name]["mean"] for channel in base["by_channel"].values()], axis=0)
        assert means == pytest.approx(base[name]["mean"])


@pytest.mark.usefixtures("once")
def test_the_built_in_scenarios_are_run_when_the_plan_names_none(tmp_path: Path) -> None:
    prepared = prepare(shop_plan(tmp_path, more=COSTS))
    scenarios = run_scenarios(prepared, financing=False).result["scenarios"]
    assert list(scenarios)[:2] == ["base", "failure_02"]
    assert list(scenarios)[-1] == "peak_flop"
    assert len(scenarios) == 9
    # 60 % of 2,000 a day are bought ten days before, half of the horizon's 20 days for sales beyond it
    bought = {name: one["costs"]["stock"]["total"]["mean"] for name, one in scenarios.items()}
    assert bought["base"] == bought["peak_flop"] == pytest.approx(20 * 1_200.0, rel=0.01)
    assert bought["peak_hot"] == pytest.approx(1.4 * bought["base"])
    # more sales strain cash, and stock for sales that do not come strains it most
    buffers = {name: one["buffer"]["amount"] for name, one in scenarios.items()}
    assert buffers["base"] < buffers["peak_hot"] <= buffers["combined"] < buffers["peak_flop"] == max(buffers.values())
    hotter = {name: Scenario(name, name, volume=float(name)) for name in ("1.2", "1.4", "2")}
    more = run_scenarios(
        prepared, scenarios={"base": prepared.plan.scenarios["base"], **hotter}, financing=False
    ).result.scenarios
    needed = [one.buffer.amount for one in more.values()]
    assert needed == sorted(set(needed)), "the more is sold, the more cash it takes before"
    assert (needed[0], needed[2]) == (buffers["base"], buffers["peak_hot"])
    lost = [scenarios[name]["by_channel"]["baitiao"]["failed_total"]["mean"] for name in ("failure_02", "failure_20")]
    assert lost[1] == pytest.approx(10 * lost[0], rel=1e-6)
    untouched = [scenarios[name]["by_channel"]["wechat"]["receipts"] for name in ("base", "failure_20")]
    assert untouched[0] == untouched[1]


@pytest.mark.usefixtures("once")
def test_of_built_in_scenarios_a_plan_is_not_told_what_it_lacks_for_them(tmp_path: Path) -> None:
    done = run(shop_plan(tmp_path), financing=False).result
    assert "peak_flop" in done.scenarios
    assert [note.where for note in done.notes if note.code == "change_without_effect"] == []


def test_the_same_inputs_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path, more=FACILITY)
    assert json_text(run(plan).result) == json_text(run(plan).result)


def test_another_seed_gives_other_paths(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    other = replace(plan, horizon=replace(plan.horizon, seed=8))
    chosen = {"base": plan.scenarios["base"]}
    first, second = (run(one, scenarios=chosen, financing=False).result["scenarios"]["base"] for one in (plan, other))
    assert first["sales"] != second["sales"]


@pytest.mark.usefixtures("once")
def test_adding_a_scenario_changes_no_other(tmp_path: Path) -> None:
    prepared = prepare(shop_plan(tmp_path))
    base = prepared.plan.scenarios["base"]
    hot = Scenario("hot", "hot", volume=1.5)
    alone = run_scenarios(prepared, scenarios={"base": base}, financing=False).result["scenarios"]["base"]
    beside = run_scenarios(prepared, scenarios={"hot": hot, "base": base}, financing=False).result["scenarios"]["base"]
    assert alone == beside


def test_a_promotion_ahead_says_in_the_result_and_a_note_where_its_multiple_comes_from(tmp_path: Path) -> None:
    more = '[[events]]\nname = "sale"\nstart = 2026-10-25\npeak = 2026-10-27\nend = 2026-10-28\nuplift = 5\n'
    plan = shop_plan(tmp_path, more=more)
    result = run(plan, scenarios={"base": plan.scenarios["base"]}, financing=False).result
    (event,) = result["events"]
    assert event["source"] == "uplift"
    assert event["multiple"]["p05"] < 5 < event["multiple"]["p95"]
    (note,) = [one for one in result["notes"] if one["code"] == "event_prior_uplift"]
    assert "sale" in note["text"]


@pytest.mark.usefixtures("once")
def test_every_key_of_the_result_is_there(tmp_path: Path) -> None:
    result = json.loads(json_text(run(shop_plan(tmp_path, more=FACILITY)).result))
    keys = "schema as_of horizon_days paths seed confidence currency notes history estimates scenarios"
    assert {*keys.split(), "collection_development"} <= set(result)
    scenario = result["scenarios"]["base"]
    keys = "label dates sales receipts sales_total receipts_total by_channel cash_before_financing"
    assert {*keys.split(), "cash_after_financing", "buffer", "financing"} <= set(scenario)
    keys = "sales receipts sales_total receipts_total failed_total lost_total settled_total fees_total"
    more = "refunded_before_total refunded_after_total opening_outstanding closing_outstanding"
    assert {*keys.split(), *more.split()} <= set(scenario["by_channel"]["baitiao"])
    assert set(scenario["buffer"]) >= {"amount", "upper", "expected_shortfall", "peak_day", "funding_gap"}
    keys = "feasible mix expected_cost lower_bound effective_annual_rate shortfall_probability"
    assert set(keys.split()) <= set(scenario["financing"]["recommended"])
    keys = "facility feasible expected_cost effective_annual_rate peak_drawn shortfall_probability why_not"
    assert set(keys.split()) <= set(scenario["financing"]["options"][0])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.integers(1, 10**7),
    day=st.integers(11, 30),
    settled=st.booleans(),
    cut=st.sampled_from(["2026-09-30", "2026-10-10"]),
)
def test_nothing_after_as_of_changes_a_plan(tmp_path: Path, amount: int, day: int, cut: str, *, settled: bool) -> None:
    ordered, yuan = f"2026-10-{day}", f"{amount / 100:.2f}"
    arrived = f"2026-11-20,{yuan}" if settled else ","
    later = f"later,wechat,{ordered} 10:00:00,{yuan},,,{ordered} 10:00:01,,{arrived},,\n"
    known, all_there = _known_alone(tmp_path, cut), _planned(tmp_path, shop_orders(100) + later, cut)
    for key in ("estimates", "collection_development", "scenarios", "recent_sales"):
        assert known[key] == all_there[key]
    known_rows, with_later = (replace(one.history, dropped=0, blanked=0) for one in (known, all_there))
    assert known_rows == with_later


KNOWN_ALONE: dict[str, Result] = {}
"""What was known on a day is planned once, and every example compared with it."""


def _known_alone(folder: Path, cut: str) -> Result:
    if cut not in KNOWN_ALONE:
        KNOWN_ALONE[cut] = _planned(folder, _known_by(shop_orders(100), cut), cut)
    return KNOWN_ALONE[cut]


def _planned(folder: Path, orders: str, cut: str) -> Result:
    plan = load_plan(write_plan(folder, orders, as_of=cut, days=10, paths=20))
    return run(plan, scenarios={"base": plan.scenarios["base"]}, financing=False).result


def _known_by(orders: str, day: str) -> str:
    """The ledger as it stood on the evening of a day: later orders left out, later events of earlier ones blanked."""
    header, *rows = orders.strip().split("\n")
    kept = [header]
    for row in rows:
        cells = row.split(",")
        if cells[2][:10] > day:
            continue
        if cells[6][:10] > day:
            cells[6] = ""
        if cells[8] > day:
            cells[8] = cells[9] = ""
        if cells[10] > day:
            cells[10] = cells[11] = ""
        kept.append(",".join(cells))
    return "\n".join(kept) + "\n"


def test_a_ledger_without_an_order_by_as_of_is_an_error(tmp_path: Path) -> None:
    plan = load_plan(write_plan(tmp_path, shop_orders(3), as_of="2026-01-31"))
    with pytest.raises(InputError, match="no order on or before 2026-01-31"):
        run(plan)


ACCOUNTS = """
[accounts]
revenue = 700_000.00
cost_of_goods_sold = 500_000.00
profit = 50_000.00
next_revenue = 720_000.00
receivables = 12_000.00
inventory = 60_000.00
payables = 20_000.00
prepaid = 5_000.00
advances = 1_000.00
"""


@pytest.mark.usefixtures("once")
def test_the_base_buffer_is_split_and_the_loan_need_led_to_its_gap(tmp_path: Path) -> None:
    result = run(shop_plan(tmp_path, paths=200, more=FACILITY + ACCOUNTS)).result
    base = result["scenarios"]["base"]
    parts = {part["key"]: part["amount"] for part in base["buffer"]["drivers"]}
    assert sum(parts.values()) == pytest.approx(base["buffer"]["amount"], abs=0.01)
    assert parts["minimum_balance"] == result["minimum_balance"]
    assert result["scenarios"]["failure_20"]["buffer"]["drivers"] is None
    steps = sum(step["amount"] for step in result["loan_need"]["bridge"])
    assert steps == pytest.approx(base["buffer"]["funding_gap"], abs=0.01)
    # idle cash could repay the line at 3.65 %
    assert base["buffer"]["cross_checks"]["idle_cost"] == 0.0365
    assert [one["channel"] for one in base["financing"]["marginal"]["settlement_day"]] == [None, "baitiao", "wechat"]


@pytest.mark.usefixtures("once")
def test_accounts_that_lack_a_figure_leave_no_loan_need_and_say_so(tmp_path: Path) -> None:
    result = run(shop_plan(tmp_path, more="\n[accounts]\nrevenue = 700_000.00\n"), financing=False).result
    assert result["loan_need"] is None
    assert [note["where"] for note in result["notes"] if note["code"] == "loan_need_incomplete"] == ["accounts"]


def test_a_ledger_that_stops_before_as_of_is_bridged(tmp_path: Path) -> None:
    whole = shop_orders(150)
    results = {}
    for last in ("2026-10-18", "2026-10-11"):
        plan = load_plan(write_plan(tmp_path, _known_by(whole, last), days=20, paths=200))
        prepared = prepare(plan)
        assert prepared.engine.gap == (0 if last == "2026-10-18" else 7)
        results[last] = run_scenarios(prepared, financing=False).result
    full, stopped = results.values()
    notes = {note["code"] for note in stopped["notes"]}
    assert "stale_ledger" in notes
    assert "stale_ledger" not in {note["code"] for note in full["notes"]}
    for scenario in ("base", "failure_20"):
        known, bridged = full["scenarios"][scenario], stopped["scenarios"][scenario]
        assert bridged["dates"] == known["dates"]
        assert bridged["receipts_total"]["mean"] == pytest.approx(known["receipts_total"]["mean"], rel=0.03)
        # The orders of the gap still settle in the first days after it.
        assert bridged["receipts"]["mean"][0] == pytest.approx(known["receipts"]["mean"][0], rel=0.2)
        opening = [one["by_channel"]["baitiao"]["opening_outstanding"] for one in (known, bridged)]
        assert opening[1] == pytest.approx(opening[0], rel=0.15)


def test_flows_of_a_category_move_cash_by_exactly_their_multiple() -> None:
    base, changed = asked("flows.stock=140%").scenarios.values()
    before, after = (np.array(one.cash_before_financing.mean) for one in (base, changed))
    paid = np.array(base.dates) >= TIGHTEST
    assert after - before == pytest.approx(np.where(paid, -0.4 * 30_000.0, 0.0))
    assert changed.buffer.amount - base.buffer.amount == pytest.approx(0.4 * 30_000.0)
    assert changed.cash is not None
    assert sum(changed.cash.other_flows) == pytest.approx(-42_500.0)


def test_balances_and_terms_change_in_their_scenario_alone() -> None:
    settings = ("opening_balance=2500", "minimum_balance=400", "facilities.line.annual_rate=7.3%")
    base, changed = asked(*settings).scenarios.values()
    alone = asked("volume=1").scenarios["base"]
    assert (base.lowest_cash, base.financing, base.cash) == (alone.lowest_cash, alone.financing, None)
    assert changed.lowest_cash.amount == pytest.approx(base.lowest_cash.amount + 1_500.0)
    assert changed.buffer.amount == pytest.approx(base.buffer.amount + 300.0)
    assert changed.cash is not None
    assert (changed.cash.opening_balance, changed.cash.minimum_balance) == (2_500.0, 400.0)
    dear = asked("facilities.line.annual_rate=7.3%").scenarios["whatif"]
    assert base.financing is not None
    assert dear.financing is not None
    assert dear.financing.recommended.expected_cost == pytest.approx(
        2 * base.financing.recommended.expected_cost, rel=1e-3
    )


def test_a_scenario_is_financed_as_a_plan_edited_to_it_is() -> None:
    """Whichever scenario was searched before; equal to the fen."""
    changed, edited = (
        asked("opening_balance=2500").scenarios["whatif"],
        asked("volume=1", opening=2_500.0).scenarios["base"],
    )
    assert changed.financing is not None
    assert edited.financing is not None
    assert changed.financing.recommended == edited.financing.recommended


def test_debt_left_at_the_end_is_a_warning_but_in_a_stress_scenario_of_our_own_a_remark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such scenarios are meant to go badly; that they are carried says nothing of what repays the debt."""
    figures = {"amount": 900.0, "brings": 100.0, "days": 28}
    monkeypatch.setattr(
        comparison, "not_repaid", lambda _, label: [Note("not_repaid_soon", "here", {**figures, "scenario": label})]
    )
    plan = load_plan(ROOT / "data" / "tiny" / "plan.toml")
    base = plan.scenarios["base"]
    named = {"base": base, "peak_hot": replace(base, name="peak_hot", label="hot")}
    answers = run(plan, scenarios=named).known.answers
    told = {name: {note.code: note.level for note in one.told if note.where == "here"} for name, one in answers.items()}
    assert told == {"base": {"not_repaid_soon": "warning"}, "peak_hot": {"not_repaid_when_stressed": "info"}}
