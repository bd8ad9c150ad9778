"""The ledger from its source to the daily tables: found, checked, completed, summed, and its money accounted for."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said, unreadable
from forecast.ledger.completeness import what_is_lacking
from forecast.ledger.completion import complete_rows
from forecast.ledger.daily import daily_tables
from forecast.ledger.engine import EngineError, OrderEngine, blames_data
from forecast.ledger.exports.entries import join_exports, joined, open_exports
from forecast.ledger.exports.joining import JOINED
from forecast.ledger.exports.merging import PART
from forecast.ledger.freshness import missing_days
from forecast.ledger.identity import check_identity
from forecast.ledger.signs import read_signs
from forecast.ledger.sources import Part, Source, open_source
from forecast.ledger.tables import Counts, Ledger
from forecast.ledger.validation import ACCEPTED, check_rows, mostly_unreadable, rejected_rows, unreadable_columns
from forecast.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecast.calendar import Calendar
    from forecast.ledger.exports.entries import Exports
    from forecast.ledger.tables import Completion
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
            ledger = replace(earlier, counts=ledger.counts, joined=ledger.joined)
    return ledger, gap


def require_orders(plan: Plan, ledger: Ledger) -> None:
    """Refuse a ledger without a single good order by as_of.

    Raises:
        InputError: Says how many rows were dropped because they were ordered later, and how many are bad.
    """
    if not ledger.counts.orders:
        as_of, counts = plan.horizon.as_of, ledger.counts
        message = said(
            "ledger.no_order",
            source=plan.ledger.shown,
            as_of=as_of.isoformat(),
            dropped=counts.dropped,
            rejected=counts.rejected,
        )
        others = {str(name): counts.rejected - int(bad) for name, bad in ledger.rejected.column.value_counts().items()}
        problems = mostly_unreadable(ledger.rejected, others, plan.ledger.key)
        raise InputError(list(map(plan.places.located, problems or [Problem(message, key=plan.ledger.key)])))


@dataclass(slots=True)
class Orders:
    """A plan's orders in the engine, to be summed as known on one evening or on several.

    ``completion`` is decided once, on the day by which the plan judges its ledger.
    """

    plan: Plan
    engine: OrderEngine
    source: Source
    exports: Exports | None = None
    completion: Completion | None = None

    def known(self, as_of: dt.date) -> Ledger:
        """The ledger as known on the evening of a day."""
        engine = self.engine
        judged = self.plan.judged_on or self.plan.horizon.as_of
        if self.completion is None and judged != as_of:
            source = self._source(self._plan(judged))
            check_rows(engine, source, self._plan(judged))
            self.completion = self._lacking(source, self._plan(judged))
        plan = self._plan(as_of)
        source = self._source(plan)
        dropped = check_rows(engine, source, plan)
        rejected = rejected_rows(engine, source, plan)
        if self.completion is None:
            self.completion = self._lacking(source, plan)
        orders = complete_rows(engine, plan, self.completion)
        tables = daily_tables(engine, orders, as_of, self.completion)
        check_identity(tables)
        silent = engine.rows(f"SELECT count(*) FROM {orders} WHERE silent")[0][0]  # noqa: S608  # our own
        blanked = engine.rows(f"SELECT coalesce(sum(blanked), 0) {ACCEPTED}")[0][0]
        accepted, bad = int(tables.sales["orders"].sum()), int(rejected["line"].nunique())
        facts = None if self.exports is None else joined(engine, plan, self.exports)
        later = facts.later if facts else 0
        counts = Counts(accepted, bad, dropped, int(blanked) + later, int(silent))
        has_causes, has_confirmation = "failure_cause" in source.types, "paid_at" in source.types
        return Ledger(tables, counts, source.placed(rejected), has_causes, has_confirmation, facts, read_signs(engine))

    def _lacking(self, source: Source, plan: Plan) -> Completion:
        """What the plan supplies; columns that cannot be read are told before what seems to be missing for it."""
        try:
            return what_is_lacking(self.engine, plan, source.types)
        except InputError as error:
            rejected = rejected_rows(self.engine, source, plan)
            raise InputError(
                unreadable_columns(self.engine, rejected, plan.ledger.key) or list(error.problems)
            ) from None

    def _plan(self, as_of: dt.date) -> Plan:
        return replace(self.plan, horizon=replace(self.plan.horizon, as_of=as_of))

    def _source(self, plan: Plan) -> Source:
        """The orders, those of exports joined as known on the plan's as_of."""
        if self.exports is None:
            return self.source
        return replace(self.source, types=join_exports(self.engine, plan, self.exports))


@contextmanager
def _opened(plan: Plan) -> Iterator[Orders]:
    """The plan's orders in an engine that is gone afterwards; problems are told at their place in the plan."""
    try:
        with temporary_folder() as folder, closing(OrderEngine(folder)) as engine:
            engine.local_time(plan.merchant.timezone)
            if plan.ledger.files:
                exports = open_exports(engine, plan, folder)
                yield Orders(plan, engine, _exports_source(plan, exports), exports)
            else:
                yield Orders(plan, engine, open_source(engine, plan.ledger, plan.path.parent, folder))
    except InputError as error:
        raise InputError([plan.places.located(problem) for problem in error.problems]) from None
    except OSError as error:  # a file that may not be read, a folder for temporary files that is full
        raise InputError(unreadable(error, plan.ledger.shown)) from None
    except EngineError as error:
        if not blames_data(error):
            raise
        why = said("ledger.not_read", why=str(error).splitlines()[0])
        raise InputError(plan.places.located(Problem(why, plan.ledger.shown, key=plan.ledger.key))) from None


def _exports_source(plan: Plan, exports: Exports) -> Source:
    """The orders of exports, not joined yet: a row is known by its order's first line in its file."""
    parts = tuple(Part(name, place * PART) for place, name in enumerate(exports.names))
    return Source(JOINED, {}, plan.ledger.shown, parts)
