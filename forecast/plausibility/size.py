"""Whether a plan's paths fit into memory: what its run would take, told before any work, and the paths that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.financing.kinds.table import pool_rules
from forecast.receivables.estimation import draws_for
from forecast.receivables.hazards import MAX_AGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.plan.model import Plan

MOST = 1.5e9
"""Bytes that a run may take."""

PROGRAM = 0.36e9
"""Bytes of the program itself with its solvers, and of the daily tables of a usual ledger."""

FIGURE = 8
"""Bytes of one figure."""

OF_CHANNEL = 10.5
"""Figures held by path, channel and day: sales, the failures' days, the noise, and by channel base's cash and fees."""

AT_WORK = 45
"""Figures by path and day while one channel is simulated, or the scenario's cash is financed."""

OF_CASE, OF_POOL = 4, 2
"""Figures by path and day of each scenario that base must withstand, with its costs; and of a pool of receivables."""

OF_LAW, OF_AGE = 4, 53
"""Grids by draw, day of deduction and age that a channel's laws hold, of settlement and refunds, on usual days and in
promotions; and all else of them, by draw and age, with what is shown of the channel in every scenario."""

OF_STEP = 6
"""Grids by draw, day of deduction and day while one channel is simulated."""

OF_KEPT = 3
"""Figures by path and day that a stress test keeps of a channel in a scenario, beside those by age."""

KEPT_LEAST, KEPT_MOST = 2, 3
"""Scenarios of each channel that a stress test keeps, the last used: base's and the present one at least."""

BUILT_IN = 9
"""Scenarios of a plan that names none but base, that one included."""


def bytes_needed(plan: Plan, paths: int) -> float:
    """Bytes that a run of the plan takes at its peak, by its channels, days and scenarios, beside what may be spared.

    Measured, it is within 15 % of what runs take on the sample ledgers, and no more than 5 % below.
    """
    days, channels, draws = plan.horizon.days, len(plan.channels), draws_for(plan.horizon.days)
    ages = len({one.max_age_days for one in plan.facilities} - {None})
    pools = len(pool_rules(plan.facilities))
    figures = (OF_CHANNEL + ages) * channels + AT_WORK + ages + OF_POOL * pools
    if plan.horizon.stress_scenarios_must_hold:
        others = (BUILT_IN if len(plan.scenarios) <= 1 else len(plan.scenarios)) - 1
        figures += others * (OF_CASE + OF_POOL * pools)
    reach = min(days, MAX_AGE)
    by_age = OF_LAW * (reach * (days - reach) + reach * (reach + 1) // 2) + OF_AGE * MAX_AGE
    laws = draws * (channels * by_age + OF_STEP * days**2)
    return PROGRAM + FIGURE * (figures * paths * days + laws)


def spare_memory(plan: Plan) -> float:
    """Bytes that a run of the plan leaves of those that it may take: flows are kept for other scenarios within them."""
    return max(0.0, MOST - bytes_needed(plan, plan.horizon.paths))


def require_memory(plan: Plan) -> None:
    """Refuse a plan whose run would take more memory than it may, before any of it is taken.

    Raises:
        InputError: Names the paths, and the most that fit.
    """
    _require(plan, bytes_needed, "too_many_paths")


def bytes_stressed(plan: Plan, paths: int, kept: int = KEPT_LEAST) -> float:
    """Bytes that a stress test of the plan takes at its peak, so many scenarios of each channel kept.

    Measured on the sample ledgers it is up to 15 % less.
    """
    ages = len({one.max_age_days for one in plan.facilities} - {None})
    figures = kept * len(plan.channels) * (OF_KEPT + ages)
    return bytes_needed(plan, paths) + FIGURE * figures * paths * plan.horizon.days


def scenarios_kept(plan: Plan) -> int:
    """How many scenarios of each channel a stress test may keep, so that it has room."""
    fits = bytes_stressed(plan, plan.horizon.paths, KEPT_MOST) <= MOST
    return KEPT_MOST if fits else KEPT_LEAST


def may_stress(plan: Plan) -> bool:
    """Whether a stress test of the plan fits into the memory that it may take."""
    return bytes_stressed(plan, plan.horizon.paths) <= MOST


def require_memory_to_stress(plan: Plan) -> None:
    """Refuse a plan whose stress test would take more memory than it may, before any of it is taken.

    Raises:
        InputError: Names the paths, and the most that fit.
    """
    _require(plan, bytes_stressed, "too_many_paths_to_stress")


def _require(plan: Plan, bytes_of: Callable[[Plan, int], float], too_many: str) -> None:
    needed = bytes_of(plan, plan.horizon.paths)
    if needed <= MOST:
        return
    least = bytes_of(plan, 0)
    fitting = int((MOST - least) / (needed - least) * plan.horizon.paths) // 10 * 10
    size = {"channels": len(plan.channels), "days": plan.horizon.days, "paths": plan.horizon.paths}
    amounts = {"needed": f"{needed / 1e9:.1f}", "most": f"{MOST / 1e9:.1f}"}
    if fitting < 1:
        message = said("inputs.never_fits", **size, **amounts)
    else:
        message = said(f"inputs.{too_many}", **size, **amounts, fitting=fitting)
    raise InputError(plan.places.located(Problem(message, key="plan.paths")))
