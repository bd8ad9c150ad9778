"""What a plan made from exports says: channels and what is assumed of them, files, promotions, the opening balance."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from forecast.starting.promotions import promotions
from forecast.starting.survey import BANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.plan.model import Event
    from forecast.starting.survey import Balance, FileFound, MethodFound, Survey

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
    def causes_known(self) -> bool:
        """Whether any file tells why a deduction failed."""
        return any("causes" in one.gives for file in self.survey.files for one in file.formats)

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
    bank, others = _current(survey.balances, bank=True), _current(survey.balances, bank=False)
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
    found: dict[tuple[int, str], _Pair] = {}
    for place, one in enumerate(files):
        platform = PLATFORMS.get(one.format, OTHER)
        whole = _Pair(platform, platform.key, platform.clearing)
        named = [method.text for method in one.methods if method.text]
        single = one.payments_only or not named or len(named) > MOST_METHODS
        usual = whole
        for number, method in enumerate(one.methods, start=1):
            pair = whole
            if not single and method.text:
                known = method_of(method.text)
                key = method.text if one.format == "ledger" else key_of(method.text, platform.key, number)
                pair = _Pair(platform, key, known.clearing if known else key)
            if usual is whole and method.text:
                usual = pair
            found[place, method.text] = pair
        if not single and (place, "") in found:
            found[place, ""] = usual
    return found


def _keys(pairs: Mapping[tuple[int, str], _Pair]) -> dict[_Pair, str]:
    """The key of each channel: a method's own, the platform's name before it where two platforms have the method."""
    keys: dict[_Pair, str] = {}
    for pair in sorted(
        set(pairs.values()), key=lambda one: (one.key != one.platform.key, list(pairs.values()).index(one))
    ):
        keys[pair] = distinct(pair.key, pair.platform.key, keys.values())
    return {pair: keys[pair] for pair in dict.fromkeys(pairs.values())}


def _channel(key: str, pair: _Pair, facts: Iterable[MethodFound]) -> ChannelProposed:
    found = list(facts)
    settled, with_fee = sum(one.settled for one in found), sum(one.with_fee for one in found)
    tells_fees = with_fee or (settled and pair.platform is PLATFORMS["ledger"])
    undated, closed = sum(one.undated_refunds for one in found), sum(one.closed for one in found)
    return ChannelProposed(
        key=key,
        label=next((one.text for one in found if one.text and pair.key != pair.platform.key), ""),
        shared=key != pair.key,
        platform=pair.platform.key,
        clearing=pair.clearing,
        orders=sum(one.orders for one in found),
        fee_rate=None if tells_fees else pair.platform.fee_rate,
        settlement_days=None if settled else pair.platform.settlement_days,
        refund_days=REFUND_DAYS if undated else None,
        unpaid_after_hours=UNPAID_AFTER_HOURS if not closed and any(one.unpaid for one in found) else None,
    )


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


def _current(balances: Iterable[Balance], *, bank: bool) -> tuple[Balance, ...]:
    """The balance of each account: of statements that follow one another in time the latest alone."""
    chains: list[Balance] = []
    for one in sorted((x for x in balances if (x.format == BANK) == bank), key=lambda x: (x.first, x.day)):
        earlier = next((n for n, last in enumerate(chains) if last.day < one.first and last.format == one.format), None)
        if earlier is None:
            chains.append(one)
        else:
            chains[earlier] = one
    return tuple(chains)
