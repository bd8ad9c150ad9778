"""Which table of a database a feed is: named, the ledger's, the usual one or the only one; else the choice is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest
from ledger_plans import COLUMNS, csv_of, plan_for, row, write_orders

from forecast.errors import InputError
from forecast.watch import feed_table
from forecast.watch.feed_table import address_and_table
from forecast.watch.reading import FeedSource, read_feed

if TYPE_CHECKING:
    from pathlib import Path


def made(folder: Path, *tables: str, name: str = "f.db") -> str:
    """The address of a database with tables of one order each."""
    columns, values = ", ".join(COLUMNS), row(order_id="A").split(",")
    marks = ", ".join("?" * len(values))
    with closing(sqlite3.connect(folder / name)) as database, database:
        for table in tables:
            database.execute(f'CREATE TABLE "{table}" ({columns})')
            database.execute(f'INSERT INTO "{table}" VALUES ({marks})', values)  # noqa: S608  # our own
    return f"sqlite:///{name}"


def test_a_table_is_named_after_the_address(tmp_path: Path) -> None:
    address = made(tmp_path, "orders", "today")
    assert address_and_table(f"{address}#today", "orders", tmp_path) == (address, "today")
    with pytest.raises(InputError) as found:
        address_and_table(f"{address}#todya", None, tmp_path)
    assert str(found.value) == (
        "--feed: the database has no table todya; it has orders, today: write one after the address, as in …#orders"
    )


def test_without_a_name_it_is_the_ledgers_the_usual_or_the_only_one(tmp_path: Path) -> None:
    both = made(tmp_path, "orders", "today")
    assert address_and_table(both, "Today", tmp_path)[1] == "Today"
    assert address_and_table(both, "gone", tmp_path)[1] == "orders"
    only = made(tmp_path, "stream", name="only.db")
    assert address_and_table(only, None, tmp_path)[1] == "stream"
    two = made(tmp_path, "a", "b", name="two.db")
    with pytest.raises(InputError, match="name the database's table after the address, as in …#a; it has a, b"):
        address_and_table(two, None, tmp_path)
    with pytest.raises(InputError, match="no table at all"):
        address_and_table(made(tmp_path, name="empty.db"), None, tmp_path)


def test_a_hash_in_a_files_name_or_a_password_names_no_table(tmp_path: Path) -> None:
    assert address_and_table(made(tmp_path, "orders", name="a#b.db"), None, tmp_path)[0] == "sqlite:///a#b.db"
    with pytest.raises(InputError, match=r"a#c\.db"):
        address_and_table("sqlite:///a#c.db/x", None, tmp_path)


def test_a_servers_password_may_hold_a_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_table, "tables_in", lambda *_: ["orders", "today"])
    address = "postgresql://ann:se#cret@shop/db"
    assert address_and_table(address, None, tmp_path) == (address, "orders")
    assert address_and_table(f"{address}#today", None, tmp_path) == (address, "today")


def test_what_is_no_database_is_told_at_the_option(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, however long this text may be" * 20, encoding="utf-8")
    with pytest.raises(InputError, match="--feed: cannot list the database's tables: file is not a database"):
        address_and_table("sqlite:///text.db", None, tmp_path)
    with pytest.raises(InputError, match="--feed: "):
        address_and_table("sqlite:///gone.db#orders", None, tmp_path)


def test_tables_of_other_schemas_are_named_with_them(tmp_path: Path) -> None:
    with closing(duckdb.connect(str(tmp_path / "f.duckdb"))) as database:
        database.execute("CREATE SCHEMA shop; CREATE TABLE shop.orders (id VARCHAR)")
        database.execute("CREATE VIEW live AS SELECT 1 AS one")
    address = "duckdb:///f.duckdb"
    assert address_and_table(f"{address}#shop.orders", None, tmp_path) == (address, "shop.orders")
    with pytest.raises(InputError, match=r"it has live, shop\.orders"):
        address_and_table(address, None, tmp_path)


def test_a_database_is_read_beside_a_ledger_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_orders(tmp_path, csv_of(row(order_id="A"), row(order_id="B")))
    monkeypatch.chdir(tmp_path)
    address = made(tmp_path, "orders", "today")
    plan = plan_for(tmp_path)
    assert len(read_feed(plan, f"{address}#today").feed) == 1
    source = FeedSource.of(plan, f"{address}#today")
    assert (source.ledger.orders, source.ledger.table, source.shown) == (address, "today", f"{address}#today")
