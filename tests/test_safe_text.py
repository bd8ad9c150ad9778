"""What comes from outside is shown without control characters and without passwords."""

from __future__ import annotations

import pytest

from forecast.errors import Problem
from forecast.safe_text import (
    LONGEST_QUOTED,
    encodable,
    name_of,
    printable,
    quoted,
    unprintable,
    without_password,
    without_secrets_of,
)


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


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:/@ser:s3cret@host/shop",
        "postgresql//ann:s3cret@host/shop",
        "postgresql:///ann:s3cret@host/shop",
        "postgresql://ann:s3cret@host:5432/shop?password=s3cret",
    ],
)
def test_a_mistyped_address_is_shown_without_its_password_too(address: str) -> None:
    shown = without_password(f'plan.toml:4:10: ledger.orders: "{address}" names no file')
    assert "s3cret" not in shown
    assert shown.startswith("plan.toml:4:10: ledger.orders: ")


def test_what_a_driver_quotes_of_an_address_holds_no_piece_of_the_password() -> None:
    address = "postgresql://use@:s3/cret-7@127.0.0.1:1/shop?password=hush%21"
    told = 'invalid integer value "cret-7@127.0.0.1:1" for option "port"; no user "hush!" on host "127.0.0.1"'
    shown = without_secrets_of(address, told)
    assert shown == 'invalid integer value "***" for option "port"; no user "***" on host "127.0.0.1"'


def test_short_pieces_of_a_password_spoil_no_words() -> None:
    assert without_secrets_of("postgresql://ann:a@host/shop", 'relation "orders" is absent') == (
        'relation "orders" is absent'
    )


def test_a_quoted_text_is_one_line_and_no_longer_than_a_reader_takes_in() -> None:
    assert quoted("5\n0\x9b31m") == "5 0\\u009b31m"
    assert quoted("x" * 40_000) == "x" * LONGEST_QUOTED + "…"


def test_names_of_files_that_are_no_utf8_can_be_written() -> None:
    assert encodable("n\udcff.csv").encode() == b"n\\udcff.csv"
