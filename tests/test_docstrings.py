"""Every example in a docstring runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import forecast

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(forecast.__path__, "forecast.")
    if module.name != "forecast.__main__"
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_real(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
