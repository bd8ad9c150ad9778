"""``report``: its options and its work; what it prints is the request of the loan file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import calculating, console, endings, options
from forecast.commands.places import output_folder, tell_written, writing_into
from forecast.commands.plan_inputs import controls_and_inputs, plan_and_inputs, with_fault
from forecast.commands.texts import say, step_text

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.results.stress import StressResult

Pdf = Annotated[
    bool,
    typer.Option("--pdf", help="另写 report.pdf，须有 Chromium 一类浏览器 · also report.pdf, by Chromium or its kin"),
]

Redact = Annotated[
    bool,
    typer.Option("--redact", help="隐去名称与金额，金额改为指数 · without names, and with indices in place of amounts"),
]

NoStress = Annotated[
    bool,
    typer.Option("--no-stress", help="不做压力测试，快三倍左右 · without a stress test, about three times as fast"),
]


def report(
    plan_file: options.PlanFile,
    *,
    pdf: Pdf = False,
    redact: Redact = False,
    no_stress: NoStress = False,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
) -> None:
    """融资申请材料 · The loan file alone: report.html, and report.pdf.

    首页为申请摘要，其后为全部依据。The first page holds the request: sum, use, day, term, cost, source of repayment and
    the worst case; then all that it rests on.

    例 · Example: forecast report myshop/plan.toml --pdf
    """
    from forecast.commands.report_text import request_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.printing import browser  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.redaction import redacted, redacted_stress  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing import PDF  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing_report import LOAN_FILE, LoanFile, write_loan_file  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    kept, read = controls_and_inputs(plan, inputs)
    printer = browser() if pdf else None
    folder = output_folder(plan, out, LOAN_FILE)
    wanted = _may_stress(plan, no_stress=no_stress)
    done = calculating.calculate(plan, inputs, None, no_cache=no_cache, cases=wanted)
    done = with_fault(done, kept, plan.language)
    result = redacted(done.result) if redact else done.result
    stress = _stress(done, folder, inputs, wanted=wanted)
    if stress is not None and redact:
        stress = redacted_stress(stress, done.result)
    with console.progress() as announce:
        announce(step_text(plan.language, "loan_file"))
        read.require_unchanged()
        with writing_into(folder):
            told = LoanFile(result, redact, kept, stress)
            write_loan_file(folder, told, browser=printer, inputs=read, command=["forecast", *sys.argv[1:]])
    tell_written(folder, LOAN_FILE[-1], read, plan.language)
    if stress is None:
        why = "stress_left_out" if no_stress else "stress_too_large"
        console.tell(say(plan.language, why, plan=str(plan_file), paths=plan.horizon.paths))
    files = [str(folder / name) for name in LOAN_FILE[:-1] if pdf or name != PDF]
    endings.show(result, lambda told: request_text(told, files), result.notes, plan.language, as_json=as_json)
    endings.end(done, strict=strict)


def _may_stress(plan: Plan, *, no_stress: bool) -> bool:
    from forecast.plausibility.size import may_stress  # noqa: PLC0415  # as cli.py says

    return not no_stress and may_stress(plan)


def _stress(done: Run, folder: Path, inputs: Inputs, *, wanted: bool) -> StressResult | None:
    """The stress test of a loan file: that of the same forecast in the folder, or where it is wanted a new one."""
    from forecast.outputs.studies_beside import studies_beside  # noqa: PLC0415  # as cli.py says
    from forecast.records import rounded  # noqa: PLC0415  # as cli.py says

    found = studies_beside(folder, rounded(done.result), inputs).stress
    if found is not None or not wanted:
        return found
    from forecast.studies.stress.study import stressed_for_lender  # noqa: PLC0415  # as cli.py says

    with console.progress() as announce:
        return rounded(stressed_for_lender(done, lambda step: announce(step_text(done.plan.language, step))))
