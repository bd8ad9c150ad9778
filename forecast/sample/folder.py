"""Writes whole plan folders of the sample shop: ledger, plan, other flows and, for tests, the truth."""

from __future__ import annotations

import datetime as dt
import json
import locale
import os
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.file_set import replace_files, settle
from forecast.plan.playbook_file import PLAYBOOK
from forecast.plan.playbook_text import write_playbook
from forecast.plan.reading import load_plan
from forecast.sample.law import standard_law
from forecast.sample.orders import known_on_as_of, orders_by_block
from forecast.sample.plan_text import plan_text
from forecast.sample.spending import flows_text, other_flows
from forecast.sample.truth import Tally
from forecast.sample.world import make_world
from forecast.sample.writing import ROWS_A_GROUP, LedgerFormat, LedgerWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forecast.plan.model import Language
    from forecast.sample.world import World

START = dt.date(2024, 4, 1)
"""First day of the sample ledger unless another is asked for."""

AS_OF = dt.date(2026, 10, 18)
"""Its last fully known day: three weeks and a half before the peak of Double 11 2026."""

INIT_ORDERS = 6_000
INIT_START = dt.date(2025, 4, 1)
INIT_SEED = 1
_LEAST_DAYS = 60


def write_sample(
    directory: Path,
    orders: int,
    seed: int,
    *,
    start: dt.date = START,
    as_of: dt.date = AS_OF,
    ledger_format: LedgerFormat = "parquet",
    language: Language = "zh",
    comments: Sequence[Language] = ("zh", "en"),
    with_truth: bool = True,
    with_playbook: bool = False,
    rows_a_group: int = ROWS_A_GROUP,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write a synthetic shop: ``orders.*``, ``other_flows.csv``, ``plan.toml``, ``truth.json`` and ``playbook.toml``.

    The law is in ``forecast.sample.law``. The ledger holds what is known on the evening of ``as_of``; the world runs
    on for 90 days, whose daily sales and receipts stand in ``truth.json`` alone. The same arguments give the same
    files. Orders are drawn and written a week at a time, so memory does not grow with their number's total.

    ``orders`` are placed from ``start`` to ``as_of``, exactly; ``seed`` is at least 0. ``language`` is that of the
    plan's outputs, labels and notes, ``comments`` are those of its comments. A Parquet row group has at least
    ``rows_a_group`` rows; no figure depends on it. ``progress`` is told now and then how far the work is, in English.
    Gives the path of ``plan.toml``; ``directory`` is made when it does not exist.

    Raises:
        InputError: A figure is out of range, or one of the files is there already: nothing is overwritten.
        OSError: A file cannot be written; then the folder is as it was.
    """
    _check(orders, seed, start, as_of)
    orders_file = f"orders.{ledger_format}"
    files = [orders_file, "other_flows.csv", "plan.toml"] + (["truth.json"] if with_truth else [])
    files += [PLAYBOOK] if with_playbook else []
    settle(directory)
    refuse_existing(directory, files)
    world = make_world(standard_law(), orders, seed, start, as_of)

    def write(folder: Path) -> None:
        with LedgerWriter(folder / orders_file, world.law, ledger_format, rows_a_group) as ledger:
            tally = _write_orders(world, ledger, orders, progress)
        texts = {
            "other_flows.csv": flows_text(other_flows(world, language)),
            "plan.toml": plan_text(world, orders_file, language, comments),
        }
        if with_truth:
            texts["truth.json"] = json.dumps(tally.truth(), ensure_ascii=False, indent=1) + "\n"
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        if with_playbook:
            write_playbook(load_plan(folder / "plan.toml"), folder / PLAYBOOK)

    replace_files(directory, files, write)
    return directory / "plan.toml"


def _write_orders(world: World, ledger: LedgerWriter, orders: int, progress: Callable[[str], None] | None) -> Tally:
    """Count the world's orders block by block, and write what is known of them on as_of."""
    tally = Tally(world)
    for block, whole in enumerate(orders_by_block(world), start=1):
        known = known_on_as_of(whole, world.as_of)
        tally.add_known(known)
        tally.add_whole(whole)
        ledger.append(known)
        if progress is not None and block % 13 == 0:
            progress(f"{tally.orders.sum():,} of {orders:,} orders written")
    return tally


def write_plan_folder(directory: Path, *, language: Language | None = None) -> Path:
    """Write a small plan folder to start from: a commented ``plan.toml``, a CSV ledger, other flows, a playbook.

    ``directory`` is made when it does not exist. ``language`` is that of comments, labels and outputs; by default
    Chinese where the user's locale is Chinese, else English. Gives the path of ``plan.toml``.

    Raises:
        InputError: One of the files is there already: nothing is overwritten.
    """
    chosen = language or users_language()
    return write_sample(
        directory,
        INIT_ORDERS,
        INIT_SEED,
        start=INIT_START,
        ledger_format="csv",
        language=chosen,
        comments=(chosen,),
        with_truth=False,
        with_playbook=True,
    )


def users_language() -> Language:
    """``zh`` where the locale of the user's environment is Chinese, else ``en``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    system = locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def refuse_existing(directory: Path, names: list[str]) -> None:
    """Stop before anything is written where a file of one of the names exists; the error names every such file."""
    if directory.exists() and not directory.is_dir():
        raise InputError(Problem(said("init.is_file"), file=str(directory)))
    found = [directory / name for name in names if (directory / name).exists()]
    if found:
        raise InputError([Problem(said("init.exists"), file=str(path)) for path in found])


def _check(orders: int, seed: int, start: dt.date, as_of: dt.date) -> None:
    problems = []
    if orders < 1:
        problems.append(Problem(said("init.few_orders", found=orders), key="orders"))
    if seed < 0:
        problems.append(Problem(said("init.seed_negative", found=seed), key="seed"))
    if (as_of - start).days + 1 < _LEAST_DAYS:
        span = said("init.span_short", start=start.isoformat(), end=as_of.isoformat(), days=_LEAST_DAYS)
        problems.append(Problem(span, key="as_of"))
    if problems:
        raise InputError(problems)
