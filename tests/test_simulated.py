"""One scenario from its paths to its cash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledgers import shop_plan

from forecast.pipeline import prepare
from forecast.plan.reading import scenario_from_settings
from forecast.simulated import simulate

if TYPE_CHECKING:
    from pathlib import Path


def test_channels_are_held_apart_for_base_alone(tmp_path: Path) -> None:
    plan = shop_plan(tmp_path)
    prepared = prepare(plan)
    base, other = (simulate(prepared, plan.scenarios["base"], base=whether) for whether in (True, False))
    assert base.case.by_channel is not None
    assert base.case.by_channel.settled.shape == (plan.horizon.paths, len(plan.channels), plan.horizon.days)
    assert other.case.by_channel is None
    assert (other.drivers, other.basis) == (None, None)
    assert other.result.by_channel == base.result.by_channel


def test_another_age_of_receivables_in_a_what_if_is_measured(tmp_path: Path) -> None:
    pool = '[[facilities]]\nname = "pool"\nkind = "receivables"\nlimit = 9_000.00\nannual_rate = 0.05\n'
    plan = shop_plan(tmp_path, more=pool + "max_age_days = 30\n")
    whatif = scenario_from_settings(plan, ["facilities.pool.max_age_days=1"])
    prepared = prepare(plan)
    base, other = (simulate(prepared, one, base=False).case.pools for one in (plan.scenarios["base"], whatif))
    assert {rule.max_age_days for rule in base} == {30}
    # what base rests on is kept, too: its mix may have to withstand the other
    assert {rule.max_age_days for rule in other} == {1, 30}
