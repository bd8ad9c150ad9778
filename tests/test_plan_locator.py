"""Places of keys and values, against texts in which one can count; what is found wrong later still names them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import InputError, Problem
from forecast.ledger.reading import read_ledger
from forecast.plan.locator import KeyPath, Locator, Places
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '''\
language = "zh"  # a = 1
[channels.baitiao]
  fee_rate = 0.009
failure_rate.clearing = 0.01
failure_rate."risk_control" = 0.02

[[facilities]]
name = """
[x]
a = 1 \\""" """
limit = 5
[[facilities]]
channels = [  # ]
  "a", 'b\\',
]
[facilities.more]
deep = 1
[scenarios]
x = {volume = 1.4, outages = [ {days = 3}, { start = 2026-11-11 } ]}
"渠道" . 'b.c' = 2026-11-11 08:30:00
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("language",), (1, 1), (1, 12)),
        (("channels", "baitiao"), (2, 1), (2, 1)),
        (("channels", "baitiao", "fee_rate"), (3, 3), (3, 14)),
        (("channels", "baitiao", "failure_rate"), (4, 1), (4, 1)),
        (("channels", "baitiao", "failure_rate", "clearing"), (4, 14), (4, 25)),
        (("channels", "baitiao", "failure_rate", "risk_control"), (5, 14), (5, 31)),
        (("facilities", 0), (7, 1), (7, 1)),
        (("facilities", 0, "name"), (8, 1), (8, 8)),
        (("facilities", 0, "limit"), (11, 1), (11, 9)),
        (("facilities", 1), (12, 1), (12, 1)),
        (("facilities", 1, "channels"), (13, 1), (13, 12)),
        (("facilities", 1, "channels", 1), (14, 8), (14, 8)),
        (("facilities", 1, "more", "deep"), (17, 1), (17, 8)),
        (("scenarios", "x", "volume"), (19, 6), (19, 15)),
        (("scenarios", "x", "outages", 0, "days"), (19, 33), (19, 40)),
        (("scenarios", "x", "outages", 1, "start"), (19, 46), (19, 54)),
        (("scenarios", "渠道", "b.c"), (20, 8), (20, 16)),
    ],
)
def test_every_key_and_value_is_found(path: KeyPath, key: tuple[int, int], value: tuple[int, int]) -> None:
    locator = Locator(TEXT)
    assert locator.key(path) == key
    assert locator.value(path) == value


def test_what_is_not_written_stands_where_its_nearest_parent_does() -> None:
    locator = Locator(TEXT)
    assert locator.key(("channels", "baitiao", "label")) == (2, 1)
    assert locator.value(("facilities", 1, "limit")) == (12, 1)
    assert locator.key(("plan", "as_of")) is None
    assert locator.value(("plan", "as_of")) is None


NAME = st.text("ab.\"' #=[]渠", min_size=1, max_size=4)
SCALAR = st.sampled_from(["1", "true", "2026-11-11", '"a # ] } \\" ="', "'''x\n'''", '""" """', "'c:\\'", "[]", "{}"])


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(NAME, st.dictionaries(NAME, SCALAR, max_size=3), max_size=4))
def test_any_text_that_toml_accepts_is_walked_to_its_end(tables: dict[str, dict[str, str]]) -> None:
    lines: list[str] = []
    expected: dict[KeyPath, int] = {}
    for table, values in tables.items():
        lines.append(f"[ {quoted(table)} ] # comment")
        for name, value in values.items():
            expected[(table, name)] = "\n".join([*lines, ""]).count("\n") + 1
            lines.append(f"{quoted(name)} = {value} # ] }}")
    text = "\n".join(lines)
    assert tomllib.loads(text).keys() == tables.keys()
    locator = Locator(text)
    for path, line in expected.items():
        assert locator.key(path) == (line, 1)


def paths_of(value: Any, path: KeyPath = ()) -> list[KeyPath]:  # noqa: ANN401  # a value of TOML is of any type
    if isinstance(value, dict):
        return [path, *(found for key, item in value.items() for found in paths_of(item, (*path, key)))]
    if isinstance(value, list):
        return [path, *(found for at, item in enumerate(value) for found in paths_of(item, (*path, at)))]
    return [path]


def test_no_path_of_the_parsed_text_is_without_its_own_place() -> None:
    locator = Locator(TEXT)
    for path in paths_of(tomllib.loads(TEXT)):
        if len(path) > 1:
            assert locator.key(path) is not None


PLACES = Places("shop/plan.toml", {"ledger.orders": (4, 10), "channels.baitiao": (7, 1)})

LEDGER = """\
[plan]
as_of = 2026-10-18
[ledger]
orders = "orders.csv"
columns = { order_id = "订单号", amount = "金额" }
constants = { shop = "tmall" }
[cash]
opening_balance = 1000
[channels.baitiao]
label = "京东白条"
"""


def test_a_key_is_found_at_its_own_place_or_that_of_its_table() -> None:
    assert str(PLACES.located(Problem("is wrong", key="ledger.orders"))) == (
        "shop/plan.toml:4:10: ledger.orders: is wrong"
    )
    missing = PLACES.located(Problem("is missing", "shop/plan.toml", key="channels.baitiao.refund_days"))
    assert str(missing) == "shop/plan.toml:7:1: channels.baitiao.refund_days: is missing"


def test_another_file_stays_named() -> None:
    problem = PLACES.located(Problem("no such file", "/data/orders.csv", key="ledger.orders"))
    assert str(problem) == "shop/plan.toml:4:10: ledger.orders: /data/orders.csv: no such file"


@pytest.mark.parametrize(
    "problem",
    [Problem("is empty", "orders.csv", 1), Problem("is 0", key="--date"), Problem("is 0", "o.csv", 3, 1, "x")],
)
def test_what_is_no_key_of_the_plan_stays_as_it_is(problem: Problem) -> None:
    assert PLACES.located(problem) is problem


def ledger_problems(folder: Path, plan: str, header: str, *rows: str) -> list[str]:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    (folder / "orders.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_ledger(load_plan(folder / "plan.toml"))
    return [line.replace(f"{folder}/", "") for line in str(raised.value).splitlines()]


def test_the_ledger_s_problems_with_the_plan_name_its_line_and_column(tmp_path: Path) -> None:
    found = ledger_problems(tmp_path, LEDGER, "order_id,channel,ordered_at,amount,deducted_at,shop")
    assert sorted(tuple(line.split(": ")[:2]) for line in found) == [
        ("plan.toml:5:24", "ledger.columns.order_id"),
        ("plan.toml:5:40", "ledger.columns.amount"),
        ("plan.toml:6:22", "ledger.constants.shop"),
    ]


def test_a_key_that_the_ledger_needs_is_missed_at_its_channel(tmp_path: Path) -> None:
    plan = LEDGER.replace('columns = { order_id = "订单号", amount = "金额" }\nconstants = { shop = "tmall" }\n', "")
    header = "order_id,channel,ordered_at,amount,deducted_at,closed_at"
    (line,) = ledger_problems(tmp_path, plan, header, "A,baitiao,2026-10-01,5.00,2026-10-01,")
    assert line.startswith("plan.toml:7:1: channels.baitiao.settlement_days: no order of baitiao is settled")


def test_a_database_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    for orders, place in (("mongodb://host/shop", "4:10"), ("sqlite:///none.db", "4:10")):
        plan = LEDGER.replace('"orders.csv"', f'"{orders}"\ntable = "orders"')
        (line,) = ledger_problems(tmp_path, plan, "")
        assert line.startswith(f"plan.toml:{place}: ledger.orders: "), line
