"""Records: what a field says decides how it is rounded, written, read again and described."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from result_example import example_result

from forecast.records import (
    Misfit,
    Record,
    described,
    json_text,
    money,
    plain,
    rate,
    read,
    record,
    rounded,
    says,
)
from forecast.results.run import Result


@record
class Terms(Record):
    """Two terms whose keys stand in their owner's place."""

    fee: float = rate("fee")
    due: dt.date | None = says("due day")


@record
class Loan(Record):
    """A loan."""

    amount: float | None = money("amount; null: no bound")
    days: int = says("days", "days")
    terms: Terms = says("terms", flat=True)
    by_day: dict[str, list[float]] = money("by day")
    low: float = rate("lowest level", "level", key="from")
    note: str | None = says("only where there is one", default=None)


LOAN = Loan(1234.5678, 3, Terms(0.00123456789, dt.date(2026, 11, 11)), {"owed": [1.005, -0.001]}, 0.1234567)


def test_money_is_rounded_to_the_fen_and_rates_to_six_significant_digits() -> None:
    assert plain(rounded(LOAN)) == {
        "amount": 1234.57,
        "days": 3,
        "fee": 0.00123457,
        "due": "2026-11-11",
        "by_day": {"owed": [1.0, 0.0]},
        "from": 0.123457,
    }


def test_an_absent_figure_is_null_and_one_without_bound_too() -> None:
    loan = Loan(math.inf, 3, Terms(0.0, None), {}, 1.0, "a note")
    assert plain(rounded(loan)) == {
        "amount": None,
        "days": 3,
        "fee": 0.0,
        "due": None,
        "by_day": {},
        "from": 1.0,
        "note": "a note",
    }


def test_a_figure_that_is_no_number_is_refused_with_its_place() -> None:
    wrong = Loan(1.0, 3, Terms(0.0, None), {"owed": [1.0, math.nan]}, 1.0)
    with pytest.raises(ValueError, match=r"by_day\.owed\[1\]: nan"):
        rounded(wrong)


def test_a_value_that_json_does_not_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="JSON does not hold a set"):
        plain({1})
    with pytest.raises(TypeError, match=r"days: a record does not hold a set"):
        rounded(Loan(1.0, {1}, Terms(0.0, None), {}, 1.0))  # type: ignore[arg-type]  # the fault under test


def test_a_field_of_figures_must_say_how_they_are_rounded_and_every_field_what_it_means() -> None:
    with pytest.raises(TypeError, match=r"Silent\.share does not say"):

        @record
        class Silent(Record):
            share: float = says("a share")

    with pytest.raises(TypeError, match=r"Bare\.name does not say"):

        @record
        class Bare(Record):
            name: str


def test_a_record_is_read_by_attribute_and_by_the_key_that_json_shows() -> None:
    assert (LOAN["amount"], LOAN["from"], LOAN["fee"]) == (LOAN.amount, LOAN.low, LOAN.terms.fee)
    with pytest.raises(KeyError):
        LOAN["low"]


def test_what_is_written_is_read_again() -> None:
    kept = rounded(LOAN)
    assert read(Loan, json.loads(json_text(LOAN))) == kept
    assert read(Loan, {**plain(kept), "of_a_later_version": 1}) == kept


@record
class Loans(Record):
    """Rows and a series."""

    loans: list[Loan] = says("one a row")
    owed: list[float] = money("by day")


def test_a_row_of_a_list_stands_on_one_line_and_a_figure_of_a_series_on_its_own() -> None:
    row = replace(LOAN, by_day={})
    lines = json_text(Loans([row, row], [1.0, 2.5])).splitlines()
    assert lines[:2] == ["{", ' "loans": [']
    assert json.loads(lines[2].removesuffix(",")) == plain(rounded(row))
    assert lines[4:] == [" ],", ' "owed": [', "  1.0,", "  2.5", " ]", "}"]


@pytest.mark.parametrize(
    ("change", "key", "missing"),
    [
        ({"days": None}, "days", False),
        ({"days": True}, "days", False),
        ({"amount": "1"}, "amount", False),
        ({"amount": 10**400}, "amount", False),
        ({"by_day": {"owed": [1.0, "2"]}}, "by_day.owed", False),
        ({"by_day": []}, "by_day", False),
        ({"note": 3}, "note", False),
        ({"note": "\ud800"}, "note", False),
        ({"fee": ...}, "fee", True),
        ({"from": ...}, "from", True),
    ],
)
def test_what_does_not_fit_is_named_by_its_key(change: dict[str, Any], key: str, missing: bool) -> None:  # noqa: FBT001
    values = {name: one for name, one in {**plain(rounded(LOAN)), **change}.items() if one is not ...}
    with pytest.raises(Misfit) as told:
        read(Loan, values)
    assert (told.value.key, told.value.missing) == (key, missing)


def test_every_key_is_described_with_type_unit_and_rounding() -> None:
    found = {key: (kind, said.unit, said.rounding) for key, kind, said in described(Loan)}
    assert found == {
        "amount": ("float", "yuan", "fen"),
        "days": ("int", "days", None),
        "fee": ("float", "share", "digits"),
        "due": ("date", "", None),
        "by_day.*[]": ("float", "yuan", "fen"),
        "from": ("float", "level", "digits"),
        "note": ("str", "", None),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_runs_result_has_the_keys_that_are_described_and_is_read_again(language: str) -> None:
    result = example_result(language)  # type: ignore[arg-type]  # one of the two
    text = json_text(result)
    values = json.loads(text)
    tops = dict.fromkeys(key.partition(".")[0].removesuffix("[]") for key, _, _ in described(Result))
    assert list(values) == [key for key in tops if key != "input_changes"]  # of run --inputs alone
    assert read(Result, values) == result
    assert text.endswith("}\n")
    assert result.merchant.name in text


@given(st.floats(-1e12, 1e12))
def test_rounding_twice_is_rounding_once_and_never_leaves_minus_zero(amount: float) -> None:
    once = rounded(Loan(amount, 1, Terms(amount, None), {}, 0.0))
    assert rounded(once) == once
    assert once.amount is not None
    assert math.copysign(1.0, once.amount) == 1.0 or once.amount < 0
    assert abs(once.amount - amount) <= 0.005 + 1e-9 + 1e-4 * (abs(amount) > 1e9)
    assert once.terms.fee == pytest.approx(amount, rel=5e-6)
