"""The judge of the watch: what counts as found, right, late and false; and that its rivals see what is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from feeds import at, shop, strike

from benchmarks import monitor
from benchmarks.monitor import WATCH, Counted, Tally, judge, span, table, watch
from benchmarks.monitor_rivals import RIVALS
from benchmarks.monitor_told import Told
from benchmarks.monitor_world import Simulated, Struck
from forecast.watch.feed import HOUR, NONE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def world() -> Simulated:
    calm = shop(orders_a_day=480)
    feed = strike(calm, "clearing", at(12, 3), 12, channels=("baitiao", "gold"))
    incident = Struck("clearing", (0, 1), at(12, 3), at(12, 15), 0.7)
    struck = np.where(feed.deducted_at != calm.deducted_at, 0, NONE)
    return Simulated(feed, at(12), at(14), (incident,), struck)


def judged(world: Simulated, told: list[Told]) -> Tally:
    tally = Tally()
    judge(world, told, tally, verbose=False)
    return tally


def test_an_alert_is_found_late_right_or_false(world: Simulated) -> None:
    tenth = int(np.sort(world.feed.tried_at[world.struck == 0])[9])
    right = Told(tenth + 2 * HOUR, at(12, 3), ("baitiao", "gold"), "clearing")
    tally = judged(world, [right])
    assert (tally.judged, tally.found, tally.right, tally.alerts, tally.false) == (1, 1, 1, 1, 0)
    assert tally.delays == pytest.approx([2.0])
    wrong = Told(tenth, at(12, 3), ("baitiao",), "integration")
    tally = judged(world, [right, wrong])
    assert (tally.found, tally.right, tally.alerts) == (1, 0, 2)
    elsewhere = Told(tenth, at(12, 3), ("wechat",), "clearing")
    assert (judged(world, [elsewhere]).found, judged(world, [elsewhere]).false) == (0, 1)


def test_the_watch_finds_what_is_plain_with_and_without_causes(world: Simulated) -> None:
    for feed in (world.feed, world.without_causes()):
        tally = judged(world, watch(feed, world.since, world.end))
        assert (tally.found, tally.right, tally.alerts, tally.false) == (1, 1, 1, 0)


@pytest.mark.parametrize("name", RIVALS)
def test_its_rivals_find_it_too(name: str, world: Simulated) -> None:
    assert judged(world, RIVALS[name](world.feed, world.since, world.end)).found == 1


def test_feeds_run_in_stretches_add_up_and_none_is_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[int] = []

    def counted(seed: int, _: object, *, verbose: bool) -> list[Counted]:
        asked.append(seed)
        one = Tally(days=30, judged=2, found=1, right=1, alerts=1, delays=[0.25 * seed])
        return [Counted(seed, WATCH, causes, one) for causes in (True, verbose)]

    monkeypatch.setattr(monitor, "counted", counted)
    for seeds in ("1-2", "2-3"):
        monkeypatch.setattr("sys.argv", ["monitor", "--seeds", seeds, "--kept", str(tmp_path / "kept"), "--alone"])
        monitor.main()
    assert asked == [1, 2, 3]
    assert "3 feeds" in capsys.readouterr().out
    lines = (tmp_path / "kept").read_text().splitlines()
    shown = table(map(Counted.read, lines), [WATCH]).splitlines()
    assert "3 of    6 ( 50.0%)    0.50 h" in shown[1]
    assert span("7") == range(7, 8)
