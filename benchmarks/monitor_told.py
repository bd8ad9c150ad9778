"""What a method of watching tells of a feed, the same for all that are compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What a method told: when it first rang, from when on it holds, which channels and cause it names, and why."""

    at: int
    since: int
    channels: tuple[str, ...]
    cause: str
    sku: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    why: str = ""
