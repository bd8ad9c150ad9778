"""``monitor``: its options and its work; what it prints stands in ``monitor_text``."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from forecast.commands import console, endings, options
from forecast.commands import monitor_options as given
from forecast.commands.places import check_writable, output_folder, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.texts import say, step_text
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.manifest import Inputs
    from forecast.plan.model import Plan
    from forecast.results.monitor import MonitorResult
    from forecast.watch.feed import Feed
    from forecast.watch.handing import Handing
    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert, Watch
    from forecast.watch.reading import ReadFeed
    from forecast.watch.telling import Told


_STEP = re.compile(r"([1-9]\d{0,5})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST_STEP = 60

_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 86_400.0
"""Seconds between two looks of a watch that goes on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks for, as it stands there."""

    feed: str | None
    since: dt.datetime | None
    now: dt.datetime | None
    replay: str | None
    watch: float | None
    polls: int | None
    execute: str | None
    without_money: bool
    orders_out: Path | None
    as_json: bool
    no_cache: bool


def monitor(
    plan_file: options.PlanFile,
    *,
    feed: given.Source = None,
    since: given.Since = None,
    now: given.Now = None,
    replay: given.Replay = None,
    watch: given.Watch = None,
    polls: given.Polls = None,
    execute: given.Execute = None,
    without_money: given.WithoutMoney = False,
    orders_out: given.OrdersOut = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    no_cache: options.NoCache = False,
) -> None:
    """监控订单：异常扣款失败 · Find abnormal failures in the order feed.

    指出原因、范围、涉及金额与下一步。monitor.json 记下已报告的内容；有新警报时退出码为 3。Names cause, scope, money at
    risk and the next step. monitor.json keeps what was told; the exit code is 3 where something new is. --watch goes on
    until Ctrl-C, and prints each alert once as it rings.

    例 · Example: forecast monitor myshop/plan.toml --feed today.csv --now 2026-11-11T14:15
    """
    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    asked = _Asked(feed, since, now, replay, watch, polls, execute, without_money, orders_out, as_json, no_cache)
    folder = output_folder(plan, out, ("monitor.json",))
    if (_once if watch is None else _on_and_on)(plan, inputs, folder, asked):
        raise typer.Exit(endings.NEEDS_ACTION)


def _on_and_on(plan: Plan, inputs: Inputs, folder: Path, asked: _Asked) -> bool:
    """Watches until it is ended; whether anything was told.

    Raises:
        InputError: Options that do not go together, or a time between looks that is none.
    """
    from forecast.commands import watching  # noqa: PLC0415  # as cli.py says

    every = asked.watch or 0.0
    if not _SHORTEST_WAIT <= every <= _LONGEST_WAIT:
        raise InputError(Problem(said("monitor.wait", found=f"{every:g}"), key="--watch"))
    others = {"--now": asked.now, "--replay": asked.replay, "--orders-out": asked.orders_out}
    apart = [name for name, value in others.items() if value is not None]
    if apart:
        raise InputError(Problem(said("monitor.not_together", one="--watch"), key=apart[0]))
    wanted = watching.Wanted(
        every=every,
        looks=asked.polls,
        feed=asked.feed,
        since=_begin(plan, asked.since),
        as_json=asked.as_json,
        handing=_handing(asked.execute),
        with_money=not asked.without_money,
        no_cache=asked.no_cache,
    )
    return watching.watch_on(plan, inputs, folder, wanted)


def _once(plan: Plan, inputs: Inputs, folder: Path, asked: _Asked) -> bool:
    """Looks once; whether anything was told that was not told before."""
    from forecast.commands.watching import hand_over, refuse_watched  # noqa: PLC0415  # as cli.py says
    from forecast.file_set import replace_files  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.text_files import write_text  # noqa: PLC0415  # as cli.py says
    from forecast.records import json_text  # noqa: PLC0415  # as cli.py says
    from forecast.watch.answer import answer  # noqa: PLC0415  # as cli.py says
    from forecast.watch.likeness import as_texts, marks_of, together  # noqa: PLC0415  # as cli.py says
    from forecast.watch.money import Loss  # noqa: PLC0415  # as cli.py says
    from forecast.watch.told import FILE, told_before  # noqa: PLC0415  # as cli.py says

    if asked.polls is not None:
        raise InputError(Problem(said("monitor.watch_needed"), key="--polls"))
    every, handing = None if asked.replay is None else _step(asked.replay), _handing(asked.execute)
    if asked.orders_out is not None:
        _check_orders_out(asked.orders_out, plan, asked.feed)
    refuse_watched(folder)
    told = told_before(folder)
    with console.progress() as announce:
        announce(step_text(plan.language, "feed"))
        read, watch, end = _watch(plan, asked)
        told = _told_of_it(told, read, watch)
        announce(step_text(plan.language, "watch"))
        alerts = _alerts(watch, end, every)
        losses = [Loss()] * len(alerts)
        if alerts and not asked.without_money:
            losses = _losses(plan, inputs, alerts, end, no_cache=asked.no_cache)
        seen = as_texts(together(told.marks, marks_of(watch.view.feed, watch.since)))
        result = answer(plan, watch, read, alerts, losses, end, told)
        text = json_text(replace(result, seen=seen))
        with writing_into(folder):
            replace_files(folder, (FILE,), lambda place: write_text(place / FILE, text))
        if asked.orders_out is not None:
            _write_orders(
                asked.orders_out, watch, read, [*zip((x.id for x in result.alerts), alerts, strict=True)], end
            )
    _show(plan, result, asked, folder)
    before = {one.id for one in told.alerts}
    new = [one for one in result.alerts if one.id not in before]
    for one in new:
        hand_over(plan, handing, one)
    return bool(new)


def _told_of_it(told: Told, read: ReadFeed, watch: Watch) -> Told:
    """What was told of the same feed: nothing, where it was another."""
    from forecast.watch.likeness import is_another  # noqa: PLC0415  # as cli.py says
    from forecast.watch.telling import Told  # noqa: PLC0415  # as cli.py says

    return Told(dropped=bool(told.alerts)) if is_another(read.feed, told.marks, watch.since) else told


def _show(plan: Plan, result: MonitorResult, asked: _Asked, folder: Path) -> None:
    from forecast.commands.monitor_text import monitor_text  # noqa: PLC0415  # as cli.py says

    endings.show(result, partial(monitor_text, plan), result.notes, plan.language, as_json=asked.as_json)
    for written in (folder, *([] if asked.orders_out is None else [asked.orders_out])):
        console.tell(say(plan.language, "written", folder=str(written)))


def _handing(text: str | None) -> Handing | None:
    from forecast.watch.handing import Handing  # noqa: PLC0415  # as cli.py says

    return None if text is None else Handing.of(text)


def _step(text: str) -> int:
    """The seconds of a step.

    Raises:
        InputError: It is no step, or shorter than a minute.
    """
    found = _STEP.fullmatch(text.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if seconds < _SHORTEST_STEP:
        raise InputError(Problem(said("monitor.step", found=text), key="--replay"))
    return seconds


def _check_orders_out(file: Path, plan: Plan, feed: str | None) -> None:
    """Refuse, before the work, a file that cannot be written or that the command reads.

    Raises:
        InputError: It is a folder or one of the command's inputs, or its folder cannot be written.
    """
    from forecast.plan.model import is_database  # noqa: PLC0415  # as cli.py says

    read = [plan.path, *(plan.path.parent / one for one in plan.ledger.inputs if not is_database(one))]
    read += [Path(feed)] if feed is not None and not is_database(feed) else []
    if file.exists() and any(one.exists() and one.samefile(file) for one in read):
        raise InputError(Problem(said("monitor.orders_out_read"), str(file), key="--orders-out"))
    if file.is_dir():
        raise InputError(Problem(said("output.is_folder"), str(file), key="--orders-out"))
    check_writable(file.parent)


def _write_orders(file: Path, watch: Watch, read: ReadFeed, alerts: Sequence[tuple[str, Alert]], end: int) -> None:
    from forecast.file_set import replace_files  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.text_files import write_table  # noqa: PLC0415  # as cli.py says
    from forecast.watch.affected import affected_orders  # noqa: PLC0415  # as cli.py says

    rows = affected_orders(watch, alerts, read.ids, end)
    with writing_into(file):
        replace_files(file.parent, (file.name,), lambda place: write_table(place / file.name, rows))


def _moment(time: dt.datetime) -> int:
    return int((time - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001  # local time, as in the ledger


def _begin(plan: Plan, since: dt.datetime | None) -> int:
    """The moment from which on is watched: the evening of as_of unless given."""
    return _moment(since or dt.datetime.combine(plan.horizon.as_of + dt.timedelta(days=1), dt.time()))


def _watch(plan: Plan, asked: _Asked) -> tuple[ReadFeed, Watch, int]:
    """The feed as read, the watch of it, and the moment up to which the feed is known.

    Raises:
        InputError: A source cannot be read; or the moments do not follow each other, or lie too far apart.
    """
    from forecast.calendar import Calendar  # noqa: PLC0415  # as cli.py says
    from forecast.watch.feed import DAY, HISTORY_DAYS, as_shown_by  # noqa: PLC0415  # as cli.py says
    from forecast.watch.monitor import Learnt, Watch  # noqa: PLC0415  # as cli.py says
    from forecast.watch.reading import read_feed  # noqa: PLC0415  # as cli.py says

    source, begin, with_ids = asked.feed, _begin(plan, asked.since), asked.orders_out is not None
    after = begin - (HISTORY_DAYS + 1) * DAY
    with ThreadPoolExecutor(1) as beside:  # feeds are read here, where Ctrl-C ends it
        beside.submit(Calendar, plan.merchant.holidays)  # which loads long: whoever asks then has it at once
        history = read_feed(plan, after=after, with_ids=with_ids and source is None)
        if source is None:
            end = _end(history.feed, begin, asked.now)
            return history, Watch.of(history.feed, history.feed, begin), end
        learning = beside.submit(Learnt.of, history.feed, begin)
        read = read_feed(plan, source, after, with_ids=with_ids)
        end = _end(read.feed, begin, asked.now)
        learnt = learning.result()
    shown, used = as_shown_by(history.feed, read.feed), as_shown_by(read.feed, history.feed)
    if shown is not history.feed:
        learnt = Learnt.of(shown, begin)
    read = replace(read, feed=used, unlearnt=used is not read.feed)
    return read, Watch.by(learnt, read.feed, begin), end


def _end(feed: Feed, begin: int, now: dt.datetime | None) -> int:
    """The moment up to which a feed that is watched from ``begin`` on is known.

    Raises:
        InputError: It lies before that, or too far behind it.
    """
    from forecast.watch.feed import DAY  # noqa: PLC0415  # as cli.py says
    from forecast.watch.monitor import LONGEST_DAYS  # noqa: PLC0415  # as cli.py says
    from forecast.watch.telling import moment_text  # noqa: PLC0415  # as cli.py says

    end = max(feed.last_moment, begin) if now is None else _moment(now)
    if end < begin:
        raise InputError(
            Problem(said("monitor.now_early", now=moment_text(end), since=moment_text(begin)), key="--now")
        )
    if end > begin + LONGEST_DAYS * DAY:
        far = said("monitor.now_far", now=moment_text(end), since=moment_text(begin), days=LONGEST_DAYS)
        raise InputError(Problem(far, key="--now"))
    return end


def _alerts(watch: Watch, end: int, every: int | None) -> tuple[Alert, ...]:
    from forecast.watch.monitor import asked_moments  # noqa: PLC0415  # as cli.py says

    if every is None:
        return watch.alerts(end)
    return watch.alerts_of_replay(asked_moments(watch.since, end, every))


def _losses(plan: Plan, inputs: Inputs, alerts: Sequence[Alert], now: int, *, no_cache: bool) -> list[Loss]:
    """What each incident means in money, by the plan's own forecast."""
    from forecast.commands.calculating import calculate  # noqa: PLC0415  # as cli.py says
    from forecast.watch.consequences import losses  # noqa: PLC0415  # as cli.py says

    name, first = next(iter(plan.scenarios.items()))  # a plan's first scenario is its base
    done = calculate(plan, inputs, None, {name: first}, no_cache=no_cache)
    return losses(done, alerts, now)
