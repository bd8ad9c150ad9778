"""Small scenarios for the tests of financing: flows written out, or a seasonal shop before a promotion."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from forecast.cash import CashCase, ChannelCash
from forecast.plan.model import Facility

if TYPE_CHECKING:
    from collections.abc import Sequence

FRIDAY = dt.date(2026, 10, 16)
"""An as_of whose next day is a Saturday."""

BANK_LINE = Facility(
    "bank_line",
    "revolver",
    5_000_000.0,
    annual_rate=0.0435,
    day_count="act/360",
    arrangement_fee=0.001,
    commitment_fee=0.002,
    notice_days=1,
    minimum_draw=10_000.0,
)
RECEIVABLES = Facility(
    "receivables_finance",
    "receivables",
    8_000_000.0,
    annual_rate=0.06,
    advance_rate=0.8,
    channels=("baitiao",),
    service_fee=0.002,
)
OVERDRAFT = Facility("overdraft", "overdraft", 1_000_000.0, annual_rate=0.09)
TERM_LOAN = Facility("term_loan", "term_loan", 5_000_000.0, annual_rate=0.05, day_count="act/360", tenor_days=90)
FACTORING = Facility("factoring", "factoring", 8_000_000.0, advance_rate=0.9, discount_rate=0.075, service_fee=0.003)
EARLY = Facility("early", "early_settlement", 8_000_000.0, fee_per_day=0.0002)
OWNER = Facility("owner", "owner_loan", 2_000_000.0, annual_rate=0.08, tenor_days=20)
STOCK_LOAN = Facility("stock_loan", "inventory", 8_000_000.0, annual_rate=0.07, advance_rate=0.5, tenor_days=20)
SUPPLIERS = Facility("suppliers", "payables_extension", None, annual_rate=0.01)
PREPAYABLE = Facility("prepayable", "term_loan", 3_000_000.0, annual_rate=0.06, tenor_days=45, prepayment_fee=0.0005)
EVERY_KIND = (
    BANK_LINE,
    RECEIVABLES,
    OVERDRAFT,
    TERM_LOAN,
    FACTORING,
    EARLY,
    OWNER,
    STOCK_LOAN,
    SUPPLIERS,
    PREPAYABLE,
)


def case_of(  # the other arguments are fields of CashCase
    flows: Sequence[Sequence[float]] | np.ndarray,
    *,
    opening: float = 0.0,
    minimum: float = 0.0,
    surplus_rate: float = 0.0,
    as_of: dt.date = FRIDAY,
    settled: np.ndarray | None = None,
    receivables: np.ndarray | None = None,
    opening_receivables: float = 0.0,
    purchases: dict[str, np.ndarray] | None = None,
) -> CashCase:
    """Give a scenario of one channel with these flows, (path, day); banks work from Monday to Friday."""
    values = np.asarray(flows, dtype=np.float64)
    paths, count = values.shape
    days = np.datetime64(as_of, "D") + 1 + np.arange(count)
    nothing = np.zeros((paths, 1, count))
    return CashCase(
        days=days,
        as_of=as_of,
        opening_balance=opening,
        minimum_balance=minimum,
        surplus_rate=surplus_rate,
        flows=values,
        channels=("baitiao",),
        opening_receivables=np.array([opening_receivables]),
        banking_day=np.is_busday(days),
        by_channel=ChannelCash(
            settled=nothing if settled is None else settled,
            receivables=nothing if receivables is None else receivables,
        ),
        purchases=purchases or {},
    )


def apart(case: CashCase) -> ChannelCash:
    """Give the channels of a scenario that keeps them apart."""
    assert case.by_channel is not None
    return case.by_channel


def shop(paths: int = 400, opening: float = 3_200_000.0, seed: int = 1, surplus_rate: float = 0.0) -> CashCase:
    """Give 60 days of a shop that buys stock for six millions before its promotion; sales settle after a week."""
    count, lag, usual = 60, 7, 400_000.0
    rng = np.random.default_rng(seed)
    expected = np.full(count, usual)
    expected[20:26] *= (2, 4, 8, 3, 2, 1.5)
    sales = expected * np.exp(rng.normal(0, 0.12, (paths, 1))) * np.exp(rng.normal(0, 0.15, (paths, count)))
    settled = np.full((paths, 1, count), usual * 0.95)
    settled[:, 0, lag:] = sales[:, :-lag] * 0.95
    receivables = (lag * usual + np.cumsum(sales - settled[:, 0] / 0.95, axis=1))[:, None]
    stock = np.zeros(count)
    stock[12] = 6_000_000.0
    return case_of(
        settled[:, 0] - 320_000.0 - stock,
        opening=opening,
        minimum=500_000.0,
        surplus_rate=surplus_rate,
        as_of=dt.date(2026, 10, 18),
        settled=settled,
        receivables=receivables,
        opening_receivables=lag * usual,
        purchases={"stock": stock},
    )
