"""A regression design on the log scale: named columns over history and horizon, each with a normal prior.

Every known-future influence on sales (weekday, holiday, event, the user's regressors) is a block of columns. Because
each coefficient has a proper prior, a column that history says nothing about (an event never seen) keeps its prior,
and its whole uncertainty reaches the sample paths.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.arrays import Floats


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that belong together.

    ``matrix`` has the shape (day, column), days being those of the history and then of the horizon. ``mean`` and
    ``sd`` are the normal prior of each coefficient, on the log scale. ``repeats`` maps an event's name to the columns
    that hold the own deviations of its repeats; they share a standard deviation that is learnt from three repeats on.
    """

    names: tuple[str, ...]
    matrix: Floats
    mean: Floats
    sd: Floats
    repeats: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Columns:
    """Collects columns over a fixed set of days into a block."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._names: list[str] = []
        self._values: list[Floats] = []
        self._mean: list[float] = []
        self._sd: list[float] = []
        self._repeats: dict[str, list[int]] = {}

    def add(self, name: str, values: Floats, sd: float, mean: float = 0.0, repeat_of: str = "") -> None:
        """Adds a column unless it is zero on every day."""
        if not np.any(values):
            return
        if repeat_of:
            self._repeats.setdefault(repeat_of, []).append(len(self._names))
        self._names.append(name)
        self._values.append(np.asarray(values, dtype=np.float64))
        self._mean.append(mean)
        self._sd.append(sd)

    def block(self) -> Block:
        """The columns that were added."""
        matrix = np.column_stack(self._values) if self._values else np.empty((self._days, 0))
        repeats = {name: tuple(places) for name, places in self._repeats.items()}
        return Block(tuple(self._names), matrix, np.array(self._mean), np.array(self._sd), repeats)


def continued(block: Block, longer: Block) -> tuple[Block, Floats]:
    """A design carried on over the days that ``longer`` has beyond its own, and what is not in it, (day,) of these.

    Columns are met by name; those that ``longer`` lacks, steps, stay as on the last day. What only these days show,
    such as a promotion never seen, is told by its prior: the log of its expected effect.
    """
    beyond = longer.matrix[len(block.matrix) :]
    places = {name: place for place, name in enumerate(longer.names)}
    rows = np.repeat(block.matrix[-1:], len(beyond), axis=0)
    for column, name in enumerate(block.names):
        if name in places:
            rows[:, column] = beyond[:, places[name]]
    new = np.array([name not in block.names for name in longer.names], dtype=bool)
    effect = beyond[:, new] @ longer.mean[new] + np.square(beyond[:, new]) @ np.square(longer.sd[new]) / 2
    return replace(block, matrix=np.concatenate([block.matrix, rows])), effect


def join(blocks: Sequence[Block]) -> Block:
    """One block of all columns, in order."""
    repeats: dict[str, tuple[int, ...]] = {}
    offset = 0
    for block in blocks:
        repeats |= {name: tuple(offset + place for place in places) for name, places in block.repeats.items()}
        offset += len(block.names)
    return Block(
        names=tuple(name for block in blocks for name in block.names),
        matrix=np.concatenate([block.matrix for block in blocks], axis=1),
        mean=np.concatenate([block.mean for block in blocks]),
        sd=np.concatenate([block.sd for block in blocks]),
        repeats=repeats,
    )
