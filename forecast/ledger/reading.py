"""The ledger from its source to the daily tables: found, checked, completed, summed, and its money accounted for."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import narwhals as nw

from forecast.errors import InputError, Problem
from forecast.ledger.completion import complete_rows
from forecast.ledger.daily import daily_tables
from forecast.ledger.identity import check_identity
from forecast.ledger.sources import open_source
from forecast.ledger.tables import Counts, Ledger
from forecast.ledger.validation import check_rows, rejected_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.plan.model import Plan

MEMORY_LIMIT = "1GB"
"""What the engine may hold in memory; beyond it, it works on a temporary folder of the disk."""


def read_ledger(plan: Plan, progress: Callable[[str], None] | None = None) -> Ledger:
    """Reads, checks and sums the plan's orders; rows never leave the engine, except the bad ones.

    Args:
        plan: The plan; ``ledger.orders`` is relative to the folder of ``plan.path``.
        progress: Is told, in English, what is being done.

    Returns:
        The daily tables as known on the evening of as_of, the counts and the bad rows. A source without a single good
        row gives empty tables.

    Raises:
        InputError: The source cannot be read, its columns do not fit, or the plan lacks a key that the ledger needs;
            each problem with a key of the plan stands at its place in the plan's file.
        IdentityError: Money does not add up, which is a fault of the program.
    """
    try:
        return _read(plan, progress or _silent)
    except InputError as error:
        raise InputError([plan.places.located(problem) for problem in error.problems]) from None


def require_orders(plan: Plan, ledger: Ledger) -> None:
    """Refuse a ledger without a single good order by as_of.

    Raises:
        InputError: Says how many rows were dropped because they were ordered later, and how many are bad.
    """
    if not ledger.counts.orders:
        as_of, counts = plan.horizon.as_of, ledger.counts
        problem = Problem(
            f"{plan.ledger.table or Path(plan.ledger.orders).name} holds no order on or before {as_of}"
            f" ({counts.dropped} ordered later, {counts.rejected} bad rows): there is nothing to learn from; write"
            " orders of earlier days into it, or correct plan.as_of",
            key="ledger.orders",
        )
        raise InputError(plan.places.located(problem))


def _read(plan: Plan, tell: Callable[[str], None]) -> Ledger:
    with tempfile.TemporaryDirectory(prefix="forecast-") as folder, closing(_engine(folder)) as connection:
        tell(f"reading {plan.ledger.table or Path(plan.ledger.orders).name}")
        source = open_source(connection, plan.ledger, plan.path.parent, Path(folder))
        tell("checking every row")
        checked = check_rows(connection, source, plan)
        rejected = rejected_rows(connection, source, checked, plan)
        orders = complete_rows(connection, checked, plan, source.types)
        tell("summing by day")
        tables = daily_tables(nw.from_native(connection.table(orders)), plan.horizon.as_of)
        check_identity(tables)
        silent = connection.execute(f"SELECT count(*) FROM {orders} WHERE silent").fetchall()[0][0]  # noqa: S608  # our own
        blanked = connection.execute(f"SELECT coalesce(sum(blanked), 0) {checked.accepted}").fetchall()[0][0]
    counts = Counts(
        orders=int(tables.sales["orders"].sum()),
        rejected=int(rejected["line"].nunique()),
        dropped=checked.dropped,
        blanked=int(blanked),
        silent=int(silent),
    )
    return Ledger(
        tables=tables,
        counts=counts,
        rejected=rejected,
        has_settlement="settled_on" in source.types,
        has_refund_dates="refunded_on" in source.types,
        has_closing="closed_at" in source.types,
        has_causes="failure_cause" in source.types,
        has_confirmation="paid_at" in source.types,
    )


def _engine(folder: str) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(config={"temp_directory": str(Path(folder) / "engine"), "memory_limit": MEMORY_LIMIT})
    # The engine would draw its progress on standard output, which belongs to the result.
    engine.execute("SET enable_progress_bar = false")
    return engine


def _silent(_: str) -> None:
    pass
