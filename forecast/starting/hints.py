"""What of the files may make the plan's figures wrong, so that the user hears of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.starting.survey import BILL_DAYS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from forecast.starting.survey import Survey

FEW_DAYS = 56
"""With orders of fewer days than these, neither weekdays nor settlements are known well."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something of the files that may make figures wrong: a stable code, the file, and the day that it is about."""

    code: str
    file: str
    day: dt.date


def hints(survey: Survey) -> tuple[Hint, ...]:
    """Bills that begin long after the orders or end long before them, and orders of too few days."""
    return tuple(_hints(survey))


def _hints(survey: Survey) -> Iterator[Hint]:
    bills = [(one.format, one.path.name, one.first, one.last) for one in survey.bills if one.first and one.last]
    for kind in dict.fromkeys(kind for kind, *_ in bills):
        start, first_file = min((first, file) for other, file, first, _ in bills if other == kind)
        end, last_file = max((last, file) for other, file, _, last in bills if other == kind)
        if (start - survey.first).days > BILL_DAYS:
            yield Hint("bill_begins_late", first_file, start)
        if end == survey.as_of and any(one.whole_until and one.whole_until > end for one in survey.files):
            yield Hint("bill_ends_early", last_file, end)
    if (survey.as_of - survey.first).days + 1 < FEW_DAYS:
        yield Hint("few_days", "", survey.first)
