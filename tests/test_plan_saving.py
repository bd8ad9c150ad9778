"""A scenario saved into a plan: nothing else of the file changes, and it means what was asked."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from plan_examples import SMALL, WHOLE
from test_plan_bearing import plan_of

from forecast.errors import InputError
from forecast.plan import saving
from forecast.plan.reading import load_plan, scenario_from_settings
from forecast.plan.saving import save_scenario

if TYPE_CHECKING:
    from forecast.plan.model import Plan

CHANGES = (
    "volume=1.4",
    "planned_volume.double11=1.1",
    "failure_rate=8.25%",
    "failure_rate.wechat.clearing=0.1",
    "settlement_delay.baitiao=2",
    "refund_rate=0.123456789",
    "recovery=1e-05",
    "flows.rent=2",
    "costs.goods=1.1",
    'outages=[{clearing="jd_pay",start=2026-11-11,days=3}]',
    'shift=[{from="baitiao",to="wechat",share=0.3,lost=0.05}]',
)


def saved(plan: Plan, *settings: str, name: str = "rush") -> Plan:
    """The plan as it reads once the changes were saved, which must say what was saved."""
    scenario = scenario_from_settings(plan, settings, name=name)
    before = hashlib.sha256(plan.path.read_bytes()).hexdigest()
    after = save_scenario(plan, before, name, scenario)
    assert after == hashlib.sha256(plan.path.read_bytes()).hexdigest()
    found = load_plan(plan.path)
    assert found.scenarios[name] == scenario
    assert replace(found, scenarios={}) == replace(plan, scenarios={})
    assert [one for one in found.scenarios if one != name] == list(plan.scenarios)
    return found


def test_every_kind_of_change_is_saved_in_full_behind_the_other_scenarios(tmp_path: Path) -> None:
    text = WHOLE.replace("[covenants]", "# What the bank wants.\n[covenants]")
    plan = plan_of(tmp_path, text)
    saved(plan, *CHANGES)
    new = plan.path.read_text(encoding="utf-8")
    place = new.index("\n[scenarios.rush]")
    table = new[place : new.index("# What the bank wants.")]
    assert new.replace(table, "", 1) == text, "all else is as it was"
    assert "failure_rate.baitiao = 0.0825\n" in table


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_marks_and_a_missing_last_line_end_are_kept(tmp_path: Path, ends: str, mark: str) -> None:
    (tmp_path / "orders.csv").touch()
    file = tmp_path / "plan.toml"
    old = (mark + SMALL.rstrip().replace("\n", ends)).encode()
    file.write_bytes(old)
    saved(load_plan(file), "volume=1.4", name="双十一 爆量")
    new = file.read_bytes()
    assert new.startswith(old)
    assert new.count(b"\r\n") == (new.count(b"\n") if ends == "\r\n" else 0)


def test_the_file_keeps_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WHOLE)
    plan.path.chmod(0o640)
    beside = sorted(tmp_path.iterdir())
    saved(plan, "volume=1.4")
    assert sorted(tmp_path.iterdir()) == beside
    assert os.name == "nt" or plan.path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("name", "settings", "told"),
    [
        ("peak_outage", ["volume=2"], "has a scenario peak_outage already"),
        ("base", ["volume=2"], "has a scenario base already"),
        ("rush", ["opening_balance=5", "facilities.loan.limit=3"], "opening_balance, facilities.loan.limit"),
        ("rush", [], "nothing is changed"),
        ("x" * 300, ["volume=2"], "has 300 letters"),
    ],
)
def test_what_cannot_be_saved_is_told_and_the_file_stays(
    tmp_path: Path, name: str, settings: list[str], told: str
) -> None:
    plan = plan_of(tmp_path, WHOLE)
    scenario = scenario_from_settings(plan, settings, name=name)
    with pytest.raises(InputError, match=told) as refused:
        save_scenario(plan, None, name, scenario)
    assert str(plan.path) in str(refused.value)
    assert plan.path.read_text(encoding="utf-8") == WHOLE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flows", "plan.toml"]


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WHOLE)
    with pytest.raises(InputError, match=r"was edited elsewhere after .*: \[scenarios.rush\]"):
        save_scenario(plan, "0" * 64, "rush", scenario_from_settings(plan, ["volume=2"]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("scenarios = {}", "scenarios = { rush = {NEW} }"),
        (
            "scenarios = { a = { volume = 0.5 } } # { or }",
            "scenarios = { a = { volume = 0.5 }, rush = {NEW} } # { or }",
        ),
    ],
)
def test_scenarios_in_braces_get_one_more_within_them(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "orders.csv").touch()
    file = tmp_path / "plan.toml"
    file.write_text(f"{before}\n{SMALL}", encoding="utf-8")
    saved(load_plan(file), "volume=2", "failure_rate.wechat=8%")
    new = '{ label = "volume=2, failure_rate.wechat=8%", volume = 2.0, failure_rate.wechat = 0.08 }'
    assert file.read_text(encoding="utf-8") == f"{after.replace('{NEW}', new)}\n{SMALL}"


def test_a_file_in_which_no_scenario_can_be_added_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path, WHOLE)
    monkeypatch.setattr(saving, "_candidates", lambda *_: [WHOLE])
    with pytest.raises(InputError, match=r"write into it yourself: .*scenarios.rush"):
        save_scenario(plan, None, "rush", scenario_from_settings(plan, ["volume=2"], name="rush"))
    assert plan.path.read_text(encoding="utf-8") == WHOLE


def test_a_disk_that_fails_leaves_the_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(tmp_path, WHOLE)

    def full(self: Path, _: Path) -> Path:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        save_scenario(plan, None, "rush", scenario_from_settings(plan, ["volume=2"]))
    assert plan.path.read_text(encoding="utf-8") == WHOLE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flows", "plan.toml"]
