"""The public names and their signatures, pinned: a change here is a change for every user."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import pytest

import forecast

SIGNATURES = {
    "annualised": ["advance", "payments", "periods_per_year"],
    "buffer": ["needs", "confidence"],
    "least_cost": ["net_flows", "year_fractions", "facilities", "surplus_rate"],
    "load_plan": ["path", "as_of", "horizon_days", "paths", "seed", "language"],
    "loan_need": ["accounts"],
    "miller_orr": ["lower", "variance", "rate", "cost"],
    "run": ["plan", "scenarios", "progress", "financing"],
    "sales_paths": ["daily", "as_of", "horizon", "events", "regressors", "holidays", "paths", "seed"],
    "scenario_from_settings": ["plan", "settings", "name", "label"],
    "xirr": ["dates", "amounts"],
}

CLASSES = {
    "Event": ["name", "start", "end", "peak", "uplift"],
    "Instrument": ["name", "rate", "limit", "tenor"],
}

OTHERS = {"ForecastError", "InputError", "Plan", "Run", "Scenario", "__version__"}


def test_these_names_and_no_others_are_public() -> None:
    assert set(forecast.__all__) == {*SIGNATURES, *CLASSES, *OTHERS}


@pytest.mark.parametrize(("name", "parameters"), [*SIGNATURES.items(), *CLASSES.items()])
def test_the_parameters_are_pinned(name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(forecast, name)).parameters) == parameters


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_public_function_says_what_it_takes_and_gives(name: str) -> None:
    function = getattr(forecast, name)
    assert inspect.getdoc(function)
    assert "return" in function.__annotations__
    assert set(SIGNATURES[name]) < set(function.__annotations__)


@pytest.mark.parametrize("name", ["ForecastError", "InputError", "Plan", "Run", "Scenario", *CLASSES])
def test_every_public_class_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(forecast, name))


def test_an_input_error_is_a_forecast_error_and_holds_its_problems() -> None:
    assert issubclass(forecast.InputError, forecast.ForecastError)
    assert forecast.InputError("is wrong").problems[0].message == "is wrong"
    assert get_type_hints(forecast.InputError.__init__)["problems"]
