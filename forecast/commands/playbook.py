"""``playbook``: its options and its work; what it prints stands in ``playbook_text``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import calculating, console, endings, options
from forecast.commands.places import output_folder, tell_written, writing_into
from forecast.commands.plan_inputs import plan_and_inputs, playbook_and_inputs
from forecast.commands.texts import say, step_text
from forecast.errors import InputError, Problem, said

if TYPE_CHECKING:
    from pathlib import Path

New = Annotated[
    bool,
    typer.Option(
        "--new",
        help="在计划文件夹中新建 playbook.toml，不计算；已有的不会被覆盖 · "
        "only make playbook.toml beside the plan; one that is there is kept",
    ),
]


def playbook(
    plan_file: options.PlanFile,
    *,
    new: New = False,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.StrictOnWarnings = False,
    no_cache: options.NoCache = False,
) -> None:
    """应急预案及其界线 · The emergency plan, with this merchant's thresholds.

    读取计划旁的 playbook.toml，算出何时启动、何时改道、何时申请哪项融资；写出 playbook.json、playbook.xlsx 与
    playbook.html。Reads playbook.toml beside the plan, and calculates when to start it, when to move orders and by when
    to call which facility; writes these files.

    例 · Example: forecast playbook myshop/plan.toml
    """
    from forecast.plan.playbook_file import PLAYBOOK  # noqa: PLC0415  # as cli.py says

    path = plan_file.parent / PLAYBOOK
    if new:
        _make(plan_file, path, language, as_json=as_json)
        return
    from forecast.commands.playbook_text import playbook_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs import writing_studies  # noqa: PLC0415  # as cli.py says
    from forecast.plausibility.size import require_memory_to_stress  # noqa: PLC0415  # as cli.py says
    from forecast.studies.playbook.study import playbook_of  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    require_memory_to_stress(plan)
    kept, read = playbook_and_inputs(plan, inputs, path)
    folder = output_folder(plan, out, writing_studies.PLAYBOOK)
    base = dict([next(iter(plan.scenarios.items()))])
    done = calculating.calculate(plan, inputs, None, base, no_cache=no_cache, cases=True)
    with console.progress() as announce:
        result = playbook_of(done, kept, lambda step: announce(step_text(plan.language, step)))
        read.require_unchanged()
        with writing_into(folder):
            writing_studies.write_playbook(
                folder, result, plan.facilities, inputs=read, command=["forecast", *sys.argv[1:]]
            )
    tell_written(folder, writing_studies.PLAYBOOK[-1], read, plan.language)
    endings.show(result, playbook_text, result.notes, plan.language, as_json=as_json)
    endings.end_on_warnings(plan.language, result.notes, strict=strict)


def _make(plan_file: Path, path: Path, language: options.Speech | None, *, as_json: bool) -> None:
    """Make a new playbook beside the plan."""
    from forecast.plan.playbook_text import write_playbook  # noqa: PLC0415  # as cli.py says
    from forecast.plan.reading import load_plan  # noqa: PLC0415  # as cli.py says

    plan = load_plan(plan_file, language=None if language is None else language.value)
    console.speak(plan.language)
    with writing_into(path.parent):
        try:
            write_playbook(plan, path)
        except FileExistsError:
            raise InputError(Problem(said("playbook.exists"), str(path))) from None
    if as_json:
        console.show_json({"playbook": str(path)})
    else:
        console.show(say(plan.language, "playbook_made", file=str(path), plan=str(plan_file)))
