"""What a watch is carried on from comes back from its record as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from forecast.records import json_text, read
from forecast.results.monitor import WatchKept
from forecast.watch.accounts import EMPTY, Account, Counts
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


def test_an_account_comes_back_to_the_last_digit() -> None:
    sums = ((1 / 3, 2.0), (5.0, 0.0), (4.0, 0.0), (0.0, 0.0), (0.7, 0.0), (6.0,), (0.1,), (1 / 7, 0.0))
    counts = Counts(7, 9, 3, 2, 0.1 + 0.2, *sums)
    for account in (Account(15, counts, 1 / 7, ran_before=True), Account(15, counts)):
        base = replace(BASE, walked=Walked(20, (replace(LASTS, account=account), LASTS)))
        found = base_of(read(WatchKept, json.loads(json_text(as_kept(base, CHANNELS, "", (), ())))), CHANNELS)
        assert found is not None
        assert [one.account for one in found.walked.incidents] == [account, EMPTY]
    kept = as_kept(base, CHANNELS, "", (), ())
    assert kept.incidents[0].account is not None
    torn = replace(kept.incidents[0], account=replace(kept.incidents[0].account, sums={}))
    assert base_of(replace(kept, incidents=(torn,)), CHANNELS) is None


def test_a_channel_that_the_plan_no_longer_names_is_no_base() -> None:
    kept = as_kept(BASE, CHANNELS, "", (), ())
    assert base_of(kept, ("baitiao",)) is None
