"""The account of an incident: sums of its orders that are looked at no more, so that they need not be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

NO_SUMS: tuple[float, ...] = ()
"""Sums by channel or cause of no order: all are 0."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What an alert counts of orders that an incident holds.

    ``tried`` are first deductions of which something is known, ``failed`` those that failed, ``silent`` those failed of
    which no failure was told, ``since_deducted`` those failed and deducted by now; ``usual`` is how many of those tried
    usually fail. By channel, in yuan: ``beyond`` what failed beyond the usual (below 0 where less failed). By channel,
    in fen: ``whole`` what failed, ``came`` and ``lost`` what of it was deducted and closed since, and ``waited`` what
    was deducted times its days of delay; ``due`` what is open times the day, since 1970, on which it was due. By known
    cause: ``named`` failures, and the ``named_usual`` number of them.
    """

    failed: int = 0
    tried: int = 0
    silent: int = 0
    since_deducted: int = 0
    usual: float = 0.0
    beyond: tuple[float, ...] = NO_SUMS
    whole: tuple[float, ...] = NO_SUMS
    came: tuple[float, ...] = NO_SUMS
    lost: tuple[float, ...] = NO_SUMS
    waited: tuple[float, ...] = NO_SUMS
    named: tuple[float, ...] = NO_SUMS
    named_usual: tuple[float, ...] = NO_SUMS
    due: tuple[float, ...] = NO_SUMS

    def plus(self, other: Counts) -> Counts:
        """What is counted of both."""
        return Counts(
            self.failed + other.failed,
            self.tried + other.tried,
            self.silent + other.silent,
            self.since_deducted + other.since_deducted,
            self.usual + other.usual,
            _added(self.beyond, other.beyond),
            _added(self.whole, other.whole),
            _added(self.came, other.came),
            _added(self.lost, other.lost),
            _added(self.waited, other.waited),
            _added(self.named, other.named),
            _added(self.named_usual, other.named_usual),
            _added(self.due, other.due),
        )


NOTHING = Counts()
"""Of no order."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is counted of an incident's orders due up to the moment ``until`` (seconds; 0: all are still looked at).

    Of its beginning, which is then gone, it keeps ``surge``, the log-odds that this gives to risk control (None where
    they have none), and whether it ``ran_before`` the watch began.
    """

    until: int = 0
    counts: Counts = NOTHING
    surge: float | None = None
    ran_before: bool = False

    def reaching(self, until: int) -> Account:
        """The same, with nothing more counted up to a moment."""
        return replace(self, until=max(self.until, until))


def _added(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    if not one or not other:
        return one or other
    return tuple(a + b for a, b in zip(one, other, strict=True))


EMPTY = Account()
"""Nothing is in it yet."""
