"""What makes a row a bad row: each condition with the column it is shown under and a stable reason.

The conditions are SQL over the columns that ``validation.py`` prepares: for each column of the ledger its plain value
as found (``found_x``) and what was read from it (the moment or the fen, ``x``), events after as_of already blanked in
both; ``refunded_known`` is the refund's moment, from the plan's ``refund_days`` where the ledger has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.columns import MONEY, TIMES
from forecast.ledger.parsing import money_faults
from forecast.ledger.sql import among, text
from forecast.plan.model import ALL_CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TIME = "ordered_at"

HEADER = "header_repeated"
"""The reason of a line that holds the headers once more."""

_LOST = "CASE WHEN order_id LIKE '%+%' THEN regexp_matches(order_id, '^[0-9]([.][0-9]+)?[eE][+][0-9]+$') END"
"""An order number that a spreadsheet rounded (``1.23457E+17``): its last digits are gone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that makes a row bad: an SQL condition (null counts as false), where it shows, and the reason."""

    condition: str
    column: str
    reason: str


def faults(types: Mapping[str, str], channels: Iterable[str], time_header: str = _TIME) -> list[Fault]:
    """Every fault that a row can have, given the ledger's columns with their types in the source, and the channels.

    ``time_header`` is what the source calls the time of order.
    """
    return [
        *_header(types, time_header),
        *_missing(),
        Fault(_LOST, "order_id", "order_id_lost"),
        Fault(f"NOT {among('channel', channels)}", "channel", "channel_unknown"),
        Fault(f"NOT {among('failure_cause', ALL_CAUSES)}", "failure_cause", "failure_cause_unknown"),
        *(Fault(f"found_{x} IS NOT NULL AND {x} IS NULL", x, f"{x}_unreadable") for x in TIMES),
        *(
            Fault(condition, column, reason)
            for column in MONEY
            if column in types
            for condition, reason in money_faults(f"found_{column}", types[column], column, column)
        ),
        *_failures(),
        *_settlements(),
        *_refunds(types),
    ]


def _header(types: Mapping[str, str], time_header: str) -> list[Fault]:
    """A line that holds the headers once more, told by that of the time of order."""
    if types.get(_TIME, "") != "VARCHAR":
        return []
    return [Fault(f"found_{_TIME} = {text(time_header)}", _TIME, HEADER)]


def _missing() -> list[Fault]:
    values = {"order_id": "order_id", "channel": "channel", "ordered_at": "found_ordered_at", "amount": "found_amount"}
    return [Fault(f"{value} IS NULL", column, f"{column}_missing") for column, value in values.items()]


def _failures() -> list[Fault]:
    return [
        *(
            Fault(_earlier(event, "ordered_at"), event, f"{event.removesuffix('_at')}_before_ordered")
            for event in ("paid_at", "failed_at", "deducted_at", "closed_at")
        ),
        Fault("failed_at IS NOT NULL AND failure_cause IS NULL", "failed_at", "failed_at_without_cause"),
        Fault(_earlier("deducted_at", "failed_at"), "deducted_at", "deducted_before_failed"),
        Fault(_earlier("closed_at", "failed_at"), "closed_at", "closed_before_failed"),
        Fault("deducted_at IS NOT NULL AND closed_at IS NOT NULL", "closed_at", "deducted_and_closed"),
    ]


def _settlements() -> list[Fault]:
    refunded_before = f"CASE WHEN {_earlier_day('refunded_known', 'settled_on')} THEN refunded_amount ELSE 0 END"
    above_rest = f"settled_amount > amount - {refunded_before}"
    return [
        Fault(_earlier_day("settled_on", "ordered_at"), "settled_on", "settled_before_ordered"),
        Fault(_earlier_day("settled_on", "deducted_at"), "settled_on", "settled_before_deducted"),
        Fault("settled_on IS NOT NULL AND deducted_at IS NULL", "settled_on", "settled_without_deduction"),
        Fault(_without("settled_on", "settled_amount"), "settled_amount", "settled_amount_missing"),
        Fault(_without("settled_amount", "settled_on"), "settled_on", "settled_on_missing"),
        Fault(f"settled_on IS NOT NULL AND {above_rest}", "settled_amount", "fee_negative"),
    ]


def _refunds(types: Mapping[str, str]) -> list[Fault]:
    refunds = [
        Fault(_earlier_day("refunded_on", "ordered_at"), "refunded_on", "refunded_before_ordered"),
        Fault(_earlier_day("refunded_on", "deducted_at"), "refunded_on", "refunded_before_deducted"),
        Fault("refunded_on IS NOT NULL AND deducted_at IS NULL", "refunded_on", "refunded_without_deduction"),
        Fault(_without("refunded_on", "refunded_amount"), "refunded_amount", "refunded_amount_missing"),
        Fault("refunded_amount > amount", "refunded_amount", "refund_above_amount"),
    ]
    if "refunded_on" in types:
        undated = f"{_without('refunded_amount', 'refunded_on')} AND refunded_known IS NULL"
        refunds.append(Fault(undated, "refunded_on", "refunded_on_missing"))
    return refunds


def _without(given: str, absent: str) -> str:
    return f"found_{given} IS NOT NULL AND found_{absent} IS NULL"


def _day(moment: str) -> str:
    return f"CAST({moment} AS DATE)"


def _earlier_day(moment: str, other: str) -> str:
    return f"{_day(moment)} < {_day(other)}"


def _earlier(moment: str, other: str) -> str:
    """Whether a moment lies before another; a moment at exactly midnight is a date alone and compared by the day."""
    timed = f"{moment} <> {_day(moment)} AND {other} <> {_day(other)}"
    return f"{moment} < {other} AND ({_earlier_day(moment, other)} OR ({timed}))"
