"""What ``check`` says: every bad row with its line, column, value and reason, and the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.commands.texts import say

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan


def check_result(plan: Plan, ledger: Ledger) -> dict[str, Any]:
    """The outcome of a check: the counts, and a row for every fault."""
    faults = [
        {str(key): _plain(value) for key, value in row.items()} | {"text": reason_text(str(row["reason"]), plan)}
        for row in ledger.rejected.to_dict("records")
    ]
    counts = ledger.counts
    return {
        "good": not faults,
        "plan": str(plan.path),
        "as_of": plan.horizon.as_of.isoformat(),
        "horizon_days": plan.horizon.days,
        "paths": plan.horizon.paths,
        "seed": plan.horizon.seed,
        "orders": counts.orders,
        "rejected": counts.rejected,
        "dropped": counts.dropped,
        "blanked": counts.blanked,
        "other_flows": len(plan.other_flows),
        "ignored_flows": plan.ignored_flows,
        "bad_rows": faults,
    }
