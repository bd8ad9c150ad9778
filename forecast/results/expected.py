"""What a later review compares with: sales and receipts to date with their quantiles, and every flow's expected sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.results.parts import distribution

if TYPE_CHECKING:
    from forecast.arrays import Floats
    from forecast.simulation.flows import Flows

SUMMED = ("sales", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid")
"""The flows whose sums to date are kept; beside them ``in_transit``, what is deducted and not settled that evening."""


def review_basis(flows: Flows, open_orders: Flows) -> dict[str, Any]:
    """The base scenario's course as ``forecast review`` needs it, every figure a list over the horizon's days.

    Quantiles of a sum do not follow from those of its days, so the sums from the first day to each day are kept with
    their own. Of each channel the mean of every flow to date stands twice: of ``all`` orders, and of the
    ``open_orders`` alone, those placed by as_of; what is between them comes of orders placed in the horizon.

    Args:
        flows: Of the base scenario.
        open_orders: Of the same scenario without new orders, on the same random numbers.
    """
    sales, receipts = np.cumsum(flows.sales, axis=2), np.cumsum(flows.receipts, axis=2)
    names = list(enumerate(flows.channels))
    return {
        "total": {"sales": distribution(sales.sum(axis=1)), "receipts": distribution(receipts.sum(axis=1))},
        "by_channel": {
            name: {
                "sales": distribution(sales[:, index]),
                "receipts": distribution(receipts[:, index]),
                "all": _expected(flows, index),
                "open_orders": _expected(open_orders, index),
            }
            for index, name in names
        },
    }


def _expected(flows: Flows, index: int) -> dict[str, list[float]]:
    means: dict[str, Floats] = {name: np.cumsum(getattr(flows, name)[:, index].mean(axis=0)) for name in SUMMED}
    return {name: mean.tolist() for name, mean in means.items()} | {
        "in_transit": flows.receivables[:, index].mean(axis=0).tolist()
    }
