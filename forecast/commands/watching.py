"""``monitor --watch``: the loop of looks, who tells what they find, and how it ends."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.interrupts import Stopping
from forecast.commands.monitor_text import alert_text
from forecast.commands.places import writing_into
from forecast.commands.texts import say, step_text
from forecast.errors import InputError, Problem, said
from forecast.locks import folder_lock
from forecast.outputs.note_lines import warning_lines
from forecast.records import plain, rounded
from forecast.safe_text import without_password
from forecast.texts import Texts
from forecast.watch.delivery import stands_in_output
from forecast.watch.feed import DAY, HISTORY_DAYS, without_confirmations
from forecast.watch.following import Following
from forecast.watch.growing import Growing
from forecast.watch.money import Loss
from forecast.watch.reading import FeedSource, confirms, read_feed
from forecast.watch.session import Session
from forecast.watch.told import FILE, kept_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.results.monitor import AlertShown, MonitorResult
    from forecast.watch.handing import Handing
    from forecast.watch.monitor import Alert

LOCK = ".forecast-watch"
"""The file in the folder of results that is held while a watch goes on."""

ROWS_LEFT_OUT = {"feed_rows_left_out", "feed_rows_repeated"}
"""Warnings of rows whose number may grow at every look."""

SILENT = 7_200.0
"""Seconds without anything new after which the silence of the source is told."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a watch is asked for: seconds between looks, how many looks at most, and how alerts are told."""

    every: float
    looks: int | None
    feed: str | None
    since: int
    as_json: bool
    handing: Handing | None
    with_money: bool
    no_cache: bool


@dataclass(slots=True)
class _Voice:
    """Tells on the two streams, in the plan's language; the forecast is made when the first alert asks for it."""

    plan: Plan
    inputs: Inputs
    asked: Wanted
    done: Run | None = None
    said_once: set[str] = field(default_factory=set)

    def tell(self, alert: AlertShown) -> None:
        console.show(self._text(alert))

    def stands(self, alert: AlertShown, before: tuple[int, ...]) -> bool:
        return stands_in_output(self._text(alert), before)

    def hand(self, alert: AlertShown, started: Callable[[], None]) -> None:
        hand_over(self.plan, self.asked.handing, alert, started)

    def over(self, alert: AlertShown) -> None:
        at = (alert.ended_at or "")[:16].replace("T", " ")
        console.tell(say(self.plan.language, "watch_over", id=alert.id, at=at))

    def losses(self, alerts: Sequence[Alert], now: int) -> list[Loss]:
        if not self.asked.with_money:
            return [Loss()] * len(alerts)
        from forecast.commands.calculating import calculate  # noqa: PLC0415  # only alerts need it
        from forecast.outputs.manifest import Inputs  # noqa: PLC0415  # the same
        from forecast.watch.consequences import losses  # noqa: PLC0415  # the same

        if self.done is None:
            name, first = next(iter(self.plan.scenarios.items()))  # a plan's first scenario is its base
            grows = self.asked.feed is None  # its own orders, which no hash holds still; none after as_of counts here
            inputs = Inputs() if grows else self.inputs
            self.done = calculate(self.plan, inputs, None, {name: first}, no_cache=self.asked.no_cache or grows)
        return losses(self.done, alerts, now)

    def once(self, key: str, message: str, *, whatever: bool = False) -> None:
        """Say a message, if it is not the last that was said under its key, or the first if so ``whatever`` it says."""
        mark = f"{key}\0{'' if whatever else message}"
        if mark not in self.said_once:
            self.said_once = {one for one in self.said_once if not one.startswith(f"{key}\0")} | {mark}
            console.tell(message)

    def forget(self, key: str) -> None:
        """Say a message under a key again when it comes again."""
        self.said_once = {one for one in self.said_once if not one.startswith(f"{key}\0")}

    def _text(self, alert: AlertShown) -> str:
        return alert_line(alert) if self.asked.as_json else alert_text(self.plan, rounded(alert))


def alert_line(alert: AlertShown) -> str:
    """An alert as JSON on one line."""
    return json.dumps(plain(rounded(alert)), ensure_ascii=False, allow_nan=False)


def hand_over(
    plan: Plan, handing: Handing | None, alert: AlertShown, started: Callable[[], None] | None = None
) -> None:
    """Hands an alert to the user's command, if there is one; a failure is told and ends nothing."""
    why = None if handing is None else handing.hand(alert_line(alert), started)
    if why is not None:
        console.tell(say(plan.language, "exec_failed", id=alert.id, why=why.text(plan.language)))


def watch_on(plan: Plan, inputs: Inputs, folder: Path, asked: Wanted) -> bool:
    """Watches until a signal comes, or as many times as asked for; whether anything was told.

    Raises:
        InputError: Another process watches in the folder; or the first look finds no source that it can read.
    """
    with writing_into(folder), only_watch(folder), Stopping.on_signals() as stopping:
        voice = _Voice(plan, inputs, asked)
        kept = kept_before(folder)
        console.tell(step_text(plan.language, "feed"))
        session = _begun(plan, folder, voice, kept)
        source = without_password(asked.feed or plan.ledger.shown)
        console.tell(say(plan.language, "watching", source=source, seconds=f"{asked.every:g}"))

        def anew(before: Session) -> Session:
            begun = _begun(plan, folder, voice, kept_before(folder))
            begun.early &= begun.growing.confirms != before.growing.confirms  # the whole source says the same again
            return begun

        told_any = _loop(session, anew, voice, stopping)
        if (folder / FILE).exists():
            console.tell(say(plan.language, "written", folder=str(folder)))
        return told_any


def _begun(plan: Plan, folder: Path, voice: _Voice, kept: MonitorResult | None) -> Session:
    """A watch that goes on from what was kept, by what the source shows now of whether confirmations are told."""
    asked = voice.asked
    history = read_feed(plan, after=asked.since - (HISTORY_DAYS + 1) * DAY).feed
    feed = FeedSource.of(plan, asked.feed)
    told = history.confirms if asked.feed is None else confirms(plan, feed)
    if history.confirms and not told:
        history = without_confirmations(history)
    used = told and (history.confirms or not len(history))
    session = Session(
        plan,
        folder,
        without_password(asked.feed or ""),
        Growing(plan, feed, used),
        Following.of(replace(history, confirms=used), asked.since),
        voice,
        unlearnt=told and not used,
        early=asked.feed is not None and told == used,
    )
    session.begin(kept)
    return session


def _loop(session: Session, anew: Callable[[Session], Session], voice: _Voice, stopping: Stopping) -> bool:
    """Looks until it is ended, with another session where the first has its doubts; whether anything was told."""
    looks, heard, told_any, asked = 0, time.monotonic(), False, voice.asked
    while not stopping.asked:
        try:
            if session.look():
                heard = time.monotonic()
                voice.forget("silent")
                _tell_warnings(session, voice)
            elif session.doubtful:
                told_any, session = told_any or session.told_any, anew(session)
                continue
            voice.forget("unread")
        except InputError as error:
            if looks == 0:
                raise
            voice.once("unread", "\n".join(one.text(session.plan.language) for one in error.problems))
        looks += 1
        if asked.looks is not None and looks >= asked.looks:
            break
        if time.monotonic() - heard > SILENT:
            voice.once("silent", say(session.plan.language, "watch_silent", hours=f"{SILENT / 3600:g}"))
        stopping.wait(asked.every)
    return told_any or session.told_any


def _tell_warnings(session: Session, voice: _Voice) -> None:
    """Say each warning when it first comes, and when what it says has changed but for a number of rows that grows."""
    if session.result is not None:
        for note in session.result.notes:
            for line in warning_lines([note], Texts(session.plan.language)):
                voice.once(note.code, line, whatever=note.code in ROWS_LEFT_OUT)


@contextmanager
def only_watch(folder: Path) -> Iterator[None]:
    """Within it no other process watches in a folder.

    Raises:
        InputError: Another process does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(folder_lock(folder, patience=0.0, name=LOCK))
        except InputError:
            raise InputError(Problem(said("monitor.watched"), str(folder))) from None
        yield


def refuse_watched(folder: Path) -> None:
    """Refuse a folder in which another process watches, and sweep the lock that a killed one left.

    Raises:
        InputError: Another process does.
    """
    if (folder / LOCK).exists():
        with only_watch(folder):
            pass
