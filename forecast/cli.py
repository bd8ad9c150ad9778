"""The command line: declares the commands and turns outcomes into exit codes; nothing more.

Modules that take long to import are imported inside the commands, so that help and a wrong usage answer at once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.commands import calculating, console, endings, options
from forecast.commands.drill import drill
from forecast.commands.interrupts import ends_on_interrupt
from forecast.commands.monitor import monitor
from forecast.commands.places import check_writable, output_folder, writing_into
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.playbook import playbook
from forecast.commands.report import report
from forecast.commands.stress import stress
from forecast.commands.studies import backtest, review
from forecast.commands.texts import say, step_text
from forecast.commands.usage import SpokenCommands
from forecast.errors import InputError
from forecast.version import __version__

if TYPE_CHECKING:
    from forecast.plan.model import Language

WRONG_INPUT = 2
"""The exit code of wrong input; see ``endings.NEEDS_ACTION``. 1 is a fault of the program, with its traceback."""

app = typer.Typer(
    name="forecast",
    cls=SpokenCommands,
    help="电商商家的现金计划 · An e-commerce merchant's cash planner.\n\n"
    "  forecast init myshop\n\n"
    "  forecast run myshop/plan.toml\n\n"
    "  forecast whatif myshop/plan.toml --set failure_rate.baitiao=0.08",
    epilog="退出码 · Exit status: 0 完成 done, 2 输入或用法有误 wrong input or usage, 3 需要处理 needs action, "
    "128 + 信号 signal 中断 interrupted (Ctrl-C: 130), 1 程序故障 fault.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def main() -> None:
    """Run the command line; wrong input ends with code 2, one line a problem on standard error; see ``interrupts``."""
    try:
        console.begin()
        with ends_on_interrupt():
            app()
    except InputError as error:
        console.tell_problems(error)
        raise SystemExit(WRONG_INPUT) from None


def _show_version(*, wanted: bool) -> None:
    if wanted:
        console.show(__version__)
        raise typer.Exit


@app.callback()
def _common(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda wanted: _show_version(wanted=wanted), is_eager=True, help="版本 · the version"
        ),
    ] = False,
) -> None:
    pass


@app.command(context_settings={"allow_extra_args": True})
def init(
    context: typer.Context,
    directory: options.NewFolder,
    *,
    sources: options.FromFiles = None,
    language: options.SpeakIn = None,
    as_json: options.AsJson = False,
) -> None:
    """新建计划文件夹 · Make a new plan folder to start from.

    不加 --from：带注释的 plan.toml、样本台账、其他收支与 playbook.toml。加 --from：由导出文件建立 plan.toml 与
    playbook.toml，只引用，不复制。已有的文件不会被覆盖。Without --from a commented plan.toml, a sample ledger, other
    flows and playbook.toml; with it plan and playbook from your exports, which are named and not copied. No file is
    overwritten.

    例 · Example: forecast init myshop --from exports --from bank.csv
    """
    from forecast.sample import write_plan_folder  # noqa: PLC0415  # as the module says
    from forecast.sample.folder import users_language  # noqa: PLC0415  # as the module says

    if context.args and not sources:
        context.fail(f"Got unexpected extra argument ({context.args[0]})")
    check_writable(directory)
    spoken: Language = users_language() if language is None else language.value
    if sources:  # one --from may name several files, as a shell makes of a pattern
        from forecast.commands.init import init_from  # noqa: PLC0415  # as the module says

        init_from(directory, [*sources, *context.args], spoken, as_json=as_json)
        return
    with writing_into(directory):
        plan = write_plan_folder(directory, language=spoken)
    if as_json:
        console.show_json({"plan": str(plan)})
    else:
        console.show(say(spoken, "made", folder=str(directory), plan=str(plan)))


@app.command()
def sample(
    directory: options.NewFolder,
    *,
    orders: options.Orders,
    seed: options.SampleSeed = 1,
    language: options.SpeakIn = None,
    as_json: options.AsJson = False,
) -> None:
    """生成任意规模的样本台账 · Make a synthetic ledger of any size.

    规律已知，真值写在 truth.json，另附计划与其他收支。Its law is known, the truth stands in truth.json; with a plan
    and other flows.

    例 · Example: forecast sample big --orders 1000000 --seed 7
    """
    from forecast.sample import write_sample  # noqa: PLC0415  # as the module says

    check_writable(directory)
    spoken: Language = "zh" if language is None else language.value
    with console.progress() as announce, writing_into(directory):
        plan = write_sample(directory, orders, seed, language=spoken, progress=announce)
    if as_json:
        console.show_json({"plan": str(plan), "truth": str(directory / "truth.json"), "orders": orders, "seed": seed})
    else:
        console.show(say(spoken, "sampled", folder=str(directory), orders=f"{orders:,}"))


@app.command()
def formats(*, language: options.SpeakIn = None, as_json: options.AsJson = False) -> None:
    """能读取的导出文件 · The exports that are read, with the columns used of each.

    例 · Example: forecast formats --language zh
    """
    from forecast.commands.formats import show_formats  # noqa: PLC0415  # as the module says

    show_formats(None if language is None else language.value, as_json=as_json)


@app.command()
def check(
    plan_file: options.PlanFile,
    *,
    as_json: options.AsJson = False,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
) -> None:
    """检查计划与台账 · Validate plan and ledger.

    逐行列出不合规数据的行号、列、值与原因，并列出警告；有则退出码为 3。Lists every bad row with line, column, value and
    reason, and every warning; then the exit code is 3.

    例 · Example: forecast check myshop/plan.toml
    """
    from forecast.commands.check import cache_text, check_result, check_text, checked_notes  # noqa: PLC0415  # the same
    from forecast.ledger.reading import read_ledger  # noqa: PLC0415  # as the module says
    from forecast.plausibility.size import require_memory  # noqa: PLC0415  # as the module says
    from forecast.records import plain  # noqa: PLC0415  # as the module says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    require_memory(plan)
    with console.progress() as announce:
        announce(step_text(plan.language, "ledger"))
        ledger = read_ledger(plan)
        announce(step_text(plan.language, "receivables"))
        inputs.require_unchanged()
        checked = check_result(plan, ledger, checked_notes(plan, ledger))
    if as_json:
        console.show_json(plain(checked))
    else:
        console.show(check_text(plan, checked))
    console.tell(cache_text(plan.language))
    if not checked.good:
        raise typer.Exit(endings.NEEDS_ACTION)


@app.command()
def run(
    plan_file: options.PlanFile,
    *,
    workbook: options.EditedWorkbook = None,
    as_json: options.AsJson = False,
    out: options.Out = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
) -> None:
    """预测、情景、缓冲与融资 · The main job: forecast, scenarios, buffer, financing.

    写出 result.json、scenarios.xlsx、report.html 与 manifest.json，并打印摘要。Writes these files and prints a summary.

    例 · Example: forecast run myshop/plan.toml --out reports/monday
    """
    from forecast.outputs.summary import summary  # noqa: PLC0415  # as the module says
    from forecast.outputs.writing import REPORT, WORKBOOK  # noqa: PLC0415  # as the module says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    folder, read = output_folder(plan, out), inputs
    if workbook is not None:
        from forecast.commands.edited_inputs import plan_as_edited  # noqa: PLC0415  # as the module says

        plan, read = plan_as_edited(plan, inputs, workbook, folder)
    done = calculating.calculate(plan, inputs, folder, no_cache=no_cache, read=read)
    text = partial(summary, workbook=folder / WORKBOOK, report=folder / REPORT)
    endings.show(done.result, text, done.result.notes, plan.language, as_json=as_json)
    endings.end(done, strict=strict)


@app.command(cls=options.InOrder)
def whatif(
    plan_file: options.PlanFile,
    *,
    settings: options.Settings,
    _versus: options.Versus = False,
    interactive: options.Interactive = False,
    as_json: options.AsJson = False,
    out: options.OutIfGiven = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
) -> None:
    """改动与基准并列 · A changed scenario beside the base, or several with --vs between them.

    -i 进入提示符，一行一问，输入 help 看用法。-i opens a prompt: a change a line; help lists the rest.

    例 · Example: forecast whatif myshop/plan.toml --set failure_rate.baitiao=8% --set volume=1.4 --vs --set volume=2
    """
    from forecast.commands.whatif import asked_for, whatif_text  # noqa: PLC0415  # as the module says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    if interactive:
        from forecast.commands.prompt import Session, check_alone, converse  # noqa: PLC0415  # as the module says

        check_alone(settings or (), others=as_json or strict or out is not None)
        base = {"base": plan.scenarios["base"]}
        done = calculating.calculate(plan, inputs, None, base, no_cache=no_cache)
        raise typer.Exit(converse(Session.of(done, inputs), settings or ()))
    scenarios = asked_for(plan, settings, files=out is not None)
    folder = None if out is None else output_folder(plan, out)
    done = calculating.calculate(plan, inputs, folder, scenarios, no_cache=no_cache)
    endings.show(done.result, whatif_text, done.result.notes, plan.language, as_json=as_json)
    endings.end(done, strict=strict)


@app.command()
def finance(
    plan_file: options.PlanFile,
    *,
    solve: options.SolveFor = None,
    date: options.SolveDate = None,
    break_even: options.BreakEvens = False,
    as_json: options.AsJson = False,
    out: options.OutIfGiven = None,
    seed: options.Seed = None,
    paths: options.Paths = None,
    language: options.SpeakIn = None,
    strict: options.Strict = False,
    no_cache: options.NoCache = False,
) -> None:
    """只比较融资方案 · The comparison of financing options alone.

    例 · Example: forecast finance myshop/plan.toml --solve stock --date 2026-10-25
    """
    from forecast.commands.break_even import break_even_text, break_evens  # noqa: PLC0415  # as the module says
    from forecast.commands.finance import finance_result, finance_text  # noqa: PLC0415  # as the module says
    from forecast.commands.solving import check_day, solution, solution_text  # noqa: PLC0415  # as the module says
    from forecast.records import rounded  # noqa: PLC0415  # as the module says

    plan, inputs = plan_and_inputs(plan_file, seed, paths, language)
    day = None if date is None else date.date()
    check_day(plan, solve, day)
    folder = None if out is None else output_folder(plan, out)
    cases = solve is not None or break_even
    done = calculating.calculate(plan, inputs, folder, no_cache=no_cache, cases=cases)
    solved = None if solve is None else solution(done, solve, day)
    turns = break_evens(done) if break_even else None
    if as_json:
        endings.show_result(finance_result(done.result, solved, turns), done.result.notes, plan.language)
    else:
        console.show(finance_text(rounded(done.result)))
        if turns:
            console.show("\n" + break_even_text(done.result, rounded(turns)))
        if solved is not None:
            console.show("\n" + solution_text(done, rounded(solved)))
    endings.end(done, strict=strict)


app.command()(backtest)
app.command()(review)
app.command()(stress)
app.command()(monitor)
app.command()(playbook)
app.command()(drill)
app.command()(report)
