"""What each channel of a ledger does not show, and what the plan says in its place: decided channel by channel.

A channel is judged by all its orders up to one day, the plan's own as_of also where the plan is cut at an earlier day:

- Something deducted and nothing ever settled: settlements come from ``settlement_days``, past and future alike, and the
  fee from ``fee_rate`` or from bills that tell it. A *young* channel, with no deduction older than what nine of ten
  settlements of some other channel take (``USUAL_LAG`` days where none settles), waits as the others did; it needs no
  key, and takes the plan's where it has both.
- Refunds without a date and none with one: they come ``refund_days`` after the deduction.
- Unpaid orders and not one closing: they close after ``unpaid_after_hours``. Platforms close an order that is not paid
  within days, so only orders older than ``UNPAID_DAYS`` are a reason to ask; fresh ones are simply awaited.
- No cause of failure and no confirmation (``paid_at``): the source cannot show which first deductions failed, either as
  it has no such column or as at least ``EXPECTED_FAILURES`` orders would have failed at the other channels' rate.

- Not one refund, though some would be expected, or not one closing: long waiting tells; see ``presumed.py``.
- Days of settlement without amounts, or amounts without days, and never both: an error that names the blank column.

A key that is wanted and not written is an error that names channel and key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.columns import FEE
from forecast.ledger.presumed import Waiting, judged_by, lost_after, refunded_after, unrefunded
from forecast.ledger.tables import Completion
from forecast.ledger.validation import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import Channel, Plan

UNPAID_DAYS = 7
"""Days after which every platform has closed an order that was not paid."""

USUAL_LAG = 7
"""Days that settlement is held to take where no channel shows any."""

HANDFUL = 5
"""Where the source has the column at all, fewer orders of a channel than these tell nothing of it …"""

UNPAID_SHARE = 0.01
"""… and so small a share of a channel's orders may stay unpaid."""

EXPECTED_FAILURES = 20.0
"""A channel without failures, of which the others' rate expects so many, is one whose source does not show them."""

_EXAMPLES = {"settlement_days": "7", "fee_rate": "0.006", "refund_days": "5", "unpaid_after_hours": "48"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one channel's good rows show, in numbers of orders.

    Of all its rows are ``undated`` refunds, ``unpriced`` days of settlement without an amount, and ``undue`` amounts
    settled without a day.

    ``due`` are deducted and not wholly refunded, the ``oldest`` of them so many days ago; ``lag`` is the days within
    which nine of ten settle, None where none does. ``stale`` are unpaid and old. ``fee`` of ``fee_of``, both fen, is
    what bills tell of fees without a settlement. ``deducted`` and what follows it is what ``presumed.py`` judges by.
    """

    channel: Channel
    orders: int = 0
    due: int = 0
    oldest: int | None = None
    settled: int = 0
    lag: int | None = None
    closed: int = 0
    stale: int = 0
    refunded: int = 0
    failed: int = 0
    confirmed: int = 0
    tried: int = 0
    fee: int = 0
    fee_of: int = 0
    deducted: int = 0
    ripe: int = 0
    settled_by: int | None = None
    cured_by: int | None = None
    stuck: int = 0
    undated: int = 0
    unpriced: int = 0
    undue: int = 0

    @property
    def unsettled(self) -> bool:
        return self.due > 0 and self.settled == 0

    @property
    def fee_known(self) -> bool:
        return self.channel.fee_rate is not None or self.fee_of > 0

    @property
    def settles_by_plan(self) -> bool:
        return self.unsettled and self.channel.settlement_days is not None and self.fee_known

    @property
    def closes_by_plan(self) -> bool:
        return not self.closed and self.channel.unpaid_after_hours is not None

    @property
    def waiting(self) -> Waiting:
        """What long waiting is judged by."""
        return Waiting(
            name=self.channel.name,
            deducted=self.deducted,
            ripe=self.ripe,
            refunded=self.refunded + self.undated,
            settled_by=None if self.settles_by_plan else self.settled_by,
            cured_by=self.cured_by,
            stuck=0 if self.closed else self.stuck,
            closes_by_plan=self.closes_by_plan,
            refunds_none=self.channel.refund_rate == 0,
        )

    @property
    def fee_rate(self) -> float:
        """The share that a completed settlement loses: the plan's, or that of the bills' fees in their orders."""
        if self.channel.fee_rate is not None:
            return self.channel.fee_rate
        return round(float(self.fee / self.fee_of), 6)


def what_is_lacking(engine: OrderEngine, plan: Plan, columns: Collection[str]) -> Completion:
    """What the channels do not show, of the rows as ``check_rows`` left them, and the plan supplies.

    Raises:
        InputError: The plan does not supply it; names every channel with the key to write.
    """
    shown = _shown(engine, plan)
    problems = [*_keys_lacking(plan, shown, columns), *_half_told(plan, shown)]
    if problems:
        raise InputError(problems)
    settled = {one.channel.name: one.fee_rate for one in shown if one.settles_by_plan}
    waiting = [one.waiting for one in shown]
    silent = unrefunded(waiting, has_refunds="refunded_amount" in columns)
    return Completion(
        settled=frozenset(settled),
        closed=_named(shown, lambda one: one.closes_by_plan),
        refunded=_named(shown, lambda one: one.channel.refund_days is not None),
        blind=_blind(shown, has_causes="failure_cause" in columns),
        unrefunded=silent,
        refunds_shown=any(one.refunded for one in shown),
        fees=settled,
        refunded_after=refunded_after(engine, plan.horizon.as_of, waiting, silent),
        lost_after=lost_after(waiting),
    )


def _named(shown: Sequence[_Shown], chosen: Callable[[_Shown], bool]) -> frozenset[str]:
    return frozenset(one.channel.name for one in shown if chosen(one))


def _keys_lacking(plan: Plan, shown: Sequence[_Shown], columns: Collection[str]) -> list[Problem]:
    """Every key that the plan must still write."""
    return [
        Problem(
            said(f"completeness.{key}", channel=one.channel.name, example=_EXAMPLES[key]),
            str(plan.path),
            key=f"channels.{one.channel.name}.{key}",
        )
        for one in shown
        for key in _missing_keys(one, shown, columns)
    ]


def _half_told(plan: Plan, shown: Sequence[_Shown]) -> list[Problem]:
    """Channels of whose settlements only the days are told, or only the amounts."""
    return [
        Problem(
            said(f"completeness.{column}", channel=one.channel.name, count=count), str(plan.path), key=plan.ledger.key
        )
        for one in shown
        for column, count in (("settled_amount", one.unpriced), ("settled_on", one.undue))
        if count >= HANDFUL and not one.settled
    ]


def _shown(engine: OrderEngine, plan: Plan) -> list[_Shown]:
    """What each channel of the plan shows by as_of, those without orders left out."""
    as_of = f"DATE '{plan.horizon.as_of}'"
    due = "deducted_day IS NOT NULL AND amount > coalesce(refunded_amount, 0)"
    figures = {
        "orders": "count(*)",
        "due": f"count(*) FILTER (WHERE {due})",
        "oldest": f"date_diff('day', min(CASE WHEN {due} THEN deducted_day END), {as_of})",
        "settled": "count(settled_day)",
        "lag": "percentile_disc(0.9) WITHIN GROUP (ORDER BY date_diff('day', deducted_day, settled_day))"
        " FILTER (WHERE settled_day IS NOT NULL)",
        "closed": "count(closed_day)",
        "stale": f"count(*) FILTER (WHERE unpaid AND date_diff('day', ordered_day, {as_of}) > {UNPAID_DAYS})",
        "refunded": "count(refunded_day)",
        "failed": "count(cause)",
        "confirmed": "count(*) FILTER (WHERE confirmed)",
        "tried": "count(*) FILTER (WHERE deducted_day IS NOT NULL OR cause IS NOT NULL)",
        "fee": f"coalesce(sum({FEE}), 0)",
        "fee_of": f"coalesce(sum(CASE WHEN {FEE} IS NOT NULL THEN amount END), 0)",
    }
    figures |= judged_by(as_of)
    columns = ", ".join(f"{figure} AS {name}" for name, figure in figures.items())
    good = {row[0]: row[1:] for row in engine.rows(f"SELECT channel, {columns} {ACCEPTED} GROUP BY channel")}
    halves = {
        "undated": "undated",
        "unpriced": "settled_day IS NOT NULL AND settled_amount IS NULL",
        "undue": "settled_day IS NULL AND settled_amount > 0",
    }
    counts = ", ".join(f"count(*) FILTER (WHERE {half}) AS {name}" for name, half in halves.items())
    half = engine.rows(f"SELECT channel, {counts} FROM orders_checked WHERE NOT broken GROUP BY channel")  # noqa: S608  # our own
    half_told = {row[0]: dict(zip(halves, row[1:], strict=True)) for row in half if any(row[1:])}
    return [
        _Shown(channel, **dict(zip(figures, good.get(name, ()), strict=False)), **half_told.get(name, {}))
        for name, channel in plan.channels.items()
        if name in good or name in half_told
    ]


def _missing_keys(one: _Shown, shown: Sequence[_Shown], columns: Collection[str]) -> list[str]:
    """The keys that the plan must write for a channel."""

    def enough(column: str) -> int:
        return HANDFUL if column in columns else 1

    channel = one.channel
    stated = channel.settlement_days is not None
    some_unpaid = max(enough("closed_at"), UNPAID_SHARE * one.orders * ("closed_at" in columns))
    wanted = {
        "settlement_days": one.unsettled and one.due >= enough("settled_on") and not _young(one, shown),
        "fee_rate": one.unsettled and stated and not one.fee_known and not _young(one, shown),
        "refund_days": one.undated >= enough("refunded_on") and not one.refunded,
        "unpaid_after_hours": one.stale >= some_unpaid and not one.closed,
    }
    return [key for key, needed in wanted.items() if needed and getattr(channel, key) is None]


def _young(one: _Shown, shown: Sequence[_Shown]) -> bool:
    """Whether nothing of a channel is old enough to have settled for sure."""
    lags = [other.lag for other in shown if other.lag is not None]
    return one.oldest is not None and one.oldest <= max(lags, default=USUAL_LAG)


def _blind(shown: Sequence[_Shown], *, has_causes: bool) -> frozenset[str]:
    """The channels whose source cannot show failures."""
    silent = [one for one in shown if not one.failed and not one.confirmed]
    if not has_causes:
        return frozenset(one.channel.name for one in silent)
    failing = [one for one in shown if one.failed]
    rate = sum(one.failed for one in failing) / max(sum(one.tried for one in failing), 1)
    return frozenset(one.channel.name for one in silent if one.tried * rate >= EXPECTED_FAILURES)
