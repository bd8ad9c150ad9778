"""The channel of a line of orders, by its entry in the plan and its payment method."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from export_tables import lines_in, order
from ledger_plans import plan_for

from forecast.errors import InputError
from forecast.ledger.exports.channels import channel_expression, paid_without_method
from forecast.plan.model import LedgerFile

if TYPE_CHECKING:
    from pathlib import Path

    from export_tables import Line

    from forecast.plan.model import Plan


def plan_of(folder: Path, *files: LedgerFile, channels: tuple[str, ...] = ("baitiao", "wechat")) -> Plan:
    plan = plan_for(folder, channels={name: {} for name in channels})
    named = tuple(replace(file, found=(folder / file.path,)) for file in files)
    labelled = {name: replace(one, label=f"{name} 分期") for name, one in plan.channels.items()}
    return replace(plan, ledger=replace(plan.ledger, files=named), channels=labelled)


def channels(folder: Path, plan: Plan, *lines: Line) -> list[str | None]:
    """The channel of each line; the file of a line has the entry of the same place."""
    with lines_in(folder, lines) as engine:
        expression = channel_expression(engine, plan, range(len(plan.ledger.files)))
        return [row[0] for row in engine.rows(f"SELECT {expression} FROM export_orders ORDER BY line")]  # noqa: S608  # our own


def test_an_entry_says_it_or_a_method_does_by_the_entry_s_word_or_by_a_channel_s_name_or_label(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, LedgerFile("a", channel="wechat"), LedgerFile("b", channels={"白条": "baitiao", "": "wechat"})
    )
    lines = [
        order(file=0, method="白条"),
        *(order(file=1, method=method) for method in ("白条", "wechat", "baitiao 分期", None)),
    ]
    assert channels(tmp_path, plan, *lines) == ["wechat", "baitiao", "wechat", "baitiao", "wechat"]


def test_the_only_channel_of_a_plan_is_that_of_every_line(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, LedgerFile("a"), channels=("card",))
    assert channels(tmp_path, plan, order(method="白条"), order(method=None)) == ["card", "card"]


def test_lines_that_cannot_be_read_and_bills_need_no_channel(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, LedgerFile("bill"))
    assert channels(tmp_path, plan, order(fault="amount_unreadable", method="x")) == [None]


def test_every_entry_with_methods_that_mean_nothing_is_told_the_most_lines_first(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, LedgerFile("a.csv", channels={"白条": "baitiao"}), LedgerFile("b.csv"))
    lines = [order(file=0, method=method) for method in ("微信", "白条", "货到付款", "微信")]
    with pytest.raises(InputError) as wrong:
        channels(
            tmp_path, plan, *lines, order(file=1, method=None), *(order(file=0, method=f"m{n}") for n in range(12))
        )
    first, second = wrong.value.problems
    assert first.key == "ledger.files[1].channels"
    assert '"微信" (2), "m0" (1)' in str(first)
    assert "and 2 more" in str(first)
    assert second.key == "ledger.files[2]"
    assert 'b.csv; write channel = "…" (one of baitiao, wechat)' in str(second)
    assert "看不出支付渠道" in second.text("zh")


def test_paid_orders_without_a_method_are_counted_where_methods_mean_several_channels(tmp_path: Path) -> None:
    lines = [order(method="白条"), order("B1", method=None), order("C1", method=None, deducted_at=None)]
    with lines_in(tmp_path, [*lines, order("D1", method="微信")]) as engine:
        found = [
            paid_without_method(engine, plan_of(tmp_path, LedgerFile("a", channels=channels)), [0])
            for channels in (
                {"白条": "baitiao", "微信": "wechat", "": "wechat"},
                {"白条": "baitiao", "微信": "baitiao", "": "baitiao"},
            )
        ]
    assert found == [{"wechat": 1}, {}]
