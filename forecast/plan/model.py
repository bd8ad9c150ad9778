"""What a plan says, as frozen values: money in yuan, rates as fractions, days as local calendar days.

Nothing here reads or checks a file (see ``reading.py``); every object that exists has been checked.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # the fields' types are looked up when a result is read
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from forecast.plan.places import Places
from forecast.records import Says

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CAUSES = ("integration", "validation", "risk_control", "clearing")
"""The four known causes of a failed first deduction (系统对接, 订单校验, 风险控制, 资金通道)."""

ALL_CAUSES = (*CAUSES, "unknown")
"""The causes that a ledger may name: the four, and ``unknown``."""

Language = Literal["zh", "en"]
DayCount = Literal["act/360", "act/365", "30/360"]
InterestDue = Literal["month_end", "maturity"]
FacilityKind = Literal[
    "revolver",
    "term_loan",
    "receivables",
    "factoring",
    "inventory",
    "early_settlement",
    "payables_extension",
    "overdraft",
    "owner_loan",
]

FailureRate = "float | Mapping[str, float]"
"""A failed share of the value whose first deduction was tried: one number for all causes, or one by cause."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """Whose plan it is."""

    name: str = "merchant"
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    holidays: str = "CN"


@dataclass(frozen=True, slots=True)
class Horizon:
    """The plan's days, sample paths, seed and confidence.

    The horizon is the ``days`` calendar days that follow ``as_of``, the last fully known day.
    """

    as_of: dt.date
    days: int = 60
    paths: int = 2000
    seed: int = 20261111
    confidence: float = 0.95
    stress_scenarios_must_hold: bool = False


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """Where the orders are: a file, a folder of Parquet files, or a database URL with a table's name."""

    orders: str
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cash:
    """The cash position on the evening of as_of (yuan), its minimum, and the file of the other flows.

    ``idle_cost`` (a year), ``shortage_cost`` (yuan a yuan short) and ``transfer_cost`` (yuan) serve the cross-checks.
    """

    opening_balance: float
    minimum_balance: float = 0.0
    surplus_rate: float = 0.0
    other_flows: Path | None = None
    idle_cost: float | None = None
    shortage_cost: float | None = None
    transfer_cost: float = 20.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A payment channel; every figure that is None is estimated from the ledger.

    ``clearing`` is the clearing name shared by channels that fail together; by default the channel's own name.
    """

    name: str
    label: str
    clearing: str
    fee_rate: float | None = None
    failure_rate: float | Mapping[str, float] | None = None
    settlement_days: int | None = None
    refund_rate: float | None = None
    refund_days: int | None = None
    unpaid_after_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A promotion (大促) from start to end, both included; without ``peak`` it is flat."""

    name: str
    start: dt.date
    end: dt.date
    peak: dt.date | None = None
    uplift: float | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """On ``days`` days from ``start`` the given share of first deductions fails with ``cause``.

    Exactly one of ``channel`` and ``clearing`` is set.
    """

    start: dt.date
    days: int
    share: float = 1.0
    cause: str = "clearing"
    channel: str | None = None
    clearing: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """``share`` of the orders of ``source`` are placed through ``target`` instead."""

    source: str
    target: str
    share: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes against the base; an empty mapping or tuple changes nothing.

    ``volume`` multiplies all sales; ``volume_of`` multiplies those of an event's days (by its name) or of a channel.
    """

    name: str
    label: str
    failure_rate: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    volume: float = 1.0
    volume_of: Mapping[str, float] = field(default_factory=dict)
    settlement_delay: Mapping[str, int] = field(default_factory=dict)
    refund_rate: Mapping[str, float] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    shift: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Facility:
    """A source of financing with its terms; a term that its kind does not have keeps the default.

    Money in yuan, rates as fractions a year (``service_fee``, ``arrangement_fee`` and ``prepayment_fee`` as fractions
    of the amount that they are charged on; ``fee_per_day`` a fraction a day).
    """

    name: str
    kind: FacilityKind
    limit: float = field(metadata={"says": Says("limit", rounding="fen")})
    annual_rate: float = field(default=0.0, metadata={"says": Says("annual_rate", rounding="digits")})
    day_count: DayCount = "act/365"
    arrangement_fee: float = field(default=0.0, metadata={"says": Says("arrangement_fee", rounding="digits")})
    commitment_fee: float = field(default=0.0, metadata={"says": Says("commitment_fee", rounding="digits")})
    notice_days: int = 0
    signing_days: int = 0
    signed: bool = False
    drawn: float = field(default=0.0, metadata={"says": Says("drawn", rounding="fen")})
    available_from: dt.date | None = field(default=None, metadata={"says": Says("available_from", optional=True)})
    available_to: dt.date | None = field(default=None, metadata={"says": Says("available_to", optional=True)})
    interest_due: InterestDue = "month_end"
    minimum_draw: float = field(default=0.0, metadata={"says": Says("minimum_draw", rounding="fen")})
    tenor_days: int | None = field(default=None, metadata={"says": Says("tenor_days", optional=True)})
    repayment: Literal["bullet", "equal_instalments", "equal_principal"] = "bullet"
    draw_date: dt.date | None = field(default=None, metadata={"says": Says("draw_date", optional=True)})
    prepayment_fee: float | None = field(
        default=None, metadata={"says": Says("prepayment_fee", rounding="digits", optional=True)}
    )
    advance_rate: float = field(default=1.0, metadata={"says": Says("advance_rate", rounding="digits")})
    channels: tuple[str, ...] = ()
    max_age_days: int | None = field(default=None, metadata={"says": Says("max_age_days", optional=True)})
    concentration: float = field(default=1.0, metadata={"says": Says("concentration", rounding="digits")})
    service_fee: float = field(default=0.0, metadata={"says": Says("service_fee", rounding="digits")})
    discount_rate: float = field(default=0.0, metadata={"says": Says("discount_rate", rounding="digits")})
    recourse: bool = True
    category: str = "stock"
    fee_per_day: float = field(default=0.0, metadata={"says": Says("fee_per_day", rounding="digits")})


@dataclass(frozen=True, slots=True)
class Covenants:
    """Promises to lenders; None where the plan makes none."""

    minimum_dscr: float | None = None
    maximum_utilisation: float | None = None
    clean_down_days: int | None = None


@dataclass(frozen=True, slots=True)
class OtherFlow:
    """One line of ``other_flows.csv``: yuan in (positive) or out (negative) on a day after as_of."""

    date: dt.date
    amount: float
    category: str
    note: str = ""
    movable_days: int = 0
    deferral_cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan, checked.

    ``scenarios`` always holds ``base`` first; the built-in scenarios are added by ``forecast.scenarios`` when the
    plan names no other (``scenarios`` then holds ``base`` alone). ``other_flows`` holds the lines dated after as_of;
    ``ignored_flows`` counts the others. ``places`` says where the keys stand; no figure depends on it.
    """

    path: Path
    language: Language
    merchant: Merchant
    horizon: Horizon
    ledger: LedgerSource
    cash: Cash
    channels: Mapping[str, Channel]
    events: tuple[Event, ...] = ()
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    facilities: tuple[Facility, ...] = ()
    covenants: Covenants | None = None
    accounts: Mapping[str, float] = field(default_factory=dict)
    other_flows: tuple[OtherFlow, ...] = ()
    ignored_flows: int = 0
    places: Places = field(default_factory=Places, compare=False, repr=False)
