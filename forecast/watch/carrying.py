"""What a watch is carried on from, as records of ``monitor.json`` and back: names in place of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.results.monitor import IncidentKept, WatchKept
from forecast.watch.feed import NEVER
from forecast.watch.following import Base, Walked
from forecast.watch.incidents import Incident
from forecast.watch.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence


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
            )
            for one in kept.incidents
        )
    except (ValueError, OverflowError):
        return None
    return Base(Walked(kept.at, incidents), kept.kept_from, kept.gone, skus, regions, kept.learnt)
