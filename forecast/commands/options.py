"""The arguments and options that commands share, each declared once with its help in Chinese and English."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from forecast.commands.console import speak

VERSUS, SET = "--vs", "--set"
"""The options of ``whatif`` whose order counts."""


class InOrder(TyperCommand):
    """A command that takes each ``--vs`` as a value of ``--set``, so that it keeps its place among them.

    At a prompt it needs no ``--set``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # the type is private to typer
        """Put ``--set`` before each ``--vs`` that stands for itself, and parse."""
        named, literal = [], args.index("--") if "--" in args else len(args)
        for place, arg in enumerate(args):
            if arg == VERSUS and place < literal and (not place or args[place - 1] != SET):
                named.append(SET)
            named.append(arg)
        for parameter in self.params:
            if SET in parameter.opts:
                parameter.required = not {"-i", "--interactive"} & {*args[:literal]}
        return super().parse_args(ctx, named)


class Speech(StrEnum):
    """The languages of ``--language``."""

    ZH = "zh"
    EN = "en"


class Solve(StrEnum):
    """What ``finance --solve`` looks for."""

    LIMIT = "limit"
    STOCK = "stock"


_given = partial(typer.Option, show_default=False)
"""An option whose help says what holds where it is not given."""

PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="计划文件 plan.toml · the plan file", show_default=False)
]

NewFolder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="新文件夹 · the folder to make; nothing is overwritten", show_default=False),
]

FromFiles = Annotated[
    list[str] | None,
    _given(
        "--from",
        metavar="FILE",
        help="由导出文件建立计划：文件、文件夹或通配符，可重复 · "
        "make the plan from exports: a file, a folder or a pattern; may be repeated",
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只打印 JSON · print JSON and nothing else")]

Out = Annotated[
    Path | None,
    _given(
        metavar="DIR",
        help="写到哪里，缺省为 reports/<计划文件夹名> · where to write, by default reports/<plan folder's name>",
    ),
]

OutIfGiven = Annotated[
    Path | None,
    _given(
        metavar="DIR",
        help="同时写出 run 的各个文件；不给则不写 · also write the files of a run there; without it, none",
    ),
]

Seed = Annotated[int | None, _given(min=0, help="替代计划的随机种子 · in place of the plan's seed")]

Paths = Annotated[int | None, _given(min=1, help="替代计划的路径数 · in place of the plan's paths")]


def _speaking(language: Speech | None) -> Speech | None:
    """Messages are in the language of ``--language`` from the start, where it is given."""
    if language is not None:
        speak(language.value)
    return language


SpeakIn = Annotated[
    Speech | None,
    _given("--language", callback=_speaking, help="替代计划的语言 · in place of the plan's language"),
]

Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="有警告，或任一情景用足授信仍会短缺时，退出码为 3 · "
        "exit 3 on a warning, or if in any scenario cash falls short with every facility drawn",
    ),
]

NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="不用缓存，全部重算 · neither use nor fill the cache: calculate everything anew"),
]

StrictOnWarnings = Annotated[bool, typer.Option("--strict", help="有警告时退出码为 3 · exit 3 on a warning")]

Settings = Annotated[
    list[str],
    _given(
        SET,
        metavar="KEY=VALUE",
        help="一项改动，键与情景相同，可重复；值可写 8% · "
        "a change, its key as in a scenario; may be repeated; a value may be written 8%",
    ),
]

Versus = Annotated[
    bool,
    typer.Option(
        VERSUS,
        help="其后的 --set 另成一列并列比较 · the --set after it make a further column, side by side",
    ),
]

Interactive = Annotated[
    bool,
    typer.Option("--interactive", "-i", help="进入提示符，一行一问 · a prompt that answers one line after another"),
]

EditedWorkbook = Annotated[
    Path | None,
    _given(
        "--inputs",
        metavar="XLSX",
        help="改过输入的 scenarios.xlsx：按其中的输入重算 · an edited scenarios.xlsx, whose inputs are calculated with",
    ),
]

SolveFor = Annotated[
    Solve | None,
    _given(
        help="limit：各项授信单独使用至少需要多大额度；stock：--date 当天最多还能多付多少备货款（销售不变）· "
        "limit: the least limit of each facility on its own; stock: the largest extra stock payment on --date, "
        "sales unchanged"
    ),
]

SolveDate = Annotated[
    dt.datetime | None,
    _given("--date", formats=["%Y-%m-%d"], metavar="DATE", help="备货款的付款日 · the day of that payment"),
]

EarlierResult = Annotated[
    Path, _given("--result", metavar="RESULT", help="早先一次 run 的 result.json · the result.json of an earlier run")
]

Origins = Annotated[
    int | None,
    _given(
        min=1,
        help="历史基准日的个数，缺省至多 6 个、互不重叠 · past as-of days, by default up to 6 that do not overlap",
    ),
]

DaysAhead = Annotated[
    int | None,
    _given(
        "--horizon",
        min=1,
        max=400,
        metavar="DAYS",
        help="每个基准日预测的天数，缺省为计划的天数 · days ahead of each, by default the plan's",
    ),
]

BacktestPaths = Annotated[
    int | None,
    _given(
        "--paths",
        min=1,
        help="路径数，缺省为计划的路径数但不多于 500 · sample paths, by default the plan's and at most 500",
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

Orders = Annotated[int, _given(min=1, help="订单数 · number of orders")]

SampleSeed = Annotated[int, typer.Option(min=0, help="随机种子 · seed of the random numbers")]
