"""The largest sizes at which memory is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.faults_memory import SPREAD, extremes
from forecast import load_plan

if TYPE_CHECKING:
    from pathlib import Path


def test_the_extremes_are_plans_that_load_at_their_sizes(tmp_path: Path) -> None:
    paths, channels, weeks, years = (load_plan(one.words[0]) for one in extremes(tmp_path))
    assert len(channels.channels) == SPREAD * len(paths.channels)
    assert len(channels.facilities) == len(paths.facilities)
    assert [(plan.horizon.as_of - paths.horizon.as_of).days for plan in (weeks, years)] == [14, 1096]
