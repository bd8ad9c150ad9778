"""What has come to a source since it was last read: lines appended, files added, or all of it once it was rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from ledger_plans import COLUMNS, plan_for, row

from forecast.errors import InputError
from forecast.watch import growing
from forecast.watch.growing import Fresh, Growing
from forecast.watch.reading import FeedSource

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ",".join(COLUMNS) + "\n"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return tmp_path / "feed.csv"


def line(name: str, **values: str) -> str:
    return row(order_id=name, **values) + "\n"


def follow(source: Path) -> Growing:
    plan = plan_for(source.parent)
    return Growing(plan, FeedSource.of(plan, str(source)))


def append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(text)


def came(found: Fresh | None) -> tuple[int, bool]:
    return (0, False) if found is None else (len(found.read.feed), found.anew)


def test_lines_appended_are_read_alone(feed: Path) -> None:
    feed.write_text(HEAD + line("A") + line("B"), encoding="utf-8")
    source = follow(feed)
    assert came(source.fresh(0)) == (2, True)
    assert source.fresh(0) is None
    append(feed, line("C"))
    assert came(source.fresh(0)) == (1, False)
    assert source.fresh(0) is None


def test_a_line_still_being_written_waits_for_its_end(feed: Path) -> None:
    feed.write_text(HEAD + line("A") + "B,baitiao,2026-10-01 10:00:00,1", encoding="utf-8")
    source = follow(feed)
    assert came(source.fresh(0)) == (1, True)
    append(feed, "00.00,,,,,,,,,,\n")
    found = source.fresh(0)
    assert found is not None
    assert (found.read.feed.amount.tolist(), found.anew) == ([10_000], False)


def test_the_last_line_of_a_file_at_rest_needs_no_end(feed: Path) -> None:
    feed.write_text(HEAD + line("A") + line("B").strip(), encoding="utf-8")
    source = follow(feed)
    assert [came(source.fresh(0)) for _ in range(3)] == [(1, True), (1, False), (0, False)]
    append(feed, "\n" + line("C"))
    assert came(source.fresh(0)) == (1, False)


def test_a_last_line_that_goes_on_after_all_is_read_anew(feed: Path) -> None:
    feed.write_text(HEAD + line("A") + "B,baitiao,2026-10-01 10:00:00,1,,,,,,,,,,", encoding="utf-8")
    source = follow(feed)
    assert [came(source.fresh(0)) for _ in range(2)] == [(1, True), (1, False)]
    append(feed, "red\n")
    assert came(source.fresh(0)) == (2, True)


def test_lines_that_end_in_returns_alone_are_read_anew(feed: Path) -> None:
    """There is no line feed in such a text, behind which it could be left."""
    feed.write_text((HEAD + line("A") + line("B")).replace("\n", "\r"), encoding="utf-8", newline="")
    source = follow(feed)
    assert [came(source.fresh(0)) for _ in range(2)] == [(2, True), (0, False)]
    with feed.open("a", encoding="utf-8", newline="") as out:
        out.write(line("C").replace("\n", "\r"))
    assert came(source.fresh(0)) == (3, True)


def test_a_file_that_was_rewritten_is_read_anew(feed: Path) -> None:
    feed.write_text(HEAD + line("A") + line("B"), encoding="utf-8")
    source = follow(feed)
    source.fresh(0)
    feed.write_text(HEAD + line("A", paid_at="2026-10-01 10:01:00") + line("B") + line("C"), encoding="utf-8")
    assert came(source.fresh(0)) == (3, True)


def test_a_folder_takes_new_files_and_more_lines(tmp_path: Path) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    source = follow(folder)
    assert source.fresh(0) is None  # nothing is there yet
    (folder / "1.csv").write_text(HEAD + line("A"), encoding="utf-8")
    assert came(source.fresh(0)) == (1, True)
    append(folder / "1.csv", line("B"))
    (folder / "2.csv").write_text(HEAD + line("C"), encoding="utf-8")
    assert came(source.fresh(0)) == (2, False)
    (folder / "1.csv").unlink()
    assert source.fresh(0) is None


def test_a_parquet_file_is_read_anew_as_far_as_it_tells_of_what_is_still_looked_at(tmp_path: Path) -> None:
    table = pd.DataFrame({"order_id": ["A", "B"], "channel": "baitiao", "amount": 1.0, "deducted_at": None})
    table["ordered_at"] = pd.to_datetime(["2026-10-01 10:00", "2026-10-09 10:00"])
    table.to_parquet(tmp_path / "feed.parquet")
    source = follow(tmp_path / "feed.parquet")
    assert came(source.fresh(1_791_000_000)) == (1, True)  # 3 October 2026
    assert source.fresh(0) is None


def test_what_cannot_be_read_is_told_and_tried_again(feed: Path) -> None:
    source = follow(feed)
    with pytest.raises(InputError):
        source.fresh(0)
    feed.write_text(HEAD + line("A"), encoding="utf-8")
    assert came(source.fresh(0)) == (1, True)


def test_long_files_are_looked_at_block_by_block(feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_BLOCK", "HEAD", "TAIL"):
        monkeypatch.setattr(growing, name, 16)
    feed.write_text(HEAD + line("A") + "B" * 40, encoding="utf-8")
    monkeypatch.setattr(growing, "_BLOCK", 4_096)  # the first line must fit into one
    source = follow(feed)
    assert came(source.fresh(0)) == (1, True)
    append(feed, row(order_id="") + "\n" + line("C"))
    assert came(source.fresh(0)) == (2, False)
