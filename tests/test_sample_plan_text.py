"""The sample shop's plan.toml, read back."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import TYPE_CHECKING

import pytest
from sample_world import small_world

from forecast.sample.plan_text import plan_text

if TYPE_CHECKING:
    from forecast.plan.model import Language


def test_the_plan_speaks_of_its_world() -> None:
    plan = tomllib.loads(plan_text(small_world(), "orders.parquet", "zh", ("zh", "en")))
    assert plan["plan"]["as_of"] == dt.date(2026, 3, 15)
    assert plan["ledger"]["orders"] == "orders.parquet"
    assert list(plan["channels"]) == [channel.name for channel in small_world().law.channels]
    assert [(event["name"], event["peak"]) for event in plan["events"]] == [
        ("double11", dt.date(2025, 11, 11)),
        ("618", dt.date(2026, 6, 18)),
    ]
    assert "scenarios" not in plan
    assert {facility["kind"] for facility in plan["facilities"]} == {
        "revolver",
        "receivables",
        "early_settlement",
        "term_loan",
        "overdraft",
    }


@pytest.mark.parametrize(
    ("language", "present", "missing"), [("zh", "基准日", "last day"), ("en", "last day", "基准日")]
)
def test_comments_stand_in_the_language_asked_for(language: Language, present: str, missing: str) -> None:
    text = plan_text(small_world(), "orders.csv", language, (language,))
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert any(present in line for line in comments)
    assert not any(missing in line for line in comments)
    assert "#zh" not in text
    assert "#en" not in text
    assert "$" not in text


def test_both_languages_may_stand_together() -> None:
    text = plan_text(small_world(), "orders.csv", "zh", ("zh", "en"))
    assert "# 基准日：数据完整的最后一天\n# The last day that is fully known\n" in text
