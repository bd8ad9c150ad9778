"""What commands answer that ask one question: the comparison of financing alone, break-evens, solved amounts."""

from __future__ import annotations

from forecast.financing.measures import LastDays
from forecast.liquidity import LowestCash
from forecast.plan.model import Facility
from forecast.records import Record, money, rate, record, says
from forecast.results.buffer import BufferShown
from forecast.results.financing import FinancingShown
from forecast.results.inputs import NoteShown


@record
class Stretch(Record):
    """Levels over which the choice stays the same, with the cost at both ends."""

    low: float = rate("lowest level tried", "level", key="from")
    high: float = rate("highest level tried", "level", key="to")
    feasible: bool = says("whether the recommended mix holds")
    mix: tuple[str, ...] = says("facilities that it draws")
    cheapest: str | None = says("the cheapest facility that holds alone; null: none", key="cheapest_alone")
    cost_low: float = money("expected cost at the lowest level", key="expected_cost_from")
    cost_high: float = money("expected cost at the highest level", key="expected_cost_to")


@record
class BreakEven(Record):
    """The stretches of one input in ascending order."""

    key: str = says("key of the input as in a scenario")
    present: float = rate("its level in base", "level")
    tolerance: float = rate("how closely a break-even is known", "level")
    stretches: tuple[Stretch, ...] = says("one after another; the next begins at its first level tried")


@record
class SolvedLimits(Record):
    """Of each facility on its own the least limit with which cash holds, and by when it must be asked for."""

    solved_for: str = says("what was asked: limit", key="for")
    scenario: str = says("the scenario that it holds in")
    limits: dict[str, float | None] = money("by facility; null where none holds")
    days: dict[str, LastDays] = says("by facility")


@record
class SolvedStock(Record):
    """The largest extra payment for stock that cash and the facilities up to their limits carry, sales unchanged."""

    solved_for: str = says("what was asked: stock", key="for")
    scenario: str = says("the scenario that it holds in")
    date: str = says("day of the payment")
    amount: float | None = money("the payment; null where none holds, or where there is no bound")
    unbounded: bool | None = says("true where any payment finances itself; else absent", default=None)


@record
class ScenarioFinancing(Record):
    """What concerns financing of one scenario."""

    label: str = says("name as printed")
    changes: list[str] = says("what it changes against the base")
    lowest_cash: LowestCash = says("how low cash falls without any facility")
    buffer: BufferShown = says("the liquidity buffer")
    financing: FinancingShown | None = says("comparison of financing")


@record
class FinanceResult(Record):
    """What ``forecast finance`` prints under ``--json``."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths a scenario", "paths")
    seed: int = says("seed of the random numbers")
    confidence: float = rate("chance with which cash must never fall below the minimum")
    currency: str = says("ISO 4217 code")
    opening_balance: float = money("cash on the evening of as_of")
    minimum_balance: float = money("cash must not fall below it")
    facilities: list[Facility] = says("facilities with their terms")
    notes: list[NoteShown] = says("what a reader must know")
    scenarios: dict[str, ScenarioFinancing] = says("by scenario")
    solve: SolvedLimits | SolvedStock | None = says("the answer of --solve", default=None)
    break_even: tuple[BreakEven, ...] | None = says("the answer of --break-even", default=None)
