"""What comes from outside is shown without control characters and without passwords."""

from __future__ import annotations

import pytest

from forecast.errors import Problem
from forecast.safe_text import name_of, printable, unprintable, without_password


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("京东白条 – “shop”", "京东白条 – “shop”"),
        ("a\r\nb\tc", "a b c"),
        ("\x1b[2Jgone", "\\u001b[2Jgone"),
        ("fdp.\u202excod", "fdp.\\u202excod"),
        ("\ud800", "\\ud800"),
    ],
)
def test_a_text_is_shown_on_one_line_that_a_terminal_obeys_in_nothing(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "letter"), [("shop", ""), ("a\nb", "\n"), ("a\x00", "\x00"), ("a\ufffe", "\ufffe"), ("\x85", "\x85")]
)
def test_the_first_letter_that_is_not_for_printing_is_found(text: str, letter: str) -> None:
    assert unprintable(text) == letter


def test_a_letter_is_named_where_it_has_a_name() -> None:
    assert name_of("\u00a0") == "U+00A0 no-break space"
    assert name_of("\n") == "U+000A"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ann:s3cret@host/shop", "postgresql://ann:***@host/shop"),
        ("postgresql://host/shop?user=ann&password=s3cret", "postgresql://host/shop?user=ann&password=***"),
        ("postgresql://host/shop?PASSWORD=s3cret&sslmode=on", "postgresql://host/shop?PASSWORD=***&sslmode=on"),
        ("postgresql://ann:s3/cr@et@host/shop", "postgresql://ann:***@host/shop"),
        ("shops/postgresql/ann:s3cret@host/shop", "shops/postgresql/ann:***@host/shop"),
        ("shops/postgresql:ann:s3cret@host/shop", "shops/postgresql:***@host/shop"),
        ("host=h password=s3cret dbname=x", "host=h password=*** dbname=x"),
        ("postgresql://ann@host/shop", "postgresql://ann@host/shop"),
        ("orders.csv", "orders.csv"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_problem_leaks_neither_a_password_nor_a_control_character() -> None:
    problem = Problem('no table at "postgresql://host/x?password=s3cret"\x1b[31m', "plan.toml", 4)
    assert str(problem) == 'plan.toml:4: no table at "postgresql://host/x?password=***"\\u001b[31m'
