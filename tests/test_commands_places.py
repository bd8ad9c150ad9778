"""Where results go."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from forecast.commands.places import check_writable, output_folder, tell_written, writing_into
from forecast.errors import InputError
from forecast.outputs.manifest import Inputs, manifest, write_manifest
from forecast.plan.reading import load_plan

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny" / "plan.toml"


def test_by_default_in_reports_under_the_plan_folder_s_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_folder(load_plan(TINY), None) == Path("reports/tiny")
    assert output_folder(load_plan(TINY), Path("a/b")) == Path("a/b")
    assert list(tmp_path.iterdir()) == []


def described(folder: Path, plan: str, name: str = "manifest.json") -> None:
    """Results of a plan in a folder, as far as their manifest tells of it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f'{{"plan": "{plan}"}}', encoding="utf-8")


def test_a_plan_in_another_folder_of_the_same_name_does_not_lose_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b" / "tiny").mkdir(parents=True)
    (tmp_path / "b" / "tiny" / "plan.toml").touch()
    described(tmp_path / "reports" / "tiny", "../../b/tiny/plan.toml", "backtest.manifest.json")
    told = r"reports/tiny: holds the results of .*/b/tiny/plan\.toml, .* which those of .*/data/tiny/plan\.toml would"
    with pytest.raises(InputError, match=told):
        output_folder(load_plan(TINY), None)
    assert output_folder(load_plan(TINY), Path("reports/tiny")) == Path("reports/tiny")
    assert capsys.readouterr().err == "", "a run leaves a backtest's files alone"
    described(tmp_path / "reports" / "tiny", "../../b/tiny/plan.toml")
    output_folder(load_plan(TINY), Path("reports/tiny"))
    assert "which this command replaces; --out DIR keeps both" in capsys.readouterr().err


def test_the_same_plan_and_one_that_has_moved_go_on_in_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for plan in (str(TINY), "../../gone/tiny/plan.toml"):
        described(tmp_path / "reports" / "tiny", plan)
        output_folder(load_plan(TINY), None)
    for damaged in ("", "[]", '{"plan": 1}', "{}"):
        (tmp_path / "reports" / "tiny" / "manifest.json").write_text(damaged, encoding="utf-8")
        output_folder(load_plan(TINY), None)
    assert capsys.readouterr().err == ""


def test_another_plan_of_the_same_folder_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    described(tmp_path / "reports" / "tiny", str(TINY.with_name("orders.csv")))
    output_folder(load_plan(TINY), None)
    assert capsys.readouterr().err.startswith("reports/tiny holds the results of ")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"here: is a file, not a folder") as caught:
        check_writable(tmp_path / "here" / "below")
    assert caught.value.problems[0].text("zh").endswith("here: 是文件，不是文件夹；请换一个文件夹")


def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(InputError, match=r"new/below: cannot be written \(Permission denied\); name another folder"):
        check_writable(tmp_path / "new" / "below")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["/proc/forecast", "/sys/forecast"])
def test_a_file_system_that_takes_no_files_is_named(folder: str) -> None:
    if not Path(folder).parent.is_dir():
        pytest.skip(f"this system has no {Path(folder).parent}")
    with pytest.raises(InputError, match=f"{folder}: cannot be written"):
        check_writable(Path(folder))


def test_a_name_that_is_too_long_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        check_writable(tmp_path / "a" / ("x" * 300))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "result.json").mkdir()
    with pytest.raises(InputError, match=r"result\.json: is a folder, where a file is to be written") as caught:
        output_folder(load_plan(TINY), tmp_path)
    assert "却已有同名文件夹" in caught.value.problems[0].text("zh")


def test_what_fails_while_writing_is_wrong_input_that_names_the_folder(tmp_path: Path) -> None:
    told = r"No space left on device\); name another folder, or free space"
    with pytest.raises(InputError, match=told) as caught, writing_into(tmp_path):
        raise OSError(28, "No space left on device")
    assert "无法写入（No space left on device）；请换一个文件夹" in caught.value.problems[0].text("zh")


@pytest.mark.parametrize(
    ("name", "page", "command"), [("manifest.json", "report", "run"), ("drill.manifest.json", "drill", "drill")]
)
def test_results_of_other_inputs_beside_the_new_ones_are_told(
    name: str, page: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, out = tmp_path / "plan.toml", tmp_path / "out"
    out.mkdir()
    plan.write_text("1", encoding="utf-8")
    write_manifest(out, name, manifest(out, "1", 1, Inputs.before([plan], plan), []))
    tell_written(out, "stress.manifest.json", Inputs.before([plan], plan), "en")
    assert capsys.readouterr().err == f"written to {out}\n"
    plan.write_text("2", encoding="utf-8")
    tell_written(out, "stress.manifest.json", Inputs.before([plan], plan), "en")
    told = capsys.readouterr().err
    assert f"{out / page}.html was made on" in told
    assert f"(plan.toml changed since): run forecast {command} again" in told


def test_a_study_of_another_version_beside_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "playbook.json").write_text('{"schema": 1}', encoding="utf-8")
    tell_written(tmp_path, "manifest.json", Inputs(), "en")
    told = capsys.readouterr().err
    assert "playbook.json was made by another version of the program, or is damaged, and is not used" in told
    assert "run forecast playbook again" in told
    assert "stress" not in told
