"""Whether a plan's paths fit into memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledgers import shop_plan

from forecast.errors import InputError
from forecast.pipeline import prepare
from forecast.plan.model import Channel
from forecast.plausibility.size import (
    KEPT_LEAST,
    KEPT_MOST,
    MOST,
    bytes_needed,
    bytes_stressed,
    may_stress,
    require_memory,
    require_memory_to_stress,
    scenarios_kept,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan


def large(plan: Plan, channels: int, paths: int, days: int) -> Plan:
    """The plan at another size."""
    names = [f"channel {place}" for place in range(channels)]
    horizon = replace(plan.horizon, paths=paths, days=days)
    return replace(plan, channels={name: Channel(name, name, name) for name in names}, horizon=horizon)


@pytest.mark.parametrize(
    ("channels", "paths", "days"), [(4, 20_000, 75), (40, 2_000, 75), (40, 1_800, 90), (5, 2_000, 400)]
)
def test_large_plans_run(tmp_path: Path, channels: int, paths: int, days: int) -> None:
    plan = large(shop_plan(tmp_path), channels, paths, days)
    require_memory(plan)
    assert bytes_needed(plan, paths) <= MOST


def test_a_larger_plan_is_refused_before_the_ledger_is_looked_at(tmp_path: Path) -> None:
    plan = large(shop_plan(tmp_path), 40, 20_000, 75)
    gone = replace(plan, ledger=replace(plan.ledger, orders=str(tmp_path / "gone.csv")))
    with pytest.raises(InputError, match=r"20,?000 paths of 40 channels .* write paths = (\d+) or less") as caught:
        prepare(gone)
    (problem,) = caught.value.problems
    assert (problem.key, problem.file) == ("plan.paths", str(plan.path))
    fitting = int(str(problem).split("write paths = ")[1].split()[0].replace(",", ""))
    assert bytes_needed(plan, fitting) <= MOST < bytes_needed(plan, fitting + 20)


def test_channels_that_no_number_of_paths_makes_fit_are_refused_in_other_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="however few the paths"):
        require_memory(large(shop_plan(tmp_path), 400, 1, 75))


def test_a_stress_test_keeps_less_or_is_refused_where_memory_is_short(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    assert scenarios_kept(large(plan, 4, 2_000, 75)) == KEPT_MOST
    middle, much = large(plan, 4, 16_000, 75), large(plan, 4, 20_000, 75)
    require_memory(much)
    require_memory_to_stress(middle)
    assert may_stress(middle)
    assert not may_stress(much)
    assert scenarios_kept(middle) == KEPT_LEAST
    with pytest.raises(InputError, match=r"a stress test of 20,?000 paths .* --paths (\d+) or less") as caught:
        require_memory_to_stress(much)
    fitting = int(str(caught.value).split("--paths ")[1].split()[0].replace(",", ""))
    assert bytes_stressed(much, fitting) <= MOST < bytes_stressed(much, fitting + 20)


def test_scenarios_that_base_must_withstand_are_held_together(tmp_path: Path) -> None:
    plan = large(shop_plan(tmp_path), 4, 20_000, 75)
    held = replace(plan, horizon=replace(plan.horizon, stress_scenarios_must_hold=True))
    assert bytes_needed(held, 20_000) > bytes_needed(plan, 20_000), "the built-in scenarios, where it names none"
    more = replace(held, scenarios={f"scenario {place}": plan.scenarios["base"] for place in range(9)})
    assert bytes_needed(more, 20_000) > bytes_needed(plan, 20_000)
