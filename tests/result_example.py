"""A made-up result of a run, of the real one's shape: three scenarios, forty days, three channels, two facilities.

Its figures satisfy what the workbook's formulas recompute: channels sum to the whole, receipts are settlements less
refunds taken back, mean cash is opening balance plus cumulated mean flows. Some figures are null, as in a real result.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from forecast.cross_checks import cross_checks
from forecast.financing.loan_need import bridge, loan_need
from forecast.receivables.development import Cohorts, develop
from forecast.results.buffer import cross_checks_part
from forecast.results.development import collection_part
from forecast.texts import Texts

AS_OF = dt.date(2026, 10, 18)
DAYS = 40
DATES = [(AS_OF + dt.timedelta(days=1 + day)).isoformat() for day in range(DAYS)]
PEAK = DATES.index("2026-11-11")
OPENING = 3_200_000.0
MINIMUM = 500_000.0
SPREAD = {"p05": 0.62, "p10": 0.70, "p50": 0.97, "p90": 1.33, "p95": 1.48}
LABELS = {
    "zh": {
        "merchant": "示例数码旗舰店",
        "channels": ("京东白条", "微信支付", "银行卡"),
        "scenarios": ("基准", "白条失败率 10%", "双11爆量 + 清算中断3天"),
    },
    "en": {
        "merchant": "Sample Digital Store",
        "channels": ("JD Baitiao", "WeChat Pay", "Bank card"),
        "scenarios": ("Base", "Baitiao failure rate 10%", "Double 11 surge + clearing outage of 3 days"),
    },
}
ACCOUNTS = {
    "revenue": 82_000_000.0,
    "cost_of_goods_sold": 61_000_000.0,
    "profit": 6_100_000.0,
    "next_revenue": 95_000_000.0,
    "receivables": 2_400_000.0,
    "inventory": 9_300_000.0,
    "payables": 2_900_000.0,
    "prepaid": 800_000.0,
    "advances": 300_000.0,
    "funds_available": 6_000_000.0,
}
CAUSE_SHARES = {"integration": 0.15, "validation": 0.2, "risk_control": 0.4, "clearing": 0.2, "unknown": 0.05}


def _sum(*terms: float) -> float:
    return round(math.fsum(terms), 2)


def _band(mean: float) -> dict[str, float]:
    return {"mean": round(mean, 2)} | {name: round(mean * factor, 2) for name, factor in SPREAD.items()}


def _bands(means: list[float], spread: float = 1.0) -> dict[str, list[float]]:
    band = {"mean": [round(mean, 2) for mean in means]}
    for name, factor in SPREAD.items():
        band[name] = [round(mean + abs(mean) * (factor - 1) * spread, 2) for mean in means]
    return band


def _other_flows() -> dict[str, list[float]]:
    flows = {"stock": [0.0] * DAYS, "payroll": [0.0] * DAYS, "advertising": [0.0] * DAYS}
    flows["stock"][5] = -2_600_000.0
    flows["stock"][17] = -3_100_000.0
    flows["payroll"][27] = -420_000.0
    for day in range(10, 24):
        flows["advertising"][day] = -45_000.0
    return flows


def _channel(weight: float, volume: float, failure: float, *, opening: float) -> dict[str, Any]:
    means = [
        round(weight * volume * 230_000 * (1 + 5.5 * math.exp(-0.5 * ((day - PEAK) / 1.6) ** 2)), 2)
        for day in range(DAYS)
    ]
    sales_total = _sum(*means)
    failed = sales_total * failure
    lost = failed * 0.6
    settled_by_day = [round(0.88 * (1 - failure * 0.6) * means[max(0, day - 3)], 2) for day in range(DAYS)]
    taken_back_by_day = [round(0.03 * value, 2) for value in settled_by_day]
    receipts = [round(settled - back, 2) for settled, back in zip(settled_by_day, taken_back_by_day, strict=True)]
    receipts_total, settled_total = _sum(*receipts), _sum(*settled_by_day)
    return {
        "sales": _bands(means),
        "receipts": _bands(receipts),
        "sales_total": _band(sales_total),
        "receipts_total": _band(receipts_total),
        "failed_total": _band(failed),
        "lost_total": _band(lost),
        "settled_total": _band(settled_total),
        "fees_total": _band(settled_total * 0.008),
        "refunded_before_total": _band(sales_total * 0.05),
        "refunded_after_total": _band(_sum(settled_total, -receipts_total)),
        "opening_outstanding": opening,
        "closing_outstanding": _band(sales_total * 0.05),
        "failed_by_cause": {cause: round(failed * share, 2) for cause, share in CAUSE_SHARES.items()},
    }


def _rates(gap: float) -> dict[str, Any]:
    return {
        "mean_drawn": gap / 6,
        "peak_drawn": gap * 0.9,
        "days_drawn": 17.25,
        "compound_rate": 0.0571234567,
        "simple_rate": 0.0555512345,
        "cost_on_balance_rate": 0.0561,
    }


def _days() -> dict[str, Any]:
    return {
        "latest_start_day": "2026-10-28",
        "latest_signing_day": "2026-10-30",
        "latest_notice_day": "2026-10-30",
    }


def _marginal() -> dict[str, Any]:
    return {
        "limits": [
            {
                "facility": "bank_line",
                "step": 20_000.0,
                "saving_rate": -0.000971,
                "shortfall_probability_saved": 0.002,
                "binding": False,
            }
        ],
        "settlement_day": [
            {"channel": None, "buffer": 120_000.0, "funding_gap": 120_000.0, "expected_cost": 812.5},
            {"channel": "baitiao", "buffer": 70_000.0, "funding_gap": 70_000.0, "expected_cost": 500.0},
        ],
    }


def _covenants() -> list[dict[str, Any]]:
    return [
        {
            "covenant": "maximum_utilisation",
            "agreed": 0.9,
            "value": 0.72,
            "chance_of_breach": 0.031,
            "day": "2026-11-05",
            "kept": True,
        }
    ]


def _drivers(amount: float, language: str) -> list[dict[str, Any]]:
    """Parts that add up to the buffer, what is left being the orders'."""
    texts = Texts(language)
    stock = texts("categories.stock")
    parts = [
        ("minimum_balance", texts("drivers.minimum_balance"), MINIMUM),
        ("payments.stock", texts("drivers.payments", name=stock), 5_700_000.0),
        ("volume", texts("drivers.volume"), 412_345.67),
        ("failures.clearing", texts("drivers.failures", name=texts("causes.clearing")), 23_456.78),
        ("settlement", texts("drivers.settlement"), 1_234_567.89),
        ("refunds", texts("drivers.refunds"), 98_765.43),
    ]
    rest = _sum(amount, *(-part[2] for part in parts))
    parts.insert(2, ("orders", texts("drivers.orders"), rest))
    return [{"key": key, "label": label, "amount": part} for key, label, part in parts]


def _cross_checks(amount: float) -> dict[str, Any]:
    flows = 90_000.0 * np.sin(np.arange(4.0 * DAYS)).reshape(4, DAYS)
    needs = np.linspace(0.7, 1.02, 50) * amount
    checks = cross_checks(flows, needs, MINIMUM, 0.95, idle_cost=0.0435, transfer_cost=20.0, shortage_cost=0.06)
    return cross_checks_part(checks)


def _loan_need(language: str, scenario: dict[str, Any]) -> dict[str, Any]:
    found, texts = loan_need(ACCOUNTS), Texts(language)
    other = np.sum(list(_other_flows().values()), axis=0)
    expected = np.array(scenario["receipts"]["mean"]) + other
    steps = bridge(
        found,
        sales_of_a_year=scenario["sales_total"]["mean"] / DAYS * 360,
        next_revenue=ACCOUNTS["next_revenue"],
        expected=expected,
        expected_without_failures=expected + 1_000.0,
        minimum_balance=MINIMUM,
        opening_balance=OPENING,
        buffer=scenario["buffer"]["amount"],
    )
    rows = [
        {"key": key, "label": texts(f"bridge.{key}"), "amount": amount, "text": texts(f"bridge_why.{key}")}
        for key, amount in steps.items()
    ]
    return {"accounts": ACCOUNTS, **asdict(found), "bridge": rows}


def _financing(cost: float, gap: float) -> dict[str, Any]:
    return {
        "marginal": None,
        "recommended": {
            "feasible": True,
            "mix": [
                {
                    "facility": "bank_line",
                    "limit_used": round(gap, -4),
                    "interest": cost - 5_000.0,
                    "fees": 5_000.0,
                    **_rates(gap),
                    **_days(),
                }
            ],
            "expected_cost": cost,
            "interest": cost - 5_000.0,
            "fees": 5_000.0,
            "lower_bound": None,
            "effective_annual_rate": 0.0571234567,
            "shortfall_probability": 0.048,
            "covenants": _covenants(),
            "remedy": None,
            **_rates(gap),
            **_days(),
        },
        "options": [
            {
                "facility": "bank_line",
                "feasible": True,
                "expected_cost": cost,
                "interest": cost - 5_000.0,
                "fees": 5_000.0,
                "effective_annual_rate": 0.0571234567,
                **_rates(gap),
                **_days(),
                "limit_used": round(gap, -4),
                "shortfall_probability": 0.048,
                "why_not": None,
            },
            {
                "facility": "stock_pledge",
                "feasible": None,
                "expected_cost": None,
                "effective_annual_rate": None,
                "peak_drawn": None,
                "shortfall_probability": None,
                "why_not": "本版本不计算此类授信 / not calculated",
            },
        ],
    }


def _scenario(label: str, changes: list[str], names: tuple[str, ...], volume: float, failure: float) -> dict[str, Any]:
    weights = (0.5, 0.35, 0.15)
    failures = (failure, 0.015, 0.02)
    channels = {
        name: _channel(weight, volume, share, opening=round(900_000 * weight, 2))
        for name, weight, share in zip(names, weights, failures, strict=True)
    }
    sales = [_sum(*(one["sales"]["mean"][day] for one in channels.values())) for day in range(DAYS)]
    receipts = [_sum(*(one["receipts"]["mean"][day] for one in channels.values())) for day in range(DAYS)]
    other = [_sum(*(flow[day] for flow in _other_flows().values())) for day in range(DAYS)]
    cash: list[float] = []
    for day in range(DAYS):
        cash.append(_sum(cash[-1] if cash else OPENING, receipts[day], other[day]))
    gap = max(0.0, MINIMUM - min(cash)) + 1_400_000 * volume
    return {
        "label": label,
        "changes": changes,
        "dates": list(DATES),
        "sales": _bands(sales),
        "receipts": _bands(receipts),
        "sales_total": _band(_sum(*sales)),
        "receipts_total": _band(_sum(*receipts)),
        "by_channel": channels,
        "cash_before_financing": _bands(cash, 0.6),
        "cash_after_financing": _bands([max(value, MINIMUM) for value in cash], 0.6),
        "buffer": {
            "amount": OPENING + gap,
            "upper": OPENING + gap * 1.06 if volume < 1.2 else None,
            "expected_shortfall": OPENING + gap * 1.2,
            "peak_day": "2026-11-05",
            "funding_gap": gap,
            "probability_short": 0.412,
            "drivers": None,
            "cross_checks": _cross_checks(OPENING + gap),
        },
        "financing": _financing(round(gap * 0.006, 2) + 5_000.0, gap),
    }


def _estimates(names: tuple[str, ...]) -> dict[str, Any]:
    estimates: dict[str, Any] = {}
    for name, total in zip(names, (0.032, 0.015, 0.02), strict=True):
        rates = {
            cause: {
                "mean": total * share,
                "p05": total * share * 0.5,
                "p95": total * share * 1.9,
                "base": total * share * 0.8,
            }
            for cause, share in CAUSE_SHARES.items()
        }
        rates["total"] = {"mean": total, "p05": total * 0.6, "p95": total * 1.7, "base": total * 0.8}
        estimates[name] = {
            "failure_rate": rates,
            "recovery_rate": {cause: {"mean": 0.4, "p05": 0.3, "p95": 0.5} for cause in CAUSE_SHARES},
            "settlement_days": {"mean": 7.3, "p50": 7.0, "p90": 10.0},
            "refund_rate": {"mean": 0.08123456789},
            "fee_rate": {"mean": 0.008},
        }
    return estimates


def _collection(weight: float, shares: tuple[float, ...]) -> dict[str, Any]:
    """Twelve weeks that pay these shares by age, a little more or less each, and nothing after the last age."""
    count = 12
    turn = np.arange(count, dtype=np.float64)
    value = np.round(1_600_000 * weight * (1 + 0.1 * np.sin(turn)), 2)
    held = np.append(shares, np.full(count - len(shares), shares[-1]))
    collected = np.round(np.outer(value * (1 + 0.02 * np.cos(turn)), held), 2).astype(np.float64)
    rows = np.arange(count)
    collected[rows[None, :] > rows[::-1][:, None]] = np.nan
    weeks = np.datetime64(AS_OF) - 7 * np.arange(count, 0, -1) + 1
    return collection_part(develop(Cohorts(weeks, value, collected)))


def _development(names: tuple[str, ...]) -> dict[str, Any]:
    """The first channel pays after a week, the second at once, the third not yet."""
    shares = ((0.0, 0.58, 0.83, 0.82), (0.75, 0.86, 0.84), (0.0,))
    parts = {name: _collection(0.3, one) for name, one in zip(names, shares, strict=True)}
    return {"valued_on": AS_OF.isoformat(), "by_channel": parts, "total": _collection(0.9, (0.25, 0.7, 0.83, 0.82))}


def example_result(language: str = "zh", merchant: str | None = None) -> dict[str, Any]:
    """A whole result in ``language``; ``merchant`` replaces the merchant's name."""
    labels = LABELS[language]
    names = ("baitiao", "wechat", "card")
    scenario_labels = labels["scenarios"]
    scenarios = {
        "base": _scenario(scenario_labels[0], [], names, 1.0, 0.032),
        "baitiao_10pct": _scenario(scenario_labels[1], ["failure_rate.baitiao = 0.10"], names, 1.0, 0.10),
        "peak_outage": _scenario(
            scenario_labels[2], ["volume = 1.4", "outages.jd_pay = 2026-11-11, 3 days"], names, 1.4, 0.05
        ),
    }
    scenarios["base"]["buffer"]["drivers"] = _drivers(scenarios["base"]["buffer"]["amount"], language)
    scenarios["base"]["financing"]["marginal"] = _marginal()
    recent = [(AS_OF - dt.timedelta(days=59 - day)).isoformat() for day in range(60)]
    return {
        "schema": 1,
        "version": "0.1.0",
        "language": language,
        "merchant": {"name": merchant if merchant is not None else labels["merchant"]},
        "as_of": AS_OF.isoformat(),
        "horizon_days": DAYS,
        "paths": 500,
        "seed": 20261111,
        "confidence": 0.95,
        "currency": "CNY",
        "opening_balance": OPENING,
        "minimum_balance": MINIMUM,
        "channels": {
            name: {"label": label, "clearing": "jd_pay" if name == "baitiao" else name}
            for name, label in zip(names, labels["channels"], strict=True)
        },
        "events": [
            {
                "name": "double11",
                "start": "2026-10-14",
                "peak": "2026-11-11",
                "end": "2026-11-13",
                "source": "uplift",
                "multiple": {"mean": 7.324168, "p05": 4.618272, "p95": 11.029384},
            }
        ],
        "facilities": [
            {
                "name": "bank_line",
                "kind": "revolver",
                "limit": 5_000_000.0,
                "annual_rate": 0.0435,
                "day_count": "act/360",
                "commitment_fee": 0.002,
                "arrangement_fee": 0.001,
                "notice_days": 1,
                "signed": False,
            },
            {
                "name": "stock_pledge",
                "kind": "inventory",
                "limit": 2_000_000.0,
                "annual_rate": 0.07,
                "day_count": "act/365",
                "advance_rate": 0.5,
                "channels": [],
                "available_from": None,
            },
        ],
        "recent_sales": {
            "dates": recent,
            "total": [230_000.0 + 20_000.0 * math.sin(day * 2 * math.pi / 7) for day in range(60)],
        },
        "other_flows": {
            "dates": list(DATES),
            "by_category": _other_flows(),
            "total": [_sum(*(flow[day] for flow in _other_flows().values())) for day in range(DAYS)],
        },
        "notes": [
            {"code": "few_orders", "where": "channels.card", "text": "订单很少 / few orders"},
            {"code": "kind_not_calculated", "where": "facilities.stock_pledge", "text": "未计算 / not calculated"},
        ],
        "history": {
            "orders": 182_344,
            "rejected": 3,
            "dropped": 12,
            "blanked": 7,
            "gross": 190_000_000.0,
            "settled": 170_000_000.0,
            "fees": 1_400_000.0,
            "refunded_before": 9_000_000.0,
            "refunded_after": 5_000_000.0,
            "lost": 3_000_000.0,
            "never_paid": 5_700_000.0,
            "outstanding": 900_000.0,
        },
        "estimates": _estimates(names),
        "collection_development": _development(names),
        "loan_need": _loan_need(language, scenarios["base"]),
        "scenarios": scenarios,
    }
