"""The least-cost programme for flows known in advance: a linear programme on HiGHS through scipy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from forecast.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats

TOLERANCE = 1e-10
"""Of the solver, as a share of the largest flow."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A source of money in the programme; ``name`` is for messages and the schedule.

    ``rate`` is simple interest a year, paid with the principal, ``limit`` the most that may be outstanding at once. A
    drawing is repaid after ``tenor`` periods; None: it may be from the next period on (a credit line).
    """

    name: str
    rate: float
    limit: float = math.inf
    tenor: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LeastCost:
    """The cheapest way through known flows; amounts in the unit of the flows, arrays (period,).

    ``draws`` and ``repayments``, with interest, are by instrument; ``surplus`` is held from each period to the next.
    ``cost`` is the interest paid in all, ``surplus_income`` that earned. ``final_wealth`` is held after the last flow
    and repayments: flows − cost + surplus income; ``marginal_values``: what one more unit at each period adds to it.
    """

    draws: dict[str, Floats]
    repayments: dict[str, Floats]
    surplus: Floats
    cost: float
    surplus_income: float
    final_wealth: float
    marginal_values: Floats


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One possible drawing: an instrument, the period it comes in, the one it is repaid in, interest a unit."""

    instrument: int
    start: int
    end: int
    interest: float


def least_cost(
    net_flows: Sequence[float],
    year_fractions: Sequence[float],
    facilities: Sequence[Instrument],
    surplus_rate: float = 0.0,
) -> LeastCost:
    """Give the financing of known flows that leaves most in the end, cash never below zero.

    The programme of Cornuejols and Tütüncü, Optimization Methods in Finance, chapter 3, for periods of any length.
    A drawing that could not be repaid by the last flow is not made. Of several best schedules it gives one.

    Of ``net_flows``, one a period, negative is to be financed. ``year_fractions`` are the years from each flow to the
    next: one fewer than the flows, or as many (the last is then not used). ``surplus_rate`` is earned a year, simple,
    on cash held from one flow to the next. Money is scaled to the largest flow in the solver.

    Raises:
        InputError: Lengths or figures that make no sense, or flows that cannot be carried (says by how much).
    """
    flows = np.asarray(net_flows, dtype=np.float64)
    years = np.asarray(year_fractions, dtype=np.float64)
    _check(flows, years, facilities)
    count = flows.size
    years = years[: count - 1]
    scale = float(np.abs(flows).max()) or 1.0
    drawings = _drawings(years, facilities, count)
    balance = _balance_matrix(drawings, years * surplus_rate, count)
    limits, bounds = _limit_matrix(drawings, facilities, count)
    columns = len(drawings) + count - 1
    objective = np.zeros(columns + 1)
    objective[-1] = -1.0
    equality = sparse.hstack([balance, _last_period(count)], format="csr")
    inequality = sparse.hstack([limits, sparse.csr_array((limits.shape[0], 1))], format="csr")
    solution = linprog(
        objective,
        A_ub=inequality if limits.shape[0] else None,
        b_ub=bounds / scale if limits.shape[0] else None,
        A_eq=equality,
        b_eq=-flows / scale,
        bounds=[(0, None)] * columns + [(None, None)],
        method="highs",
        options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    )
    if solution.status == 2:  # noqa: PLR2004  # scipy's code of an infeasible programme
        missing = _missing(balance, limits, bounds / scale, -flows / scale) * scale
        message = f"the flows cannot be carried: at least {missing:,.2f} more is needed"
        raise InputError(Problem(message, key="facilities"))
    if solution.status != 0:
        raise InputError(f"least_cost: the solver stopped without an answer: {solution.message}")
    return _read(np.asarray(solution.x) * scale, drawings, facilities, years * surplus_rate, solution.eqlin.marginals)


def _check(flows: Floats, years: Floats, facilities: Sequence[Instrument]) -> None:
    problems = [
        Problem("rate must be finite, limit at least 0 and tenor at least 1 period", key=item.name)
        for item in facilities
        if not (math.isfinite(item.rate) and item.limit >= 0 and (item.tenor is None or item.tenor >= 1))
    ]
    wrong = _wrong_flows(flows, years)
    if wrong is not None:
        problems.insert(0, wrong)
    if len({item.name for item in facilities}) < len(facilities):
        problems.append(Problem("every name must be different", key="facilities"))
    if problems:
        raise InputError(problems)


def _wrong_flows(flows: Floats, years: Floats) -> Problem | None:
    if flows.ndim != 1 or flows.size == 0 or not bool(np.all(np.isfinite(flows))):
        return Problem("one finite number a period is wanted", key="net_flows")
    if years.size not in (flows.size - 1, flows.size) or not bool(np.all(years > 0)):
        return Problem(f"one length above 0 from each of {flows.size} flows to the next", key="year_fractions")
    return None


def _drawings(years: Floats, facilities: Sequence[Instrument], count: int) -> list[_Drawing]:
    found = []
    for index, item in enumerate(facilities):
        tenor = item.tenor or 1
        found += [
            _Drawing(index, start, start + tenor, item.rate * float(years[start : start + tenor].sum()))
            for start in range(count - tenor)
        ]
    return found


def _balance_matrix(drawings: Sequence[_Drawing], earned: Floats, count: int) -> sparse.csr_array:
    """Give what each drawing and each period's surplus brings to each period (rows)."""
    matrix = sparse.lil_array((count, len(drawings) + count - 1))
    for column, drawing in enumerate(drawings):
        matrix[drawing.start, column] = 1.0
        matrix[drawing.end, column] = -(1 + drawing.interest)
    for period in range(count - 1):
        matrix[period, len(drawings) + period] = -1.0
        matrix[period + 1, len(drawings) + period] = 1 + earned[period]
    return matrix.tocsr()


def _last_period(count: int) -> sparse.csr_array:
    """Give the column of the final wealth: it takes what the last period leaves."""
    return sparse.csr_array(([-1.0], ([count - 1], [0])), shape=(count, 1))


def _limit_matrix(
    drawings: Sequence[_Drawing], facilities: Sequence[Instrument], count: int
) -> tuple[sparse.csr_array, Floats]:
    """Give outstanding amounts by limited instrument and period, with their limits."""
    limited = [index for index, item in enumerate(facilities) if math.isfinite(item.limit)]
    rows = {(index, period): i for i, (index, period) in enumerate((i, p) for i in limited for p in range(count))}
    matrix = sparse.lil_array((len(rows), len(drawings) + count - 1))
    for column, drawing in enumerate(drawings):
        for period in range(drawing.start, drawing.end):
            if (drawing.instrument, period) in rows:
                matrix[rows[drawing.instrument, period], column] = 1.0
    return matrix.tocsr(), np.repeat([facilities[index].limit for index in limited], count)


def _missing(balance: sparse.csr_array, limits: sparse.csr_array, bounds: Floats, wanted: Floats) -> float:
    """Give the least money from outside, over all periods, with which the programme has an answer."""
    count, columns = balance.shape
    final = _last_period(count)
    helped = sparse.hstack([balance, final, sparse.eye_array(count, format="csr")], format="csr")
    limited = sparse.hstack([limits, sparse.csr_array((limits.shape[0], 1 + count))], format="csr")
    solution = linprog(
        np.concatenate([np.zeros(columns + 1), np.ones(count)]),
        A_ub=limited if limits.shape[0] else None,
        b_ub=bounds if limits.shape[0] else None,
        A_eq=helped,
        b_eq=wanted,
        bounds=[(0, None)] * columns + [(None, None)] + [(0, None)] * count,
        method="highs",
    )
    if solution.status != 0:
        raise InputError(f"least_cost: the solver stopped without an answer: {solution.message}")
    return float(np.asarray(solution.fun))


def _read(
    amounts: Floats, drawings: Sequence[_Drawing], facilities: Sequence[Instrument], earned: Floats, marginals: Floats
) -> LeastCost:
    count = earned.size + 1
    draws = {item.name: np.zeros(count) for item in facilities}
    repayments = {item.name: np.zeros(count) for item in facilities}
    cost = 0.0
    for drawing, amount in zip(drawings, amounts, strict=False):
        name = facilities[drawing.instrument].name
        draws[name][drawing.start] += amount
        repayments[name][drawing.end] += amount * (1 + drawing.interest)
        cost += amount * drawing.interest
    surplus = np.append(amounts[len(drawings) : -1], 0.0)
    return LeastCost(
        draws=draws,
        repayments=repayments,
        surplus=surplus,
        cost=float(cost),
        surplus_income=float(surplus[:-1] @ earned),
        final_wealth=float(amounts[-1]),
        marginal_values=np.asarray(marginals, dtype=np.float64),
    )
