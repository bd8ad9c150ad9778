"""Random deterministic plans for the plain simulator: small worlds and terms, from a seed, to the fen."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from facility_world import Receivable, World

from forecast.cash import CashCase, ChannelCash
from forecast.plan.facilities import BORROWED
from forecast.plan.model import Facility, OtherFlow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CHANNELS = ("baitiao", "wechat")
AGES = (5, 10)
FEES = {"baitiao": 0.02, "wechat": 0.006}


@dataclass(frozen=True)
class SmallPlan:
    """A world and the facilities offered in it, each at its limit."""

    seed: int
    world: World
    facilities: tuple[Facility, ...]


def small_plan(seed: int, kinds: Sequence[str]) -> SmallPlan:
    """Draw a plan that lacks about what its facilities may lend, from nothing to more than all."""
    rng = random.Random(seed)  # noqa: S311  # plans, no secrets
    as_of = dt.date(2026, rng.randint(1, 12), rng.choice([1, 10, 18, 25, 27, 28]))
    last = rng.randint(12, 45)
    scale = rng.choice([1_000.0, 30_000.0, 400_000.0])
    flows = _flows(rng, last, scale)
    payments = _payments(rng, as_of, last, scale) if "payables_extension" in kinds else []
    for one in payments:
        flows[(one.date - as_of).days] += one.amount
    holiday = _holidays(rng, last)
    minimum = rng.choice([0.0, round(0.1 * scale, 2)])
    lowest = min(sum(flows[: day + 1]) for day in range(last + 1))
    world = World(
        as_of=as_of,
        opening=round(max(0.0, minimum - lowest - rng.choice([0.02, 0.1, 0.3, 0.8]) * scale), 2),
        minimum=minimum,
        surplus_rate=rng.choice([0.0, 0.0, 0.01]),
        flows=tuple(flows),
        banking=tuple((as_of + dt.timedelta(days=day)).weekday() < 5 and not holiday[day] for day in range(last + 1)),
        holiday=holiday,
        receivables=tuple(_receivables(rng, last, scale)),
        purchases={"stock": {day: round(rng.uniform(0.1, 0.6) * scale, 2) for day in rng.sample(range(-9, last), 7)}},
        payments=tuple(payments),
    )
    facilities = tuple(_facility(rng, f"{kind}_{i}", kind, world, scale) for i, kind in enumerate(kinds))
    return SmallPlan(seed, world, facilities)


def _flows(rng: random.Random, last: int, scale: float) -> list[float]:
    """Give small flows every day, and a few large payments of which most come back."""
    flows = [0.0] + [round(rng.gauss(0.01, 0.05) * scale, 2) for _ in range(last)]
    for _ in range(rng.randint(1, 3)):
        day = rng.randint(1, last)
        paid = rng.uniform(0.1, 0.6) * scale
        flows[day] = round(flows[day] - paid, 2)
        back = day + rng.randint(1, 20)
        if back <= last:
            flows[back] = round(flows[back] + rng.uniform(0.8, 1.4) * paid, 2)
    return flows


def _holidays(rng: random.Random, last: int) -> tuple[bool, ...]:
    """Give a public holiday of a few days."""
    start = rng.randint(1, last)
    shut = range(start, start + rng.choice([0, 1, 3, 7]))
    return tuple(day in shut for day in range(last + 1))


def _receivables(rng: random.Random, last: int, scale: float) -> list[Receivable]:
    """Give sales of two channels, some before as_of, that settle after up to two weeks; a few are partly refunded."""
    made = []
    for _ in range(25):
        deducted = rng.randint(-8, last - 1)
        settles = max(1, deducted + rng.randint(1, 14))
        amount = round(rng.uniform(0.02, 0.2) * scale, 2)
        refunds: tuple[tuple[int, float], ...] = ()
        if rng.random() < 0.3 and settles - max(deducted, 1) > 1:
            refunds = ((rng.randint(max(deducted, 1), settles - 1), round(0.4 * amount, 2)),)
        made.append(Receivable(rng.choice(CHANNELS), deducted, settles, amount, refunds))
    return made


def _payments(rng: random.Random, as_of: dt.date, last: int, scale: float) -> list[OtherFlow]:
    """Give payments to suppliers that may be deferred, at a cost of their own."""
    return [
        OtherFlow(
            as_of + dt.timedelta(days=rng.randint(1, last)),
            -round(rng.uniform(0.1, 0.5) * scale, 2),
            "stock",
            movable_days=rng.choice([3, 10, 30]),
            deferral_cost=rng.choice([0.0, 0.04, 0.09]),
        )
        for _ in range(rng.randint(2, 5))
    ]


def _facility(rng: random.Random, name: str, kind: str, world: World, scale: float) -> Facility:
    """Draw the terms of a facility of a kind."""
    limit = round(scale * rng.choice([0.05, 0.5, 2.0, 50.0]), 2)
    chosen: dict[str, Any] = {
        "annual_rate": rng.choice([0.0, 0.0435, 0.072, 0.18]),
        "day_count": rng.choice(["act/360", "act/365", "30/360"]),
        "signing_days": rng.choice([0, 0, 1, 4]),
        "arrangement_fee": rng.choice([0.0, 0.0, 0.002]),
        "commitment_fee": rng.choice([0.0, 0.0, 0.004]),
        "notice_days": rng.choice([0, 0, 1, 2, 3, 5]),
        "interest_due": rng.choice(["month_end", "month_end", "maturity", "day_20", "quarter_20"]),
        "signed": rng.random() < 0.3,
    }
    if rng.random() < 0.25:
        chosen["drawn"] = round(rng.uniform(0.1, 1.0) * min(limit, scale), 2)
    if rng.random() < 0.2:
        chosen["available_from"] = world.date(rng.randint(1, world.last // 2))
    if rng.random() < 0.2:
        chosen["available_to"] = world.date(rng.randint(world.last // 2, world.last))
    if kind in BORROWED:
        chosen["interest_vat"] = rng.choice([0.0, 0.0, 0.06])
        chosen["guarantee_fee"] = rng.choice([0.0, 0.0, 0.01])
    if kind in {"revolver", "term_loan"}:
        chosen["stamp_duty"] = rng.choice([0.0, 0.00005])
    chosen |= _own_terms(rng, kind, world, scale)
    return Facility(name, "term_loan" if kind == "prepayable" else kind, limit, **chosen)  # type: ignore[arg-type]


def _own_terms(rng: random.Random, kind: str, world: World, scale: float) -> dict[str, Any]:
    """Draw the terms that a kind alone has."""
    channels = rng.choice([(), ("baitiao",), CHANNELS])
    own: dict[str, dict[str, Any]] = {
        "revolver": {"minimum_draw": rng.choice([0.0, 0.0, round(0.15 * scale, 2)])},
        "owner_loan": {"tenor_days": rng.choice([None, 3, 12, 25])},
        "inventory": {"tenor_days": rng.choice([5, 15, 60]), "advance_rate": rng.choice([0.5, 0.8])},
        "receivables": {
            "channels": channels,
            "advance_rate": rng.choice([0.5, 0.8, 1.0]),
            "max_age_days": rng.choice([None, *AGES]),
            "concentration": rng.choice([1.0, 0.6]),
            "service_fee": rng.choice([0.0, 0.003]),
        },
        "factoring": {
            "channels": channels,
            "advance_rate": rng.choice([0.8, 0.9]),
            "discount_rate": rng.choice([0.0, 0.075]),
            "service_fee": rng.choice([0.0, 0.003]),
        },
        "early_settlement": {"channels": channels, "fee_per_day": rng.choice([0.0001, 0.0003])},
        "term_loan": {
            "tenor_days": rng.choice([None, 10, 30, 90]),
            "repayment": rng.choice(["bullet", "equal_instalments", "equal_principal"]),
            "draw_date": rng.choice([None, world.date(rng.randint(1, world.last))]),
        },
        "prepayable": {
            "tenor_days": rng.choice([None, 10, 30]),
            "prepayment_fee": rng.choice([0.0, 0.0, 0.0005]),
            "drawn": 0.0,
        },
        "payables_extension": {"drawn": 0.0, "commitment_fee": 0.0},
    }
    return own.get(kind, {})


def cash_case(world: World) -> CashCase:
    """Give the same world as the planner's own steps take it: one path, arrays by channel and day."""
    days = range(1, world.last + 1)

    def by_channel(amount: Callable[[Receivable, int], float]) -> np.ndarray:
        return np.array(
            [
                [
                    [sum(amount(one, day) for one in world.receivables if one.channel == name) for day in days]
                    for name in CHANNELS
                ]
            ]
        )

    return CashCase(
        days=np.datetime64(world.as_of, "D") + np.arange(1, world.last + 1),
        as_of=world.as_of,
        opening_balance=world.opening,
        minimum_balance=world.minimum,
        surplus_rate=world.surplus_rate,
        flows=np.array([world.flows[1:]]),
        channels=CHANNELS,
        opening_receivables=np.array(
            [sum(one.open_on(0) for one in world.receivables if one.channel == name) for name in CHANNELS]
        ),
        banking_day=np.array(world.banking[1:]),
        by_channel=ChannelCash(
            settled=by_channel(lambda one, day: one.settled_on(day) * (1 - FEES[one.channel])),
            fees=by_channel(lambda one, day: one.settled_on(day) * FEES[one.channel]),
            receivables=by_channel(lambda one, day: one.open_on(day)),
            young={age + 1: by_channel(partial(_young, age + 1)) for age in AGES},
        ),
        holiday=np.array(world.holiday[1:]),
        purchases={name: np.array([bought.get(day, 0.0) for day in days]) for name, bought in world.purchases.items()},
        movable=tuple(world.payments),
        earlier_flows=tuple(
            OtherFlow(world.date(day), -amount, name)
            for name, bought in world.purchases.items()
            for day, amount in bought.items()
            if day <= 0
        ),
    )


def _young(age: int, one: Receivable, day: int) -> float:
    """Give what is open of a receivable that was deducted fewer days ago."""
    return one.open_on(day) if day - one.deducted < age else 0.0
