"""What a watch is carried on from, as records of ``monitor.json`` and back: names in place of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.results.monitor import AccountKept, IncidentKept, WatchKept
from forecast.watch.accounts import EMPTY, Account, Counts
from forecast.watch.feed import NEVER
from forecast.watch.following import Base, Walked
from forecast.watch.incidents import Incident
from forecast.watch.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence


_SUMS = ("beyond", "whole", "came", "lost", "waited", "named", "named_usual", "due")
"""What an account counts by channel or by cause."""


def as_kept(
    base: Base, channels: Sequence[str], feed: str, pending: tuple[str, ...], output: tuple[int, ...]
) -> WatchKept:
    """The base of a watch over a feed, with the alerts that are about to be told and the file they are told to."""
    incidents = tuple(
        IncidentKept(
            kind=one.kind,
            channels=tuple(channels[place] for place in one.scope.channel),
            sku=tuple(base.skus[place] for place in one.scope.sku),
            region=tuple(base.regions[place] for place in one.scope.region),
            first=one.first,
            started=one.started,
            last=one.last,
            share=float(one.share).hex(),
            rang_at=one.rang_at,
            ended=None if one.lasts else one.ended,
            account=_kept(one.account),
        )
        for one in base.walked.incidents
    )
    return WatchKept(feed, base.learnt, pending, output, base.walked.at, base.kept_from, base.gone, incidents)


def base_of(kept: WatchKept, channels: Sequence[str]) -> Base | None:
    """The base that was kept; None where it is none, as where a channel is named that the plan does not know."""
    skus, regions = (tuple(sorted({x for one in kept.incidents for x in getattr(one, y)})) for y in ("sku", "region"))
    try:
        incidents = tuple(
            Incident(
                kind=one.kind,
                scope=Scope(
                    tuple(list(channels).index(name) for name in one.channels),
                    tuple(skus.index(name) for name in one.sku),
                    tuple(regions.index(name) for name in one.region),
                ),
                first=one.first,
                started=one.started,
                last=one.last,
                share=float.fromhex(one.share),
                rang_at=one.rang_at,
                ended=int(NEVER) if one.ended is None else one.ended,
                account=_account_of(one.account),
            )
            for one in kept.incidents
        )
    except (ValueError, OverflowError, TypeError, KeyError):
        return None
    return Base(Walked(kept.at, incidents), kept.kept_from, kept.gone, skus, regions, kept.learnt)


def _kept(account: Account) -> AccountKept | None:
    if account == EMPTY:
        return None
    counts, surge = account.counts, account.surge
    sums = {name: _texts(getattr(counts, name)) for name in _SUMS}
    numbers = (counts.failed, counts.tried, counts.silent, counts.since_deducted)
    return AccountKept(
        account.until, numbers, counts.usual.hex(), sums, None if surge is None else surge.hex(), account.ran_before
    )


def _account_of(kept: AccountKept | None) -> Account:
    if kept is None:
        return EMPTY
    sums = [tuple(map(float.fromhex, kept.sums[name])) for name in _SUMS]
    failed, tried, silent, deducted = kept.counts
    counts = Counts(failed, tried, silent, deducted, float.fromhex(kept.usual), *sums)
    return Account(kept.until, counts, None if kept.surge is None else float.fromhex(kept.surge), kept.ran_before)


def _texts(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(value.hex() for value in values)
