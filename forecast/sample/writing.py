"""Writes the sample ledger: orders in the ledger's columns, appended block by block to Parquet or CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from forecast.sample.episodes import SECONDS_A_DAY
from forecast.sample.law import TRIED
from forecast.sample.truth import sku_name
from forecast.sample.world import ABSENT

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from forecast.arrays import Ints
    from forecast.sample.law import Law
    from forecast.sample.orders import Orders

LedgerFormat = Literal["parquet", "csv"]

ROWS_A_GROUP = 200_000
"""Rows are gathered to at least so many before a row group is written; it bounds the memory, not the content."""

_TEXT = pa.dictionary(pa.int32(), pa.string())
_MONEY = pa.decimal128(14, 2)
_MOMENT = pa.timestamp("ms")

SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("channel", _TEXT),
        ("ordered_at", _MOMENT),
        ("amount", _MONEY),
        ("paid_at", _MOMENT),
        ("failure_cause", _TEXT),
        ("failed_at", _MOMENT),
        ("deducted_at", _MOMENT),
        ("closed_at", _MOMENT),
        ("settled_on", pa.date32()),
        ("settled_amount", _MONEY),
        ("refunded_on", pa.date32()),
        ("refunded_amount", _MONEY),
        ("sku", _TEXT),
        ("region", _TEXT),
    ]
)
"""The ledger's columns in the sample's files."""

_TEXT_COLUMNS = [field.name for field in SCHEMA if field.type == _TEXT]
_ENCODING = {
    field.name: "DELTA_BYTE_ARRAY" if field.name == "order_id" else "DELTA_BINARY_PACKED"
    for field in SCHEMA
    if field.name == "order_id" or field.type in (_MOMENT, pa.date32())
}


class LedgerWriter:
    """Takes blocks of orders in the order of time; a context manager that finishes the file when it leaves."""

    def __init__(self, path: Path, law: Law, ledger_format: LedgerFormat, rows_a_group: int = ROWS_A_GROUP) -> None:
        self._law = law
        self._rows_a_group = rows_a_group
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._day, self._day_orders = ABSENT, 0
        self._stream = path.open("wb")
        if ledger_format == "csv":
            # The mark lets spreadsheets read the Chinese texts as UTF-8.
            self._stream.write(("\ufeff" + ",".join(SCHEMA.names) + "\n").encode())
            written = {_TEXT: pa.string(), _MONEY: pa.string(), _MOMENT: pa.timestamp("s")}
            self._schema = pa.schema([(column.name, written.get(column.type, column.type)) for column in SCHEMA])
            bare = pcsv.WriteOptions(include_header=False, quoting_style="none")
            self._writer = pcsv.CSVWriter(self._stream, self._schema, write_options=bare)
        else:
            self._schema = SCHEMA
            self._writer = pq.ParquetWriter(
                self._stream,
                SCHEMA,
                compression="zstd",
                compression_level=6,
                use_dictionary=[*_TEXT_COLUMNS, "amount"],
                column_encoding=_ENCODING,
                store_decimal_as_integer=True,
                write_statistics=["ordered_at"],
            )

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what waits, unless an error is under way, and close the file."""
        if kind is None:
            self._flush()
        self._writer.close()
        self._stream.close()

    def append(self, orders: Orders) -> None:
        """Add orders, later than all before."""
        if len(orders):
            self._waiting.append(to_table(orders, self._law, self._numbers(orders)))
            self._rows += len(orders)
        if self._rows >= self._rows_a_group:
            self._flush()

    def _numbers(self, orders: Orders) -> Ints:
        """Running number of each order on its day, from 1."""
        day = orders.ordered_at // SECONDS_A_DAY
        position = np.arange(len(day))
        first = np.searchsorted(day, day, side="left")
        number = position - first + 1 + np.where(day == self._day, self._day_orders, 0)
        self._day, self._day_orders = int(day[-1]), int(number[-1])
        return np.asarray(number)

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting, promote_options="none").cast(self._schema))
            self._waiting, self._rows = [], 0


def to_table(orders: Orders, law: Law, numbers: Ints) -> pa.Table:
    """Orders as an Arrow table with the ledger's columns; absent events are null."""
    channels = [channel.name for channel in law.channels]
    columns = {
        "order_id": _ids(orders.ordered_at // SECONDS_A_DAY, numbers),
        "channel": _text(orders.channel, channels),
        "ordered_at": _moments(orders.ordered_at),
        "amount": _money(orders.amount),
        "paid_at": _moments(orders.paid_at),
        "failure_cause": _text(orders.cause, list(TRIED)),
        "failed_at": _moments(orders.failed_at),
        "deducted_at": _moments(orders.deducted_at),
        "closed_at": _moments(orders.closed_at),
        "settled_on": _days(orders.settled_on),
        "settled_amount": _money(orders.settled_amount),
        "refunded_on": _days(orders.refunded_on),
        "refunded_amount": _money(orders.refunded_amount),
        "sku": _text(orders.sku, [sku_name(sku) for sku in range(law.skus)]),
        "region": _text(orders.region, list(law.regions)),
    }
    return pa.table(columns, schema=SCHEMA)


def _ids(day: Ints, numbers: Ints) -> pa.Array:
    """Order ids: the day and a running number, ``20261018-42``."""
    date = day.astype("datetime64[D]")
    year = date.astype("datetime64[Y]").astype(np.int64) + 1970
    month = date.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = (date - date.astype("datetime64[M]")).astype(np.int64) + 1
    written = pa.array(year * 10_000 + month * 100 + of_month).cast(pa.string())
    return pc.binary_join_element_wise(written, pa.array(numbers).cast(pa.string()), "-")


def _text(index: Ints, words: list[str]) -> pa.Array:
    codes = pa.array(index.astype(np.int32), mask=index == ABSENT)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def _moments(seconds: Ints) -> pa.Array:
    return pa.array(seconds * 1000, pa.int64(), mask=seconds == ABSENT).cast(_MOMENT)


def _days(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=days == ABSENT).cast(pa.date32())


def _money(fen: Ints) -> pa.Array:
    """Fen as exact decimals: Arrow stores a decimal as a 16-byte integer, its lower half first."""
    halves = np.zeros((len(fen), 2), dtype=np.int64)
    halves[:, 0] = fen
    present = pa.array(fen != ABSENT).buffers()[1]
    return pa.Array.from_buffers(_MONEY, len(fen), [present, pa.py_buffer(halves)])
