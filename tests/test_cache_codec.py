"""Values of the package become text and arrays and come back as they were; nothing else does."""

from __future__ import annotations

import datetime as dt
import json
import math
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecast.cache.codec import decoded, encoded
from forecast.cache.layouts import DamagedError, UncodableError
from forecast.errors import Said
from forecast.notes import Note
from forecast.plan.changes import StatedRate


def back(value: object) -> Any:  # noqa: ANN401  # as decoded
    """The value as it comes back."""
    text, arrays = encoded(value)
    return decoded(text, lambda place, dtype, _: np.frombuffer(arrays[place].tobytes(), dtype))


@pytest.mark.parametrize(
    "value",
    [
        [None, True, 1, -0.0, 0.1, math.inf, "京东白条\ud800"],
        ((1, 2), [3, (4,)], {"b": 1, "a": {(0, 1): 2}}, frozenset({"x", "y"})),
        dt.date(2026, 11, 11),
        Path("data/orders.csv"),
        Note("stale_ledger", "ledger", {"days": 3}, {"reason": Said("no_gap", {}, "unmoved")}),
        StatedRate(0.08),
        np.datetime64("2026-11-11"),
        np.float64(0.1),
    ],
)
def test_a_value_comes_back_with_its_type(value: object) -> None:
    found = back(value)
    assert found == value
    assert type(found) is type(value)
    assert encoded(found)[0] == encoded(value)[0]


def test_what_is_not_a_number_and_the_order_of_keys_come_back() -> None:
    assert math.isnan(back(math.nan))
    assert list(back({"b": 1, "a": 2})) == ["b", "a"]


def test_an_array_that_stands_in_two_places_is_kept_once() -> None:
    array = np.arange(6.0).reshape(2, 3)
    text, arrays = encoded({"one": array, "other": array})
    assert len(arrays) == 1
    assert np.array_equal(back({"one": array})["one"], array)
    assert len(json.loads(text)[1]) == 1


def test_a_table_comes_back_with_types_and_missing_values() -> None:
    table = pd.DataFrame(
        {
            "channel": pd.Series(["card", None, "card"], dtype="str"),
            "day": np.array(["2026-01-01", "NaT", "2026-01-03"], dtype="datetime64[s]"),
            "value": np.array([1, 2, 3], dtype=np.int64),
            "found": pd.Series(["x", None, "y"], dtype=object),
        }
    )
    pd.testing.assert_frame_equal(back(table), table, check_exact=True)
    pd.testing.assert_frame_equal(back(table.iloc[:0]), table.iloc[:0])


@dataclass(frozen=True)
class Foreign:
    """A dataclass of another package."""

    figure: int = 1


@pytest.mark.parametrize(
    "value",
    [Foreign(), object(), len, {"inner": [set()]}, pd.DataFrame({"a": [1]}, index=["row"]), 1j, b"bytes"],
)
def test_what_is_no_value_of_the_package_is_refused(value: object) -> None:
    with pytest.raises(UncodableError):
        encoded(value)


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "pathlib:Path",
        "forecast.errors:InputError",
        "forecast.commands.console:begin",
        "forecast.cache.store:Store",
        "forecast.notes:catalogue",
        "forecast.plan.model:dataclass",
        "forecast.plan.none:None",
    ],
)
def test_no_class_but_the_package_s_own_values_is_made(name: str) -> None:
    text = json.dumps([[name], [], ["c", 0, "touch /tmp/x"]]).encode()
    with pytest.raises(DamagedError):
        decoded(text, _no_array)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'[[], [], ["c", 0]]',
        b'[[], [], ["??", 0]]',
        b'[[], [], {"a": 1}]',
        b'[[], [["|O", [1], [], []]], ["a", 0]]',
        b'[["forecast.notes:Note"], [], ["c", 0]]',
        pickle.dumps(Foreign()),
        b"[" * 100_000,
    ],
)
def test_what_is_no_entry_is_damaged(text: bytes) -> None:
    with pytest.raises(DamagedError):
        decoded(text, _no_array)


def _no_array(place: int, dtype: np.dtype[Any], count: int) -> np.ndarray[Any, Any]:
    raise AssertionError((place, dtype, count))
