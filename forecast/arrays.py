"""Names for the types of numpy arrays, so that signatures can be read."""

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
