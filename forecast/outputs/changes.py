"""What a scenario changes, in the reader's words, from the lines of a result (failure_rate.baitiao = 0.1)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from forecast.plan.changes import ALL_CAUSES
from forecast.plan.headings import outage_words, per_cent, shift_words

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures

OUTAGE = re.compile(r"outage: (channel|clearing) = (.+), start = (.+), days = (.+), share = (.+), cause = (.+)")
SHIFT = re.compile(r"shift: (.+) → (.+?), share = ([^,]+)(?:, lost = (.+))?")
RATES = frozenset({"failure_rate", "recovery", "refund_rate", "fee_rate"})
BALANCES = frozenset({"opening_balance", "minimum_balance"})
MULTIPLES = frozenset({"volume", "planned_volume"})
MONEY_TERMS = frozenset({"limit", "drawn", "minimum_draw"})
COST_WORDS = frozenset({"share_of_sales", "days_after", "paid_on"})


def in_words(change: str, figures: Figures) -> str:
    """A change as a reader says it; a line that is none of those known stays as it is."""
    if found := OUTAGE.fullmatch(change):
        return _outage(found, figures)
    if found := SHIFT.fullmatch(change):
        return _shift(found, figures)
    key, equals, value = change.partition(" = ")
    head, _, rest = key.partition(".")
    if not equals:
        return change
    if head in RATES:
        return _rate(head, rest, value, figures)
    if head in {"facilities", "costs"} and "." in rest:
        return _term(head, rest, value, figures)
    return _plain(head, rest, value, figures) or change


def _plain(head: str, name: str, value: str, figures: Figures) -> str | None:
    """A balance, a level, a multiple, or a delay."""
    texts = figures.texts
    if head in BALANCES:
        return f"{texts(f'words.{head}')} {_amount(value, figures)}"
    if head == "confidence":
        return f"{texts('about.confidence')} {figures.confidence(float(value))}"
    if head in MULTIPLES:
        named = figures.names.channels.get(name) or figures.event(name)
        return texts(f"changes.{head}_of", name=named, value=value) if name else texts(f"changes.{head}", value=value)
    if head in {"flows", "costs"}:
        return texts("changes.multiple", name=texts.or_else(f"categories.{name}", name), value=value)
    if head == "settlement_delay":
        return texts("changes.settlement_delay", name=figures.channel(name), value=value)
    return None


def _rate(head: str, name: str, value: str, figures: Figures) -> str:
    """A rate of a channel, of one cause or of all."""
    channel, _, cause = name.rpartition(".")
    if cause not in ALL_CAUSES or not channel:
        channel, cause = name, ""
    share = per_cent(float(value))
    of_cause = figures.texts("changes.of_cause", cause=figures.cause(cause)) if cause else ""
    return figures.texts(f"changes.{head}", name=figures.channel(channel), value=share, cause=of_cause)


def _term(head: str, name: str, value: str, figures: Figures) -> str:
    """A term of a facility, or of a cost that moves with sales."""
    owner, _, term = name.rpartition(".")
    texts = figures.texts
    if head == "costs":
        label = texts.or_else(f"categories.{owner}", owner)
        item = texts(f"words.{term}") if term in COST_WORDS else texts.or_else(f"terms.{term}", term)
    else:
        label, item = figures.facility(owner), texts.or_else(f"terms.{term}", term)
    return texts("changes.term", name=label, term=item, value=_value(term, value, figures))


def _value(term: str, value: str, figures: Figures) -> str:
    """The value of a term, written as the plan writes it, in its unit."""
    try:
        found = json.loads(value)
    except json.JSONDecodeError:
        return value
    match found:
        case bool():
            told = figures.yes_no(found)
        case list():
            told = figures.texts("language.list_comma").join(figures.channel(str(one)) for one in found)
        case int() | float() if term in MONEY_TERMS:
            told = figures.amount(float(found))
        case int() | float():
            whole = term.endswith("_days") or term in {"days_after", "basis_points"}
            told = f"{found:g}" if whole else per_cent(float(found))
        case _:
            told = figures.texts.or_else(f"choices.{found}", str(found))
    return told


def _outage(found: re.Match[str], figures: Figures) -> str:
    texts, (scope, own, start, days, share, cause) = figures.texts, found.groups()
    name = figures.channel(own) if scope == "channel" else figures.clearing(own)
    told = outage_words(texts, name, start, float(days), float(share))
    return told if cause == "clearing" else told + texts("changes.of_cause", cause=figures.cause(cause))


def _shift(found: re.Match[str], figures: Figures) -> str:
    source, target, share, lost = found.groups()
    return shift_words(figures.texts, figures.channel(source), figures.channel(target), float(share), float(lost or 0))


def _amount(value: str, figures: Figures) -> str:
    """An amount in its unit; what is no figure, as in a report without amounts, as it is."""
    try:
        return figures.amount(float(value))
    except ValueError:
        return value
