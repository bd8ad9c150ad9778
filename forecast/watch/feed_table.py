"""Which table of a database a feed is: named after the address, else the ledger's, ``orders``, or the only one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.ledger.databases import tables_in
from forecast.ledger.source_files import database_file, scheme_of

if TYPE_CHECKING:
    from pathlib import Path

USUAL = "orders"
"""The table that is read where none is named."""

KEY = "--feed"


def address_and_table(source: str, ledgers: str | None, base: Path) -> tuple[str, str]:
    """A database's address, and its table: ``sqlite:///today.db#orders``, or without ``#`` the one meant.

    That is the ledger's own table where it is there, ``orders``, or the only table there is. ``ledgers`` is the name of
    the ledger's, ``base`` the folder from which the path of a database's file starts.

    Raises:
        InputError: The database cannot be read, or has no such table; all that it has are named.
    """
    address, named = _parts(source, base)
    try:
        there = tables_in(address, base)
    except InputError as error:
        raise InputError([replace(one, key=KEY) for one in error.problems]) from None
    known = {name.casefold() for name in there}
    wanted = [named] if named else [*([ledgers] if ledgers else []), USUAL, *(there if len(there) == 1 else [])]
    found = next((one for one in wanted if one.casefold() in known), None)
    if found is not None:
        return address, found
    if not there:
        raise InputError(Problem(said("monitor.feed_empty"), key=KEY))
    tables = ", ".join(there)
    message = said("monitor.feed_no_table", name=named, tables=tables, first=there[0])
    raise InputError(Problem(message if named else said("monitor.feed_table", tables=tables, first=there[0]), key=KEY))


def _parts(source: str, base: Path) -> tuple[str, str]:
    """The address and the table named after it; a ``#`` within a password or a file's name is neither's end."""
    address, mark, table = source.rpartition("#")
    is_file = scheme_of(source) != "postgresql" and database_file(source, base).is_file()
    if not mark or is_file or any(one in table for one in "/@"):
        return source, ""
    return address, table
