"""Files and folders as one table of the engine."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from ledger_plans import AS_OF, csv_of, faults_of, plan_for, row, rows_of, write_orders

from forecast.errors import InputError
from forecast.ledger.engine import OrderEngine
from forecast.ledger.reading import read_ledger
from forecast.ledger.sources import open_source
from forecast.plan.model import LedgerSource

if TYPE_CHECKING:
    from pathlib import Path


def orders(ids: list[str], amount: object = 100.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": ids,
            "channel": "baitiao",
            "ordered_at": pd.Timestamp("2026-10-01 10:00"),
            "amount": amount,
            "deducted_at": pd.Timestamp("2026-10-01 10:01"),
            "closed_at": None,
            "settled_on": pd.NaT,
            "settled_amount": None,
        }
    )


def test_a_parquet_file_and_a_csv_file_of_the_same_orders_give_the_same_tables(tmp_path: Path) -> None:
    orders(["A", "B"], [19.99, 0.1]).to_parquet(tmp_path / "orders.parquet")
    orders(["A", "B"], ["19.99", "0.10"]).to_csv(tmp_path / "orders.csv", index=False)
    typed = read_ledger(plan_for(tmp_path, "orders.parquet"))
    text = read_ledger(plan_for(tmp_path, "orders.csv"))
    assert rows_of(typed.tables.sales)[0][:4] == ("baitiao", "2026-10-01", 2, 2009)
    pd.testing.assert_frame_equal(typed.tables.sales, text.tables.sales)
    pd.testing.assert_frame_equal(typed.tables.identity, text.tables.identity)


def test_a_folder_of_parquet_files_is_one_ledger_with_rows_counted_on(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    orders(["A", "B", "C"]).to_parquet(tmp_path / "orders" / "2026-09.parquet")
    late = orders(["D", "E"], [-1.0, 1.0]).drop(columns="closed_at")
    late.to_parquet(tmp_path / "orders" / "2026-10.parquet")
    ledger = read_ledger(plan_for(tmp_path, "orders"))
    assert ledger.counts.orders == 4
    assert faults_of(ledger) == [(4, "amount", "-1.0", "amount_negative")]


def test_moments_with_a_zone_are_local_days_of_the_plan(tmp_path: Path) -> None:
    late = orders(["A"]).assign(
        ordered_at=pd.Timestamp("2026-10-01 17:00", tz="UTC"), deducted_at=pd.Timestamp("2026-10-01 17:01", tz="UTC")
    )
    late.to_parquet(tmp_path / "orders.parquet")
    shanghai = read_ledger(plan_for(tmp_path, "orders.parquet"))
    sao_paulo = read_ledger(plan_for(tmp_path, "orders.parquet", timezone="America/Sao_Paulo"))
    assert rows_of(shanghai.tables.sales)[0][1] == "2026-10-02"
    assert rows_of(sao_paulo.tables.sales)[0][1] == "2026-10-01"


def test_amounts_of_single_precision_or_of_no_number_are_refused_with_the_type_to_write(tmp_path: Path) -> None:
    single = orders(["A"]).assign(amount=pd.Series([100.0], dtype="float32"), deducted_at=True)
    single.to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(InputError) as caught:
        read_ledger(plan_for(tmp_path, "orders.parquet"))
    assert {problem.key for problem in caught.value.problems} == {"amount", "deducted_at"}
    assert "is of type FLOAT in orders.parquet; write it as decimals, doubles or text" in str(caught.value)


def test_constants_stand_in_every_row_and_are_checked_as_any_value(tmp_path: Path) -> None:
    write_orders(tmp_path, "order_id,ordered_at,amount,deducted_at,closed_at\nA,2026-10-01,1.00,,2026-10-02\n")
    ledger = read_ledger(plan_for(tmp_path, constants={"channel": "wechat"}))
    assert rows_of(ledger.tables.sales)[0][:4] == ("wechat", "2026-10-01", 1, 100)
    ledger = read_ledger(plan_for(tmp_path, constants={"channel": "tmall"}))
    assert faults_of(ledger) == [(2, "channel", "tmall", "channel_unknown")]


def test_the_source_keeps_its_rows_unchecked_with_line_and_types(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row(amount="free"), row(order_id="A2")))
    with closing(OrderEngine(tmp_path)) as engine:
        source = open_source(engine, LedgerSource("orders.csv"), tmp_path, tmp_path)
        assert engine.rows(f"SELECT line, order_id, amount FROM {source.table}") == [  # noqa: S608  # names of our own
            (2, "A1", "free"),
            (3, "A2", "100.00"),
        ]
    assert source.shown == "orders.csv"
    assert set(source.types.values()) == {"VARCHAR"}


def test_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row()))
    with pytest.raises(InputError, match=r'no such file or folder; did you mean "orders.csv"\?'):
        read_ledger(plan_for(tmp_path, "order.csv"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"the folder holds no file \*.parquet"):
        read_ledger(plan_for(tmp_path, "empty"))


@pytest.mark.parametrize(
    ("start", "kind"), [(b"PK\x03\x04", "an Excel workbook"), (b"\x1f\x8b\x08\x00", "compressed with gzip")]
)
def test_other_formats_are_named_with_what_to_save_as(tmp_path: Path, start: bytes, kind: str) -> None:
    (tmp_path / "orders.csv").write_bytes(start + bytes(100))
    with pytest.raises(InputError, match=f"{kind}.*save the orders as"):
        read_ledger(plan_for(tmp_path, as_of=AS_OF))


def test_a_damaged_parquet_file_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").write_bytes(b"PAR1" + bytes(50))
    with pytest.raises(InputError, match=r"orders.parquet: ledger.orders: cannot be read as Parquet"):
        read_ledger(plan_for(tmp_path, "orders.parquet"))
