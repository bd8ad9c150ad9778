"""A watch that goes on tells each alert once, whatever moment its process is killed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from feeds import at, shop, strike
from ledger_plans import plan_for

from forecast.file_set import replace_files
from forecast.watch import following, session
from forecast.watch.feed import HOUR
from forecast.watch.following import Following
from forecast.watch.growing import Fresh
from forecast.watch.money import Loss
from forecast.watch.reading import ReadFeed
from forecast.watch.session import Session
from forecast.watch.told import FILE, kept_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.results.monitor import AlertShown
    from forecast.watch.feed import Feed
    from forecast.watch.monitor import Alert

TERMS: dict[str, dict[str, float]] = {"baitiao": {}, "gold": {}, "wechat": {}}


class Killed(BaseException):
    """Stands for the end of the process: nothing is done after it."""


@dataclass
class Voice:
    """Notes what was told, to whom, and what was simulated."""

    told: list[str] = field(default_factory=list)
    lines: list[AlertShown] = field(default_factory=list)
    handed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    simulated: list[int] = field(default_factory=list)

    def tell(self, alert: AlertShown) -> None:  # noqa: D102  # as Teller says
        self.told.append(alert.id)
        self.lines.append(alert)

    def hand(self, alert: AlertShown, started: Callable[[], None]) -> None:  # noqa: D102  # the same
        self.handed.append(alert.id)
        started()

    def stands(self, alert: AlertShown, before: tuple[int, ...]) -> bool:  # noqa: ARG002, D102  # the same
        return alert in self.lines

    def over(self, alert: AlertShown) -> None:  # noqa: D102  # the same
        self.ended.append(alert.id)

    def losses(self, alerts: Sequence[Alert], now: int) -> list[Loss]:  # noqa: ARG002, D102  # the same
        self.simulated.append(len(alerts))
        return [Loss(1.004)] * len(alerts)


class Source:
    """A source that has told all up to a moment."""

    def __init__(self, feed: Feed) -> None:
        self.feed, self.now, self.read = feed, at(12), -1

    def fresh(self, kept_from: int) -> Fresh | None:  # noqa: ARG002, D102  # all is read
        if self.read == self.now:
            return None
        self.read = self.now
        return Fresh(ReadFeed(self.feed.known_at(self.now), 1, 0), anew=True)

    def begin_anew(self) -> None:  # noqa: D102  # as Growing says
        self.read = -1


@pytest.fixture(scope="module")
def feed() -> Feed:
    struck = strike(shop(days=15), "clearing", at(12, 9), 8, channels=("baitiao", "gold"))
    return strike(struck, "integration", at(13, 9), 8, channels=("wechat",), seed=4)


@pytest.fixture(scope="module")
def learnt(feed: Feed) -> Following:
    """A watch that knows what is usual, and nothing of the feed."""
    return Following.of(feed, at(12))


Begin = Callable[[Voice], Session]


@pytest.fixture
def begin(tmp_path: Path, feed: Feed, learnt: Following) -> Begin:
    """Begins a process that watches."""

    def begun(voice: Voice) -> Session:
        source: Any = Source(feed)
        following = replace(learnt, walked=list(learnt.walked))
        made = Session(plan_for(tmp_path, channels=TERMS), tmp_path, "feed", source, following, voice)
        made.begin(kept_before(tmp_path))
        return made

    return begun


def look(watch: Session, now: int) -> None:
    source: Any = watch.growing
    source.now = now
    watch.look()


def test_each_alert_is_told_once_and_its_end_is_said(tmp_path: Path, begin: Begin) -> None:
    voice = Voice()
    watch = begin(voice)
    for now in (at(12, 8), at(12, 15), at(12, 15), at(12, 20), at(13, 4), at(13, 12)):
        look(watch, now)
    assert len(voice.told) == len(set(voice.told)) == 2
    assert (voice.handed, voice.ended) == (voice.told, voice.told[:1])
    kept = kept_before(tmp_path)
    assert kept is not None
    assert [(one.id, one.status, one.expected_loss) for one in kept.alerts] == [
        (voice.told[0], "ended", 1.0),
        (voice.told[1], "new", 1.0),
    ]
    assert "feed_rows_left_out" in [note.code for note in kept.notes]


MOMENTS = ["before it is kept", "before it is told", "before the mark", "while it is handed over", "before the end"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_watch_loses_nothing_and_doubles_nothing(
    tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    voice = Voice()
    watch = begin(voice)
    look(watch, at(12, 8))
    with monkeypatch.context() as patched:
        if moment == "before it is told":
            patched.setattr(voice, "tell", _kills)
        elif moment == "before the mark":
            patched.setattr(session, "mark", _kills)
        elif moment == "while it is handed over":
            patched.setattr(voice, "hand", _kills)
        else:
            calls = {"before it is kept": 1, "before the end": 2}[moment]
            patched.setattr(session, "replace_files", _kills_at(calls, replace_files))
        with pytest.raises(Killed):
            look(watch, at(12, 15))
    again = begin(voice)
    assert again.told_any == (moment in {"before it is told", "before the mark"})
    look(again, at(12, 15))
    look(again, at(13, 12))
    assert len(voice.told) == len(set(voice.told)) == 2
    assert voice.handed == voice.told
    assert sorted(one.name for one in tmp_path.iterdir()) == [FILE]


def _kills(*_: object) -> None:
    raise Killed


def _kills_at(call: int, other: Callable[..., None]) -> Callable[..., None]:
    calls: list[int] = []

    def counted(*words: Any, **more: Any) -> None:  # noqa: ANN401  # as the function that it stands for
        calls.append(1)
        if len(calls) == call:
            raise Killed
        other(*words, **more)

    return counted


def test_money_is_simulated_where_it_has_moved_alone(begin: Begin) -> None:
    voice = Voice()
    watch = begin(voice)
    for now in (at(12, 13), at(12, 13) + 60, at(12, 16), at(12, 16) + 60):
        look(watch, now)
    assert voice.simulated == [1, 1]


def test_an_alert_that_late_rows_take_back_is_over(begin: Begin) -> None:
    voice = Voice()
    watch = begin(voice)
    look(watch, at(12, 15))
    source: Any = watch.growing
    source.feed = shop(days=15)
    look(watch, at(12, 16))
    assert voice.ended == voice.told
    assert watch.result is not None
    assert [one.status for one in watch.result.alerts] == ["ended"]


@pytest.mark.parametrize("used", [True, False])
def test_rows_that_say_otherwise_than_was_decided_are_not_taken(begin: Begin, feed: Feed, used: bool) -> None:  # noqa: FBT001  # a parameter
    rows = feed.known_at(at(12, 1))
    unheard, confirmed, shown = (
        ReadFeed(rows, 0, 0, confirmed=told, shown=some) for told, some in ((False, False), (True, True), (False, True))
    )
    for told, doubtful, early in (
        ((unheard,), False, True),
        ((unheard, confirmed), not used, not used),
        ((unheard, shown), used, True),
        ((confirmed, shown), not used, not used),  # once one is confirmed, that confirmations are told is settled
        ((shown, confirmed), True, not used),
    ):
        watch = begin(Voice())
        watch.early, watch.following.feed = True, replace(watch.following.feed, confirms=used)
        source: Any = watch.growing
        coming = iter(told)
        source.fresh = lambda _, coming=coming: Fresh(next(coming), anew=False)
        for _ in told:
            watch.look()
        assert (watch.doubtful, watch.early) == (doubtful, early)
        watch.early, watch.doubtful, source.fresh = False, False, lambda _: Fresh(shown, anew=False)
        assert watch.look()  # what was decided by the whole source stays


def test_a_row_of_a_far_year_is_left_out(begin: Begin, feed: Feed) -> None:
    watch = begin(Voice())
    source: Any = watch.growing
    far = feed.take(np.array([0]))
    far.ordered_at[:] = at(9_000)
    source.fresh = lambda _: Fresh(ReadFeed(far, 0, 0), anew=True)
    watch.look()
    assert watch.left_out == (1, 0)


def test_what_was_kept_of_another_feed_is_dropped_and_the_watch_begins_anew(
    tmp_path: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Voice()
    for now in (at(12, 8), at(13, 12)):
        look(begin(voice), now)
    assert len(voice.told) == 2
    monkeypatch.setattr(following, "LATE", 6 * HOUR)
    other = strike(shop(days=15, seed=8), "clearing", at(12, 9), 8, channels=("baitiao", "gold"), seed=9)
    watch, source = begin(voice), Source(other)
    watch.growing = source  # type: ignore[assignment]
    look(watch, at(13, 12))
    kept = kept_before(tmp_path)
    assert kept is not None
    assert kept.notes[0].code == "feed_is_another"
    assert [(one.id, one.status) for one in kept.alerts] == [(voice.told[2], "ended")]
    assert kept.watch is not None
    assert kept.watch.gone == 0
    look(watch, at(13, 13))
    assert len(voice.told) == 3
