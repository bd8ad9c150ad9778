"""Writing a run: all or nothing on disk, with a manifest of what it was made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from result_example import example_result

from forecast.outputs import writing
from forecast.outputs.manifest import Inputs, sha256
from forecast.outputs.writing import write_run
from forecast.records import json_text

NO_ROWS = pd.DataFrame({"line": [], "column": [], "value": [], "reason": []})
ROWS = pd.DataFrame(
    {"line": [7, 9], "column": ["amount", "channel"], "value": ["-5.00", "=cmd|x"], "reason": ["负数", "unknown"]}
)
COMMAND = ["forecast", "run", "plan.toml"]


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text("[plan]\n", encoding="utf-8")
    return path


def test_a_run_writes_its_files_and_says_where(tmp_path: Path, plan: Path) -> None:
    out = tmp_path / "reports" / "shop"
    written = write_run(out, example_result(), ROWS, inputs=Inputs.before([plan]), command=COMMAND)
    assert set(state(out)) == {"result.json", "scenarios.xlsx", "report.html", "rejected.csv", "manifest.json"}
    assert written.result.read_text(encoding="utf-8") == json_text(example_result())
    assert written.rejected is not None
    assert json.loads(written.result.read_text(encoding="utf-8"))["schema"] == 1


def test_the_same_run_twice_gives_the_same_result_to_the_byte(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_run(tmp_path / name, example_result(), NO_ROWS, inputs=Inputs(), command=COMMAND)
    assert (tmp_path / "one" / "result.json").read_bytes() == (tmp_path / "two" / "result.json").read_bytes()


def test_without_rejected_rows_an_earlier_list_goes_and_other_files_stay(tmp_path: Path) -> None:
    write_run(tmp_path, example_result(), ROWS, inputs=Inputs(), command=COMMAND)
    (tmp_path / "my notes.txt").write_text("mine", encoding="utf-8")
    written = write_run(tmp_path, example_result(), NO_ROWS, inputs=Inputs(), command=COMMAND)
    assert written.rejected is None
    assert "rejected.csv" not in state(tmp_path)
    assert (tmp_path / "my notes.txt").read_text(encoding="utf-8") == "mine"


def test_lines_of_exports_without_an_order_are_listed_and_an_earlier_list_goes(tmp_path: Path) -> None:
    lines = pd.DataFrame(
        {"file": ["jd.xlsx"], "line": [7], "order_id": ["=1"], "amount": [-0.1], "reason": ["transfer"]}
    )
    written = write_run(tmp_path, example_result(), NO_ROWS, lines, inputs=Inputs(), command=COMMAND)
    assert written.unmatched == tmp_path / "unmatched.csv"
    text = written.unmatched.read_text(encoding="utf-8-sig")
    assert text == "file,line,order_id,amount,reason\njd.xlsx,7,'=1,-0.10,transfer\n"
    assert "unmatched.csv" in json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    again = write_run(tmp_path, example_result(), NO_ROWS, lines.iloc[:0], inputs=Inputs(), command=COMMAND)
    assert again.unmatched is None
    assert "unmatched.csv" not in state(tmp_path)


def test_rejected_values_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    write_run(tmp_path, example_result(), ROWS, inputs=Inputs(), command=COMMAND)
    text = (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines() == ["line,column,value,reason", "7,amount,-5.00,负数", "9,channel,'=cmd|x,unknown"]


def test_the_manifest_holds_hashes_versions_seed_and_command(tmp_path: Path, plan: Path) -> None:
    orders = tmp_path / "orders"
    (orders / "2026").mkdir(parents=True)
    (orders / "2026" / "part.parquet").write_bytes(b"PAR1")
    database = "postgresql://me:secret@host/shop"
    asked = "postgresql://host/shop?user=me&password=secret"
    command = [*COMMAND, database, asked]
    written = write_run(
        tmp_path / "out",
        example_result(),
        NO_ROWS,
        inputs=Inputs.before([plan, orders, database], plan),
        command=command,
    )
    manifest = json.loads(written.manifest.read_text(encoding="utf-8"))
    assert [(Path(one["path"]).name, one["sha256"]) for one in manifest["inputs"]] == [
        ("plan.toml", hashlib.sha256(b"[plan]\n").hexdigest()),
        ("part.parquet", hashlib.sha256(b"PAR1").hexdigest()),
        ("shop", None),
    ]
    assert "secret" not in written.manifest.read_text(encoding="utf-8")
    assert (manifest["seed"], manifest["version"]) == (example_result().seed, "0.1.0")
    assert manifest["command"][:3] == COMMAND
    assert manifest["outputs"]["result.json"] == sha256(written.result)
    assert set(manifest["outputs"]) == {"result.json", "scenarios.xlsx", "report.html"}


@pytest.mark.parametrize("broken", ["write_workbook", "report_html", "text_of_rounded"])
def test_a_fault_while_writing_leaves_the_earlier_files(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path, example_result(), ROWS, inputs=Inputs(), command=COMMAND)
    before = state(tmp_path)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, broken, fail)
    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path, example_result("en"), NO_ROWS, inputs=Inputs(), command=COMMAND)
    assert state(tmp_path) == before


def test_a_fault_in_a_first_run_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(writing, "report_html", fail)
    with pytest.raises(OSError, match="disk full"):
        write_run(tmp_path / "reports" / "shop", example_result(), NO_ROWS, inputs=Inputs(), command=COMMAND)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_is_no_number_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    result = replace(example_result(), opening_balance=float("nan"))
    with pytest.raises(ValueError, match="opening_balance"):
        write_run(tmp_path / "out", result, NO_ROWS, inputs=Inputs(), command=COMMAND)
    assert list(tmp_path.iterdir()) == []


def test_no_spreadsheet_runs_what_a_ledger_says(plan: Path, tmp_path: Path) -> None:
    formulas = [
        "=1+1",
        "=cmd|'/C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-1+HYPERLINK(1)",
        " =1+1",
        "＝1+1",
        "@SUM(1)",
        "-",
    ]
    harmless = ["-5.00", "+1,234.50", "5%", "A-1"]
    rows = pd.DataFrame({"line": range(12), "value": [*formulas, *harmless]})
    lines = rows.assign(what=[f"\t{cell}" for cell in rows["value"]])
    write_run(tmp_path / "out", example_result(), rows, lines, inputs=Inputs.before([plan]), command=COMMAND)
    for name in ("rejected.csv", "unmatched.csv"):
        read = pd.read_csv(tmp_path / "out" / name, dtype=str, encoding="utf-8-sig")
        assert list(read["value"]) == [*(f"'{cell}" for cell in formulas), *harmless]
    assert all(cell.startswith("'") for cell in read["what"][: len(formulas)]), "what a tab leads is a formula, too"


def test_no_terminal_obeys_what_a_list_of_rows_says(plan: Path, tmp_path: Path) -> None:
    values = ["\x1b]0;owned\x07", "\x9b2J", "\u202e1", "two\nlines", "\r=1+1"]
    rows = pd.DataFrame({"line": range(5), "value": values})
    inputs = Inputs.before([plan])
    written = write_run(tmp_path / "out", example_result(), rows, rows, inputs=inputs, command=COMMAND)
    told = "line,value\n0,\\u001b]0;owned\\u0007\n1,\\u009b2J\n2,\\u202e1\n3,two lines\n4,' =1+1\n"
    for file in (written.rejected, written.unmatched):
        assert file is not None
        assert file.read_bytes().decode("utf-8-sig") == told
