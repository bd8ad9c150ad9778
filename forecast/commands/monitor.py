"""``monitor``: its options and its work; what it prints stands in ``monitor_text``."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import console, endings, options
from forecast.commands.places import check_writable, output_folder, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.texts import say, step_text
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.manifest import Inputs
    from forecast.plan.model import Plan
    from forecast.watch.money import Loss
    from forecast.watch.monitor import Alert, Watch
    from forecast.watch.reading import ReadFeed

_TIMES = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]

_STEP = re.compile(r"([1-9]\d{0,5})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST_STEP = 60

LONGEST_DAYS = 400
"""Days that may be watched at once: a moment further off is a slip."""

Source = Annotated[
    str | None,
    typer.Option(
        "--feed",
        metavar="SOURCE",
        show_default=False,
        help="订单来源，列与台账相同；缺省为台账本身，含基准日之后的行 · "
        "orders with the ledger's columns; by default the ledger itself, its rows after as_of too",
    ),
]

Since = Annotated[
    dt.datetime | None,
    typer.Option(
        formats=_TIMES,
        metavar="TIME",
        show_default=False,
        help="此前为常态，此后开始监控，缺省为基准日晚间 · "
        "what is usual is learnt up to then, and the feed watched from then on; by default the evening of as_of",
    ),
]

Now = Annotated[
    dt.datetime | None,
    typer.Option(
        formats=_TIMES,
        metavar="TIME",
        show_default=False,
        help="截至何时所知，缺省为来源的最后时刻 · as known at that moment; by default the feed's last",
    ),
]

Replay = Annotated[
    str | None,
    typer.Option(
        metavar="STEP",
        show_default=False,
        help="从 --since 起每隔多久看一次（15m、1h、1d）· look at every step from --since on (15m, 1h, 1d)",
    ),
]

WithoutMoney = Annotated[
    bool,
    typer.Option(
        "--without-money", help="不估算损失与现金 · leave out loss, cash and buffer, which rest on the plan's forecast"
    ),
]


OrdersOut = Annotated[
    Path | None,
    typer.Option(
        "--orders-out",
        metavar="FILE",
        show_default=False,
        help="把各警报涉及的订单写成 CSV · write the orders that the alerts tell of as CSV",
    ),
]


def monitor(
    plan_file: options.PlanFile,
    *,
    feed: Source = None,
    since: Since = None,
    now: Now = None,
    replay: Replay = None,
    without_money: WithoutMoney = False,
    orders_out: OrdersOut = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    no_cache: options.NoCache = False,
) -> None:
    """监控订单：异常扣款失败 · Find abnormal failures in the order feed.

    指出原因、范围、涉及金额与下一步。monitor.json 记下已报告的内容；有新警报时退出码为 3。Names cause, scope, money at
    risk and the next step. monitor.json keeps what was told; the exit code is 3 where something new is.

    例 · Example: forecast monitor myshop/plan.toml --feed today.csv --now 2026-11-11T14:15
    """
    from forecast.commands.monitor_text import monitor_text  # noqa: PLC0415  # as cli.py says
    from forecast.file_set import replace_files  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing import write_text  # noqa: PLC0415  # as cli.py says
    from forecast.records import json_text  # noqa: PLC0415  # as cli.py says
    from forecast.watch.answer import answer  # noqa: PLC0415  # as cli.py says
    from forecast.watch.money import Loss  # noqa: PLC0415  # as cli.py says
    from forecast.watch.told import FILE, told_before  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    every = None if replay is None else _step(replay)
    folder = output_folder(plan, out, (FILE,))
    if orders_out is not None:
        _check_orders_out(orders_out, plan, feed)
    told = told_before(folder)
    with console.progress() as announce:
        announce(step_text(plan.language, "feed"))
        read, watch, end = _watch(plan, feed, since, now, with_ids=orders_out is not None)
        announce(step_text(plan.language, "watch"))
        alerts = _alerts(watch, end, every)
        losses = [Loss()] * len(alerts)
        if alerts and not without_money:
            losses = _losses(plan, inputs, alerts, end, no_cache=no_cache)
        result = answer(plan, watch, read, alerts, losses, end, told)
        text = json_text(result)
        with writing_into(folder):
            replace_files(folder, (FILE,), lambda place: write_text(place / FILE, text))
        if orders_out is not None:
            _write_orders(orders_out, watch, read, [*zip((x.id for x in result.alerts), alerts, strict=True)], end)
    if as_json:
        endings.show_result(result, result.notes, plan.language)
    else:
        console.show(monitor_text(plan, result))
    console.tell(say(plan.language, "written", folder=str(folder)))
    if orders_out is not None:
        console.tell(say(plan.language, "written", folder=str(orders_out)))
    if any(one.id not in {each.id for each in told} for one in result.alerts):
        raise typer.Exit(endings.NEEDS_ACTION)


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
    from forecast.outputs.writing import write_table  # noqa: PLC0415  # as cli.py says
    from forecast.watch.affected import affected_orders  # noqa: PLC0415  # as cli.py says

    rows = affected_orders(watch, alerts, read.ids, end)
    with writing_into(file):
        replace_files(file.parent, (file.name,), lambda place: write_table(place / file.name, rows))


def _moment(time: dt.datetime) -> int:
    return int((time - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001  # local time, as in the ledger


def _watch(
    plan: Plan, source: str | None, since: dt.datetime | None, now: dt.datetime | None, *, with_ids: bool
) -> tuple[ReadFeed, Watch, int]:
    """The feed as read, the watch of it, and the moment up to which the feed is known.

    Raises:
        InputError: A source cannot be read; or the moments do not follow each other, or lie too far apart.
    """
    from forecast.watch.feed import DAY, aligned  # noqa: PLC0415  # as cli.py says
    from forecast.watch.monitor import Watch  # noqa: PLC0415  # as cli.py says
    from forecast.watch.reading import read_feed  # noqa: PLC0415  # as cli.py says
    from forecast.watch.telling import moment_text  # noqa: PLC0415  # as cli.py says
    from forecast.watch.usual import HISTORY_DAYS  # noqa: PLC0415  # as cli.py says

    evening = dt.datetime.combine(plan.horizon.as_of + dt.timedelta(days=1), dt.time())
    begin = _moment(since or evening)
    after = begin - (HISTORY_DAYS + 1) * DAY
    history = read_feed(plan, after=after, with_ids=with_ids and source is None)
    read = history if source is None else read_feed(plan, source, after, with_ids=with_ids)
    past, feed = (history.feed,) * 2 if source is None else aligned(history.feed, read.feed)
    end = max(feed.last_moment, begin) if now is None else _moment(now)
    if end < begin:
        raise InputError(
            Problem(said("monitor.now_early", now=moment_text(end), since=moment_text(begin)), key="--now")
        )
    if end > begin + LONGEST_DAYS * DAY:
        far = said("monitor.now_far", now=moment_text(end), since=moment_text(begin), days=LONGEST_DAYS)
        raise InputError(Problem(far, key="--now"))
    return read, Watch.of(past, feed, begin), end


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
    done, _ = calculate(plan, inputs, None, {name: first}, no_cache=no_cache)
    return losses(done, alerts, now)
