"""What a value was probably meant to be: days, amounts, shares and answers as people and spreadsheets write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[T ]+0{1,2}:00(?::00(?:\.0+)?)?)?")
_AMOUNT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_CURRENCY = re.compile(r"(?i)^(?:RMB|CNY|￥|¥|\$)|(?:RMB|CNY|元|圆|块)$")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d*)?) ?(%|‰)")
_TEN_THOUSANDS = {"万": 10_000, "亿": 100_000_000}

YES = frozenset({"true", "yes", "y", "on", "1", "是", "真", "对"})
NO = frozenset({"false", "no", "n", "off", "0", "否", "假", "不"})


def plain_day(text: str) -> str | None:
    """The day that a text names, as TOML writes it (``2026/9/1`` → ``2026-09-01``); None where it names none."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return dt.date(*(int(part) for part in found.groups())).isoformat() if found else None
    except ValueError:  # a day that the calendar does not have
        return None


def plain_amount(text: str) -> str | None:
    """The amount that a text names, as TOML writes it; None where it names none.

    Separators of thousands, a currency's sign or word, full-width digits, 万 and 亿, and a negative amount in
    parentheses are understood: ``（1,200.50元）`` → ``-1200.50``.
    """
    words = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-").replace("，", ",")
    negative = words.startswith("(") and words.endswith(")")
    words = _CURRENCY.sub("", words[1:-1] if negative else words)
    words = _CURRENCY.sub("", words)
    times = _TEN_THOUSANDS.get(words[-1:], 1)
    words = words[:-1] if times > 1 else words
    if not _AMOUNT.fullmatch(words) or (negative and words[0] in "+-"):
        return None
    figure = Decimal(words.replace(",", "").rstrip(".")) * times
    return f"{-figure if negative else figure:f}"


def plain_share(text: str) -> str | None:
    """The fraction that a text in per cent or per mille names (``8%`` → ``0.08``); None where it names none."""
    found = _PERCENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return None
    figure = Decimal(found[1].rstrip(".")) / (100 if found[2] == "%" else 1000)
    return f"{figure:f}"


def plain_flag(text: str) -> str | None:
    """``true`` or ``false`` for a word that says so (``True``, ``是``, ``no``); None for any other."""
    word = text.strip().casefold()
    return "true" if word in YES else "false" if word in NO else None
