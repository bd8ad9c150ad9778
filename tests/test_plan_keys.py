"""The keys that the reader knows are those that the model keeps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from forecast.plan import keys
from forecast.plan.model import CAUSES, Cash, Channel, Covenants, Event, Horizon, Merchant, Outage

if TYPE_CHECKING:
    from forecast.plan.terms import Term


def names(terms: tuple[Term, ...]) -> set[str]:
    return {term.name for term in terms}


def attributes(model: type) -> set[str]:
    return {field.name for field in dataclasses.fields(model)}


def test_sections_and_model_have_the_same_keys() -> None:
    assert names(keys.MERCHANT) == attributes(Merchant)
    assert names(keys.PLAN) == attributes(Horizon) - {"days"} | {"horizon_days"}
    assert names(keys.CASH) == attributes(Cash)
    assert names(keys.CHANNEL) == attributes(Channel) - {"name", "failure_rate"}
    assert names(keys.EVENT) == attributes(Event)
    assert names(keys.OUTAGE) == attributes(Outage)
    assert names(keys.COVENANTS) == attributes(Covenants)
    assert names(keys.CAUSE_RATES) == set(CAUSES)


def test_the_documented_defaults_are_those_of_the_model() -> None:
    for terms, model in ((keys.MERCHANT, Merchant), (keys.PLAN, Horizon), (keys.CASH, Cash), (keys.OUTAGE, Outage)):
        kept = {field.name: field.default for field in dataclasses.fields(model)}
        kept["horizon_days"] = Horizon.__dataclass_fields__["days"].default
        for term in terms:
            if not term.required:
                assert kept[term.name] == (60 if term.name == "horizon_days" else term.default), term
