"""The report's tables on financing beside the options: costs and last days, covenants, what one more is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.tables.run import Table, mix_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forecast.outputs.figures import Figures

COSTS: tuple[tuple[str, str], ...] = (
    ("interest", "money"),
    ("fees", "money"),
    ("compound_rate", "percent"),
    ("simple_rate", "percent"),
    ("cost_on_balance_rate", "percent"),
    ("mean_drawn", "money"),
    ("days_drawn", "days"),
    ("latest_start_day", "day"),
    ("latest_signing_day", "day"),
    ("latest_notice_day", "day"),
)
"""The columns after the facility: the key of an option, and how its figure is written."""

WORDS = {"fees": "fees_financing"}
"""Keys whose word has another name."""


def costs(scenario: Mapping[str, Any], figures: Figures) -> Table:
    """Cost, rates, drawings and last days: the recommended mix, each of its parts, then each facility on its own."""
    texts = figures.texts
    recommended = scenario["financing"]["recommended"]
    rows = [
        [
            texts("words.recommended") + texts("language.colon") + mix_text(scenario, figures),
            *_row(recommended, figures),
        ]
    ]
    if len(recommended["mix"]) > 1:
        rows += [[texts("words.part", name=part["facility"]), *_row(part, figures)] for part in recommended["mix"]]
    rows += [
        [texts("words.alone", name=option["facility"]), *_row(option, figures)]
        for option in scenario["financing"]["options"]
    ]
    heads = [texts("words.facility"), *(texts(f"words.{WORDS.get(key, key)}") for key, _ in COSTS)]
    caption = texts("words.unit") + texts("language.colon") + figures.unit + texts("report.costs_caption")
    return Table(heads, rows, strong_rows=(0,), caption=caption)


def _row(option: Mapping[str, Any], figures: Figures) -> list[str]:
    write: dict[str, Callable[[Any], str]] = {
        "money": figures.money,
        "percent": figures.percent,
        "day": figures.day,
        "days": lambda days: figures.texts("amount.none") if days is None else f"{days:.1f}",
    }
    return [write[how](option.get(key)) for key, how in COSTS]


def covenants(scenario: Mapping[str, Any], figures: Figures) -> Table | None:
    """Each covenant of the plan with the recommended mix and with each facility alone; None where there is none."""
    texts, financing = figures.texts, scenario["financing"]
    plans = [(texts("words.recommended"), financing["recommended"])]
    plans += [(texts("words.alone", name=option["facility"]), option) for option in financing["options"]]
    rows = [
        [
            name,
            texts.or_else(f"covenants.{check['covenant']}", check["covenant"]),
            _agreed(check, check["agreed"], figures),
            _agreed(check, check["value"], figures),
            figures.percent(check["chance_of_breach"], 1),
            figures.day(check["day"]),
            figures.yes_no(check["kept"]),
        ]
        for name, one in plans
        for check in one.get("covenants") or []
    ]
    if not rows:
        return None
    words = ("option", "covenant", "agreed", "reached", "chance_of_breach", "breach_day", "kept")
    return Table([texts(f"words.{word}") for word in words], rows, text_columns=(0, 1))


def _agreed(check: Mapping[str, Any], value: float | None, figures: Figures) -> str:
    if value is None:
        return figures.texts("amount.none")
    return figures.percent(value, 1) if check["covenant"] == "maximum_utilisation" else f"{value:.4g}"


def marginal(result: Mapping[str, Any], scenario: Mapping[str, Any], figures: Figures) -> list[Table]:
    """What a yuan more of each limit and a day of faster settlement are worth; nothing where it was not calculated."""
    texts, found = figures.texts, scenario["financing"].get("marginal")
    if not found:
        return []
    tables = []
    limits = [
        [
            one["facility"],
            figures.money(one["step"]),
            f"{one['saving_rate']:+.5f}",
            figures.percent(one["shortfall_probability_saved"], 2),
            figures.yes_no(one["binding"]),
        ]
        for one in found["limits"]
    ]
    if limits:
        words = ["facility", "limit_step", "limit_saving", "chance_saved", "limit_binding"]
        heads = [texts(f"words.{word}") for word in words]
        tables.append(Table(heads, limits, caption=texts("report.limits_caption")))
    days = [
        [
            texts("words.channels_all") if one["channel"] is None else result["channels"][one["channel"]]["label"],
            *(figures.money(one[key]) for key in ("buffer", "funding_gap", "expected_cost")),
        ]
        for one in found["settlement_day"]
    ]
    words = ["channel", "buffer", "funding_gap", "expected_cost"]
    caption = texts("report.settlement_caption", unit=figures.unit)
    tables.append(Table([texts(f"words.{word}") for word in words], days, strong_rows=(0,), caption=caption))
    return tables


def remedy(scenario: Mapping[str, Any]) -> str:
    """What would make a mix hold that does not, in words; empty where it holds or nothing is known."""
    return str((scenario["financing"]["recommended"].get("remedy") or {}).get("text") or "")
