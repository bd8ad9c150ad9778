"""Damaged Parquet files and databases, and paths that look like patterns, against another reading of the same."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.faults_judging import SECRET, damaged, drawing, judged
from benchmarks.faults_text import AS_OF, HEADERS, ledger_text, ledger_unlike, small_plan
from forecast.errors import InputError
from forecast.ledger.reading import read_ledger
from forecast.outputs.manifest import Inputs
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.faults_outcome import Outcome
    from forecast.plan.model import Plan

TIMES = ("ordered_at", "failed_at", "deducted_at", "closed_at")
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")
ODD = (
    "filename",
    "file_row_number",
    "forecast_file",
    "line",
    "misfit",
    "rowid",
    "orders",
    "sku",
    "Amount",
    "AMOUNT",
    "",
)
"""Names of columns that a reader may use for its own purposes, or that differ in their letters' case alone."""


def parquet(seed: int, number: int, folder: Path) -> Outcome:
    """A ledger of Parquet: its bytes damaged, or columns of odd types and names, or several files that differ."""
    draw = drawing(seed, number)
    _emptied(folder)
    how = draw.choice((_parquet_bytes, _parquet_bytes, _parquet_columns, _parquet_zones))
    plan, case = how(folder, draw)
    return judged("Parquet", case, lambda: _parquet_unlike(plan))


def database(seed: int, number: int, folder: Path) -> Outcome:
    """A SQLite or DuckDB file: its bytes damaged, a view that fails, values of any type, an address with a slip."""
    draw = drawing(seed, number)
    _emptied(folder)
    how = draw.choice((_database_bytes, _failing_view, _sqlite_values, _slipped_address))
    plan, case = how(folder, draw)
    return judged("database", case, lambda: _read(plan))


def paths(seed: int, number: int, folder: Path) -> Outcome:
    """Files and folders whose names look like patterns, beside others that they would match."""
    draw = drawing(seed, number)
    letters = "[]*?{}!~'\" %#&;$ab1-中é"
    name = "".join(draw.choice(letters) for _ in range(draw.randrange(1, 8))).strip() or "a"
    inside = draw.random() < 0.5  # noqa: PLR2004  # half of them
    own = folder / f"d{number}" / name if inside else folder / f"d{number}"
    own.mkdir(parents=True)
    file = own / ("orders.csv" if inside else f"{name}.csv")
    others = {file.with_name(other) for other in _alike(file.name)} - {file}
    for other in others:
        other.write_text(ledger_text(3), encoding="utf-8")
    file.write_text(ledger_text(8), encoding="utf-8")
    orders = file.relative_to(folder / f"d{number}").as_posix()
    return judged("paths", orders, lambda: _path_unlike(folder / f"d{number}", orders, file))


def _emptied(folder: Path) -> None:
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()


def _alike(name: str) -> list[str]:
    """Names that a pattern would match."""
    plain = re.sub(r"[\[\]*?{}]", "", name)
    return [other for other in (plain, re.sub(r"[*?]", "x", name), f"a{plain}", "1.csv", "a.csv") if other != ".csv"]


def _path_unlike(folder: Path, orders: str, file: Path) -> str | None:
    literal = re.sub(r"(['\"\\])", lambda found: f"\\u{ord(found[0]):04x}", orders)
    text = f'[plan]\nas_of = {AS_OF}\n[ledger]\norders = "{literal}"\n[cash]\nopening_balance = 1\n'
    (folder / "plan.toml").write_text(text + "[channels.baitiao]\n[channels.wechat]\n", encoding="utf-8")
    plan = load_plan(folder / "plan.toml")
    hashed = [one.path for one in Inputs.before(plan.ledger.inputs).files]
    if hashed != [str(file)]:
        return f"hashes {hashed}"
    text = file.read_text(encoding="utf-8")
    return ledger_unlike(small_plan(folder, plan.ledger.orders), text.encode())


def _table(orders: int = 40, fill: Callable[[str], object] | None = None) -> pa.Table:
    """The ledger of text as a Parquet table of moments and sums."""
    rows = [
        line.split(",")
        for line in ledger_text(orders).replace("两行\n规格", "两行").replace("手机, 黑", "手机").splitlines()
    ]
    columns: dict[str, pa.Array] = {}
    for place, header in enumerate(HEADERS):
        cells = [row[place] or None for row in rows[1:]]
        if header in TIMES:
            moments = [None if cell is None else dt.datetime.fromisoformat(cell) for cell in cells]
            columns[header] = pa.array(moments, pa.timestamp("us"))
        elif header in {"settled_on", "refunded_on"}:
            columns[header] = pa.array([None if cell is None else dt.date.fromisoformat(cell) for cell in cells])
        elif header.endswith("amount"):
            sums = [None if cell is None else Decimal(cell) for cell in cells]
            columns[header] = pa.array(sums, pa.decimal128(12, 2))
        else:
            columns[header] = pa.array([None if cell is None else (fill or str)(cell) for cell in cells], pa.string())
    return pa.table(columns)


def _parquet_bytes(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    file = folder / "orders.parquet"
    pq.write_table(_table(), file, compression=draw.choice(("snappy", "zstd", "none", "gzip")), row_group_size=15)
    content, damage = damaged(file.read_bytes(), draw)
    file.write_bytes(content)
    return small_plan(folder, "orders.parquet"), damage


def _parquet_columns(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    """Columns of another type or name, or one more of a name that is there."""
    table, done = _table(), []
    for _ in range(draw.choice((1, 1, 2))):
        place = draw.randrange(table.num_columns)
        name = table.column_names[place]
        if draw.random() < 0.5:  # noqa: PLR2004  # half of them
            column, told = _other_type(table.column(place), draw)
            table = table.set_column(place, name, column)
            done.append(f"{name} as {told}")
        else:
            other = draw.choice((*ODD, *HEADERS))
            table = table.append_column(other, table.column(place))
            done.append(f"{other} like {name}")
    pq.write_table(table, folder / "orders.parquet")
    return small_plan(folder, "orders.parquet"), ", ".join(done)


def _other_type(column: pa.ChunkedArray, draw: random.Random) -> tuple[pa.Array, str]:
    length = len(column)
    kinds: dict[str, Callable[[], pa.Array]] = {
        "text": lambda: pa.array([None if value is None else str(value) for value in column.to_pylist()]),
        "null": lambda: pa.nulls(length),
        "binary": lambda: pa.array([b"\xff\xfe"] * length, pa.binary()),
        "list": lambda: pa.array([[1, None]] * length),
        "struct": lambda: pa.array([{"a": 1}] * length),
        "float": lambda: pa.array(
            [draw.choice((float("nan"), float("inf"), 1e300, 0.1, -1e-300)) for _ in range(length)]
        ),
        "int64": lambda: pa.array([2**63 - 1] * length),
        "uint64": lambda: pa.array([2**64 - 1] * length, pa.uint64()),
        "decimal": lambda: pa.array([Decimal("9" * 30)] * length, pa.decimal128(38, 8)),
        "bool": lambda: pa.array([True] * length),
        "time": lambda: pa.array([dt.time(1)] * length),
        "duration": lambda: pa.array([dt.timedelta(1)] * length),
        "far moment": lambda: pa.array([2**62] * length, pa.timestamp("us")),
        "nanoseconds": lambda: pa.array([2**62] * length, pa.timestamp("ns")),
        "dictionary": lambda: pa.array(["a", "b"] * (length // 2)).dictionary_encode(),
        "odd text": lambda: pa.array(["\x00", "\x1b[31m", "￾", "=1+1"] * (length // 4)),
        "long text": lambda: pa.array(["x" * 50_000] * length),
    }
    kind = draw.choice(tuple(kinds))
    return kinds[kind](), kind


def _parquet_zones(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    """Several files, each with moments naive or of a zone; the machine's own zone differs from the plan's."""
    parts, done = folder / "parts", []
    parts.mkdir()
    machine = draw.choice(ZONES)
    os.environ["TZ"] = machine
    time.tzset()
    whole = _table()
    for place in range(2):
        table = whole.slice(place * 20, 20)
        zone = draw.choice(("", *ZONES))
        for name in TIMES if zone else ():
            at = table.column_names.index(name)
            local = [
                value and value.replace(tzinfo=ZoneInfo("Asia/Shanghai")) for value in table.column(at).to_pylist()
            ]
            table = table.set_column(at, name, pa.array(local, pa.timestamp("us", zone)))
        if draw.random() < 0.2:  # noqa: PLR2004  # some
            at = draw.randrange(table.num_columns)
            table = table.set_column(at, table.column_names[at], _other_type(table.column(at), draw)[0])
        pq.write_table(table, parts / f"{place}.parquet")
        done.append(zone or "naive")
    return small_plan(folder, "parts"), f"{', '.join(done)} on a machine in {machine}"


def _parquet_unlike(plan: Plan) -> str | None:
    """The ledger against pyarrow's reading of the same files: rows, their sums, and the days on which they lie."""
    read = read_ledger(plan)
    place = plan.path.parent / plan.ledger.orders
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    try:
        tables = [pq.ParquetFile(file).read() for file in files]
        known = [table.select([name for name in table.column_names if name != "sku"]) for table in tables]
        rows = [row for table in known for row in table.to_pylist()]  # whatever a sku is, it is a text here
    except OverflowError:  # moments beyond the calendar of Python: bad rows, or events after as_of
        told = read.counts.rejected or read.counts.blanked
        return None if told else "moments beyond the calendar are taken for good"
    except (pa.ArrowException, OSError, ValueError) as error:
        return f"read, though pyarrow finds {str(error)[:80]!r}"
    counts = read.counts
    if len(rows) != counts.orders + counts.rejected + counts.dropped:
        return f"{len(rows)} rows, {counts.orders} orders, {counts.rejected} rejected, {counts.dropped} dropped"
    if counts.rejected or counts.dropped or not all(isinstance(row["amount"], Decimal) for row in rows):
        return None  # the sums of the rest are held by the ledgers of text
    wanted = sum((row["amount"] for row in rows), Decimal(0))
    found = Decimal(int(read.tables.sales["value"].sum())) / 100
    if wanted != found:
        return f"orders of {found}, {wanted} in the files"
    days = sorted(_local_day(row["ordered_at"]) for row in rows)
    held = read.tables.sales
    ours = sorted(
        str(day)[:10] for day, orders in zip(held["day"], held["orders"], strict=True) for _ in range(int(orders))
    )
    return None if days == ours else f"days from {ours[0]} on, {days[0]} in the files"


def _local_day(moment: object) -> str:
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return str(moment.astimezone(ZoneInfo("Asia/Shanghai")))[:10]
    return str(moment)[:10]


def _read(plan: Plan) -> str | None:
    read_ledger(plan)
    return None


def _database_bytes(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    kind = draw.choice(("sqlite", "duckdb"))
    file = _filled(folder, kind)
    content, damage = damaged(file.read_bytes(), draw)
    file.write_bytes(content)
    return small_plan(folder, f"{kind}:///{file.name}", "orders"), f"{kind} {damage}"


def _filled(folder: Path, kind: str) -> Path:
    """A database with the ledger of text as its table ``orders``."""
    file = folder / f"orders.{kind}"
    rows = [
        line.split(",") for line in ledger_text().replace("两行\n规格", "两行").replace("手机, 黑", "手机").splitlines()
    ]
    columns, marks = ", ".join(f'"{header}" TEXT' for header in HEADERS), ", ".join("?" * len(HEADERS))
    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    with closing(connect(str(file))) as base:
        base.execute(f"CREATE TABLE orders ({columns})")
        base.executemany(f"INSERT INTO orders VALUES ({marks})", [[cell or None for cell in row] for row in rows[1:]])  # noqa: S608  # our own
        base.commit()
    return file


def _failing_view(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    """A view that fails when it is opened, or only while its rows are read."""
    kind = draw.choice(("sqlite", "duckdb"))
    file = _filled(folder, kind)
    amounts = {
        "sqlite": (
            "abs(-9223372036854775807 - (rowid > 20))",
            "json_extract('{', '$')",
            "gone.amount",
            "zeroblob(99999999999)",
        ),
        "duckdb": ("CAST(sku AS INTEGER)", "error('told\n\x1b[31mby hand')", "(SELECT amount FROM orders)", "1/0"),
    }
    amount = draw.choice(amounts[kind])
    others = ", ".join(header for header in HEADERS if header != "amount")
    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    with closing(connect(str(file))) as base:
        try:
            base.execute(f"CREATE VIEW failing AS SELECT {others}, {amount} AS amount FROM orders")  # noqa: S608  # our own
            if draw.random() < 0.3:  # noqa: PLR2004  # some
                base.execute("DROP TABLE orders")
        except duckdb.Error:
            pass
        base.commit()
    return small_plan(folder, f"{kind}:///{file.name}", "failing"), f"{kind} view of {amount}"


def _sqlite_values(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    """SQLite's columns hold values of any type."""
    file, column = _filled(folder, "sqlite"), draw.choice(HEADERS)
    values: tuple[object, ...] = (b"\xff\x00", 1e300, float("inf"), 2**62, "\ud7ff\x00", "￾", "x" * 70_000, -1, "")
    value = draw.choice(values)
    with closing(sqlite3.connect(file)) as base:
        base.execute(f"UPDATE orders SET {column} = ? WHERE rowid % ? = 0", (value, draw.choice((1, 3))))  # noqa: S608  # our own
        if draw.random() < 0.3:  # noqa: PLR2004  # some
            base.execute(f"UPDATE orders SET {column} = CAST(x'fffe80' AS TEXT) WHERE rowid = 5")  # noqa: S608  # our own
        base.commit()
    return small_plan(folder, "sqlite:///orders.sqlite", "orders"), f"{column} = {str(value)[:20]!r}"


def _slipped_address(folder: Path, draw: random.Random) -> tuple[Plan, str]:
    """The address of a database with a password in it and a slip of the pen, read as a plan says it."""
    address = f"postgresql://user:{SECRET}@127.0.0.1:1/shop?password={SECRET}&sslmode=disable"
    at = draw.randrange(len("postgresql://user:"))
    slip = draw.choice(("", address[at], "/", ":", "@", " ", "%", "[", "\\\\"))
    address = address[:at] + slip + address[at + draw.choice((0, 1, 2)) :]
    text = f'[plan]\nas_of = {AS_OF}\n[ledger]\norders = "{address}"\ntable = "orders"\n[cash]\nopening_balance = 1\n'
    (folder / "plan.toml").write_text(text + "[channels.baitiao]\n", encoding="utf-8")
    try:
        plan = load_plan(folder / "plan.toml")
    except InputError as error:
        plan = small_plan(folder, address, "orders")
        told = [problem.text("zh") for problem in error.problems]
        if any(SECRET in line for line in told):
            return plan, f"shown on loading: {told[0]}"
    return plan, address.replace(SECRET, "…")
