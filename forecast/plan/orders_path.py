"""What ``ledger.orders`` and ``cash.other_flows`` name, where it is no file or folder as they want one."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING

from forecast.errors import said
from forecast.plan.model import is_database

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.errors import Said

_WEB = ("http://", "https://", "ftp://")
_PATTERN = ("*", "?")
_BEGINNINGS = {"SQLite": (0, b"SQLite format 3"), "DuckDB": (8, b"DUCK")}
"""Where the files of a database program bear its mark, and the mark."""


def problem_with_orders(folder: Path, orders: str) -> Said | None:
    """What is wrong with the path or address of the orders, from a folder; None where they can be looked for."""
    if orders.casefold().startswith(_WEB):
        return said("plan.web_orders")
    scheme, _, rest = orders.partition("://")
    if scheme.casefold() in {"sqlite", "duckdb"} and rest and not rest.startswith("/"):
        return said("plan.three_slashes", expected=f"{scheme.casefold()}:///{rest}")
    if scheme.casefold() == "file":
        return said("plan.file_address", expected=f'"{rest}"')
    # false for what is no path at all, too
    if is_database(orders) or os.path.exists(folder / orders):  # noqa: PTH110
        return None
    if any(sign in orders for sign in _PATTERN):
        return said("plan.pattern_of_orders", pattern=orders)
    return said("plan.no_orders", path=str(folder / orders), hint=near_file(folder, orders) or said("plan.write_path"))


def near_file(folder: Path, name: str) -> Said | None:
    """What to write for a file that is not in a folder: one of nearly this name, or of this name in other letters."""
    present = {entry.name.casefold(): entry.name for entry in folder.iterdir()} if folder.is_dir() else {}
    wanted = name.casefold()
    near = difflib.get_close_matches(wanted, present, n=1, cutoff=0.8)
    stem = wanted.rpartition(".")[0] or wanted
    near = near or [other for other in sorted(present) if other.rpartition(".")[0] == stem]
    return said("values.write_name", name=present[near[0]]) if near else None


def address_of(folder: Path, orders: str) -> Said | None:
    """What to write for a database that is named by the path of its file; None where the path names none."""
    try:
        with (folder / orders).open("rb") as stream:
            beginning = stream.read(32)
    except OSError:
        return None
    for program, (start, mark) in _BEGINNINGS.items():
        if beginning[start:].startswith(mark):
            return said("files.database", program=program, address=f"{program.casefold()}:///{orders}")
    return None


def problem_with_flows(folder: Path, flows: str) -> Said | None:
    """What is wrong with the path of the other cash flows, from a folder; None where it is a file."""
    file = folder / flows
    if os.path.isfile(file):  # noqa: PTH113  # false for no path at all, too
        return None
    if os.path.isdir(file):  # noqa: PTH112  # the same
        inside = sorted(entry.name for entry in file.glob("*.csv"))
        likely = next((name for name in inside if "flow" in name), "other_flows.csv")
        return said("plan.flows_folder", example=likely)
    hint = near_file(folder, flows) or said("plan.write_path")
    return said("plan.no_flows_file", file=str(file), hint=hint)
