"""What ``forecast init --from`` prints and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import CommandLine
from exports_made import write_bank, write_tmall

from forecast.cli import WRONG_INPUT
from forecast.commands.endings import NEEDS_ACTION

TMALL_REPORT = Path(__file__).resolve().parents[2] / "shared" / "data" / "tmall_order_report.csv"
"""A real shop's export of February 2020, which is no part of the repository."""

MOST_LINES = 20
"""Lines of the text, the files among them."""


@pytest.fixture
def forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    exports = tmp_path / "exports"
    exports.mkdir()
    write_tmall(exports)
    write_bank(exports)
    return CommandLine(tmp_path, monkeypatch, capsys)


def test_it_says_what_was_found_assumed_and_what_to_fill_in(forecast: CommandLine) -> None:
    done = forecast("init", "shop", "--from", "exports", "--language", "zh")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "已建立 shop/plan.toml：引用 3 个文件（没有复制），420 笔订单"
    assert [line.split()[0] for line in lines[1:4]] == ["alipay_bill.zip", "bank_statement.csv", "tmall_orders.csv"]
    assert [line.split()[0] for line in lines[4:]] == [
        "渠道",
        "基准日",
        "大促",
        "期初余额",
        "假设",
        "失败率",
        "请填写",
        "接着运行",
    ]
    assert lines[1].endswith("其中 58 行（7.4%）、合计 13,073.75 元找不到订单")
    assert "tmall（天猫/淘宝，420 笔）" in lines[4]
    assert "tmall refund_days = 5" in lines[8]
    assert len(lines) < MOST_LINES
    assert forecast.files() == [
        "exports/alipay_bill.zip",
        "exports/bank_statement.csv",
        "exports/tmall_orders.csv",
        "shop/plan.toml",
        "shop/playbook.toml",
    ]


def test_the_same_as_data(forecast: CommandLine) -> None:
    done = forecast("init", "shop", "--from", "exports", "--json", "--language", "en")
    found = json.loads(done.out)
    assert (found["plan"], found["as_of"], found["first"], found["orders"]) == (
        "shop/plan.toml",
        "2026-10-18",
        "2026-06-01",
        420,
    )
    assert [one["formats"] for one in found["files"]] == [["alipay_bill"], ["bank_statement"], ["tmall_orders"]]
    assert [one["channel"] for one in found["files"]] == [None, None, "tmall"]
    assert [(one["without_order"], one["without_order_amount"]) for one in found["files"]] == [
        (58, 13_073.75),
        (0, 0.0),
        (0, 0.0),
    ]
    assert found["channels"] == {
        "tmall": {"label": "Tmall and Taobao", "clearing": "alipay", "orders": 420, "assumed": {"refund_days": 5.0}}
    }
    assert [event["name"] for event in found["events"]] == ["618", "double11", "double12"]
    assert found["opening_balance"] == 203_900.00
    assert found["opening_balance_from"] == ["exports/bank_statement.csv"]
    assert found["fill_in"] == ["minimum_balance", "other_flows", "costs", "facilities"]
    assert found["hints"] == []


def test_one_from_may_name_several_files_as_a_shell_makes_of_a_pattern(forecast: CommandLine) -> None:
    named = ("exports/alipay_bill.zip", "exports/tmall_orders.csv")
    assert forecast("init", "one", "--from", *named).code == 0
    assert forecast("init", "two", "--from", named[0], "--from", named[1]).code == 0
    assert forecast("init", "three", "--from", "exports/*l*_*s*", "--from", named[1]).code == 0
    text = (forecast.folder / "one" / "plan.toml").read_bytes()
    assert (forecast.folder / "two" / "plan.toml").read_bytes() == text


def test_more_than_a_folder_without_from_is_a_wrong_usage(forecast: CommandLine) -> None:
    done = forecast("init", "shop", "exports/tmall_orders.csv")
    assert done.code == WRONG_INPUT
    assert "unexpected extra argument" in done.err
    assert not (forecast.folder / "shop").exists()


def test_what_is_assumed_without_a_bill_and_what_nobody_tells(forecast: CommandLine) -> None:
    done = forecast("init", "shop", "--from", "exports/tmall_orders.csv", "--language", "en")
    assert "tmall fee_rate = 0.05, settlement_days = 10, refund_days = 5" in done.out
    assert "Fill in: cash on the evening of 2026-10-18; no file tells it, so it is 0" in done.out
    assert "Fill in          opening_balance, minimum_balance, other_flows, costs, facilities" in done.out


@pytest.mark.parametrize("source", ["nothing.csv", "empty"])
def test_a_source_without_files_is_an_error_and_nothing_is_written(forecast: CommandLine, source: str) -> None:
    (forecast.folder / "empty").mkdir()
    done = forecast("init", "shop", "--from", "exports", "--from", source)
    assert (done.code, done.out) == (WRONG_INPUT, "")
    assert done.err.splitlines()[-1].startswith(f"{source}: ")
    assert not (forecast.folder / "shop").exists()


def test_many_files_are_counted_not_listed(forecast: CommandLine) -> None:
    for number in range(9):
        line = f"{number},9.00,2026-10-08 23:31:00,2026-10-08 23:32:00\n"
        text = f"订单编号,总金额,订单创建时间,订单付款时间\n{line}"
        (forecast.folder / f"part{number}.csv").write_text(text, encoding="utf-8")
    done = forecast("init", "shop", "--from", "part*.csv", "--language", "en")
    assert done.out.count("Tmall and Taobao orders") == 8
    assert "  1 more files, all in the plan" in done.out


@pytest.mark.skipif(not TMALL_REPORT.exists(), reason="the real export is not at hand")
def test_a_real_export_leads_to_a_report_without_editing(forecast: CommandLine) -> None:
    assert forecast("init", "tmall", "--from", str(TMALL_REPORT), "--language", "zh").code == 0
    assert "as_of = 2020-02-29\n" in (forecast.folder / "tmall" / "plan.toml").read_text(encoding="utf-8")
    assert forecast("check", "tmall/plan.toml").code in {0, NEEDS_ACTION}
    done = forecast("run", "tmall/plan.toml", "--paths", "20")
    assert done.code in {0, NEEDS_ACTION}
    result = json.loads((forecast.folder / "reports" / "tmall" / "result.json").read_text(encoding="utf-8"))
    assert (result["as_of"], result["history"]["orders"]) == ("2020-02-29", 28_010)
    assert result["scenarios"]["base"]["receipts_total"]["mean"] > 0
    assert (forecast.folder / "reports" / "tmall" / "report.html").exists()
