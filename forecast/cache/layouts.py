"""How arrays lie in memory: what an entry says of an array, so that it comes back with the same steps between figures.

Sums over an array depend in their last bits on the order of its axes, and on whether it is a part of a wider one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

KINDS = "biufMmUS"
"""The kinds of numpy's types that an array may hold: no objects."""


class UncodableError(TypeError):
    """A value that an entry cannot hold; names its place and its type."""


class DamagedError(ValueError):
    """What is read is no entry of this package's."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How an array lies in memory: its type and shape, and its axes longer than 1, those with the widest steps first.

    ``room`` is the shape, along these axes, of the memory in which it lies; wider where the array is a part of it.
    """

    kind: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    room: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its figures.

        Raises:
            DamagedError: It is one of objects.
        """
        dtype = np.dtype(self.kind)
        if dtype.kind not in KINDS:
            raise DamagedError(f"an array of {self.kind}")
        return dtype

    @property
    def size(self) -> int:
        """How many figures it has."""
        return math.prod(self.shape)

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> Layout:
        """The layout of an array.

        Raises:
            UncodableError: It holds objects, or its parts overlap or run backwards.
        """
        kind, shape, steps = array.dtype, array.shape, array.strides
        axes = [axis for axis in range(array.ndim) if shape[axis] != 1]
        room = [shape[axis] for axis in axes]
        if not array.flags.c_contiguous:
            axes.sort(key=lambda axis: -steps[axis])
            room = _room([shape[axis] for axis in axes], [*(steps[axis] for axis in axes), kind.itemsize])
        if kind.kind not in KINDS or (not room and axes):
            raise UncodableError(f"an array of {kind} of shape {shape} with steps of {steps} bytes")
        return cls(kind.str, shape, tuple(axes), tuple(room))

    def laid(self, figures: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The array of these figures, which stand in the order of the axes, laid out as it was."""
        inner = tuple(self.shape[axis] for axis in self.axes)
        found = figures.reshape(inner)
        if inner != self.room:
            wide = np.zeros(self.room, figures.dtype)
            part = wide[tuple(slice(length) for length in inner)]
            part = part[..., 0] if part.ndim > len(inner) else part
            part[...] = found
            found = part
        found = found.transpose(np.argsort(np.array(self.axes, dtype=np.int64)))
        found = found.reshape(self.shape)
        found.flags.writeable = False
        return found


def _room(lengths: list[int], steps: list[int]) -> list[int]:
    """The shape of the memory in which axes of these lengths lie, steps in bytes and last that of one figure.

    Nothing where parts of it overlap or run backwards, or a step is no multiple of the next.
    """
    pairs = list(pairwise(steps))
    room = [lengths[0], *(wide // max(1, narrow) for wide, narrow in pairs)]
    whole = all(wide >= narrow > 0 and wide % narrow == 0 for wide, narrow in pairs)
    return room if whole and all(length <= most for length, most in zip(lengths, room, strict=False)) else []
