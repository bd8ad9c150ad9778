"""The working-capital loan need in a result, with the bridge to the plan's own funding gap, and notes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError
from forecast.financing.loan_need import LoanNeed, bridge, loan_need, missing_accounts
from forecast.notes import Note
from forecast.records import Record, money, record, says
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.drivers import Drivers
    from forecast.plan.model import Plan


@record
class BridgeStep(Record):
    """One step from the rule's new loan to the plan's funding gap."""

    key: str = says("name of the step")
    label: str = says("name in the plan's language")
    amount: float = money("what it adds; the first and the last are the two figures that are bridged")
    text: str = says("why, in the plan's language")


@record
class LoanNeedShown(Record):
    """Every step of the rule on the plan's accounts, and the bridge."""

    accounts: dict[str, float] = money("the plan's accounts")
    steps: LoanNeed = says("the rule's steps", flat=True)
    bridge: list[BridgeStep] | None = says("to the funding gap of base; null without that scenario")


def loan_need_shown(plan: Plan, drivers: Drivers | None, sales: float) -> tuple[LoanNeedShown | None, list[Note]]:
    """The loan need; None without accounts that suffice, with a note.

    Without the base's ``drivers`` there is no bridge. ``sales``: expected in the base over the horizon, yuan.
    """
    if not plan.accounts:
        return None, []
    missing = missing_accounts(plan.accounts)
    if missing:
        return None, [Note("loan_need_incomplete", "accounts", {"missing": ", ".join(missing)})]
    try:
        found = loan_need(plan.accounts)
    except InputError:  # figures and their signs were checked with the plan: only the cycle can be wrong
        return None, [Note("loan_need_no_cycle", "accounts")]
    steps = None if drivers is None else _bridge(plan, found, drivers, sales)
    return LoanNeedShown(dict(plan.accounts), found, steps), []


def _bridge(plan: Plan, found: LoanNeed, drivers: Drivers, sales: float) -> list[BridgeStep]:
    texts = Texts(plan.language)
    amounts = bridge(
        found,
        sales_of_a_year=sales / plan.horizon.days * 360,
        next_revenue=plan.accounts["next_revenue"],
        expected=drivers.expected,
        expected_without_failures=drivers.expected_without_failures,
        minimum_balance=plan.cash.minimum_balance,
        opening_balance=plan.cash.opening_balance,
        buffer=drivers.amount,
    )
    return [
        BridgeStep(key, texts(f"bridge.{key}"), amount, texts(f"bridge_why.{key}")) for key, amount in amounts.items()
    ]
