"""The results of a real backtest and a real review on the sample shop of ``result_example``, in both languages.

The backtest looks a fortnight ahead from two past days; the review compares ten days with what a run before them
forecast. Both are kept in ``snapshots/``, as they take seconds; ``python tests/study_examples.py`` makes them anew.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from result_example import AS_OF, SNAPSHOTS, write_example_plan

from forecast.pipeline import run
from forecast.plan.reading import load_plan
from forecast.records import json_text, plain, read, rounded
from forecast.results.backtest import BacktestResult
from forecast.results.review import ReviewResult
from forecast.studies.backtest import backtest
from forecast.studies.review import review

if TYPE_CHECKING:
    from forecast.plan.model import Language

ORIGINS, AHEAD = 2, 14
REVIEWED = 10
"""Days from the earlier run's as-of day to the plan's."""


def run_backtest(language: Language) -> BacktestResult:
    """Run the backtest anew, rounded as ``backtest.json`` is."""
    with tempfile.TemporaryDirectory() as folder:
        plan = load_plan(write_example_plan(Path(folder) / "shop", language))
        return rounded(backtest(plan, origins=ORIGINS, horizon=AHEAD))


def run_review(language: Language) -> ReviewResult:
    """Run the earlier forecast and its review anew, rounded as ``review.json`` is."""
    with tempfile.TemporaryDirectory() as folder:
        plan = load_plan(write_example_plan(Path(folder) / "shop", language))
        then = replace(plan, horizon=replace(plan.horizon, as_of=AS_OF - dt.timedelta(days=REVIEWED)))
        earlier = Path(folder) / "result.json"
        done = run(then, scenarios={"base": plan.scenarios["base"]}, financing=False)
        earlier.write_text(json_text(done.result), encoding="utf-8")
        return rounded(review(plan, earlier))


@cache
def _kept(name: str) -> object:
    return json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))


def example_backtest(language: Language = "en", merchant: str | None = None) -> BacktestResult:
    """The backtest's result, under a merchant's name of the test's own where it gives one."""
    result = read(BacktestResult, _kept(f"backtest_{language}"))
    return result if merchant is None else replace(result, merchant=replace(result.merchant, name=merchant))


def example_review(language: Language = "en", merchant: str | None = None) -> ReviewResult:
    """The review's result, under a merchant's name of the test's own where it gives one."""
    result = read(ReviewResult, _kept(f"review_{language}"))
    return result if merchant is None else replace(result, merchant=replace(result.merchant, name=merchant))


def main() -> None:
    """Run both in both languages and keep the results."""
    for language in ("zh", "en"):
        for name, result in (("backtest", run_backtest(language)), ("review", run_review(language))):
            text = json.dumps(plain(result), ensure_ascii=False, separators=(",", ":"))
            (SNAPSHOTS / f"{name}_{language}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
