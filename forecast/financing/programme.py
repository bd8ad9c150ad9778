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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Floats, Ints
    from forecast.financing.desk import Desk
    from forecast.financing.kinds.terms import Terms

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

    ``required``: yuan that must be owed on each evening, (day, path); ``holding``: number of paths that must hold,
    those of the smallest needs; ``everything``: all paths are chosen. Gives paths, and for each whether it must hold.
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

    ``holding`` of its paths must hold; ``everything``: on all paths rather than on those that ``planning_paths``
    chooses. None where nothing is lacking on any path, or there is no facility.
    """
    required = required_drawings(desk)
    if not desk.items or not required.any():
        return None
    lacking = _Lacking.of(required, *planning_paths(required, holding, everything=everything))
    evenings, count = lacking.day.size, lacking.paths
    limit_costs = np.array([item.limit_cost + TIDY for item in desk.items])
    rates = np.array([item.daily_rate(lacking.spell) for item in desk.items])
    demand = [index for index, item in enumerate(desk.items) if item.on_demand]
    cover, needed = _cover(desk.items, len(demand), lacking)
    within = _within_limits(desk.items, demand, evenings)
    rows: Any = sparse.vstack([-cover, *within], format="csr")
    dearest = float(rates.max(initial=0.0))
    short = np.where(lacking.must_hold, SHORT_COST * count * (limit_costs.max() + dearest), 1.01 * dearest)
    fixed = np.where([item.arranged and item.on_demand for item in desk.items], 0.0, limit_costs)
    weight = 1.0 / count
    cost = np.concatenate([fixed, np.repeat(rates[demand] * weight, evenings), short * weight])
    owed = [desk.items[index].most_owed(lacking.day, lacking.path) / UNIT for index in demand]
    limits = [item.most / UNIT for item in desk.items]
    upper = np.concatenate([limits, *owed, np.full(evenings, np.inf)])
    return Programme(desk.items, cost, rows, np.concatenate([-needed, np.zeros(len(within) * evenings)]), upper)


@dataclass(frozen=True, slots=True, eq=False)
class _Lacking:
    """The evenings that lack cash on the planning paths, arrays (evening,).

    ``amount`` is what each lacks, in units; ``must_hold`` tells whether its path must hold; ``paths`` counts the
    planning paths; ``spell`` is for how many days in a row a need of more than half of a path's largest lasts.
    """

    day: Ints
    path: Ints
    amount: Floats
    must_hold: Bools
    paths: int
    spell: float

    @classmethod
    def of(cls, required: Floats, chosen: Ints, must_hold: Bools) -> _Lacking:
        """Find them in what must be owed, (day, path)."""
        day, place = np.nonzero(required[:, chosen] > 0)
        path = chosen[place]
        spell = _mean_spell(required > required.max(axis=0) / 2)
        return cls(day, path, required[day, path] / UNIT, must_hold[place], chosen.size, spell)


def _cover(items: Sequence[Terms], demand: int, lacking: _Lacking) -> tuple[sparse.csr_array, Floats]:
    """Give the rows that cover what each evening lacks, by loans, by what is owed and by lacking; and what to cover."""
    lent = sparse.lil_array((lacking.day.size, len(items)))
    needed = lacking.amount
    for index, item in enumerate(items):
        if not item.on_demand:
            drawn, before = item.scheduled(lacking.day)
            lent[:, [index]] = drawn[:, None]
            needed = needed - item.facility.drawn * before / UNIT
    identity = sparse.eye_array(lacking.day.size, format="csr")
    return sparse.hstack([lent, *[identity] * (demand + 1)], format="csr"), needed


def _within_limits(items: Sequence[Terms], demand: Sequence[int], evenings: int) -> list[sparse.csr_array]:
    """Give the rows that keep what is owed within the limit, for each facility on demand that is not arranged yet."""
    blocks = []
    for number, index in enumerate(demand):
        if items[index].arranged:
            continue
        place = (np.arange(evenings), np.full(evenings, index))
        limit = sparse.csr_array((np.full(evenings, -1.0), place), shape=(evenings, len(items)))
        row: list[Any] = [limit, *[sparse.csr_array((evenings, evenings))] * (len(demand) + 1)]
        row[1 + number] = sparse.eye_array(evenings, format="csr")
        blocks.append(sparse.hstack(row, format="csr"))
    return blocks


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


def _mean_spell(lacking: Bools) -> float:
    """Give the mean length of a run of lacking evenings, days, from (day, path)."""
    begins = lacking & ~np.concatenate([np.zeros((1, lacking.shape[1]), dtype=np.bool_), lacking[:-1]])
    return float(lacking.sum() / max(1, begins.sum()))
