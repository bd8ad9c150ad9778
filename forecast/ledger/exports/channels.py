"""The payment channel of a line of orders: what its entry of ``[[ledger.files]]`` says, or its payment method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, Said, said
from forecast.ledger.sql import among_numbers
from forecast.ledger.sql import text as sql_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.ledger.engine import OrderEngine
    from forecast.plan.model import LedgerFile, Plan

_MOST = 12
"""Payment methods that an error lists."""

_BLANK = ""
"""What a line without a payment method counts as."""

Methods = dict[str, int]
"""Payment methods as found, empty text for none, with their lines."""


def channel_expression(engine: OrderEngine, plan: Plan, entries: Sequence[int]) -> str:
    """SQL that gives the channel of a line of ``export_orders`` by its ``file`` and ``method``.

    ``entries`` gives for each file the place of its entry in the plan. A method means the channel that the entry's
    ``channels`` says, else the one whose name or label it is; without a word, the plan's only channel.

    Raises:
        InputError: An entry has payment methods that mean no channel: lists them with their lines, and what to write.
    """
    cases, problems = [], []
    for place, entry in enumerate(plan.ledger.files):
        here = among_numbers("file", [file for file, of in enumerate(entries) if of == place])
        found = _methods_in(engine, here)
        meant = _meant(plan, entry, found)
        cases += [f"WHEN {here} AND {case}" for case in _cases(meant)]
        if unknown := {method: lines for method, lines in found.items() if method not in meant}:
            problems.append(plan.places.located(_problem(plan, entry, place, unknown)))
    if problems:
        raise InputError(problems)
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"


def paid_without_method(engine: OrderEngine, plan: Plan, entries: Sequence[int]) -> dict[str, int]:
    """By channel, the paid orders without a payment method that it gets by an entry whose methods mean several."""
    found: dict[str, int] = {}
    for place, entry in enumerate(plan.ledger.files):
        here = among_numbers("file", [file for file, of in enumerate(entries) if of == place])
        meant = _meant(plan, entry, _methods_in(engine, here)) if entry.channels else {}
        if _BLANK in meant and len(set(meant.values())) > 1:
            blank = f"fault IS NULL AND method IS NULL AND deducted_at IS NOT NULL AND {here}"
            query = f"SELECT count(DISTINCT order_id) FROM export_orders WHERE {blank}"  # noqa: S608  # our own
            channel = meant[_BLANK]
            found[channel] = found.get(channel, 0) + int(engine.rows(query)[0][0])
    return {channel: count for channel, count in found.items() if count}


def _cases(meant: Mapping[str, str]) -> list[str]:
    """A case for each method, or one for all where all mean the same."""
    if len(set(meant.values())) == 1:
        return [f"true THEN {sql_text(channel)}" for channel in set(meant.values())]
    return [f"coalesce(method, '') = {sql_text(method)} THEN {sql_text(channel)}" for method, channel in meant.items()]


def _methods_in(engine: OrderEngine, here: str) -> Methods:
    """The payment methods of the lines of orders under a condition, by their number of lines, the most first."""
    query = f"""SELECT coalesce(method, '') AS method, count(*) AS lines FROM export_orders
        WHERE fault IS NULL AND {here} GROUP BY 1 ORDER BY lines DESC, method"""  # noqa: S608  # our own
    return {str(method): int(lines) for method, lines in engine.rows(query)}


def _meant(plan: Plan, entry: LedgerFile, methods: Methods) -> dict[str, str]:
    """The channels that methods mean to an entry; without those that mean none."""
    only = next(iter(plan.channels)) if len(plan.channels) == 1 else None
    fixed = entry.channel or (None if entry.channel_from or entry.channels else only)
    if fixed:
        return dict.fromkeys(methods, fixed)
    named = {one.label: name for name, one in plan.channels.items()} | {name: name for name in plan.channels}
    named |= entry.channels
    return {method: named[method] for method in methods if method in named}


def _problem(plan: Plan, entry: LedgerFile, place: int, unknown: Mapping[str, int]) -> Problem:
    channels = ", ".join(plan.channels)
    key = f"ledger.files[{place + 1}]"
    shown = entry.found[0].name + (f" + {len(entry.found) - 1}" if len(entry.found) > 1 else "")
    if entry.channel_from is None and not any(unknown):
        return Problem(said("joining.no_channel", file=shown, channels=channels), str(plan.path), key=key)
    written = ", ".join(f'"{method}" = "…"' for method in list(unknown)[:_MOST])
    told = said("joining.unknown_methods", file=shown, methods=_listed(unknown), channels=channels, written=written)
    return Problem(told, str(plan.path), key=f"{key}.channels")


def _listed(methods: Mapping[str, int]) -> Said:
    """``"京东白条" (1,204), "在线支付" (310)``, and how many more."""
    shown = ", ".join(f'"{method}" ({lines:,})' for method, lines in list(methods.items())[:_MOST])
    more = len(methods) - _MOST
    return said("joining.and_more", shown=shown, count=more) if more > 0 else said("joining.these", shown=shown)
