"""The ledger from its source to the daily tables: found, checked, completed, summed, and its money accounted for."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem
from forecast.ledger.completion import complete_rows
from forecast.ledger.daily import daily_tables
from forecast.ledger.engine import OrderEngine
from forecast.ledger.freshness import missing_days
from forecast.ledger.identity import check_identity
from forecast.ledger.signs import read_signs
from forecast.ledger.sources import open_source
from forecast.ledger.tables import Counts, Ledger
from forecast.ledger.validation import ACCEPTED, check_rows, rejected_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.calendar import Calendar
    from forecast.ledger.sources import Source
    from forecast.plan.model import Plan


def read_ledger(plan: Plan) -> Ledger:
    """Reads, checks and sums the plan's orders as known on the evening of as_of; no row but the bad leaves the engine.

    A source without a single good row gives empty tables.

    Raises:
        InputError: The source cannot be read, its columns do not fit, or the plan lacks a key that the ledger needs;
            each problem with a key of the plan stands at its place in the plan's file.
        IdentityError: Money does not add up, which is a fault of the program.
    """
    with _opened(plan) as orders:
        return orders.known(plan.horizon.as_of)


def read_last_known(plan: Plan, calendar: Calendar) -> tuple[Ledger, int]:
    """Reads the plan's orders as of the last day that is known in them: as_of, or the day on which the feed stopped.

    Gives the ledger, its counts as of as_of, and the days that are missing between its last day and as_of.

    Raises:
        InputError: As in ``read_ledger``, or there is no order by as_of.
    """
    with _opened(plan) as orders:
        ledger = orders.known(plan.horizon.as_of)
        require_orders(plan, ledger)
        gap = missing_days(ledger.tables, calendar)
        if gap:
            earlier = orders.known(plan.horizon.as_of - dt.timedelta(days=gap))
            ledger = replace(earlier, counts=ledger.counts)
    return ledger, gap


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


@dataclass(frozen=True, slots=True)
class Orders:
    """A plan's orders in the engine, to be summed as known on one evening or on several."""

    plan: Plan
    engine: OrderEngine
    source: Source

    def known(self, as_of: dt.date) -> Ledger:
        """The ledger as known on the evening of a day."""
        engine, source = self.engine, self.source
        plan = replace(self.plan, horizon=replace(self.plan.horizon, as_of=as_of))
        dropped = check_rows(engine, source, plan)
        rejected = rejected_rows(engine, source, plan)
        orders = complete_rows(engine, plan, source.types)
        tables = daily_tables(engine, orders, as_of)
        check_identity(tables)
        silent = engine.rows(f"SELECT count(*) FROM {orders} WHERE silent")[0][0]  # noqa: S608  # our own
        blanked = engine.rows(f"SELECT coalesce(sum(blanked), 0) {ACCEPTED}")[0][0]
        accepted, bad = int(tables.sales["orders"].sum()), int(rejected["line"].nunique())
        counts = Counts(accepted, bad, dropped, int(blanked), int(silent))
        return Ledger(
            tables, counts, rejected, "failure_cause" in source.types, "paid_at" in source.types, read_signs(engine)
        )


@contextmanager
def _opened(plan: Plan) -> Iterator[Orders]:
    """The plan's orders in an engine that is gone afterwards; problems are told at their place in the plan."""
    try:
        with tempfile.TemporaryDirectory(prefix="forecast-") as folder, closing(OrderEngine(Path(folder))) as engine:
            yield Orders(plan, engine, open_source(engine, plan.ledger, plan.path.parent, Path(folder)))
    except InputError as error:
        raise InputError([plan.places.located(problem) for problem in error.problems]) from None
