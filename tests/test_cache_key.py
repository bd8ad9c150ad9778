"""A key is another as soon as anything differs on which figures depend; and the same for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ledgers import shop_plan
from plan_examples import WHOLE
from test_plan_bearing import changed_figures, plan_of

from forecast.cache import key
from forecast.cache.key import keys_of, source
from forecast.outputs.manifest import Inputs
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.cache.key import Keys
    from forecast.plan.model import Plan


def keys(plan: Plan) -> Keys:
    """The keys of a plan on its files as they stand."""
    flows = plan.cash.other_flows
    inputs = Inputs.before((plan.path, *plan.ledger.inputs, *([] if flows is None else [flows])), plan.path)
    found = keys_of(plan, inputs)
    assert found is not None
    return found


def test_the_same_inputs_have_the_same_keys_whatever_comments_the_plan_has(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    before = keys(plan)
    plan.path.write_text("# a comment\n\n" + plan.path.read_text(encoding="utf-8"), encoding="utf-8")
    assert keys(load_plan(plan.path)) == before


def test_any_key_of_the_plan_makes_another_base_and_those_that_bear_on_it_another_fit(tmp_path: Path) -> None:
    def local(text: str) -> Plan:
        there = text.replace('"postgresql://host/shop"', '"orders.csv"').replace('table = "orders"\n', "")
        return plan_of(tmp_path, there)

    (tmp_path / "orders.csv").write_text("order_id\n", encoding="utf-8")
    whole, same = keys(local(WHOLE)), []
    for table, name, text in changed_figures():
        changed = keys(local(text))
        if changed.base == whole.base:
            same.append(f"{table} {name}")
    assert same == []
    assert keys(local(WHOLE.replace("confidence = 0.9", "confidence = 0.8"))).fitted == whole.fitted
    assert keys(local(WHOLE.replace("seed = 7", "seed = 8"))).fitted != whole.fitted
    assert keys(local(WHOLE.replace('language = "en"', 'language = "zh"'))).fitted != whole.fitted


def test_contents_of_the_ledger_bear_on_both_and_those_of_the_flows_on_base(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    flows, orders = tmp_path / "flows.csv", tmp_path / "orders.csv"
    flows.write_text("date,amount,category\n2026-10-25,-30,stock\n", encoding="utf-8")
    text = plan.path.read_text(encoding="utf-8").replace("[cash]", '[cash]\nother_flows = "flows.csv"')
    plan.path.write_text(text, encoding="utf-8")
    first = keys(load_plan(plan.path))
    flows.write_text("date,amount,category\n2026-10-25,-31,stock\n", encoding="utf-8")
    second = keys(load_plan(plan.path))
    assert (second.fitted, second.base) == (first.fitted, second.base)
    assert second.base != first.base
    orders.write_text(orders.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    third = keys(load_plan(plan.path))
    assert third.fitted != second.fitted
    assert third.base != second.base


def test_a_table_on_a_server_is_not_kept(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WHOLE)
    assert keys_of(plan, Inputs.before((plan.path, *plan.ledger.inputs), plan.path)) is None


def test_base_is_not_kept_where_other_scenarios_bear_on_its_financing(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    text = plan.path.read_text(encoding="utf-8").replace("seed = 7", "seed = 7\nstress_scenarios_must_hold = true")
    plan.path.write_text(text, encoding="utf-8")
    assert keys(load_plan(plan.path)).base is None


def test_an_edit_of_the_package_a_library_or_another_processor_makes_other_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = shop_plan(tmp_path)
    found = [keys(plan)]
    monkeypatch.setattr(key, "source", lambda _: "edited")
    monkeypatch.setattr(key, "LIBRARIES", ("numpy",))
    for name, value in (("_version", lambda _: "0"), ("processor", lambda: ["another"])):
        monkeypatch.setattr(key, name, value)
        key.calculates.cache_clear()
        found.append(keys(plan))
    monkeypatch.undo()
    key.calculates.cache_clear()
    assert len({one.fitted for one in found}) == len({one.base for one in found}) == 3
    assert keys(plan) == found[0]


@pytest.mark.parametrize("name", ["inner/module.py", "texts/en.toml"])
def test_a_byte_of_any_source_file_counts(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text("rate = 1\n", encoding="utf-8")
    before = source(tmp_path)
    assert before == source(tmp_path)
    (tmp_path / name).write_text("rate = 2\n", encoding="utf-8")
    assert before != source(tmp_path)
