"""Whole sample folders: they load as plans, repeat byte for byte, and never overwrite."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from forecast.errors import InputError
from forecast.ledger.reading import read_ledger
from forecast.plan.reading import load_plan
from forecast.sample import write_plan_folder, write_sample
from forecast.sample.folder import users_language

DOUBLE11 = Path(__file__).resolve().parents[1] / "data" / "double11"
START, AS_OF = dt.date(2026, 6, 1), dt.date(2026, 9, 30)


def test_a_sample_is_a_plan_that_loads(tmp_path: Path) -> None:
    told: list[str] = []
    path = write_sample(tmp_path / "new" / "shop", 2_000, 3, start=START, as_of=AS_OF, progress=told.append)
    plan = load_plan(path)
    assert plan.horizon.as_of == AS_OF
    assert plan.ignored_flows == 0
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "orders.parquet",
        "other_flows.csv",
        "plan.toml",
        "truth.json",
    ]
    assert told
    assert len(pd.read_parquet(path.parent / "orders.parquet")) == 2_000


def test_the_ledger_as_the_planner_reads_it_agrees_with_the_truth_to_the_fen(tmp_path: Path) -> None:
    path = write_sample(tmp_path, 3_000, 4, start=START, as_of=AS_OF)
    ledger = read_ledger(load_plan(path))
    assert ledger.rejected.empty
    assert (ledger.counts.orders, ledger.counts.dropped, ledger.counts.blanked) == (3_000, 0, 0)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["channels"]
    sums = ledger.tables.identity.groupby("channel").sum(numeric_only=True)
    for name, channel in truth.items():
        for part, yuan in channel["ledger"].items():
            if part != "orders":
                assert sums.loc[name, "value" if part == "gross" else part] == round(yuan * 100)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / name, 1_000, 3, start=START, as_of=AS_OF)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_row_groups_change_no_sum(tmp_path: Path) -> None:
    for name, rows in (("a", 100), ("b", 10**9)):
        write_sample(tmp_path / name, 1_000, 3, start=START, as_of=AS_OF, rows_a_group=rows)
    assert (tmp_path / "a" / "truth.json").read_bytes() == (tmp_path / "b" / "truth.json").read_bytes()
    a, b = (pd.read_parquet(tmp_path / name / "orders.parquet") for name in ("a", "b"))
    assert a.equals(b)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("mine", encoding="utf-8")
    (tmp_path / "orders.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="exists already") as caught:
        write_plan_folder(tmp_path)
    assert [Path(problem.file).name for problem in caught.value.problems] == ["orders.csv", "plan.toml"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["orders.csv", "plan.toml"]


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        write_plan_folder(tmp_path / "shop")


def test_what_cannot_be_drawn_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_sample(tmp_path, 0, -1, start=AS_OF, as_of=AS_OF)
    assert [problem.key for problem in caught.value.problems] == ["orders", "seed", "as_of"]
    assert not list(tmp_path.iterdir())


def test_init_writes_csv_in_the_users_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    plan = load_plan(write_plan_folder(tmp_path / "en"))
    assert plan.language == "en"
    assert Path(plan.ledger.orders).name == "orders.csv"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert users_language() == "zh"
    assert load_plan(write_plan_folder(tmp_path / "zh", language="zh")).merchant.name == "示例数码旗舰店"
    assert not (tmp_path / "zh" / "truth.json").exists()


def test_double11_is_what_its_readme_says(tmp_path: Path) -> None:
    """The shipped folder's plan, flows and truth are those of the documented command."""
    path = write_sample(tmp_path, 225_000, 20_261_111)
    for name in ("plan.toml", "other_flows.csv"):
        assert (DOUBLE11 / name).read_text(encoding="utf-8") == (path.parent / name).read_text(encoding="utf-8")
    shipped, again = (
        json.loads((folder / "truth.json").read_text(encoding="utf-8"))["channels"] for folder in (DOUBLE11, tmp_path)
    )
    for name, channel in shipped.items():
        assert again[name]["ledger"] == pytest.approx(channel["ledger"])


def test_double11_stays_small() -> None:
    assert sum(path.stat().st_size for path in DOUBLE11.iterdir()) < 8_000_000
