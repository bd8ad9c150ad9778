"""Damaged tables of text: ``other_flows.csv`` and a ledger, against another reading by ``csv`` and ``Decimal``.

The independent reading takes every line that is a whole row by itself for a row, and lets a quoted cell run on only
over lines that are none. Whatever is a row there must be accepted with its amount, rejected by its line, or dropped
for lying after as_of: a row of which nothing is told, or another amount, is *silent*.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from benchmarks.faults_judging import damaged, drawing, judged
from forecast.errors import InputError
from forecast.ledger.reading import read_ledger
from forecast.plan.flows import read_flows
from forecast.plan.model import Cash, Channel, Horizon, LedgerSource, Merchant, Plan

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.faults_outcome import Outcome

AS_OF = dt.date(2026, 6, 5)
HEADERS = (
    *("order_id", "channel", "ordered_at", "amount", "sku", "failure_cause", "failed_at", "deducted_at", "closed_at"),
    *("settled_on", "settled_amount", "refunded_on", "refunded_amount"),
)
GOODS = ("手机", '"手机, 黑色"', '"两行\n规格"', '"27"" 显示器"', "plain", "")
TWO_ROWS = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as the independent reading has it: its line and its cells; no cells where it is none."""

    line: int
    cells: tuple[str, ...] | None


def ledger_text(orders: int = 40) -> str:
    """A small ledger whose goods hold commas, quotation marks and line ends, each order in one of five states."""
    lines = [",".join(HEADERS)]
    for number in range(orders):
        day = dt.date(2026, 5, 20) + dt.timedelta(days=number * 17 // orders)
        at, amount = f"{day} 10:{number % 60:02d}:00", Decimal(1000 + 37 * number) / 8
        amount = amount.quantize(Decimal("0.01"))
        fee = (amount * Decimal("0.01")).quantize(Decimal("0.01"))
        later = day + dt.timedelta(days=3)
        states = (
            ("", "", at, "", str(later), str(amount - fee), "", ""),
            ("", "", at, "", str(later), str(amount - fee), str(later), "1.00"),
            ("clearing", at, "", str(later), "", "", "", ""),
            ("", "", at, "", "", "", "", ""),
            ("", "", "", str(later), "", "", "", ""),
        )
        channel = ("baitiao", "wechat")[number % 2]
        goods = GOODS[number % len(GOODS)]
        lines.append(",".join((f"A{number:04d}", channel, at, str(amount), goods, *states[number % len(states)])))
    return "\n".join(lines) + "\n"


def flows_text(lines: int = 25) -> str:
    """Flows beside the orders' receipts, with notes in quotation marks."""
    notes = ("rent", '"a, b"', '"two\nlines"', '"27"" screen"', "")
    rows = ["date,amount,category,note,movable_days"]
    for number in range(lines):
        day = AS_OF + dt.timedelta(days=number - 3)
        rows.append(f"{day},-{100 + number}.{number % 100:02d},stock,{notes[number % len(notes)]},{number % 3}")
    return "\n".join(rows) + "\n"


def flows(seed: int, number: int, folder: Path) -> Outcome:
    """``other_flows.csv`` damaged."""
    content, damage = _in_an_encoding(flows_text(), drawing(seed, number))
    file = folder / "other_flows.csv"
    file.write_bytes(content)
    return judged("flows CSV", damage, lambda: _flows_unlike(file, content))


def ledger(seed: int, number: int, folder: Path) -> Outcome:
    """A ledger of text damaged."""
    content, damage = _in_an_encoding(ledger_text(), drawing(seed, number))
    (folder / "orders.csv").write_bytes(content)
    return judged("ledger CSV", damage, lambda: ledger_unlike(small_plan(folder, "orders.csv"), content))


def small_plan(folder: Path, orders: str, table: str | None = None, timezone: str = "Asia/Shanghai") -> Plan:
    """A plan in a folder for these orders, by two channels that state what a ledger of few days cannot show."""
    names = ("baitiao", "wechat")
    return Plan(
        path=folder / "plan.toml",
        language="en",
        merchant=Merchant(timezone=timezone),
        horizon=Horizon(AS_OF),
        ledger=LedgerSource(orders, table),
        cash=Cash(0.0),
        channels={name: Channel(name, name, name, fee_rate=0.01, settlement_days=3, refund_rate=0.0) for name in names},
    )


def decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8, in UTF-16 with a mark, or in GB18030; None where it is in none."""
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a row must look: cells between two numbers, and whether empty ones may follow as spreadsheets write them."""

    delimiter: str
    least: int
    most: int
    trailing: bool = False

    @classmethod
    def of(cls, header: str, delimiter: str, *, trailing: bool = False) -> Shape:
        """The shape of the rows below a header, whose last cells may be empty."""
        names = [name.strip() for name in header.split(delimiter)]
        named = max((place for place, name in enumerate(names, start=1) if name), default=0)
        return cls(delimiter, named, len(names), trailing)

    def row(self, text: str) -> tuple[str, ...] | None:
        """The cells of a row; None where the text is none."""
        cells = _cells(text, self.delimiter)
        if cells is None or len(cells) < self.least:
            return None
        fits = len(cells) <= self.most or (self.trailing and not any(cell.strip() for cell in cells[self.most :]))
        return tuple(cells[: self.least]) if fits else None


def rows_seen(text: str, shape: Shape) -> Iterator[Seen]:
    """The rows below the header by the independent reading; blank ones are left out."""
    lines = re.split(r"\r\n|\r|\n", text)
    at = _row_length(lines, 0, shape)
    while at < len(lines):
        taken = _row_length(lines, at, shape)
        whole = "\n".join(lines[at : at + taken])
        cells = _cells(whole, shape.delimiter)
        if cells is None or "".join(cells).strip() or (len(cells) > 1 and not shape.trailing):
            yield Seen(at + 1, shape.row(whole))
        at += taken


def _row_length(lines: Sequence[str], at: int, shape: Shape) -> int:
    """How many lines the row takes that begins on one."""
    if _cells(lines[at], shape.delimiter) is not None:
        return 1
    for end in range(at + 1, len(lines)):
        if lines[end].count('"') % 2 == 0 and shape.row(lines[end]) is not None:
            return 1
        whole = "\n".join(lines[at : end + 1])
        if '"' in lines[end] and _cells(whole, shape.delimiter) is not None:
            return end + 1 - at if shape.row(whole) is not None else 1
    return 1


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def _flows_unlike(file: Path, content: bytes) -> str | None:
    read = read_flows(file, AS_OF)
    if read.problems:
        raise InputError(list(read.problems))
    text = decoded(content)
    if text is None:
        return "read, though it is in no encoding"
    header = re.split(r"\r\n|\r|\n", text.lstrip("\r\n \t"))[0]
    names = [name.strip().strip('"').strip() for name in header.split(",")]
    rows = list(rows_seen(text.lstrip("\r\n \t"), Shape.of(header, ",", trailing=True)))
    ours = [_flow_of(row, names) for row in rows]
    if len(rows) != len(read.flows) + read.ignored:
        return f"{len(rows)} rows, {len(read.flows)} flows and {read.ignored} ignored"
    wanted = sum((amount for day, amount in ours if day > str(AS_OF)), Decimal(0))
    found = sum((Decimal(str(flow.amount)) for flow in read.flows), Decimal(0))
    return None if wanted == found else f"{found} in flows, {wanted} in the file"


def _flow_of(row: Seen, names: Sequence[str]) -> tuple[str, Decimal]:
    """Day and amount of a flow; a row that is none counts for nothing, so that its being read shows."""
    cells = dict(zip(names, row.cells or (), strict=False))
    day = "-".join(part.zfill(2) for part in re.split("[-/]", cells.get("date", "").strip()))
    return day, _decimal(cells.get("amount", ""))


def ledger_unlike(plan: Plan, content: bytes) -> str | None:
    """What a ledger of text, read by the plan, lacks of its independent reading."""
    read = read_ledger(plan)
    text = decoded(content)
    if text is None:
        return "read, though it is in no encoding"
    header, _, _ = re.split(r"(\r\n|\r|\n)", text, maxsplit=1)[0:3] if re.search("[\r\n]", text) else (text, "", "")
    delimiter = max(",;\t", key=header.count)
    names = [name.strip() for name in header.split(delimiter)]
    rows = list(rows_seen(text, Shape.of(header, delimiter)))
    rejected = set(map(int, read.rejected["line"]))
    counts = read.counts
    if len(rows) != counts.orders + counts.rejected + counts.dropped:
        told = f"{counts.orders} orders, {counts.rejected} rejected, {counts.dropped} dropped"
        return f"{len(rows)} rows in the file, {told}"
    kept = [dict(zip(names, row.cells, strict=False)) for row in rows if row.line not in rejected and row.cells]
    kept = [cells for cells in kept if _day(cells["ordered_at"]) <= str(AS_OF)]
    wanted = sum((_decimal(cells["amount"]) for cells in kept), Decimal(0))
    found = Decimal(int(read.tables.sales["value"].sum())) / 100
    if wanted != found:
        return f"orders of {found}, {wanted} in the file"
    settled = [cells for cells in kept if "" < _day(cells.get("settled_on", "")) <= str(AS_OF)]
    wanted = sum((_decimal(cells.get("settled_amount", "")) for cells in settled), Decimal(0))
    identity = read.tables.identity
    shown = identity[~identity["channel"].isin(read.tables.completion.settled)]  # what the plan tells is no row's
    found = Decimal(int(shown["settled"].sum())) / 100
    return None if wanted == found else f"settled {found}, {wanted} in the file"


def _day(cell: str) -> str:
    return cell.strip().strip('"`').replace("/", "-")[:10]


def _decimal(cell: str) -> Decimal:
    try:
        return Decimal(cell.strip() or "0")
    except InvalidOperation:
        return Decimal("NaN")


def _in_an_encoding(text: str, draw: random.Random) -> tuple[bytes, str]:
    return damaged_table(text.encode(draw.choice(("utf-8", "utf-8", "gb18030"))), draw)


def damaged_table(whole: bytes, draw: random.Random) -> tuple[bytes, str]:
    """A table's bytes with one or two damages of tables, or any damage of bytes."""
    content = whole
    if draw.random() < 0.4:  # noqa: PLR2004  # as often as not
        return damaged(content, draw)
    done = []
    for _ in range(draw.choice((1, 1, 2))):
        lines = content.split(b"\n")
        at = draw.randrange(len(lines))
        name = draw.choice(tuple(_OF_LINES))
        lines[at] = _OF_LINES[name](lines[at], draw)
        content = b"\n".join(lines)
        done.append(f"{name} on line {at + 1}")
    return content, ", ".join(done)


def _in_cell(line: bytes, draw: random.Random, mark: bytes) -> bytes:
    cells = line.split(b",")
    at = draw.randrange(len(cells))
    cells[at] = mark + cells[at]
    return b",".join(cells)


def _anywhere(line: bytes, draw: random.Random, mark: bytes) -> bytes:
    at = draw.randrange(len(line) + 1)
    return line[:at] + mark + line[at:]


_OF_LINES: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "quote opened": lambda line, draw: _in_cell(line, draw, b'"'),
    "quote anywhere": lambda line, draw: _anywhere(line, draw, b'"'),
    "line end": lambda line, draw: _anywhere(line, draw, draw.choice((b"\n", b"\r", b"\r\n"))),
    "quoted line end": lambda line, draw: _anywhere(line, draw, draw.choice((b'"\n', b'\n"', b'","\n'))),
    "commas at the end": lambda line, draw: line + b"," * draw.randrange(1, 4),
    "comma anywhere": lambda line, draw: _anywhere(line, draw, b","),
    "row cut": lambda line, draw: line[: draw.randrange(len(line) + 1)],
    "blanks": lambda line, draw: _anywhere(line, draw, draw.choice((b" ", b"\t", b"\xc2\xa0", b"\x0c", b"\x0b"))),
    "figure": lambda line, draw: _in_cell(line, draw, draw.choice((b"-", b"1e", b"1,", b"=", b"'", b"0x", b"+"))),
}
