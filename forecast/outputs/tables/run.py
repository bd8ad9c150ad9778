"""The report's tables as text: heads and rows, which columns are words, which rows stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.outputs.figures import BAND, facility_kinds, over_channels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures

OUTCOMES = (
    ("sales", "sales_total"),
    ("settled", "settled_total"),
    ("receipts", "receipts_total"),
    ("failed", "failed_total"),
    ("lost", "lost_total"),
    ("fees", "fees_total"),
    ("refunded_before", "refunded_before_total"),
    ("refunded_after", "refunded_after_total"),
    ("closing_outstanding", "closing_outstanding"),
)
"""The columns of a channel's outcome: its word, and its key in ``by_channel``."""

OPTION_COLUMNS = (
    "facility",
    "kind",
    "feasible",
    "expected_cost",
    "effective_annual_rate",
    "limit_used",
    "peak_drawn",
    "shortfall_probability",
    "why_not",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's text; ``text_columns`` are left-aligned, ``strong_rows`` stand out."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: tuple[int, ...] = (0,)
    strong_rows: tuple[int, ...] = ()
    caption: str = ""


def daily(scenario: Mapping[str, Any], series: str, figures: Figures) -> Table:
    """A series by day: mean and quantiles in whole yuan."""
    texts, values = figures.texts, scenario[series]
    heads = [texts("words.date"), *(texts(f"figure.{name}") for name in BAND)]
    rows = [
        [day, *(figures.money(values[name][index]) for name in BAND)] for index, day in enumerate(scenario["dates"])
    ]
    return Table(heads, rows, caption=texts("words.unit") + texts("language.colon") + figures.unit)


def comparison(result: Mapping[str, Any], figures: Figures) -> Table:
    """A row a scenario: receipts with their interval, difference against base, failures, buffer and cost."""
    texts, base = figures.texts, result["scenarios"]["base"]["receipts_total"]["mean"]
    receipts = texts("words.receipts")
    heads = [
        texts("words.scenario"),
        *(f"{receipts}\n({texts(f'figure.{name}')})" for name in ("mean", "p05", "p95")),
        *(texts(f"words.{word}") for word in ("difference", "failed", "lost", "buffer", "funding_gap")),
        *(texts(f"words.{word}") for word in ("expected_cost", "recommended")),
    ]
    rows = []
    for scenario in result["scenarios"].values():
        total = scenario["receipts_total"]
        amounts = [
            *(total[name] for name in ("mean", "p05", "p95")),
            total["mean"] - base,
            over_channels(scenario, "failed_total"),
            over_channels(scenario, "lost_total"),
            scenario["buffer"]["amount"],
            scenario["buffer"]["funding_gap"],
            ((scenario.get("financing") or {}).get("recommended") or {}).get("expected_cost"),
        ]
        rows.append([scenario["label"], *(figures.money(amount) for amount in amounts), mix_text(scenario, figures)])
    caption = texts("words.unit") + texts("language.colon") + figures.unit
    return Table(heads, rows, text_columns=(0, len(heads) - 1), strong_rows=(0,), caption=caption)


def mix_text(scenario: Mapping[str, Any], figures: Figures) -> str:
    """From whom a scenario's money comes: the recommended facilities, or why there is none."""
    texts, financing = figures.texts, scenario.get("financing")
    if not financing:
        return texts("words.not_run")
    recommended = financing["recommended"]
    if not recommended["feasible"]:
        return texts("words.no_mix")
    if not recommended["mix"]:
        return texts("words.nothing_drawn")
    return texts("language.list_comma").join(part["facility"] for part in recommended["mix"])


def assumptions(result: Mapping[str, Any], figures: Figures) -> Table:
    """What each scenario changes."""
    texts = figures.texts
    comma = texts("language.list_comma")
    rows = [
        [scenario["label"], comma.join(map(figures.change, scenario["changes"])) or texts("words.no_changes")]
        for scenario in result["scenarios"].values()
    ]
    return Table([texts("words.scenario"), texts("words.changes")], rows, text_columns=(0, 1))


def buffers(result: Mapping[str, Any], figures: Figures) -> Table:
    """A row a scenario: cash to stand ready with its upper limit, the tail, the tightest day, the gap."""
    texts = figures.texts
    words = ("scenario", "buffer", "buffer_upper", "expected_shortfall", "peak_day", "funding_gap", "probability_short")
    rows = []
    for scenario in result["scenarios"].values():
        buffer = scenario["buffer"]
        rows.append(
            [
                scenario["label"],
                *(figures.money(buffer[name]) for name in ("amount", "upper", "expected_shortfall")),
                figures.day(buffer["peak_day"]),
                figures.money(buffer["funding_gap"]),
                figures.percent(buffer.get("probability_short"), 1),
            ]
        )
    caption = texts("words.unit") + texts("language.colon") + figures.unit
    return Table([texts(f"words.{word}") for word in words], rows, strong_rows=(0,), caption=caption)


def financing(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> Table:
    """The recommended mix first, then each facility on its own."""
    texts, kinds = figures.texts, facility_kinds(result)
    recommended = scenario["financing"]["recommended"]
    mix = recommended["mix"]
    rows = [
        [
            texts("words.recommended") + texts("language.colon") + mix_text(scenario, figures),
            texts("language.list_comma").join(figures.kind(kinds[part["facility"]]) for part in mix),
            *_option_figures(recommended | {"limit_used": _mix_limit(mix)}, figures),
            "",
        ]
    ]
    rows += [
        [
            option["facility"],
            figures.kind(kinds[option["facility"]]),
            *_option_figures(option, figures),
            option["why_not"] or "",
        ]
        for option in scenario["financing"]["options"]
    ]
    heads = [texts(f"words.{column}") for column in OPTION_COLUMNS]
    caption = texts("words.unit") + texts("language.colon") + figures.unit
    return Table(heads, rows, text_columns=(0, 1, len(heads) - 1), strong_rows=(0,), caption=caption)


def _option_figures(option: Mapping[str, Any], figures: Figures) -> list[str]:
    return [
        figures.yes_no(option["feasible"]),
        figures.money(option["expected_cost"]),
        figures.percent(option["effective_annual_rate"]),
        figures.money(option.get("limit_used")),
        figures.money(option.get("peak_drawn")),
        figures.percent(option["shortfall_probability"], 1),
    ]


def _mix_limit(mix: Sequence[Mapping[str, Any]]) -> float | None:
    """Limits may be added up over facilities (peaks may not: they fall on different days)."""
    limits = [part["limit_used"] for part in mix]
    return sum(limits) if limits and None not in limits else None


def outcomes(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> Table:
    """What becomes of the orders, a column a channel: means with p05–p95 in brackets; last the sum of means."""
    texts, channels = figures.texts, scenario["by_channel"]
    heads = [
        "",
        *(result["channels"][name]["label"] for name in channels),
        texts("words.channels_all"),
    ]
    rows = [
        [
            texts(f"words.{word}"),
            *(_with_interval(channel[key], figures) for channel in channels.values()),
            figures.money(sum(channel[key]["mean"] for channel in channels.values())),
        ]
        for word, key in OUTCOMES
    ]
    strong = tuple(row for row, (word, _) in enumerate(OUTCOMES) if word == "receipts")
    caption = texts("report.outcome_caption", scenario=scenario["label"], unit=figures.unit)
    return Table(heads, rows, strong_rows=strong, caption=caption)


def failure_rates(result: Mapping[str, Any], figures: Figures) -> Table:
    """A column a channel: failure rates by cause with p05–p95, then settlement lag, refunds and fee."""
    texts, estimates = figures.texts, result["estimates"]
    causes = list(next(iter(estimates.values()))["failure_rate"]) if estimates else []
    rows = [
        [figures.cause(cause), *(_rate(one["failure_rate"].get(cause), figures) for one in estimates.values())]
        for cause in causes
    ]
    strong = tuple(row for row, cause in enumerate(causes) if cause == "total")
    bases = [one["failure_rate"]["total"].get("base") for one in estimates.values()]
    rows += [
        [figures.cause("total") + texts("language.brackets", text=texts("figure.base")), *map(figures.percent, bases)],
        [
            texts("words.settlement_days") + texts("language.brackets", text=texts("units.days")),
            *(_number(one["settlement_days"]["mean"], figures) for one in estimates.values()),
        ],
        [texts("words.refund_rate"), *(figures.percent(one["refund_rate"]["mean"]) for one in estimates.values())],
        [texts("words.fee_rate"), *(figures.percent(one["fee_rate"]["mean"]) for one in estimates.values())],
    ]
    heads = ["", *(result["channels"][name]["label"] for name in estimates)]
    return Table(heads, rows, strong_rows=strong, caption=texts("report.failure_caption"))


def _with_interval(band: Mapping[str, float], figures: Figures) -> str:
    return f"{figures.money(band['mean'])}\n({figures.money(band['p05'])} – {figures.money(band['p95'])})"


def _rate(rate: Mapping[str, float | None] | None, figures: Figures) -> str:
    if not rate:
        return figures.percent(None)
    mean = figures.percent(rate.get("mean"))
    if rate.get("p05") is None or rate.get("p95") is None:
        return mean
    return f"{mean}\n({figures.percent(rate['p05'])} – {figures.percent(rate['p95'])})"


def _number(value: float | None, figures: Figures) -> str:
    return figures.texts("amount.none") if value is None else f"{value:.1f}"
