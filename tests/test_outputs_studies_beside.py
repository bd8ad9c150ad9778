"""Studies beside a report: taken in where they are of the same forecast and inputs, and else left out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from playbook_shop import kept_playbook, playbook
from result_example import example_result
from stress_shop import kept_stress

from forecast.errors import Problem
from forecast.outputs.manifest import Inputs, manifest, write_manifest
from forecast.outputs.pages.report import Beside, report_page
from forecast.outputs.studies_beside import Studies, studies_beside
from forecast.outputs.writing import write_run
from forecast.plan.playbook_file import Faulty
from forecast.records import json_text
from forecast.results.inputs import InputChange

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.run import Result

STRESS, PLAYBOOK = kept_stress(), kept_playbook()


def like(study: object) -> Result:
    names = ("version", "language", "currency", "merchant", "as_of", "horizon_days", "paths", "seed", "confidence")
    return replace(example_result("en"), **{name: getattr(study, name) for name in names})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out, plan = tmp_path / "out", tmp_path / "plan.toml"
    out.mkdir()
    plan.write_text("as read", encoding="utf-8")
    (out / "stress.json").write_text(json_text(STRESS), encoding="utf-8")
    write_manifest(out, "stress.manifest.json", manifest(out, STRESS.version, 1, Inputs.before([plan]), []))
    (out / "playbook.json").write_text(json_text(PLAYBOOK), encoding="utf-8")
    return out


def test_a_study_of_the_same_forecast_is_taken_in(folder: Path) -> None:
    inputs = Inputs.before([folder.parent / "plan.toml"])
    assert studies_beside(folder, like(STRESS), inputs).stress == STRESS
    assert studies_beside(folder, like(PLAYBOOK), inputs).playbook == PLAYBOOK
    assert studies_beside(folder, replace(like(STRESS), seed=999), inputs).stress is None


def test_a_study_of_earlier_inputs_is_left_out(folder: Path) -> None:
    (folder.parent / "plan.toml").write_text("edited since", encoding="utf-8")
    inputs = Inputs.before([folder.parent / "plan.toml"])
    assert studies_beside(folder, like(STRESS), inputs).stress is None


def test_a_study_in_another_language_is_left_out_and_the_workbook_says_so(folder: Path) -> None:
    inputs = Inputs.before([folder.parent / "plan.toml"])
    result = replace(like(STRESS), language="zh")
    found = studies_beside(folder, result, inputs)
    assert (found.stress, found.other_language[:1]) == (None, ("stress",))
    write_run(folder, result, pd.DataFrame(), inputs=inputs, command=[])
    cover = openpyxl.load_workbook(folder / "scenarios.xlsx")["封面"]
    told = [row[1].value for row in cover.iter_rows() if row[0].value == "本工作簿缺少"]
    assert "压力测试是另一种语言" in told[0]
    assert told[0] in (folder / "report.html").read_text(encoding="utf-8"), "report and workbook of a run tell the same"
    assert studies_beside(folder, like(STRESS), inputs).other_language == ()


def test_a_study_of_other_paths_is_left_out_and_the_workbook_says_so(folder: Path) -> None:
    inputs = Inputs.before([folder.parent / "plan.toml"])
    result = replace(like(STRESS), paths=STRESS.paths + 1, seed=STRESS.seed + 1)
    found = studies_beside(folder, result, inputs)
    assert (found.stress, dict(found.other_settings)["stress"]) == (None, ("paths", "seed"))
    write_run(folder, result, pd.DataFrame(), inputs=inputs, command=[])
    cover = openpyxl.load_workbook(folder / "scenarios.xlsx")["Cover"]
    told = [row[1].value for row in cover.iter_rows() if row[0].value == "Missing here"]
    assert "stress test in the same folder was made with other settings (" in told[0]
    assert told[0] in (folder / "report.html").read_text(encoding="utf-8"), "report and workbook of a run tell the same"
    assert dict(studies_beside(folder, like(STRESS), inputs).other_settings).get("stress") is None


def test_what_is_no_study_is_left_out(folder: Path) -> None:
    (folder / "stress.json").write_text(json.dumps({"schema": 1}), encoding="utf-8")
    (folder / "playbook.json").unlink()
    found = studies_beside(folder, like(STRESS), Inputs())
    assert found == Studies(other_version=("stress",)), "it is no stress test of this version"


def test_a_study_of_another_version_is_left_out_and_workbook_and_report_say_so(folder: Path, tmp_path: Path) -> None:
    inputs = Inputs.before([tmp_path / "plan.toml"])
    kept = json.loads((folder / "playbook.json").read_text(encoding="utf-8"))
    older = {key: one for key, one in kept.items() if key != "facilities"}
    strange: tuple[object, ...] = (older, {**kept, "version": "0.0.1"}, [], "damaged")
    for found in strange:
        (folder / "playbook.json").write_text(json.dumps(found), encoding="utf-8")
        assert studies_beside(folder, like(PLAYBOOK), inputs).other_version == ("playbook",)
        assert studies_beside(folder, like(PLAYBOOK), inputs).playbook is None
    write_run(folder, like(PLAYBOOK), pd.DataFrame(), inputs=inputs, command=[], playbook=playbook())
    told = "playbook.json was made by another version of the program, or is damaged, and is not used"
    assert told in (folder / "report.html").read_text(encoding="utf-8")
    cover = openpyxl.load_workbook(folder / "scenarios.xlsx")["Cover"]
    assert any(told in str(row[1].value) for row in cover.iter_rows() if row[0].value == "Missing here")


def test_thresholds_of_a_plan_that_is_gone_or_of_edited_inputs_are_not_shown(folder: Path, tmp_path: Path) -> None:
    inputs = Inputs.before([tmp_path / "plan.toml"])
    found = studies_beside(folder, like(PLAYBOOK), inputs)
    assert found.of(playbook()).playbook == PLAYBOOK
    assert found.of(None).playbook is None
    assert found.of(Faulty((Problem("bad"),))).playbook is None
    title = "When the plan starts and when orders move"
    write_run(folder, like(PLAYBOOK), pd.DataFrame(), inputs=inputs, command=[], playbook=playbook())
    assert title in (folder / "report.html").read_text(encoding="utf-8")
    edited = replace(like(PLAYBOOK), input_changes=[InputChange("base", "cash.opening_balance", 1.0, 2.0, "B2")])
    write_run(folder, edited, pd.DataFrame(), inputs=inputs, command=[], playbook=playbook())
    assert title not in (folder / "report.html").read_text(encoding="utf-8")


def test_the_report_draws_the_tornado_and_the_heat_map_and_tells_the_thresholds() -> None:
    page = report_page(example_result("en"), Beside(stress=STRESS, thresholds=PLAYBOOK))
    assert [one.chart for one in page.stress] == ["tornado", "grid", ""]
    assert {"tornado", "grid"} <= set(page.charts)
    assert page.thresholds is not None
    assert len(page.thresholds.rows) == sum(len(plan.thresholds) for plan in PLAYBOOK.causes)
    assert page.thresholds.rows[0][2] == f"{PLAYBOOK.causes[0].thresholds[0].usual_rate:.1%}"
    assert report_page(example_result("en")).stress == []


def test_a_stress_test_made_anew_leaves_nothing_to_tell_of_the_one_in_the_folder() -> None:
    found = Studies(None, None, ("stress",), (("stress", ("paths",)), ("playbook", ("seed",))), ("stress",))
    assert found.with_stress(None) == found
    assert found.with_stress(STRESS) == Studies(STRESS, None, (), (("playbook", ("seed",)),), ())


def test_a_run_takes_the_same_studies_into_its_report_and_its_workbook(folder: Path, tmp_path: Path) -> None:
    read = Inputs.before([tmp_path / "plan.toml"])
    write_run(folder, like(STRESS), pd.DataFrame(), inputs=read, command=[], playbook=playbook())
    assert '"heatmap"' in (folder / "report.html").read_text(encoding="utf-8")
    assert "What moves the buffer most" in openpyxl.load_workbook(folder / "scenarios.xlsx").sheetnames


def test_a_runs_workbook_holds_the_sheets_of_studies_beside_it_and_names_them(folder: Path, tmp_path: Path) -> None:
    result = like(STRESS)
    read = Inputs.before([tmp_path / "plan.toml"])
    write_run(folder, result, pd.DataFrame(), inputs=read, command=[], playbook=playbook())
    book = openpyxl.load_workbook(folder / "scenarios.xlsx")
    wanted = ["Failure rate x volume", "What moves the buffer most", "Emergency plan", "When to act"]
    listed = {cell.value for cell in book["Cover"]["A"]}
    assert set(wanted) <= set(book.sheetnames)
    assert set(wanted) <= listed
    assert book.sheetnames.index("When to act") < book.sheetnames.index("Notes")
    (folder / "stress.json").unlink()
    write_run(folder, result, pd.DataFrame(), inputs=Inputs.before([tmp_path / "plan.toml"]), command=[])
    assert wanted[1] not in openpyxl.load_workbook(folder / "scenarios.xlsx").sheetnames
