"""What stress prints: a head, a table a question, and the answer of the frontier; in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stress_shop import kept_stress, shop_plan

from forecast.commands.stress_text import MOST, short_scenarios, stress_text

if TYPE_CHECKING:
    from forecast.plan.model import Language


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_question_has_its_table(language: Language) -> None:
    parts = stress_text(kept_stress(language)).split("\n\n")
    heads = [part.splitlines()[0] for part in parts]
    assert len(parts) == 8
    if language == "en":
        assert heads[0] == "merchant · stress test · 20 days after 2026-10-18 · 60 paths"
        assert heads[1:7] == [
            "Scenarios side by side",
            "Failure rate × volume",
            "What moves the buffer most",
            "What breaks the plan",
            "What fixes are worth",
            "Moving orders to another channel",
        ]
    assert "WARNING" in parts[0] or "警告" in parts[0]
    assert len(parts[3].splitlines()) <= MOST + 3


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Receivables finance, Overdraft"), ("zh", "应收账款融资、透支")]
)
def test_facilities_are_called_by_what_they_are(language: Language, named: str) -> None:
    text = stress_text(kept_stress(language), shop_plan().facilities)
    assert named in text
    assert "receivables_finance" not in text


def test_scenarios_that_no_facility_carries_are_named() -> None:
    assert short_scenarios(kept_stress()) == ["Nobody comes"]
