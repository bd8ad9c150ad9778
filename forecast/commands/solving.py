"""``finance --solve`` on the base scenario: least limits that hold, or the largest extra stock payment on a day."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from forecast.commands.options import Solve
from forecast.commands.texts import say
from forecast.errors import InputError, Problem
from forecast.financing.measures import NO_DAYS
from forecast.financing.solve import ask_limit, solve_stock
from forecast.outputs.figures import Figures
from forecast.results.answers import SolvedLimits, SolvedStock

if TYPE_CHECKING:
    from forecast.pipeline import Run
    from forecast.plan.model import Plan

SCENARIO = "base"
"""The scenario that is solved on."""


def check_day(plan: Plan, solve: Solve | None, day: dt.date | None) -> None:
    """Refuse a day where none is asked for, none where one is, and one outside the horizon, before the work begins.

    Raises:
        InputError: Names the option and what to write.
    """
    first, last = plan.horizon.as_of + dt.timedelta(days=1), plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    if solve is not Solve.STOCK:
        if day is not None:
            raise InputError(Problem(f"is {day}, and only --solve stock takes a day; leave it out", key="--date"))
        return
    if day is None:
        raise InputError(Problem(f"is missing; write the day of the payment, from {first} to {last}", key="--date"))
    if not first <= day <= last:
        raise InputError(Problem(f"is {day}; write a day of the horizon, from {first} to {last}", key="--date"))


def solution(done: Run, solve: Solve, day: dt.date | None) -> SolvedLimits | SolvedStock:
    """What was asked for, in yuan; None where no amount holds, or where a kind of facility is not calculated.

    ``limit``: of each facility on its own, the least limit that holds and the last days by which to begin arranging it,
    to sign and to ask for money (``days``); ``stock``: the largest extra payment for stock on ``day`` that cash and the
    facilities up to their limits carry, sales unchanged (``unbounded``: any payment finances itself).
    """
    case, plan = done.cases[SCENARIO], done.plan
    if day is None:
        asked = {one.name: ask_limit(case, one, plan.horizon.confidence) for one in plan.facilities}
        return SolvedLimits(
            solve.value,
            SCENARIO,
            {name: None if one is None else one.limit for name, one in asked.items()},
            {name: NO_DAYS if one is None else one.days for name, one in asked.items()},
        )
    amount = solve_stock(case, plan.facilities, plan.horizon.confidence, day)
    return SolvedStock(solve.value, SCENARIO, day.isoformat(), amount, unbounded=amount == math.inf or None)


def solution_text(done: Run, solved: SolvedLimits | SolvedStock) -> str:
    """The answer in the plan's language, a line a facility."""
    figures, language = Figures.of(done.result), done.plan.language
    if isinstance(solved, SolvedStock):
        key = "stock_none" if solved.amount is None else "stock_any" if solved.unbounded else "stock"
        return say(language, key, date=solved.date, amount=_plain(figures.amount(solved.amount)))
    lines = []
    for name, limit in solved.limits.items():
        if limit is None:
            lines.append(say(language, "limit_none", facility=figures.facility(name)))
            continue
        facility, days = figures.facility(name), solved.days[name]
        line = say(language, "limit", facility=facility, amount=_plain(figures.amount(limit)))
        start, sign, ask = days.latest_start_day, days.latest_signing_day, days.latest_notice_day
        if sign is not None:
            line += say(language, "limit_days", start=str(start), sign=str(sign), ask=str(ask))
        lines.append(line)
    return "\n".join(lines)


def _plain(text: str) -> str:
    """An amount for a terminal: the blank that keeps it on one line of the report becomes an ordinary one."""
    return text.replace("\u00a0", " ")
