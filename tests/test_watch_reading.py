"""A feed read from a plan's own orders, or from another source; rows that cannot be used are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from ledger_plans import csv_of, plan_for, row, write_orders

from forecast.errors import InputError
from forecast.ledger.engine import OrderEngine
from forecast.watch import reading
from forecast.watch.feed import NEVER, NONE
from forecast.watch.reading import FeedSource, Wanted, confirms, read_feed, read_source
from forecast.watch.telling import moment_text, seconds

if TYPE_CHECKING:
    from pathlib import Path


def test_orders_after_as_of_are_read_with_their_moments(tmp_path: Path) -> None:
    late = row(order_id="B", ordered_at="2027-01-01 10:00:00", paid_at="2027-01-01 10:05:00", deducted_at="")
    write_orders(tmp_path, csv_of(row(order_id="A"), late))
    feed = read_feed(plan_for(tmp_path)).feed
    assert len(feed) == 2
    assert moment_text(int(feed.ordered_at[0])) == "2027-01-01T10:00:00"
    assert moment_text(int(feed.tried_at[0])) == "2027-01-01T10:05:00"
    assert (feed.deducted_at[0], feed.cause[0], feed.confirms) == (NEVER, NONE, True)


def test_rows_that_cannot_be_used_are_counted_and_a_repeat_counts_once(tmp_path: Path) -> None:
    rows = [row(order_id="A"), row(order_id="A"), row(order_id="B", ordered_at="soon"), row(order_id="C", amount="-")]
    write_orders(tmp_path, csv_of(*rows, row(order_id="D", channel="nowhere")))
    read = read_feed(plan_for(tmp_path))
    assert (len(read.feed), read.unusable, read.repeated) == (1, 3, 1)


def test_a_later_row_of_an_order_tells_what_has_become_of_it(tmp_path: Path) -> None:
    paid = {"order_id": "A", "ordered_at": "2026-10-18 10:00:00", "paid_at": "2026-10-18 10:01:00", "deducted_at": ""}
    first = row(**paid, sku="red")
    then = row(**(paid | {"paid_at": "", "deducted_at": "2026-10-18 10:02:00"}), sku="")
    write_orders(tmp_path, csv_of(first, row(order_id="B"), then))
    read = read_feed(plan_for(tmp_path), with_ids=True)
    assert (len(read.feed), read.unusable, read.repeated) == (2, 0, 0)
    one = read.feed.take(read.ids[read.feed.row] == "A")
    assert moment_text(int(one.deducted_at[0])) == "2026-10-18T10:02:00"
    assert (moment_text(int(one.tried_at[0])), one.skus[one.sku[0]]) == ("2026-10-18T10:01:00", "red")


@pytest.mark.parametrize("numbered", [True, False])
def test_rows_handed_over_as_they_are_read_say_what_rows_that_are_kept_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, numbered: bool
) -> None:
    paid = {"paid_at": "2026-10-18 10:01:00", "sku": "red", "region": ""}
    odd = row(order_id="C", sku="blue", ordered_at="soon")
    write_orders(tmp_path, csv_of(row(order_id="B", **paid), odd, row(order_id="A", **(paid | {"sku": "green"}))))
    written = tmp_path / "orders.parquet"
    with duckdb.connect() as engine:
        engine.read_csv(str(tmp_path / "orders.csv"), all_varchar=True).write_parquet(str(written))
    plan, source, wanted = plan_for(tmp_path), str(written), Wanted(numbered=numbered)
    with monkeypatch.context() as patch:
        patch.setattr(OrderEngine, "make", None)  # no table is made of them
        read = read_source(plan, FeedSource.of(plan, source), wanted)
    monkeypatch.setattr(reading, "_read_once", lambda *_: None)
    kept = read_source(plan, FeedSource.of(plan, source), wanted)
    assert (read.unusable, read.repeated) == (kept.unusable, kept.repeated) == (1, 0)
    assert read.feed.skus == kept.feed.skus == ("green", "red")
    assert len(read.feed) == 2
    for name in ("channel", "sku", "region", "cause", "amount", "ordered_at", "tried_at", "deducted_at", "row"):
        assert getattr(read.feed, name).tolist() == getattr(kept.feed, name).tolist(), name
    assert (read.feed.row.tolist() == [0, 1]) is not numbered


def test_an_order_of_two_rows_in_parquet_is_told_by_the_later(tmp_path: Path) -> None:
    times = {"order_id": "A", "ordered_at": "2026-10-18 10:00:00", "paid_at": "2026-10-18 10:01:00"}
    first, then = row(**times, deducted_at=""), row(**times, deducted_at="2026-10-18 10:02:00")
    write_orders(tmp_path, csv_of(first, row(order_id="B"), then, then))
    written = tmp_path / "orders.parquet"
    with duckdb.connect() as engine:
        engine.read_csv(str(tmp_path / "orders.csv"), all_varchar=True).write_parquet(str(written))
    read = read_feed(plan_for(tmp_path), str(written))
    assert (len(read.feed), read.unusable, read.repeated) == (2, 0, 1)
    assert "2026-10-18T10:02:00" in {moment_text(int(one)) for one in read.feed.deducted_at}


@pytest.mark.parametrize("fault", ["WHERE order_id <> 'A'", "WHERE error('cut') IS NULL"])
def test_a_stream_that_does_not_hold_what_its_lines_promise_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    write_orders(tmp_path, csv_of(row(order_id="A", paid_at="2026-10-01 10:00:00"), row(order_id="B")))
    view = OrderEngine.view
    viewed: list[str] = []

    def spoiled(engine: OrderEngine, table: str, query: str) -> None:
        viewed.append(table)
        view(engine, table, f"SELECT * FROM ({query}) {fault}" if "_stream_" in table else query)  # noqa: S608  # the fault under test

    monkeypatch.setattr(OrderEngine, "view", spoiled)
    read = read_feed(plan_for(tmp_path), with_ids=True)
    assert any("_stream_" in table for table in viewed)
    assert (sorted(read.ids.tolist()), read.unusable) == (["A", "B"], 0)


def test_orders_keep_the_order_of_the_file_wherever_their_deductions_fall(tmp_path: Path) -> None:
    times = [f"2026-10-01 {hour:02}:00:00" for hour in (9, 7, 8)]
    write_orders(tmp_path, csv_of(*(row(order_id=f"A{place}", paid_at=time) for place, time in enumerate(times))))
    read = read_feed(plan_for(tmp_path), with_ids=True)
    assert read.ids.tolist() == ["A0", "A1", "A2"]
    assert read.feed.row.tolist() == [1, 2, 0]


def test_rows_that_tell_of_nothing_since_are_not_read(tmp_path: Path) -> None:
    old = row(order_id="A", ordered_at="2026-10-01 10:00:00", paid_at="", deducted_at="2026-10-01 10:02:00")
    cured = row(order_id="B", ordered_at="2026-10-01 10:00:00", paid_at="", deducted_at="2026-10-05 10:02:00")
    write_orders(tmp_path, csv_of(old, cured))
    plan = plan_for(tmp_path)
    kept = read_source(plan, FeedSource.of(plan, None), Wanted(alive=seconds("2026-10-03T00:00:00"), numbered=True))
    whole = read_source(plan, FeedSource.of(plan, None), Wanted(numbered=True))
    assert (len(kept.feed), len(whole.feed)) == (1, 2)
    assert kept.feed.row[0] in whole.feed.row
    assert len(set(whole.feed.row.tolist())) == 2


def test_skus_and_regions_are_read_by_name_and_their_lack_is_none(tmp_path: Path) -> None:
    head = "order_id,channel,ordered_at,amount,deducted_at,sku,region\n"
    lines = ["A,baitiao,2026-10-01,1.00,,红,上海\n", "B,baitiao,2026-10-02,1.00,,,北京\n"]
    (tmp_path / "orders.csv").write_text(head + "".join(lines), encoding="utf-8")
    feed = read_feed(plan_for(tmp_path)).feed
    assert (feed.skus, feed.regions) == (("红",), ("上海", "北京"))
    assert (feed.sku.tolist(), feed.region.tolist()) == ([0, NONE], [0, 1])
    assert not feed.confirms
    assert (feed.tried_at == feed.ordered_at).all()


def test_another_source_may_have_the_ledgers_own_columns(tmp_path: Path) -> None:
    head = "订单号,channel,ordered_at,amount,deducted_at\n"
    (tmp_path / "orders.csv").write_text(head + "A,baitiao,2026-10-01,1.00,\n", encoding="utf-8")
    (tmp_path / "today.csv").write_text(
        "order_id,channel,ordered_at,amount,deducted_at\nB,baitiao,2026-10-02,1.00,\n", encoding="utf-8"
    )
    plan = plan_for(tmp_path, columns={"order_id": "订单号"})
    assert len(read_feed(plan, str(tmp_path / "today.csv")).feed) == 1


def test_a_source_that_is_not_there_is_named_by_its_option(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row()))
    with pytest.raises(InputError) as error:
        read_feed(plan_for(tmp_path), str(tmp_path / "nowhere.csv"))
    assert error.value.problems[0].key == "--feed"


def test_whether_a_source_tells_confirmations_is_known_before_its_rows_are_read(tmp_path: Path) -> None:
    plan = plan_for(tmp_path)
    for head, told in (("amount,paid_at,deducted_at", True), ("amount,deducted_at", False)):
        (tmp_path / "orders.csv").write_text(f"order_id,channel,ordered_at,{head}\n", encoding="utf-8")
        assert confirms(plan, FeedSource.of(plan, None)) is told
    head = "order_id,channel,ordered_at,amount,paid_at,deducted_at\n"
    rows = {  # a column that is empty tells of none, as soon as any order shows that there should be one
        "A,baitiao,2026-10-01,1.00,,\n": True,
        "A,baitiao,2026-10-01,1.00,,2026-10-02\n": False,
        "A,baitiao,2026-10-01,1.00, ,2026-10-02\nB,baitiao,2026-10-01,1.00,2026-10-01,\n": True,
    }
    for lines, told in rows.items():
        (tmp_path / "orders.csv").write_text(head + lines, encoding="utf-8")
        assert confirms(plan, FeedSource.of(plan, None)) is told
        feed = read_feed(plan).feed
        assert feed.confirms is told
        assert (feed.tried_at == feed.ordered_at).all() == (not told)
        known = read_source(plan, FeedSource.of(plan, None), Wanted(confirms=not told)).feed
        assert known.confirms is not told
    (tmp_path / "orders.csv").unlink()
    assert confirms(plan, FeedSource.of(plan, None))
