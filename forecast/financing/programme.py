"""The programme that proposes limits: two stages on sample paths, a linear programme on HiGHS through scipy.

First stage: the limit of each facility that is not signed yet (a term loan: its amount). Second stage, on each sample
path and on each evening that lacks cash: how much of each facility is owed. It minimises fees on the limits plus the
expected charges, such that no evening lacks anything on the paths that must hold; the dearest share of paths may lack,
at little more than the dearest facility's rate. It is the problem of peak and base load: the dear facility without
fees stands ready for the few days of the deepest need, and for one line and a dearer fallback its first-order
condition is E[days on which need > limit] = fees on the limit ÷ (fallback rate − line rate).

It sees each path whole and prices a yuan a day at each facility's marginal rate, without notice, lots or interest on
interest. It proposes only: the daily rule sizes and judges what it proposes (``mixes``, ``comparison``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from forecast.financing.facilities import DEDUCTED, marginal_rate

if TYPE_CHECKING:
    from forecast.arrays import Bools, Floats, Ints
    from forecast.financing.facilities import Terms
    from forecast.financing.sizing import Desk


UNIT = 1e5
"""Yuan a unit of money inside the solver."""

BLOCKS = 1500
"""Lacking evenings, over all paths, that the programme is built on; paths are chosen accordingly."""

FEWEST, MOST = 12, 200
"""Paths that the programme is built on, at least and at most."""

SHORT_COST = 10.0
"""A yuan short on a path that must hold costs so many times what a whole limit for this path alone would."""


TIDY = 1e-6
"""Yuan that a yuan of limit costs at least, so that no limit is larger than what is drawn of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """The programme as ``minimise cost · x, rows · x ≤ most, 0 ≤ x ≤ upper``, money in units of ``UNIT`` yuan.

    Columns: the limits in the order of ``items``; then for each lacking evening what is owed of each of ``items``
    that can be owed then; then what each evening lacks.
    """

    items: tuple[Terms, ...]
    cost: Floats
    rows: sparse.csr_array
    most: Floats
    upper: Floats


def planning_paths(required: Floats, holding: int, *, everything: bool = False) -> tuple[Ints, Bools]:
    """Choose the paths that the programme is built on: evenly by their need, the last that must hold among them.

    Args:
        required: Yuan that must be owed on each evening, (day, path).
        holding: Number of paths that must hold, those of the smallest needs.
        everything: Whether all paths are chosen.

    Returns:
        Paths, and for each whether it must hold.
    """
    needs = required.max(axis=0)
    order = np.argsort(needs, kind="stable")
    lacking = max(1.0, float((required > 0).sum(axis=0).mean()))
    count = needs.size if everything else min(needs.size, int(np.clip(BLOCKS / lacking, FEWEST, MOST)))
    places = np.unique(np.append(np.linspace(0, needs.size - 1, count).round().astype(int), holding - 1))
    return order[places], places < holding


def required_drawings(desk: Desk) -> Floats:
    """Give what must be owed, over all facilities, for each evening to hold the minimum, yuan, (day, path)."""
    owing = sum(item.facility.drawn for item in desk.items)
    lack = desk.days.minimum - desk.days.opening - desk.days.cumulated[1:] + owing
    return np.asarray(np.maximum(lack, 0.0))


def build(desk: Desk, holding: int, *, everything: bool = False) -> Programme | None:
    """Build the programme of a scenario.

    Args:
        desk: The scenario with its facilities.
        holding: Number of its paths that must hold.
        everything: Whether it is built on all paths rather than on those that ``planning_paths`` chooses.

    Returns:
        None where nothing is lacking on any path, or there is no facility.
    """
    required = required_drawings(desk)
    if not desk.items or not required.any():
        return None
    chosen, must_hold = planning_paths(required, holding, everything=everything)
    day, place = np.nonzero(required[:, chosen] > 0)
    width, blocks = len(desk.items), day.size
    limit_costs = np.array([_limit_cost(item) for item in desk.items])
    spell = _mean_spell(required > required.max(axis=0) / 2)
    rates = np.array([_daily_rate(item, spell) for item in desk.items])
    weight = 1.0 / chosen.size
    demand = [index for index, item in enumerate(desk.items) if item.outstanding is None]
    lacked = required[day, chosen[place]] / UNIT
    size = width + blocks * (len(demand) + 1)
    upper = np.full(size, np.inf)
    upper[:width] = [item.facility.limit / UNIT for item in desk.items]
    lower_cover = sparse.lil_array((blocks, width))
    parts, most_of_limits, limit_rows = [], [], []
    identity = sparse.eye_array(blocks, format="csr")
    for number, index in enumerate(demand):
        item = desk.items[index]
        first = width + number * blocks
        upper[first : first + blocks] = _most_owed(item, day, chosen[place]) / UNIT
        parts.append(identity)
        if not item.arranged:
            of_limit = sparse.csr_array(
                (np.full(blocks, -1.0), (np.arange(blocks), np.full(blocks, index))), shape=(blocks, width)
            )
            row: list[Any] = [of_limit, *([sparse.csr_array((blocks, blocks))] * (len(demand) + 1))]
            row[1 + number] = identity
            limit_rows.append(sparse.hstack(row, format="csr"))
            most_of_limits.append(np.zeros(blocks))
    for index, item in enumerate(desk.items):
        if item.outstanding is not None and item.outstanding_before is not None:
            lower_cover[:, [index]] = item.outstanding[day][:, None]
            lacked = lacked - item.facility.drawn * item.outstanding_before[day] / UNIT
    cover = sparse.hstack([lower_cover, *parts, identity], format="csr")
    rows: Any = sparse.vstack([-cover, *limit_rows], format="csr")
    dearest = float(rates.max(initial=0.0))
    short = np.where(must_hold[place], SHORT_COST * chosen.size * (limit_costs.max() + dearest), 1.01 * dearest)
    fixed = np.where([item.arranged and item.outstanding is None for item in desk.items], 0.0, limit_costs)
    cost = np.concatenate([fixed, np.repeat(rates[demand] * weight, blocks), short * weight])
    return Programme(desk.items, cost, rows, np.concatenate([-lacked, *most_of_limits]), upper)


def propose(programme: Programme) -> Floats | None:
    """Solve the programme; give the limit of each facility, yuan, or None where the solver stops without an answer."""
    rows: Any = programme.rows  # scipy takes sparse matrices here, its stubs do not
    solution = linprog(
        programme.cost,
        A_ub=rows,
        b_ub=programme.most,
        bounds=[(0.0, most) for most in programme.upper.tolist()],
        method="highs",
    )
    return np.asarray(solution.x)[: len(programme.items)] * UNIT if solution.status == 0 else None


def _limit_cost(item: Terms) -> float:
    """Give what a yuan of limit costs over the horizon whatever is drawn; a term loan: all that it costs."""
    facility = item.facility
    cost = facility.arrangement_fee + float(item.commitment.sum())
    if item.outstanding is not None:
        cost += float(item.accrual @ item.outstanding)
    return cost + TIDY


def _mean_spell(lacking: Bools) -> float:
    """Give the mean length of a run of lacking evenings, days, from (day, path)."""
    begins = lacking & ~np.concatenate([np.zeros((1, lacking.shape[1]), dtype=np.bool_), lacking[:-1]])
    return float(lacking.sum() / max(1, begins.sum()))


def _daily_rate(item: Terms, spell: float) -> float:
    """Give what a yuan costs for each lacking day: what no surplus repays is charged on until it settles, as well.

    ``spell`` is for how many days in a row a need of more than half of the path's largest lasts.
    """
    rate = max(marginal_rate(item), 0.0) / 365
    if item.facility.kind in DEDUCTED and item.release is not None and item.release.mean() > 0:
        rate *= 1.0 + 1.0 / float(item.release.mean()) / max(spell, 1.0)
    return rate


def _most_owed(item: Terms, day: Ints, path: Ints) -> Floats:
    """Give what may be owed of a facility on each lacking evening, by time and base, yuan."""
    reached = item.arrival[item.arrival >= 0]
    first = int(reached[0]) if reached.size else item.nights.size
    most = np.where(day >= first, item.facility.limit, item.facility.drawn)
    if item.parcels:
        waiting = np.zeros(item.nights.size)
        for parcel in item.parcels:
            waiting[parcel.day : parcel.due] += parcel.amount
        most = np.minimum(most, waiting[day])
    if item.base is not None:
        most = np.minimum(most, item.base[day, path if item.base.shape[1] > 1 else 0])
    return np.asarray(most)
