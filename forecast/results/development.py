"""Collection development in a result: the triangle of weekly cohorts, its projection, and notes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.notes import Note
from forecast.receivables.development import COHORTS, develop, valuation_day, weekly_cohorts
from forecast.records import Record, money, rate, record, says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Floats
    from forecast.ledger.tables import DailyTables
    from forecast.receivables.development import Collection


@record
class Development(Record):
    """What weekly cohorts of orders have paid by age, and are projected to pay; unknown figures are null."""

    cohorts: list[str] = says("last day of each week of orders")
    order_value: list[float] = money("order value, by cohort")
    collected: list[float] = money("net receipts so far, by cohort")
    ages: list[int] = says("ages", "weeks")
    collected_by_age: list[list[float | None]] = money("net receipts, by cohort and age")
    share_by_age: list[list[float | None]] = rate("share of order value collected, by cohort and age")
    factors: list[float] = rate("net receipts at an age over those a week earlier", "ratio")
    tail: float | None = rate("factor from the last age to the end", "ratio")
    reached: list[float | None] = rate("share of the ultimate reached, by age")
    developed: list[float | None] = rate("share of the ultimate reached, by cohort")
    expected_share: float | None = rate("share of order value collected in the end")
    projected_ultimate: list[float | None] = money("projected by the cohort's own receipts, by cohort")
    expected_ultimate: list[float | None] = money("weighed with the expected share, by cohort")
    still_to_come: list[float | None] = money("expected ultimate less collected, by cohort")


@record
class CollectionDevelopment(Record):
    """The development of each channel and of the whole shop.

    The whole is projected from its own triangle: channels of different lags mix, so that its ultimate is not the sum of
    theirs.
    """

    valued_on: str = says("day of valuation")
    by_channel: dict[str, Development] = says("by channel")
    total: Development = says("of the whole shop")


def collection_development(tables: DailyTables, channels: Sequence[str]) -> tuple[CollectionDevelopment, list[Note]]:
    """The development of each channel and of the whole shop, and notes where there is little to learn from."""
    notes: list[Note] = []
    by_channel = {}
    for name in channels:
        collection = develop(weekly_cohorts(tables, name))
        by_channel[name] = development(collection)
        where = f"channels.{name}"
        if len(collection.ages) == 0 and collection.cohorts.order_value.any():
            notes.append(Note("no_development", where, {"weeks": COHORTS}))
        elif collection.open_ended:
            notes.append(Note("development_open", where, {"weeks": len(collection.cohorts.weeks)}))
    total = development(develop(weekly_cohorts(tables)))
    valued_on = str(valuation_day(tables).astype("datetime64[D]"))
    return CollectionDevelopment(valued_on, by_channel, total), notes


def development(collection: Collection) -> Development:
    """One development; money in yuan."""
    cohorts, triangle = collection.cohorts, collection.triangle
    value = cohorts.order_value
    shares = np.divide(triangle, value[:, None], out=np.full(triangle.shape, np.nan), where=value[:, None] > 0)
    return Development(
        cohorts=[str(day) for day in cohorts.weeks],
        order_value=value.tolist(),
        collected=cohorts.latest.tolist(),
        ages=collection.ages.tolist(),
        collected_by_age=[_listed(row) for row in triangle],
        share_by_age=[_listed(row) for row in shares],
        factors=collection.factors.tolist(),
        tail=_number(collection.tail),
        reached=_listed(collection.reached),
        developed=_listed(collection.developed),
        expected_share=_number(collection.share),
        projected_ultimate=_listed(collection.projected),
        expected_ultimate=_listed(collection.expected),
        still_to_come=_listed(collection.still_to_come),
    )


def _listed(values: Floats) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
