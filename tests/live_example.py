"""The live model of the example's result, made once, and its inputs as somebody edits them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from result_example import example_result, write_example_plan

from forecast.live import live_model
from forecast.pipeline import prepare, scenarios_of
from forecast.plan.reading import load_plan
from forecast.results.live import RATES

if TYPE_CHECKING:
    from forecast.results.live import Levels, Live
    from forecast.simulated import Forecast


@cache
def prepared() -> Forecast:
    """The example's forecast."""
    with tempfile.TemporaryDirectory() as folder:
        return prepare(load_plan(write_example_plan(Path(folder) / "shop", "zh")))


@cache
def example_live() -> Live:
    """The model of the example's scenarios."""
    return live_model(prepared(), list(scenarios_of(prepared()).values()), example_result("zh"))


def edited(levels: Levels, key: str, channel: str, value: float) -> Levels:
    """The levels with a channel's input typed over, as the workbook takes it."""
    live = example_live()
    place = [one.name for one in live.channels].index(channel)
    own = levels.channels[place]
    if key == "failure_rate":
        cured = (
            live.channels[place].curves.recovery.at(np.array(RATES), value) if own.recovery_follows else own.recovery
        )
        own = replace(own, failure_rate=value, failure_follows=0, recovery=cured)
    elif key == "recovery":
        own = replace(own, recovery=value, recovery_follows=0)
    else:
        typed: dict[str, Any] = {key: value}
        own = replace(own, **typed)
    channels = (*levels.channels[:place], own, *levels.channels[place + 1 :])
    return replace(levels, channels=channels)
