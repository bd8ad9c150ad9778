"""The world of the sample shop: what all its orders share, drawn before any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Calendar
from forecast.sample.demand import draw_demand
from forecast.sample.episodes import draw_episodes, held_days

if TYPE_CHECKING:
    import datetime as dt

    from forecast.arrays import Bools, Days, Ints
    from forecast.sample.demand import Demand
    from forecast.sample.episodes import Episode
    from forecast.sample.law import ChannelTruth, Law

FUTURE_DAYS = 90
"""The world runs on for so many days after as_of."""

BLOCK_DAYS = 7
"""Orders are drawn in blocks of so many days, each channel with a random stream of its own."""

ABSENT = -1
"""Stands for an event that has not happened, in every integer array of orders."""

_CALENDAR_DAYS = 150
"""Days after the world's last order on which its settlements may still fall."""


@dataclass(frozen=True, slots=True)
class World:
    """All that the orders share; ``counts`` (day, channel) orders, ``first`` the first day in days since 1970.

    ``working_number`` counts working days up to each calendar day, ``working_day`` lists them, ``payout`` (channel,
    day) is the first day on which money due on a day arrives.
    """

    law: Law
    seed: int
    as_of: int
    first: int
    demand: Demand
    episodes: tuple[Episode, ...]
    counts: Ints
    working_number: Ints
    working_day: Ints
    payout: Ints

    @property
    def blocks(self) -> int:
        """Number of blocks of ``BLOCK_DAYS`` days."""
        return -(-len(self.counts) // BLOCK_DAYS)

    @property
    def orders_a_unit(self) -> float:
        """Orders for one unit of ``demand.actual``."""
        known = self.as_of - self.first + 1
        return float(self.counts[:known].sum() / self.demand.actual[:known].sum())


def make_world(law: Law, orders: int, seed: int, start: dt.date, as_of: dt.date) -> World:
    """Draw the days, promotions, episodes and daily numbers of orders.

    Exactly ``orders`` are placed from ``start`` to ``as_of``, and a random number at the same rate afterwards.
    """
    days = np.arange(np.datetime64(start), np.datetime64(as_of) + FUTURE_DAYS + 1)
    known = (as_of - start).days + 1
    source = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    demand_rng, episode_rng, count_rng, future_rng = source.spawn(4)
    demand = draw_demand(law, days, demand_rng)
    episodes = draw_episodes(law, days, episode_rng)
    weight = demand.actual[:, None] * demand.shares
    past = weight[:known].ravel()
    placed = count_rng.multinomial(orders, past / past.sum()).reshape(known, -1)
    counts = np.concatenate([placed, future_rng.poisson(orders * weight[known:] / past.sum())])
    calendar = np.arange(days[0], days[-1] + _CALENDAR_DAYS)
    working = Calendar("CN").is_working_day(calendar)
    first = int(days[0].astype(np.int64))
    return World(
        law=law,
        seed=seed,
        as_of=int(np.datetime64(as_of).astype(np.int64)),
        first=first,
        demand=demand,
        episodes=episodes,
        counts=counts.astype(np.int64),
        working_number=np.cumsum(working).astype(np.int64),
        working_day=np.flatnonzero(working) + first,
        payout=np.stack([_payout_days(channel, calendar, working, episodes) for channel in law.channels]),
    )


def _payout_days(channel: ChannelTruth, calendar: Days, working: Bools, episodes: tuple[Episode, ...]) -> Ints:
    """The first day at or after each day on which the channel pays out (day,)."""
    closed = held_days(episodes, channel.name, calendar)
    if channel.payout == "working_days":
        closed |= ~working
    number = calendar.astype(np.int64)
    never = number[-1] + 1
    return np.asarray(np.minimum.accumulate(np.where(closed, never, number)[::-1])[::-1])
