"""What is told: words in both languages, and names that stay the same in later runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from feeds import at, shop, strike

from forecast.texts import Texts
from forecast.watch.money import Loss
from forecast.watch.monitor import Alert, Watch
from forecast.watch.telling import Names, Told, is_same, moment_text, seconds, shown

LABELS = {"baitiao": "京东白条", "gold": "金条", "wechat": "微信"}


@pytest.fixture(scope="module")
def alert() -> Alert:
    feed = strike(shop(), "clearing", at(12, 9), 12, channels=("baitiao", "gold"))
    (one,) = Watch.of(feed, feed, at(12)).alerts(at(12, 18))
    return one


def test_the_evidence_says_where_since_when_and_how_much(alert: Alert) -> None:
    (told,) = shown([alert], Told(), Names(Texts("en"), LABELS), [Loss()])
    assert told.evidence.startswith("all channels of jd_pay: since 2024-10-16 09:")
    assert f"{alert.failed} of {alert.tried} deductions failed or are overdue" in told.evidence
    assert "Likeliest cause: Clearing" in told.evidence
    (told,) = shown([alert], Told(), Names(Texts("zh"), LABELS), [Loss()])
    assert told.evidence.startswith("清算通道 jd_pay 的全部渠道：自 2024-10-16 09:")


def test_the_evidence_says_what_was_deducted_since_and_that_it_ran_before(alert: Alert) -> None:
    (told,) = shown([alert], Told(), Names(Texts("en"), LABELS), [Loss()])
    assert "Since deducted" not in told.evidence
    assert "ran already" not in told.evidence
    later = replace(alert, since_deducted=7, ran_before=True)
    (told,) = shown([later], Told(), Names(Texts("en"), LABELS), [Loss()])
    assert "Since deducted: 7. It ran already when the watch began" in told.evidence


def test_scopes_are_named_by_labels_goods_and_regions(alert: Alert) -> None:
    names = Names(Texts("zh"), LABELS)
    one = replace(alert, clearing=None, channels=("wechat",), sku=(), region=("上海",))
    assert names.scope(one) == "微信，地区 上海"
    goods = replace(one, channels=tuple(LABELS), sku=tuple("abcdefg"), region=())
    assert names.scope(goods) == "商品 a、b、c、d、e (+2)"


def test_a_later_run_knows_what_was_told_by_time_and_scope(alert: Alert) -> None:
    names = Names(Texts("en"), LABELS)
    (first,) = shown([alert], Told(), names, [Loss()])
    assert first.status == "new"
    later = replace(alert, started_at=alert.started_at + 300, first_at=alert.first_at + 300, detected_at=at(12, 18))
    (again,) = shown([later], Told((first,), at(12, 18)), names, [Loss()])
    assert (again.id, again.status, again.detected_at) == (first.id, "open", first.detected_at)
    over = replace(later, ended_at=at(12, 21))
    assert shown([over], Told((first,), at(12, 18)), names, [Loss()])[0].status == "ended"
    assert not is_same(replace(alert, channels=("wechat",)), first, at(12, 19))
    ended = replace(first, ended_at=moment_text(at(12, 10)))
    assert not is_same(replace(alert, started_at=at(12, 14)), ended, at(12, 19))


def test_what_began_after_the_last_run_is_not_what_lasted_then(alert: Alert) -> None:
    (first,) = shown([alert], Told(), Names(Texts("en"), LABELS), [Loss()])
    assert is_same(alert, first, at(12, 18))
    assert not is_same(replace(alert, started_at=at(13, 6), first_at=at(13, 6)), first, at(12, 18))


def test_two_alerts_of_one_minute_have_two_names(alert: Alert) -> None:
    other = replace(alert, channels=("wechat",), clearing=None)
    told = shown([alert, other], Told(), Names(Texts("en"), LABELS), [Loss(), Loss()])
    assert told[1].id == f"{told[0].id}-2"


def test_moments_are_written_and_read_in_seconds() -> None:
    assert seconds(moment_text(at(12, 9))) == at(12, 9)
