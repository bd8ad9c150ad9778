"""``--solve`` on the tiny plan, where the answer can be found by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from forecast import Run, load_plan, run
from forecast.commands.options import Solve
from forecast.commands.solving import check_day, solution, solution_text
from forecast.errors import InputError
from forecast.financing.measures import NO_DAYS, LastDays
from forecast.results.answers import SolvedLimits, SolvedStock

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml"
SUNDAY = dt.date(2026, 6, 7)


@pytest.fixture(scope="module")
def done() -> Run:
    return run(load_plan(TINY), financing=False)


def test_the_limit_is_what_is_short_on_the_worst_day(done: Run) -> None:
    solved = solution(done, Solve.LIMIT, None)
    # 1000 minimum - (4000 opening - 4500 stock on Sunday 7 June, before anything can come in)
    assert isinstance(solved, SolvedLimits)
    assert (solved.solved_for, solved.scenario) == ("limit", "base")
    assert solved.limits == {"overdraft": pytest.approx(1_500.00, abs=0.02)}
    assert solved.days == {"overdraft": LastDays(*[dt.date(2026, 6, 7)] * 3)}
    assert solution_text(done, solved) == (
        "Overdraft: on its own it needs a limit of at least CNY 1,500; begin by 2026-06-07, sign by 2026-06-07, "
        "ask for the first drawing by 2026-06-07"
    )


def test_the_stock_is_what_the_limit_leaves_on_that_day(done: Run) -> None:
    solved = solution(done, Solve.STOCK, SUNDAY)
    # 5000 limit - the 1500 that are short on that day without it
    assert solved["amount"] == pytest.approx(3_500.00, abs=0.02)
    assert solution_text(done, solved) == "at most CNY 3,500 more can be paid for stock on 2026-06-07"


def test_none_where_nothing_holds(done: Run) -> None:
    limits = SolvedLimits("limit", "base", {"overdraft": None}, {"overdraft": NO_DAYS})
    assert solution_text(done, limits) == "Overdraft: on its own no limit reaches the confidence wanted"
    stock = SolvedStock("stock", "base", "2026-06-07", None, None)
    assert solution_text(done, stock) == "no more can be paid for stock on 2026-06-07"
    assert solution_text(done, replace(stock, amount=float("inf"), unbounded=True)).startswith("there is no bound")


def test_a_day_is_wanted_for_stock_and_for_nothing_else() -> None:
    plan = load_plan(TINY)
    check_day(plan, None, None)
    check_day(plan, Solve.LIMIT, None)
    check_day(plan, Solve.STOCK, SUNDAY)
    for solve, day in ((Solve.STOCK, None), (Solve.STOCK, dt.date(2026, 6, 5)), (Solve.LIMIT, SUNDAY), (None, SUNDAY)):
        with pytest.raises(InputError, match="--date"):
            check_day(plan, solve, day)
