"""The working-capital loan need (流动资金贷款需求量测算) from last year's accounts, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = (
    "revenue",
    "cost_of_goods_sold",
    "profit",
    "next_revenue",
    "receivables",
    "inventory",
    "payables",
    "prepaid",
    "advances",
)
"""Keys of ``[accounts]`` without which there is no figure; balances are averages over the year."""

YEAR_DAYS = 360
"""Days in a year of the rule."""


@dataclass(frozen=True, slots=True)
class LoanNeed:
    """Each step of the calculation; money in the unit of the accounts, days of a year of 360.

    Attributes:
        inventory_days: 360 × inventory ÷ cost of goods sold.
        receivable_days: 360 × receivables ÷ revenue.
        payable_days: 360 × payables ÷ cost of goods sold.
        prepaid_days: 360 × prepaid ÷ cost of goods sold.
        advance_days: 360 × advances from customers ÷ revenue.
        cycle_days: Inventory + receivable − payable + prepaid − advance days.
        turns: 360 ÷ cycle days, of working capital a year.
        profit_margin: Profit ÷ revenue.
        growth: Next revenue ÷ revenue − 1.
        need: Working capital wanted.
        funds_available: Own funds, existing working-capital loans and other funding.
        new_loan: max(0, need − funds available).
    """

    inventory_days: float
    receivable_days: float
    payable_days: float
    prepaid_days: float
    advance_days: float
    cycle_days: float
    turns: float
    profit_margin: float
    growth: float
    need: float
    funds_available: float
    new_loan: float


def loan_need(accounts: Mapping[str, float]) -> LoanNeed:
    """Give the working-capital loan need by the annex of 流动资金贷款管理办法.

    need = revenue × (1 − profit margin) × (1 + growth) ÷ turns, turns not rounded.

    Args:
        accounts: The keys of ``REQUIRED`` in one unit of money, and ``funds_available`` (0 where absent).

    Returns:
        Every step.

    Raises:
        InputError: A key that is missing, revenue or cost that is not positive, a balance below 0, or a cycle of no
            days (payables and advances then carry the whole business, and the rule gives no need).
    """
    problems = [
        Problem("is needed for the loan need", key=f"accounts.{key}") for key in REQUIRED if key not in accounts
    ]
    problems += [
        Problem(f"must be above 0 (got {accounts[key]})", key=f"accounts.{key}")
        for key in ("revenue", "cost_of_goods_sold", "next_revenue")
        if key in accounts and not accounts[key] > 0
    ]
    problems += [
        Problem(f"must be at least 0 (got {accounts[key]})", key=f"accounts.{key}")
        for key in ("receivables", "inventory", "payables", "prepaid", "advances", "funds_available")
        if key in accounts and not accounts[key] >= 0
    ]
    if problems:
        raise InputError(problems)
    revenue, cost = accounts["revenue"], accounts["cost_of_goods_sold"]
    inventory, payable, prepaid = (YEAR_DAYS * accounts[key] / cost for key in ("inventory", "payables", "prepaid"))
    receivable, advance = (YEAR_DAYS * accounts[key] / revenue for key in ("receivables", "advances"))
    cycle = inventory + receivable - payable + prepaid - advance
    if cycle <= 0:
        raise InputError(
            Problem(
                f"the cash cycle is {cycle:.1f} days: payables and advances carry the business, and the rule gives no "
                "loan need; check the average balances",
                key="accounts",
            )
        )
    turns = YEAR_DAYS / cycle
    margin = accounts["profit"] / revenue
    growth = accounts["next_revenue"] / revenue - 1
    need = revenue * (1 - margin) * (1 + growth) / turns
    available = accounts.get("funds_available", 0.0)
    return LoanNeed(
        inventory_days=inventory,
        receivable_days=receivable,
        payable_days=payable,
        prepaid_days=prepaid,
        advance_days=advance,
        cycle_days=cycle,
        turns=turns,
        profit_margin=margin,
        growth=growth,
        need=need,
        funds_available=available,
        new_loan=max(0.0, need - available),
    )
