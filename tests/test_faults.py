"""A few hundred damaged inputs, the first of those that ``python -m benchmarks.faults`` tries by the thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.faults_files import command_line, results
from benchmarks.faults_plan import EXTREMES, keys, plan_bytes, plan_text
from benchmarks.faults_text import Shape, flows, rows_seen
from forecast.errors import InputError
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.faults_outcome import Outcome

SEED = 19


@pytest.mark.parametrize(("kind", "count"), [(plan_bytes, 150), (flows, 150), (results, 20), (command_line, 20)])
def test_damaged_inputs_end_in_a_right_result_or_an_error_with_a_place(
    kind: Callable[[int, int, Path], Outcome], count: int, tmp_path: Path
) -> None:
    outcomes = [kind(SEED, number, tmp_path) for number in range(count)]
    assert [outcome for outcome in outcomes if outcome.verdict != "clean"] == []


@pytest.mark.parametrize("value", [one for one in EXTREMES if one.startswith(("9007199254740992", "1e300"))])
def test_an_extreme_under_any_key_of_money_and_days_is_told_at_its_place(value: str, tmp_path: Path) -> None:
    for header, beside, key in keys():
        if not key.endswith(("_days", "balance", "limit", "rate", "fee", "days", "drawn", "revenue")):
            continue
        (tmp_path / "plan.toml").write_text(plan_text(header, beside, key, value), encoding="utf-8")
        with pytest.raises(InputError) as raised:
            load_plan(tmp_path / "plan.toml")
        assert all(problem.file and problem.line for problem in raised.value.problems), (header, key)


def test_the_independent_reading_lets_an_open_quote_swallow_no_row() -> None:
    text = 'a,b\n1,"x\n2,y\n3,"two\nlines"\n'
    rows = [(row.line, row.cells) for row in rows_seen(text, Shape.of("a,b", ","))]
    assert rows == [(2, None), (3, ("2", "y")), (4, ("3", "two\nlines"))]
