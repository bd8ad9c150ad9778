"""A watch that goes on, look by look: what is new is kept as about to be told, told, and kept as told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from forecast.file_set import replace_files
from forecast.outputs.text_files import write_text
from forecast.records import json_text, rounded
from forecast.signals import uninterrupted
from forecast.watch.answer import answer
from forecast.watch.carrying import as_kept, base_of
from forecast.watch.delivery import clear_marks, mark, marks, open_marks, output_file
from forecast.watch.feed import DAY
from forecast.watch.likeness import as_texts, is_another, marks_of, of_texts, together
from forecast.watch.money import Loss
from forecast.watch.monitor import LONGEST_DAYS
from forecast.watch.reading import ReadFeed
from forecast.watch.telling import Told, moment_text, seconds, told_of
from forecast.watch.told import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forecast.plan.model import Plan
    from forecast.results.monitor import AlertShown, MonitorResult
    from forecast.watch.following import Following, Look
    from forecast.watch.growing import Fresh, Growing
    from forecast.watch.likeness import Marks
    from forecast.watch.monitor import Alert

GROWN = 1.5
"""Times the amount of an alert's last simulation from which on it is simulated anew."""


class Teller(Protocol):
    """Who tells alerts, and who knows what they mean in money."""

    def tell(self, alert: AlertShown) -> None:
        """Print an alert, which is then told."""

    def hand(self, alert: AlertShown, started: Callable[[], None]) -> None:
        """Hand an alert over to the user's command, and call ``started`` as soon as it has it."""

    def stands(self, alert: AlertShown, before: tuple[int, ...]) -> bool:
        """Whether a killed process has told an alert, as far as the output tells; see ``delivery``."""

    def over(self, alert: AlertShown) -> None:
        """Say that an incident that was told is over."""

    def losses(self, alerts: Sequence[Alert], now: int) -> list[Loss]:
        """What alerts mean in money, known at a moment."""


@dataclass(slots=True)
class Session:
    """A watch that goes on: its source (``feed`` as it was named), its state, and the ``result`` that is kept.

    ``left_out`` counts rows that cannot be used and repeated ones; ``simulated`` has the amounts of alerts, by name, of
    which their money was told last; ``unlearnt`` is as of ``ReadFeed``. ``marks``
    are of orders of the feed, by which it is known again; once it is ``known`` that is asked no more. Whether
    confirmations are used may have been decided too ``early``, by what the source showed then: where later rows say
    otherwise, the session is ``doubtful`` and takes them no more, and another is to begin.
    """

    plan: Plan
    folder: Path
    feed: str
    growing: Growing
    following: Following
    teller: Teller
    result: MonitorResult | None = None
    told_any: bool = False
    left_out: tuple[int, int] = (0, 0)
    simulated: dict[str, float] = field(default_factory=dict)
    unlearnt: bool = False
    marks: Marks = field(default_factory=dict)
    known: bool = False
    early: bool = False
    doubtful: bool = False

    def begin(self, kept: MonitorResult | None) -> None:
        """Goes on from what an earlier process kept; what it was killed over before it was told is told first."""
        self.marks = of_texts((kept.seen if kept is not None else None) or ())
        if kept is None or kept.watch is None:
            self.result = kept
            return
        watch, self.result = kept.watch, replace(kept, watch=None)
        if (watch.feed, kept.since) == (self.feed, moment_text(self.following.since)):
            base = base_of(watch, tuple(self.plan.channels))
            if base is not None:
                self.following.carry_on(base)
        pending = [one for one in kept.alerts if one.id in watch.pending]
        if pending:
            self._deliver(pending, watch.output)
            self._write(self.result)
            clear_marks(self.folder)

    def look(self) -> bool:
        """Whether there was anything new in the source; what is to be told of it is told.

        Raises:
            InputError: The source cannot be read; then the next look begins where this one did.
            OSError: The folder of results cannot be written.
        """
        fresh, dropped = self._fresh()
        if fresh is None or self._is_doubtful(fresh.read):
            return False
        unusable, repeated = (0, 0) if fresh.anew else self.left_out
        rows = fresh.read.feed
        near = rows.take(~rows.after(self.following.since + LONGEST_DAYS * DAY))
        unusable += len(rows) - len(near)
        self.left_out = unusable + fresh.read.unusable, repeated + fresh.read.repeated
        self.following.take(near, anew=fresh.anew)
        look = self.following.look()
        told = replace(self._told(look.settled), dropped=dropped)
        self.marks = together(self.marks, marks_of(near, self.following.since))
        losses = self._losses(look, told_of(look.alerts, told))
        read = ReadFeed(self.following.feed, *self.left_out, unlearnt=self.unlearnt)
        found = answer(self.plan, look.watch, read, look.alerts, losses, look.now, told)
        there = {one.id for one in found.alerts}
        vanished = [_over(one, look.now) for one in told.alerts if one.id not in there]
        self._tell(replace(found, alerts=(*told.settled, *vanished, *found.alerts)), told)
        return True

    def _fresh(self) -> tuple[Fresh | None, bool]:
        """What has come; the first of it tells whether the feed is the one kept: if not, all that was kept is dropped.

        And whether alerts were.
        """
        fresh = self.growing.fresh(self.following.kept_from)
        if fresh is None or self.known:
            return fresh, False
        if not is_another(fresh.read.feed, self.marks, max(self.following.kept_from, self.following.since)):
            self.known = True
            return fresh, False
        dropped = self.result is not None and bool(self.result.alerts)
        self.following.begin_anew()
        self.growing.begin_anew()
        fresh = self.growing.fresh(self.following.kept_from)
        self.result, self.marks, self.simulated, self.known = None, {}, {}, fresh is not None
        return fresh, dropped

    def _is_doubtful(self, read: ReadFeed) -> bool:
        """Whether rows say otherwise than was decided: one is confirmed, or some are shown and none is confirmed."""
        used = self.following.feed.confirms
        self.doubtful |= self.early and used != read.confirmed and (read.confirmed or read.shown)
        self.early = self.early and not (used and read.confirmed)
        return self.doubtful

    def _told(self, settled: int) -> Told:
        """What was told, apart from what ended before the moment from which on alerts may still change."""
        if self.result is None:
            return Told()
        parts: tuple[list[AlertShown], list[AlertShown]] = ([], [])
        for one in self.result.alerts:
            parts[one.ended_at is not None and seconds(one.ended_at) < settled].append(one)
        return Told(tuple(parts[0]), seconds(self.result.now), tuple(parts[1]))

    def _losses(self, look: Look, before: Sequence[AlertShown | None]) -> list[Loss]:
        """What each alert means: simulated where it is new, has ended or has grown, else as it was told."""
        pairs = list(zip(look.alerts, before, strict=True))
        wanted = [alert for alert, one in pairs if one is None or self._has_moved(alert, one)]
        simulated = self.teller.losses(wanted, look.now) if wanted else []
        new = {alert.number: loss for alert, loss in zip(wanted, simulated, strict=True)}
        self.simulated |= {one.id: alert.amount for alert, one in pairs if one is not None and alert.number in new}
        return [new.get(alert.number) or _loss_told(one) for alert, one in pairs]

    def _has_moved(self, alert: Alert, told: AlertShown) -> bool:
        """Whether an alert has ended, or grown by much, since its money was told."""
        if alert.ended_at is not None and told.ended_at is None:
            return True
        return alert.amount > GROWN * self.simulated.setdefault(told.id, told.amount)

    def _tell(self, result: MonitorResult, told: Told) -> None:
        earlier = {one.id: one for one in (*told.alerts, *told.settled)}
        new = [rounded(one) for one in result.alerts if one.id not in earlier]  # as they are kept
        if new:
            clear_marks(self.folder)
            self._write(result, tuple(one.id for one in new), output_file())
            self._deliver(new, None)
        for one in result.alerts:
            if one.id in earlier and one.ended_at is not None and earlier[one.id].ended_at is None:
                self.teller.over(one)
        self.result = result
        self._write(result)
        clear_marks(self.folder)

    def _deliver(self, alerts: Sequence[AlertShown], before: tuple[int, ...] | None) -> None:
        """Tells alerts and hands them over; ``before`` is the output of a killed process that was about to, if any."""
        done = marks(self.folder) if before is not None else set()
        with open_marks(self.folder) as place:
            for one in alerts:
                if one.id in done:
                    continue
                with uninterrupted():
                    if before is None or not self.teller.stands(one, before):
                        self.teller.tell(one)
                    mark(place, one.id)
                self.told_any = True
            for one in alerts:
                name = f"{one.id} handed"
                if name not in done:
                    self.teller.hand(one, lambda name=name: mark(place, name))  # type: ignore[misc]

    def _write(self, result: MonitorResult, pending: tuple[str, ...] = (), output: tuple[int, ...] = ()) -> None:
        kept = as_kept(self.following.base, tuple(self.plan.channels), self.feed, pending, output)
        text = json_text(replace(result, watch=kept, seen=as_texts(self.marks)))
        replace_files(self.folder, (FILE,), lambda place: write_text(place / FILE, text))


def _over(told: AlertShown, now: int) -> AlertShown:
    """An alert of an incident that rows which came late have taken back."""
    return told if told.ended_at is not None else replace(told, status="ended", ended_at=moment_text(now))


def _loss_told(told: AlertShown | None) -> Loss:
    return Loss() if told is None else Loss(told.expected_loss, told.expected_delay_days, told.lowest_cash, told.buffer)
