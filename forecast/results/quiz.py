"""What a drill's quiz shows and asks: the screen without causes, the answers, and why they are right."""

from __future__ import annotations

from typing import Literal

from forecast.records import Record, money, rate, record, says

Asks = Literal["cause", "next_step"]
State = Literal["deducted", "failed", "overdue", "waiting"]


@record
class Cell(Record):
    """Orders of one channel, goods, region or hour of which something is known."""

    name: str = says("channel, goods or region; of an hour its first moment")
    orders: int = says("orders of which something is known", "orders")
    failed: int = says("of these failed or overdue", "orders")
    silent: int = says("of these without any failure told", "orders")
    usual: float = rate("the usual share of failures")

    @property
    def rate(self) -> float:
        """The failed share."""
        return self.failed / self.orders if self.orders else 0.0


@record
class Line(Record):
    """One order of the last hour."""

    at: str = says("when its deduction was due")
    channel: str = says("its channel")
    sku: str | None = says("its goods; null where the orders do not say")
    region: str | None = says("its region; null where the orders do not say")
    amount: float = money("its amount")
    state: State = says("what was known of it")


@record
class Screen(Record):
    """What staff see at a moment: no cause, only what failed where and when."""

    at: str = says("the moment: that of the alarm, or the end of the incident where none rang")
    hours: int = says("hours that it shows", "hours")
    channels: list[Cell] = says("by channel")
    skus: list[Cell] = says("by goods, those with most failures first")
    regions: list[Cell] = says("by region, likewise")
    by_hour: list[Cell] = says("by hour")
    latest: list[Line] = says("the latest orders of the last hour, the latest last")


@record
class AnswerShown(Record):
    """One answer of a quiz."""

    question: Asks = says("what was asked")
    options: list[str] = says("what there was to choose from, in its order: causes, or steps of the playbook")
    answered: str = says("the answer given: one of them")
    true: str = says("the right answer")
    right: bool = says("whether they are the same")


@record
class QuizShown(Record):
    """A member of staff who saw the screen alone, what was answered, and why another answer would be wrong."""

    name: str = says("who answered; empty where no name was given")
    hints: int = says("hints asked for", "hints")
    screen: Screen = says("what the screen showed")
    answers: list[AnswerShown] = says("in the order of the questions")
    shown: str = says("what the numbers showed, in the plan's language")
    signs: list[str] = says("by what the playbook knows the cause")
