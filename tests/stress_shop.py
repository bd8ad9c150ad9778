"""A small shop whose overdraft and receivables finance give out as failures rise, and its stress test, made once.

Ten orders of 100 yuan a day on each of two channels (see ``ledgers.shop_orders``); stock is bought three days ahead.
The result is kept in ``snapshots/`` for the tests of all that shows it; ``python tests/stress_shop.py`` makes it anew.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledgers import shop_orders, write_plan
from result_example import SNAPSHOTS

from forecast.pipeline import prepare, run_scenarios
from forecast.plan.reading import load_plan
from forecast.records import json_text, read, rounded
from forecast.results.stress import StressResult
from forecast.studies.stress.questions import Questions
from forecast.studies.stress.study import Wishes, stressed

if TYPE_CHECKING:
    from forecast.pipeline import Run
    from forecast.plan.model import Language, Plan

PATHS = 60
KEPT = SNAPSHOTS / "stress.json"
MORE = """
[scenarios.flop]
label = "Nobody comes"
volume = 0.5
planned_volume = 1.0
[[events]]
name = "double11"
start = 2026-10-27
peak = 2026-10-29
end = 2026-10-30
uplift = 2.0
[[costs]]
category = "stock"
share_of_sales = 0.75
days_after = -3
[[costs]]
category = "rent"
share_of_sales = 0.05
days_after = 0
[[facilities]]
name = "overdraft"
kind = "overdraft"
limit = 4_000.00
annual_rate = 0.12
[[facilities]]
name = "receivables_finance"
kind = "receivables"
limit = 2_000.00
annual_rate = 0.06
advance_rate = 0.5
channels = ["baitiao"]
"""


@cache
def shop_plan() -> Plan:
    """The shop's plan."""
    with tempfile.TemporaryDirectory() as folder:
        return load_plan(write_shop(Path(folder)))


def write_shop(folder: Path, days: int = 60) -> Path:
    """Write the shop's ledger of so many days, and its plan; give the plan's path."""
    return write_plan(folder, shop_orders(days), paths=PATHS, more=MORE)


@cache
def shop_run(days: int = 60) -> Run:
    """Its run, all scenarios."""
    with tempfile.TemporaryDirectory() as folder:
        return run_scenarios(prepare(load_plan(write_shop(Path(folder), days))))


def questions(days: int = 60) -> Questions:
    """What-ifs on it."""
    return Questions.on(shop_run(days).prepared, shop_run(days).cases["base"])


@cache
def shop_stress() -> StressResult:
    """Its stress test."""
    return stressed(shop_run(), Wishes(), lambda _: None)


@cache
def kept_stress(language: Language = "en") -> StressResult:
    """The stress test as it is kept, rounded, to be shown in a language."""
    return replace(read(StressResult, json.loads(KEPT.read_text(encoding="utf-8"))), language=language)


if __name__ == "__main__":
    KEPT.write_text(json_text(rounded(shop_stress())), encoding="utf-8")
