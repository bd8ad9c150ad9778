"""Hints on files that may make a plan's figures wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from test_starting_proposal import AS_OF, balance, file_of, method

from forecast.starting.hints import hints
from forecast.starting.order_facts import Strays
from forecast.starting.plan_text import hint_text
from forecast.starting.proposal import propose
from forecast.starting.survey import Survey, Unreadable
from forecast.texts import Texts


def test_hints_on_files_that_do_not_cover_the_same_days() -> None:
    orders = file_of("jd_orders", method("京东白条"))
    whole = file_of("jd_settlement")
    late = file_of("jd_settlement", first=dt.date(2026, 7, 1))
    assert hints(Survey((orders, whole), AS_OF, (), None)) == ()
    assert [one.code for one in hints(Survey((orders, late), AS_OF, (), None))] == ["bill_begins_late"]
    assert hints(Survey((orders, late, whole), AS_OF, (), None)) == ()
    early = file_of("jd_settlement", last=dt.date(2026, 9, 1))
    (hint,) = hints(Survey((orders, early), dt.date(2026, 9, 1), (), None))
    assert (hint.code, hint.file, hint.day) == ("bill_ends_early", "jd_settlement.csv", dt.date(2026, 9, 1))


def test_a_hint_on_orders_that_end_long_before_the_others() -> None:
    day = AS_OF - dt.timedelta(days=11)
    jd, wechat = file_of("jd_orders", method("京东白条")), file_of("wechat_bill", method("APP"), last=day)
    (hint,) = hints(Survey((jd, wechat), day, (), None))
    assert (hint.code, hint.file, hint.day) == ("orders_end_early", "wechat_bill.csv", day)
    near = file_of("wechat_bill", method("APP"), last=AS_OF - dt.timedelta(days=10))
    assert hints(Survey((jd, near), AS_OF - dt.timedelta(days=10), (), None)) == ()


def test_a_hint_on_a_balance_before_which_more_days_are_silent_than_usual() -> None:
    """The account of rare.csv moves once a week, of the others nothing is known but the day of the balance."""
    weekly = tuple(AS_OF - dt.timedelta(days=back) for back in (26, 19, 12, 5))
    rare = replace(file_of("bank_statement"), path=Path("rare.csv"), moved_on=weekly)
    found = Survey((file_of("jd_orders", method("京东白条")), rare), AS_OF, (), None)
    balances = [balance("old.csv", 100, 15), balance("new.csv", 100, 16), balance("rare.csv", 100, 13)]
    assert [(hint.code, hint.file, hint.count) for hint in hints(found, balances)] == [("balance_old", "old.csv", 3)]


def test_a_hint_on_a_bill_of_which_many_lines_find_no_order() -> None:
    orders = file_of("jd_orders", method("京东白条"))
    bills = [replace(file_of("jd_settlement"), strays=Strays(lines, 100, -123456)) for lines in (20, 21)]
    assert hints(Survey((orders, bills[0]), AS_OF, (), None)) == ()
    (hint,) = hints(Survey((orders, bills[1]), AS_OF, (), None))
    told = hint_text(hint, Texts("zh"))
    assert told.startswith(
        "jd_settlement.csv 有 21 行（21.0%）、合计 -1,234.56 元找不到订单，没有计入：这份账单可能属于另一家"
    )


def test_a_hint_on_few_days_of_orders() -> None:
    orders = file_of("jd_orders", method("京东白条"), first=AS_OF - dt.timedelta(days=54))
    assert [one.code for one in hints(Survey((orders,), AS_OF, (), None))] == ["few_days"]
    more = file_of("jd_orders", method("京东白条"), first=AS_OF - dt.timedelta(days=55))
    assert hints(Survey((more,), AS_OF, (), None)) == ()


def test_a_hint_on_orders_without_a_payment_method_tells_the_paid_ones_apart() -> None:
    named = [method("京东白条"), method("微信支付", 50)]
    codes = {}
    for paid in (0, 2):
        found = file_of("jd_orders", *named, method("", 5, known={"paid": paid}))
        survey = Survey((found,), AS_OF, (), None)
        (hint,) = hints(survey, (), propose(survey).files)
        codes[hint.code] = (hint.other, hint.count, hint.detail)
    assert codes == {"method_blank": ("baitiao", 5, "5"), "method_blank_paid": ("baitiao", 2, "3")}
    one = Survey((file_of("jd_orders", named[0], method("", 5)),), AS_OF, (), None)
    assert hints(one, (), propose(one).files) == ()


def test_a_hint_on_statements_of_one_account_or_of_two() -> None:
    orders = file_of("jd_orders", method("京东白条"))
    (hint,) = hints(Survey((orders,), AS_OF, (), None, ((Path("a.csv"), Path("b.csv")),)))
    assert (hint.code, hint.file, hint.other) == ("accounts_unsure", "a.csv", "b.csv")


def test_hints_on_lines_that_cannot_be_read_and_on_a_file_that_gave_nothing() -> None:
    orders = file_of("jd_orders", method("京东白条"))
    unread = replace(
        file_of("jd_settlement"), unreadable=Unreadable(3, 7, "time_unreadable", "到账时间: x"), first=None
    )
    found = hints(Survey((orders, unread), AS_OF, (), None))
    assert [one.code for one in found] == ["lines_unread", "file_unused"]
    told = hint_text(found[0], Texts("zh"))
    assert told == "jd_settlement.csv 有 3 行无法识别、没有计入，首见于第 7 行：时间无法识别（到账时间: x）"
