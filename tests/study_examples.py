"""Made-up results of a backtest and of a review, of the real ones' shape."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate
from typing import Any

LABELS = {"zh": ("京东白条", "微信支付"), "en": ("JD Baitiao", "WeChat Pay")}
NAMES = ("baitiao", "wechat")


def _days(first: str, count: int) -> list[str]:
    start = dt.date.fromisoformat(first)
    return [(start + dt.timedelta(days=day)).isoformat() for day in range(count)]


def _head(language: str, merchant: str) -> dict[str, Any]:
    return {
        "schema": 1,
        "version": "0.1.0",
        "language": language,
        "merchant": {"name": merchant},
        "currency": "CNY",
        "channels": {name: {"label": label} for name, label in zip(NAMES, LABELS[language], strict=True)},
        "notes": [{"code": "review_revised", "where": "channels.wechat", "text": "a note"}],
    }


def _band(means: list[float]) -> dict[str, list[float]]:
    shares = {"mean": 1.0, "p05": 0.8, "p10": 0.85, "p50": 0.99, "p90": 1.15, "p95": 1.25}
    return {name: [share * mean for mean in means] for name, share in shares.items()}


def _scores(scale: float) -> dict[str, float | None]:
    return {
        "mase": scale,
        "wape": 0.1 * scale,
        "wql": 0.08 * scale,
        "crps": 1234.5 * scale,
        "coverage_80": 0.81,
        "coverage_90": 0.92,
        "sum_error": 0.03 * scale,
        "sum_bias": -0.01 * scale,
        "sum_coverage_80": 0.5,
        "sum_coverage_90": 1.0,
    }


def _origin(as_of: str, dates: list[str]) -> dict[str, Any]:
    part: dict[str, Any] = {"as_of": as_of, "dates": dates}
    for series, level in (("sales", 20_000.0), ("receipts", 18_000.0)):
        means = [level + 100.0 * day for day in range(len(dates))]
        naive = [level] * len(dates)
        total = {
            "actual": 1.02 * sum(means),
            **{name: sum(values) for name, values in _band(means).items()},
            "error": 1 / 1.02 - 1,
            "inside_90": True,
            "seasonal_naive": sum(naive),
        }
        part[series] = {"actual": [1.02 * mean for mean in means], **_band(means), "seasonal_naive": naive}
        part[f"{series}_total"] = total
        part[f"{series}_by_channel"] = {
            name: {key: value if key in {"error", "inside_90"} else value / 2 for key, value in total.items()}
            for name in NAMES
        }
    return part


def example_backtest(language: str = "en", merchant: str = "Sample Store") -> dict[str, Any]:
    """Two as-of days, a fortnight ahead of each; the naive loses twice as much, and one score has no scale."""
    both = {"forecast": _scores(0.5), "seasonal_naive": _scores(1.0)}
    blank = {"forecast": {**_scores(0.5), "mase": None}, "seasonal_naive": _scores(1.0)}
    accuracy = {"total": both, "by_channel": {"baitiao": both, "wechat": blank}}
    return {
        **_head(language, merchant),
        "as_of": "2026-10-18",
        "seed": 7,
        "paths": 500,
        "horizon_days": 14,
        "history": {"first_day": "2026-04-01", "last_day": "2026-10-18"},
        "accuracy": {"sales": accuracy, "receipts": accuracy},
        "origins": [_origin("2026-09-20", _days("2026-09-21", 14)), _origin("2026-10-04", _days("2026-10-05", 14))],
    }


LINES = {
    "opening": (500.0, 500.0),
    "sales": (10_000.0, 12_000.0),
    "undeducted": (600.0, 900.0),
    "lost": (100.0, 150.0),
    "never_paid": (300.0, 350.0),
    "pending": (200.0, 400.0),
    "in_transit": (900.0, 1_000.0),
    "refunded_before": (200.0, 250.0),
    "fees": (88.0, 103.5),
    "settled": (8_712.0, 10_246.5),
    "refunded_after": (112.0, 146.5),
    "receipts": (8_600.0, 10_100.0),
}
EFFECTS = {"volume": 1_650.0, "failure": -120.25, "timing": 30.0, "refunds": -60.0, "fees": 0.25}
"""One channel's made-up lines and effects: 8,600 as forecast, 10,100 as it came, the effects adding up."""


def _part(scale: float) -> dict[str, Any]:
    lines = {
        name: {"forecast": scale * then, "actual": scale * now, "difference": scale * (now - then)}
        for name, (then, now) in LINES.items()
    }

    def against(name: str) -> dict[str, Any]:
        line = lines[name]
        band = {"p05": 0.9 * line["forecast"], "p50": line["forecast"], "p95": 1.1 * line["forecast"]}
        return {**line, **band, "inside": band["p05"] <= line["actual"] <= band["p95"]}

    return {
        "sales": against("sales"),
        "receipts": against("receipts"),
        "effects": {name: scale * effect for name, effect in EFFECTS.items()},
        "revised": 0.0,
        "lines": lines,
    }


def example_review(language: str = "en", merchant: str = "Sample Store") -> dict[str, Any]:
    """Ten days of two channels, the second twice the first; both came in above the interval."""
    dates = _days("2026-10-09", 10)
    daily = {
        name: {
            **_band(list(accumulate([3 * LINES[name][0] / 10] * 10))),
            "actual": list(accumulate([3 * LINES[name][1] / 10] * 10)),
        }
        for name in ("sales", "receipts")
    }
    return {
        **_head(language, merchant),
        "as_of": "2026-10-18",
        "first_day": dates[0],
        "days": 10,
        "forecast": {"as_of": "2026-10-08", "horizon_days": 30, "paths": 500, "seed": 7, "version": "0.1.0"},
        "total": _part(3.0),
        "by_channel": {"baitiao": _part(1.0), "wechat": _part(2.0)},
        "daily": {"dates": dates, **daily},
    }
