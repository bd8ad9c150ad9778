"""Facilities and covenants whose terms are out of all measure, or that cannot be drawn in the horizon."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from forecast.financing.timing import soonest
from forecast.notes import Note

if TYPE_CHECKING:
    from forecast.calendar import Calendar
    from forecast.notes import Values
    from forecast.plan.model import Facility, Plan

SMALL_RATE, LARGE_RATE, LARGE_EARNED = 0.01, 0.36, 0.1
"""Rates a year that are rather a slip: below and above what a facility costs, and above what cash earns."""

LARGE_FEE, SMALL_DAILY, LARGE_DAILY = 0.05, 0.00001, 0.002
"""A fee above, and a fee a day below and above these are rather a slip of the decimal point."""

SHORT_TENOR, LONG_TENOR = 14, 1_100
"""Days that no loan is so short or so long for; fewer are rather months, or years."""

LEAST_SHARE, LEAST_AGE = 0.1, 7
"""A base that lends less of a claim, or none that is older in days, is as good as no facility."""

LEAST_USED, MOST_COVER = 0.05, 10.0
"""A covenant that allows less of the limits to be used, or asks for more cover of debt service, is in another unit."""

LEAST_DRAWN = 1 / 1_000
"""What is drawn is rather in 万 where it is less of the limit."""


def on_facilities(plan: Plan, calendar: Calendar) -> list[Note]:
    """Facilities that cannot be drawn in the horizon, or not on their day, and terms that are odd."""
    notes = []
    for facility in plan.facilities:
        notes += [*_reach(plan, facility), *_put_off(plan, facility, calendar), *_rates(facility), *_terms(facility)]
    if plan.cash.surplus_rate > LARGE_EARNED:
        notes.append(Note("rate_very_large", "cash.surplus_rate", {"rate": plan.cash.surplus_rate}))
    return notes + _covenants(plan)


def _reach(plan: Plan, facility: Facility) -> list[Note]:
    """Days of a facility outside the horizon."""
    first = plan.horizon.as_of + dt.timedelta(days=1)
    last = plan.horizon.as_of + dt.timedelta(days=plan.horizon.days)
    where, notes = f"facilities.{facility.name}", []
    for key, day in {"available_from": facility.available_from, "draw_date": facility.draw_date}.items():
        if day is not None and day > last:
            notes.append(Note("facility_too_late", f"{where}.{key}", {"day": str(day), "last": str(last)}))
    ended = facility.available_to
    if ended is not None and ended < first:
        notes.append(Note("facility_over", f"{where}.available_to", {"day": str(ended), "first": str(first)}))
    waits = {"notice_days": facility.notice_days, "signing_days": 0 if facility.signed else facility.signing_days}
    for key, days in waits.items():
        if days >= plan.horizon.days:
            notes.append(Note("wait_beyond_horizon", f"{where}.{key}", {"days": days, "horizon": plan.horizon.days}))
    return notes


def _put_off(plan: Plan, facility: Facility, calendar: Calendar) -> list[Note]:
    """A day of drawing before signature and notice allow it; one before as_of is that of a loan owed already."""
    day, as_of = facility.draw_date, plan.horizon.as_of
    if day is None or (facility.drawn > 0 and day <= as_of):
        return []
    days = np.datetime64(as_of, "D") + np.arange(1, plan.horizon.days + 1)
    first = soonest(days, facility, calendar.is_working_day(days), calendar.is_holiday(days))
    if first is None or day >= first:
        return []
    waits = {"notice": facility.notice_days, "signing": 0 if facility.signed else facility.signing_days}
    where = f"facilities.{facility.name}.draw_date"
    return [Note("draw_date_put_off", where, {"day": str(day), "soonest": str(first), **waits})]


def _rates(facility: Facility) -> list[Note]:
    """Rates and fees of a facility that look like slips of the decimal point."""
    where, rate = f"facilities.{facility.name}", facility.annual_rate
    notes = []
    if rate > LARGE_RATE:
        notes.append(Note("rate_very_large", f"{where}.annual_rate", {"rate": rate}))
    elif 0 < rate < SMALL_RATE:
        notes.append(Note("rate_very_small", f"{where}.annual_rate", {"rate": rate}))
    if 0 < facility.fee_per_day < SMALL_DAILY:
        notes.append(Note("fee_very_small", f"{where}.fee_per_day", {"rate": facility.fee_per_day}))
    fees = {
        "arrangement_fee": (facility.arrangement_fee, LARGE_FEE),
        "commitment_fee": (facility.commitment_fee, LARGE_FEE),
        "fee_per_day": (facility.fee_per_day, LARGE_DAILY),
        "prepayment_fee": (facility.prepayment_fee or 0.0, LARGE_FEE),
        "service_fee": (facility.service_fee, LARGE_FEE),
    }
    return notes + [
        Note("fee_very_large", f"{where}.{name}", {"rate": fee})
        for name, (fee, largest) in fees.items()
        if fee >= largest
    ]


def _terms(facility: Facility) -> list[Note]:
    """Terms that make a facility useless, or that are in another unit."""
    where, notes = f"facilities.{facility.name}", []
    tenor, age, limit = facility.tenor_days, facility.max_age_days, facility.limit
    if tenor is not None and not SHORT_TENOR <= tenor <= LONG_TENOR:
        notes.append(Note("tenor_odd", f"{where}.tenor_days", {"days": tenor}))
    shares = {"advance_rate": facility.advance_rate, "concentration": facility.concentration}
    for key, share in shares.items():
        if 0 < share < LEAST_SHARE:
            notes.append(Note("share_very_small", f"{where}.{key}", {"share": share}))
    if age is not None and age < LEAST_AGE:
        notes.append(Note("age_very_small", f"{where}.max_age_days", {"days": age}))
    if limit and 0 < facility.drawn < LEAST_DRAWN * limit:
        values: Values = {"drawn": facility.drawn, "limit": limit}
        notes.append(Note("drawn_very_small", f"{where}.drawn", values))
    return notes


def _covenants(plan: Plan) -> list[Note]:
    """Covenants in per cent, or in parts of a hundred."""
    agreed = plan.covenants
    if agreed is None:
        return []
    notes = []
    if agreed.maximum_utilisation is not None and agreed.maximum_utilisation < LEAST_USED:
        share = agreed.maximum_utilisation
        notes.append(Note("share_very_small", "covenants.maximum_utilisation", {"share": share}))
    if agreed.minimum_dscr is not None and agreed.minimum_dscr > MOST_COVER:
        notes.append(Note("cover_very_large", "covenants.minimum_dscr", {"cover": agreed.minimum_dscr}))
    return notes
