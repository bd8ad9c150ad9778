"""The earlier run of the sample plan that the documents review: ``python tests/double11_earlier.py`` makes it anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from forecast.pipeline import run
from forecast.plan.reading import load_plan
from forecast.records import json_text

PLAN = Path(__file__).parent.parent / "data" / "double11" / "plan.toml"
THEN, DAYS, PATHS = dt.date(2026, 9, 17), 30, 500
"""The earlier as-of day, how far that run looked ahead, and its sample paths."""


def main() -> None:
    """Run the base scenario as of then, without financing, and keep its result."""
    plan = load_plan(PLAN)
    then = replace(plan, horizon=replace(plan.horizon, as_of=THEN, days=DAYS, paths=PATHS))
    text = json_text(run(then, scenarios={"base": plan.scenarios["base"]}, financing=False).result)
    (PLAN.parent / "earlier" / "result.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
