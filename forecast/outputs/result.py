"""``result.json``: the result as plain, rounded values and as text with the same bytes for the same result."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

MONEY_DECIMALS = 2
"""Money is written to the fen."""

RATE_DIGITS = 6
"""Rates, shares, probabilities and numbers of days are written with this many significant digits."""

RATE_PARTS = frozenset({"estimates", "covenants", "accuracy", "sales_model"})
"""Below these keys every number is a rate, a share, a number of days or a score."""

RATE_KEYS = frozenset(
    {
        "advance_days",
        "arrangement_fee",
        "chance_of_breach",
        "commitment_fee",
        "concentration",
        "confidence",
        "cycle_days",
        "developed",
        "error",
        "expected_share",
        "factors",
        "fee_per_day",
        "foresight_gap",
        "from",
        "growth",
        "idle_cost",
        "implied_underage",
        "inventory_days",
        "multiple",
        "overage",
        "payable_days",
        "prepaid_days",
        "prepayment_fee",
        "present",
        "probability_short",
        "profit_margin",
        "reached",
        "receivable_days",
        "service_fee",
        "share",
        "share_by_age",
        "shortfall_probability",
        "shortfall_probability_saved",
        "tail",
        "to",
        "tolerance",
        "turns",
        "underage",
    }
)
"""Keys of rates that do not end in ``_rate``."""


def plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result as JSON holds it: text, whole numbers, rounded floats, null, lists and mappings in their given order.

    Money is rounded to the fen, rates to six significant digits. A sum of rounded figures may therefore differ
    from the rounded sum by half a fen a figure. An infinite amount means "no bound" (a facility's limit) and becomes
    null, since JSON has no infinity.

    Raises:
        ValueError: a number is NaN; absent figures must be None.
        TypeError: a value is of a kind that JSON does not hold.
    """
    converted = _plain(result, "", rate=False)
    if not isinstance(converted, dict):  # pragma: no cover  # a mapping converts to a dict
        raise TypeError("the result is no mapping")
    return converted


def result_json(result: Mapping[str, Any]) -> str:
    """The text of ``result.json``: indented UTF-8 with the keys in the result's own order, one ending newline."""
    return json.dumps(plain(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _is_rate(key: str) -> bool:
    return key in RATE_KEYS or key in RATE_PARTS or key.endswith("_rate")


def _plain(value: Any, place: str, *, rate: bool) -> Any:  # noqa: ANN401  # JSON's values have no common type
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return _rounded(value, place, rate=rate)
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    return _plain_container(value, place, rate=rate)


def _plain_container(value: Any, place: str, *, rate: bool) -> Any:  # noqa: ANN401  # as above
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if hasattr(value, "items"):
        return {
            str(key): _plain(one, f"{place}.{key}" if place else str(key), rate=rate or _is_rate(str(key)))
            for key, one in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{place}[{index}]", rate=rate) for index, one in enumerate(value)]
    raise TypeError(f"{place}: JSON does not hold a {type(value).__name__}")


def _rounded(number: float, place: str, *, rate: bool) -> float | None:
    if number == math.inf:
        return None
    if not math.isfinite(number):
        raise ValueError(f"{place}: {number} is no figure; an absent figure is None")
    rounded = float(f"{number:.{RATE_DIGITS}g}") if rate else round(number, MONEY_DECIMALS)
    return rounded + 0.0  # minus zero becomes zero
