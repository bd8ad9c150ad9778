"""The report's tables of collection development: by channel, and the whole shop's weekly cohorts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.development import Development
    from forecast.results.run import Result

AGES = {"newest": 0, "weeks_1": 1, "weeks_2_3": 2, "weeks_4_7": 4, "older": 8}
"""The classes of age, each from so many whole weeks since the week of order ended."""

SHOWN_AGES = (0, 1, 2, 3, 4, 6, 8, 12, 16)
"""The ages in weeks of which the table by channel tells the share reached, as far as any channel needs them."""


def channels(result: Result, figures: Figures) -> Table:
    """A row a channel and the whole shop: ordered, collected, still to come, and the share reached by age."""
    texts, development = figures.texts, result.collection_development
    parts = [(result.channels[name].label, part) for name, part in development.by_channel.items()]
    parts.append((texts("words.channels_all"), development.total))
    last = max((part.ages[-1] for _, part in parts if part.ages), default=0)
    ages = [age for position, age in enumerate(SHOWN_AGES) if position == 0 or SHOWN_AGES[position - 1] < last]
    rows = [
        [
            label,
            *map(figures.money, (sum(part.order_value), sum(part.collected), _sum(part.still_to_come))),
            figures.percent(part.expected_share, 1),
            *(figures.percent(_reached(part, age), 1) for age in ages),
        ]
        for label, part in parts
    ]
    heads = [texts(f"words.{word}") for word in ("channel", "sales", "collected", "still_to_come", "expected_share")]
    heads += [texts("development.age", weeks=age) for age in ages]
    first = development.total.cohorts[0]
    caption = texts("development.caption", start=first, end=development.valued_on, unit=figures.unit)
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)


def open_weeks(result: Result, figures: Figures) -> Table:
    """The whole shop's weeks of which money is still to come, oldest first, with their sum."""
    texts, part = figures.texts, result.collection_development.total
    last = part.ages[-1] if part.ages else 0
    chosen = slice(max(0, len(part.cohorts) - 1 - last), None)
    series = (part.order_value, part.collected, part.expected_ultimate, part.still_to_come)
    columns = [list(amounts)[chosen] for amounts in series]
    rows = [
        [week, *map(figures.money, amounts), figures.percent(developed, 1)]
        for week, developed, *amounts in zip(part.cohorts[chosen], part.developed[chosen], *columns, strict=True)
    ]
    rows.append([texts("words.total"), *(figures.money(_sum(amounts)) for amounts in columns), ""])
    words = ("order_week", "sales", "collected", "expected_ultimate", "still_to_come", "developed")
    caption = texts("development.open_caption", unit=figures.unit)
    return Table([texts(f"words.{word}") for word in words], rows, strong_rows=(len(rows) - 1,), caption=caption)


def ageing(result: Result, figures: Figures) -> Table | None:
    """What is still to come by channel and by how many weeks ago it was ordered; None where that is not known."""
    texts, development = figures.texts, result.collection_development
    rows, sums = [], [0.0] * len(AGES)
    for name, part in development.by_channel.items():
        amounts = _by_age(part)
        if amounts is None:
            continue
        sums = [one + more for one, more in zip(sums, amounts, strict=True)]
        rows.append([result.channels[name].label, *map(figures.money, (*amounts, sum(amounts)))])
    if not rows:
        return None
    rows.append([texts("words.channels_all"), *map(figures.money, (*sums, sum(sums)))])
    heads = [texts("words.channel"), *(texts(f"ageing.{word}") for word in AGES), texts("words.total")]
    caption = texts("ageing.caption", day=development.valued_on, unit=figures.unit)
    whole, added = _sum(development.total.still_to_come), figures.money(sum(sums))
    if whole is not None and figures.money(whole) != added:
        caption += texts("ageing.both", sums=added, whole=figures.money(whole))
    return Table(heads, rows, strong_rows=(len(rows) - 1,), caption=caption)


def _by_age(part: Development) -> list[float] | None:
    """What is still to come by age; None where the channel has nothing to learn it from."""
    known = [amount for amount in part.still_to_come if amount is not None]
    if not known or len(known) != len(part.still_to_come):
        return None
    newest = [*reversed(known)]
    ends = [*AGES.values(), len(newest)]
    return [sum(newest[first:after]) for first, after in pairwise((*ends[: len(AGES)], max(ends)))]


def _reached(part: Development, age: int) -> float | None:
    """The share of the ultimate reached at an age: nothing before the first with money, all after the last."""
    ages = part.ages
    if not ages or part.reached[0] is None:
        return None
    if age < ages[0]:
        return 0.0
    return 1.0 if age > ages[-1] else part.reached[age - ages[0]]


def _sum(amounts: Sequence[float | None]) -> float | None:
    """The sum, unknown where one of the amounts is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None
