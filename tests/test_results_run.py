"""The result as a whole: the kept example is what a run of today gives, in its keys, its states and its figures."""

from __future__ import annotations

from typing import Any

import pytest
from result_example import example_result, run_example

from forecast.records import plain


def shape(value: Any) -> Any:  # noqa: ANN401  # any value of JSON
    """The keys of a value, and of lists those of their first entry."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


def test_the_kept_example_is_what_a_run_gives() -> None:
    kept, fresh = example_result("en"), run_example("en")
    assert shape(plain(fresh)) == shape(plain(kept)), "run: python tests/result_example.py"
    assert [note.code for note in fresh.notes] == [note.code for note in kept.notes]
    for name, scenario in fresh.scenarios.items():
        before = kept.scenarios[name]
        assert scenario.receipts_total.mean == pytest.approx(before.receipts_total.mean, rel=1e-3), name
        assert scenario.buffer.amount == pytest.approx(before.buffer.amount, rel=1e-3), name
        assert scenario.financing is not None
        assert before.financing is not None
        assert scenario.financing.recommended.feasible is before.financing.recommended.feasible


def test_the_example_shows_what_its_tests_need() -> None:
    scenarios = example_result("zh").scenarios
    assert list(scenarios) == ["base", "baitiao_10pct", "peak_outage"]
    financing = [one.financing for one in scenarios.values() if one.financing is not None]
    assert [one.recommended.feasible for one in financing] == [True, True, False]
    assert financing[0].recommended.mix
    assert financing[0].marginal is not None
    assert financing[2].recommended.remedy is not None
