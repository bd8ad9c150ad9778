"""Small worlds of the sample shop, drawn once for all tests."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from forecast.sample.law import standard_law
from forecast.sample.orders import Orders, join, orders_by_block
from forecast.sample.world import World, make_world

START = dt.date(2025, 9, 1)
AS_OF = dt.date(2026, 3, 15)


@lru_cache(maxsize=4)
def small_world(orders: int = 40_000, seed: int = 5) -> World:
    """Half a year with Double 11 2025 and the Spring Festival of 2026."""
    return make_world(standard_law(), orders, seed, START, AS_OF)


@lru_cache(maxsize=4)
def small_orders(orders: int = 40_000, seed: int = 5) -> Orders:
    """All orders of that world, to the end of their lives."""
    return join(list(orders_by_block(small_world(orders, seed))))
