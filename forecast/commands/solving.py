"""``finance --solve`` on the base scenario: least limits that hold, or the largest extra stock payment on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from forecast.commands.options import Solve
from forecast.commands.texts import say
from forecast.errors import InputError, Problem
from forecast.financing.solve import solve_limit, solve_stock
from forecast.outputs.figures import Figures

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
        solve: ``limit``: of each facility on its own, the least limit that holds; ``stock``: the largest extra
            payment for stock on ``day`` with every facility at its full limit, sales unchanged.
        day: Of the horizon, for ``stock``.
    """
    case, plan = done.cases[SCENARIO], done.plan
    if day is None:
        limits = {one.name: solve_limit(case, one, plan.horizon.confidence) for one in plan.facilities}
        return {"for": solve.value, "scenario": SCENARIO, "limits": limits}
    amount = solve_stock(case, plan.facilities, plan.horizon.confidence, day)
    return {"for": solve.value, "scenario": SCENARIO, "date": day.isoformat(), "amount": amount}


def solution_text(done: Run, solved: Mapping[str, Any]) -> str:
    """The answer in the plan's language, a line a facility."""
    figures, language = Figures.of(done.result), done.plan.language
    if "limits" not in solved:
        key = "stock_none" if solved["amount"] is None else "stock"
        return say(language, key, date=solved["date"], amount=_plain(figures.amount(solved["amount"])))
    return "\n".join(
        say(language, "limit_none" if limit is None else "limit", facility=name, amount=_plain(figures.amount(limit)))
        for name, limit in solved["limits"].items()
    )


def _plain(text: str) -> str:
    """An amount for a terminal: the blank that keeps it on one line of the report becomes an ordinary one."""
    return text.replace("\u00a0", " ")
