"""Paths of a plan that name no file or folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest
from plan_examples import SMALL

from forecast.errors import InputError
from forecast.plan.orders_path import problem_with_flows, problem_with_orders
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ("https://example.com/orders.csv", "is an address on the web, and nothing is read from there; download"),
        ("*.csv", 'write it under [[ledger.files]] in place of orders: path = "*.csv"'),
        ("order.csv", 'write "orders.csv"'),
    ],
)
def test_what_is_no_path_is_told_with_what_to_write(tmp_path: Path, orders: str, told: str) -> None:
    (tmp_path / "orders.csv").touch()
    assert told in str(problem_with_orders(tmp_path, orders))
    assert problem_with_orders(tmp_path, "orders.csv") is None
    assert problem_with_orders(tmp_path, "postgresql://host/shop") is None


def test_a_folder_is_no_file_of_flows(tmp_path: Path) -> None:
    (tmp_path / "my_flows.csv").touch()
    assert str(problem_with_flows(tmp_path, ".")) == (
        'is a folder; write the path of a CSV file in it, such as "my_flows.csv"'
    )
    assert "there is no file" in str(problem_with_flows(tmp_path, "flows.csv"))
    assert problem_with_flows(tmp_path, "my_flows.csv") is None


def refused(folder: Path, orders: str) -> str:
    text = SMALL.replace('orders = "orders.csv"', f'orders = "{orders}"\ntable = "orders"')
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_plan(folder / "plan.toml")
    return str(caught.value)


def test_a_database_by_the_path_of_its_file_is_told_its_address(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.execute("CREATE TABLE orders (order_id TEXT)")
    duckdb.connect(tmp_path / "duck.db").close()
    (tmp_path / "plain.csv").touch()
    assert 'ledger.orders: is a SQLite database; write orders = "sqlite:///shop.db"' in refused(tmp_path, "shop.db")
    assert 'write orders = "duckdb:///duck.db"' in refused(tmp_path, "duck.db")
    assert "ledger.table: goes with a database URL" in refused(tmp_path, "plain.csv")
    assert refused(tmp_path, "https://example.com/o.csv").count("\n") == 0


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ("sqlite://shop.db", "write sqlite:///shop.db, with three slashes"),
        ("file:///orders.csv", 'write its path alone: "/orders.csv"'),
        ("Orders.CSV", 'write "orders.csv"'),
        ("orders", 'write "orders.csv"'),
        ("orders.xlsx", 'write "orders.csv"'),
    ],
)
def test_addresses_and_names_that_are_nearly_right_are_told_what_to_write(
    tmp_path: Path, orders: str, told: str
) -> None:
    (tmp_path / "orders.csv").touch()
    assert told in str(problem_with_orders(tmp_path, orders))
    if "." in orders and "/" not in orders:
        assert told in str(problem_with_flows(tmp_path, orders))
