"""What a value was probably meant to be: days, amounts, shares, answers and zones as people and spreadsheets write."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

_DAY_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAYS = re.compile(r"(?i)(\d+) ?(?:天|日|days?|d)")
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[T ]+0{1,2}:00(?::00(?:\.0+)?)?)?")
_AMOUNT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_CURRENCY = re.compile(r"(?i)^(?:RMB|CNY|￥|¥|\$)|(?:RMB|CNY|元|圆|块)$")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d*)?) ?(%|‰)")
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?00)?")
_WEST, _EAST = -12, 14
"""The zones of whole hours that have a name reach so far."""

_CHINA = frozenset({"cst", "chinastandardtime", "beijing", "beijingtime", "北京时间", "中国标准时间", "东八区"})
_TIMES = {"k": 1_000, "K": 1_000, "千": 1_000, "w": 10_000, "W": 10_000, "万": 10_000, "亿": 100_000_000}

YES = frozenset({"true", "yes", "y", "on", "1", "是", "真", "对"})
NO = frozenset({"false", "no", "n", "off", "0", "否", "假", "不"})


def plain_day(text: str) -> str | None:
    """The day that a text names, as TOML writes it (``2026/9/1`` → ``2026-09-01``).

    None where it names none, or where day and month cannot be told apart (``10/11/2026``).
    """
    words = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(words) or _DIGITS.fullmatch(words)
    parts = tuple(int(part) for part in found.groups()) if found else _day_last(words)
    try:
        return dt.date(*parts).isoformat() if parts else None
    except ValueError:  # a day that the calendar does not have
        return None


def plain_days(text: str) -> str | None:
    """The number of days that a text with their unit names (``75 天`` → ``75``); None where it names none."""
    found = _DAYS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return str(int(found[1])) if found else None


def _day_last(words: str) -> tuple[int, int, int] | None:
    """Year, month and day of a text that ends with the year, where one of its first two figures can be no month."""
    found = _DAY_LAST.fullmatch(words)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    months = 12
    if first > months or first == second:
        return year, second, first
    return (year, first, second) if second > months else None


def plain_amount(text: str) -> str | None:
    """The amount that a text names, as TOML writes it; None where it names none.

    Separators of thousands, a currency's sign or word, full-width digits, k, 万 (w) and 亿, and a negative amount in
    parentheses are understood: ``（1,200.50元）`` → ``-1200.50``.
    """
    words = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-").replace("，", ",")
    negative = words.startswith("(") and words.endswith(")")
    words = _CURRENCY.sub("", words[1:-1] if negative else words)
    words = _CURRENCY.sub("", words)
    times = _TIMES.get(words[-1:], 1)
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


def plain_zone(text: str) -> str | None:
    """The name of the zone that a text means (``UTC+8`` and ``北京时间`` → ``Asia/Shanghai``); None where it is none.

    Whole hours from UTC other than China's have names whose sign is turned: ``UTC+9`` → ``Etc/GMT-9``.
    """
    words = re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text)).lower()
    if words in _CHINA:
        return "Asia/Shanghai"
    found = _OFFSET.fullmatch(words)
    hours = int(found[1] + found[2]) if found else None
    if hours is None or not _WEST <= hours <= _EAST:
        return None
    return {0: "UTC", 8: "Asia/Shanghai"}.get(hours, f"Etc/GMT{-hours:+d}")
