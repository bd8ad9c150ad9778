"""What falls due by contract after the horizon, laid out on the days on which anything does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Dues:
    """What one facility asks for after the horizon: by each of ``days``, (due,), all that has fallen due so far.

    ``days`` count from the horizon's last and rise; ``amounts`` are yuan, (due, path), and never fall.
    """

    days: Ints
    amounts: Floats

    @classmethod
    def of(cls, days: Sequence[int], amounts: Floats, unpaid: Floats) -> Self | None:
        """Give dues with what has accrued, which is paid with the first of them; None where there are none."""
        if not amounts.any():
            return None
        return cls(np.asarray(days, dtype=np.int64), amounts + unpaid * (amounts > 0))

    def by(self, days: Ints) -> Floats:
        """Give all that has fallen due by other days, (day, path)."""
        place = np.searchsorted(self.days, days, side="right") - 1
        return np.where((place >= 0)[:, None], self.amounts[np.maximum(place, 0)], 0.0)


def due_days(several: Iterable[Dues | None]) -> Ints:
    """Give the days on which any of several facilities asks for anything."""
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(one.days for one in several if one is not None)]))
