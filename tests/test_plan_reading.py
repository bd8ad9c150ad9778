"""A whole plan read entirely, files that are no plan, values given in place of the plan's, and what-if settings."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_examples import SMALL, WHOLE, problems_of

from forecast.errors import InputError
from forecast.plan.model import (
    Cash,
    Channel,
    Cost,
    Covenants,
    Event,
    Facility,
    Horizon,
    LedgerSource,
    Merchant,
    OtherFlow,
    Outage,
    Plan,
    Scenario,
    Shift,
    StatedRate,
)
from forecast.plan.reading import load_plan, scenario_from_settings

if TYPE_CHECKING:
    from pathlib import Path

BAITIAO = {"integration": 0.004, "validation": 0.006, "risk_control": 0.012, "clearing": 0.008}

SINGLES_DAY = dt.date(2026, 11, 11)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    plan = folder / "plan.toml"
    plan.write_bytes(text.encode(encoding))
    (folder / "orders.csv").touch()
    return plan


@pytest.fixture
def small(tmp_path: Path) -> Plan:
    return load_plan(written(tmp_path, SMALL))


def test_a_whole_plan_is_read_entirely(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    flows = tmp_path / "flows" / "other_flows.csv"
    flows.write_text("date,amount,category,note\n2026-10-18,-1,rent,\n2026-10-19,-2,rent,\n", encoding="utf-8")
    plan = load_plan(written(tmp_path, WHOLE))
    assert plan == Plan(
        path=tmp_path / "plan.toml",
        language="en",
        merchant=Merchant("示例数码旗舰店", "BRL", "America/Sao_Paulo", "BR"),
        horizon=Horizon(dt.date(2026, 10, 18), days=75, paths=500, seed=7, confidence=0.9),
        ledger=LedgerSource(
            "postgresql://host/shop",
            "orders",
            columns={"order_id": "订单编号"},
            constants={"shop": "tmall", "amount": "10", "ordered_at": "2026-01-01"},
        ),
        cash=Cash(3_200_000.0, 500_000.0, 0.01, flows),
        channels={
            "baitiao": Channel(
                "baitiao", "京东白条", "jd_pay", 7, 0.12, 5, 48.0, StatedRate(by_cause=BAITIAO), fee_rate=0.009
            ),
            "wechat": Channel("wechat", "wechat", "wechat", failure_rate=StatedRate(0.03)),
        },
        events=(
            Event("double11", dt.date(2025, 10, 14), dt.date(2025, 11, 13), peak=dt.date(2025, 11, 11)),
            Event("fortnight", dt.date(2026, 10, 14), dt.date(2026, 10, 28), uplift=8.0),
        ),
        costs=(
            Cost("logistics", 0.06, 3, ("wechat",), "week_end"),
            Cost("goods", 0.5, -30, ("baitiao", "wechat")),
        ),
        scenarios={
            "base": Scenario("base", "基准"),
            "baitiao_10pct": Scenario(
                "baitiao_10pct",
                "白条失败率 10%",
                failure_rate={"baitiao": StatedRate(0.10), "wechat": StatedRate(by_cause={"clearing": 0.02})},
                volume_of={"double11": 1.4, "wechat": 1.2},
                planned_volume_of={"double11": 1.0},
            ),
            "peak_outage": Scenario(
                "peak_outage",
                "peak_outage",
                volume=1.4,
                planned_volume=1.0,
                settlement_delay={"baitiao": 2},
                refund_rate={"baitiao": 0.35},
                outages=(
                    Outage(SINGLES_DAY, 3, 0.5, "unknown", clearing="jd_pay"),
                    Outage(SINGLES_DAY, 1, 1.0, "clearing", channel="wechat"),
                ),
                shift=(Shift("baitiao", "wechat", 0.3), Shift("baitiao", "wechat", 0.7)),
            ),
        },
        facilities=(
            Facility(
                "bank_line",
                "revolver",
                5e6,
                0.0435,
                "act/360",
                arrangement_fee=0.001,
                commitment_fee=0.002,
                notice_days=1,
                signing_days=5,
                signed=True,
                drawn=1e5,
                available_from=dt.date(2026, 10, 19),
                available_to=dt.date(2027, 10, 18),
                interest_due="maturity",
                minimum_draw=1e4,
            ),
            Facility(
                "loan",
                "term_loan",
                1e6,
                0.05,
                "30/360",
                tenor_days=90,
                repayment="equal_principal",
                draw_date=dt.date(2026, 11, 1),
                prepayment_fee=0.01,
                interest_due="quarter_20",
                stamp_duty=0.00005,
                interest_vat=0.06,
                guarantee_fee=0.015,
            ),
            Facility(
                "receivables_finance",
                "receivables",
                None,
                0.06,
                advance_rate=0.8,
                channels=("baitiao",),
                max_age_days=30,
                concentration=0.5,
                service_fee=0.002,
            ),
            Facility(
                "factor",
                "factoring",
                None,
                advance_rate=0.9,
                discount_rate=0.01,
                recourse=False,
                channels=("baitiao", "wechat"),
                service_fee=0.003,
            ),
            Facility("stock_pledge", "inventory", None, 0.07, advance_rate=0.5, tenor_days=60, category="goods"),
            Facility("early", "early_settlement", None, channels=("wechat",), fee_per_day=0.0003),
            Facility("suppliers", "payables_extension", None),
            Facility(
                "overdraft",
                "overdraft",
                2e5,
                0.12,
                signed=True,
                drawn=5e4,
                lpr=0.03,
                lpr_date=dt.date(2026, 10, 20),
                basis_points=900.0,
            ),
            Facility("owner", "owner_loan", 3e5, tenor_days=180),
        ),
        covenants=Covenants(1.2, 0.9, 30),
        accounts={
            "revenue": 20315.74,
            "cost_of_goods_sold": 19178.09,
            "profit": -903.12,
            "next_revenue": 36500.0,
            "receivables": 1222.43,
            "inventory": 1029.655,
            "payables": 1.0,
            "prepaid": 1845.39,
            "advances": 79.55,
            "funds_available": 3001.22,
        },
        other_flows=(OtherFlow(dt.date(2026, 10, 19), -2.0, "rent"),),
        ignored_flows=1,
        past_flows=(OtherFlow(dt.date(2026, 10, 18), -1.0, "rent"),),
    )
    assert list(plan.scenarios) == ["base", "baitiao_10pct", "peak_outage"]


def test_what_a_plan_leaves_out_takes_its_default(small: Plan, tmp_path: Path) -> None:
    assert small.language == "zh"
    assert small.merchant == Merchant("merchant", "CNY", "Asia/Shanghai", "CN")
    assert small.horizon == Horizon(dt.date(2026, 10, 18), 60, 2000, 20261111, 0.95)
    assert small.ledger == LedgerSource(str(tmp_path / "orders.csv")), "relative to the plan's folder"
    assert small.cash == Cash(1000.0)
    assert small.channels["baitiao"] == Channel("baitiao", "baitiao", "jd_pay")
    assert small.scenarios == {"base": Scenario("base", "基准")}
    assert (small.facilities, small.covenants, small.accounts, small.other_flows) == ((), None, {}, ())


@pytest.mark.parametrize(("encoding", "line_end"), [("utf-8", "\n"), ("utf-8-sig", "\n"), ("utf-8-sig", "\r\n")])
def test_a_byte_order_mark_and_any_line_end_are_fine(small: Plan, tmp_path: Path, encoding: str, line_end: str) -> None:
    assert load_plan(written(tmp_path, SMALL.replace("\n", line_end), encoding)) == small


def test_places_hold_behind_a_byte_order_mark_and_chinese_letters(tmp_path: Path) -> None:
    text = "\ufeff" + SMALL.replace('clearing = "jd_pay"', '"标签" = 1 # 注释').replace("\n", "\r\n")
    assert problems_of(text, tmp_path) == [
        (
            'plan.toml:8:1: channels.baitiao."标签": is no key of a plan here; write one of label, fee_rate, clearing, '
            "settlement_days, refund_rate, refund_days, unpaid_after_hours, failure_rate"
        )
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            SMALL.replace('"jd_pay"', "jd_pay"),
            'plan.toml:8:12: channels.baitiao.clearing: is jd_pay, a text without quotes; write "jd_pay"',
        ),
        (
            SMALL.replace("opening_balance = 1000", "opening_balance = 3,200,000"),
            "plan.toml:6:19: cash.opening_balance: is 3,200,000; write 3200000",
        ),
        (
            SMALL + "[channels.wechat]\n",
            (
                "plan.toml:15:1: channels.wechat: [channels.wechat] is written twice, first on line 9; "
                "put the keys of both under one"
            ),
        ),
        (
            SMALL + "[scenarios.x]\nshift = [",
            (
                "plan.toml:16:10: scenarios.x.shift: a list is not closed; "
                "write ] at its end, and commas between its items"
            ),
        ),
    ],
)
def test_a_text_that_is_not_toml_is_told_where(tmp_path: Path, text: str, problem: str) -> None:
    assert problems_of(text, tmp_path) == [problem]


def test_a_plan_in_another_encoding_is_told_where(tmp_path: Path) -> None:
    plan = written(tmp_path, SMALL.replace("[channels.wechat]", '[channels.wechat]\nlabel = "京东"'), "gb18030")
    with pytest.raises(InputError) as raised:
        load_plan(plan)
    assert (
        str(raised.value)
        == f"{plan}:10:10: is not UTF-8 here (byte 0xbe); save the plan as UTF-8 (Notepad: Save As, Encoding: UTF-8)"
    )


def test_a_plan_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_plan(tmp_path / "plan.toml")
    assert str(raised.value) == f"{tmp_path}/plan.toml: there is no such file; write the path of a plan file"
    with pytest.raises(InputError) as raised:
        load_plan(str(tmp_path))
    assert str(raised.value) == f"{tmp_path}: is a folder; write {tmp_path}/plan.toml"


def test_plan_and_flows_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("date,amount,category\n2026-10-19,?,stock\n", encoding="utf-8")
    text = SMALL.replace("1000", '1000\nother_flows = "flows.csv"').replace("[plan]\n", "[plan]\npaths = 0\n")
    assert problems_of(text, tmp_path) == [
        "plan.toml:2:9: plan.paths: is 0; write a whole number from 1 to 20000",
        'flows.csv:2:2: amount: "?" is not an amount; write yuan such as 1200.50 or -1200.50',
    ]


def test_flows_that_are_not_there_are_told_at_their_key(tmp_path: Path) -> None:
    assert problems_of(SMALL.replace("1000", '1000\nother_flows = "flows.csv"'), tmp_path) == [
        "plan.toml:7:15: cash.other_flows: there is no file flows.csv; write its path from the plan's folder"
    ]


def test_orders_that_are_not_there_are_told_at_their_key_with_all_else(tmp_path: Path) -> None:
    found = problems_of(SMALL.replace('"orders.csv"', '"order.csv"').replace("1000", '"much"'), tmp_path)
    assert found == [
        'plan.toml:4:10: ledger.orders: there is no file or folder order.csv; write "orders.csv"',
        'plan.toml:6:19: cash.opening_balance: is "much"; write an amount of yuan',
    ]


def test_a_language_given_changes_the_base_s_label_with_the_rest(tmp_path: Path) -> None:
    plan = written(tmp_path, SMALL)
    assert [
        (load_plan(plan, language=one).language, load_plan(plan, language=one).scenarios["base"].label)
        for one in ("zh", "en")
    ] == [
        ("zh", "基准"),
        ("en", "Base"),
    ]
    named = written(tmp_path, SMALL + '[scenarios.base]\nlabel = "Plan A"\n')
    assert load_plan(named, language="en").scenarios["base"].label == "Plan A"


def test_every_key_has_its_place(tmp_path: Path) -> None:
    places = load_plan(written(tmp_path, SMALL)).places
    assert places.file == str(tmp_path / "plan.toml")
    assert places.of["ledger.orders"] == (4, 10)
    assert places.of["channels.wechat"] == (9, 1)
    assert places.of["events.double11.peak"] == (13, 8)


def test_values_given_take_the_place_of_the_plan_s(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("date,amount,category\n2026-10-01,-5,stock\n", encoding="utf-8")
    plan = written(tmp_path, SMALL.replace("1000", '1000\nother_flows = "flows.csv"'))
    earlier = load_plan(plan, as_of=dt.date(2026, 9, 30), horizon_days=30, paths=50, seed=1)
    assert earlier.horizon == Horizon(dt.date(2026, 9, 30), 30, 50, 1, 0.95)
    assert (len(earlier.other_flows), earlier.ignored_flows) == (1, 0), "the flow lies after the earlier as_of"
    assert load_plan(plan).ignored_flows == 1
    with pytest.raises(InputError) as raised:
        load_plan(plan, paths=0, seed=-1)
    assert str(raised.value).splitlines() == [
        "paths: is 0; write a whole number from 1 to 20000",
        "seed: is -1; write a whole number from 0 to 1000000000000000",
    ]


def test_settings_make_a_scenario(small: Plan) -> None:
    settings = [
        "failure_rate.baitiao=0.08",
        "failure_rate.wechat.clearing = 0.02",
        "volume.double11=1.4",
        'outages=[{clearing="jd_pay",start=2026-11-11,days=3}]',
    ]
    assert scenario_from_settings(small, settings) == Scenario(
        "whatif",
        ", ".join([*settings[:3], "京东支付 2026-11-11 起中断 3 天"]),
        failure_rate={"baitiao": StatedRate(0.08), "wechat": StatedRate(by_cause={"clearing": 0.02})},
        volume_of={"double11": 1.4},
        outages=(Outage(SINGLES_DAY, 3, clearing="jd_pay"),),
    )
    assert scenario_from_settings(small, [], name="same") == Scenario("same", "same")
    assert scenario_from_settings(small, ["volume=2"], label="double").label == "double"
    assert scenario_from_settings(small, ['label="twice"', "volume=2"]).label == "twice"


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        (["volume"], ['volume: is "volume"; write KEY=VALUE, such as failure_rate.baitiao=0.08']),
        (
            ["failure_rate.baitao=0.1", "refund_rate.wechat=12"],
            [
                'failure_rate.baitao: "baitao" is no channel of the plan; write "baitiao"',
                "refund_rate.wechat: is 12; write a fraction from 0 to 1 (0.05 for 5 %); 12 % is 0.12",
            ],
        ),
        (
            ["volume=1.4x"],
            [
                'volume: is "1.4x"; write a number from 0 to 1000, or volume.<event or channel> = 1.4',
            ],
        ),
        (
            ["volume=1.4", "volume.double11=2"],
            ["volume.double11: volume is set as a whole and also by keys below it; write one or the other"],
        ),
        (
            ["volume.double11=2", "volume=1.4"],
            ["volume: volume is set as a whole and also by keys below it; write one or the other"],
        ),
        (["volume.double11=2", "volume={double11=3}"], ["volume: is set twice; write it once"]),
        (["failure_rates=1"], ['failure_rates: is no key of a plan here; write "failure_rate"']),
        (
            ["outages=[{channel='baitiao',start=2026-11-11,days=0}]"],
            ["outages[1].days: is 0; write a whole number from 1 to 3650"],
        ),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_key_and_value(
    small: Plan, settings: list[str], problems: list[str]
) -> None:
    with pytest.raises(InputError) as raised:
        scenario_from_settings(small, settings)
    assert str(raised.value).splitlines() == [f"--set: {problem}" for problem in problems]


NASTY = (
    *("0", "-1", "1", "1e-300", "5e-324", "1e300", "inf", "nan", "2", "3651", "20001", "9007199254740992", "1e13"),
    *("-1e13", "9" * 4000, "9" * 5000, "0x" + "f" * 5000, "true", '""', '"a\\u001b[2J"', '"\\uFFFE"', '"\\n"', "[]"),
    *(
        f'"{"x" * 101}"',
        f'"{"店" * 40_000}"',
        '"D:/x"',
        '"localtime"',
        '"posix/UTC"',
        '"Factory"',
        '"8%"',
        "[{}]",
        "{}",
    ),
    *("0001-01-01", "9999-12-31", "08:30:00", "2026-06-05T00:00:00Z", '["baitiao", "baitiao"]', "{ baitiao = {} }"),
    *('"postgresql://u:s3cret@h/x?password=s3cret"', "[[1], [{ name = 3 }]]", '"2026-10-18"'),
)


def told_of(plan: Path) -> list[str]:
    """What is said of a plan in both languages; nothing of one that is right."""
    try:
        load_plan(plan)
    except InputError as error:
        return [problem.text(language) for problem in error.problems for language in ("en", "zh")]
    return []


def test_no_value_of_any_key_is_a_fault_of_the_program_or_leaks(tmp_path: Path) -> None:
    whole = WHOLE.replace('other_flows = "flows/other_flows.csv"\n', "").splitlines()
    places = [at for at, line in enumerate(whole) if " = " in line and not line.startswith(" ")]
    chance = random.Random(3)  # noqa: S311  # no secret
    for at in places:
        for value in chance.sample(NASTY, 2):
            lines = [*whole[:at], f"{whole[at].split(' = ')[0]} = {value}", *whole[at + 1 :]]
            told = told_of(written(tmp_path, "\n".join(lines)))
            assert all(line.isprintable() and len(line) < 1000 for line in told), told
            assert not any("s3cret" in line for line in told), told


ODD = {
    "no table by cause": (
        "failure_rate = {}",
        "channels.baitiao.failure_rate: is a table with nothing in it; write a figure, or leave the key out",
    ),
    "a channel named twice": (
        '[[facilities]]\nname = "f"\nkind = "factoring"\nchannels = ["wechat", "wechat"]',
        '["baitiao"]; "wechat" stands there twice',
    ),
    "the machine's own zone": (
        '[merchant]\ntimezone = "localtime"',
        'merchant.timezone: "localtime" is no time zone; write a name such as ',
    ),
    "a zone of another table": (
        '[merchant]\ntimezone = "posix/Asia/Shanghai"',
        'merchant.timezone: "posix/Asia/Shanghai" is no time zone; write a name such as "Asia/Shanghai"',
    ),
    "a zone by its hours": (
        '[merchant]\ntimezone = "UTC+8"',
        'merchant.timezone: "UTC+8" is no time zone; write a name such as "Asia/Shanghai"',
    ),
    "a long name of a channel": (f"[channels.{'x' * 101}]", "has 101 letters; write at most 100"),
    "too many paths": ("[plan]\npaths = 20001", "plan.paths: is 20001; write a whole number from 1 to 20000"),
    "the whole of an advance as fee": (
        '[[facilities]]\nname = "f"\nkind = "factoring"\nservice_fee = 1',
        "facilities.f.service_fee: is 1; write a fraction from 0 to below 1 (0.05 for 5 %)",
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_values_are_told_before_any_work(tmp_path: Path, case: str) -> None:
    more, problem = ODD[case]
    text = SMALL.replace('clearing = "jd_pay"', more) if more.startswith("failure_rate") else SMALL + more + "\n"
    if more.startswith("[plan]"):
        text = SMALL.replace("[plan]", more)
    found = problems_of(text, tmp_path)
    assert any(problem in line for line in found), found


VALUES = st.sampled_from(
    ["0", "-1", "2.5", "nan", "-inf", "true", '""', '"x"', "[]", "[1]", "[{}]", "{}", "{ a = 1 }", "2026-11-11",
     "1e400", "08:30:00", "2026-11-11T00:00:00Z", "[[1], [{ name = 3 }]]", "99999999999999999999999"]
)  # fmt: skip


@given(st.data())
def test_any_value_in_any_place_is_read_or_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    lines = WHOLE.replace('other_flows = "flows/other_flows.csv"\n', "").splitlines()
    places = [at for at, line in enumerate(lines) if " = " in line and not line.startswith(" ")]
    for at in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)):
        lines[at] = f"{lines[at].split(' = ')[0]} = {data.draw(VALUES)}"
    plan = written(tmp_path_factory.getbasetemp(), "\n".join(lines))
    try:
        load_plan(plan)
    except InputError as error:
        placed = [problem.line for problem in error.problems if problem.key]
        assert all(placed), "every problem has its place"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "[ledger]",
            "opening_balance = 5\n[ledger]",
            "plan.opening_balance: does not belong here; write it under [cash]",
        ),
        ("[plan]", "as_of = 2026-10-18\n[plan]", "as_of: does not belong here; write it under [plan]"),
        ("[cash]", "[plan.cash]", "plan.cash: does not belong here; write its table as [cash]"),
        ("[channels.baitiao]", "[baitiao]", "baitiao: does not belong here; write its table as [channels.baitiao]"),
        ('orders = "orders.csv"', 'files = ["a.csv"]', 'write each item as a table: [[ledger.files]] path = "a.csv"'),
        ('orders = "orders.csv"', 'orders = ""', 'ledger.orders: is ""; write a text in quotes, such as "orders.csv"'),
        ("[plan]", '[merchant]\ncurrency = "RMB"\n[plan]', 'write three capital letters, such as "CNY"'),
    ],
)
def test_what_stands_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as raised:
        load_plan(written(tmp_path, SMALL.replace(old, new, 1)))
    assert told in "\n".join(str(problem) for problem in raised.value.problems)


def test_a_name_that_no_file_can_bear_is_told_at_its_key(tmp_path: Path) -> None:
    text = SMALL.replace("opening_balance", f'other_flows = "{"9" * 300}"\nopening_balance')
    assert problems_of(text, tmp_path)[0].startswith("plan.toml:6:15: cash.other_flows: ")


def test_a_folder_that_may_not_be_looked_into_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    (tmp_path / "plan.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(InputError, match=r": cannot be read \(Permission denied\)"):
        load_plan(tmp_path / "plan.toml")
