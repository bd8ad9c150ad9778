"""Inputs typed over, recalculated by two other programs, and held against a run that is told the same change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from changed_inputs import CHANGES, world
from office import changed

from forecast.outputs.workbook.live.days import drawn, in_order
from forecast.outputs.workbook.run import write_workbook
from forecast.pipeline import run_scenarios
from forecast.results.live import CASH_WITHIN, RECEIPTS_WITHIN, figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from changed_inputs import Change

    from forecast.results.scenario import ScenarioResult

A_YUAN = 1.0
TOLERANCE, OF_LOST = 0.005, 0.02
OUTPUTS = (
    *("out_sales_total", "out_receipts_total", "out_lost_total", "out_lowest_cash", "out_gap", "out_peak_drawn"),
    *("out_interest", "out_closing_cash", "out_checks", "out_stale", "out_outside"),
)
BROKEN = {"Receipts by day!E20": 0.0}
"""A formula typed over."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "scenarios.xlsx"
    write_workbook(path, world().result, world().live)
    return path


@cache
def places(book: Path) -> dict[str, str]:
    """Where each name stands: ``SHEET!CELL``."""
    found = openpyxl.load_workbook(book, read_only=True).defined_names
    return {name: one.attr_text.replace("$", "").replace("'", "") for name, one in found.items()}


def typed(book: Path, change: Change) -> dict[str, float | str]:
    """What is typed into which cells."""
    values: dict[str, float | str] = {"in_scenario": change.label(world()), **change.names}
    return {places(book)[name]: value for name, value in values.items()}


def in_columns(book: Path, change: Change) -> dict[str, float | str]:
    """The same change typed into the scenario's own column of the sheet of scenarios."""
    column = openpyxl.utils.get_column_letter(3 + change.place(world()))
    rows = {name: "".join(filter(str.isdigit, places(book)[name].rpartition("!")[2])) for name in change.names}
    return {
        places(book)["in_scenario"]: change.label(world()),
        **{f"Scenarios!{column}{rows[name]}": value for name, value in change.names.items()},
    }


OWN_COLUMNS = tuple(one for one in CHANGES if one.scenario != "free")
"""Changes that are of a scenario of the plan."""


@cache
def delivered(book: Path) -> dict[str, Any]:
    """What every input cell bears, and the formula that is broken."""
    formulas = openpyxl.load_workbook(book)

    def cell(place: str) -> Any:  # noqa: ANN401  # openpyxl publishes no types
        sheet, _, own = place.rpartition("!")
        return formulas[sheet][own].value

    inputs = [place for name, place in places(book).items() if name.startswith("in_")]
    inputs += {place for one in OWN_COLUMNS for place in in_columns(book, one)}
    return {place: cell(place) for place in (*inputs, *BROKEN)}


@cache
def by_engine() -> list[ScenarioResult]:
    """What a run gives for each change, all in one."""
    told = {f"change_{place}": replace(one.told(world()), name=f"change_{place}") for place, one in enumerate(CHANGES)}
    scenarios = {"base": world().scenarios["base"], **told}
    ran = run_scenarios(world().prepared, scenarios=scenarios, financing=False).result.scenarios
    return [ran[name] for name in told]


def expected(change: Change) -> dict[str, float]:
    """What the model gives, and the state that the workbook should be in."""
    live, place, levels = world().live, change.place(world()), change.levels(world())
    shown = figures(live, place, levels)
    owed = drawn(replace(live, levels=(levels,)), shown, world().result.facilities, in_order(world().result))
    lowest = float(shown.cash.min())
    values = (
        *(shown.sales.sum(), shown.receipts.sum(), shown.lost, lowest, max(0.0, levels.minimum_balance - lowest)),
        *(owed.owed.sum(axis=0).max(), owed.interest.sum(), shown.cash[-1]),
        *(0.0, float(bool(change.typed)), float(change.outside)),
    )
    return dict(zip(OUTPUTS, map(float, values), strict=True))


def test_the_label_of_what_is_lost_says_how_far_it_may_lie(book: Path) -> None:
    sheet, _, cell = places(book)["out_lost_total"].rpartition("!")
    shown = openpyxl.load_workbook(book)[sheet].cell(int(cell[1:]), 9).value
    assert f"{100 * OF_LOST:g} %" in shown


def assert_recalculated(found: Sequence[Sequence[float]], changes: Sequence[Change] = CHANGES) -> None:
    for change, values in zip(changes, found, strict=True):
        assert dict(zip(OUTPUTS, values, strict=True)) == pytest.approx(expected(change), abs=A_YUAN / 2), change


def test_changes_are_of_every_kind_of_input_and_of_every_scenario(book: Path) -> None:
    assert len(CHANGES) >= 40
    assert {one.scenario for one in CHANGES} == {*world().live.scenarios, "free"}
    kinds = {name.removeprefix("in_") for name in places(book) if name.startswith("in_")} - {"scenario"}
    seen = {key[0] for one in CHANGES for key in one.typed}
    assert all(any(kind.startswith(one) for one in seen) for kind in kinds)


@pytest.mark.parametrize("place", range(len(CHANGES)), ids=[one.shown for one in CHANGES])
def test_the_formulas_give_what_a_run_gives_or_say_that_they_do_not_hold(place: int) -> None:
    change, ran = CHANGES[place], by_engine()[place]
    found = expected(change)
    receipts, lowest = ran.receipts_total.mean, min(ran.cash_before_financing.mean)
    assert found["out_sales_total"] == pytest.approx(ran.sales_total.mean, abs=A_YUAN)
    if change.outside:
        return
    least = RECEIPTS_WITHIN * world().result.base.receipts_total.mean
    assert found["out_receipts_total"] == pytest.approx(receipts, rel=TOLERANCE, abs=1.5 * least)
    own = RECEIPTS_WITHIN * max(receipts, world().result.base.receipts_total.mean)
    assert found["out_lowest_cash"] == pytest.approx(lowest, rel=CASH_WITHIN, abs=1.5 * own)
    lost = sum(one.lost_total.mean for one in ran.by_channel.values())
    assert found["out_lost_total"] == pytest.approx(lost, rel=OF_LOST)


def test_libreoffice_recalculates_them_and_a_broken_formula_is_found(book: Path, tmp_path: Path) -> None:
    changes: list[Mapping[str, float | str]] = [typed(book, one) for one in CHANGES]
    asked = ",".join(places(book)[name] for name in OUTPUTS)
    changes += [*(in_columns(book, one) for one in OWN_COLUMNS), BROKEN]
    *found, broken = changed(tmp_path, book, changes, delivered(book), asked)
    assert_recalculated(found[: len(CHANGES)])
    assert_recalculated(found[len(CHANGES) :], OWN_COLUMNS)
    assert broken[OUTPUTS.index("out_checks")] > 0


def test_formualizer_recalculates_them_and_a_broken_formula_is_found(book: Path) -> None:
    formualizer = pytest.importorskip("formualizer")
    opened = formualizer.load_workbook(str(book))

    def cell(place: str) -> tuple[str, int, int]:
        sheet, _, own = place.rpartition("!")
        row, column = openpyxl.utils.cell.coordinate_to_tuple(own)
        return sheet, row, column

    def put(values: Mapping[str, Any]) -> None:
        for place, value in values.items():
            if isinstance(value, str) and value.startswith("="):
                opened.set_formula(*cell(place), value)
            else:
                opened.set_value(*cell(place), value)

    def after(values: Mapping[str, Any]) -> list[float]:
        put(values)
        opened.evaluate_all()
        found = [opened.get_value(*cell(places(book)[name])) for name in OUTPUTS]
        put({place: delivered(book)[place] for place in values})
        return found

    assert_recalculated([after(typed(book, one)) for one in CHANGES])
    assert_recalculated([after(in_columns(book, one)) for one in OWN_COLUMNS], OWN_COLUMNS)
    assert after(BROKEN)[OUTPUTS.index("out_checks")] > 0
