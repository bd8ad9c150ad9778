"""What holds of every plan's values."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from forecast.plan.accounts import ACCOUNTS
from forecast.plan.model import (
    CAUSE_RATES,
    CAUSES,
    LANGUAGE,
    Cash,
    Channel,
    Cost,
    Covenants,
    Event,
    Facility,
    Horizon,
    LedgerSource,
    Merchant,
    Outage,
    Plan,
    Scenario,
    Shift,
    is_database,
)
from forecast.plan.terms import Term, keys_of, problem_with

SECTIONS = (Merchant, Horizon, LedgerSource, Cash, Channel, Event, Cost, Outage, Shift, Scenario, Facility, Covenants)

WHATIF_ALONE = {
    "opening_balance",
    "minimum_balance",
    "confidence",
    "terms",
    "facilities",
    "cost_terms",
    "changed_costs",
}
"""What of a scenario no plan can write."""

TERMS = [LANGUAGE, *CAUSE_RATES, *ACCOUNTS, *(term for model in SECTIONS for term in keys_of(model).values())]


def test_a_plan_does_not_change_but_another_may_be_made_from_it() -> None:
    horizon = Horizon(dt.date(2026, 10, 18))
    plan = Plan(Path("plan.toml"), "zh", Merchant(), horizon, LedgerSource("orders.csv"), Cash(0.0), channels={})
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.language = "en"  # type: ignore[misc]
    later = dataclasses.replace(plan, horizon=dataclasses.replace(horizon, days=30))
    assert (plan.horizon.days, later.horizon.days) == (60, 30)


@pytest.mark.parametrize("model", SECTIONS)
def test_every_field_of_a_section_is_a_key_of_the_plan(model: type) -> None:
    named_elsewhere = {Channel: {"name"}, Scenario: {"name", "volume_of", "planned_volume_of", *WHATIF_ALONE}}.get(
        model, set()
    )
    assert {field.name for field in dataclasses.fields(model)} - set(keys_of(model)) == named_elsewhere


def test_a_key_bears_its_field_s_name_unless_it_says_another() -> None:
    other = {term.name: name for model in SECTIONS for name, term in keys_of(model).items() if term.name != name}
    assert other == {"horizon_days": "days", "from": "source", "to": "target"}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_key_says_its_meaning_in_both_languages_and_allows_its_own_default(term: Term) -> None:
    assert term.en
    assert term.zh
    assert term.high is None or term.low is not None
    assert (term.unit == "yuan") >= (term.type == "money"), "money is yuan"
    assert not (term.required and term.default is not None)
    if term.default is not None:
        assert problem_with(term.default, term) is None


def test_a_rate_may_be_stated_for_every_cause_that_one_can_plan_for() -> None:
    assert tuple(term.name for term in CAUSE_RATES) == CAUSES


def test_a_database_is_told_from_a_file_by_its_url() -> None:
    assert is_database("postgresql://host/shop")
    assert not is_database("exports/orders.csv")
