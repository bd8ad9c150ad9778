"""A small shop whose overdraft and receivables finance give out as failures rise, and its stress test, made once.

Ten orders of 100 yuan a day on each of two channels (see ``ledgers.shop_orders``); stock is bought three days ahead.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ledgers import shop_orders, write_plan

from forecast.pipeline import prepare, run_scenarios
from forecast.plan.reading import load_plan
from forecast.studies.stress.questions import Questions
from forecast.studies.stress.study import Wishes, stressed

if TYPE_CHECKING:
    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.results.stress import StressResult

PATHS = 60
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


def write_shop(folder: Path) -> Path:
    """Write the shop's ledger and plan; give the plan's path."""
    return write_plan(folder, shop_orders(60), paths=PATHS, more=MORE)


@cache
def shop_run() -> Run:
    """Its run, all scenarios."""
    with tempfile.TemporaryDirectory() as folder:
        return run_scenarios(prepare(load_plan(write_shop(Path(folder)))))


def questions() -> Questions:
    """What-ifs on it."""
    return Questions.on(shop_run().prepared, shop_run().cases["base"])


@cache
def shop_stress() -> StressResult:
    """Its stress test."""
    return stressed(shop_run(), Wishes(), lambda _: None)
