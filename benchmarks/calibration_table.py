"""The table of the calibration, from the rows of its windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measures import band, kupiec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = dict[str, Any]

SIZES = ((0.0, 50.0, "under 50 orders a day"), (50.0, 300.0, "50 to 300"), (300.0, 1e9, "over 300"))

LABELS = {
    "sales": "sales alone",
    "true_sales_given": "receipts, told the true sales",
    "oracle": "the oracle, our sales paths",
    "oracle_given": "the oracle, told the true sales",
    "practice": "usual practice, our sales paths",
}
"""What each part of a row measures."""

MANY_ORDERS = 100
"""Channels with fewer orders are also shown apart."""


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    _coverage(rows)
    if "oracle" in rows[0]:
        _oracle(rows)
    if "failure" in rows[0]:
        _rates(rows, "failure", "failure rates, the law's long-run share: p05-p95 holds it (target at least 85 %)")
        _rates(rows, "recovery", "recovery rates (target at least 85 %)")
    _buffers(rows)
    if "payout" in rows[0]:
        _misses(rows)


def _coverage(rows: Sequence[Row]) -> None:
    print(f"{'receipts over 60 days':<44}{'n':>6}{'total in p05-p95':>18}{'band':>12}{'days in p10-p90':>17}", end="")
    print(f"{'below':>8}{'above':>8}{'bias':>8}{'width':>8}")
    _covered("all (targets 86-94 % and 76-84 %)", [row["receipts"] for row in rows])
    for name, label in LABELS.items():
        if name in rows[0]:
            _covered(f"  {label}", [row[name] for row in rows])
    if "size" in rows[0]:
        for low, high, label in SIZES:
            _covered(f"  {label}", [row["receipts"] for row in rows if low <= row["size"] < high])
        for ahead in (False, True):
            chosen = [row for row in rows if row["promotion_ahead"] is ahead]
            label = "promotion ahead" if ahead else "no promotion ahead"
            _covered(f"  {label}", [row["receipts"] for row in chosen])
            _covered("    told the true sales", [row["true_sales_given"] for row in chosen])
    channels = [
        (one, row.get("payout", {}).get(name)) for row in rows for name, one in row["channels"].items() if one["orders"]
    ]
    many = [pair for pair in channels if pair[0]["orders"] >= MANY_ORDERS]
    _covered("by channel (the same targets)", [one["receipts"] for one, _ in channels])
    _covered("  of at least 100 orders", [one["receipts"] for one, _ in many])
    _covered("    sales", [one["sales"] for one, _ in many])
    _covered("    told the true sales", [one["true_sales_given"] for one, _ in many])
    for payout in sorted({str(payout) for _, payout in many if payout}):
        _covered(f"      {payout}", [one["true_sales_given"] for one, own in many if own == payout])


def _covered(label: str, figures: Sequence[Row]) -> None:
    """A line: share of windows and of days inside, how misses lie, mean error and mean width over what came."""
    if not figures:
        return
    inside = np.mean([one["inside"] for one in figures])
    low, high = band(len(figures), 0.9)
    below = np.mean([one["came"] < one["p05"] and not one["inside"] for one in figures])
    above = np.mean([one["came"] > one["p95"] and not one["inside"] for one in figures])
    sized = [one for one in figures if one["came"] > 0]
    bias = np.mean([(one["mean"] - one["came"]) / max(one["came"], one["mean"]) for one in sized])
    width = np.median([(one["p95"] - one["p05"]) / one["came"] for one in sized])
    days = np.mean([one["days"] for one in figures])
    print(f"{label:<44}{len(figures):>6}{inside:>18.1%}{f'{low:.0%}-{high:.0%}':>12}{days:>17.1%}", end="")
    print(f"{below:>8.1%}{above:>8.1%}{bias:>+8.1%}{width:>8.1%}")


def _oracle(rows: Sequence[Row]) -> None:
    """Widths and errors of totals over the truth, against the oracle's."""
    print("\nagainst the oracle, which is told the true laws of the receivables; width p05-p95 and error over its mean")
    print(f"  {'':<44}{'n':>6}{'width':>9}{'oracle':>9}{'ratio':>8}{'error':>9}{'oracle':>9}{'ratio':>8}")
    for label, ours, told in (
        ("our sales paths (targets 1.3 and 1.15)", "receipts", "oracle"),
        ("told the true sales", "true_sales_given", "oracle_given"),
    ):
        _ratio(label, [(row[ours], row[told]) for row in rows])
        channels = [
            (one[ours], row[told]["channels"][name])
            for row in rows
            for name, one in row["channels"].items()
            if one["orders"] >= MANY_ORDERS and one["receipts"]["came"] > 0
        ]
        _ratio("  by channel of at least 100 orders", channels)


def _ratio(label: str, pairs: Iterable[tuple[Row, Row]]) -> None:
    scaled = [
        (
            (ours["p95"] - ours["p05"]) / told["mean"],
            (told["p95"] - told["p05"]) / told["mean"],
            abs(ours["mean"] - ours["came"]) / told["mean"],
            abs(told["mean"] - ours["came"]) / told["mean"],
        )
        for ours, told in pairs
        if told["mean"] > 0
    ]
    width, oracle_width, error, oracle_error = np.mean(scaled, axis=0)
    print(
        f"  {label:<44}{len(scaled):>6}{width:>9.2%}{oracle_width:>9.2%}{width / oracle_width:>8.2f}"
        f"{error:>9.2%}{oracle_error:>9.2%}{error / oracle_error:>8.2f}"
    )


def _rates(rows: Sequence[Row], key: str, title: str) -> None:
    """Coverage of rates by cause; merchants whose feed names no causes count for the total alone."""
    print(f"\n{title}")
    print(f"  {'cause':<28}{'pairs':>7}{'inside':>9}{'below':>8}{'above':>8}{'truth':>9}{'mean':>9}{'width':>9}")
    named = [pair for row in rows if row["feed"] == "named" for pair in row[key]]
    others = [pair for row in rows if row["feed"] != "named" for pair in row[key]]
    for cause in ("integration", "validation", "risk_control", "clearing"):
        _rate_line(cause, [pair for pair in named if pair["cause"] == cause])
    _rate_line("causes together", [pair for pair in named if pair["cause"] != "total"])
    _rate_line("  with a true rate above 0", [p for p in named if p["cause"] != "total" and p["truth"] > 0])
    _rate_line("total", [pair for pair in named if pair["cause"] == "total"])
    _rate_line("total, causes not named", [pair for pair in others if pair["cause"] == "total"])


def _rate_line(label: str, pairs: Sequence[Row]) -> None:
    if not pairs:
        return

    def mean(figure: Callable[[Row], float]) -> float:
        return float(np.mean([figure(pair) for pair in pairs]))

    print(
        f"  {label:<28}{len(pairs):>7}{mean(lambda one: one['inside']):>9.1%}"
        f"{mean(lambda one: one['truth'] < one['p05'] and not one['inside']):>8.1%}"
        f"{mean(lambda one: one['truth'] > one['p95'] and not one['inside']):>8.1%}"
        f"{mean(lambda one: one['truth']):>9.3%}{mean(lambda one: one['mean']):>9.3%}"
        f"{mean(lambda one: one['p95'] - one['p05']):>9.3%}"
    )


def _buffers(rows: Sequence[Row]) -> None:
    """How often the true need exceeded the 95 % buffer, Kupiec's test, and by how much."""
    print("\n95 % buffer")
    print(
        f"  {'':<44}{'windows':>8}{'exceeded':>10}{'share':>8}{'Kupiec p':>10}{'':>10}{'short by':>10}{'mean size':>11}"
    )
    kinds = [("planner", "buffer", "amount", "exceeded")]
    if "oracle" in rows[0]:
        kinds.append(("oracle", "oracle", "buffer", "exceeded"))
    if "practice" in rows[0]:
        kinds.append(("usual practice, our sales paths", "practice", "buffer", "exceeded"))
        kinds.append(("usual practice, our mean sales", "practice", "sure_buffer", "sure_exceeded"))
    for label, part, amount, flag in kinds:
        exceeded = [row for row in rows if row[part][flag]]
        chance = kupiec(len(rows), len(exceeded), 0.05)
        verdict = "accepted" if chance >= 0.05 else "rejected"  # noqa: PLR2004  # the test's usual level
        short = np.mean([row["buffer"]["need"] / max(row[part][amount], 0.01) - 1.0 for row in exceeded] or [0.0])
        size = np.mean([row[part][amount] / max(row["receipts"]["came"], 1.0) for row in rows])
        print(
            f"  {label:<44}{len(rows):>8}{len(exceeded):>10}{len(exceeded) / len(rows):>8.1%}{chance:>10.3f}"
            f"{verdict:>10}{short:>10.1%}{size:>11.1%}"
        )
    print(
        "  short by: mean of need over buffer, less 1, where exceeded; mean size: of the buffer over 60 days' receipts"
    )


def _misses(rows: Sequence[Row], most: int = 12) -> None:
    """The channels whose receipts, told the true sales, were missed by most: there the receivables' laws are wrong."""
    print("\nlargest misses of a channel's receipts, told the true sales (--only SEED tells a merchant at length)")
    heads = f"{'orders':>8}{'error':>9}{'half width':>12}{'of receipts':>13}"
    print(f"  {'seed':>6} {'channel':<10}{'payout':<16}{heads}")
    found = []
    for row in rows:
        for name, one in row["channels"].items():
            given = one["true_sales_given"]
            half = max((given["p95"] - given["p05"]) / 2, 1e-9)
            if one["orders"] >= MANY_ORDERS and not given["inside"] and given["came"] > 0:
                found.append((abs(given["came"] - given["mean"]) / half, row["seed"], name, half, row))
    for _, seed, name, half, row in sorted(found, key=lambda one: -one[0])[:most]:
        orders, given = row["channels"][name]["orders"], row["channels"][name]["true_sales_given"]
        words = ", ".join(word for word in (row["feed"], row["terms"][name]) if word not in {"named", ""})
        print(f"  {seed:>6} {name:<10}{row['payout'][name]:<16}{orders:>8}", end="")
        print(f"{given['mean'] / given['came'] - 1:>+9.1%}{half / given['came']:>12.1%}", end="")
        print(f"{given['came'] / max(row['receipts']['came'], 1.0):>13.0%}  {words}")
