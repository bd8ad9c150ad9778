"""How well a forecast held what came: counts for one window, and their sums over windows with binomial bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats


def held(paths: Floats, came: Floats) -> dict[str, float]:
    """One window's figures.

    Args:
        paths: yuan (path, day).
        came: yuan (day).

    Returns:
        ``came``, ``mean``, ``p05``, ``p95`` of the total; ``inside`` (p05–p95 holds the total), ``rank`` (share of
        paths below it); ``days``, the share of days inside p10–p90.
    """
    totals, truth = paths.sum(axis=1), float(came.sum())
    low, high = np.quantile(totals, [0.05, 0.95])
    day_low, day_high = np.quantile(paths, [0.1, 0.9], axis=0)
    # A day on which nothing can come is held by a forecast of nothing; rounding of sums must not count.
    slack = 1e-6 * max(abs(truth), 1.0) / len(came)
    inside = (came >= day_low - slack) & (came <= day_high + slack)
    return {
        "came": truth,
        "mean": float(totals.mean()),
        "p05": float(low),
        "p95": float(high),
        "inside": float(low - slack <= truth <= high + slack),
        "rank": float((totals < truth).mean()),
        "days": float(inside.mean()),
    }


def kupiec(windows: int, exceeded: int, chance: float) -> float:
    """P-value of Kupiec's proportion-of-failures test (Journal of Derivatives 3, 1995).

    The likelihood ratio −2 ln[(1 − p)^(n − x) p^x ÷ ((1 − x/n)^(n − x) (x/n)^x)] is chi-squared with one degree of
    freedom under the hypothesis that each window exceeds with chance p.

    Args:
        windows: n.
        exceeded: x.
        chance: p, strictly between 0 and 1.
    """

    def log_likelihood(share: float) -> float:
        right = exceeded * np.log(share) if exceeded else 0.0
        wrong = (windows - exceeded) * np.log1p(-share) if windows > exceeded else 0.0
        return float(right + wrong)

    ratio = 2.0 * (log_likelihood(exceeded / windows) - log_likelihood(chance))
    return float(stats.chi2.sf(max(ratio, 0.0), 1))


def band(windows: int, share: float) -> tuple[float, float]:
    """The central 95 % of the share of ``windows`` independent ones that hit with chance ``share``."""
    ends = [float(stats.binom.ppf(level, windows, share)) / max(windows, 1) for level in (0.025, 0.975)]
    return ends[0], ends[1]


NEVER = 1e-4
"""A rate whose p05 is at most this is held to be possibly nothing: no ledger can show more."""


def in_band(estimate: Mapping[str, Any], truth: float) -> bool:
    """Whether p05–p95 of an estimate holds the truth; a truth of 0 is held from a p05 of ``NEVER`` down."""
    low = 0.0 if estimate["p05"] <= NEVER else estimate["p05"]
    return bool(low <= truth <= estimate["p95"] + 1e-12)
