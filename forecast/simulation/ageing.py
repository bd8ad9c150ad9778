"""Open receivables by age: the part of them that was deducted fewer days ago than an age.

Lenders leave out receivables that are overdue: the ageing of the borrowing base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.arrays import Floats
    from forecast.plan.model import Facility

NO_MONEY = 1e-6
"""Yuan below which a pool has no ages."""


def ages_of(facilities: Iterable[Facility]) -> tuple[int, ...]:
    """The ages in days below which facilities tell open receivables apart: those of ``max_age_days`` still count."""
    return tuple(sorted({one.max_age_days + 1 for one in facilities if one.max_age_days is not None}))


def young_share(age: int, sources: Sequence[tuple[Floats, Floats]], open_left: Floats, expected: Floats) -> Floats:
    """Give the expected share of open receivables deducted fewer than ``age`` days ago, (draw, path, day).

    ``age`` runs in days from the day of deduction to the evening. ``sources``: deductions (draw, path, day) with the
    share of each day's that is still in transit on each evening (draw, day of deduction, day). ``open_left``: of what
    was in transit on as_of, yuan still in transit (age on as_of, day). ``expected``: all that is in transit on the
    evening, yuan (draw, path, day). Gives 1 where nothing is in transit.
    """
    days = np.arange(expected.shape[2])
    elapsed = days[None, :] - days[:, None]
    recent = (elapsed >= 0) & (elapsed < age)
    young = sum((deducted @ (left * recent) for deducted, left in sources), np.zeros_like(expected))
    # deducted at an age of a on the evening of as_of: a + 1 + day days old
    old_ages = np.arange(open_left.shape[0])[:, None] + 1 + days[None, :]
    young = young + (open_left * (old_ages < age)).sum(axis=0)
    share = np.divide(young, expected, out=np.ones_like(young), where=expected > NO_MONEY)
    return np.asarray(np.clip(share, 0.0, 1.0))
