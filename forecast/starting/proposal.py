"""What a plan made from exports says: channels and what is assumed of them, files, promotions, the opening balance."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.ledger.exports.overlaps import BANK
from forecast.starting.methods import (
    OTHER,
    PLATFORMS,
    REFUND_DAYS,
    UNPAID_AFTER_HOURS,
    Assumed,
    distinct,
    key_of,
    method_of,
)
from forecast.starting.order_facts import MethodFound
from forecast.starting.promotions import promotions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.plan.model import Event
    from forecast.starting.survey import Balance, FileFound, Survey

HORIZON_DAYS = 75

MOST_METHODS = 12
"""A column of more payment methods than this is a description of payments; its orders then share one channel."""


@dataclass(frozen=True, slots=True)
class ChannelProposed:
    """A channel of the plan. What is None needs no key: the files tell it.

    ``label`` is the payment method as found, empty for the platform as a whole; ``shared``: other platforms have it.
    """

    key: str
    label: str
    shared: bool
    platform: str
    clearing: str
    orders: int
    fee_rate: float | None
    settlement_days: int | None
    refund_days: int | None
    unpaid_after_hours: int | None

    @property
    def assumed(self) -> dict[str, float]:
        """The keys whose figures are usual ones, not from the files."""
        keys = ("fee_rate", "settlement_days", "refund_days", "unpaid_after_hours")
        return {key: value for key in keys if (value := getattr(self, key)) is not None}


@dataclass(frozen=True, slots=True)
class FileProposed:
    """An entry of ``[[ledger.files]]``: ``channel`` of all its lines, or ``channels`` by payment method, or neither."""

    found: FileFound
    channel: str | None = None
    channels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that the plan says. ``balances`` make up the opening balance; ``beside`` are those not counted in it."""

    survey: Survey
    files: tuple[FileProposed, ...]
    channels: tuple[ChannelProposed, ...]
    events: tuple[Event, ...]
    balances: tuple[Balance, ...]
    beside: tuple[Balance, ...]

    @property
    def opening_balance(self) -> int:
        """Cash on the evening of as_of, in fen; 0 where no file tells."""
        return sum(one.fen for one in self.balances)

    @property
    def orders(self) -> int:
        """Orders of all files, those in several counted in each."""
        return sum(one.orders for one in self.channels)


def propose(survey: Survey) -> Proposal:
    """The plan that the files suggest."""
    pairs = _pairs(survey.files)
    keys = _keys(pairs)
    facts: defaultdict[str, list[MethodFound]] = defaultdict(list)
    for (place, method), pair in pairs.items():
        facts[keys[pair]] += [one for one in survey.files[place].methods if one.text == method]
    channels = tuple(_channel(key, pair, facts[key]) for pair, key in keys.items())
    bank = tuple(one for one in survey.balances if one.format == BANK)
    others = tuple(one for one in survey.balances if one.format != BANK)
    last = survey.as_of + dt.timedelta(days=HORIZON_DAYS)
    return Proposal(
        survey=survey,
        files=tuple(_entry(place, one, pairs, keys) for place, one in enumerate(survey.files)),
        channels=channels,
        events=promotions(survey.first, last),
        balances=bank or others,
        beside=others if bank else (),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A payment method on a platform: what its channel is to be called, and by whom it is cleared."""

    platform: Assumed
    key: str
    clearing: str


def _pairs(files: Sequence[FileFound]) -> dict[tuple[int, str], _Pair]:
    """For each file, by its place, and payment method as found, its method on its platform."""
    return {(place, method): pair for place, one in enumerate(files) for method, pair in _pairs_of(one).items()}


def _pairs_of(found: FileFound) -> dict[str, _Pair]:
    """The methods of one file; lines that name none are of the one with most orders."""
    platform = PLATFORMS.get(found.format, OTHER)
    whole = _Pair(platform, platform.key, platform.clearing)
    named = [method.text for method in found.methods if method.text]
    if found.payments_only or len(named) > MOST_METHODS:
        return dict.fromkeys([method.text for method in found.methods], whole)
    pairs = {text: _pair(text, found.format, platform, number) for number, text in enumerate(named, start=1)}
    usual = pairs[named[0]] if named else whole
    return {method.text: pairs.get(method.text, usual) for method in found.methods}


def _pair(text: str, format_name: str, platform: Assumed, number: int) -> _Pair:
    known = method_of(text)
    key = text if format_name == "ledger" else key_of(text, platform.key, number)
    return _Pair(platform, key, known.clearing if known else key)


def _keys(pairs: Mapping[tuple[int, str], _Pair]) -> dict[_Pair, str]:
    """The key of each channel: a method's own, the platform's name before it where two platforms have the method."""
    keys: dict[_Pair, str] = {}
    for pair in sorted(
        set(pairs.values()), key=lambda one: (one.key != one.platform.key, list(pairs.values()).index(one))
    ):
        keys[pair] = distinct(pair.key, pair.platform.key, keys.values())
    return {pair: keys[pair] for pair in dict.fromkeys(pairs.values())}


def _channel(key: str, pair: _Pair, found: Sequence[MethodFound]) -> ChannelProposed:
    platform, known = pair.platform, _together(found)
    tells_fees = known.with_fee or (known.settled and platform is PLATFORMS["ledger"])
    as_found = [one.text for one in found if one.text]
    return ChannelProposed(
        key=key,
        label=as_found[0] if as_found and pair.key != platform.key else "",
        shared=key != pair.key,
        platform=platform.key,
        clearing=pair.clearing,
        orders=known.orders,
        fee_rate=None if tells_fees else platform.fee_rate,
        settlement_days=None if known.settled else platform.settlement_days,
        refund_days=REFUND_DAYS if known.undated_refunds else None,
        unpaid_after_hours=UNPAID_AFTER_HOURS if known.unpaid and not known.closed else None,
    )


def _together(found: Sequence[MethodFound]) -> MethodFound:
    """What is known of the orders of several methods, added up."""
    counts = ("orders", "settled", "with_fee", "undated_refunds", "unpaid", "closed")
    return MethodFound("", **{name: sum(getattr(one, name) for one in found) for name in counts})


def _entry(
    place: int, found: FileFound, pairs: Mapping[tuple[int, str], _Pair], keys: Mapping[_Pair, str]
) -> FileProposed:
    channels = {method: keys[pair] for (file, method), pair in pairs.items() if file == place}
    several = len(set(channels.values())) > 1
    if not channels:
        return FileProposed(found)
    if several and found.method_header is not None:
        return FileProposed(found, channels=channels)
    return FileProposed(found, channel=next(iter(channels.values())))
