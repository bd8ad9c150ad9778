"""What a watch is carried on from comes back from its record as it was."""

from __future__ import annotations

from dataclasses import replace

from forecast.watch.carrying import as_kept, base_of
from forecast.watch.feed import NEVER
from forecast.watch.following import Base, Walked
from forecast.watch.incidents import Incident
from forecast.watch.scopes import Scope

CHANNELS = ("baitiao", "wechat")
LASTS = Incident(0, Scope((1,), (0, 2)), 10, 11, 12, 0.1 + 0.2, 13)
BASE = Base(Walked(20, (LASTS, replace(LASTS, ended=19))), 5, 3, ("a", "b", "c"), ("x",), "hash")


def test_it_comes_back_as_it_was() -> None:
    kept = as_kept(BASE, CHANNELS, "feed.csv", ("A",), (1, 2, 3))
    assert (kept.pending, kept.output, kept.feed) == (("A",), (1, 2, 3), "feed.csv")
    assert kept.incidents[0].sku == ("a", "c")
    found = base_of(kept, CHANNELS)
    assert found is not None
    assert (found.skus, found.regions) == (("a", "c"), ())  # names that no incident bears need not be kept
    assert [one.scope for one in found.walked.incidents] == [Scope((1,), (0, 1))] * 2
    assert [one.share for one in found.walked.incidents] == [0.1 + 0.2] * 2
    assert [one.ended for one in found.walked.incidents] == [NEVER, 19]
    assert (found.walked.at, found.kept_from, found.gone, found.learnt) == (20, 5, 3, "hash")


def test_a_channel_that_the_plan_no_longer_names_is_no_base() -> None:
    kept = as_kept(BASE, CHANNELS, "", (), ())
    assert base_of(kept, ("baitiao",)) is None
