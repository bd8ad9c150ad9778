"""The way back: what is typed into a run's workbook is read, told by its cells, or refused in words."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from command_line import TINY
from edited_workbook import cell_of, typed, without_name
from office import recalculated

from forecast.commands.plan_inputs import plan_and_inputs
from forecast.errors import InputError
from forecast.live import live_model
from forecast.outputs.workbook.live.carried import Origin
from forecast.outputs.workbook.returned import edits_of
from forecast.outputs.workbook.run import write_workbook
from forecast.pipeline import run
from forecast.plan.edits import Edits, InputEdit, InputKey
from forecast.records import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from command_line import CommandLine

    from forecast.results.live import Live
    from forecast.results.run import Result

AS_OF = "2026-06-05"
FREE = "Free: the inputs below"


@cache
def origin() -> Origin:
    """That of the tiny plan."""
    return Origin(*plan_and_inputs(TINY / "plan.toml", None, None, None)[1].identity())


@cache
def calculated() -> tuple[Result, Live]:
    """What the tiny plan's workbook shows."""
    plan, _ = plan_and_inputs(TINY / "plan.toml", None, 20, None)
    done = run(plan)
    result = rounded(done.result)
    return result, live_model(done.prepared, list(plan.scenarios.values()), result)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny plan's workbook as a run writes it."""
    path = tmp_path_factory.mktemp("returned") / "book.xlsx"
    write_workbook(path, *calculated(), origin())
    return path


def found(edits: Edits) -> dict[tuple[str, str], tuple[float, float]]:
    """What was edited, by scenario and key: before and now."""
    return {(one.scenario, one.input.dotted): (one.was, one.now) for one in edits.edits}


def read(path: Path, edits: Mapping[str, float | str | None]) -> Edits:
    """What is read of a workbook with cells typed over."""
    return edits_of(typed(path, path.with_name("typed.xlsx"), edits), origin(), AS_OF)


def test_what_is_typed_is_an_edit_of_the_chosen_scenario(book: Path) -> None:
    kinds = {"in_volume": 1.4, "in_failure_rate_baitiao": 0.12, "in_limit_overdraft": 1000.0, "in_flows_payroll": 2}
    expected = {
        "volume": (1.0, 1.4),
        "failure_rate.baitiao": (0.0, 0.12),
        "facilities.overdraft.limit": (5_000.0, 1_000.0),
        "flows.payroll": (1.0, 2.0),
    }
    assert found(read(book, kinds)) == {("base", key): one for key, one in expected.items()}
    of_free = read(book, {"in_scenario": FREE, **kinds})
    assert found(of_free) == {("free", key): one for key, one in expected.items()}
    assert of_free.made == {"free": FREE}
    of_run_off = read(book, {"in_scenario": "No new orders", "in_volume": 1.4})
    assert found(of_run_off) == {("run_off", "volume"): (0.0, 1.4)}
    assert found(read(book, {"in_scenario": FREE})) == {}


def test_a_scenarios_own_column_and_a_payment_are_edited_where_they_stand(book: Path) -> None:
    volume, payment = cell_of(book, "volume", scenario=1), cell_of(book, "payment", "payroll")
    edits = read(book, {volume: 0.5, payment: -777.0})
    assert found(edits) == {
        ("run_off", "volume"): (0.0, 0.5),
        ("base", "payment.payroll.2026-06-09"): (-2_500.0, -777.0),
    }
    assert [one.cell for one in edits.edits] == [volume, payment]


@pytest.mark.parametrize("day", [46_183.0, "2026-06-20", None])
def test_a_payment_whose_day_was_moved_is_refused_with_its_cell(book: Path, day: float | str | None) -> None:
    sheet, _, amount = cell_of(book, "payment", "payroll").rpartition("!")
    place = f"{sheet}!A{amount[1:]}"
    with pytest.raises(InputError, match=rf"{place} \(payment\.payroll.*day cannot be moved"):
        read(book, {place: day})
    assert found(read(book, {place: 46_182.0})) == {}


def test_the_free_scenario_keeps_what_its_cells_show_where_base_is_edited(book: Path) -> None:
    opening = cell_of(book, "opening_balance")
    assert found(read(book, {"in_scenario": FREE, "in_volume": 1.2, opening: 50_000.0})) == {
        ("base", "opening_balance"): (4_000.0, 50_000.0),
        ("free", "opening_balance"): (50_000.0, 4_000.0),
        ("free", "volume"): (1.0, 1.2),
    }


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("in_failure_rate_baitiao", 8, "is 8; write a fraction from 0 to 1 (0.05 for 5 %); 8 % is 0.08"),
        ("in_failure_rate_baitiao", "8%", 'is "8%"; write a fraction from 0 to 1 (0.05 for 5 %); this one is 0.08'),
        ("in_opening_balance", "1,200", 'is "1,200"; write an amount of yuan; this one is 1200'),
        ("in_limit_overdraft", None, "is empty; write a number"),
        ("in_settlement_delay_wechat", 1.5, "is 1.5; write a whole number from 0 to 3650"),
        ("in_volume", "=1+1", "is a formula without a value"),
        ("in_flows_payroll", -3, "is -3; write a number from 0 to 1000"),
        ("in_scenario", "no such", 'is "no such", which is no scenario of this workbook; choose one of: '),
    ],
)
def test_a_cell_that_is_no_such_input_is_told_by_its_place(book: Path, name: str, value: float, told: str) -> None:
    with pytest.raises(InputError, match=r"typed\.xlsx: Inputs!C\d+.*: is ") as error:
        read(book, {name: value})
    assert told in str(error.value)


def test_earlier_edits_are_carried_on_and_taken_back(tmp_path: Path) -> None:
    volume = InputEdit("base", InputKey("volume"), 0.9, 1.0, "Inputs!C8")
    limit = InputEdit("free", InputKey("limit", "overdraft"), 7_000.0, 5_000.0, "Inputs!C30")
    before, path = Edits("first.xlsx", (volume, limit), {"free": FREE}), tmp_path / "book.xlsx"
    write_workbook(path, *calculated(), Origin(origin().plan, origin().sources, before))
    assert edits_of(path, origin(), AS_OF) == Edits(str(path), (volume, limit), {"free": FREE})
    assert found(read(path, {"in_volume": 1.2}))["base", "volume"] == (0.9, 1.2)
    assert ("base", "volume") not in found(read(path, {"in_volume": 0.9}))


@pytest.mark.parametrize(
    ("changed", "as_of", "told"),
    [
        ({"plan": "other"}, AS_OF, "is of another plan"),
        ({"sources": "other"}, AS_OF, "was made from other orders or other flows"),
        ({}, "2026-06-06", "is of 2026-06-05, and the plan is of 2026-06-06"),
    ],
)
def test_a_workbook_of_another_plan_is_refused(book: Path, changed: dict[str, Any], as_of: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        edits_of(book, replace(origin(), **changed), as_of)


def test_a_workbook_of_another_version_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecast.outputs.workbook.returned.__version__", "99")
    with pytest.raises(InputError, match=r"was written by version \S+, and this is 99"):
        edits_of(book, origin(), AS_OF)


def test_what_is_no_such_workbook_is_refused(book: Path, tmp_path: Path) -> None:
    for name, content, told in (
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel workbook"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "by a password"),
        ("inputs.csv", b"volume,1.4\n", "is no Excel workbook"),
        ("printed.pdf", b"%PDF-1.7" + bytes(600), "is no Excel workbook"),
        ("cut.xlsx", book.read_bytes()[:3000], "damaged or cut off"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=told):
            edits_of(tmp_path / name, origin(), AS_OF)
    with pytest.raises(InputError, match=r"is not there; name the scenarios\.xlsx"):
        edits_of(tmp_path / "missing.xlsx", origin(), AS_OF)
    write_workbook(tmp_path / "plain.xlsx", calculated()[0])
    with pytest.raises(InputError, match="is no workbook whose inputs can be read back"):
        edits_of(tmp_path / "plain.xlsx", origin(), AS_OF)
    lacking = without_name(book, tmp_path / "lacking.xlsx", "in_volume")
    with pytest.raises(InputError, match=r"volume: has lost its cell: the name in_volume is missing"):
        edits_of(lacking, origin(), AS_OF)
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(book) as archive, zipfile.ZipFile(damaged, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name) if "sheet2" not in name else b"<worksheet><sheetData><row><c")
    with pytest.raises(InputError, match="damaged or cut off"):
        edits_of(damaged, origin(), AS_OF)


def test_libreoffice_opens_and_saves_without_an_edit(book: Path, tmp_path: Path) -> None:
    edits: dict[str, float | str | None] = {"in_scenario": FREE, "in_volume": "=0.7*2"}
    (saved,) = recalculated(tmp_path, [typed(book, tmp_path / "typed.xlsx", edits)])
    assert found(edits_of(saved, origin(), AS_OF)) == {("free", "volume"): (1.0, 1.4)}


def test_a_run_with_an_edited_workbook_says_so_everywhere(forecast: CommandLine, book: Path) -> None:
    forecast.copy_tiny()
    edits: dict[str, float | str | None] = {"in_limit_overdraft": 9000.0, "in_opening_balance": 4500.0}
    typed(book, forecast.folder / "edited.xlsx", edits)
    words = ("run", "tiny/plan.toml", "--paths", "20", "--out", "out", "--inputs")
    ended = forecast(*words, "edited.xlsx")
    assert ended.code == 0
    assert "WARNING inputs_edited (inputs): 2 inputs were edited in the workbook edited.xlsx" in ended.out
    assert "Edited          Base: Limit, overdraft 5,000.00 → 9,000.00 (Inputs!C" in ended.out
    out = forecast.folder / "out"
    result, manifest = (
        json.loads((out / name).read_text(encoding="utf-8")) for name in ("result.json", "manifest.json")
    )
    assert (result["opening_balance"], result["facilities"][0]["limit"]) == (4500.0, 9000.0)
    opening, limit = result["input_changes"]
    cell = opening.pop("cell")
    assert opening == {"scenario": "base", "key": "opening_balance", "was": 4000.0, "now": 4500.0}
    assert cell.startswith("Inputs!C")
    assert limit["key"] == "facilities.overdraft.limit"
    assert "edited.xlsx" in [one["path"] for one in manifest["inputs"]]
    assert "inputs_edited" in (out / "report.html").read_text(encoding="utf-8")
    shutil.copy(out / "scenarios.xlsx", forecast.folder / "again.xlsx")
    assert len(edits_of(forecast.folder / "again.xlsx", origin(), AS_OF).edits) == 2
    missing = forecast(*words, "out/scenario.xlsx")
    assert (missing.code, "is not there; name the scenarios.xlsx that" in missing.err) == (2, True)
    refused = forecast(*words, "out/scenarios.xlsx")
    assert (refused.code, "is where this run writes its own workbook" in refused.err) == (2, True)
