"""``drill``: its options and its work; what it prints stands in ``drill_text``."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import calculating, console, endings, options
from forecast.commands.places import output_folder, tell_written, writing_into
from forecast.commands.plan_inputs import plan_and_inputs, playbook_and_inputs
from forecast.commands.texts import step_text
from forecast.commands.typed_figures import share_of
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from forecast.outputs.training import Training
    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import DrillResult
    from forecast.studies.drill.choosing import Asked
    from forecast.studies.drill.study import Rehearsed


class Cause(StrEnum):
    """The causes of ``--incident``."""

    INTEGRATION = "integration"
    VALIDATION = "validation"
    RISK_CONTROL = "risk_control"
    CLEARING = "clearing"


Incident = Annotated[
    Cause | None,
    typer.Option(
        "--incident",
        help="事故原因，缺省按本店的规律抽取 · the cause; by default drawn by the merchant's own law",
        show_default=False,
    ),
]

Channel = Annotated[
    str | None,
    typer.Option("--channel", metavar="CHANNEL", help="在哪个渠道 · on which channel", show_default=False),
]

Hours = Annotated[
    float | None,
    typer.Option(
        "--hours", metavar="HOURS", min=0.25, max=48, help="持续几小时 · how many hours it lasts", show_default=False
    ),
]

Share = Annotated[
    float | None,
    typer.Option(
        "--share",
        metavar="SHARE",
        parser=share_of("--share", 0.01),
        help="期间首次扣款失败的占比（如 80%）· share of first deductions that fail in it (such as 80%)",
        show_default=False,
    ),
]

Number = Annotated[
    int | None,
    typer.Option(
        "--number",
        min=1,
        show_default=False,
        help="第几次演练，换编号即换事故；缺省为 1，--quiz 时接着上次 · "
        "another number, another incident; by default 1, under --quiz the next one",
    ),
]

AsQuiz = Annotated[
    bool,
    typer.Option(
        "--quiz",
        help="只看屏幕，说出原因与第一步，计分留档 · name cause and first step from the screen; kept in training.csv",
    ),
]

Name = Annotated[
    str | None, typer.Option("--name", metavar="NAME", show_default=False, help="答题人 · who answers, for the record")
]


def drill(
    plan_file: options.PlanFile,
    *,
    incident: Incident = None,
    channel: Channel = None,
    hours: Hours = None,
    share: Share = None,
    number: Number = None,
    quiz: AsQuiz = False,
    name: Name = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.StrictOnWarnings = False,
    no_cache: options.NoCache = False,
) -> None:
    """应急演练 · A rehearsal of an incident, hour by hour.

    把一起事故植入往年高峰日的订单，由监控重放，按 playbook.toml 处置；写出 drill.json 与 drill.html。Plants an incident
    into the orders of a past peak, lets the monitor replay it, acts by playbook.toml, and writes these files.

    例 · Example: forecast drill myshop/plan.toml --incident clearing
    """
    from forecast.commands.drill_text import drill_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs import writing_studies  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.training import keep_quiz, quizzes_kept  # noqa: PLC0415  # as cli.py says
    from forecast.plan.playbook_file import PLAYBOOK  # noqa: PLC0415  # as cli.py says
    from forecast.plausibility.size import require_memory_to_stress  # noqa: PLC0415  # as cli.py says
    from forecast.studies.drill.choosing import Asked  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    require_memory_to_stress(plan)
    _check_channel(plan, channel)
    playbook, read = playbook_and_inputs(plan, inputs, plan_file.parent / PLAYBOOK)
    folder = output_folder(plan, out, writing_studies.DRILL)
    number = number or (quizzes_kept(folder) + 1 if quiz else 1)
    asked = Asked(None if incident is None else incident.value, channel, hours, share, number)
    base = dict([next(iter(plan.scenarios.items()))])
    done = calculating.calculate(plan, inputs, None, base, no_cache=no_cache, cases=True)
    found, result = _drilled(done, playbook, asked)
    read.require_unchanged()
    kept = None
    if quiz:
        result, kept = _quizzed(done, playbook, found, result, name or "", as_json=as_json)
    with writing_into(folder):
        writing_studies.write_drill(folder, result, inputs=read, command=["forecast", *sys.argv[1:]])
        if kept is not None:
            keep_quiz(folder, kept)
    tell_written(folder, writing_studies.DRILL[-1], read, plan.language)
    endings.show(result, drill_text, result.notes, plan.language, as_json=as_json)
    endings.end_on_warnings(plan.language, result.notes, strict=strict)


def _drilled(done: Run, playbook: Playbook, asked: Asked) -> tuple[Rehearsed, DrillResult]:
    """The rehearsal and what it comes to, with progress."""
    from forecast.studies.drill.study import drill_of, rehearsed  # noqa: PLC0415  # as cli.py says
    from forecast.watch.reading import read_feed  # noqa: PLC0415  # as cli.py says

    plan = done.plan
    with console.progress() as announce:
        announce(step_text(plan.language, "feed"))
        feed = read_feed(plan).feed
        announce(step_text(plan.language, "drill"))
        found = rehearsed(done, feed, asked)
        announce(step_text(plan.language, "drill_cash"))
        return found, drill_of(done, playbook, found, asked.number)


def _quizzed(
    done: Run, playbook: Playbook, found: Rehearsed, result: DrillResult, name: str, *, as_json: bool
) -> tuple[DrillResult, Training]:
    """The result with the answers of a quiz, and the line of the training record."""
    from forecast.commands.drill_quiz import Quiz  # noqa: PLC0415  # as cli.py says
    from forecast.studies.drill.study import steps_by_cause  # noqa: PLC0415  # as cli.py says

    tell = console.tell if as_json else console.show
    answers, kept = Quiz(result, found, playbook, steps_by_cause(done, playbook), tell).ask(name)
    return replace(result, quiz=answers), kept


def _check_channel(plan: Plan, channel: str | None) -> None:
    """Refuse a channel that the plan does not have.

    Raises:
        InputError: names the nearest one.
    """
    from forecast.plan.terms import nearest  # noqa: PLC0415  # as cli.py says

    if channel is not None and channel not in plan.channels:
        hint = nearest(channel, list(plan.channels))
        raise InputError(Problem(said("drill.no_channel", name=channel, nearest=hint), key="--channel"))
