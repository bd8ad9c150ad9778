"""The largest sizes at which memory is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.faults_memory import SPREAD, PeakMemory, extremes, holds, table
from forecast import load_plan

if TYPE_CHECKING:
    from pathlib import Path


def test_the_extremes_are_plans_that_load_at_their_sizes(tmp_path: Path) -> None:
    plans = [load_plan(one.words[1]) for one in extremes(tmp_path)]
    paths, backtest, channels, longer, too_long, refused, weeks, years = plans
    assert paths == backtest
    assert len(channels.channels) == len(longer.channels) == len(refused.channels) == SPREAD * len(paths.channels)
    assert (channels.horizon.days, longer.horizon.days) == (75, 90)
    assert (too_long, refused) == (longer, channels)
    assert len(channels.facilities) == len(paths.facilities)
    assert [(plan.horizon.as_of - paths.horizon.as_of).days for plan in (weeks, years)] == [14, 1096]


def test_what_is_measured_is_a_row_that_says_whether_it_holds() -> None:
    rows = [
        PeakMemory("few", 0.6, as_told=True),
        PeakMemory("many", 1.61, as_told=True),
        PeakMemory("x", 0.4, as_told=False),
    ]
    assert [holds(row) for row in rows] == [True, False, False]
    assert table(rows).splitlines()[2:4] == ["| few | 0.60 | yes |", "| many | 1.61 | NO |"]
