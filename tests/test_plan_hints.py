"""Days, amounts, shares and answers as people write them."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from forecast.plan.hints import plain_amount, plain_day, plain_days, plain_flag, plain_share, plain_zone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/10/18", "2026-10-18"),
        ("2026-9-1", "2026-09-01"),
        ("2026.10.18", "2026-10-18"),
        ("2026年10月18日", "2026-10-18"),
        ("2026/10/18 00:00:00", "2026-10-18"),
        ("２０２６/１０/１８", "2026-10-18"),
        ("2026-02-30", None),
        ("18/10/2026", "2026-10-18"),
        ("10-18-2026", "2026-10-18"),
        ("20261017", "2026-10-17"),
        ("7/7/2026", "2026-07-07"),
        ("10/11/2026", None),
        ("20261317", None),
        ("", None),
    ],
)
def test_a_day_is_understood_where_it_can_mean_but_one(text: str, day: str | None) -> None:
    assert plain_day(text) == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("40,000.00", "40000.00"),
        ("40，000", "40000"),
        ("1200元", "1200"),
        ("¥ 1,200.50", "1200.50"),
        ("（1,200）", "-1200"),
        ("3.5万", "35000.0"),
        ("１２", "12"),
        ("-5", "-5"),
        ("80k", "80000"),
        ("3w", "30000"),
        ("1,20,0", None),
        ("0,05", None),
        ("(-5)", None),
        ("shop", None),
        ("", None),
        ("()", None),
    ],
)
def test_an_amount_is_understood_where_it_can_mean_but_one(text: str, amount: str | None) -> None:
    assert plain_amount(text) == amount


def test_days_with_their_unit() -> None:
    assert [plain_days(text) for text in ("75 天", "75天", "30d", "14 days", "75", "75元")] == [
        *("75", "75", "30", "14"),
        *(None, None),
    ]


def test_shares_and_answers() -> None:
    assert [plain_share(text) for text in ("8%", "0.6 ‰", "８％", "8")] == ["0.08", "0.0006", "0.08", None]
    assert [plain_flag(text) for text in ("True", "否", "maybe")] == ["true", "false", None]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        *(
            (text, "Asia/Shanghai")
            for text in ("UTC+8", "GMT+08:00", "+08:00", "+0800", "ＵＴＣ＋８", "CST", "北京时间")
        ),
        ("UTC+9", "Etc/GMT-9"),
        ("-05:00", "Etc/GMT+5"),
        ("GMT-0", "UTC"),
        ("UTC+15", None),
        ("+05:30", None),
        ("Asia/Shanghi", None),
    ],
)
def test_a_zone_told_by_its_hours_or_in_words_has_a_name(text: str, zone: str | None) -> None:
    assert plain_zone(text) == zone
    assert zone is None or zone in available_timezones()
