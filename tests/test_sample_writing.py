"""The sample ledger on disk: exact money, absent events, the same rows however they are cut."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from sample_world import small_orders, small_world

from forecast.sample.orders import known_on_as_of
from forecast.sample.truth import parts
from forecast.sample.world import ABSENT
from forecast.sample.writing import SCHEMA, LedgerFormat, LedgerWriter, to_table

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.sample.orders import Orders


def _known(count: int = 3_000) -> Orders:
    return known_on_as_of(small_orders(), small_world().as_of).take(np.arange(count))


def _write(path: Path, ledger_format: LedgerFormat, pieces: int, rows_a_group: int = 200_000) -> None:
    with LedgerWriter(path, small_world().law, ledger_format, rows_a_group) as writer:
        for piece in np.array_split(np.arange(3_000), pieces):
            writer.append(_known().take(piece))


def test_money_is_exact_and_absent_events_are_null() -> None:
    known = _known(200)
    table = to_table(known, small_world().law, np.arange(1, 201))
    assert table.schema.equals(SCHEMA)
    assert table.column("amount").to_pylist() == [Decimal(int(fen)) / 100 for fen in known.amount]
    settled = [None if fen == ABSENT else Decimal(int(fen)) / 100 for fen in known.settled_amount]
    assert table.column("settled_amount").to_pylist() == settled
    assert table.column("failure_cause").null_count == int((known.cause == ABSENT).sum())


def test_pieces_and_row_groups_change_no_row(tmp_path: Path) -> None:
    _write(tmp_path / "one.parquet", "parquet", 1)
    _write(tmp_path / "many.parquet", "parquet", 7, rows_a_group=500)
    one, many = (pq.read_table(tmp_path / name) for name in ("one.parquet", "many.parquet"))
    assert one.to_pandas().equals(many.to_pandas())
    assert pq.ParquetFile(tmp_path / "many.parquet").num_row_groups > 1


def test_order_ids_are_unique_and_name_the_day(tmp_path: Path) -> None:
    _write(tmp_path / "orders.parquet", "parquet", 5)
    frame = pd.read_parquet(tmp_path / "orders.parquet")
    assert frame["order_id"].is_unique
    assert (frame["order_id"].str[:8] == frame["ordered_at"].dt.strftime("%Y%m%d")).all()


def test_csv_and_parquet_say_the_same(tmp_path: Path) -> None:
    _write(tmp_path / "orders.csv", "csv", 3)
    _write(tmp_path / "orders.parquet", "parquet", 3)
    assert (tmp_path / "orders.csv").read_bytes().startswith(b"\xef\xbb\xbforder_id,channel,ordered_at,amount")
    csv = pd.read_csv(tmp_path / "orders.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    parquet = pd.read_parquet(tmp_path / "orders.parquet")
    assert csv["amount"].tolist() == [str(amount) for amount in parquet["amount"]]
    assert csv["ordered_at"].tolist() == parquet["ordered_at"].dt.strftime("%Y-%m-%d %H:%M:%S").tolist()
    assert (csv["closed_at"] == "").sum() == parquet["closed_at"].isna().sum()
    assert csv["region"].tolist() == parquet["region"].tolist()


def test_the_files_rows_add_up_to_the_fen(tmp_path: Path) -> None:
    _write(tmp_path / "orders.parquet", "parquet", 4)
    frame = pd.read_parquet(tmp_path / "orders.parquet")
    fen = {
        name: frame[name].map(lambda yuan: 0 if yuan is None else int(yuan * 100)).to_numpy()
        for name in ("amount", "settled_amount", "refunded_amount")
    }
    settled, refunded = frame["settled_on"].notna().to_numpy(), frame["refunded_on"].notna().to_numpy()
    before = refunded & ~(settled & (frame["refunded_on"] >= frame["settled_on"]).to_numpy())
    back = np.where(before, fen["refunded_amount"], 0)
    closed = (frame["closed_at"].notna() & frame["deducted_at"].isna()).to_numpy()
    fees = np.where(settled, fen["amount"] - back - fen["settled_amount"], 0)
    rest = np.where(~settled & ~closed, fen["amount"] - back, 0)
    assert np.array_equal(
        fen["amount"], fen["settled_amount"] + fees + back + np.where(closed, fen["amount"], 0) + rest
    )
    assert np.array_equal(fees, parts(_known())["fees"])
