"""Whether a plan's paths fit into memory: what its run would take, told before any work, and the paths that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.financing.kinds.table import pool_rules
from forecast.receivables.estimation import draws_for
from forecast.receivables.hazards import MAX_AGE

if TYPE_CHECKING:
    from forecast.plan.model import Plan

MOST = 1.5e9
"""Bytes that a run may take."""

PROGRAM = 0.45e9
"""Bytes of the program itself, the daily tables of a usual ledger and what is estimated of it."""

FIGURE = 8
"""Bytes of one figure."""

OF_CHANNEL = 10
"""Figures held by path, channel and day: sales, the failures' days, the noise, and the base's cash by channel."""

AT_WORK = 40
"""Figures by path and day while one channel is simulated and the scenario's cash is financed."""

OF_POOL = 3
"""Figures by path and day of a pool of receivables."""

OF_LAW = 6
"""Grids by draw, day of deduction and age that a channel's laws hold, above all of settlement and refunds."""


def bytes_needed(plan: Plan, paths: int) -> float:
    """Bytes that a run of the plan takes at its peak, by its channels, days and scenarios, roughly."""
    days, channels = plan.horizon.days, len(plan.channels)
    ages = len({one.max_age_days for one in plan.facilities} - {None})
    pools = OF_POOL * len(pool_rules(plan.facilities))
    held = len(plan.scenarios) if plan.horizon.stress_scenarios_must_hold else 1
    figures = (OF_CHANNEL + ages) * channels + AT_WORK + ages + held * (1 + pools)
    grids = OF_LAW * channels * draws_for(days) * days * (min(days, MAX_AGE) + 1) // 2
    return PROGRAM + FIGURE * (figures * paths * days + grids)


def spare_memory(plan: Plan) -> float:
    """Bytes that a run of the plan leaves of those that it may take."""
    return max(0.0, MOST - bytes_needed(plan, plan.horizon.paths))


def require_memory(plan: Plan) -> None:
    """Refuse a plan whose run would take more memory than it may, before any of it is taken.

    Raises:
        InputError: Names the paths, and the most that fit.
    """
    needed = bytes_needed(plan, plan.horizon.paths)
    if needed <= MOST:
        return
    least = bytes_needed(plan, 0)
    fitting = int((MOST - least) / (needed - least) * plan.horizon.paths) // 10 * 10
    size = {"channels": len(plan.channels), "days": plan.horizon.days, "paths": plan.horizon.paths}
    amounts = {"needed": f"{needed / 1e9:.1f}", "most": f"{MOST / 1e9:.1f}"}
    if fitting < 1:
        message = said("inputs.never_fits", **size, **amounts)
    else:
        message = said("inputs.too_many_paths", **size, **amounts, fitting=fitting)
    raise InputError(plan.places.located(Problem(message, key="plan.paths")))
