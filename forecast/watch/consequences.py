"""What incidents mean in money on a finished forecast: each a scenario of its own beside base, simulated together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.pipeline import run_scenarios
from forecast.watch import money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.pipeline import Run
    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert


def losses(done: Run, alerts: Sequence[Alert], now: int) -> list[Loss]:
    """What each alert means in money as known at a moment, on a run of base alone."""
    (base,) = done.result.scenarios.values()
    asked = money.scenarios(alerts, base, now)
    chosen = {scenario.name: scenario for scenario in asked.values()}
    run = run_scenarios(done.prepared, scenarios=chosen, financing=False) if chosen else None
    found = []
    for one in alerts:
        loss = money.recovered(one, done.prepared.engine, now)
        if run is not None and one.number in asked:
            loss = money.beside(loss, base, run.result.scenarios[asked[one.number].name])
        found.append(loss)
    return found
