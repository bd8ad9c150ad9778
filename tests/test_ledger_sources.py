"""Files and folders as one table of the engine."""

from __future__ import annotations

import zipfile
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ledger_plans import csv_of, faults_of, plan_for, row, rows_of, write_orders

from forecast.errors import InputError
from forecast.ledger import opening
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


def test_a_folder_of_parquet_files_is_one_ledger_whose_bad_rows_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    orders(["A", "B", "C"]).to_parquet(tmp_path / "orders" / "2026-09.parquet")
    late = orders(["D", "E"], [-1.0, 1.0]).drop(columns="closed_at")
    late.to_parquet(tmp_path / "orders" / "2026-10.parquet")
    ledger = read_ledger(plan_for(tmp_path, "orders"))
    assert ledger.counts.orders == 4
    assert faults_of(ledger) == [(1, "amount", "-1.0", "amount_negative")]
    assert list(ledger.rejected["file"]) == ["2026-10.parquet"]


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


def test_a_source_read_once_is_a_stream_unless_a_line_in_it_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    write_orders(tmp_path / "days", csv_of(row(order_id="B"), row(order_id="A")))
    other = tmp_path / "days" / "orders_2.csv"
    other.write_text(csv_of(row(order_id="C")), encoding="utf-8")
    with closing(OrderEngine(tmp_path)) as engine:
        source = open_source(engine, LedgerSource("days"), tmp_path, tmp_path, once=True)
        assert source.rows == 3
        assert engine.rows(f"SELECT line, order_id FROM {source.table}") == [(None, "B"), (None, "A"), (None, "C")]  # noqa: S608  # names of our own
    other.write_text(csv_of(row(order_id="C")) + "D,\n", encoding="utf-8")
    with closing(OrderEngine(tmp_path)) as engine:
        source = open_source(engine, LedgerSource("days"), tmp_path, tmp_path, once=True)
        assert source.rows is None
        assert engine.rows(f"SELECT line, order_id FROM {source.table} ORDER BY line") == [  # noqa: S608  # names of our own
            *((2, "B"), (3, "A"), (5, "C"), (6, "D")),
        ]


def test_what_is_not_there_names_what_is(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row()))
    with pytest.raises(InputError, match=r'no such file or folder; did you mean "orders.csv"\?'):
        read_ledger(plan_for(tmp_path, "order.csv"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"the folder holds no file \*.csv, \*.parquet, \*.xlsx or \*.zip"):
        read_ledger(plan_for(tmp_path, "empty"))


def test_a_folder_of_csv_files_is_one_ledger_in_any_order_of_columns(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    (folder / "2026").mkdir(parents=True)
    (folder / "a.csv").write_text(csv_of(row(), row(order_id="A2", amount="x")), encoding="utf-8")
    turned = pd.read_csv(folder / "a.csv", dtype=str).iloc[:, ::-1].assign(order_id=["A2", "A4"])
    turned.to_csv(folder / "2026" / "b.csv", index=False, sep=";", encoding="gb18030")
    ledger = read_ledger(plan_for(tmp_path, "orders"))
    assert ledger.counts.orders == 2
    columns = ["file", "line", "order_id", "reason"]
    assert ledger.rejected[columns].to_numpy().tolist() == [
        ["2026/b.csv", 3, "A4", "amount_not_a_number"],
        ["a.csv", 3, "A2", "order_id_duplicate"],
        ["a.csv", 3, "A2", "amount_not_a_number"],
    ]


def test_a_folder_with_other_headers_or_of_several_kinds_says_which(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "a.csv").write_text(csv_of(row()), encoding="utf-8")
    (folder / "b.csv").write_text(csv_of(row()).replace("closed_at", "geschlossen"), encoding="utf-8")
    message = r'b.csv:1: ledger.orders: has other headers than a.csv \(lacks "closed_at"; has besides "geschlossen"\)'
    with pytest.raises(InputError, match=message):
        read_ledger(plan_for(tmp_path, "orders"))
    orders(["A"]).to_parquet(folder / "c.parquet")
    with pytest.raises(InputError, match=r"files of several kinds \(CSV: 2, Parquet: 1\)"):
        read_ledger(plan_for(tmp_path, "orders"))


def test_workbooks_and_archives_are_read_as_they_are(tmp_path: Path) -> None:
    text = orders(["A", "B"], ["19.99", "0.10"])
    text.to_excel(tmp_path / "orders.xlsx", index=False)
    text.to_csv(tmp_path / "orders.csv", index=False, encoding="gb18030")
    with zipfile.ZipFile(tmp_path / "orders.zip", "w") as archive:
        archive.write(tmp_path / "orders.csv", "2026/订单.csv")
    plain, *others = (read_ledger(plan_for(tmp_path, f"orders.{x}")) for x in ("csv", "xlsx", "zip"))
    assert rows_of(plain.tables.sales)[0][:4] == ("baitiao", "2026-10-01", 2, 2009)
    for other in others:
        pd.testing.assert_frame_equal(other.tables.sales, plain.tables.sales)


def test_a_path_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "shop[1]").mkdir()
    (tmp_path / "shop1").mkdir()
    for name, amount in (("shop[1]/orders [1]", "1.00"), ("shop[1]/orders 1", "2.00"), ("shop1/orders [1]", "4.00")):
        orders(["A"], amount).to_csv(tmp_path / f"{name}.csv", index=False)
        orders(["A"], float(amount)).to_parquet(tmp_path / f"{name}.parquet")
    for ending in ("csv", "parquet"):
        ledger = read_ledger(plan_for(tmp_path, f"shop[1]/orders [1].{ending}"))
        assert rows_of(ledger.tables.sales)[0][3] == 100


def test_naive_moments_beside_zoned_ones_are_in_the_plans_zone(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    late = {"ordered_at": pd.Timestamp("2026-10-01 23:30"), "deducted_at": pd.Timestamp("2026-10-01 23:31")}
    orders(["A"]).assign(**late).to_parquet(tmp_path / "orders" / "naive.parquet")
    zoned = {name: moment.tz_localize("Asia/Shanghai") for name, moment in late.items()}
    orders(["B"]).assign(**zoned).to_parquet(tmp_path / "orders" / "zoned.parquet")
    for zone, days in (("Asia/Shanghai", ["2026-10-01"]), ("America/Sao_Paulo", ["2026-10-01"] * 2)):
        ledger = read_ledger(plan_for(tmp_path, "orders", timezone=zone))
        assert {day for _, day, *_ in rows_of(ledger.tables.sales)} == set(days)
        assert ledger.counts.orders == 2


def test_a_column_twice_in_parquet_is_an_error_as_it_is_in_a_csv(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(orders(["A"]))
    pq.write_table(table.append_column("amount", pa.array([5.0])), tmp_path / "orders.parquet")
    with pytest.raises(InputError, match=r'has the column "amount" 2 times'):
        read_ledger(plan_for(tmp_path, "orders.parquet"))
    pq.write_table(table.append_column("Amount", pa.array([5.0])), tmp_path / "orders.parquet")
    with pytest.raises(InputError, match=r'has the column "amount" 2 times \(upper and lower case taken alike\)'):
        read_ledger(plan_for(tmp_path, "orders.parquet"))


def test_columns_that_bear_the_engines_own_names_are_columns_like_others(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    named = orders(["A", "B"], [1.0, -1.0]).assign(filename="x", file_index=3, rowid=9, line=1)
    named.to_parquet(tmp_path / "orders" / "a.parquet")
    orders(["C"], [-1.0]).to_parquet(tmp_path / "orders" / "b.parquet")
    ledger = read_ledger(plan_for(tmp_path, "orders", columns={"sku": "filename"}))
    assert ledger.rejected[["file", "line"]].to_numpy().tolist() == [["a.parquet", 2], ["b.parquet", 1]]
    named.assign(file_row_number=7).to_parquet(tmp_path / "orders" / "a.parquet")
    with pytest.raises(InputError, match=r'a.parquet: ledger.orders: has a column "file_row_number"'):
        read_ledger(plan_for(tmp_path, "orders"))


def test_types_that_clash_in_a_folder_are_an_error_or_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    orders(["A"], "1.50").to_parquet(tmp_path / "orders" / "a.parquet")
    orders(["B"], 2.25).to_parquet(tmp_path / "orders" / "b.parquet")
    ledger = read_ledger(plan_for(tmp_path, "orders"))
    assert rows_of(ledger.tables.sales)[0][3] == 375
    orders(["C"], [[1.0]]).to_parquet(tmp_path / "orders" / "c.parquet")
    with pytest.raises(InputError, match=r"ledger.orders: "):
        read_ledger(plan_for(tmp_path, "orders"))


def test_damaged_pages_are_the_users_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    orders([f"A{place}" for place in range(5_000)]).to_parquet(path, compression="snappy")
    whole = path.read_bytes()
    for place in range(100, len(whole) - 4_000, 1_500):
        path.write_bytes(whole[:place] + bytes(byte ^ 0x5A for byte in whole[place : place + 40]) + whole[place + 40 :])
        with suppress(InputError):
            read_ledger(plan_for(tmp_path, "orders.parquet"))
    path.write_bytes(whole[:1_000] + bytes(2_000) + whole[3_000:])
    with pytest.raises(InputError, match=r"orders.parquet: ledger.orders: cannot be read"):
        read_ledger(plan_for(tmp_path, "orders.parquet"))


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_orders(tmp_path, csv_of(row()))

    def refused(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(opening, "kind_of", refused)
    with pytest.raises(InputError, match=r"orders.csv: ledger.orders: cannot be read \(Permission denied\)"):
        read_ledger(plan_for(tmp_path))


def test_a_damaged_parquet_file_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "orders.parquet").write_bytes(b"PAR1" + bytes(50))
    with pytest.raises(InputError, match=r"orders.parquet: ledger.orders: cannot be read as Parquet"):
        read_ledger(plan_for(tmp_path, "orders.parquet"))
