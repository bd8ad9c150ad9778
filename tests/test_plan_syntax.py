"""Texts that are no TOML, told in the user's words in both languages, with their place."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import InputError
from forecast.plan.syntax import parsed, syntax_error

TWO = "[cash]\nopening_balance = 1\n"

SLIPS: dict[str, tuple[str, str, str]] = {
    "slashes": (
        "[plan]\nas_of = 2026/10/18\n",
        "2:9: plan.as_of: is 2026/10/18; write 2026-10-18",
        "2:9: plan.as_of: 填的是 2026/10/18；应填：2026-10-18",
    ),
    "day in smart quotes": (
        "start = “2026-09-01”",
        "1:9: start: is “2026-09-01”; write 2026-09-01",
        "应填：2026-09-01",
    ),
    "short day": ("start = 2026-9-1", "1:9: start: is 2026-9-1; write 2026-09-01", "1:9: start: 填的是 2026-9-1"),
    "no such day": ("start = 2026-02-30", "1:9: start: is 2026-02-30, which is no day of the calendar", "没有这一天"),
    "thousands": ("limit = 40,000.00 # yuan", "1:9: limit: is 40,000.00; write 40000.00", "应填：40000.00"),
    "full-width comma": ("limit = 40，000", "1:9: limit: is 40，000; write 40000", "应填：40000"),
    "currency": ("limit = 1200元", "1:9: limit: is 1200元; write 1200", "应填：1200"),
    "ten thousands": ("limit = 320万", "1:9: limit: is 320万; write 3200000", "应填：3200000"),
    "decimal comma": ("rate = 0,05", "1:8: rate: is 0,05; write 0.05", "应填：0.05"),
    "leading zero": ("days = 07", "1:8: days: is 07; write 7", "应填：7"),
    "per cent": ("rate = 8%", "1:8: rate: is 8%; write 0.08", "应填：0.08"),
    "per cent in braces": ("f = { a = 8 %, b = 1 }", "1:11: f: is 8 %; write 0.08", "应填：0.08"),
    "capital true": ("signed = True", "1:10: signed: is True; write true", "应填：true"),
    "Chinese yes": ("signed = 是", "1:10: signed: is 是; write true", "应填：true"),
    "backslashes": (
        r'orders = "D:\shop\orders.csv"',
        "1:13: orders: has a backslash in double quotes; write \"D:/shop/orders.csv\", or 'D:\\shop\\orders.csv'",
        "双引号里有反斜杠",
    ),
    "users' folder": (
        r'orders = "C:\Users\a.csv"',
        '1:13: orders: has a backslash in double quotes; write "C:/U',
        "双引号里",
    ),
    "backslash last": (
        r'orders = "D:\shop\"',
        '1:13: orders: has a backslash in double quotes; write "D:/shop/"',
        "反",
    ),
    "smart quotes": ("name = “shop”", '1:8: name: holds “ outside of a text in quotes; write " in its', "请改为半角的"),
    "single smart": ("name = ‘shop’", "1:8: name: holds ‘ outside of a text in quotes; write ' in", "‘"),
    "mixed quotes": ('name = "shop”', '1:8: name: a text is not closed; write "shop"', "缺少结尾的引号"),
    "full-width equals": ("name ＝ 'shop'", "1:6: holds ＝ outside of a text in quotes; write = in", "＝"),
    "full-width colon": ("name：'shop'", "1:1: has a colon in place of =; write name = 'shop'", "不用冒号"),
    "colon": ('name: "shop"', '1:1: has a colon in place of =; write name = "shop"', "不用冒号"),
    "full-width brackets": ("【plan】", "1:1: holds 【 outside of a text in quotes; write [ in its place", "半角的 ["),
    "no quotes": (
        "clearing = jd_pay",
        '1:12: clearing: is jd_pay, a text without quotes; write "jd_pay"',
        "没有加引号",
    ),
    "quote at the end alone": ('clearing = jd_pay"', '1:12: clearing: is jd_pay", a text without quotes; wri', "引号"),
    "no closing quote": ('name = "shop', '1:8: name: a text is not closed; write "shop"', "缺少结尾的引号"),
    "null": ("limit = null", "1:9: limit: is null; leave the key out where it has no value", "请删去这个键"),
    "no value": ("limit =\n", "1:1: limit: has no value; write limit = … with one", "等号后没有值"),
    "unit": ("days = 30m", "1:8: days: is 30m, which is no figure", "不是数字"),
    "days": ("days = 75 天", "1:8: days: is 75 天; write 75", "应填：75"),
    "thousand": ("limit = 80k", "1:9: limit: is 80k; write 80000", "应填：80000"),
    "day first": ("as_of = 18/10/2026", "1:9: as_of: is 18/10/2026; write 2026-10-18", "应填：2026-10-18"),
    "month first": ("as_of = 10-18-2026", "1:9: as_of: is 10-18-2026; write 2026-10-18", "应填：2026-10-18"),
    "day or month": (
        "as_of = 10/11/2026",
        "1:9: as_of: is 10/11/2026, in which day and month cannot be told apart; write the year first",
        "分不清哪个是月",
    ),
    "a channel in Chinese": (
        "[channels.微信]",
        (
            "1:2: is channels.微信, a name of other letters than A to Z, digits, _ and -, which needs quotes; "
            'write [channels."微信"]'
        ),
        '请写 [channels."微信"]',
    ),
    "a key in Chinese": ("[plan]\nrate.白条 = 0.1", "2:1: plan.rate.白条: is rate.白条, a name", '请写 rate."白条"'),
    "braces over two lines": (
        'columns = { order_id = "a",\n  amount = "b" }',
        "1:28: columns: a table in braces is not closed; write { key = value, … } on one line",
        "请在一行内写",
    ),
    "single brackets first": (
        "[facilities]\nname = 'a'\n[[facilities]]\nname = 'b'\n",
        "1:1: facilities: [facilities] has single brackets here and double ones elsewhere; write [[facilities]]",
        "请写 [[facilities]]",
    ),
    "single brackets last": (
        "[[facilities]]\nname = 'a'\n[[facilities]]\nname = 'b'\n [facilities]\n",
        "5:2: facilities: [facilities] has single brackets here",
        "此处 [facilities] 是单方括号",
    ),
    "twice": (TWO + "opening_balance = 2", "3:1: cash.opening_balance: is written twice, first on line 2", "写了两次"),
    "table twice": (TWO + "[cash]", "3:1: cash: [cash] is written twice, first on line 1; put the keys", "第 1 行"),
    "list as table": (
        "[facilities]\nname = 'a'\n[facilities]\n",
        "3:1: facilities: [facilities] is written twice, first on line 1; write [[facilities]] with two brackets",
        "双方括号 [[facilities]]",
    ),
    "twice in braces": ("f = { a = 1, a = 2 }", "1:1: f: is written twice", "写了两次"),
    "key with a tab": ("as\tof = 1", "1:1: a key has no spaces; write as_of for as of", "键名里不能有空格"),
    "no-break space": (
        "as_of\u00a0= 1",
        "1:6: as_of: holds U+00A0 no-break space, which looks like a space",
        "半角空格",
    ),
    "ideographic space": ("as_of = \u30001", "1:9: as_of: holds U+3000 ideographic space", "半角空格"),
    "slashes for a remark": ("// my plan", "1:1: a comment begins with //; write # in its place", "请改用 #"),
    "remark behind": ("a = 1 // one", "1:7: a: a comment begins with //", "请改用 #"),
    "bracket missing": ("[cash", "1:1: the brackets of the table's name do not match; write [cash]", "请写 [cash]"),
    "list not closed": ("f = [1,\n", "1:8: f: a list is not closed", "列表没有结束"),
    "no equals": ("as_of", "1:6: is no key = value", "这一行不是"),
    "control character": ("a = 1\x07", "1:6: a: holds U+0007, which cannot be printed", "无法显示"),
    "a table of commas": ("order_id,shop,amount\n1,a,2\n", "1:1: is a table of commas (CSV), not a plan", "CSV"),
    "many digits": ("a = 1\nseed = " + "9" * 5000, "2:8: is a figure of more than a thousand digits", "超过一千位"),
    "deep list": ("a = " + "[" * 5000 + "]" * 5000, "1:1: lists or tables lie too deep in one another", "嵌套过深"),
    "deep key": ("a." * 5000 + "a = 1", "1:1: lists or tables lie too deep in one another", "嵌套过深"),
    "deep list that Python reads": ("a = " + "[" * 40 + "]" * 40, "1:1: lists or tables lie too deep", "嵌套过深"),
}


def told(text: str, language: str) -> str:
    with pytest.raises(InputError) as raised:
        parsed(text, "plan.toml")
    return raised.value.problems[0].text(language)


@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_told_in_the_user_s_words(case: str) -> None:
    text, english, chinese = SLIPS[case]
    said, gesagt = told(text, "en"), told(text, "zh")
    assert said.startswith(f"plan.toml:{english}"), said
    assert chinese in gesagt, gesagt
    assert gesagt.split(": ", 1)[0] == said.split(": ", 1)[0], "the same place"


def test_what_is_in_quotes_or_in_a_remark_is_left_alone() -> None:
    text = "a = \"“8%” ＝ 2026/1/1 // x\"  # “ ，\nb = 'D:\\shop'\n"
    assert parsed(text, "plan.toml") == {"a": "“8%” ＝ 2026/1/1 // x", "b": "D:\\shop"}


RAW = re.compile(r"Expected|Invalid|Unclosed|Illegal|Cannot|Duplicate|Unescaped|Unterminated|Found|Escaped|at line")
"""How the messages of ``tomllib`` begin, in Python's versions."""


@given(st.text(" \t\n=[]{}\"'\\,.#0129-_:aTruefals/%“：，\u3000", max_size=40))
def test_no_message_of_the_library_reaches_the_user(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        sentence, line, column = syntax_error(str(error), text)
        assert not RAW.search(str(sentence).split(";")[0].replace(text, ""))
        assert line >= 1
        assert column >= 1
        assert sentence.text("zh") != sentence.text("en")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("as_of = 2026 - 10 - 18", "1:9: as_of: is 2026 - 10 - 18; write 2026-10-18"),
        ("as_of = 18-Oct-2026", "1:9: as_of: is 18-Oct-2026; write 2026-10-18"),
        ("as_of = 2026-18-10", "1:9: as_of: is 2026-18-10; write 2026-10-18"),
        ("peak = 11-11", "1:8: peak: is 11-11; write a date without quotes, such as 2026-10-18"),
        ('[f]\nchannels = ["baitiao"\nservice_fee = 1', "2:22: f.channels: a list is not closed"),
        ("orders = \"orders.csv'", '1:10: orders: a text is not closed; write "orders.csv"'),
        (
            "opening_balance = 四万",
            "1:19: opening_balance: is 四万; write the amount in digits, in yuan, such as 40000",
        ),
        ("minimum_balance = 10%", "1:19: minimum_balance: is 10%; write the amount in digits"),
        ("期初余额 = 4", "1:1: 期初余额: is 期初余额; the key is named opening_balance"),
        ("```toml\n[cash]", "1:1: is a fence of a text editor (```toml); delete the line"),
        ('orders = "a.csv",', '1:17: orders: holds "," outside of a text; leave it out'),
        ("cash]", "1:1: the brackets of the table's name do not match; write [cash]"),
        ("x = 1\n(cash)", "2:1: the brackets of the table's name do not match; write [cash]"),
        ("[ [facilities] ]", "1:1: the brackets of the table's name do not match; write [[facilities]]"),
        ("limit == 400", "1:7: limit: has two equals signs; write limit = 400"),
        ("limit = =B3", "1:9: limit: is a formula of a spreadsheet (=B3); write the figure that it gives"),
        ('columns = { order_id: "x" }', '1:13: columns: has a colon in place of =; write order_id = "x"'),
        (
            '[facilities.line]\nlimit = 1\n[[facilities]]\nname = "b"',
            '1:1: facilities: [facilities.line] is one of a list; write [[facilities]], and below it name = "line"',
        ),
    ],
)
def test_slips_of_figures_days_lists_and_names_say_what_to_write(text: str, told: str) -> None:
    with pytest.raises(InputError) as raised:
        parsed(text, "plan.toml")
    (problem,) = raised.value.problems
    assert str(problem).startswith(f"plan.toml:{told}")
    assert problem.text("zh") != str(problem)
