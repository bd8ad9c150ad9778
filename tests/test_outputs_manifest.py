"""Manifests, and inputs that must not change while they are read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from forecast.errors import InputError
from forecast.outputs.manifest import Inputs, Stale, manifest, path_from, plan_of, stale_beside, write_manifest

CHANGED = "was changed while it was being read"
TOUCHED = "was written, moved or replaced while it was being read"


def write(path: Path, text: str = "1") -> Path:
    """A file with a text, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_inputs_that_stay_as_they_were_are_accepted(tmp_path: Path) -> None:
    orders, folder = write(tmp_path / "orders.csv"), write(tmp_path / "shop" / "2026" / "a.csv").parents[1]
    inputs = Inputs.before([orders, folder, tmp_path / "nowhere.csv", "postgresql://host/shop"])
    inputs.require_unchanged()
    assert [(Path(one.path).name, one.size) for one in inputs.files] == [
        ("orders.csv", 1),
        ("a.csv", 1),
        ("nowhere.csv", None),
        ("shop", None),
    ]


@pytest.mark.parametrize("name", ["orders.csv", "shop/a.csv", "shop/new.csv", "bills.zip", "nowhere.csv"])
def test_a_file_changed_added_or_removed_meanwhile_is_named(name: str, tmp_path: Path) -> None:
    orders, zipped = write(tmp_path / "orders.csv"), write(tmp_path / "bills.zip")
    write(tmp_path / "shop" / "a.csv")
    inputs = Inputs.before([orders, tmp_path / "shop", zipped, tmp_path / "nowhere.csv"])
    write(tmp_path / name, "2")
    with pytest.raises(InputError, match=CHANGED) as raised:
        inputs.require_unchanged()
    assert [problem.file for problem in raised.value.problems] == [str(tmp_path / name)]
    (tmp_path / name).unlink()
    if name == "shop/new.csv":
        inputs.require_unchanged()


def test_what_a_ledger_s_folder_holds_beside_the_orders_may_change(tmp_path: Path) -> None:
    write(tmp_path / "shop" / "a.csv")
    inputs = Inputs.before([tmp_path / "shop"])
    write(tmp_path / "shop" / "notes.md")
    write(tmp_path / "shop" / ".hidden.csv")
    inputs.require_unchanged()
    assert [Path(one.path).name for one in inputs.files] == ["a.csv"]


def test_a_database_that_is_a_file_is_hashed_with_its_log_and_reading_it_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "orders.db"
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("CREATE TABLE orders (id)")
        writer.commit()
        inputs = Inputs.before(["sqlite:///orders.db"], tmp_path / "plan.toml")
        assert [Path(one.path).name for one in inputs.files] == ["orders.db", "orders.db-wal"]
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as reader:
            assert reader.execute("SELECT count(*) FROM orders").fetchall() == [(0,)]
        inputs.require_unchanged()
        writer.execute("INSERT INTO orders VALUES (1)")
        writer.commit()
        with pytest.raises(InputError, match=f"orders.db-wal: {CHANGED}"):
            inputs.require_unchanged()
    inputs = Inputs.before(["sqlite:///orders.db"], tmp_path / "plan.toml")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as reader:
        reader.execute("SELECT count(*) FROM orders").fetchall()
        inputs.require_unchanged()


@pytest.mark.parametrize("way", ["shop/a.csv", "now", "orders.db", "bills.zip"])
def test_what_was_another_for_a_time_is_refused(way: str, tmp_path: Path) -> None:
    write(tmp_path / "shop" / "a.csv")
    (tmp_path / "now").symlink_to(tmp_path / "shop")
    for name in ("orders.db", "bills.zip"):
        write(tmp_path / name)
    database = f"sqlite:///{tmp_path / 'orders.db'}"
    inputs = Inputs.before([tmp_path / "shop", tmp_path / "now" / "a.csv", database, tmp_path / "bills.zip"])
    inputs.require_unchanged()
    (tmp_path / way).rename(tmp_path / "aside")
    (tmp_path / "aside").rename(tmp_path / way)
    with pytest.raises(InputError, match=TOUCHED):
        inputs.require_unchanged()


def test_a_file_that_lay_in_a_folder_for_a_time_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "shop" / "2026").mkdir(parents=True)
    inputs = Inputs.before([tmp_path / "shop"])
    assert inputs.untouched()
    write(tmp_path / "shop" / "2026" / "a.csv").unlink()
    assert not inputs.untouched()
    inputs.require_unchanged()
    inputs = Inputs.before([tmp_path / "shop"])
    (tmp_path / "shop").rename(tmp_path / "aside").rename(tmp_path / "shop")
    assert not inputs.untouched()


def test_a_manifest_names_its_plan_from_where_it_lies(tmp_path: Path) -> None:
    plan = write(tmp_path / "shops" / "one" / "plan.toml")
    folder = tmp_path / "reports" / "one"
    described = manifest(folder, "0.1.0", 1, Inputs.before([plan], plan), ["forecast", "run"])
    assert (described.plan, described.schema) == ("../../shops/one/plan.toml", 1)
    write(folder / "manifest.json", '{"plan": "../../shops/one/plan.toml"}')
    assert plan_of(folder / "manifest.json") == plan
    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert plan_of(moved / "reports" / "one" / "manifest.json") == moved / "shops" / "one" / "plan.toml"
    moved.rename(tmp_path)
    assert manifest(folder, "0.1.0", 1, Inputs(), []).plan is None
    assert path_from(plan.parent, plan) == "plan.toml"


def test_results_of_inputs_that_have_changed_since_are_named(tmp_path: Path) -> None:
    orders, plan = write(tmp_path / "orders.csv"), write(tmp_path / "plan.toml")
    out = tmp_path / "out"
    out.mkdir()
    before = Inputs.before([orders, plan], plan)
    write_manifest(out, "stress.manifest.json", manifest(out, "1", 1, before, []))
    write(out / "drill.manifest.json", "damaged")
    assert stale_beside(out, "manifest.json", before) == []
    write(plan, "2")
    now = Inputs.before([orders, plan], plan)
    (found,) = stale_beside(out, "manifest.json", now)
    assert found == Stale("stress.manifest.json", found.day, ("plan.toml",))
    assert stale_beside(out, "stress.manifest.json", now) == [], "a result is not beside itself"
    assert stale_beside(out, "manifest.json", Inputs.before([write(tmp_path / "other.csv")])) == []


def test_a_further_file_joins_and_the_others_stay_as_they_stood(tmp_path: Path) -> None:
    plan, kept = write(tmp_path / "plan.toml"), write(tmp_path / "playbook.toml")
    inputs = Inputs.before([plan])
    both = inputs.also(kept)
    both.require_unchanged()
    assert both.files == Inputs.before([plan, kept]).files
    write(kept, "2")
    inputs.require_unchanged()
    with pytest.raises(InputError, match=CHANGED):
        both.require_unchanged()
    write(plan, "2")
    with pytest.raises(InputError, match=CHANGED) as raised:
        inputs.also(kept).require_unchanged()
    assert [problem.file for problem in raised.value.problems] == [str(plan)]
