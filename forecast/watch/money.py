"""What an incident means in money: what is lost and how long the rest takes, and what it does to the plan's cash.

What is since deducted is not lost and has its delay; what is closed is lost; of what is still open loss and delay are
those of failures of the cause, by the ledger's own law of recovery, of those that are still open so long after: as in a
scenario's outage, this is counted from the incident's end, for while it lasts nothing is cured, and that nothing was
tells nothing. What was waited until then is delay, too. In the plan's cash an incident is an outage of its days, in
which so much of each channel's expected orders fails as has failed and is not deducted since: the simulation is that of
every other scenario.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.plan.model import Outage, Scenario
from forecast.results.monitor import BufferBeside, LowestBeside
from forecast.watch.feed import DAY
from forecast.watch.outcomes import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats
    from forecast.results.scenario import ScenarioResult
    from forecast.simulation.engine import Engine
    from forecast.watch.monitor import Alert
    from forecast.watch.outcomes import Outcome

FEWEST_OPEN = 1e-3
"""Share of a cause's failures that are open so long below which its law says nothing of those that are."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Yuan lost in the end, mean days of delay of the rest, and cash and buffer; None where it is not known."""

    lost: float | None = None
    delay_days: float | None = None
    lowest_cash: LowestBeside | None = None
    buffer: BufferBeside | None = None


def recovered(alert: Alert, engine: Engine, now: int) -> Loss:
    """Loss and delay of an incident's amount as known at a moment: what has become of it, of the rest the laws."""
    laws = {law.name: kernel for law, kernel in zip(engine.assumptions.channels, engine.kernels, strict=True)}
    lost = cured = waited = 0.0
    for channel, amount in alert.amounts.items():
        became, law = alert.outcomes.get(channel, OPEN), laws[channel]
        passed = _passed(alert, now, law.cured[alert.cause].shape[1])
        steps, losses = _of_those_open(law.cured[alert.cause].mean(axis=0), law.lost[alert.cause].mean(axis=0), passed)
        rest, until_end = amount * became.left_open, _waited(alert, became, now)
        lost += amount * became.closed + rest * float(losses.sum())
        cured += amount * became.deducted + rest * float(steps.sum())
        waited += amount * became.deducted * became.days + rest * float(
            (steps * (until_end + np.arange(len(steps)))).sum()
        )
    return Loss(lost, waited / cured if cured > 0 else None)


def _waited(alert: Alert, became: Outcome, now: int) -> float:
    """Days for which what is still open was awaited, on the mean, up to the incident's end or the moment of asking."""
    if became.due is None:
        return 0.0
    return max((now if alert.ended_at is None else min(now, alert.ended_at)) / DAY - became.due, 0.0)


def _passed(alert: Alert, now: int, ages: int) -> Floats:
    """Which part of each day since its failure (age,) is over, of what failed at the end of an incident; 0 to 1."""
    passed = np.zeros(ages)
    if alert.ended_at is None or now <= alert.ended_at:
        return passed
    days = now // DAY - alert.ended_at // DAY
    begin = max(alert.ended_at, now // DAY * DAY)
    passed[:days] = 1.0
    passed[days : days + 1] = (now - begin) / (DAY - begin % DAY)
    return passed


def _of_those_open(cured: Floats, lost: Floats, passed: Floats) -> tuple[Floats, Floats]:
    """Shares cured and lost on each day (age,), of failures that are still open when so much of each has passed.

    All are lost where hardly any failure is open so long.
    """
    still_open = 1.0 - float((passed * (cured + lost)).sum())
    if still_open < FEWEST_OPEN:
        return np.zeros_like(cured), np.eye(1, len(lost), len(lost) - 1)[0]
    return (1.0 - passed) * cured / still_open, (1.0 - passed) * lost / still_open


def as_scenario(name: str, alert: Alert, base: ScenarioResult, now: int) -> Scenario | None:
    """The incident as outages of its days, of none where all was deducted since.

    None where it began before the horizon, or no orders are expected.
    """
    first, last = (_day(alert.started_at), _day(now if alert.ended_at is None else alert.ended_at))
    days = [place for place, day in enumerate(base.dates) if first <= dt.date.fromisoformat(str(day)) <= last]
    if not days or dt.date.fromisoformat(str(base.dates[0])) > first:
        return None
    outages: list[Outage] = []
    unexpected = False
    for channel, amount in alert.amounts.items():
        left = amount * (1 - alert.outcomes.get(channel, OPEN).deducted)
        expected = float(np.sum(np.array(base.by_channel[channel].sales.mean)[days]))
        unexpected |= left > 0 and expected <= 0
        if left > 0 and expected > 0:
            share = min(left / expected, 1.0)
            outages.append(Outage(channel=channel, start=first, days=len(days), share=share, cause=alert.cause))
    return Scenario(name, label=name, outages=tuple(outages)) if outages or not unexpected else None


def beside(loss: Loss, base: ScenarioResult, struck: ScenarioResult) -> Loss:
    """The loss with lowest cash and buffer, without and with the incident."""
    cash, buffer = struck.lowest_cash, struck.buffer
    return Loss(
        loss.lost,
        loss.delay_days,
        LowestBeside(base.lowest_cash.amount, cash.amount, str(cash.day)),
        BufferBeside(base.buffer.amount, buffer.amount),
    )


def scenarios(alerts: Sequence[Alert], base: ScenarioResult, now: int) -> Mapping[int, Scenario]:
    """Those incidents, by their numbers, that can be simulated."""
    found = {one.number: as_scenario(f"incident_{one.number + 1}", one, base, now) for one in alerts}
    return {number: scenario for number, scenario in found.items() if scenario is not None}


def _day(moment: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=moment // DAY)
