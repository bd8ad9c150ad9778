"""Damaged exports of platforms, damaged results that a review reads back, and odd values on the command line."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from benchmarks.faults_judging import DATA, SECRET, damaged, drawing, judged, with_sample
from benchmarks.faults_plan import EXTREMES, plan_text
from benchmarks.faults_text import Shape, damaged_table, decoded, rows_seen
from forecast import pipeline
from forecast.cli import app
from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.entries import open_exports
from forecast.outputs.manifest import Inputs
from forecast.outputs.writing import write_run
from forecast.plan.reading import load_plan, scenario_from_settings
from forecast.studies.earlier import read_earlier

if TYPE_CHECKING:
    import random

    from benchmarks.faults_outcome import Outcome
    from forecast.plan.model import Plan

EXPORTS = {"tmall_orders.csv": "订单编号", "wechat_bill.csv": "交易时间", "bank_statement.csv": "交易日期"}
"""Exports of text, each with a header by which the line of its headers is known."""

OTHERS = ("alipay_bill.zip", "jd_orders.xlsx")
"""Exports that are no text by themselves."""

KEYS = (
    *(
        "volume",
        "volume.june",
        "volume.baitiao",
        "failure_rate",
        "failure_rate.baitiao",
        "failure_rate.baitiao.clearing",
    ),
    *(
        "settlement_delay.baitiao",
        "settlement_delay",
        "refund_rate",
        "recovery.wechat",
        "fee_rate",
        "flows.stock",
        "flows",
    ),
    *(
        "outages",
        "shift",
        "label",
        "opening_balance",
        "minimum_balance",
        "facilities.line.limit",
        "facilities.line.kind",
    ),
    *(
        "facilities.line.annual_rate",
        "facilities.x.limit",
        "facilities",
        "seed",
        "",
        ".",
        "a.b.c",
        '"',
        "'x",
        "[x",
        "x]",
    ),
)
"""Keys of a what-if, and what is none."""

OPTIONS = (
    *(
        ("check", "--seed"),
        ("check", "--paths"),
        ("check", "--language"),
        ("finance", "--solve"),
        ("finance", "--date"),
    ),
    *(
        ("backtest", "--origins"),
        ("backtest", "--horizon"),
        ("backtest", "--paths"),
        ("review", "--result"),
        ("check", ""),
    ),
)
"""Commands, each with an option that takes a value; without one the plan's path itself is the value."""

JSON_VALUES = (
    *("null", "true", '"x"', '""', "[]", "{}", "-1", "0", "1e300", "-1e300", "NaN", "Infinity", "9007199254740993"),
    *(
        "9" * 5_000,
        "[" * 3_000 + "]" * 3_000,
        '"2026-02-30"',
        '"\\ud800"',
        '"\\u001b[2J"',
        "[1]",
        "[null]",
        '["x"]',
        "[1e999]",
    ),
)
"""Values in place of one of a result's."""


def exports(seed: int, number: int, folder: Path) -> Outcome:
    """One export of the sample set damaged: every line that is a whole row by itself must be read."""
    draw = drawing(seed, number)
    name = draw.choice((*EXPORTS, *EXPORTS, *OTHERS))
    whole = (DATA / "exports" / name).read_bytes()
    content, damage = damaged_table(whole, draw) if name in EXPORTS else damaged(whole, draw)
    (folder / name).write_bytes(content)
    return judged("exports", f"{name}: {damage}", lambda: _exports_unlike(folder, name, content))


def results(seed: int, number: int, folder: Path) -> Outcome:
    """A ``result.json`` that a review reads back: its bytes damaged, or one of its values another."""
    draw = drawing(seed, number)
    whole, plan = _earlier()
    if draw.random() < 0.5:  # noqa: PLR2004  # half of them
        content, damage = damaged(whole, draw)
    else:
        content, damage = _other_value(whole, draw)
    file = folder / "result.json"
    file.write_bytes(content)
    return judged("result.json", damage, lambda: _result_unlike(file, content, plan))


def command_line(seed: int, number: int, folder: Path) -> Outcome:
    """A value of the command line that no command wants."""
    draw = drawing(seed, number)
    plan = with_sample(folder, "tiny") / "plan.toml"
    plan.write_text(plan_text(), encoding="utf-8")
    value = draw.choice(
        (*EXTREMES, f"postgresql://u:{SECRET}@h/d", "8%", "{", "a=b", "--", "-5", "１２", "\udcff", "\x1b[2J", "~")
    )
    if draw.random() < 0.7:  # noqa: PLR2004  # most of them
        setting = f"{draw.choice(KEYS)}{draw.choice(('=', '=', '=', ' = ', '', '==', '+='))}{value}"
        runs = draw.random() < 0.3  # noqa: PLR2004  # some of them
        return judged("command line", f"--set {setting[:90]!r}", lambda: _set(plan, setting, runs=runs))
    command, option = draw.choice(OPTIONS)
    value = value.strip('"')[:50_000]
    words = [command, str(plan), option, value] if option else [command, value]
    words += ["--solve", "stock"] if option == "--date" else []
    return judged("command line", f"{command} {option} {value[:60]!r}", lambda: _invoked(words))


def _exports_unlike(folder: Path, name: str, content: bytes) -> str | None:
    """Lines that the engine has of a file, against those that are whole rows by an independent reading."""
    text = f'[plan]\nas_of = 2026-10-18\n[[ledger.files]]\npath = "{name}"\nchannel = "one"\n'
    (folder / "plan.toml").write_text(text + "[cash]\nopening_balance = 1\n[channels.one]\n", encoding="utf-8")
    plan = load_plan(folder / "plan.toml")
    with tempfile.TemporaryDirectory() as own, closing(OrderEngine(Path(own))) as engine:
        open_exports(engine, plan, Path(own))
        told = "SELECT line FROM export_orders UNION SELECT line FROM export_movements"
        lines = {int(line) for (line,) in engine.rows(told)}
        faulty = {int(line) for (line,) in engine.rows("SELECT line FROM export_movements WHERE fault IS NOT NULL")}
        moved = int(engine.rows("SELECT coalesce(sum(amount), 0) FROM export_movements WHERE fault IS NULL")[0][0])
    if name not in EXPORTS:
        return None
    known = EXPORTS[name]
    text = decoded(content) or ""
    header_at = next((at for at, line in enumerate(text.split("\n")) if known in line), None)
    if header_at is None:
        return "read without its headers"
    below = "\n".join(text.split("\n")[header_at:])
    header = below.split("\n")[0].rstrip("\r")
    shape = Shape.of(header, ",")
    whole = [(row.line + header_at, row.cells) for row in rows_seen(below, shape) if row.cells]
    lost = [line for line, _ in whole if line not in lines]
    if lost:
        return f"{len(lost)} rows of {len(whole)} are not there, the first on line {lost[0]}"
    if not name.startswith("bank"):
        return None
    names = ["".join(one.strip('"').split()) for one in header.split(",")]  # blanks name nothing
    wanted = sum(
        (_of_bank(dict(zip(names, cells, strict=False))) for line, cells in whole if line not in faulty), Decimal(0)
    )
    return None if wanted * 100 == moved else f"{Decimal(moved) / 100} moved, {wanted} in the file"


def _of_bank(cells: dict[str, str]) -> Decimal:
    try:
        found = (cells[header].strip(" '=\"") for header in ("收入", "支出"))
        income, spent = ("0" if one in {"", "-", "--"} else one for one in found)  # a dash stands for nothing
        return Decimal(income) - Decimal(spent)
    except (InvalidOperation, KeyError):
        return Decimal("NaN")


@cache
def _earlier() -> tuple[bytes, Plan]:
    """A result of a small run, and the plan of two days later that reviews it."""
    with tempfile.TemporaryDirectory() as own:
        folder = with_sample(Path(own), "tiny")
        (folder / "plan.toml").write_text(plan_text(), encoding="utf-8")
        plan = load_plan(folder / "plan.toml")
        then = replace(plan, horizon=replace(plan.horizon, as_of=plan.horizon.as_of.replace(day=3)))
        done = pipeline.run(then)
        written = write_run(folder / "out", done.result, done.rejected, inputs=Inputs(), command=["forecast"])
        return written.result.read_bytes(), plan


def _other_value(whole: bytes, draw: random.Random) -> tuple[bytes, str]:
    """The result with another value under one of the keys that a review reads, or without that key."""
    values = json.loads(whole)
    table, steps = values, list[str]()
    while True:
        keys = list(table) if isinstance(table, dict) else list(range(len(table)))
        if not steps:
            keys = ["schema", "version", "merchant", "as_of", "horizon_days", "paths", "currency", "channels"]
            keys += ["scenarios", "review_basis", "review_basis", "review_basis"]
        key = draw.choice(keys)
        steps.append(str(key))
        inner = table[key]
        if not inner or not isinstance(inner, dict | list) or draw.random() < 0.15:  # noqa: PLR2004  # at any depth
            break
        table = inner
    value = draw.choice((*JSON_VALUES, ""))
    if value:
        table[key] = "@@"
    else:
        del table[key]
    return json.dumps(values, ensure_ascii=False).replace('"@@"', value).encode(), f"{'.'.join(steps)} = {value[:40]}"


def _result_unlike(file: Path, content: bytes, plan: Plan) -> str | None:
    earlier = read_earlier(file, plan)
    try:
        written = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "read, though it is no JSON"
    for channel, part in written["review_basis"]["by_channel"].items():
        for day, sales in enumerate(part["all"]["sales"], start=1):
            if earlier.expected(channel, "all", day).sales != round(100 * sales):
                return f"sales of {channel} to day {day} are not those of the file"
    return None


def _set(plan_file: Path, setting: str, *, runs: bool) -> str | None:
    plan = load_plan(plan_file)
    scenario = scenario_from_settings(plan, [setting])
    if runs:
        pipeline.run(plan, scenarios={"base": plan.scenarios["base"], "whatif": scenario})
    return None


def _invoked(words: list[str]) -> str | None:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    if SECRET in done.output:
        return "shows the password"
    return None if done.exit_code in {0, 2, 3} else f"exit status {done.exit_code}"
