"""Keys that a what-if cannot set though a user knows them: where they are changed, and what can be asked near them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import said
from forecast.plan.model import Cash, Channel, Covenants, Horizon, Merchant
from forecast.plan.scenarios import TERMS
from forecast.plan.terms import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from forecast.errors import Said
    from forecast.plan.findings import Table
    from forecast.plan.locator import KeyPath

SECTIONS = {"merchant": Merchant, "plan": Horizon, "cash": Cash, "covenants": Covenants}
"""Sections of a plan with keys of their own."""

OTHERS = ("ledger", "events", "accounts", "scenarios")
"""The plan's further sections."""

HOMES = {term.name: f"[{name}]" for name, model in SECTIONS.items() for term in keys_of(model).values()} | {
    term.name: "[channels.…]" for term in keys_of(Channel).values()
}
"""The keys of a plan that stand once, or once a channel, and their tables."""

FIXES = ("recovery_days", "never_paid", "alarm_hours")
"""What a stress test values as fixes, and no key sets."""

NEAR = {
    "settlement_days": "near_settlement",
    "recovery_days": "near_recovery",
    "never_paid": "near_unpaid",
    "unpaid_after_hours": "near_unpaid",
    "alarm_hours": "near_alarm",
    "surplus_rate": "near_balance",
}
"""What can be asked near a key, by the sentence that says so."""


def not_asked(changes: Table, known: Collection[str]) -> Iterator[tuple[KeyPath, Said]]:
    """The keys of a what-if that are others' than ``known`` and mean something all the same, each with what to do."""
    for key, value in changes.items():
        if key in known:
            continue
        inner = value if isinstance(value, dict) else {}
        if key == "channels":
            yield from _of_channels(inner, known)
        elif key in SECTIONS and inner:
            yield from (((key, leaf), _instead(leaf, known)) for leaf in inner)
        elif key in HOMES or key in FIXES:
            yield (key,), _instead(key, known)
        elif key in {*SECTIONS, *OTHERS}:
            yield (key,), said("scenarios.section_of_plan", section=key)


def _of_channels(given: Table, known: Collection[str]) -> Iterator[tuple[KeyPath, Said]]:
    """Keys of channels as a plan writes them."""
    tables = {name: table for name, table in given.items() if isinstance(table, dict)}
    if not tables:
        yield ("channels",), said("scenarios.channels_whole")
    for name, table in tables.items():
        yield from ((("channels", name, leaf), _instead(leaf, known, name)) for leaf in table)


def _instead(key: str, known: Collection[str], channel: str = "") -> Said:
    """What to write or to change instead of a key."""
    if key in known and (channel or key not in TERMS):
        return said("scenarios.asked_as", key=f"{key}.{channel}" if channel else key)
    near = said(f"scenarios.{NEAR.get(key, 'near_any')}")
    if key in FIXES:
        return said("scenarios.fix_of_stress", near=near)
    if key in HOMES:
        return said("scenarios.key_of_plan", key=key, home=HOMES[key], near=near)
    return said("scenarios.section_of_plan", section=key)
