"""What the watch tells: the result of ``forecast monitor``, which ``monitor.json`` keeps."""

from __future__ import annotations

from typing import Literal

from forecast.records import Record, money, rate, record, says
from forecast.results.inputs import NoteShown


@record
class ScopeShown(Record):
    """What the failures of an incident have in common."""

    channels: tuple[str, ...] = says("the channels that fail")
    clearing: str | None = says("the clearing name all of whose channels fail; null: none")
    sku: tuple[str, ...] = says("the goods in which the failures lie, and not beside them; none: all goods")
    region: tuple[str, ...] = says("the regions in which they lie, and not beside them; none: all regions")


@record
class LowestBeside(Record):
    """The lowest expected cash of the horizon without and with the incident."""

    before: float = money("without it")
    after: float = money("with it")
    day: str = says("the day of the lowest cash with it")


@record
class BufferBeside(Record):
    """The liquidity buffer without and with the incident."""

    before: float = money("without it")
    after: float = money("with it")


@record
class AlertShown(Record):
    """One incident; times are local, as 2026-11-11T14:15:00."""

    id: str = says("its name, the same in later runs")
    status: Literal["new", "open", "ended"] = says("new: not told before; open: told before and lasting; ended: over")
    cause: str = says("its likeliest cause")
    probabilities: dict[str, float] = rate("chance of each cause; they add up to 1")
    scope: ScopeShown = says("what the failures have in common")
    started_at: str = says("when its first failed deduction was due")
    detected_at: str = says(
        "the first moment of the quarters of an hour from since on at which it could be told; of a replay's moments"
    )
    ended_at: str | None = says("when its last failed deduction was due; null while it lasts")
    orders: int = says("failed or overdue within the scope, beyond the usual", "orders")
    amount: float = money("their amount")
    failure_rate: float = rate("share of the scope's orders that failed or are overdue, of those that are decided")
    usual_rate: float = rate("the share that is usual for these orders, at their hour and volume")
    expected_loss: float | None = money(
        "what of the amount is lost: what is closed, and of what is open by the law of its cause; null: not known"
    )
    expected_delay_days: float | None = rate(
        "mean delay of what is deducted since or in the end; null: not known", "days"
    )
    lowest_cash: LowestBeside | None = says("how low cash is expected to fall; null: see the notes")
    buffer: BufferBeside | None = says("the liquidity buffer; null: see the notes")
    evidence: str = says("what was seen, in the plan's language")
    next_step: str = says("what to do first, in the plan's language")


@record
class AccountKept(Record):
    """What is counted of an incident's orders that are looked at no more; figures as hexadecimal texts."""

    until: int = says("the moment up to which orders were due that are in it", "seconds")
    counts: tuple[int, ...] = says("failed, tried, silent, and failed but deducted since", "orders")
    usual: str = says("how many of those tried usually fail")
    sums: dict[str, tuple[str, ...]] = says("sums by channel, and by cause, under their names")
    surge: str | None = says("the log-odds that its beginning gives to risk control; null: none")
    ran_before: bool = says("whether it ran before the watch began")


@record
class IncidentKept(Record):
    """One incident as a watch that goes on keeps it; moments in seconds since 1970, local."""

    kind: int = says("0: failures of any cause; else the place of the cause alone")
    channels: tuple[str, ...] = says("the channels of its scope; none: all")
    sku: tuple[str, ...] = says("the goods of its scope; none: all")
    region: tuple[str, ...] = says("the regions of its scope; none: all")
    first: int = says("its first failure as it was known when it rang", "seconds")
    started: int = says("its first failure as it is known", "seconds")
    last: int = says("its last failure", "seconds")
    share: str = says("the share of its orders that fails, as the hexadecimal text of a floating-point number")
    rang_at: int = says("when it rang", "seconds")
    ended: int | None = says("when it ended; null while it lasts", "seconds")
    account: AccountKept | None = says("of an incident of very many orders, the first of them", default=None)


@record
class WatchKept(Record):
    """What a watch that goes on is carried on from by the next process."""

    feed: str = says("the source, as it was named; empty: the plan's own orders")
    learnt: str = says("what was usual, as a hash")
    pending: tuple[str, ...] = says("alerts that were about to be told; none: all were told")
    output: tuple[int, ...] = says("the file they were told to: device, number, size before; none: it was no file")
    at: int = says("the moment of which the incidents are", "seconds")
    kept_from: int = says("the moment from which on orders are still needed", "seconds")
    gone: int = says("orders since the start of the watch that are needed no more", "orders")
    incidents: tuple[IncidentKept, ...] = says("the incidents at that moment")


@record
class MonitorResult(Record):
    """What ``forecast monitor`` prints under ``--json``; ``monitor.json`` keeps it with ``watch`` and ``seen``."""

    now: str = says("the moment up to which the feed was read")
    since: str = says("the moment up to which was learnt what is usual, and from which the feed is watched")
    orders: int = says("orders placed in between", "orders")
    alerts: tuple[AlertShown, ...] = says("incidents of that time, by the moment at which they rang")
    notes: list[NoteShown] = says("what a reader must know")
    watch: WatchKept | None = says("what a watch that goes on keeps for the next", default=None)
    seen: tuple[str, ...] | None = says(
        "by hour, marks of some orders placed in between, by which the feed is known again", default=None
    )
