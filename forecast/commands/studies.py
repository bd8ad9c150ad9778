"""``backtest`` and ``review``: their options and their work; what they print stands in files of their own."""

from __future__ import annotations

import sys

from forecast.commands import console, endings, options
from forecast.commands.places import output_folder, tell_written, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.texts import step_text


def backtest(
    plan_file: options.PlanFile,
    *,
    origins: options.Origins = None,
    horizon: options.DaysAhead = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.BacktestPaths = None,
    language: options.SpeakIn = None,
    strict: options.StrictOnWarnings = False,
) -> None:
    """在自身历史上检验预测 · Accuracy and calibration on the plan's own history.

    在若干历史基准日重新预测，与其后实际及季节朴素法比较；写出 backtest.json 与 backtest.html。Forecasts anew at past
    as-of days, against what came and the seasonal naive; writes these files.

    例 · Example: forecast backtest myshop/plan.toml --origins 4 --horizon 28
    """
    from forecast.commands.backtest import backtest_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing_studies import BACKTEST, write_backtest  # noqa: PLC0415  # as cli.py says
    from forecast.studies.backtest import at_most_usual_paths  # noqa: PLC0415  # as cli.py says
    from forecast.studies.backtest import backtest as calculate  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    if paths is None:
        plan = at_most_usual_paths(plan)
    folder = output_folder(plan, out, BACKTEST)
    with console.progress() as announce:
        result = calculate(
            plan, origins=origins, horizon=horizon, progress=lambda step: announce(step_text(plan.language, step))
        )
        inputs.require_unchanged()
        with writing_into(folder):
            write_backtest(folder, result, inputs=inputs, command=["forecast", *sys.argv[1:]])
    tell_written(folder, BACKTEST[-1], inputs, plan.language)
    endings.show(result, backtest_text, result.notes, plan.language, as_json=as_json)
    endings.end_on_warnings(plan.language, result.notes, strict=strict)


def review(
    plan_file: options.PlanFile,
    *,
    result: options.EarlierResult,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.StrictOnWarnings = False,
) -> None:
    """实际与早先预测的差异 · Actual against an earlier forecast.

    按渠道分解为销量、扣款失败、到账时间、退款与手续费；写出 review.json、review.xlsx 与 review.html。By channel, split
    into volume, failures, timing, refunds and fees; writes these files.

    例 · Example: forecast review myshop/plan.toml --result reports/last-month/result.json
    """
    from forecast.commands.review import review_text  # noqa: PLC0415  # as cli.py says
    from forecast.outputs.writing_studies import REVIEW, write_review  # noqa: PLC0415  # as cli.py says
    from forecast.studies.review import review as calculate  # noqa: PLC0415  # as cli.py says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language, result)
    folder = output_folder(plan, out, REVIEW)
    with console.progress() as announce:
        reviewed = calculate(plan, result, progress=lambda step: announce(step_text(plan.language, step)))
        inputs.require_unchanged()
        with writing_into(folder):
            write_review(folder, reviewed, inputs=inputs, command=["forecast", *sys.argv[1:]])
    tell_written(folder, REVIEW[-1], inputs, plan.language)
    endings.show(reviewed, review_text, reviewed.notes, plan.language, as_json=as_json)
    endings.end_on_warnings(plan.language, reviewed.notes, strict=strict)
