"""Breaking points in words, in both languages."""

from __future__ import annotations

from dataclasses import replace

from stress_shop import shop_plan

from forecast.studies.stress.laws import Chance
from forecast.studies.stress.reverse import Scale
from forecast.studies.stress.turning import Turn
from forecast.studies.stress.wording import reverse_text

RATE = Scale("failure_rate", "baitiao", 0.0, 0.0025, 360)


def test_a_breaking_point_says_where_and_how_likely() -> None:
    english, chinese = shop_plan(), replace(shop_plan(), language="zh")
    found = Turn("found", 124)
    assert reverse_text(RATE, found, Chance(0.0025, 10_000), english) == (
        "failure rate, baitiao of 31%: cash no longer holds with 95%; that level or worse: 1 in 400"
    )
    assert reverse_text(RATE, found, Chance(0.0025, 10_000), chinese) == (
        "baitiao失败率升到 31%时，不再有 95% 的把握不断裂：达到这一水平或更坏，约 400 次中 1 次"
    )
    assert reverse_text(RATE, found, Chance(0.0, 10_000), english).endswith(
        "that level or worse: less than 1 in 10,000"
    )
    assert reverse_text(RATE, found, None, english).endswith("no law says how likely")


def test_never_and_always_name_the_end_that_was_tried() -> None:
    plan = shop_plan()
    assert reverse_text(RATE, Turn("never"), None, plan) == "failure rate, baitiao: cash holds up to 90%"
    days = Scale("outage_days", "wechat", 0, 1, 10)
    assert (
        reverse_text(days, Turn("never"), None, plan)
        == "clearing outage from the first peak on, wechat: cash holds up to 10 days"
    )
    flop = Scale("flop", "", 1.0, -0.01, 100)
    assert reverse_text(flop, Turn("never"), None, plan).endswith("cash holds down to 0 times")
    assert reverse_text(flop, Turn("always"), None, plan).endswith("does not hold even at 1 times")
    cash = Scale("opening_balance", "", 1_000.0, -7.0, 1_000)
    assert "CNY 790" in reverse_text(cash, Turn("found", 30), None, plan).replace("\u00a0", " ")


def test_a_balance_that_is_too_low_names_the_one_that_is_enough_and_what_it_lacks() -> None:
    english, chinese = shop_plan(), replace(shop_plan(), language="zh")
    scale, found = Scale("opening_balance", "", 5_000.0, -10.0, 400), Turn("always", 51)
    told = reverse_text(scale, found, None, english).replace("\u00a0", " ")
    assert told == "opening balance is too low: cash holds from CNY 4,500 on, CNY 3,500 more than now"
    told = reverse_text(scale, found, None, chinese).replace("\u00a0", " ")
    assert told == "期初余额不足：至少要有 4,500 元（再多 3,500 元）才撑得住"
    nearly = Scale("opening_balance", "", 0.0, -0.25, 4)
    assert "CNY 0:" in reverse_text(nearly, Turn("found", 1), None, english).replace("\u00a0", " "), "and not -0"


def test_a_level_that_holds_again_is_told() -> None:
    told = reverse_text(RATE, Turn("found", 4, monotone=False), None, shop_plan())
    assert told.endswith("(some levels beyond it hold again)")
