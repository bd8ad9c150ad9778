"""A merchant of our own making, whose orders and money are known: what made export files tell and must add up to.

Everything is whole fen, drawn from a seed. The shop sells from a while before the exports begin, so that bills hold
lines whose orders no file has, and until the noon on which the exports were made, the day after the last whole one.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from functools import cache

FIRST = dt.date(2026, 6, 1)
"""First day of the exports; orders of the fortnight before stand in no file, their money does."""

AS_OF = dt.date(2026, 10, 18)
"""The last whole day."""

MADE_AT = dt.datetime(2026, 10, 19, 11, 40)  # noqa: DTZ001  # local time, as in the files
"""When the exports were made."""

CLOSED = {dt.date(2026, 6, 19), dt.date(2026, 9, 25), *(dt.date(2026, 10, day) for day in range(1, 8))}
"""Public holidays on which no provider pays out."""

_EARLIER_DAYS = 14
_SETTLED_CASES_UNTIL = AS_OF - dt.timedelta(days=14)
"""Later orders are neither left unpaid nor refunded early: some exports date neither, and no total hangs on a guess."""


@dataclass(frozen=True, slots=True)
class Refund:
    """What the customer got back, and what the platform gave back of its fee."""

    at: dt.datetime
    amount: int
    fee_back: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order to the end of its life; amounts in fen, moments local."""

    number: str
    method: str
    ordered_at: dt.datetime
    paid_at: dt.datetime | None
    closed_at: dt.datetime | None
    parts: tuple[int, ...]
    settled_at: dt.datetime | None = None
    fee: int = 0
    refunds: tuple[Refund, ...] = ()

    @property
    def amount(self) -> int:
        """What the customer is to pay."""
        return sum(self.parts)

    @property
    def cancelled(self) -> bool:
        """Whether it was paid and then wholly given back, before any settlement."""
        return self.paid_at is not None and self.closed_at is not None

    def refunded_by(self, last: dt.date, *, before: bool | None = None) -> int:
        """Refunds up to a day: before the settlement, after it (the same day included), or both."""
        settled = self.settled_at.date() if self.settled_at is not None and self.settled_at.date() <= last else None
        known = [one for one in self.refunds if one.at.date() <= last]
        return sum(
            one.amount for one in known if before is None or before == (settled is None or one.at.date() < settled)
        )


@dataclass(frozen=True, slots=True)
class Platform:
    """How a platform sells and pays: orders a day, payment methods, its fee in thousandths, and days to settlement.

    ``payments_only``: its bill lists payments alone, each with its fee, which refunds give back in proportion.
    ``pays_net``: what was refunded before the payout is kept out of it, and has no line of its own in the bill.
    """

    key: str
    a_day: int
    methods: tuple[str, ...]
    fee: int
    days: tuple[int, int]
    working_days: bool = False
    fee_returned: bool = False
    payments_only: bool = False
    pays_net: bool = False


@dataclass(slots=True)
class Totals:
    """What a ledger made of the exports must add up to on the evening of ``AS_OF``, in fen."""

    orders: int = 0
    gross: int = 0
    settled: int = 0
    fees: int = 0
    refunded_before: int = 0
    refunded_after: int = 0
    never_paid: int = 0
    outstanding: int = 0

    def add(self, other: Totals) -> None:
        """Add the totals of another platform."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


TMALL = Platform("tmall", 3, ("支付宝",), 50, (6, 12), pays_net=True)
JD = Platform(
    "jd", 4, ("京东白条", "京东白条", "微信支付", "在线支付"), 40, (7, 7), working_days=True, fee_returned=True
)
WECHAT = Platform("wechat", 2, ("微信支付",), 6, (1, 1), working_days=True, fee_returned=True, payments_only=True)
DOUYIN = Platform("douyin", 3, ("抖音支付",), 30, (8, 10))
PINDUODUO = Platform("pinduoduo", 3, ("多多支付",), 6, (7, 9))


@dataclass(frozen=True, slots=True)
class World:
    """The orders of one platform, those before the exports begin included."""

    platform: Platform
    orders: tuple[Order, ...] = field(repr=False)

    @property
    def exported(self) -> list[Order]:
        """The orders that the platform's own export lists."""
        return [order for order in self.orders if order.ordered_at.date() >= FIRST]

    @property
    def earlier(self) -> list[Order]:
        """The orders that no export lists, though the bills know their money."""
        return [order for order in self.orders if order.ordered_at.date() < FIRST]

    def totals(self) -> Totals:
        """What is known of the exported orders on the evening of ``AS_OF``."""
        total = Totals()
        for order in self.exported:
            if order.ordered_at.date() > AS_OF:
                continue
            before, after = (order.refunded_by(AS_OF, before=early) for early in (True, False))
            settled = order.settled_at is not None and order.settled_at.date() <= AS_OF
            fee = order.fee - sum(one.fee_back for one in order.refunds if one.at.date() <= AS_OF) if settled else 0
            arrived = order.amount - before - fee if settled else 0
            unpaid = order.amount if order.paid_at is None and order.closed_at is not None else 0
            unpaid = unpaid if order.closed_at is not None and order.closed_at.date() <= AS_OF else 0
            total.orders += 1
            total.gross += order.amount
            total.settled += arrived
            total.fees += fee
            total.refunded_before += before
            total.refunded_after += after
            total.never_paid += unpaid
            total.outstanding += order.amount - arrived - fee - before - unpaid
        return total


@cache
def make_world(platform: Platform, seed: int = 1) -> World:
    """Draw a platform's orders from a seed."""
    chance = random.Random(f"{platform.key} {seed}")  # noqa: S311  # no secret
    orders: list[Order] = []
    day = FIRST - dt.timedelta(days=_EARLIER_DAYS)
    while day <= MADE_AT.date():
        count = platform.a_day + chance.randint(-1, 1) + (2 * platform.a_day if (day.month, day.day) == (6, 18) else 0)
        for _ in range(count):
            at = dt.datetime.combine(day, dt.time(8)) + dt.timedelta(seconds=chance.randint(0, 15 * 3600 + 1500))
            if at < MADE_AT - dt.timedelta(minutes=10):
                orders.append(_order(platform, len(orders), at, chance))
        day += dt.timedelta(days=1)
    return World(platform, tuple(sorted(orders, key=lambda order: order.ordered_at)))


def _order(platform: Platform, count: int, at: dt.datetime, chance: random.Random) -> Order:
    parts = tuple(chance.randint(900, 60_000) for _ in range(chance.choice((1, 1, 1, 2, 3))))
    method, number = chance.choice(platform.methods), _number(platform, count, at, chance)
    if (
        not platform.payments_only and chance.random() < 0.07 and at.date() <= _SETTLED_CASES_UNTIL
    ):  # never paid, closed a day later
        return Order(number, method, at, None, at + dt.timedelta(hours=24), parts)
    paid = at + dt.timedelta(seconds=chance.randint(5, 240))
    settled = _settled(platform, paid, chance)
    return _with_refunds(platform, Order(number, method, at, paid, None, parts, settled), chance)


def _number(platform: Platform, count: int, at: dt.datetime, chance: random.Random) -> str:
    tail = f"{count:05d}{chance.randint(0, 9999):04d}"
    return {
        "tmall": f"43{at:%y%m%d}{tail}7",
        "jd": f"29{at:%m%d}{tail[1:]}",
        "wechat": f"S{at:%Y%m%d}{tail}",
        "douyin": f"69{at:%y%m%d}{tail}1",
        "pinduoduo": f"{at:%y%m%d}-{tail}",
    }[platform.key]


def _settled(platform: Platform, paid: dt.datetime, chance: random.Random) -> dt.datetime:
    day = paid.date() + dt.timedelta(days=chance.randint(*platform.days))
    while platform.working_days and (day.weekday() >= 5 or day in CLOSED):  # Saturday
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(9, chance.randint(0, 59), chance.randint(0, 59)))


def _with_refunds(platform: Platform, order: Order, chance: random.Random) -> Order:
    """The order with what is refunded of it: nothing, all or a part before the settlement, or a part after it."""
    assert order.paid_at is not None
    assert order.settled_at is not None
    draw, paid, amount = chance.random(), order.paid_at, order.amount
    early: list[Refund] = []
    if draw < 0.09 and paid.date() <= _SETTLED_CASES_UNTIL:  # one in twenty is cancelled, some in part
        part = amount if draw < 0.05 else amount // 3  # as above
        back = part * _fee(platform, amount) // amount if platform.payments_only else 0
        early = [Refund(paid + dt.timedelta(minutes=20), part, back)]
        if part == amount:
            fee = _fee(platform, amount) if platform.payments_only else 0
            return replace(order, closed_at=early[0].at, settled_at=None, fee=fee, refunds=tuple(early))
    fee = _fee(platform, amount if platform.payments_only else amount - sum(one.amount for one in early))
    late = []
    if 0.09 <= draw < 0.17:  # a part, once or twice, after the settlement
        back = amount // 4 * fee // amount if platform.fee_returned else 0
        days = (12,) if draw < 0.14 else (12, 15)  # three of eight twice
        late = [Refund(order.settled_at + dt.timedelta(days=day, hours=5), amount // 4, back) for day in days]
    kept = tuple(one for one in (*early, *late) if one.at < MADE_AT)
    return replace(order, fee=fee, refunds=kept)


def _fee(platform: Platform, amount: int) -> int:
    """The platform's fee on an amount, rounded half up to the fen."""
    return (amount * platform.fee + 500) // 1000
