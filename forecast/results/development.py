"""Collection development as a plain mapping: the triangle of weekly cohorts, its projection, and notes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.notes import Note
from forecast.receivables.development import COHORTS, develop, valuation_day, weekly_cohorts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.ledger.tables import DailyTables
    from forecast.receivables.development import Collection


def development_part(tables: DailyTables, channels: Sequence[str]) -> tuple[dict[str, Any], list[Note]]:
    """The development of each channel and of the whole shop, and notes where there is little to learn from.

    The whole is projected from its own triangle: channels of different lags mix, so that its ultimate is not the sum
    of theirs.
    """
    notes: list[Note] = []
    by_channel = {}
    for name in channels:
        collection = develop(weekly_cohorts(tables, name))
        by_channel[name] = collection_part(collection)
        where = f"channels.{name}"
        if len(collection.ages) == 0 and collection.cohorts.order_value.any():
            notes.append(Note("no_development", where, {"weeks": COHORTS}))
        elif collection.open_ended:
            notes.append(Note("development_open", where, {"weeks": len(collection.cohorts.weeks)}))
    total = collection_part(develop(weekly_cohorts(tables)))
    valued_on = str(valuation_day(tables).astype("datetime64[D]"))
    return {"valued_on": valued_on, "by_channel": by_channel, "total": total}, notes


def collection_part(collection: Collection) -> dict[str, Any]:
    """One development in the keys of ``result.json``; money in yuan, unknown figures None."""
    cohorts, triangle = collection.cohorts, collection.triangle
    value = cohorts.order_value
    shares = np.divide(triangle, value[:, None], out=np.full(triangle.shape, np.nan), where=value[:, None] > 0)
    return {
        "cohorts": [str(day) for day in cohorts.weeks],
        "order_value": value.tolist(),
        "collected": cohorts.latest.tolist(),
        "ages": collection.ages.tolist(),
        "collected_by_age": [_listed(row) for row in triangle],
        "share_by_age": [_listed(row) for row in shares],
        "factors": collection.factors.tolist(),
        "tail": _number(collection.tail),
        "reached": _listed(collection.reached),
        "developed": _listed(collection.developed),
        "expected_share": _number(collection.share),
        "projected_ultimate": _listed(collection.projected),
        "expected_ultimate": _listed(collection.expected),
        "still_to_come": _listed(collection.still_to_come),
    }


def _listed(values: Floats) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
