"""Keys of a what-if that are short for several of a scenario's: ``outage_days.CLEARING`` and ``flop``.

``outage_days.jd_pay=3`` is a clearing outage of so many days from the first peak in the horizon; ``flop=0.6`` a volume
of 0.6 for which purchases had been made as if it were 1, and ``flop.double11=0.6`` such a volume on an event's days, or
of a channel.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.errors import said
from forecast.plan.changes import Outage, Scenario
from forecast.plan.terms import keys_of, nearest, problem_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.plan.findings import Findings, Table
    from forecast.plan.model import Plan

OUTAGE_DAYS, FLOP = "outage_days", "flop"
"""The keys as a what-if writes them."""

FLOPPED = ("volume", "planned_volume")
"""The keys that a flop is short for."""

VOLUME, DAYS = "volume", "days"
"""Keys of a scenario and of an outage whose terms hold for them."""

SHORT = (OUTAGE_DAYS, FLOP)

PLANNED = 1.0
"""The volume for which stock was bought before a flop."""


def first_peak(plan: Plan) -> dt.date:
    """The first peak of a promotion in the horizon; the horizon's first day where there is none."""
    first, last = plan.horizon.as_of + dt.timedelta(days=1), plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    return min((one.peak for one in plan.events if one.peak and first <= one.peak <= last), default=first)


def written_out(findings: Findings, changes: Table) -> dict[str, object]:
    """The changes of a what-if with ``flop`` as the two keys that it is short for, and without ``outage_days``."""
    table = {key: value for key, value in changes.items() if key not in SHORT}
    if FLOP not in changes:
        return table
    if any(key in table for key in FLOPPED):
        findings.add((FLOP,), said("scenarios.flop_and_volume"), at_key=True)
        return table
    found = changes[FLOP]
    if not _no_more_than_planned(findings, found):
        return table
    planned: object = dict.fromkeys(found, PLANNED) if isinstance(found, dict) else PLANNED
    return {**table, "volume": found, "planned_volume": planned}


def _no_more_than_planned(findings: Findings, found: object) -> bool:
    """Whether what a flop says, of all or by event and channel, are volumes of at most ``PLANNED``."""
    term = replace(keys_of(Scenario)[VOLUME], high=PLANNED)
    given = {(FLOP, name): one for name, one in found.items()} if isinstance(found, dict) else {(FLOP,): found}
    problems = {path: problem for path, one in given.items() if (problem := problem_with(one, term))}
    for path, problem in problems.items():
        findings.add(path, problem)
    return not problems


def outages_of(findings: Findings, changes: Table, plan: Plan) -> tuple[Outage, ...]:
    """The outages that ``outage_days`` asks for; 0 days are none."""
    clearings = {channel.clearing for channel in plan.channels.values()}
    term = replace(keys_of(Outage)[DAYS], low=0)
    outages = []
    given = findings.table(changes[OUTAGE_DAYS], (OUTAGE_DAYS,)) if OUTAGE_DAYS in changes else None
    for name, days in (given or {}).items():
        problem = problem_with(days, term)
        if name not in clearings:
            message = said("scenarios.no_clearing", name=name, hint=nearest(name, sorted(clearings)))
            findings.add((OUTAGE_DAYS, name), message, at_key=True)
        elif problem:
            findings.add((OUTAGE_DAYS, name), problem)
        elif isinstance(days, int) and days:
            outages.append(Outage(start=first_peak(plan), days=days, clearing=name))
    return tuple(outages)


def with_outages(scenario: Scenario, outages: Sequence[Outage]) -> Scenario:
    """A scenario with further outages."""
    return replace(scenario, outages=(*scenario.outages, *outages)) if outages else scenario
