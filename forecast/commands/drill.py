"""``drill``: its options and its work; what it prints stands in ``drill_text``."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import calculating, console, endings, options
from forecast.commands.places import output_folder, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.texts import say, step_text
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from forecast.plan.model import Plan


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
    typer.Option("--hours", min=0.25, max=48, help="持续几小时 · how many hours it lasts", show_default=False),
]

Share = Annotated[
    float | None,
    typer.Option(
        "--share",
        min=0.01,
        max=1,
        help="期间首次扣款失败的占比（0.8 即 80%）· share of first deductions that fail in it (0.8 is 80 %)",
        show_default=False,
    ),
]

Number = Annotated[
    int, typer.Option("--number", min=1, help="第几次演练，换一个编号即另一起事故 · another number, another incident")
]


def drill(
    plan_file: options.PlanFile,
    *,
    incident: Incident = None,
    channel: Channel = None,
    hours: Hours = None,
    share: Share = None,
    number: Number = 1,
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
    from forecast.outputs.manifest import Inputs  # noqa: PLC0415  # as cli.py says
    from forecast.plan.playbook_file import PLAYBOOK, load_playbook  # noqa: PLC0415  # as cli.py says
    from forecast.plausibility.size import require_memory_to_stress  # noqa: PLC0415  # as cli.py says
    from forecast.studies.drill.choosing import Asked  # noqa: PLC0415  # as cli.py says
    from forecast.studies.drill.study import drill_of, rehearsed  # noqa: PLC0415  # as cli.py says
    from forecast.watch.reading import read_feed  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    require_memory_to_stress(plan)
    _check_channel(plan, channel)
    path = plan_file.parent / PLAYBOOK
    read = Inputs.before((*inputs.sources, path), plan.path)  # what is kept between commands knows no playbook
    playbook = load_playbook(plan, path)
    folder = output_folder(plan, out, writing_studies.DRILL)
    base = dict([next(iter(plan.scenarios.items()))])
    done, _ = calculating.calculate(plan, inputs, None, base, no_cache=no_cache, cases=True)
    asked = Asked(None if incident is None else incident.value, channel, hours, share, number)
    with console.progress() as announce:
        announce(step_text(plan.language, "feed"))
        feed = read_feed(plan).feed
        announce(step_text(plan.language, "drill"))
        found = rehearsed(done, feed, asked)
        announce(step_text(plan.language, "drill_cash"))
        result = drill_of(done, playbook, found, number)
        read.require_unchanged()
        with writing_into(folder):
            writing_studies.write_drill(folder, result, inputs=read, command=["forecast", *sys.argv[1:]])
    console.tell(say(plan.language, "written", folder=str(folder)))
    if as_json:
        endings.show_result(result, result.notes, plan.language)
    else:
        console.show(drill_text(result))
    endings.end_on_warnings(plan.language, result.notes, strict=strict)


def _check_channel(plan: Plan, channel: str | None) -> None:
    """Refuse a channel that the plan does not have.

    Raises:
        InputError: names the nearest one.
    """
    from forecast.plan.terms import nearest  # noqa: PLC0415  # as cli.py says

    if channel is not None and channel not in plan.channels:
        hint = nearest(channel, list(plan.channels))
        raise InputError(Problem(said("drill.no_channel", name=channel, nearest=hint), key="--channel"))
