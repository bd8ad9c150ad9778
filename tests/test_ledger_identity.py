"""The identity notices every fen that goes missing, and says where."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from ledger_plans import csv_of, ledger_of, row

from forecast.errors import IdentityError
from forecast.ledger.identity import check_identity

if TYPE_CHECKING:
    import pandas as pd

    from forecast.ledger.tables import DailyTables

DEDUCTED = {"deducted_at": "2026-10-01 10:01"}
SETTLED = DEDUCTED | {"settled_on": "2026-10-08", "settled_amount": "49.50"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> DailyTables:
    text = csv_of(
        row(order_id="A", **SETTLED, refunded_on="2026-10-03", refunded_amount="50.00"),
        row(order_id="B", **(SETTLED | {"refunded_on": "2026-10-09", "refunded_amount": "10.00"})),
        row(order_id="C", failure_cause="clearing", closed_at="2026-10-03"),
        row(order_id="D", closed_at="2026-10-03"),
        row(order_id="E", ordered_at="2026-10-02", deducted_at="2026-10-02"),
    )
    return ledger_of(tmp_path_factory.mktemp("identity"), text).tables


def changed(table: pd.DataFrame, place: int, figure: str, by: int) -> pd.DataFrame:
    """The table with one figure of one row changed."""
    values = table[figure].to_numpy(copy=True)
    values[place] += by
    return table.assign(**{figure: values})


def test_a_true_ledger_passes(tables: DailyTables) -> None:
    check_identity(tables)


@pytest.mark.parametrize(
    "part", ["value", "settled", "fees", "refunded_before", "lost", "never_paid", "outstanding", "refunded_after"]
)
def test_one_missing_fen_is_found_with_its_channel_and_day(tables: DailyTables, part: str) -> None:
    identity = changed(tables.identity, 0, part, -1)
    with pytest.raises(IdentityError, match=r"baitiao"):
        check_identity(replace(tables, identity=identity))


def test_the_message_names_channel_day_and_fen(tables: DailyTables) -> None:
    identity = changed(tables.identity, 1, "outstanding", -7)
    with pytest.raises(IdentityError, match=r"^baitiao, 2026-10-02: value is not the sum of its parts \(7 missing"):
        check_identity(replace(tables, identity=identity))


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("sales", "orders"),
        ("sales", "value"),
        ("first", "orders"),
        ("first", "value"),
        ("recovery", "value"),
        ("settlement", "settled"),
        ("settlement", "fees"),
        ("settlement", "refunded_before"),
        ("refund_before", "value"),
        ("refund_after", "refunded"),
        ("collected", "value"),
    ],
)
def test_a_table_that_tells_another_story_is_found(tables: DailyTables, name: str, figure: str) -> None:
    wrong: dict[str, Any] = {name: changed(getattr(tables, name), 0, figure, 3)}
    with pytest.raises(IdentityError, match=name):
        check_identity(replace(tables, **wrong))


def test_collected_money_on_another_day_of_order_is_found(tables: DailyTables) -> None:
    later = tables.collected.assign(day=tables.collected["day"] + dt.timedelta(days=1))
    with pytest.raises(IdentityError, match="of the table collected differ"):
        check_identity(replace(tables, collected=later))


def test_a_day_that_a_table_does_not_have_is_missing_too(tables: DailyTables) -> None:
    with pytest.raises(IdentityError, match="table sales differ"):
        check_identity(replace(tables, sales=tables.sales.iloc[1:]))
