"""The arguments and options that commands share, each declared once with its help in Chinese and English."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Speech(StrEnum):
    """The languages of ``--language``."""

    ZH = "zh"
    EN = "en"


class Solve(StrEnum):
    """What ``finance --solve`` looks for."""

    LIMIT = "limit"
    STOCK = "stock"


PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="计划文件 plan.toml · the plan file", show_default=False)
]

NewFolder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="新文件夹 · the folder to make; nothing is overwritten", show_default=False),
]

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只打印 JSON · print JSON and nothing else")]

Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="写到哪里，缺省为 reports/<计划文件夹名> · where to write, by default reports/<plan folder's name>",
        show_default=False,
    ),
]

OutIfGiven = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="同时写出 run 的各个文件；不给则不写 · also write the files of a run there; without it, none",
        show_default=False,
    ),
]

Seed = Annotated[
    int | None, typer.Option(min=0, help="替代计划的随机种子 · in place of the plan's seed", show_default=False)
]

Paths = Annotated[
    int | None, typer.Option(min=1, help="替代计划的路径数 · in place of the plan's paths", show_default=False)
]

SpeakIn = Annotated[
    Speech | None,
    typer.Option("--language", help="替代计划的语言 · in place of the plan's language", show_default=False),
]

Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="任一情景用足授信仍会短缺时退出码为 3 · "
        "exit 3 if in any scenario cash falls short with every facility drawn",
    ),
]

Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="一项改动，键与情景相同，可重复 · a change, its key as in a scenario; may be repeated",
        show_default=False,
    ),
]

SolveFor = Annotated[
    Solve | None,
    typer.Option(
        help="limit：各项授信单独使用至少需要多大额度；stock：--date 当天最多还能多付多少备货款（销售不变）· "
        "limit: the least limit of each facility on its own; stock: the largest extra stock payment on --date, "
        "sales unchanged",
        show_default=False,
    ),
]

SolveDate = Annotated[
    dt.datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="备货款的付款日 · the day of that payment",
        show_default=False,
    ),
]

EarlierResult = Annotated[
    Path,
    typer.Option(
        "--result",
        metavar="RESULT",
        help="早先一次 run 的 result.json · the result.json of an earlier run",
        show_default=False,
    ),
]

Origins = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="历史基准日的个数，缺省至多 6 个、互不重叠 · past as-of days, by default up to 6 that do not overlap",
        show_default=False,
    ),
]

DaysAhead = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        min=1,
        max=400,
        metavar="DAYS",
        help="每个基准日预测的天数，缺省为计划的天数 · days ahead of each, by default the plan's",
        show_default=False,
    ),
]

BacktestPaths = Annotated[
    int | None,
    typer.Option(
        "--paths",
        min=1,
        help="路径数，缺省为计划的路径数但不多于 500 · sample paths, by default the plan's and at most 500",
        show_default=False,
    ),
]

BreakEvens = Annotated[
    bool,
    typer.Option(
        "--break-even",
        help="失败率与销量到何处应改用另一融资方案（基准情景，约需二十余次重算）· "
        "at which failure rate and volume another choice becomes the cheaper one (base; some twenty runs more)",
    ),
]

Orders = Annotated[int, typer.Option(min=1, help="订单数 · number of orders", show_default=False)]

SampleSeed = Annotated[int, typer.Option(min=0, help="随机种子 · seed of the random numbers")]
