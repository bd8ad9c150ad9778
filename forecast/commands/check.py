"""What ``check`` says: every bad row with its line, column, value and reason, and the counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forecast.commands.reasons import reason_text
from forecast.commands.texts import say
from forecast.records import Record, record, says

if TYPE_CHECKING:
    from forecast.ledger.tables import Ledger
    from forecast.plan.model import Plan


@record
class Fault(Record):
    """One fault of one row."""

    file: str | None = says("file, sheet or member, where the ledger has several; else null")
    line: int = says("line of the file, or number of the row")
    order_id: str | None = says("the order; null where the row has none")
    column: str | None = says("column; null where the row as a whole is meant")
    value: str | None = says("value found; null where there is none")
    reason: str = says("stable name of the fault")
    text: str = says("the fault in the plan's language")


@record
class CheckResult(Record):
    """What ``forecast check`` prints under ``--json``."""

    good: bool = says("whether no row is bad")
    source: str = says("the ledger's file or table")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths a scenario", "paths")
    seed: int = says("seed of the random numbers")
    orders: int = says("good rows", "orders")
    rejected: int = says("bad rows", "rows")
    dropped: int = says("rows ordered after as_of", "rows")
    blanked: int = says("events after as_of", "events")
    other_flows: int = says("other flows to come", "lines")
    ignored_flows: int = says("other flows not after as_of", "lines")
    bad_rows: list[Fault] = says("one entry a fault")


def check_result(plan: Plan, ledger: Ledger) -> CheckResult:
    """The outcome of a check: the counts, and one entry a fault, its ``text`` in the plan's language."""
    rejected = ledger.rejected.reindex(columns=["file", "line", "order_id", "column", "value", "reason"], fill_value="")
    faults = [
        Fault(
            file=file or None,
            line=int(line),
            order_id=order or None,
            column=column or None,
            value=value or None,
            reason=reason,
            text=reason_text(plan.language, reason),
        )
        for file, line, order, column, value, reason in rejected.itertuples(index=False)
    ]
    return CheckResult(
        good=not faults,
        source=plan.ledger.shown,
        as_of=plan.horizon.as_of.isoformat(),
        horizon_days=plan.horizon.days,
        paths=plan.horizon.paths,
        seed=plan.horizon.seed,
        orders=ledger.counts.orders,
        rejected=ledger.counts.rejected,
        dropped=ledger.counts.dropped,
        blanked=ledger.counts.blanked,
        other_flows=len(plan.other_flows),
        ignored_flows=plan.ignored_flows,
        bad_rows=faults,
    )


def check_text(plan: Plan, checked: CheckResult) -> str:
    """A line a fault, ``orders.csv:17: amount: reason (value)``, then one line with the counts."""
    lines = [
        say(
            plan.language,
            "bad_row",
            place=": ".join(filter(None, [f"{fault.file or checked.source}:{fault.line}", fault.column])),
            reason=fault.text,
            value=fault.value or say(plan.language, "no_value"),
        )
        for fault in checked.bad_rows
    ]
    ending = say(
        plan.language,
        "check_good" if checked.good else "check_bad",
        faults=len(lines),
        orders=checked.orders,
        rejected=checked.rejected,
        dropped=checked.dropped,
        blanked=checked.blanked,
        other_flows=checked.other_flows,
        ignored_flows=checked.ignored_flows,
        paths=checked.paths,
        seed=checked.seed,
    )
    return "\n".join([*lines, ending])
