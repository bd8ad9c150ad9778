"""A run from the cache says what a run without it says, to the byte, and is never stale."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import TINY

from forecast import fitting
from forecast.cache import runs
from forecast.cache.store import Store
from forecast.commands.plan_inputs import plan_and_inputs
from forecast.commands.whatif import asked_for
from forecast.errors import InputError
from forecast.outputs.manifest import Inputs
from forecast.plan.bearing import bearing
from forecast.records import json_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.pipeline import Run
    from forecast.plan.model import Plan
    from forecast.simulated import Fitted

BAD_ROW = "B099,baitiao,2026-06-01 10:00,not a number,,,,,,,,\n"


_FITS: dict[tuple[str, bytes], Fitted] = {}


@pytest.fixture(autouse=True)
def _each_fit_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit follows from what bears on it and from the ledger's file alone (``test_fitting.py``): each is made once."""
    make = fitting.fit

    def fit(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Fitted:
        own, orders = bearing(plan), Path(plan.ledger.orders)
        place = (repr(replace(own, path=Path(), ledger=replace(own.ledger, orders=""))), orders.read_bytes())
        if place not in _FITS:
            _FITS[place] = make(plan, progress=progress, past=past)
        return _FITS[place]

    monkeypatch.setattr(fitting, "fit", fit)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The tiny plan in a folder of its own."""
    shutil.copytree(TINY, tmp_path / "tiny")
    return tmp_path / "tiny" / "plan.toml"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that nothing was kept in."""
    return Store(tmp_path / "cache")


def answered(plan_file: Path, store: Store | None, *settings: str) -> str:
    """The result of a what-if as JSON."""
    return json_text(ran(plan_file, store, *settings).result)


def ran(plan_file: Path, store: Store | None, *settings: str) -> Run:
    """A what-if of the plan as it stands, on few paths."""
    plan, inputs = plan_and_inputs(plan_file, None, 20, None)
    return runs.run(plan, inputs, store, scenarios=asked_for(plan, settings) if settings else None)


def edit(file: Path, old: str, new: str) -> None:
    """Write something else into a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def nothing_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be read or fitted."""

    def fit(plan: Plan, **_: object) -> None:
        raise AssertionError(plan)

    monkeypatch.setattr(fitting, "fit", fit)


def test_cold_warm_and_damaged_give_the_same_bytes(tiny: Path, store: Store) -> None:
    change = "failure_rate.baitiao=8%"
    without = answered(tiny, None, change)
    assert answered(tiny, store, change) == without, "cold"
    assert store.held()[0] == 2
    with pytest.MonkeyPatch.context() as patched:
        nothing_fitted(patched)
        assert answered(tiny, store, change) == without, "warm"
    for file in sorted(store.folder.iterdir()):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 255
        content[-200] ^= 255
        file.write_bytes(content)
    assert answered(tiny, store, change) == without, "damaged"
    with pytest.MonkeyPatch.context() as patched:
        nothing_fitted(patched)
        assert answered(tiny, store, change) == without, "kept anew"


def test_a_whole_run_from_the_cache_is_the_same(tiny: Path, store: Store) -> None:
    assert answered(tiny, store) == answered(tiny, store) == answered(tiny, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [("opening_balance = 4_000.00", "opening_balance = 3_000.00"), ("limit = 5_000.00", "limit = 500.00")],
)
def test_an_edited_plan_is_answered_as_if_nothing_were_kept(tiny: Path, store: Store, old: str, new: str) -> None:
    before = answered(tiny, store, "volume=1.1")
    edit(tiny, old, new)
    with pytest.MonkeyPatch.context() as patched:
        nothing_fitted(patched)
        after = answered(tiny, store, "volume=1.1")
    assert after == answered(tiny, None, "volume=1.1") != before


def test_an_edited_ledger_is_read_anew(tiny: Path, store: Store) -> None:
    before = answered(tiny, store, "volume=1.1")
    edit(tiny.parent / "orders.csv", "300.00", "310.00")
    after = answered(tiny, store, "volume=1.1")
    assert after == answered(tiny, None, "volume=1.1") != before


def test_bad_rows_are_not_kept_and_told_all_the_same(tiny: Path, store: Store) -> None:
    with (tiny.parent / "orders.csv").open("a", encoding="utf-8") as orders:
        orders.write(BAD_ROW)
    cold, warm = ran(tiny, store, "volume=1.1"), ran(tiny, store, "volume=1.1")
    assert len(warm.prepared.ledger.rejected) == 0
    assert warm.rejected.equals(cold.rejected)
    assert len(warm.rejected) == 1
    assert not any(b"not a number" in file.read_bytes() for file in store.folder.iterdir())
    edit(tiny, "opening_balance = 4_000.00", "opening_balance = 3_000.00")
    assert answered(tiny, store, "volume=1.1") == answered(tiny, None, "volume=1.1"), "its notes rest on bad rows"


def test_an_entry_that_goes_while_it_is_used_is_made_anew(tiny: Path, store: Store) -> None:
    ran(tiny, store, "volume=1.1")
    done = ran(tiny, store, "volume=1.1")
    for file in store.folder.iterdir():
        file.unlink()
    assert done.ledger.counts.orders > 0


def test_the_cash_of_base_is_simulated_where_it_is_asked_for(tiny: Path, store: Store) -> None:
    plan, inputs = plan_and_inputs(tiny, None, 20, None)
    runs.run(plan, inputs, store)
    assert runs.run(plan, inputs, store).cases == {}
    done = runs.run(plan, inputs, store, cases=True)
    assert done.cases["base"].opening_balance == 4_000


def test_inputs_that_change_while_they_are_read_are_refused_and_not_kept(tiny: Path, store: Store) -> None:
    plan, inputs = plan_and_inputs(tiny, None, 20, None)
    edit(tiny.parent / "orders.csv", "300.00", "310.00")
    with pytest.raises(InputError):
        runs.run(plan, inputs, store)
    assert store.held() == (0, 0)


def test_a_ledger_that_was_another_one_while_it_was_read_gives_no_answer(
    tiny: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, plan_and_its = tiny.parent / "orders.csv", plan_and_inputs(tiny, None, 20, None)
    content, was = orders.read_bytes(), orders.stat()
    require_unchanged = Inputs.require_unchanged

    def back_again(inputs: Inputs) -> None:
        orders.write_bytes(content)
        os.utime(orders, ns=(was.st_atime_ns, was.st_mtime_ns))
        require_unchanged(inputs)

    monkeypatch.setattr(Inputs, "require_unchanged", back_again)
    orders.write_bytes(content.replace(b"300.00", b"310.00"))
    for kept in (store, None):
        with pytest.raises(InputError, match="what was read may have been another"):
            runs.run(*plan_and_its, kept)
    assert store.held() == (0, 0)


def test_dozens_of_questions_in_a_row_leave_the_cache_as_it_is(tiny: Path, store: Store) -> None:
    ran(tiny, store, "volume=1.1")
    before = kept_files(store)
    for place in range(24):
        ran(tiny, store, f"volume={1 + place / 100}", f"failure_rate={place}%")
    assert kept_files(store) == before


def kept_files(store: Store) -> dict[str, int]:
    """Bytes by file of all that is kept."""
    return {path.name: path.stat().st_size for path in store.folder.rglob("*") if path.is_file()}
