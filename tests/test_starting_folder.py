"""From made exports to a plan: its ledger adds up to what the merchant's orders and money are, to the fen."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from exports_made import (
    Made,
    write_bank,
    write_douyin,
    write_jd,
    write_jd_long,
    write_pinduoduo,
    write_tmall,
    write_tmall_alone,
    write_wechat,
)
from exports_world import AS_OF, Totals

from forecast import load_plan, pipeline
from forecast.errors import InputError
from forecast.ledger.reading import read_ledger
from forecast.plan.facilities import KINDS
from forecast.starting.folder import write_plan_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Language

REASONS = {"order": "order_not_found"}
"""What unmatched lines are called by the ledger, where that differs."""


def ledger_of(folder: Path, *files: Path, language: Language = "zh") -> Ledger:
    """The ledger of the plan that files suggest."""
    write_plan_from(folder / "shop", [str(file) for file in files], language=language)
    plan = load_plan(folder / "shop" / "plan.toml")
    assert plan.horizon.as_of == AS_OF
    return read_ledger(plan)


def totals_of(ledger: Ledger) -> Totals:
    """What a ledger adds up to."""
    identity = ledger.tables.identity
    sums = {name: int(identity[name].sum()) for name in Totals.__slots__ if name not in {"orders", "gross"}}
    return Totals(orders=ledger.counts.orders, gross=int(identity["value"].sum()), **sums)


@pytest.mark.parametrize(
    "write",
    [
        write_tmall,
        write_jd,
        partial(write_jd, sheets=False),
        write_jd_long,
        write_wechat,
        partial(write_wechat, older=True),
        write_douyin,
        write_pinduoduo,
    ],
)
def test_every_platform_adds_up_to_the_fen(write: Callable[[Path], Made], tmp_path: Path) -> None:
    made = write(tmp_path)
    ledger = ledger_of(tmp_path, *made.files)
    assert totals_of(ledger) == made.world.totals()
    assert ledger.rejected.empty
    assert ledger.joined is not None
    found = {one.reason: (one.lines, one.fen) for one in ledger.joined.reasons}
    known = made.unmatched
    assert found == {REASONS.get(kind, kind): (known.counts[kind], known.sums[kind]) for kind in known.counts}


def test_where_no_file_tells_the_fee_it_is_assumed_and_what_was_paid_out_stands(tmp_path: Path) -> None:
    made = write_tmall_alone(tmp_path)
    known = made.world.totals()
    known.settled, known.fees = known.settled + known.fees, 0
    known.outstanding -= known.refunded_after  # without a bill a refund has no day, and lowers what is outstanding
    found = totals_of(ledger_of(tmp_path, *made.files))
    assert (found.orders, found.gross, found.settled, found.fees) == (
        known.orders,
        known.gross,
        known.settled,
        known.fees,
    )
    plan = load_plan(tmp_path / "shop" / "plan.toml")
    assert plan.channels["tmall"].fee_rate == 0.05
    assert plan.channels["tmall"].settlement_days is None


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Made]]:
    """A folder with the exports of a merchant on three platforms and its bank's statement, and what they hold."""
    folder = tmp_path_factory.mktemp("exports")
    made = [write(folder) for write in (write_tmall, write_jd, write_wechat)]
    write_bank(folder)
    return folder, made


@pytest.fixture(scope="module")
def everything(platforms: tuple[Path, list[Made]]) -> Path:
    """The folder, with the plan made of its files."""
    folder, _ = platforms
    write_plan_from(folder / "shop", [str(folder)], language="zh")
    return folder


def test_all_files_together_add_up(everything: Path, platforms: tuple[Path, list[Made]]) -> None:
    known = Totals()
    for made in platforms[1]:
        known.add(made.world.totals())
    assert totals_of(read_ledger(load_plan(everything / "shop" / "plan.toml"))) == known


def test_a_run_tells_the_same_history(tmp_path: Path) -> None:
    made = write_tmall(tmp_path)
    write_plan_from(tmp_path / "shop", [str(file) for file in made.files], language="zh")
    plan = load_plan(tmp_path / "shop" / "plan.toml", paths=20)
    history = pipeline.run(plan, scenarios={"base": plan.scenarios["base"]}).result.history
    known = made.world.totals()
    assert history.orders == known.orders
    for name in ("gross", "settled", "fees", "refunded_before", "refunded_after", "never_paid", "outstanding"):
        assert round(100 * getattr(history, name)) == getattr(known, name), name


def test_the_plan_says_what_the_files_do_not_and_no_more(everything: Path) -> None:
    plan = load_plan(everything / "shop" / "plan.toml")
    assert list(plan.channels) == ["baitiao", "jd_wechat", "jd_pay", "tmall", "wechat"]
    assert {name: one.clearing for name, one in plan.channels.items()} == {
        "baitiao": "jd_pay",
        "jd_wechat": "tenpay",
        "jd_pay": "jd_pay",
        "tmall": "alipay",
        "wechat": "tenpay",
    }
    assert plan.channels["jd_wechat"].label == "微信支付（京东）"
    assert [name for name, one in plan.channels.items() if one.settlement_days is not None] == ["wechat"]
    assert all(one.fee_rate is None for one in plan.channels.values())
    assert [event.name for event in plan.events] == ["618", "double11", "double12"]
    assert plan.merchant.name == "晴川数码旗舰店"
    assert (plan.facilities, plan.other_flows, plan.covenants, plan.accounts) == ((), (), None, {})


def test_the_opening_balance_is_the_bank_s_and_else_the_platform_s(everything: Path, tmp_path: Path) -> None:
    _, balance = write_bank(tmp_path)
    assert load_plan(everything / "shop" / "plan.toml").cash.opening_balance == balance / 100
    made = write_tmall(tmp_path)
    assert made.balance is not None
    write_plan_from(tmp_path / "shop", [str(file) for file in made.files], language="en")
    assert load_plan(tmp_path / "shop" / "plan.toml").cash.opening_balance == made.balance / 100


def test_nothing_is_copied_and_paths_lead_from_the_plan(everything: Path) -> None:
    assert sorted(path.name for path in (everything / "shop").iterdir()) == ["plan.toml", "playbook.toml"]
    text = (everything / "shop" / "plan.toml").read_text(encoding="utf-8")
    assert 'path = "../jd_orders.xlsx"' in text
    assert str(everything) not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_its_examples_are_right_when_they_are_taken_in(everything: Path, tmp_path: Path, language: Language) -> None:
    write_plan_from(tmp_path / "shop", [str(everything / "*.*")], language=language)
    path = tmp_path / "shop" / "plan.toml"
    text = path.read_text(encoding="utf-8")
    example = r"^# (\[\[?[a-z_.]+\]\]?|[a-z_.]+ = .*)$"
    path.write_text(re.sub(example, r"\1", text, flags=re.MULTILINE), encoding="utf-8")
    flows = "".join(f"{line[4:]}\n" for line in text.splitlines() if line.startswith("#   "))
    (tmp_path / "shop" / "other_flows.csv").write_text(flows, encoding="utf-8")
    plan = load_plan(path)
    assert [one.kind for one in plan.facilities] == [*KINDS]
    assert plan.facilities[0].signing_days == 10
    assert plan.covenants is not None
    assert plan.accounts is not None
    assert len(plan.other_flows) == 2
    assert list(plan.scenarios) == ["base", "peak_outage"]
    assert ("假设" in text) == (language == "zh")


def test_other_flows_beside_the_plan_are_taken_in(tmp_path: Path) -> None:
    made = write_wechat(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "other_flows.csv").write_text(
        "date,amount,category,note\n2026-11-10,-5000.00,rent,\n", encoding="utf-8"
    )
    write_plan_from(tmp_path / "shop", [str(made.files[0])], language="zh")
    assert len(load_plan(tmp_path / "shop" / "plan.toml").other_flows) == 1


def test_a_plan_is_not_overwritten(everything: Path) -> None:
    before = (everything / "shop" / "plan.toml").read_bytes()
    with pytest.raises(InputError, match="exists already and is not overwritten"):
        write_plan_from(everything / "shop", [str(everything)], language="zh")
    assert (everything / "shop" / "plan.toml").read_bytes() == before


def test_a_file_of_no_format_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    made = write_wechat(tmp_path)
    (tmp_path / "stock.csv").write_text("商品,库存\n充电器,5\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"stock\.csv.*商品, 库存"):
        write_plan_from(tmp_path / "shop", [str(made.files[0]), str(tmp_path / "stock.csv")], language="zh")
    assert not (tmp_path / "shop").exists()


def test_files_without_orders_are_an_error(tmp_path: Path) -> None:
    made = write_tmall(tmp_path)
    with pytest.raises(InputError, match="no file shows any order"):
        write_plan_from(tmp_path / "shop", [str(made.files[1])], language="zh")
    assert not (tmp_path / "shop").exists()
