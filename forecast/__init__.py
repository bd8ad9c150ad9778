"""A merchant's cash planner: daily receipts under payment failures, the cash buffer, and the financing that fills it.

The public names are these alone; each is loaded when it is first used, so that ``import forecast`` stays fast::

    from forecast import load_plan, run

    result = run(load_plan("plan.toml")).result
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from forecast.version import __version__

if TYPE_CHECKING:
    from forecast.errors import ForecastError, InputError
    from forecast.financing.loan_need import loan_need
    from forecast.financing.optimise import Instrument, least_cost
    from forecast.financing.rates import annualised, xirr
    from forecast.liquidity import buffer, miller_orr
    from forecast.pipeline import Run, run
    from forecast.plan.model import Event, Plan, Scenario
    from forecast.plan.reading import load_plan, scenario_from_settings
    from forecast.sales.paths import sales_paths

__all__ = [
    "Event",
    "ForecastError",
    "InputError",
    "Instrument",
    "Plan",
    "Run",
    "Scenario",
    "__version__",
    "annualised",
    "buffer",
    "least_cost",
    "load_plan",
    "loan_need",
    "miller_orr",
    "run",
    "sales_paths",
    "scenario_from_settings",
    "xirr",
]

_HOMES = {
    "Event": "plan.model",
    "ForecastError": "errors",
    "InputError": "errors",
    "Instrument": "financing.optimise",
    "Plan": "plan.model",
    "Run": "pipeline",
    "Scenario": "plan.model",
    "annualised": "financing.rates",
    "buffer": "liquidity",
    "least_cost": "financing.optimise",
    "load_plan": "plan.reading",
    "loan_need": "financing.loan_need",
    "miller_orr": "liquidity",
    "run": "pipeline",
    "sales_paths": "sales.paths",
    "scenario_from_settings": "plan.reading",
    "xirr": "financing.rates",
}
"""The module in which each public name lives."""


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
