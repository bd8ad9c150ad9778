"""The options of ``monitor``, each with its help in Chinese and English."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

_TIMES = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]

Source = Annotated[
    str | None,
    typer.Option(
        "--feed",
        metavar="SOURCE",
        show_default=False,
        help="订单来源，列与台账相同；缺省为台账本身，含基准日之后的行；数据库可写 sqlite:///f.db#表名 · "
        "orders with the ledger's columns; by default the ledger itself, its rows after as_of too; "
        "of a database sqlite:///f.db#table",
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

Watch = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        show_default=False,
        help="持续监控，每隔多少秒查看一次，Ctrl-C 结束 · go on, with a look every so many seconds, until Ctrl-C",
    ),
]

Polls = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        show_default=False,
        help="与 --watch 连用，查看多少次后结束 · with --watch: end after so many looks",
    ),
]

Execute = Annotated[
    str | None,
    typer.Option(
        "--exec",
        metavar="COMMAND",
        show_default=False,
        help="每条新警报运行一次的命令，警报的 JSON 由标准输入给出 · "
        "a command that is run for each new alert, with its JSON on standard input",
    ),
]
