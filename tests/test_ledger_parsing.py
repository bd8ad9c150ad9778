"""Moments and money out of text and of typed columns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.errors import InputError
from forecast.ledger.parsing import fen, fen_cast, moment, moment_cast, money_faults, plain
from forecast.money import to_fen

ENGINE = duckdb.connect()


def at_once(value: str) -> tuple[str, str]:
    """A text's moment and its fen by their casts: as in time, as those of the plain text."""
    moment_of = moment_cast(value, f"try_cast({value} AS TIMESTAMP)", "VARCHAR", "Asia/Shanghai")
    return moment_of, fen_cast(value, f"try_cast({value} AS DECIMAL(16, 2))", "VARCHAR")


def read(expression: str, value: object, kind: str = "VARCHAR") -> object:
    ENGINE.execute(f"CREATE OR REPLACE TABLE t (x {kind})")
    ENGINE.execute("INSERT INTO t VALUES (?)", [value])
    return ENGINE.execute(f"SELECT {expression} FROM t").fetchall()[0][0]  # noqa: S608  # the expression under test


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-18 09:30:05", "2026-10-18 09:30:05"),
        ("2026-10-18T09:30:05", "2026-10-18 09:30:05"),
        ("2026-10-18T09:30:05.250", "2026-10-18 09:30:05.250000"),
        ("2026/10/18 09:30", "2026-10-18 09:30:00"),
        ("2026/2/3 9:05", "2026-02-03 09:05:00"),
        ("2026-10-18", "2026-10-18 00:00:00"),
        ("2026/10/18", "2026-10-18 00:00:00"),
        ("2026-10-18T01:30:05Z", "2026-10-18 09:30:05"),
        ("2026-10-18 01:30:05+00", "2026-10-18 09:30:05"),
        ("2026-10-18 01:30:05 +0000", "2026-10-18 09:30:05"),
        ("2026/10/17 20:30 -05:00", "2026-10-18 09:30:00"),
        ("2026-10-18 09:30:05+08:00", "2026-10-18 09:30:05"),
    ],
)
def test_moments_read_as_local_time_of_the_plan(text: str, expected: str) -> None:
    assert str(read(moment("x", "VARCHAR", "Asia/Shanghai"), text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01",
        "2026-02-30",
        "2026-10/18",
        "18.10.2026",
        "10/18/2026",
        "20261018",
        "2026-10-18 25:00:00",
        "2026-10-18 24:00:00",
        "2026-10-18 09:30:00 PM",
        "2026-10-18 noon",
        "yesterday",
        "epoch",
        "infinity",
        "0001-01-01 00:00:00",
        "1970-01-01 00:00:00",
        "46313",
        "18/10/2026",
        "2026年10月18日",
        "2026-10-18\u00a009:30",
        "２０２６-10-18",
        "2026-10-18 09:30 +25:00",
        "2026-10-18 09:30 +08:75",
        "2026-10-18 09:30:5Z",
        "02026-1-18 09:30:00",
        "294247-01-10 04:00:54.775806",
    ],
)
def test_what_is_no_moment_of_an_order_is_not_guessed(text: str) -> None:
    assert read(moment("x", "VARCHAR", "Asia/Shanghai"), text) is None


def test_typed_moments_with_a_zone_become_local_time() -> None:
    instant = dt.datetime(2026, 10, 18, 1, 30, tzinfo=dt.UTC)
    assert str(read(moment("x", "TIMESTAMP WITH TIME ZONE", "Asia/Shanghai"), instant, "TIMESTAMPTZ")) == (
        "2026-10-18 09:30:00"
    )
    date = dt.date(2026, 10, 18)
    assert str(read(moment("x", "DATE", "Asia/Shanghai"), date, "DATE")) == "2026-10-18 00:00:00"


def test_a_typed_moment_beyond_every_calendar_is_none() -> None:
    days = "TIMESTAMP '9999-12-31 23:59:59'", "TIMESTAMP '148108-07-06 00:00:00'"
    found = f"SELECT {', '.join(moment(day, 'TIMESTAMP', 'Asia/Shanghai') + ' IS NULL' for day in days)}"
    assert duckdb.execute(found).fetchone() == (False, True)


@given(st.text(alphabet=" \t\r\n\u00a0\u3000\u2009!~a手\u3400\u9fff（", max_size=6))
@settings(max_examples=200, deadline=None)
def test_texts_are_trimmed_of_the_spaces_that_exports_write_and_of_no_other(text: str) -> None:
    assert read(plain("x", "VARCHAR"), text) == (text.strip(" \t\r\n\u00a0\u3000") or None)


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31)))  # noqa: DTZ001  # local times
@settings(max_examples=100, deadline=None)
def test_a_moment_written_out_is_read_as_it_is(time: dt.datetime) -> None:
    expected = time if time.year >= 1990 else None
    assert read(moment("x", "VARCHAR", "Asia/Shanghai"), str(time)) == expected


@given(st.text(alphabet="0123456789.+-, ¥e", max_size=12))
@settings(max_examples=200, deadline=None)
def test_amounts_in_text_are_read_as_the_one_conversion_of_money_reads_them(text: str) -> None:
    """``forecast.money.to_fen`` goes through Decimal; the engine must agree on every text."""
    trimmed = plain("x", "VARCHAR")
    found = read(fen(f"({trimmed})", "VARCHAR"), text)
    try:
        expected: int | None = to_fen(text)
    except InputError:
        expected = None
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u00a012.50\t", 1250),
        ("+5", 500),
        (".5", 50),
        ("5.", 500),
        ("00012.5000", 1250),
        ("-0.00", 0),
        *(
            (text, None)
            for text in (
                "1,234.50",
                "1 234.50",
                "1\u00a0234.50",
                "1e3",
                "1.005",
                "１２.５０",
                "−5",
                "5-",
                "(5.00)",
                "'5",
            )
        ),
        *(
            (text, None)
            for text in ("1_000", "12,50", "0x10", "NaN", "9999999999999999", "92233720368547758.07", "\u20095")
        ),
    ],
)
def test_what_an_amount_may_look_like(text: str, expected: int | None) -> None:
    assert read(fen(f"({plain('x', 'VARCHAR')})", "VARCHAR"), text) == expected


@given(st.decimals(min_value=0, max_value=10**9, places=2))
@settings(max_examples=100, deadline=None)
def test_doubles_that_stand_for_whole_fen_are_exact(amount: Decimal) -> None:
    assert read(fen("x", "DOUBLE"), float(amount), "DOUBLE") == int(amount * 100)


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        ("abc", "VARCHAR", "amount_not_a_number"),
        ("1,200.00", "VARCHAR", "amount_not_a_number"),
        ("¥1200.00", "VARCHAR", "amount_not_a_number"),
        ("1e3", "VARCHAR", "amount_not_a_number"),
        ("-0.01", "VARCHAR", "amount_negative"),
        ("12.345", "VARCHAR", "amount_not_in_fen"),
        ("12.3400", "VARCHAR", None),
        ("-0.00", "VARCHAR", None),
        ("99999999999999999999", "VARCHAR", "amount_too_large"),
        ("99999999999999.99", "VARCHAR", "amount_too_large"),
        (float("nan"), "DOUBLE", "amount_not_a_number"),
        (float("inf"), "DOUBLE", "amount_not_a_number"),
        (-1.0, "DOUBLE", "amount_negative"),
        (12.345, "DOUBLE", "amount_not_in_fen"),
        (19.99, "DOUBLE", None),
        (1e18, "DOUBLE", "amount_too_large"),
        (Decimal("12.345"), "DECIMAL(10, 3)", "amount_not_in_fen"),
        (Decimal("12.340"), "DECIMAL(10, 3)", None),
        (12, "INTEGER", None),
    ],
)
def test_a_faulty_amount_has_one_reason(value: object, kind: str, reason: str | None) -> None:
    checks = money_faults("x", kind, f"({fen('x', kind)})", "amount")
    assert [name for condition, name in checks if read(condition, value, kind)] == ([reason] if reason else [])


@pytest.mark.parametrize("space", ["", " ", "\t", "\u3000"])
@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-10-18 09:30:00",
            "2026-10-18T09:30:00",
            "2026/1/8 9:30",
            "2026-10-18",
            "2026-10-18 09:30:00.5",
            "12:00",
        ),
        *("2026-10-18 09:30:00Z", "2026-10-18T09:30+08:00", "0001-01-01 00:00:00", "20000-01-01 00:00:00", "infinity"),
        *("12:00", "epoch", "12.30", "12.3", "1e3", "+5", "-0.01", "12.345", "1,000.00", "99999999999999.99"),
        *(".5", "", "NaN"),
    ],
)
def test_by_its_cast_a_text_is_read_as_without(text: str, space: str) -> None:
    moment_of, fen_of = at_once("x")
    trimmed = f"({plain('x', 'VARCHAR')})"
    assert read(moment_of, text + space) == read(moment(trimmed, "VARCHAR", "Asia/Shanghai"), text + space)
    assert read(fen_of, space + text) == read(fen(trimmed, "VARCHAR"), space + text)


def test_a_typed_value_needs_no_cast() -> None:
    assert moment_cast("x", "y", "DATE", "Asia/Shanghai") == moment("x", "DATE", "Asia/Shanghai")
    assert fen_cast("x", "y", "DOUBLE") == fen("x", "DOUBLE")
