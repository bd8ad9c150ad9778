"""Cost of joining exports: ``python -m benchmarks.exports``.

Two million lines of a JD settlement (two an order: goods and commission) and a million JD orders, both Parquet with
their own headers, in one run: from the files to the ledger's joined table, and beside it a bare DuckDB join of the same
files (lines grouped by order and summed, orders LEFT JOINed, kept as a table). The two take turns, each in a process of
its own, so that whatever else the machine does falls on both; their medians are compared, and the ratios of the single
rounds show how far that can be trusted. Peak memory is the most of all rounds.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import duckdb

from forecast.ledger.engine import MEMORY_LIMIT, OrderEngine
from forecast.ledger.exports.entries import join_exports, open_exports
from forecast.plan.reading import load_plan

MOST_TIMES, MOST_GIGABYTES = 4.0, 1.0
"""What the joining may take: times of the bare join, and of memory."""

ROUNDS = 5

PLAN = """language = "en"
[plan]
as_of = 2026-10-18
[[ledger.files]]
path = "orders.parquet"
channel_from = "支付方式"
channels = { "京东白条" = "baitiao", "在线支付" = "jd_pay" }
[[ledger.files]]
path = "settlement.parquet"
[cash]
opening_balance = 0.0
[channels.baitiao]
[channels.jd_pay]
"""

ORDERS = """
SELECT CAST(290000000000 + (n * 7919) % 9999991 * 100 + n % 100 AS VARCHAR) || CAST(n // 9999991 AS VARCHAR) AS 订单号,
    CAST(100012043978 + n % 5000 AS VARCHAR) AS 商品ID,
    CASE WHEN n % 3 = 0 THEN '京东白条' ELSE '在线支付' END AS 支付方式,
    TIMESTAMP '2026-01-01' + n * INTERVAL 20 SECOND AS 下单时间,
    CAST((n % 90000 + 1000) / 100.0 AS DECIMAL(18, 2)) AS 订单金额,
    CAST((n % 90000 + 1000) / 100.0 AS DECIMAL(18, 2)) AS 应付金额, '完成' AS 订单状态,
    TIMESTAMP '2026-01-01' + n * INTERVAL 20 SECOND + INTERVAL 1 MINUTE AS 付款确认时间
FROM range({orders}) AS numbers(n)
"""

LINES = """
SELECT 订单号 AS 订单编号, '订单' AS 单据类型, item AS 费用项, '已结算' AS 结算状态,
    CASE item WHEN '货款' THEN 应付金额 ELSE CAST(应付金额 * 0.02 AS DECIMAL(18, 2)) END AS 金额,
    CASE item WHEN '货款' THEN '收入' ELSE '支出' END AS 收支方向,
    date_trunc('day', 下单时间) + INTERVAL 7 DAY AS 费用结算时间
FROM orders CROSS JOIN (SELECT unnest(['货款', '佣金']) AS item)
"""

BARE = """
CREATE TABLE joined AS
WITH sums AS (
    SELECT 订单编号, max(费用结算时间) AS settled_on,
        sum(CASE WHEN 收支方向 = '收入' THEN 金额 END) AS paid, sum(CASE WHEN 收支方向 = '支出' THEN -金额 END) AS fees
    FROM read_parquet('{lines}') GROUP BY 订单编号
)
SELECT orders.*, settled_on, paid + fees AS settled_amount FROM read_parquet('{orders}') AS orders
LEFT JOIN sums ON orders.订单号 = sums.订单编号
"""


def write_files(folder: Path, orders: int) -> None:
    """Writes plan, orders and settlement."""
    with closing(duckdb.connect()) as maker:
        maker.execute(f"CREATE TABLE orders AS {ORDERS.format(orders=orders)}")
        maker.execute(f"COPY orders TO '{folder / 'orders.parquet'}' (FORMAT parquet)")
        maker.execute(f"COPY ({LINES}) TO '{folder / 'settlement.parquet'}' (FORMAT parquet)")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")


def joined(folder: Path) -> float:
    """Ours: seconds from the files to the table of orders, which is checked."""
    plan = load_plan(folder / "plan.toml")
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as spill, closing(OrderEngine(Path(spill))) as engine:
        join_exports(engine, plan, open_exports(engine, plan, Path(spill)))
        spent = time.perf_counter() - begin
        rows = engine.rows("SELECT count(*), sum(settled_amount) FROM orders")[0]
    print(f"rows {rows[0]} settled {rows[1]}", file=sys.stderr)
    return spent


def bare(folder: Path) -> float:
    """Theirs: the same by one query of DuckDB's, with the memory that ours has."""
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as spill, closing(duckdb.connect(config={"temp_directory": spill})) as engine:
        engine.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        files = {name: folder / f"{name}.parquet" for name in ("orders", "settlement")}
        engine.execute(BARE.format(lines=files["settlement"], orders=files["orders"]))
        spent = time.perf_counter() - begin
        rows = engine.execute("SELECT count(*), sum(settled_amount) FROM joined").fetchall()[0]
    print(f"rows {rows[0]} settled {rows[1]}", file=sys.stderr)
    return spent


SIDES = {"joined": joined, "bare": bare}


def measured(side: str, folder: Path) -> tuple[float, float, str]:
    """Seconds, gigabytes and the sums of one side, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exports", "--side", side, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own command
    seconds, gigabytes = map(float, done.stdout.split())
    return seconds, gigabytes, done.stderr.strip()


def main() -> None:
    """Print the times, or one side's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders; the settlement has two lines for each")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        seconds = SIDES[given.side](given.folder)
        unit = 1 if sys.platform == "darwin" else 1024
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9)
        return
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), given.orders)
        rounds = [{side: measured(side, Path(folder)) for side in SIDES} for _ in range(ROUNDS)]
    medians = {side: statistics.median(one[side][0] for one in rounds) for side in SIDES}
    peaks = {side: max(one[side][1] for one in rounds) for side in SIDES}
    for side in SIDES:
        print(f"{side:8} {medians[side]:6.2f} s  {peaks[side]:5.2f} GB")
    times = medians["joined"] / medians["bare"]
    single = sorted(one["joined"][0] / one["bare"][0] for one in rounds)
    print(f"{2 * given.orders:,} lines, {given.orders:,} orders: {times:.1f} times the bare join", end=" ")
    print(f"(medians of {ROUNDS} rounds; {single[0]:.1f} to {single[-1]:.1f} by round)")
    agree = len({one[side][2] for one in rounds for side in SIDES}) == 1
    if not agree or times > MOST_TIMES or peaks["joined"] > MOST_GIGABYTES:
        sys.exit(f"more than {MOST_TIMES:g} times or {MOST_GIGABYTES:g} GB, or other sums")


if __name__ == "__main__":
    main()
