"""A text whose cells are as programs write them, read as arrays: quicker than by the engine.

Moments are ``2026-10-18 09:30:00``, the same without seconds, or the day alone; amounts are digits and a point. Arrow's
casts read these as ``parsing`` does. One cell that is anything else, or one order that is told of twice, and nothing is
found: then the engine reads the whole source, which knows more of what people and spreadsheets write.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import compute, csv

from forecast.ledger.parsing import EARLIEST, LATEST, SPACES, plain
from forecast.watch.feed import CAUSES, NEVER, NONE
from forecast.watch.feed_columns import MOMENTS, NAMED, Columns, has_repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.arrays import Bools, Ints
    from forecast.ledger.engine import OrderEngine
    from forecast.ledger.opening import WholeLines
    from forecast.ledger.sources import Source

BLOCK = 1 << 23
"""Bytes of a text that are looked at together: what is not asked for of them is let go."""

_LABELS = ("channel", "failure_cause", *NAMED)
_NUMBERS = ("channel", "cause", *NAMED, "amount", *MOMENTS, "number")

_LENGTHS = {10, 16, 19, None}
"""Characters of a day alone, of a moment without seconds, of a whole one, and of none; with 13 it has no minutes."""

_FIRST, _LAST = (int(np.datetime64(moment, "s").astype(np.int64)) for moment in (EARLIEST, LATEST))
_UNKNOWN = -2
"""Stands for a channel or a cause that is none of ours."""


class _NotPlainError(Exception):
    """Some cell is not as programs write it."""


@dataclass(frozen=True, slots=True)
class PlainRows:
    """The usable rows that were asked for, and how many ``unusable`` ones were."""

    columns: Columns
    unusable: int


@dataclass(slots=True)
class _Labels:
    """The places of a column's texts in the order in which they were found; those of channels and causes are given."""

    column: str
    places: dict[str, int] = field(default_factory=dict)
    given: bool = False

    def of(self, table: pa.Table, constants: Mapping[str, str]) -> Ints:
        """The place of each text made plain; of none ``NONE``, of one that is not given ``_UNKNOWN``.

        Of a column that is not there, all are its constant.
        """
        if self.column not in table.column_names:
            return np.repeat(self._places([constants.get(self.column)]), len(table))
        return np.concatenate([self._of(chunk) for chunk in table.column(self.column).chunks])

    def _of(self, chunk: pa.DictionaryArray) -> Ints:
        places = np.append(self._places(chunk.dictionary.to_pylist()), NONE)
        return np.asarray(places[_filled(chunk.indices, -1, np.int32)])

    def _places(self, found: Sequence[str | None]) -> Ints:
        texts = [(text or "").strip(SPACES) for text in found]
        if not self.given:
            for text in texts:
                self.places.setdefault(text, len(self.places)) if text else None
        return np.array([self.places.get(text, _UNKNOWN) if text else NONE for text in texts], dtype=np.int64)

    def named(self, places: Ints) -> tuple[tuple[str, ...], Ints]:
        """The names that are found, by their texts, and the place of each among them."""
        texts = list(self.places)
        used = sorted(texts[place] for place in np.unique(places[places != NONE]).tolist())
        moved = np.full(len(texts) + 1, NONE, dtype=np.int64)
        moved[[self.places[name] for name in used]] = np.arange(len(used))
        return tuple(used), moved[places]


@dataclass(frozen=True, slots=True)
class _FeedLabels:
    """The places of the texts of a feed, by column."""

    channel: _Labels
    cause: _Labels
    sku: _Labels
    region: _Labels

    @classmethod
    def of(cls, channels: Sequence[str]) -> _FeedLabels:
        """Those of a plan's channels, of causes, and of skus and regions that are yet to be found."""
        channel, cause = ({name: place for place, name in enumerate(names)} for names in (channels, CAUSES))
        known = _Labels("channel", channel, given=True), _Labels("failure_cause", cause, given=True)
        return cls(*known, *(_Labels(name) for name in NAMED))


def plain_rows(
    engine: OrderEngine, source: Source, channels: Sequence[str], after: int, alive: int, *, numbered: bool
) -> PlainRows | None:
    """The rows of a stream that tell of orders placed at ``after`` or later, and of ``alive`` or later (seconds).

    None where they are to be read by the engine. ``numbered`` asks for a number made of each order's number.
    """
    if not source.lines or not {*source.constants}.isdisjoint({"order_id", "amount", *MOMENTS}):
        return None
    labels = _FeedLabels.of(channels)
    parts, unusable = [], 0
    try:
        for lines in source.lines:
            for part in _parts(engine, source, lines, labels):
                asked, usable = _asked(part, after, alive), _usable(part)
                unusable += int((asked & ~usable).sum())
                parts.append(_chosen(part, asked & usable))
    except (_NotPlainError, pa.ArrowException):
        return None
    told = _below_one_another(parts)
    if has_repeats(told.number):
        return None
    (skus, sku), (regions, region) = labels.sku.named(told.sku), labels.region.named(told.region)
    number = told.number if numbered else told.number[:0]
    return PlainRows(replace(told, skus=skus, regions=regions, sku=sku, region=region, number=number), unusable)


def _parts(engine: OrderEngine, source: Source, lines: WholeLines, labels: _FeedLabels) -> Iterator[Columns]:
    """The rows of a text, so many at a time, usable or not.

    Raises:
        _NotPlainError: A cell is not plain, or there are not as many rows as there are lines.
    """
    rows = 0
    for block in _blocks(lines):
        part = _part(engine, _table(lines, block), source.constants, labels)
        rows += len(part.amount)
        yield part
    if rows != lines.rows:
        raise _NotPlainError


def _chosen(part: Columns, chosen: Bools) -> Columns:
    """Those rows of a part."""
    if chosen.all():
        return part
    return replace(part, **{name: getattr(part, name)[chosen] for name in _NUMBERS})


def _below_one_another(parts: Sequence[Columns]) -> Columns:
    """The rows of all parts."""
    told = {
        name: np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0, dtype=np.int64)])
        for name in _NUMBERS
    }
    return Columns((), (), **told)


def _blocks(lines: WholeLines) -> Iterator[bytes]:
    """The lines below the first ones, so many at a time.

    Raises:
        _NotPlainError: One begins with a byte-order mark, which Arrow would take for none of its first cell.
    """
    with lines.file.open("rb") as stream:
        for _ in range(lines.after):
            stream.readline()
        rest = b""
        while chunk := stream.read(BLOCK):
            whole, feed, open_end = (rest + chunk).rpartition(b"\n")
            if feed:
                yield _without_mark(whole)
            rest = open_end
        if rest:
            yield _without_mark(rest)


def _without_mark(block: bytes) -> bytes:
    if block.startswith(BOM_UTF8):
        raise _NotPlainError
    return block


def _table(lines: WholeLines, block: bytes) -> pa.Table:
    """The cells of some lines as texts under our names, the empty ones absent; those that are few as dictionaries."""
    headers = [f"c{place}" for place in range(lines.fields)]
    labels = pa.dictionary(pa.int32(), pa.string())
    read = {
        name: f"c{lines.positions[name]}"
        for name in ("order_id", "amount", *_LABELS, *MOMENTS)
        if name in lines.positions
    }
    kinds = {header: labels if name in _LABELS else pa.string() for name, header in read.items()}
    found = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(column_names=headers),
        parse_options=csv.ParseOptions(delimiter=lines.delimiter),
        convert_options=csv.ConvertOptions(
            column_types=kinds, include_columns=[*kinds], strings_can_be_null=True, null_values=[""]
        ),
    )
    return pa.table({name: found.column(header) for name, header in read.items()})


def _part(engine: OrderEngine, table: pa.Table, constants: Mapping[str, str], labels: _FeedLabels) -> Columns:
    """Some rows as numbers; what is absent is ``NEVER``, ``NONE`` or below."""
    read = plain("told", "VARCHAR")
    number = f"CASE WHEN {read} IS NOT NULL THEN {engine.number_of(read)} ELSE {NONE} END"
    numbers = engine.columns_of(number, "told", table.column("order_id"))
    return Columns(
        skus=(),
        regions=(),
        channel=labels.channel.of(table, constants),
        sku=labels.sku.of(table, constants),
        region=labels.region.of(table, constants),
        cause=labels.cause.of(table, constants),
        amount=_fen(table.column("amount")),
        **{name: _seconds(table, name) for name in MOMENTS},
        number=np.concatenate([np.from_dlpack(one) for one in numbers.chunks]),
    )


def _seconds(table: pa.Table, name: str) -> Ints:
    """The moments of a column in seconds since 1970; ``NEVER`` where it is not there.

    Raises:
        _NotPlainError: One is none that programs write, or none of an order.
        ArrowInvalid: The same.
    """
    if name not in table.column_names:
        return np.full(len(table), NEVER)
    column = table.column(name)
    if not _LENGTHS.issuperset(compute.unique(compute.binary_length(column)).to_pylist()):
        raise _NotPlainError
    seconds = column.cast(pa.timestamp("s")).cast(pa.int64())
    first, last = (one.as_py() for one in compute.min_max(seconds).values())
    if first is not None and not _FIRST <= first <= last <= _LAST:
        raise _NotPlainError
    return np.concatenate([_filled(chunk, int(NEVER), np.int64) for chunk in seconds.chunks])


def _fen(column: pa.ChunkedArray) -> Ints:
    """Amounts in fen, ``NONE`` where there is none.

    Raises:
        _NotPlainError: There is anything but digits and a point in one.
        ArrowInvalid: One is no number of whole fen.
    """
    found = []
    for chunk in column.chunks:
        _, places, texts = chunk.buffers()
        if len(chunk) and texts is not None:
            begin, end = np.frombuffer(places, np.int32)[[chunk.offset, chunk.offset + len(chunk)]]
            text = np.frombuffer(texts, np.uint8)[begin:end]
            if ((text < ord(".")) | (text > ord("9")) | (text == ord("/"))).any():
                raise _NotPlainError
        whole = chunk.cast(pa.decimal128(16, 2))
        low = np.frombuffer(whole.buffers()[1], np.int64)[::2][whole.offset : whole.offset + len(whole)]
        found.append(np.where(_is_there(chunk), low, NONE))
    return np.concatenate(found)


def _filled(chunk: pa.Array, absent: int, kind: type[np.signedinteger[Any]]) -> Ints:
    """Whole numbers of a kind, the absent ones as another."""
    values = np.frombuffer(chunk.buffers()[1], kind)[chunk.offset : chunk.offset + len(chunk)]
    return np.asarray(np.where(_is_there(chunk), values, absent))


def _is_there(chunk: pa.Array) -> Bools:
    """Which values are not absent: by a cast, as Arrow's scalars load pandas, which takes as long as many rows."""
    return np.asarray(np.from_dlpack(compute.cast(chunk.is_valid(), pa.int8())) > 0)


def _usable(part: Columns) -> Bools:
    known = (part.channel >= 0) & (part.cause != _UNKNOWN) & (part.number >= 0)
    return np.asarray(known & (part.ordered_at < NEVER) & (part.amount >= 0))


def _asked(part: Columns, after: int, alive: int) -> Bools:
    """Rows without the moment of their order are asked for, too: they count as unusable."""
    asked = part.ordered_at >= max(after, 0)
    if alive > 0:
        moments = (part.ordered_at, part.paid_at, part.failed_at, part.deducted_at, part.closed_at)
        asked &= np.any([(one >= alive) & (one < NEVER) for one in moments], axis=0)
    return np.asarray(asked | (part.ordered_at == NEVER))
