"""What ``check`` says: every bad row with its line, column, value and reason, and the counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.commands.reasons import reason_text
from forecast.commands.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan


def check_result(plan: Plan, ledger: Ledger) -> dict[str, Any]:
    """The outcome of a check: the counts, and one entry a fault, its ``text`` in the plan's language."""
    faults = [
        {
            "line": int(row["line"]),
            "order_id": row["order_id"] or None,
            "column": row["column"] or None,
            "value": row["value"] or None,
            "reason": row["reason"],
            "text": reason_text(plan.language, row["reason"]),
        }
        for row in ledger.rejected.to_dict("records")
    ]
    return {
        "good": not faults,
        "source": plan.ledger.table or Path(plan.ledger.orders).name,
        "as_of": plan.horizon.as_of.isoformat(),
        "horizon_days": plan.horizon.days,
        "paths": plan.horizon.paths,
        "seed": plan.horizon.seed,
        "orders": ledger.counts.orders,
        "rejected": ledger.counts.rejected,
        "dropped": ledger.counts.dropped,
        "blanked": ledger.counts.blanked,
        "other_flows": len(plan.other_flows),
        "ignored_flows": plan.ignored_flows,
        "bad_rows": faults,
    }


def check_text(plan: Plan, checked: Mapping[str, Any]) -> str:
    """A line a fault, ``orders.csv:17: amount: reason (value)``, then one line with the counts."""
    lines = [
        say(
            plan.language,
            "bad_row",
            place=": ".join(filter(None, [f"{checked['source']}:{fault['line']}", fault["column"]])),
            reason=fault["text"],
            value=fault["value"] or say(plan.language, "no_value"),
        )
        for fault in checked["bad_rows"]
    ]
    counts = {key: value for key, value in checked.items() if isinstance(value, int)}
    ending = "check_good" if checked["good"] else "check_bad"
    return "\n".join([*lines, say(plan.language, ending, faults=len(lines), **counts)])
