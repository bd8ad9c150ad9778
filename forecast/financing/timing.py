"""When a facility can be drawn, when it is due, and how its principal is repaid: by day of a scenario."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.rates import day_fraction, night_fractions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.arrays import Bools, Days, Floats, Ints
    from forecast.cash import CashCase
    from forecast.plan.model import Facility

RECENT = 28
"""Days whose flows tell what comes in a day after the horizon."""

MONTH = 365 / 12
"""Days in an average month: turns ``tenor_days`` into a count of monthly repayments."""


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A facility's days in one scenario; day 0 = as_of + 1, evening −1 is that of as_of."""

    nights: Floats  # years by its day count from each evening to the next, 0 on the last day (closed out), (day,)
    commitment: Floats  # what one yuan undrawn costs, (day,); 0 before the facility is in force
    first_night: float  # years from the evening of as_of to the first day's
    first_commitment: float  # what one yuan undrawn costs for that night; 0 unless in force by then
    due: Bools  # days on which what has accrued is paid, bool (day,)
    open: Bools  # days on which a drawing may arrive, bool (day,)
    start: int  # first day in force (signed): the arrangement fee falls due; the number of days where never
    arrival: Ints  # by evening −1, 0, …: the day on which a drawing asked then arrives, −1 where none, (day + 1,)
    cover: Ints  # by evening: the last day before the first arrival that the next evening can still ask for, (day + 1,)
    near: Ints  # by evening: the last day before the first drawing that can still be made or asked for then, (day + 1,)


def calendar(
    case: CashCase,
    facility: Facility,
    only: Bools | None = None,
    *,
    on_holidays: bool = False,
) -> Calendar:
    """Lay out a facility's days, month ends being due; ``only``: days on which there is anything to draw, (day,).

    Drawings asked for with notice arrive on banking days; without notice on any day but a public holiday, and on that
    as well where ``on_holidays``. Where a drawing on notice costs a fee of its own, what is repaid is not asked for
    again at once: what is near then lasts until a later request arrives.
    """
    count = case.days.size
    first, *rest = night_fractions(np.append(np.datetime64(case.as_of, "D"), case.days), facility.day_count).tolist()
    nights = np.array(rest)
    nights[-1] = 0.0
    start, opened = open_days(case.days, facility, None if on_holidays else case.holiday)
    if only is not None:
        opened = opened & only
    arrival = arrivals(case.banking_day, opened, facility.notice_days, asked_from(facility))
    covered = cover(arrival, count)
    dear = facility.notice_days > 0 and facility.service_fee > 0
    return Calendar(
        nights=nights,
        commitment=np.where(np.arange(count) >= start, facility.commitment_fee * nights, 0.0),
        first_night=first,
        first_commitment=facility.commitment_fee * first if is_running(facility) else 0.0,
        due=interest_days(case.days, facility),
        open=opened,
        start=min(start, count),
        arrival=arrival,
        cover=covered,
        near=covered if dear else np.where(arrival >= 0, arrival - 1, count - 1),
    )


def is_running(facility: Facility) -> bool:
    """Tell whether a facility is in force by as_of."""
    return facility.signed or facility.drawn > 0


def asked_from(facility: Facility) -> int:
    """Give the evening on which a drawing can first be asked for, 0 that of as_of.

    With notice that of the day of signing; without it the one before, as money then comes on the day of signing itself.
    """
    if is_running(facility):
        return 0
    return facility.signing_days if facility.notice_days > 0 else max(facility.signing_days - 1, 0)


def open_days(days: Days, facility: Facility, holiday: Bools | None) -> tuple[int, Bools]:
    """Give the first day in force, and the days on which a drawing may arrive; ``holiday``: on which none can."""
    start = 0 if is_running(facility) else max(facility.signing_days, 1) - 1
    opened = np.arange(days.size) >= start
    if holiday is not None:
        opened = opened & ~holiday
    if facility.available_from is not None:
        opened = opened & (days >= np.datetime64(facility.available_from, "D"))
    if facility.available_to is not None:
        opened = opened & (days <= np.datetime64(facility.available_to, "D"))
    return start, opened


def soonest(days: Days, facility: Facility, banking: Bools, holiday: Bools) -> dt.date | None:
    """Give the first day on which money of a facility can arrive; None where there is none."""
    opened = open_days(days, facility, holiday)[1]
    arrival = arrivals(banking, opened, facility.notice_days, asked_from(facility))
    reachable = arrival[arrival >= 0]
    return dt.date.fromisoformat(str(days[reachable[0]])) if reachable.size else None


def reach_beyond(count: int) -> int:
    """Give the days after a horizon of ``count`` days by which old debt that falls due must be met: as many, or 28."""
    return max(count, RECENT)


def month_ends(days: Days) -> Bools:
    """Mark the last day of each month."""
    return np.asarray(days.astype("datetime64[M]") != (days + 1).astype("datetime64[M]"))


def interest_days(days: Days, facility: Facility) -> Bools:
    """Mark the days on which what has accrued is paid, whatever is repaid."""
    if facility.interest_due == "month_end":
        return month_ends(days)
    twentieth = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) == 19  # noqa: PLR2004
    if facility.interest_due == "quarter_20":
        return np.asarray(twentieth & (days.astype("datetime64[M]").astype(np.int64) % 3 == 2))  # noqa: PLR2004
    return np.asarray(twentieth & (facility.interest_due == "day_20"))


def interest_rate(facility: Facility) -> float:
    """Give the rate a year on what is owed, with value-added tax and a guarantor's fee, in its own day count."""
    return facility.annual_rate * (1 + facility.interest_vat) + facility.guarantee_fee


def settled_on(outstanding: Floats, before: float = 0.0) -> Bools:
    """Mark the day on which the last principal is repaid; ``before``: what is owed on the evening before the first."""
    previous = np.concatenate([[before], outstanding[:-1]])
    return np.asarray((previous > 0) & (outstanding == 0))


def falls_on(outstanding: Floats, before: float = 0.0) -> Bools:
    """Mark the days on which principal is repaid; ``before`` as for ``settled_on``."""
    return np.asarray(np.diff(outstanding, prepend=before) < 0)


def arrivals(banking: Bools, opened: Bools, notice: int, asked_from: int) -> Ints:
    """Give by evening the first day on which a drawing asked then may arrive, −1 where there is none."""
    count = banking.size
    worked = np.concatenate([[0], np.cumsum(banking)])
    possible = opened if notice == 0 else opened & banking
    evenings = np.arange(count)  # 0: that of as_of; before the facility is in force no drawing can be asked for
    earliest = np.maximum(np.searchsorted(worked[1:], worked[:-1] + notice), evenings)
    ready = np.flatnonzero(possible)
    place = np.searchsorted(ready, earliest)
    arrival = np.full(count + 1, -1, dtype=np.int64)
    there = (place < ready.size) & (evenings >= asked_from)
    arrival[:count][there] = ready[place[there]]
    return arrival


def cover(arrival: Ints, count: int) -> Ints:
    """Give by evening the last day that a drawing asked on a later evening cannot reach."""
    later = np.append(arrival[1:], -1)
    return np.where(later >= 0, later - 1, count - 1)


def principal(days: Days, facility: Facility, drawn_on: dt.date) -> Floats:
    """Give the principal owed on each evening of ``days`` per yuan drawn on ``drawn_on`` (the day itself included).

    Equal instalments are one payment of interest and principal, the same each month, the interest that of the actual
    days by the day count. Without a tenor the loan outlasts the horizon.
    """
    owed = np.ones(days.size)
    if facility.tenor_days is None:
        return owed
    maturity = drawn_on + dt.timedelta(days=facility.tenor_days)
    months = max(1, round(facility.tenor_days / MONTH)) if facility.repayment != "bullet" else 1
    dates = [min(_months_later(drawn_on, month), maturity) for month in range(1, months)] + [maturity]
    parts = np.full(months, 1 / months)
    if facility.repayment == "equal_instalments":
        periods = zip([drawn_on, *dates[:-1]], dates, strict=True)
        parts = _annuity([interest_rate(facility) * day_fraction(*one, facility.day_count) for one in periods])
    for day, part in zip(dates, parts, strict=True):
        owed[days >= np.datetime64(day, "D")] -= part
    owed[days >= np.datetime64(maturity, "D")] = 0.0
    return owed


def _annuity(rates: Sequence[float]) -> Floats:
    """Give the principal parts of level payments that repay one yuan; ``rates`` are the interest of each period."""
    growth = np.cumprod(1.0 + np.asarray(rates))
    payment = 1.0 / float((1.0 / growth).sum())
    # owed after each payment: one yuan and the payments so far, both carried forward
    left = growth * (1.0 - payment * np.cumsum(1.0 / growth))
    return -np.diff(left, prepend=1.0)


def _months_later(day: dt.date, months: int) -> dt.date:
    """Give the same day of the month, or the month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + year, month + 1, 1)
    following = dt.date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
