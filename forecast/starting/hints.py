"""What of the files may make the plan's figures wrong, so that the user hears of it at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.starting.survey import BILL_DAYS
from forecast.starting.whole_days import usual_pause

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.starting.proposal import FileProposed
    from forecast.starting.survey import Balance, FileFound, Survey

WEEKEND = 2
"""Days on which no money moves in a bank: a balance of longer ago may lack some."""

MANY_STRAYS = 0.2
"""Above this share of lines without an order a bill seems to be another shop's."""

FEW_DAYS = 56
"""With orders of fewer days than these, neither weekdays nor settlements are known well."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something of the files that may make figures wrong: a stable code, the file, and the day that it is about.

    ``other`` is a second file or a channel; ``count`` and ``detail`` are what the code says of them, ``reason`` is the
    code of why a line cannot be read.
    """

    code: str
    file: str
    day: dt.date
    other: str = ""
    count: int = 0
    detail: str = ""
    reason: str = ""


def hints(survey: Survey, balances: Sequence[Balance] = (), files: Sequence[FileProposed] = ()) -> tuple[Hint, ...]:
    """Bills that begin long after the orders or end long before them, orders that end early, or of too few days.

    ``balances`` are those of the opening balance: one of days before as_of is told, too; and of ``files`` orders
    without a payment method, where others of the file have several.
    """
    kinds = dict.fromkeys(one.format for one in survey.bills)
    found = [hint for kind in kinds for hint in _of_bills(survey, kind)]
    if not any(hint.code == "bill_ends_early" for hint in found):
        found += _of_orders(survey)
    found += _of_balances(survey, balances)
    found += _of_files(survey)
    found += filter(None, map(blank_methods, files))
    if (survey.as_of - survey.first).days + 1 < FEW_DAYS:
        found.append(Hint("few_days", "", survey.first))
    return tuple(found)


def _of_balances(survey: Survey, balances: Sequence[Balance]) -> Iterator[Hint]:
    """Hints on balances of days before as_of, from which on their account has been silent for longer than usual."""
    moved = {one.path: usual_pause(one.moved_on) for one in survey.files if one.moved_on}
    for one in balances:
        silent = (survey.as_of - one.day).days
        if silent > max(moved.get(one.path) or 0, WEEKEND):
            yield Hint("balance_old", one.path.name, one.day, count=silent)


def blank_methods(file: FileProposed) -> Hint | None:
    """A hint on the orders of a file that name no payment method and yet need a channel; ``other`` is that channel."""
    blank = next((one for one in file.found.methods if not one.text and one.orders), None)
    if blank is None or not file.channels or file.found.first is None:
        return None
    code = "method_blank_paid" if blank.paid else "method_blank"
    unpaid = blank.orders - blank.paid
    return Hint(
        code, file.found.path.name, file.found.first, file.channels[blank.text], blank.paid or unpaid, f"{unpaid:,}"
    )


def _of_files(survey: Survey) -> Iterator[Hint]:
    """Hints on lines and files that do not count, and on statements of which it is not known whose they are."""
    for one in survey.files:
        yield from _of_lines(one)
    yield from (Hint("table_left_out", name, survey.as_of) for name in survey.left_out)
    yield from (Hint("accounts_unsure", one.name, survey.as_of, other.name) for one, other in survey.unsure)


def _of_lines(file: FileFound) -> Iterator[Hint]:
    """Hints on lines that could not be read, and on a file that gave nothing."""
    if lines := file.unreadable:
        day = file.first or dt.date.min
        yield Hint("lines_unread", file.path.name, day, f"{lines.line}", lines.lines, lines.value, lines.reason)
    if (strays := file.strays) and strays.share > MANY_STRAYS:
        day, share, amount = file.first or dt.date.min, f"{strays.share:.1%}", f"{strays.fen / 100:,.2f}"
        yield Hint("bill_of_others", file.path.name, day, share, strays.lines, amount)
    if file.first is None:
        yield Hint("file_unused", file.path.name, dt.date.min)


def _of_bills(survey: Survey, kind: str) -> Iterator[Hint]:
    """Hints on the bills of one format together, which may be one a month."""
    bills = [one for one in survey.bills if one.format == kind]
    starts = [(one.first, one.path.name) for one in bills if one.first is not None]
    ends = [(one.known_until, one.path.name) for one in bills if one.known_until is not None]
    if not starts:
        return
    (start, first_file), (end, last_file) = min(starts), max(ends)
    if (start - survey.first).days > BILL_DAYS:
        yield Hint("bill_begins_late", first_file, start)
    if end == survey.as_of < survey.last_whole_day:
        yield Hint("bill_ends_early", last_file, end)


def _of_orders(survey: Survey) -> Iterator[Hint]:
    """A hint on the orders that end so early that much of what the others know does not count."""
    if (survey.last_whole_day - survey.as_of).days > BILL_DAYS:
        ended = [one.path.name for one in survey.files if one.whole_until == survey.as_of]
        yield Hint("orders_end_early", ended[0], survey.as_of)
