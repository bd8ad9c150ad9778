"""What a cell that stands out is told as: the scope that explains its failures, where that is clear enough to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.watch.beginnings import of_one_beginning
from forecast.watch.scan import FEWEST_FAILURES, THRESHOLD
from forecast.watch.scopes import explain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.arrays import Bools
    from forecast.watch.evidence import Known, Outlook
    from forecast.watch.scopes import Explained

LEAST_SHARE = 0.15
"""Share of a scope's orders that fails, below which nothing rings: honest rises of a rate stay below it."""


def explained(view: Outlook, seen: Known, kind: int, free: Bools, begins: Iterable[int]) -> Explained | None:
    """What explains the failures of a kind among the ``free`` orders, clearly enough to be told; None where nothing is.

    It is looked for among the orders due from each of some moments on (seconds), until one makes some scope clear. From
    an earlier one it may have begun earlier; but a busy hour with nothing amiss outweighs a short incident after it.
    """
    for since in begins:
        found = explain(view, seen, kind, free, since)
        if found is not None:
            found = of_one_beginning(view, seen, kind, free, found, since)
            if _is_clear(view, seen, kind, free, found):
                return found
    return None


def _is_clear(view: Outlook, seen: Known, kind: int, free: Bools, found: Explained) -> bool:
    """Whether what explains the failures is clear enough: a score, a share of failures and enough of them."""
    part = slice(seen.first, seen.first + len(seen.good))
    failed = found.scope.holds(view, part) & free & seen.bad[kind] & (view.feed.tried_at[part] >= found.started)
    return found.score >= THRESHOLD and found.share >= LEAST_SHARE and int(failed.sum()) >= FEWEST_FAILURES
