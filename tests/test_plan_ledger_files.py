"""``[[ledger.files]]``: which files the entries name, and what is wrong with an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan

HEAD = (
    'language = "en"\n[plan]\nas_of = 2026-10-18\n[cash]\nopening_balance = 1\n[channels.baitiao]\n[channels.wechat]\n'
)
"""Seven lines; what a test adds begins on line 8."""


def plan_of(folder: Path, text: str) -> Plan:
    (folder / "plan.toml").write_text(HEAD + text, encoding="utf-8")
    return load_plan(folder / "plan.toml")


def problems(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as wrong:
        plan_of(folder, text)
    return str(wrong.value).replace(f"{folder}", "shop")


def files_in(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()


def entries(*paths: str) -> str:
    return "".join(f'[[ledger.files]]\npath = "{path}"\n' for path in paths)


def found(plan: Plan) -> list[list[str]]:
    return [[file.relative_to(plan.path.parent).as_posix() for file in entry.found] for entry in plan.ledger.files]


def test_a_pattern_gives_its_files_in_order_without_the_lock_of_an_open_workbook(tmp_path: Path) -> None:
    files_in(tmp_path, "exports/jd_2.xlsx", "exports/jd_1.xlsx", "exports/~$jd_1.xlsx", "exports/other.csv")
    plan = plan_of(tmp_path, '[[ledger.files]]\npath = "exports/jd_?.xlsx"\nchannel = "baitiao"\n')
    assert found(plan) == [["exports/jd_1.xlsx", "exports/jd_2.xlsx"]]
    assert plan.ledger.files[0].channel == "baitiao"
    assert plan.ledger.shown == "jd_1.xlsx + 1"


def test_two_stars_search_every_folder_below(tmp_path: Path) -> None:
    files_in(tmp_path, "exports/a.csv", "exports2/b.csv", "c.csv")
    assert found(plan_of(tmp_path, '[[ledger.files]]\nfile = "**/*.csv"\n')) == [
        ["c.csv", "exports/a.csv", "exports2/b.csv"]
    ]


def test_brackets_are_letters_of_a_name(tmp_path: Path) -> None:
    files_in(tmp_path, "jd[1].csv", "jd1.csv", "jd[1] (2).csv", "what?.csv", "whats.csv")
    plan = plan_of(tmp_path, entries("jd[1].csv", "jd[1]*", "what?.csv"))
    assert found(plan) == [["jd[1].csv"], ["jd[1] (2).csv"], ["what?.csv"]]


def test_a_file_counts_once_and_for_the_entry_that_names_it_alone(tmp_path: Path) -> None:
    files_in(tmp_path, "a.csv", "b.csv")
    plan = plan_of(tmp_path, entries("*.csv", "?.csv", "./b.csv") + 'channel = "wechat"\n')
    assert found(plan) == [["a.csv"], [], ["b.csv"]]


def test_what_is_wrong_with_an_entry_stands_with_its_place_and_what_to_write(tmp_path: Path) -> None:
    files_in(tmp_path, "jd.csv", "exports/a.csv")
    told = problems(
        tmp_path,
        """\
[[ledger.files]]
path = "jd.cvs"
[[ledger.files]]
path = "exports"
[[ledger.files]]
path = "*.xlsx"
[[ledger.files]]
path = "jd.csv"
channel = "jd"
channel_from = "支付方式"
channels = { "京东白条" = "baitao", "微信" = 7 }
[[ledger.files]]
formt = "jd_orders"
""",
    )
    lines = told.splitlines()
    assert lines[0].startswith("shop/plan.toml:9:8: ledger.files[1].path: there is no file shop/jd.cvs; did you mean")
    assert lines[1].startswith("shop/plan.toml:11:8: ledger.files[2].path: is a folder; write a pattern")
    assert lines[1].endswith('such as "exports/*"')
    assert lines[2].startswith("shop/plan.toml:13:8: ledger.files[3].path: no file fits shop/*.xlsx; write the path")
    assert lines[3].startswith('shop/plan.toml:16:11: ledger.files[4].channel: "jd" is no channel of the plan; write')
    assert lines[3].endswith("write one of baitiao, wechat, or add [channels.jd]")
    assert "files[4].channel_from: stands beside channel" in told
    assert 'channels."京东白条": "baitao" is no channel of the plan' in told
    assert 'channels."微信": is 7; write the key of a channel in quotes' in told
    assert "ledger.files[5].path: is missing; write path = …" in told
    assert 'files[5].formt: is no key of a plan here; write "format"' in told


def test_orders_and_files_are_one_too_many_and_neither_is_none(tmp_path: Path) -> None:
    files_in(tmp_path, "orders.csv")
    both = problems(tmp_path, '[ledger]\norders = "orders.csv"\n[[ledger.files]]\npath = "orders.csv"\n')
    assert "plan.toml:9:10: ledger.orders: stands beside [[ledger.files]]" in both
    constants = problems(tmp_path, '[ledger]\nconstants = { channel = "wechat" }\n' + entries("orders.csv"))
    assert "ledger.constants: stands beside [[ledger.files]] and goes with orders alone" in constants
    assert "ledger.orders: is missing; write orders = …" in problems(tmp_path, "")
