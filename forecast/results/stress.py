"""The result of a stress test: what ``stress.json``, its page and its workbook show."""

from __future__ import annotations

from typing import Literal

from forecast.records import Record, money, rate, record, says
from forecast.results.distributions import Band
from forecast.results.financing import CHANCE
from forecast.results.inputs import ChannelShown, Merchant, NoteShown

Source = Literal["posterior", "prior", "stated"]
Status = Literal["found", "never", "always"]


@record
class LowestCash(Record):
    """How low cash is expected to fall without any facility."""

    amount: float = money("least of the mean cash position over the days")
    day: str = says("the first day on which it is that low")


@record
class StressedScenario(Record):
    """One scenario in short."""

    label: str = says("name as printed")
    receipts_total: Band = says("receipts over the horizon")
    lowest_cash: LowestCash = says("how low cash falls without any facility")
    buffer: float = money("the liquidity buffer")
    funding_gap: float = money("what the opening balance lacks of the buffer")
    recommended: list[str] = says("facilities of the recommended mix, in the order of drawing")
    feasible: bool = says("whether that mix holds")
    expected_cost: float | None = money("its expected interest and fees; null where it does not hold")
    shortfall_probability: float = rate(
        f"with that mix: {CHANCE}, and of a scenario to withstand where it fails in that; 0 without facilities"
    )
    buffer_upper: float | None = money(
        "one-sided 95 % upper confidence limit of the buffer; null where too few paths give none", default=None
    )


@record
class FailureLevels(Record):
    """The rows of the grid."""

    channel: str = says("the channel that fails")
    values: list[float] = rate("its failure rates, a row each")


@record
class Grid(Record):
    """Failure rate × volume: a row a failure rate, a column a volume; what whatif gives for both together."""

    failure_rate: FailureLevels = says("the rows")
    volume: list[float] = rate("the columns: volumes, for which purchases are planned too", "multiple")
    buffer: list[list[float]] = money("the liquidity buffer")
    receipts: list[list[float]] = money("mean receipts over the horizon")
    expected_cost: list[list[float | None]] = money("expected cost of the recommended mix; null where none holds")
    feasible: list[list[bool]] = says("whether that mix holds")


@record
class Sensitivity(Record):
    """One assumption at the ends of its range, all else as in base; pairs are at ``low`` and at ``high``."""

    key: str = says("key as a what-if sets it; `costs.CATEGORY` multiplies a cost that moves with sales")
    low: float = rate("lower end of the range", "as the key")
    high: float = rate("upper end of the range", "as the key")
    base: float = rate("what base has: the mean of its law", "as the key")
    source: Source = says(
        "posterior: 5 % and 95 % quantile of the ledger's own law; prior: the same where the ledger shows none; "
        "stated: a documented range around what the plan states or takes for granted"
    )
    receipts: list[float] = money("mean receipts over the horizon")
    buffer: list[float] = money("the liquidity buffer")
    expected_cost: list[float | None] = money(
        "expected cost of financing: base's mix sized anew, chosen anew where it fails; null where none holds"
    )


@record
class Reverse(Record):
    """The level of one assumption at which cash no longer holds with every facility."""

    key: str = says("key as a what-if sets it")
    status: Status = says(
        "found; never: it holds over the whole range; always: it does not even hold at its harmless end"
    )
    value: float | None = rate(
        "found: the first level at which no mix holds; always, of the opening balance: the least that holds; else null",
        "as the key",
    )
    holds_at: float | None = rate(
        "found: the level a tolerance before it, which still holds; always: as value", "as the key"
    )
    tolerance: float = rate("the step to which the level is sought", "as the key")
    range: list[float] = rate("the harmless end first", "as the key")
    monotone: bool = says("false where a level beyond one that does not hold was seen to hold again")
    likelihood: float | None = rate("chance of that level or worse over the horizon; null where no law says")
    draws: int | None = says("draws of the law that the chance was counted on; null without one", "draws")
    text: str = says("the same in words")


@record
class Fix(Record):
    """What one improvement is worth over the horizon, and a year; the financing is base's mix sized anew."""

    key: str = says("what gets better, by channel and cause")
    change: float = rate("by how much: rates in shares, days, hours", "as the key")
    receipts: float = money("change of mean receipts over the horizon")
    buffer: float = money("change of the liquidity buffer")
    expected_cost: float | None = money("change of the expected cost of financing; null where no mix holds in either")
    total_a_year: float = money(
        "what it brings in the end, and the cost that it saves where that is known, by the year's share of sales"
    )


@record
class FrontierPoint(Record):
    """A share of a channel's orders placed through another, against base; the financing is base's mix sized anew."""

    source: str = says("channel that the orders leave", key="from")
    target: str = says("channel that they go to", key="to")
    share: float = rate("share of the channel's orders")
    cost: float = money(
        "what the move costs in the end: fees, losses, orders not placed, financing where it holds; base: 0"
    )
    buffer: float = money("the liquidity buffer")
    receipts: float = money("mean receipts over the horizon")
    expected_cost: float | None = money("expected cost of financing; null where no mix holds")
    efficient: bool = says("whether no other point has both a lower cost and a lower buffer")
    recommended: bool = says("the cheapest point that keeps to the buffer asked for; none without one")


@record
class StressResult(Record):
    """What moves the plan's cash, what breaks it, and what would help."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    language: str = says("zh or en")
    merchant: Merchant = says("whose plan it is")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths a scenario", "paths")
    seed: int = says("seed of the random numbers")
    confidence: float = rate("chance with which cash must never fall below the minimum")
    currency: str = says("ISO 4217 code")
    channels: dict[str, ChannelShown] = says("the plan's channels")
    notes: list[NoteShown] = says("what a reader must know")
    lost: float = rate("share of moved orders that is not placed at all (--lost)")
    buffer_wanted: float | None = money("the buffer to be met by moving orders (--buffer); null: none asked for")
    scenarios: dict[str, StressedScenario] = says("side by side, base first")
    grid: Grid = says("failure rate × volume")
    sensitivities: list[Sensitivity] = says("by their effect on the buffer, the largest first")
    reverse: list[Reverse] = says("what breaks the plan")
    fixes: list[Fix] = says("by their worth a year, the largest first")
    frontier: list[FrontierPoint] = says("orders moved to other channels")

    @property
    def base(self) -> StressedScenario:
        """The base scenario."""
        return next(iter(self.scenarios.values()))
