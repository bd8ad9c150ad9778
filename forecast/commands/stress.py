"""``stress``: its options and its work; what it prints stands in ``stress_text``."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from forecast.commands import console, endings, options
from forecast.commands.places import output_folder, tell_written, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.texts import say, step_text
from forecast.commands.typed_figures import amount_of, share_of

Lost = Annotated[
    float,
    typer.Option(
        "--lost",
        metavar="SHARE",
        parser=share_of("--lost"),
        help="转移的订单中不再下单的占比 · share of the orders moved to another channel that is not placed",
    ),
]

BufferWanted = Annotated[
    float | None,
    typer.Option(
        "--buffer",
        metavar="AMOUNT",
        parser=amount_of("--buffer"),
        show_default=False,
        help="求缓冲不高于此数的最省转移 · look for the cheapest shift of orders with a buffer of at most this",
    ),
]


def stress(
    plan_file: options.PlanFile,
    *,
    lost: Lost = 0.05,
    buffer: BufferWanted = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
) -> None:
    """压力测试：什么会压垮计划 · What moves the cash, what breaks it, what would help.

    各情景、失败率 × 销量网格、敏感性、反向压力测试、改进的价值与订单转移；写出 stress.json、stress.xlsx 与
    stress.html。Scenarios, the grid failure rate × volume, sensitivities, reverse stress, the value of fixes, orders
    moved between channels; writes these files.

    例 · Example: forecast stress myshop/plan.toml --lost 0.05 --buffer 1200000
    """
    from forecast.cache import runs, store  # noqa: PLC0415  # as cli.py says
    from forecast.commands.stress_text import short_scenarios, stress_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing_studies import STRESS, write_stress  # noqa: PLC0415  # as cli.py says
    from forecast.plausibility.size import require_memory_to_stress  # noqa: PLC0415  # as cli.py says
    from forecast.studies.stress.study import Wishes, stressed  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    require_memory_to_stress(plan)
    folder = output_folder(plan, out, STRESS)
    with console.progress() as announce:

        def announced(step: str) -> None:
            announce(step_text(plan.language, step))

        done = runs.run(plan, inputs, store.usual_store(off=no_cache), progress=announced, cases=True)
        result = stressed(done, Wishes(lost, buffer), announced)
        with writing_into(folder):
            write_stress(folder, result, plan.facilities, inputs=inputs, command=["forecast", *sys.argv[1:]])
    tell_written(folder, STRESS[-1], inputs, plan.language)
    told = partial(stress_text, facilities=plan.facilities)
    endings.show(result, told, result.notes, plan.language, as_json=as_json)
    short = short_scenarios(result) if strict else []
    if short:
        console.tell(say(plan.language, "short", scenarios=", ".join(short)))
    endings.end_on_warnings(plan.language, result.notes, strict=strict)
    if short:
        raise typer.Exit(endings.NEEDS_ACTION)
