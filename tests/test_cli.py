"""The commands: what they print where, what they write, and with which code they end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forecast import pipeline
from forecast.outputs import writing
from forecast.version import __version__

if TYPE_CHECKING:
    from command_line import CommandLine

pytestmark = pytest.mark.usefixtures("once")

COMMANDS = (
    *("init", "sample", "formats", "check", "run", "whatif", "finance", "backtest", "review", "stress"),
    *("monitor", "playbook", "drill", "report"),
)
FILES = ["manifest.json", "report.html", "result.json", "scenarios.xlsx"]
SMALL_LIMIT = ("limit = 5_000.00", "limit = 100.00")


def test_help_lists_the_commands_and_gives_examples(forecast: CommandLine) -> None:
    shown = forecast("--help")
    assert shown.code == 0
    assert re.findall(r"^  (\w+)  +\S*[\u4e00-\u9fff]", shown.out, re.MULTILINE) == list(COMMANDS)
    assert "forecast run myshop/plan.toml" in shown.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str, forecast: CommandLine) -> None:
    shown = forecast(command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert f"Example: forecast {command}" in shown.out
    assert re.search(r"[\u4e00-\u9fff]", shown.out)


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys\nfrom forecast.cli import main\nsys.argv = ['forecast', 'run', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'statsmodels', 'duckdb', 'plotly'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_version(forecast: CommandLine) -> None:
    assert forecast("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("run",),
        ("no_such_command",),
        ("run", "tiny/plan.toml", "--no-such-option"),
        ("run", "tiny/plan.toml", "--paths", "0"),
        ("run", "tiny/plan.toml", "--seed", "-1"),
        ("whatif", "tiny/plan.toml"),
        ("finance", "tiny/plan.toml", "--solve", "price"),
        ("finance", "tiny/plan.toml", "--solve", "stock", "--date", "tomorrow"),
        ("sample", "big"),
    ],
)
def test_a_wrong_usage_ends_with_2_and_writes_nothing(words: tuple[str, ...], forecast: CommandLine) -> None:
    ended = forecast(*words)
    assert ended.code == 2
    assert forecast.files() == []


def test_a_wrong_plan_is_told_a_line_a_problem_with_its_place(forecast: CommandLine) -> None:
    forecast.copy_tiny(("paths = 100", "pahts = 100"), ("fee_rate = 0.01", "fee_rate = 1.05"))
    before = forecast.files()
    ended = forecast("run", "tiny/plan.toml", "--json")
    assert (ended.code, ended.out) == (2, "")
    lines = ended.err.splitlines()
    assert len(lines) == 2
    for line, key in zip(lines, ("plan.pahts", "channels.baitiao.fee_rate"), strict=True):
        assert re.match(rf"tiny/plan\.toml:\d+:\d+: {re.escape(key)}: ", line), line
    assert forecast.files() == before


@pytest.mark.parametrize(
    ("change", "words", "told"),
    [
        (("fee_rate = 0.01", "fee_rate = 1.05"), (), "应填：小数，不小于 0、小于 1（5 % 写作 0.05）"),
        (("as_of = 2026-06-05", "as_of = 2026/6/5"), (), "plan.as_of: 填的是 2026/6/5；应填：2026-06-05"),
        (("as_of = 2026-06-05", "as_of = 2026/6/5"), ("--language", "en"), "plan.as_of: is 2026/6/5; write 2026-06-05"),
    ],
)
def test_a_wrong_plan_is_told_in_its_own_language(
    change: tuple[str, str], words: tuple[str, ...], told: str, forecast: CommandLine
) -> None:
    forecast.copy_tiny(('language = "en"', 'language = "zh"'), change)
    ended = forecast("check", "tiny/plan.toml", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_without_a_plan_the_user_s_environment_says_the_language(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert forecast("check", "none.toml").err == "none.toml: 没有这个文件；请写计划文件的路径\n"
    assert "there is no such file" in forecast("check", "none.toml", "--language", "en").err


def test_a_plan_that_is_not_there(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    ended = forecast("check", "nowhere/plan.toml")
    assert ended.code == 2
    assert ended.err.startswith("nowhere/plan.toml: there is no such file")


def test_init_makes_a_folder_that_checks(forecast: CommandLine) -> None:
    made = forecast("init", "shop", "--language", "en")
    assert made.code == 0
    assert "forecast run shop/plan.toml" in made.out
    assert forecast.files() == [
        *("shop/orders.csv", "shop/other_flows.csv", "shop/plan.toml"),
        "shop/playbook.toml",
    ]
    checked = forecast("check", "shop/plan.toml")
    assert checked.code == 0
    assert checked.out.startswith("Plan and ledger are in order. Orders: 6000;")


def test_init_overwrites_nothing(forecast: CommandLine) -> None:
    assert forecast("init", "shop").code == 0
    plan = forecast.folder / "shop" / "plan.toml"
    plan.write_text("mine", encoding="utf-8")
    ended = forecast("init", "shop")
    assert ended.code == 2
    assert plan.read_text(encoding="utf-8") == "mine"


def test_sample_makes_as_many_orders_as_asked_for(forecast: CommandLine) -> None:
    made = forecast("sample", "big", "--orders", "3000", "--seed", "7", "--json")
    assert made.code == 0
    assert json.loads(made.out) == {"plan": "big/plan.toml", "truth": "big/truth.json", "orders": 3000, "seed": 7}
    checked = forecast("check", "big/plan.toml", "--json")
    assert json.loads(checked.out)["orders"] == 3000


def test_check_lists_every_bad_row_and_ends_with_3(forecast: CommandLine) -> None:
    forecast.copy_tiny(("T01,baitiao", "T01,paypal"), file="orders.csv")
    ended = forecast("check", "tiny/plan.toml")
    assert ended.code == 3
    first = ended.out.splitlines()[0]
    remedy = "no such channel under [channels] of the plan; add it there, or write the key of one that is there"
    assert first == f"orders.csv:2: channel: {remedy} (value: paypal)"
    assert forecast.files() == ["tiny/README.md", "tiny/orders.csv", "tiny/other_flows.csv", "tiny/plan.toml"]


def test_check_as_json_bears_code_and_text(forecast: CommandLine) -> None:
    forecast.copy_tiny(("T01,baitiao", "T01,paypal"), file="orders.csv")
    ended = forecast("check", "tiny/plan.toml", "--json", "--language", "zh", "--paths", "77", "--seed", "5")
    assert ended.code == 3
    checked = json.loads(ended.out)
    assert (checked["good"], checked["rejected"], checked["paths"], checked["seed"]) == (False, 1, 77, 5)
    assert checked["bad_rows"] == [
        {
            "file": None,
            "line": 2,
            "order_id": "T01",
            "column": "channel",
            "value": "paypal",
            "reason": "channel_unknown",
            "text": "计划的 [channels] 中没有这个渠道；请在计划中补上，或改写为已有渠道的键名",
        }
    ]


def test_run_writes_all_files_and_prints_the_summary(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    ended = forecast("run", "tiny/plan.toml")
    assert ended.code == 0
    assert [name for name in forecast.files() if name.startswith("reports/")] == [
        f"reports/tiny/{name}" for name in FILES
    ]
    assert "reports/tiny/scenarios.xlsx" in ended.out
    assert "reading the ledger" in ended.err.splitlines()
    assert "\x1b" not in ended.out + ended.err


def test_run_as_json_prints_result_json_and_nothing_else(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    ended = forecast("run", "tiny/plan.toml", "--json", "--out", "here", "--paths", "60", "--seed", "3")
    assert ended.code == 0
    assert ended.out == (forecast.folder / "here" / "result.json").read_text(encoding="utf-8")
    result = json.loads(ended.out)
    assert (result["paths"], result["seed"]) == (60, 3)
    command = json.loads((forecast.folder / "here" / "manifest.json").read_text(encoding="utf-8"))["command"]
    assert command[:3] == ["forecast", "run", "tiny/plan.toml"]


def test_run_says_what_it_left_out_in_rejected_csv(forecast: CommandLine) -> None:
    forecast.copy_tiny(("T01,baitiao", "T01,paypal"), file="orders.csv")
    assert forecast("run", "tiny/plan.toml", "--out", "here").code == 0
    assert "here/rejected.csv" in forecast.files()


def test_out_must_be_a_folder_and_is_looked_at_before_the_work(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast.copy_tiny()
    (forecast.folder / "here").write_text("", encoding="utf-8")
    monkeypatch.setattr(pipeline, "run", None)
    ended = forecast("run", "tiny/plan.toml", "--out", "here/below")
    assert ended.code == 2
    assert "is a file, not a folder" in ended.err


@pytest.mark.parametrize("folder", ["/proc/zz", "/sys/zz"])
@pytest.mark.parametrize("words", [("run", "tiny/plan.toml", "--out"), ("sample", "--orders", "100"), ("init",)])
def test_a_folder_that_cannot_be_written_is_one_line_and_2(
    words: tuple[str, ...], folder: str, forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path(folder).parent.is_dir():
        pytest.skip(f"this system has no {Path(folder).parent}")
    forecast.copy_tiny()
    monkeypatch.setattr(pipeline, "run", None)
    before = forecast.files()
    ended = forecast(*words, folder)
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(rf"{folder}: cannot be written \(.+\); name another folder.*\n", ended.err)
    assert forecast.files() == before


def test_a_disk_that_fills_while_writing_is_one_line_and_2(
    forecast: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    forecast.copy_tiny()
    monkeypatch.setattr(writing, "write_run", full)
    ended = forecast("run", "tiny/plan.toml", "--out", "here", "--paths", "20")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[-1].startswith("here: cannot be written (No space left on device)")
    assert "here" not in {path.name for path in forecast.folder.iterdir()}


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_with_130_and_one_line(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    forecast.copy_tiny()
    monkeypatch.setattr(pipeline, "run", lambda *_words, **_options: signal.raise_signal(signal.SIGINT))
    ended = forecast("run", "tiny/plan.toml")
    assert (ended.code, ended.out, ended.err) == (130, "", "已中断 · interrupted\n")


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_ledger_without_an_order_by_as_of_is_refused_alike(command: str, forecast: CommandLine) -> None:
    forecast.copy_tiny(("as_of = 2026-06-05", "as_of = 2020-06-05"))
    later = forecast(command, "tiny/plan.toml")
    assert (later.code, later.out) == (2, "")
    assert re.search(
        r"tiny/plan\.toml:\d+:\d+: ledger\.orders: orders\.csv holds no order on or before 2020", later.err
    )
    orders = forecast.folder / "tiny" / "orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    empty = forecast(command, "tiny/plan.toml")
    assert (empty.code, empty.out) == (2, "")
    assert "(0 ordered later, 0 bad rows): there is nothing to learn from" in empty.err


def test_the_steps_bear_the_scenarios_labels(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    told = forecast("run", "tiny/plan.toml", "--out", "here", "--paths", "20", "--language", "zh").err.splitlines()
    assert "情景：基准" in told
    assert "情景：No new orders" in told


def test_strict_ends_with_3_where_no_facility_suffices(forecast: CommandLine) -> None:
    forecast.copy_tiny(SMALL_LIMIT)
    assert forecast("run", "tiny/plan.toml", "--out", "here").code == 0
    ended = forecast("run", "tiny/plan.toml", "--out", "here", "--strict")
    assert ended.code == 3
    assert "No new orders" in ended.err.splitlines()[-1]


def test_strict_ends_with_0_where_the_facilities_carry_every_scenario(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    assert forecast("finance", "tiny/plan.toml", "--strict").code == 0


def test_whatif_puts_the_change_beside_the_base_and_writes_nothing(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    ended = forecast("whatif", "tiny/plan.toml", "--set", "volume=2", "--set", "failure_rate.baitiao=0.2")
    assert ended.code == 0
    assert "volume=2, failure_rate.baitiao=0.2" in ended.out.splitlines()[0]
    assert forecast.files() == before


def test_whatif_as_json_has_the_scenarios_base_and_whatif(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    result = json.loads(forecast("whatif", "tiny/plan.toml", "--set", "volume=2", "--json", "--out", "here").out)
    assert list(result["scenarios"]) == ["base", "whatif"]
    assert result["scenarios"]["whatif"]["changes"] == ["volume = 2"]
    base, whatif = (result["scenarios"][name]["sales_total"]["mean"] for name in ("base", "whatif"))
    assert whatif == pytest.approx(2 * base, abs=0.02)
    assert "here/result.json" in forecast.files()


def test_whatif_puts_several_changes_side_by_side_in_the_order_given(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    first, second = ("--set", "volume=2"), ("--set=volume=3", "--json", "--set", "recovery=0")
    ended = forecast("whatif", "tiny/plan.toml", *first, "--vs", *second, "--vs", "--set", "volume=4")
    scenarios = json.loads(ended.out)["scenarios"]
    assert {name: one["changes"][0] for name, one in scenarios.items() if name != "base"} == {
        "whatif": "volume = 2",
        "whatif_2": "volume = 3",
        "whatif_3": "volume = 4",
    }
    assert scenarios["whatif_2"]["changes"][1:] == ["recovery.baitiao = 0", "recovery.wechat = 0"]
    assert set(scenarios["base"]["lowest_cash"]) == {"amount", "day", "at_confidence", "day_at_confidence"}


def test_whatif_refuses_a_vs_without_changes(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    for words in (("--vs", "--set", "volume=2"), ("--set", "volume=2", "--vs"), ("--set", "--vs")):
        ended = forecast("whatif", "tiny/plan.toml", *words)
        assert (ended.code, ended.out) == (2, "")
        assert "write --set KEY=VALUE before and after each --vs" in ended.err


def test_whatif_refuses_a_key_that_it_does_not_know(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    ended = forecast("whatif", "tiny/plan.toml", "--set", "failure_rate.baitiaoo=0.2")
    assert ended.code == 2
    assert "baitiao" in ended.err


def test_finance_compares_the_facilities_alone(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    result = json.loads(forecast("finance", "tiny/plan.toml", "--json").out)
    assert set(result["scenarios"]) == {"base", "run_off", "run_off_late"}
    assert set(result["scenarios"]["run_off"]) == {"label", "changes", "lowest_cash", "buffer", "financing"}
    assert [option["facility"] for option in result["scenarios"]["run_off"]["financing"]["options"]] == ["overdraft"]
    assert forecast.files() == before


def test_finance_solves_for_the_limit(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    solved = json.loads(forecast("finance", "tiny/plan.toml", "--solve", "limit", "--json").out)["solve"]
    assert (solved["for"], solved["scenario"]) == ("limit", "base")
    # in every scenario 1500 yuan are short on Sunday 7 June, before anything can come in
    assert solved["limits"]["overdraft"] == pytest.approx(1_500.00, abs=0.02)


def test_finance_solves_for_the_stock_that_can_still_be_bought(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    words = ("finance", "tiny/plan.toml", "--solve", "stock", "--date", "2026-06-07")
    solved = json.loads(forecast(*words, "--json").out)["solve"]
    # the overdraft's 5000 yuan less the 1500 that are short on that Sunday anyway; the next day brings enough to repay
    assert solved == {"for": "stock", "scenario": "base", "date": "2026-06-07", "amount": solved["amount"]}
    assert 0 < solved["amount"] <= 3_500.01
    assert forecast(*words).out.splitlines()[-1].startswith("at most CNY 3,")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--solve", "stock"), "--date: is missing"),
        (("--solve", "stock", "--date", "2026-06-16"), "from 2026-06-06 to 2026-06-15"),
        (("--solve", "limit", "--date", "2026-06-07"), "only --solve stock takes a day"),
        (("--date", "2026-06-07"), "only --solve stock takes a day"),
    ],
)
def test_finance_wants_a_day_of_the_horizon_for_stock_alone(
    words: tuple[str, ...], message: str, forecast: CommandLine
) -> None:
    forecast.copy_tiny()
    ended = forecast("finance", "tiny/plan.toml", *words)
    assert ended.code == 2
    assert message in ended.err


def test_a_fault_of_the_program_is_no_wrong_input(forecast: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves ``main`` as it is, so that Python prints the traceback on standard error and ends with 1."""

    def broken(*_words: object, **_options: object) -> None:
        raise ZeroDivisionError

    forecast.copy_tiny()
    monkeypatch.setattr(pipeline, "run", broken)
    with pytest.raises(ZeroDivisionError):
        forecast("run", "tiny/plan.toml")
