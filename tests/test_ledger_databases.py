"""Orders in a database's table."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest
from ledger_plans import faults_of, plan_for, rows_of

from forecast.errors import InputError
from forecast.ledger.databases import tables_in
from forecast.ledger.reading import read_ledger

if TYPE_CHECKING:
    from pathlib import Path

CREATE = (
    "CREATE TABLE orders (id VARCHAR, channel VARCHAR, ordered_at TIMESTAMP, amount DECIMAL(12, 2),"
    " deducted_at TIMESTAMP, closed_at TIMESTAMP)"
)
INSERT = (
    "INSERT INTO orders VALUES ('A', 'baitiao', '2026-10-01 10:00:00', 19.99, '2026-10-01 10:01:00', NULL),"
    " ('B', 'paypal', '2026-10-02 10:00:00', 5.00, NULL, NULL)"
)
COLUMNS = {"order_id": "id"}
TERMS = {"baitiao": {"settlement_days": 7.0, "fee_rate": 0.009}}


def test_a_duckdb_file(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.duckdb") as shop:
        shop.execute(CREATE)
        shop.execute(INSERT)
    plan = plan_for(tmp_path, "duckdb:///shop.duckdb", table="orders", columns=COLUMNS, channels=TERMS)
    ledger = read_ledger(plan)
    assert [line[:4] for line in rows_of(ledger.tables.sales)] == [("baitiao", "2026-10-01", 1, 1999)]
    assert faults_of(ledger) == [(2, "channel", "paypal", "channel_unknown")]


def test_an_sqlite_file_whose_folder_has_an_awkward_name(tmp_path: Path) -> None:
    folder = tmp_path / "订单 #1?"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "shop.db")) as shop:
        shop.execute(CREATE)
        shop.execute(INSERT)
        shop.commit()
    ledger = read_ledger(plan_for(folder, "sqlite:///shop.db", table="orders", columns=COLUMNS, channels=TERMS))
    assert [line[:4] for line in rows_of(ledger.tables.sales)] == [("baitiao", "2026-10-01", 1, 1999)]
    assert faults_of(ledger) == [(2, "channel", "paypal", "channel_unknown")]


def test_a_table_or_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"shop.db: ledger.orders: no such database file"):
        read_ledger(plan_for(tmp_path, "sqlite:///shop.db", table="orders"))
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE other (x)")
    with pytest.raises(InputError, match=r"ledger.table: cannot read table orders: no such table"):
        read_ledger(plan_for(tmp_path, "sqlite:///shop.db", table="orders"))
    with pytest.raises(InputError, match='write table = "orders"'):
        read_ledger(plan_for(tmp_path, "sqlite:///shop.db"))


def test_an_sqlite_file_whose_names_of_columns_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as shop:
        shop.execute("CREATE TABLE orders (order_id TEXT)")
    file.write_bytes(file.read_bytes().replace(b"order_id", b"order\xb5id"))
    with pytest.raises(InputError, match=r"shop.db: ledger.table: names of columns of table orders are not UTF-8 text"):
        read_ledger(plan_for(tmp_path, "sqlite:///shop.db", table="orders"))


def test_views_that_fail_while_they_are_read_are_the_users_to_mend(tmp_path: Path) -> None:
    columns = "order_id, channel, ordered_at, deducted_at, closed_at"
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute(f"CREATE TABLE found ({columns})")
        shop.execute("INSERT INTO found VALUES ('A', 'baitiao', '2026-10-01', NULL, NULL)")
        shop.execute(f"CREATE VIEW orders AS SELECT {columns}, abs(-9223372036854775808) AS amount FROM found")  # noqa: S608  # our own
        shop.commit()
    with pytest.raises(InputError, match=r"ledger.table: cannot read table orders: integer overflow"):
        read_ledger(plan_for(tmp_path, "sqlite:///shop.db", table="orders"))
    with closing(duckdb.connect(tmp_path / "shop.duckdb")) as shop:
        shop.execute(
            f"CREATE TABLE found AS SELECT {', '.join(f'NULL AS {x}' for x in columns.split(', '))}, 'x' AS amount"
        )
        shop.execute(f"CREATE VIEW orders AS SELECT {columns}, amount::INTEGER AS amount FROM found")  # noqa: S608  # our own
    with pytest.raises(InputError, match=r"ledger.table: cannot read table orders: Conversion Error"):
        read_ledger(plan_for(tmp_path, "duckdb:///shop.duckdb", table="orders"))


def test_a_scheme_that_is_not_supported_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'from "mysql://".*postgresql://…, duckdb:///file, sqlite:///file'):
        read_ledger(plan_for(tmp_path, "mysql://shop/db", table="orders"))
    with pytest.raises(InputError, match='did you mean "postgresql"'):
        read_ledger(plan_for(tmp_path, "postgres://shop/db", table="orders"))


def test_postgresql_without_its_driver_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(InputError, match=r'pip install "forecast\[postgresql\]"'):
        read_ledger(plan_for(tmp_path, "postgresql://user:secret@shop/db", table="orders"))


class FakeError(Exception):
    """The driver's own error."""


class FakeCursor:
    """A cursor over one batch of orders, in the driver's form (numeric columns arrive as text)."""

    description = (("id",), ("channel",), ("ordered_at",), ("amount",), ("deducted_at",), ("closed_at",))

    def execute(self, query: str) -> None:
        """Knows one table."""
        if '"sales"."orders"' not in query:
            raise FakeError("no such table")

    def fetch_record_batch(self) -> pa.RecordBatchReader:
        """One order."""
        columns = {"order_id": ["A"], "channel": ["baitiao"], "ordered_at": ["2026-10-01"], "amount": ["19.99"]}
        batch = pa.record_batch(columns | {"deducted_at": ["2026-10-01"], "closed_at": pa.array([None], pa.string())})
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])

    def close(self) -> None:
        """Nothing to close."""


def test_postgresql_arrives_in_the_drivers_arrow_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the driver: its connection, cursor and batches as in ``adbc_driver_manager.dbapi``."""
    driver = ModuleType("adbc_driver_postgresql.dbapi")
    connection = SimpleNamespace(cursor=FakeCursor, close=lambda: None)
    vars(driver).update(connect=lambda _: connection, Error=FakeError)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", driver)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", ModuleType("adbc_driver_postgresql"))
    url = "postgresql://user:secret@shop/db"
    ledger = read_ledger(plan_for(tmp_path, url, table="sales.orders", columns=COLUMNS, channels=TERMS))
    assert [line[:4] for line in rows_of(ledger.tables.sales)] == [("baitiao", "2026-10-01", 1, 1999)]
    with pytest.raises(InputError, match="cannot read table orders: no such table") as caught:
        read_ledger(plan_for(tmp_path, url, table="orders", columns=COLUMNS))
    assert "secret" not in str(caught.value)


def test_the_tables_of_a_server_are_listed_without_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    found = [("public", "orders"), ("shop", "today")]
    cursor = SimpleNamespace(execute=asked.append, fetchall=lambda: found, close=lambda: None)
    driver = ModuleType("adbc_driver_postgresql.dbapi")
    connection = SimpleNamespace(cursor=lambda: cursor, close=lambda: None)
    vars(driver).update(connect=lambda _: connection, Error=FakeError)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", driver)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", ModuleType("adbc_driver_postgresql"))
    assert tables_in("postgresql://user:secret@shop/db", tmp_path) == ["orders", "shop.today"]
    assert "NOT IN ('information_schema', 'pg_catalog')" in asked[0]


@pytest.mark.parametrize(
    "address", ["postgresql://[ann:s3cret@127.0.0.1:1/shop", "postgresql://ann@:s3cret@127.0.0.1:1/x"]
)
def test_an_address_with_a_slip_is_told_without_its_password(address: str, tmp_path: Path) -> None:
    pytest.importorskip("adbc_driver_postgresql")
    with pytest.raises(InputError, match="cannot read table orders") as raised:
        read_ledger(plan_for(tmp_path, address, table="orders"))
    assert "s3cret" not in str(raised.value)


def test_a_path_that_no_file_can_bear_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^ledger\.orders|: ledger\.orders: "):
        read_ledger(plan_for(tmp_path, f"sqlite:///{'x' * 300}.db", table="orders"))
