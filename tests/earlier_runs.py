"""The steady shop's plan today, and the result of a run three weeks before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ledgers import shop_plan

from forecast.pipeline import run
from forecast.records import json_text

if TYPE_CHECKING:
    from forecast.plan.model import Plan

THEN = dt.date(2026, 9, 27)
"""The earlier as-of day; it forecast 20 days, to 17 October."""


@cache
def _earlier_text() -> str:
    with TemporaryDirectory() as folder:
        plan = shop_plan(Path(folder), paths=60)
        past = replace(plan, horizon=replace(plan.horizon, as_of=THEN))
        return json_text(run(past, scenarios={"base": plan.scenarios["base"]}, financing=False).result)


def earlier_run(folder: Path, orders: str | None = None) -> tuple[Plan, Path]:
    """The plan as of 18 October in ``folder``, on these orders or the shop's own, and the earlier result's path."""
    path = folder / "result.json"
    path.write_text(_earlier_text(), encoding="utf-8")
    return shop_plan(folder, orders), path
