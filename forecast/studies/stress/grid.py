"""The grid: failure rate of the main channel × volume, each cell as a what-if of both gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.results.stress import FailureLevels, Grid
from forecast.scenarios import PREFERRED_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.simulated import Forecast
    from forecast.studies.stress.questions import Questions

FAILURE_RATES = (0.0, 0.02, 0.05, 0.10, 0.20)
"""Failure rates of the rows."""

VOLUMES = (0.6, 0.8, 1.0, 1.2, 1.4)
"""Volumes of the columns."""


def main_channel(prepared: Forecast) -> str:
    """The channel that the built-in scenarios change: ``baitiao``, else that with most expected sales."""
    channels = list(prepared.plan.channels)
    expected = prepared.engine.sales[:, :, prepared.engine.gap :].mean(axis=(0, 2))
    return PREFERRED_CHANNEL if PREFERRED_CHANNEL in channels else channels[int(np.argmax(expected))]


def grid(questions: Questions, say: Callable[[str], None]) -> Grid:
    """Fill the grid, a volume after another, so that the other channels are simulated once a volume."""
    name, shape = main_channel(questions.prepared), (len(FAILURE_RATES), len(VOLUMES))
    buffer, receipts = np.zeros(shape), np.zeros(shape)
    cost: list[list[float | None]] = [[None] * shape[1] for _ in range(shape[0])]
    feasible = np.zeros(shape, dtype=bool)
    for column, volume in enumerate(VOLUMES):
        say(f"grid:volume={volume:g}")
        for row, rate in enumerate(FAILURE_RATES):
            answer = questions.whatif(f"failure_rate.{name}={rate:g}", f"volume={volume:g}")
            told = answer.verdict()
            buffer[row, column], receipts[row, column] = answer.buffer.amount, answer.receipts
            cost[row][column], feasible[row, column] = told.expected_cost, told.feasible
    return Grid(
        failure_rate=FailureLevels(name, list(FAILURE_RATES)),
        volume=list(VOLUMES),
        buffer=buffer.tolist(),
        receipts=receipts.tolist(),
        expected_cost=cost,
        feasible=feasible.tolist(),
    )
