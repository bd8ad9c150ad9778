"""The working-capital loan need (流动资金贷款需求量测算) from last year's accounts, step by step.

The rule asks how much capital the business ties up on average over a year; the plan asks how much more cash it needs
from the as-of date to its tightest day. ``bridge`` leads from one to the other, and its steps add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.cash import FEN_TOLERANCE, cash_position
from forecast.errors import IdentityError, InputError, Problem
from forecast.records import Record, money, rate, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.arrays import Floats

BALANCES = ("receivables", "inventory", "payables", "prepaid", "advances")
REQUIRED = ("revenue", "cost_of_goods_sold", "profit", "next_revenue", *BALANCES)
"""Keys of ``[accounts]`` without which there is no figure; balances are averages over the year."""

YEAR_DAYS = 360
"""Days in a year of the rule."""

BRIDGE = ("new_loan", "own_funds", "minimum_balance", "season", "tied_up", "failures", "confidence", "spare")
"""The steps from the rule's new loan to the plan's funding gap; see ``bridge``."""


@record
class LoanNeed(Record):
    """Each step of the calculation; money in the unit of the accounts, days of a year of 360."""

    inventory_days: float = rate("360 × inventory ÷ cost of goods sold", "days")
    receivable_days: float = rate("360 × receivables ÷ revenue", "days")
    payable_days: float = rate("360 × payables ÷ cost of goods sold", "days")
    prepaid_days: float = rate("360 × prepaid ÷ cost of goods sold", "days")
    advance_days: float = rate("360 × advances from customers ÷ revenue", "days")
    cycle_days: float = rate("inventory + receivable − payable + prepaid − advance days", "days")
    turns: float = rate("360 ÷ cycle days", "turns a year")
    profit_margin: float = rate("profit ÷ revenue")
    growth: float = rate("next revenue ÷ revenue − 1")
    need: float = money("working capital wanted")
    funds_available: float = money("own funds, existing working-capital loans and other funding")
    new_loan: float = money("max(0, need − funds available)")


def missing_accounts(accounts: Mapping[str, float]) -> tuple[str, ...]:
    """Give the keys that the rule wants and the accounts lack."""
    return tuple(key for key in REQUIRED if key not in accounts)


def loan_need(accounts: Mapping[str, float]) -> LoanNeed:
    """Give the working-capital loan need by the annex of 流动资金贷款管理办法.

    need = revenue × (1 − profit margin) × (1 + growth) ÷ turns, turns not rounded. The accounts hold the keys of
    ``REQUIRED`` in one unit of money, and ``funds_available`` (0 where absent).

    Raises:
        InputError: A key that is missing, revenue or cost that is not positive, a balance below 0, or a cycle of no
            days (payables and advances then carry the whole business, and the rule gives no need).
    """
    problems = [Problem("is needed for the loan need", key=f"accounts.{key}") for key in missing_accounts(accounts)]
    problems += [
        Problem(f"must be above 0 (got {accounts[key]})", key=f"accounts.{key}")
        for key in ("revenue", "cost_of_goods_sold", "next_revenue")
        if key in accounts and not accounts[key] > 0
    ]
    problems += [
        Problem(f"must be at least 0 (got {accounts[key]})", key=f"accounts.{key}")
        for key in (*BALANCES, "funds_available")
        if key in accounts and not accounts[key] >= 0
    ]
    if problems:
        raise InputError(problems)
    revenue, cost = accounts["revenue"], accounts["cost_of_goods_sold"]
    inventory, payable, prepaid = (YEAR_DAYS * accounts[key] / cost for key in ("inventory", "payables", "prepaid"))
    receivable, advance = (YEAR_DAYS * accounts[key] / revenue for key in ("receivables", "advances"))
    cycle = inventory + receivable - payable + prepaid - advance
    if cycle <= 0:
        message = (
            f"the cash cycle is {cycle:.1f} days: payables and advances carry the business, and the rule gives no "
            "loan need; check the average balances"
        )
        raise InputError(Problem(message, key="accounts"))
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


def bridge(
    found: LoanNeed,
    *,
    sales_of_a_year: float,
    next_revenue: float,
    expected: Floats,
    expected_without_failures: Floats,
    minimum_balance: float,
    opening_balance: float,
    buffer: float,
) -> dict[str, float]:
    """Lead from the new loan of the rule to the funding gap of the plan, step by step, yuan.

    Steps, positive where they raise what must be borrowed: new_loan: The rule's: need − funds available, at least 0.
    own_funds: The rule takes off the year's funds, the plan the cash of the as-of date: used funds − opening balance
    (funds above the need are not used). minimum_balance: The plan keeps it, the rule knows none. season: The horizon
    sells faster or slower than the year on average: need × (sales of a year at the horizon's pace ÷ next year's revenue
    − 1). tied_up: What is tied up on as_of is paid already; the plan counts what the expected course, without failures,
    still takes out to its lowest point, against the need at that pace. failures: By how much failures deepen the lowest
    point of the expected course. confidence: From the lowest point of the expected course to the buffer less the
    minimum balance: chance. spare: What the opening balance holds above the buffer is no negative gap.

    ``sales_of_a_year``: expected sales of the horizon ÷ its days × 360; ``expected``, without failures or with them:
    mean net flows, (day,); ``buffer``: the amount that must stand ready. The steps, in the order of ``BRIDGE``, add up
    to max(0, buffer − opening balance).
    """
    pace = found.need * sales_of_a_year / next_revenue
    courses = (expected_without_failures, expected)
    healthy, usual = (max(0.0, -float(cash_position(0.0, flows).min())) for flows in courses)
    steps = {
        "new_loan": found.new_loan,
        "own_funds": found.need - found.new_loan - opening_balance,
        "minimum_balance": minimum_balance,
        "season": pace - found.need,
        "tied_up": healthy - pace,
        "failures": usual - healthy,
        "confidence": buffer - minimum_balance - usual,
        "spare": max(0.0, opening_balance - buffer),
    }
    check_bridge(steps, max(0.0, buffer - opening_balance))
    return steps


def check_bridge(steps: Mapping[str, float], funding_gap: float) -> None:
    """Hold the steps of the bridge against the funding gap that they lead to.

    Raises:
        IdentityError: They do not add up to half a fen (or to nine digits), which is a fault of the program.
    """
    total, turnover = sum(steps.values()), sum(abs(step) for step in steps.values())
    if abs(total - funding_gap) > max(FEN_TOLERANCE, 1e-9 * turnover):
        raise IdentityError(f"the bridge leads to {total:.4f}, and the funding gap is {funding_gap:.4f}")
