"""How figures are written for people: amounts with their unit, percentages, days; a dash where a figure is absent."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.outputs.names import Names, facility_names
from forecast.texts import Texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from forecast.results.backtest import BacktestResult
    from forecast.results.distributions import Band
    from forecast.results.drill import DrillResult
    from forecast.results.financing import Recommended
    from forecast.results.playbook import PlaybookResult
    from forecast.results.review import ReviewResult
    from forecast.results.run import Result
    from forecast.results.scenario import ChannelResult, ScenarioResult
    from forecast.results.stress import StressResult

LARGE = {"zh": (100_000.0, 10_000.0), "en": (1_000_000.0, 1_000_000.0)}
"""By language: from which amount on, and in which unit, a large amount is written (万元; millions)."""

CHART_UNIT = {"zh": 10_000.0, "en": 1_000.0}
"""By language: how many yuan a unit of a chart's money axis is (万元; thousands)."""

WITH_FEN = 100.0
"""Amounts below this many yuan are written with their fen."""

HALF = 0.5

DEAD_ZONE = 0.005
"""Half a fen: an amount below it is nothing."""

MOST_LABELS = 4
"""So many scenarios that no mix carries are named beside the worst one."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes figures in one language and currency, and names as its readers know them."""

    texts: Texts
    currency: str
    names: Names = field(default_factory=Names)

    @classmethod
    def of(
        cls, result: Result | BacktestResult | ReviewResult | StressResult | PlaybookResult | DrillResult
    ) -> Figures:
        """For a result, in its language and currency; with the names of its facilities, and a run's of its channels."""
        from forecast.results.run import Result  # noqa: PLC0415  # it loads long, and few that write figures have a run

        texts = Texts(result.language)
        facilities = getattr(result, "facilities", None) or ()
        channels = {name: one.label for name, one in result.channels.items()} if isinstance(result, Result) else {}
        return cls(texts, result.currency, Names(channels, facility_names(facilities, texts)))

    @property
    def unit(self) -> str:
        """The name of one unit of money, such as 元 or CNY."""
        return self.texts("amount.yuan") if self.currency == "CNY" else self.currency

    @property
    def chart_unit(self) -> str:
        """The name of a chart's unit of money, such as 万元 or CNY thousand."""
        return self.texts("amount.chart_unit", currency=self.unit)

    @property
    def chart_divisor(self) -> float:
        """How many yuan a chart's unit is."""
        return CHART_UNIT[self.texts.language]

    def event(self, name: str) -> str:
        """A promotion's name; those that platforms share have one in each language."""
        return Named("starting.events", name).text(self.texts.language)

    def amount(self, yuan: float | None) -> str:
        """An amount with its unit, short enough to be read at a glance: ``1,234.5 万元``."""
        if yuan is None:
            return self.texts("amount.none")
        threshold, unit = LARGE[self.texts.language]
        if abs(yuan) >= threshold:
            return self.texts("amount.large", value=yuan / unit, currency=self.unit)
        return self.texts("amount.small", value=self.money(yuan), currency=self.unit)

    def change(self, yuan: float) -> str:
        """How much more or less an amount is, with the sign of both: ``+1,234.5 万元``, ``CNY -5``."""
        written = self.amount(yuan)
        return re.sub(r"\d", r"+\g<0>", written, count=1) if yuan >= DEAD_ZONE else written

    def money(self, yuan: float | None) -> str:
        """An amount in whole yuan without its unit, for tables: ``12,345,678``; with fen where it is below 100."""
        if yuan is None:
            return self.texts("amount.none")
        decimals = 2 if abs(yuan) < WITH_FEN and abs(yuan - round(yuan)) >= DEAD_ZONE else 0
        if not decimals:
            return self.whole(yuan)
        return f"{yuan:,.{decimals}f}"

    def whole(self, yuan: float) -> str:
        """An amount in whole yuan without its unit, for tables of which no figure shall show its fen.

        Half a yuan counts as a whole one, as a spreadsheet shows it.
        """
        return f"{math.copysign(math.floor(abs(yuan) + HALF), yuan) + 0.0:,.0f}"

    def percent(self, share: float | None, decimals: int = 2) -> str:
        """A share or rate as a percentage: ``5.71%``."""
        return self.texts("amount.none") if share is None else f"{share:z.{decimals}%}"

    def days(self, days: float | None) -> str:
        """A number of days, without its unit: ``7.4``."""
        return self.texts("amount.none") if days is None else f"{days:z.1f}"

    def day(self, day: dt.date | str | None) -> str:
        """A day as ``2026-11-11``."""
        return self.texts("amount.none") if day is None else str(day)

    def yes_no(self, value: bool | None) -> str:  # noqa: FBT001  # the value itself is shown
        """Yes, no, or not calculated."""
        if value is None:
            return self.texts("words.not_calculated")
        return self.texts("words.yes") if value else self.texts("words.no")

    def cause(self, cause: str) -> str:
        """The name of a failure cause."""
        return self.texts.or_else(f"causes.{cause}", cause)

    def kind(self, kind: str) -> str:
        """The name of a kind of facility."""
        return self.texts.or_else(f"kinds.{kind}", kind)

    def channel(self, name: str) -> str:
        """A channel's label."""
        return self.names.channels.get(name, name)

    def clearing(self, name: str) -> str:
        """The name of a clearing; those that merchants share have one in each language."""
        return Named("clearing", name).text(self.texts.language)

    def facility(self, name: str) -> str:
        """What a facility is called."""
        return self.names.facilities.get(name, name)

    def confidence(self, confidence: float) -> str:
        """The plan's confidence: ``95%``."""
        return f"{confidence * 100:.6g}%"


def facility_kinds(result: Result) -> dict[str, str]:
    """The kind of each facility of the plan by its name."""
    return {facility.name: facility.kind for facility in result.facilities}


def needs_money(recommended: Recommended) -> bool:
    """Whether the recommended mix draws anything or costs anything."""
    return bool(recommended.mix) or recommended.expected_cost > DEAD_ZONE


def fails(scenario: ScenarioResult) -> bool:
    """Whether no mix of facilities was found to carry a scenario; False where none was looked for."""
    return scenario.financing is not None and not scenario.financing.recommended.feasible


def not_carried(result: Result) -> list[ScenarioResult]:
    """The scenarios beside base that no mix of facilities carries, in their order."""
    return [one for name, one in result.scenarios.items() if name != "base" and fails(one)]


def worst_scenario(result: Result) -> ScenarioResult | None:
    """The worst scenario, by one rule wherever one is named; None where none is worse than base.

    One that no mix of facilities carries comes first, where base is carried; among several, and where all or none are
    carried, the one with the largest funding gap, where that is above base's; of equal gaps the one with least mean
    total receipts. Where no gap is above base's: the one with least receipts, where they are below base's; of equal
    receipts the one with the largest gap.
    """

    def gap(one: ScenarioResult) -> float:
        return one.buffer.funding_gap

    def received(one: ScenarioResult) -> float:
        return one.receipts_total.mean

    base, scenarios, failing = result.base, result.scenarios.values(), not_carried(result)
    for among in (failing, scenarios):
        most = max(map(gap, among), default=0.0)
        if among and (most > gap(base) + DEAD_ZONE or (among is failing and not fails(base))):
            return min((one for one in among if gap(one) >= most - DEAD_ZONE), key=received)
    least = min(map(received, scenarios))
    if least < received(base) - DEAD_ZONE:
        return max((one for one in scenarios if received(one) <= least + DEAD_ZONE), key=gap)
    return None


def not_carried_text(result: Result, worst: ScenarioResult, figures: Figures) -> str:
    """That no mix carries the worst scenario, and which others beside it; empty where one does or no facility is."""
    if not fails(worst) or not result.facilities:
        return ""
    others = other_labels(result, worst, figures)
    return figures.texts("words.not_carried_nor" if others else "words.not_carried", labels=others)


def other_labels(result: Result, worst: ScenarioResult, figures: Figures) -> str:
    """The scenarios beside the worst that no mix carries either, the first of them, as a list; empty without any."""
    labels = [one.label for one in not_carried(result) if one is not worst]
    shown = labels[:MOST_LABELS] + ["…"] * (len(labels) > MOST_LABELS)
    return figures.texts("language.list_comma").join(shown)


def over_channels(scenario: ScenarioResult, total: Callable[[ChannelResult], Band]) -> float:
    """The mean of a total, summed over the channels (means may be added up, quantiles may not)."""
    return float(sum(total(channel).mean for channel in scenario.by_channel.values()))
