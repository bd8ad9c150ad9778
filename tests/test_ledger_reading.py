"""The whole way from a source to the ledger."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from ledger_plans import AS_OF, TABLES, csv_of, plan_for, row, write_orders

from forecast.calendar import Calendar
from forecast.errors import InputError
from forecast.ledger import engine, reading
from forecast.ledger.reading import read_last_known, read_ledger, require_orders
from forecast.ledger.sources import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.sources import Source
    from forecast.plan.model import LedgerSource


def test_counts_add_up(tmp_path: Path) -> None:
    rows = [row(order_id="A"), row(order_id="B", amount="-"), row(order_id="C", ordered_at="2026-11-01")]
    write_orders(tmp_path, csv_of(*rows))
    counts = read_ledger(plan_for(tmp_path)).counts
    assert (counts.orders, counts.rejected, counts.dropped, counts.blanked) == (1, 1, 1, 0)


def test_what_the_feed_holds_at_all(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(row()))
    ledger = read_ledger(plan_for(tmp_path))
    assert (ledger.has_causes, ledger.has_confirmation) == (True, True)
    write_orders(tmp_path, "order_id,channel,ordered_at,amount,deducted_at\n")
    ledger = read_ledger(plan_for(tmp_path))
    assert (ledger.has_causes, ledger.has_confirmation) == (False, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_temporary_files_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    text = "订单号,channel,ordered_at,amount,deducted_at,closed_at\n甲,baitiao,2026-10-01,1.00,,2026-10-02\n"
    (tmp_path / "orders.csv").write_text(text, encoding=encoding)
    ledger = read_ledger(plan_for(tmp_path, columns={"order_id": "订单号"}))
    assert ledger.counts.orders == 1
    assert list(temporary.iterdir()) == []
    with pytest.raises(InputError):
        read_ledger(plan_for(tmp_path, columns={"order_id": "编号"}))
    assert list(temporary.iterdir()) == []


def test_a_ledger_larger_than_the_memory_given_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(order_id=f"{number:040d}", paid_at="2026-10-02") for number in range(60_000)]
    write_orders(tmp_path, csv_of(*rows))
    monkeypatch.setattr(engine, "MEMORY_LIMIT", "40MB")
    ledger = read_ledger(plan_for(tmp_path))
    assert ledger.counts.orders == 60_000
    assert int(ledger.tables.identity["outstanding"].sum()) == 60_000 * 10_000


def test_the_same_ledger_gives_the_same_tables_to_the_last_bit(tmp_path: Path) -> None:
    """However the engine's threads divide the rows."""
    amounts = [f"{number * 7919 % 99991}.{number % 100:02d}" for number in range(5000)]
    rows = [row(order_id=str(place), amount=one, paid_at="2026-10-02") for place, one in enumerate(amounts)]
    write_orders(tmp_path, csv_of(*rows))
    squared = sum((number * 7919 % 99991 * 100 + number % 100) ** 2 for number in range(5000))
    first, again = (read_ledger(plan_for(tmp_path)).tables.sales["value_squared"].tolist() for _ in range(2))
    assert first == again == [float(squared) / 100**2]


@pytest.mark.parametrize(("silent", "missing"), [(0, 0), (9, 9)])
def test_a_stopped_feed_is_read_once_and_known_as_of_its_last_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent: int, missing: int
) -> None:
    """An order a day; one confirmed on the last day is not silent yet on that day, though it is by as_of."""
    last = AS_OF - dt.timedelta(days=silent)
    days = [last - dt.timedelta(days=back) for back in range(60)]
    rows = [row(order_id=str(day), ordered_at=f"{day} 09:00", deducted_at=f"{day} 09:05") for day in days]
    rows.append(
        row(order_id="S", ordered_at=f"{last}", deducted_at=f"{last}", settled_on=f"{last}", settled_amount="99")
    )
    rows.append(row(order_id="C", ordered_at=f"{last} 20:00", paid_at=f"{last} 20:01"))
    write_orders(tmp_path, csv_of(*rows, row(order_id="D", ordered_at=f"{AS_OF + dt.timedelta(days=1)}")))
    opened: list[str] = []

    def counted(engine: OrderEngine, ledger: LedgerSource, base: Path, folder: Path) -> Source:
        opened.append(ledger.orders)
        return open_source(engine, ledger, base, folder)

    monkeypatch.setattr(reading, "open_source", counted)
    plan = plan_for(tmp_path)
    ledger, gap = read_last_known(plan, Calendar("CN"))
    assert (gap, opened) == (missing, ["orders.csv"])
    then = read_ledger(replace(plan, horizon=replace(plan.horizon, as_of=last)))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(ledger.tables, name), getattr(then.tables, name))
    assert (ledger.tables.as_of, ledger.counts) == (last, read_ledger(plan).counts)
    assert (ledger.counts.silent, then.counts.silent) == (int(missing > 0), 0)


def test_where_no_row_is_good_as_its_days_cannot_be_read_the_columns_are_named(tmp_path: Path) -> None:
    write_orders(tmp_path, csv_of(*(row(order_id=f"{x}", ordered_at="18/10/2026") for x in range(9))))
    plan = plan_for(tmp_path)
    with pytest.raises(InputError, match='the dates in ordered_at cannot be read: "18/10/2026" and 9 rows in all'):
        require_orders(plan, read_ledger(plan))


def test_a_full_folder_for_temporary_files_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device", "scratch")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    write_orders(tmp_path, csv_of(row()))
    with pytest.raises(InputError, match=r"^scratch: cannot be read \(No space left on device\)"):
        read_ledger(plan_for(tmp_path))
