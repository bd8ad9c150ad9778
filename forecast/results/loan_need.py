"""The working-capital loan need as a plain mapping, with the bridge to the plan's own funding gap, and notes on it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from forecast.errors import InputError
from forecast.financing.loan_need import bridge, loan_need, missing_accounts
from forecast.notes import Note
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.drivers import Drivers
    from forecast.plan.model import Plan


def loan_need_part(plan: Plan, drivers: Drivers | None, sales: float) -> tuple[dict[str, Any] | None, list[Note]]:
    """Every step of the rule on the plan's accounts, and the bridge; None without accounts that suffice, with a note.

    Args:
        plan: With its accounts, cash and horizon.
        drivers: Of the base scenario; without them there is no bridge.
        sales: Expected sales of the base scenario over the horizon, yuan.
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
    steps = None
    if drivers is not None:
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
        steps = [
            {"key": key, "label": texts(f"bridge.{key}"), "amount": amount, "text": texts(f"bridge_why.{key}")}
            for key, amount in amounts.items()
        ]
    return {"accounts": dict(plan.accounts), **asdict(found), "bridge": steps}, []
