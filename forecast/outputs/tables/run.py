"""The report's tables as text: heads and rows, which columns are words, which rows stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.outputs.changes import in_words
from forecast.outputs.figures import facility_kinds, over_channels
from forecast.plan.model import ALL_CAUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.financing.options import RunnerUp
    from forecast.outputs.figures import Figures
    from forecast.results.distributions import Band, Bands
    from forecast.results.estimates import FailureShare
    from forecast.results.financing import FinancingShown, OptionShown, Recommended
    from forecast.results.run import Result
    from forecast.results.scenario import ChannelResult, ScenarioResult

OUTCOMES: tuple[tuple[str, Callable[[ChannelResult], Band]], ...] = (
    ("sales", lambda channel: channel.sales_total),
    ("settled", lambda channel: channel.settled_total),
    ("receipts", lambda channel: channel.receipts_total),
    ("failed", lambda channel: channel.failed_total),
    ("lost", lambda channel: channel.lost_total),
    ("fees", lambda channel: channel.fees_total),
    ("refunded_before", lambda channel: channel.refunded_before_total),
    ("refunded_after", lambda channel: channel.refunded_after_total),
    ("closing_outstanding", lambda channel: channel.closing_outstanding),
)
"""The columns of a channel's outcome: word and figure."""

WIDE = 9
"""A table of more columns is set smaller on paper."""

SHORT = 10
"""A table of at most so many lines of text is not cut by the end of a page; a higher one would leave it half empty."""

LINE, LEAST_ROOM = 150, 16
"""Half-width letters that all columns of a printed table hold together, and that one of words holds at least."""

WIDE_LETTERS = 0x2E7F
"""Letters beyond it, Chinese ones among them, are twice as wide."""

OPTION_COLUMNS = (
    "facility",
    "kind",
    "feasible",
    "expected_cost",
    "effective_annual_rate",
    "limit_used",
    "peak_drawn",
    "shortfall_probability",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's text; ``text_columns`` are left-aligned, ``strong_rows`` stand out."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: tuple[int, ...] = (0,)
    strong_rows: tuple[int, ...] = ()
    caption: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it has so many columns that it is set smaller."""
        return len(self.heads) > WIDE

    @property
    def is_short(self) -> bool:
        """Whether it is so short that it stays whole in print."""
        return sum(map(self._lines, self.rows)) <= SHORT

    def _lines(self, row: Sequence[str]) -> int:
        """About how many lines a row takes on paper, where only words are broken."""
        room = max(LEAST_ROOM, LINE // len(self.heads))
        return max((-(-_width(row[place]) // room) for place in self.text_columns if place < len(row)), default=1) or 1


def _width(text: str) -> int:
    return sum(2 if ord(letter) > WIDE_LETTERS else 1 for letter in text)


def daily(dates: Sequence[str], bands: Bands, figures: Figures) -> Table:
    """A series by day: mean and quantiles in whole yuan."""
    texts, levels = figures.texts, ("mean", "p05", "p10", "p50", "p90", "p95")
    days = zip(dates, bands.mean, bands.p05, bands.p10, bands.p50, bands.p90, bands.p95, strict=True)
    rows = [[day, *map(figures.money, amounts)] for day, *amounts in days]
    return Table([texts("words.date"), *(texts(f"figure.{one}") for one in levels)], rows, caption=unit(figures))


def unit(figures: Figures) -> str:
    """The caption that names the unit of a table's amounts."""
    return figures.texts("words.unit") + figures.texts("language.colon") + figures.unit


def comparison(result: Result, figures: Figures) -> Table:
    """A row a scenario: receipts with their interval, difference against base, failures, buffer and cost."""
    texts, base = figures.texts, result.base.receipts_total.mean
    receipts = texts("words.receipts")
    heads = [
        texts("words.scenario"),
        *(f"{receipts}\n({texts(f'figure.{name}')})" for name in ("mean", "p05", "p95")),
        *(texts(f"words.{word}") for word in ("difference", "failed", "lost", "lowest_cash_and_day", "buffer")),
        *(texts(f"words.{word}") for word in ("funding_gap", "expected_cost", "recommended")),
    ]
    rows = []
    for scenario in result.scenarios.values():
        total = scenario.receipts_total
        amounts = [
            *(total.mean, total.p05, total.p95, total.mean - base),
            over_channels(scenario, lambda channel: channel.failed_total),
            over_channels(scenario, lambda channel: channel.lost_total),
        ]
        needed = (scenario.buffer.amount, scenario.buffer.funding_gap, expected_cost(scenario))
        shown = [*map(figures.money, amounts), lowest_cash_text(scenario, figures), *map(figures.money, needed)]
        rows.append([scenario.label, *shown, mix_text(scenario, figures)])
    return Table(heads, rows, text_columns=(0, len(heads) - 1), strong_rows=(0,), caption=unit(figures))


def expected_cost(scenario: ScenarioResult) -> float | None:
    """What a scenario's recommended mix is expected to cost, yuan; None where there is none that suffices."""
    best = sufficing(scenario)
    return None if best is None else best.expected_cost


def sufficing(scenario: ScenarioResult) -> Recommended | None:
    """A scenario's recommended mix; None where no mix suffices, whose cost is no price of what is needed."""
    best = None if scenario.financing is None else scenario.financing.recommended
    return best if best is not None and best.feasible else None


def lowest_cash_text(scenario: ScenarioResult, figures: Figures) -> str:
    """How low expected cash falls without any facility, with the day in brackets."""
    lowest = scenario.lowest_cash
    return figures.money(lowest.amount) + figures.texts("language.brackets", text=figures.day(lowest.day))


def mix_text(scenario: ScenarioResult, figures: Figures) -> str:
    """From whom a scenario's money comes: the recommended facilities, or why there is none.

    A mix that a what-if keeps has no options beside it though the plan has facilities.
    """
    financing = scenario.financing
    if financing is None:
        return figures.texts("words.not_run")
    if not (financing.options or figures.names.facilities):
        return figures.texts("words.no_facilities")
    return mix_names(financing.recommended, figures)


def short_text(result: Result, best: Recommended, figures: Figures, decimals: int) -> str:
    """The chance of still falling short, and in which scenario, where that is one to withstand."""
    probability = figures.percent(best.shortfall_probability, decimals)
    if best.short_in is None:
        return probability
    return figures.texts("words.short_in", probability=probability, scenario=result.scenarios[best.short_in].label)


def mix_names(recommended: Recommended, figures: Figures) -> str:
    """The facilities of a recommended mix, or why there are none."""
    texts = figures.texts
    if not recommended.feasible:
        return texts("words.no_mix")
    if not recommended.mix:
        return texts("words.nothing_drawn")
    return texts("language.list_comma").join(figures.facility(part.facility) for part in recommended.mix)


def recommended_text(recommended: Recommended, figures: Figures) -> str:
    """The recommended mix as the first cell of a row."""
    return figures.texts("words.recommended") + figures.texts("language.colon") + mix_names(recommended, figures)


def costs(result: Result, figures: Figures) -> Table | None:
    """What the costs that move with sales take by scenario and category, mean; None where the plan has none."""
    texts, categories = figures.texts, list(result.base.costs)
    if not categories:
        return None
    rows = []
    for scenario in result.scenarios.values():
        amounts = [scenario.costs[name].total.mean for name in categories]
        rows.append([scenario.label, *map(figures.money, [scenario.sales_total.mean, *amounts, sum(amounts)])])
    named = (texts.or_else(f"categories.{name}", name) for name in categories)
    heads = [texts("words.scenario"), texts("words.sales"), *named, texts("words.total")]
    return Table(heads, rows, strong_rows=(0,), caption=f"{texts('words.costs')} · {unit(figures)}")


def assumptions(result: Result, figures: Figures) -> Table:
    """What each scenario changes."""
    texts, labels = figures.texts, (scenario.label for scenario in result.scenarios.values())
    rows = [list(line) for line in zip(labels, changes_text(result, figures), strict=True)]
    return Table([texts("words.scenario"), texts("words.changes")], rows, text_columns=(0, 1))


def changes_text(result: Result, figures: Figures) -> list[str]:
    """What each scenario changes, in one text."""
    comma, none = figures.texts("language.list_comma"), figures.texts("words.no_changes")
    changed = (scenario.changes for scenario in result.scenarios.values())
    return [comma.join(in_words(one, figures) for one in changes) or none for changes in changed]


def buffers(result: Result, figures: Figures) -> Table:
    """A row a scenario: lowest cash, what must stand ready with its upper limit, the tail, tightest day, the gap."""
    need = ("buffer", "buffer_upper", "expected_shortfall", "peak_day")
    words = ("scenario", "lowest_cash_and_day", *need, "funding_gap", "probability_short")
    rows = []
    for scenario in result.scenarios.values():
        buffer = scenario.buffer
        tail = [figures.money(buffer.funding_gap), figures.percent(buffer.probability_short, 1)]
        amounts = map(figures.money, (buffer.amount, buffer.upper, buffer.expected_shortfall))
        lowest = lowest_cash_text(scenario, figures)
        rows.append([scenario.label, lowest, *amounts, figures.day(buffer.peak_day), *tail])
    return Table([figures.texts(f"words.{word}") for word in words], rows, strong_rows=(0,), caption=unit(figures))


def financing(result: Result, compared: FinancingShown, figures: Figures) -> Table:
    """The recommended mix first, then the runner-up and each facility on its own."""
    texts, kinds, best = figures.texts, facility_kinds(result), compared.recommended
    limits = [part.limit_used for part in best.mix if part.limit_used is not None]
    limit = sum(limits) if limits and len(limits) == len(best.mix) else None
    mixed = texts("language.list_comma").join(figures.kind(kinds[part.facility]) for part in best.mix)
    rows = [[recommended_text(best, figures), mixed, *_option_figures(best, limit, figures), best.reason]]
    if best.runner_up is not None:
        rows.append(_runner_up(best.runner_up, kinds, figures))
    for one in compared.options:
        shown = _option_figures(one, one.limit_used, figures)
        rows.append([figures.facility(one.facility), figures.kind(kinds[one.facility]), *shown, one.why_not or ""])
    heads = [texts(f"words.{column}") for column in OPTION_COLUMNS]
    return Table(heads, rows, text_columns=(0, 1, len(heads) - 1), strong_rows=(0,), caption=unit(figures))


def _runner_up(second: RunnerUp, kinds: Mapping[str, str], figures: Figures) -> list[str]:
    """The row of the runner-up: what it costs in all and how often it falls short, its limits in words."""
    texts, limits = figures.texts, [one.limit for one in second.mix if one.limit is not None]
    limit = sum(limits) if limits and len(limits) == len(second.mix) else None
    none = texts("amount.none")
    return [
        texts("language.colon").join((texts("words.runner_up"), runner_up_names(second, figures))),
        texts("language.list_comma").join(figures.kind(kinds[one.facility]) for one in second.mix),
        texts("words.yes"),
        figures.money(second.expected_cost),
        none,
        figures.money(limit),
        none,
        figures.percent(second.shortfall_probability, 1),
        runner_up_limits(second, figures),
    ]


def runner_up_names(second: RunnerUp, figures: Figures) -> str:
    """The facilities of the runner-up, or that there is none."""
    names = [figures.facility(one.facility) for one in second.mix]
    return figures.texts("language.list_comma").join(names) if names else figures.texts("words.nothing_drawn")


def runner_up_limits(second: RunnerUp, figures: Figures) -> str:
    """The limit of each facility of the runner-up that has one; nothing where it is one facility alone."""
    if len(second.mix) < 2:  # noqa: PLR2004  # its limit stands in the row
        return ""
    limits = [
        f"{figures.facility(one.facility)} {figures.money(one.limit)}" for one in second.mix if one.limit is not None
    ]
    return figures.texts("language.list_comma").join(limits)


def _option_figures(option: Recommended | OptionShown, limit: float | None, figures: Figures) -> list[str]:
    """Limits may be added up over the facilities of a mix; its peak is that of the whole."""
    return [
        figures.yes_no(option.feasible),
        figures.money(option.expected_cost),
        figures.percent(option.effective_annual_rate),
        figures.money(limit),
        figures.money(option.rates.peak_drawn),
        figures.percent(option.shortfall_probability, 1),
    ]


def outcomes(result: Result, scenario: ScenarioResult, figures: Figures) -> Table:
    """What becomes of the orders, a column a channel: means with p05–p95 in brackets; last the sum of means."""
    texts = figures.texts
    heads = ["", *(result.channels[name].label for name in scenario.by_channel), texts("words.channels_all")]
    rows = [
        [
            texts(f"words.{word}"),
            *(_with_interval(figures.money, total(channel)) for channel in scenario.by_channel.values()),
            figures.money(over_channels(scenario, total)),
        ]
        for word, total in OUTCOMES
    ]
    strong = tuple(row for row, (word, _) in enumerate(OUTCOMES) if word == "receipts")
    caption = texts("report.outcome_caption", scenario=scenario.label, unit=figures.unit)
    return Table(heads, rows, strong_rows=strong, caption=caption)


def failure_rates(result: Result, figures: Figures) -> Table:
    """A column a channel: failure rates by cause with p05–p95 and what they rest on, settlement lag, refunds, fee."""
    texts, estimates, causes = figures.texts, result.estimates.values(), (*ALL_CAUSES, "total")
    base = texts("language.brackets", text=texts("figure.base"))
    days = texts("language.brackets", text=texts("units.days"))
    rows = [
        [figures.cause(cause), *(_with_interval(figures.percent, one.failure_rate[cause]) for one in estimates)]
        for cause in causes
    ]
    rows += [
        [figures.cause("total") + base, *(figures.percent(one.failure_rate["total"].base) for one in estimates)],
        *(
            [texts(f"words.{source}"), *(texts(f"rate_sources.{getattr(one, source)}") for one in estimates)]
            for source in ("failure_source", "recovery_source")
        ),
        [texts("words.settlement_days") + days, *(figures.days(one.settlement_days.mean) for one in estimates)],
        [texts("words.refund_rate"), *(figures.percent(one.refund_rate.mean) for one in estimates)],
        [texts("words.fee_rate"), *(figures.percent(one.fee_rate.mean) for one in estimates)],
    ]
    heads = ["", *(result.channels[name].label for name in result.estimates)]
    return Table(heads, rows, strong_rows=(causes.index("total"),), caption=texts("report.failure_caption"))


def _with_interval(write: Callable[[float], str], figure: Band | FailureShare) -> str:
    return f"{write(figure.mean)}\n({write(figure.p05)} – {write(figure.p95)})"
