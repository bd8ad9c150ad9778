"""A text of plain cells is read to the same feed as the engine reads, and any other is left to the engine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_plans import plan_for

from forecast.watch import plain_rows as module
from forecast.watch import reading
from forecast.watch.reading import FeedSource, ReadFeed, Wanted, read_source
from forecast.watch.telling import moment_text, seconds

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.plan.model import Plan

HEAD = ("order_id", "channel", "sku", "region", "ordered_at", "amount", "paid_at", "failure_cause", "deducted_at")
PLAIN = ("A", "baitiao", "红", "上海", "2026-10-01 10:00:00", "12.50", "2026-10-01 10:00:30", "", "2026-10-01 10:01:00")

ODD = {
    "order_id": ("", " A9\t", '"A,9"', "\u3000"),
    "channel": ("", " baitiao", "nowhere"),
    "sku": ("", '""', "NULL", " ", '"say ""red"""', "\u00a0红"),
    "region": ("", "上海 "),
    "ordered_at": (
        "",
        " 2026-10-01 10:00:00",
        "2026-10-01",
        "2026-10-01 10:00",
        "2026-10-01T10:00:00",
        "2026-10-01 10",
        "2026/10/01 10:00:00",
        "2026-10-01T09+08:00",
        "2026-10-01 10:00:00Z",
        "2026-10-01 10:00:00.25",
        "2026-1-1 1:00:00",
        "2026-10-01 24:00:00",
        "2026-02-30 10:00:00",
        "1970-01-01 00:00:00",
        "0001-01-01 00:00:00",
        "2026-10-01 9:3:00  ",
        "soon",
    ),
    "amount": (
        "",
        '""',
        "-1",
        "1e3",
        "5.",
        ".5",
        "1.250",
        "1.255",
        " 7 ",
        "1,5",
        "99999999999999.99",
        "¥5",
        "+5",
        "0012",
    ),
    "paid_at": ("", "2026-10-01 10:00:30+08:00"),
    "failure_cause": ("", '""', "clearing", "unknown", " risk_control", "something"),
    "deducted_at": ("", " ", "2026-10-01 10:01:00.5"),
}


def written(folder: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Plan:
    """A plan of a ledger with these rows."""
    text = "".join(",".join(f'"{cell}"' if cell == "1,5" else cell for cell in row) + "\n" for row in (head, *rows))
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    return plan_for(folder)


def both(plan: Plan, wanted: Wanted = Wanted(numbered=True)) -> tuple[ReadFeed, ReadFeed, bool]:  # noqa: B008  # frozen
    """The feed as it is read, and as the engine reads it; and whether it was plain."""
    used: list[bool] = []
    plainly = module.plain_rows
    with pytest.MonkeyPatch.context() as patch:

        def told(*args: object, **more: object) -> object:
            found = plainly(*args, **more)  # type: ignore[arg-type]
            used.append(found is not None)
            return found

        patch.setattr(reading, "plain_rows", told)
        read = read_source(plan, FeedSource.of(plan, None), wanted)
        if used != [True]:  # then the engine has read it
            return read, read, False
        patch.setattr(reading, "plain_rows", lambda *_, **__: None)
        return read, read_source(plan, FeedSource.of(plan, None), wanted), True


def assert_same(one: ReadFeed, other: ReadFeed) -> None:
    assert (one.unusable, one.repeated) == (other.unusable, other.repeated)
    for field in fields(one.feed):
        mine, theirs = getattr(one.feed, field.name), getattr(other.feed, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.dtype == theirs.dtype, field.name
            assert mine.tolist() == theirs.tolist(), field.name
        else:
            assert mine == theirs, field.name


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEAD, PLAIN, strict=True))


@pytest.mark.parametrize(("name", "cell"), [(name, cell) for name, cells in ODD.items() for cell in cells])
def test_an_odd_cell_says_what_it_says_to_the_engine(tmp_path: Path, name: str, cell: str) -> None:
    read, asked, _ = both(written(tmp_path, PLAIN, changed(**({"order_id": "B"} | {name: cell}))))
    assert_same(read, asked)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"ordered_at": "2026-10-01T10:00", "paid_at": "", "deducted_at": ""},
        {"amount": "7", "sku": "", "failure_cause": "clearing"},
        {"sku": '"say ""red"""'},
        {"order_id": '" B"', "region": " 上海"},
    ],
)
def test_what_programs_write_is_plain(tmp_path: Path, cells: dict[str, str]) -> None:
    read, asked, plain = both(written(tmp_path, PLAIN, changed(**({"order_id": "B"} | cells))))
    assert plain
    assert len(read.feed) == 2
    assert_same(read, asked)


@pytest.mark.parametrize(
    "cells",
    [
        {"ordered_at": "2026-10-01 10"},
        {"paid_at": "2026-10-01 10:00:30+08:00"},
        {"amount": "1e3"},
        {"ordered_at": "1970-01-01 00:00:00"},
        {"order_id": "A"},
    ],
)
def test_what_is_not_plain_or_told_twice_is_left_to_the_engine(tmp_path: Path, cells: dict[str, str]) -> None:
    assert not both(written(tmp_path, PLAIN, changed(**({"order_id": "B"} | cells))))[2]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_rows_are_read_as_the_engine_reads_them(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cells = [st.sampled_from((cell, cell, cell, *ODD[name])) for name, cell in zip(HEAD[1:], PLAIN[1:], strict=True)]
    rows = data.draw(st.lists(st.tuples(st.sampled_from("ABCDEFGH"), *cells), max_size=6))
    read, asked, _ = both(written(tmp_path_factory.mktemp("rows"), *rows))
    assert_same(read, asked)


def test_only_what_is_asked_for_is_kept_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [
        changed(order_id=f"A{day}", ordered_at=f"2026-10-{day:02} 10:00:00", sku=f"sku{day}", deducted_at="")
        for day in range(1, 13)
    ]
    plan = written(tmp_path, *days, changed(order_id="", ordered_at="2026-10-02 10:00:00"))
    monkeypatch.setattr(module, "BLOCK", 200)
    for wanted in (Wanted(after=seconds("2026-10-09T00:00:00")), Wanted(alive=seconds("2026-10-09T00:00:00"))):
        read, asked, plain = both(plan, wanted)
        assert plain
        assert (len(read.feed), read.feed.skus) == (4, ("sku10", "sku11", "sku12", "sku9"))
        assert moment_text(int(read.feed.ordered_at[0])) == "2026-10-09T10:00:00"
        assert_same(read, asked)


def test_columns_that_are_not_there_or_constants_of_the_plan_are_read(tmp_path: Path) -> None:
    head = ("order_id", "ordered_at", "amount", "deducted_at")
    text = "\n".join(map(",".join, (head, ("A", "2026-10-01", "1.00", ""), ("B", "2026-10-02", "2", ""))))
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    plan = plan_for(tmp_path, constants={"channel": "baitiao", "sku": "红"})
    read, asked, plain = both(plan)
    assert plain
    assert (read.feed.skus, read.feed.regions, read.feed.confirms, len(read.feed)) == (("红",), (), False, 2)
    assert_same(read, asked)


def test_a_text_without_rows_is_an_empty_feed(tmp_path: Path) -> None:
    read, asked, _ = both(written(tmp_path))
    assert len(read.feed) == 0
    assert_same(read, asked)


@pytest.mark.parametrize("in_folder", [False, True])
def test_lines_that_end_in_returns_alone_are_rows(tmp_path: Path, in_folder: bool) -> None:  # noqa: FBT001
    """As old spreadsheets write them: such a text has one line or none to whoever counts line feeds."""
    plan = written(tmp_path, PLAIN, changed(order_id="B"))
    fed = tmp_path / "feed"
    fed.mkdir()
    text = (tmp_path / "orders.csv").read_text(encoding="utf-8")
    (fed / "a.csv").write_text(text.replace("\n", "\r"), encoding="utf-8", newline="")
    if in_folder:
        (fed / "b.csv").write_text(text.replace("A,", "C,").replace("B,", "D,"), encoding="utf-8", newline="")
    source = FeedSource.of(plan, str(fed if in_folder else fed / "a.csv"))
    assert len(read_source(plan, source, Wanted()).feed) == (4 if in_folder else 2)


def test_a_mark_at_the_first_row_is_a_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte-order mark behind the header, as where texts were put one behind the other, is no beginning of a text."""
    plan = written(tmp_path, changed(order_id="\ufeffA"), changed(order_id="\ufeffB"))
    plainly = read_source(plan, FeedSource.of(plan, None), Wanted(numbered=True))
    monkeypatch.setattr(reading, "plain_rows", lambda *_, **__: None)
    assert_same(plainly, read_source(plan, FeedSource.of(plan, None), Wanted(numbered=True)))


def test_plain_rows_load_no_frames(tmp_path: Path) -> None:
    """To load pandas takes as long as to read some hundred thousand rows."""
    written(tmp_path, PLAIN, changed(order_id="B", sku="", deducted_at=""))
    plan = 'plan.as_of = 2026-10-18\nledger.orders = "orders.csv"\ncash.opening_balance = 0.0\nchannels.baitiao = {}\n'
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from forecast.plan.reading import load_plan;"
        " from forecast.watch.reading import read_feed; feed = read_feed(load_plan(Path(sys.argv[1]))).feed;"
        " print(len(feed), {'pandas', 'scipy'} & {*sys.modules})"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "plan.toml")]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "2 set()\n"
