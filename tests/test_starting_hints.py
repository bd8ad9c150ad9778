"""Hints on files that may make a plan's figures wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from test_starting_proposal import AS_OF, balance, file_of, method

from forecast.starting.hints import hints
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


def test_a_hint_on_a_balance_of_long_ago() -> None:
    found = Survey((file_of("jd_orders", method("京东白条")),), AS_OF, (), None)
    old, new = balance("old.csv", 100, 7), balance("new.csv", 100, 8)
    assert [(hint.code, hint.file) for hint in hints(found, (old, new))] == [("balance_old", "old.csv")]


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
