"""A value against its term: what is allowed, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from forecast.plan.model import Cash
from forecast.plan.reading import SECTIONS
from forecast.plan.terms import Term, keys_of, nearest, problem_with, section, shown, term

RATE = Term("annual_rate", "rate", "", "", low=0, high=1)
COUNT = Term("paths", "integer", "", "", low=1)
CONFIDENCE = Term("confidence", "number", "", "", low=0.5, high=1, low_open=True, high_open=True)
FEE = Term("fee_rate", "rate", "", "", low=0, high=1, high_open=True)
DAY = Term("as_of", "date", "", "")
NAME = Term("name", "text", "", "")
KIND = Term("kind", "choice", "", "", choices=("bullet", "equal_principal"))
FLAG = Term("signed", "flag", "", "")
NAMES = Term("channels", "names", "", "")

BALANCE = Term("balance", "money", "", "", low=0)

NOON = dt.datetime(2026, 10, 18, 12)  # noqa: DTZ001  # TOML's local date-time


@pytest.mark.parametrize(
    ("term", "value"),
    [(RATE, 0), (RATE, 1), (COUNT, 1), (CONFIDENCE, 0.95), (DAY, dt.date(2026, 10, 18)), (KIND, "bullet")],
)
def test_the_bounds_themselves_are_allowed(term: Term, value: object) -> None:
    assert problem_with(value, term) is None


@pytest.mark.parametrize(
    ("term", "value", "message"),
    [
        (RATE, 4.35, "is 4.35; write a fraction from 0 to 1 (0.05 for 5 %); 4.35 % is 0.0435"),
        (RATE, -0.1, "is -0.1; write a fraction from 0 to 1 (0.05 for 5 %)"),
        (RATE, float("nan"), "is nan; write a fraction from 0 to 1 (0.05 for 5 %)"),
        (RATE, float("inf"), "is inf; write a fraction from 0 to 1 (0.05 for 5 %)"),
        (RATE, True, "is true; write a fraction from 0 to 1 (0.05 for 5 %)"),
        (RATE, "5%", 'is "5%"; write a fraction from 0 to 1 (0.05 for 5 %); this one is 0.05'),
        (FEE, 1, "is 1; write a fraction from 0 to below 1 (0.05 for 5 %)"),
        (COUNT, 0, "is 0; write a whole number 1 or more"),
        (COUNT, 2.0, "is 2.0; write a whole number 1 or more"),
        (COUNT, 10**30, f"is {10**30}; write a whole number 1 or more"),
        (CONFIDENCE, 95, "is 95; write a number above 0.5 and below 1; 95 % is 0.95"),
        (RATE, "200%", 'is "200%"; write a fraction from 0 to 1 (0.05 for 5 %)'),
        (COUNT, "75 天", 'is "75 天"; write a whole number 1 or more; this one is 75'),
        (DAY, 20261017, "is 20261017; write a date without quotes, such as 2026-10-17"),
        (CONFIDENCE, 0.5, "is 0.5; write a number above 0.5 and below 1"),
        (BALANCE, 4000.001, "4000.001 has a part of a fen; write yuan with at most two decimals, such as 1200.50"),
        (BALANCE, 1e300, "is 1e+300, beyond what a plan can hold; write yuan, at most 1000000000000"),
        (BALANCE, -1e300, "is -1e+300; write an amount of yuan 0 or more"),
        (BALANCE, float("inf"), "is inf; write an amount of yuan 0 or more"),
        (BALANCE, "1e3", 'is "1e3"; write an amount of yuan 0 or more'),
        (DAY, NOON, "is the moment 2026-10-18T12:00:00; write a date without quotes, such as 2026-10-18"),
        (DAY, "2026-10-18", 'is "2026-10-18"; write a date without quotes, such as 2026-10-18'),
        (NAME, "  ", 'is "  "; write a text in quotes, such as "bank_line"'),
        (KIND, "equal_principle", 'is "equal_principle"; write "equal_principal"'),
        (KIND, 3, 'is 3; write "bullet" or "equal_principal"'),
        (FLAG, 1, "is 1; write true or false"),
        (NAMES, "baitiao", 'is "baitiao"; write a list of different texts, such as ["baitiao"]'),
        (NAMES, [], 'is an empty list; write a list of different texts, such as ["baitiao"]'),
        (
            NAMES,
            ["a", "a"],
            'is a list of 2; write a list of different texts, such as ["baitiao"]; "a" stands there twice',
        ),
        (NAMES, [{}], 'is a list of 1; write a list of different texts, such as ["baitiao"]'),
        (NAME, {}, 'is a table; write a text in quotes, such as "bank_line"'),
    ],
)
def test_a_value_that_is_not_allowed_is_shown_with_what_to_write(term: Term, value: object, message: str) -> None:
    assert str(problem_with(value, term)) == message


RANGES = {
    "a fraction out of scale": (
        RATE,
        1e-300,
        "is 1e-300, too near to 0 to mean anything; write 0, or at least 0.000000001",
    ),
    "accounts out of scale": (
        Term("revenue", "number", "", "", "yuan", low=0, low_open=True),
        1e-300,
        "is 1e-300, too near to 0 to mean anything; write 0, or at least 0.01",
    ),
    "money out of scale": (
        keys_of(Cash)["opening_balance"],
        -1e13,
        "is -10000000000000.0, beyond what a plan can hold; write yuan, at most 1000000000000",
    ),
    "a figure of many digits": (COUNT, 16**5000, "is a figure of very many digits; write a whole number 1 or more"),
    "a long name": (NAME, "店" * 101, "has 101 letters; write at most 100"),
    "a control character": (NAME, "a\x1b[2Jb", "holds U+001B, which cannot be printed; leave it out"),
    "no letter at all": (NAME, "a\ufffe", "holds U+FFFE, which cannot be printed; leave it out"),
    "half a letter": (NAME, "a\ud800", "holds U+D800, which cannot be printed; leave it out"),
    "a path of Windows": (
        NAME,
        "D:\new",
        "holds U+000A, which a backslash in \"…\" makes; write / in paths, or put the text in single quotes: '…'",
    ),
    "a day before all plans": (DAY, dt.date(1, 1, 1), "is 0001-01-01; write a day from 2000-01-01 to 2099-12-31"),
    "a day in quotes": (
        DAY,
        "2026/9/1",
        'is "2026/9/1"; write a date without quotes, such as 2026-09-01',
    ),
    "an amount in quotes": (
        BALANCE,
        "40,000.00",
        'is "40,000.00"; write an amount of yuan 0 or more; this one is 40000.00',
    ),
    "an answer in quotes": (FLAG, "是", 'is "是"; write true or false; this one is true'),
}


@pytest.mark.parametrize("case", RANGES)
def test_what_is_out_of_range_is_told_in_both_languages(case: str) -> None:
    term, value, message = RANGES[case]
    problem = problem_with(value, term)
    assert problem is not None
    assert problem.text("en") == message
    assert re.search(r"[\u4e00-\u9fff]", problem.text("zh"))


def test_a_long_text_is_shown_in_part() -> None:
    assert shown("x" * 100) == '"' + "x" * 60 + '…"'
    assert shown(dt.time(8, 30)) == "08:30:00"


def test_the_nearest_names_are_proposed() -> None:
    assert str(nearest("failure_rat", ["fee_rate", "failure_rate", "label"])) == 'write "failure_rate"'
    assert str(nearest("XYZ", ["fee_rate", "label"])) == "write one of fee_rate, label"
    assert str(nearest("BAITIAO", ["baitiao", "wechat"])) == 'write "baitiao"'
    assert str(nearest("x", [])) == "none is defined"
    assert str(nearest("lang", SECTIONS)) == 'write "language"', "a beginning goes before a likeness (plan)"


@section
class Deposit:
    """A section as a newcomer writes it."""

    bank: str
    amount: float = term("money", "what lies there", "存款", low=0)
    rate: float = term("rate", "interest; absent: none", "利率", "share a year", default=0.0, below=1)
    days: int | None = term("integer", "until it is due", "期限", "days", default=None, above=0, key="tenor_days")
    by_currency: dict[str, float] = term("money", "what lies there", "存款", default={}, by="currency")


def test_a_field_says_all_that_is_known_of_its_key() -> None:
    assert list(keys_of(Deposit).items()) == [
        ("amount", Term("amount", "money", "what lies there", "存款", "yuan", low=0, required=True)),
        ("rate", Term("rate", "rate", "interest; absent: none", "利率", "share a year", 0.0, 0, 1, high_open=True)),
        ("days", Term("tenor_days", "integer", "until it is due", "期限", "days", low=0, low_open=True)),
        ("by_currency", Term("by_currency", "money", "what lies there", "存款", "yuan", by="currency")),
    ]
    assert [name for name, key in keys_of(Deposit).items() if not key.is_single] == ["by_currency"]
    assert str(keys_of(Deposit)["rate"].meaning) == "interest"


def test_a_section_takes_its_defaults_and_does_not_change() -> None:
    deposit = Deposit("Bank", 5.0)
    assert (deposit.rate, deposit.days, deposit.by_currency) == (0.0, None, {})
    with pytest.raises(AttributeError):
        deposit.rate = 0.1  # type: ignore[misc]
