"""``finance --solve`` on the base scenario: least limits that hold, or the largest extra stock payment on a day."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from forecast.commands.options import Solve
from forecast.commands.texts import say
from forecast.errors import InputError, Problem
from forecast.financing.solve import ask_limit, solve_stock
from forecast.outputs.figures import Figures
from forecast.results.financing import deadlines_part

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def solution(done: Run, solve: Solve, day: dt.date | None) -> dict[str, Any]:
    """What was asked for, in yuan; None where no amount holds, or where a kind of facility is not calculated.

    Args:
        done: The finished run.
        solve: ``limit``: of each facility on its own, the least limit that holds and the last days by which to begin
            arranging it, to sign and to ask for money (``days``); ``stock``: the largest extra
            payment for stock on ``day`` that cash and the facilities up to their limits carry, sales unchanged
            (``unbounded``: any payment finances itself).
        day: Of the horizon, for ``stock``.
    """
    case, plan = done.cases[SCENARIO], done.plan
    if day is None:
        asked = {one.name: ask_limit(case, one, plan.horizon.confidence) for one in plan.facilities}
        return {
            "for": solve.value,
            "scenario": SCENARIO,
            "limits": {name: None if one is None else one.limit for name, one in asked.items()},
            "days": {name: deadlines_part(None if one is None else one.deadlines) for name, one in asked.items()},
        }
    amount = solve_stock(case, plan.facilities, plan.horizon.confidence, day)
    answer = {"for": solve.value, "scenario": SCENARIO, "date": day.isoformat(), "amount": amount}
    return answer | ({"unbounded": True} if amount == math.inf else {})


def solution_text(done: Run, solved: Mapping[str, Any]) -> str:
    """The answer in the plan's language, a line a facility."""
    figures, language = Figures.of(done.result), done.plan.language
    if "limits" not in solved:
        key = "stock_none" if solved["amount"] is None else "stock_any" if solved.get("unbounded") else "stock"
        return say(language, key, date=solved["date"], amount=_plain(figures.amount(solved["amount"])))
    lines = []
    for name, limit in solved["limits"].items():
        if limit is None:
            lines.append(say(language, "limit_none", facility=name))
            continue
        days = solved["days"][name]
        line = say(language, "limit", facility=name, amount=_plain(figures.amount(limit)))
        if days["latest_signing_day"] is not None:
            line += say(
                language,
                "limit_days",
                start=days["latest_start_day"],
                sign=days["latest_signing_day"],
                ask=days["latest_notice_day"],
            )
        lines.append(line)
    return "\n".join(lines)


def _plain(text: str) -> str:
    """An amount for a terminal: the blank that keeps it on one line of the report becomes an ordinary one."""
    return text.replace("\u00a0", " ")
