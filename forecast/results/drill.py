"""What a drill tells: the result of ``forecast drill``, which ``drill.json``, its page and the terminal show."""

from __future__ import annotations

from typing import Literal

from forecast.records import Record, money, rate, record, says
from forecast.results.inputs import ChannelShown, Merchant, NoteShown
from forecast.results.monitor import ScopeShown
from forecast.results.playbook import FacilityKnown
from forecast.results.quiz import QuizShown

What = Literal["start", "alarm", "step", "cured", "settled"]


@record
class DrillIncident(Record):
    """The incident that was planted."""

    cause: str = says("its cause")
    scope: ScopeShown = says("what its orders have in common; no channel: all of them")
    started_at: str = says("when the fault began")
    ended_at: str = says("when it was over")
    share: float = rate("share of the scope's first deductions that fail")
    orders: int = says("orders that failed", "orders")
    amount: float = money("their amount")
    loss: float = money("what of it is lost in the end, by the law of its cause")
    delayed: float = money("what of it comes in later")


@record
class DrillAlarm(Record):
    """The alarm as the monitor rang, looking every quarter of an hour."""

    at: str = says("when it rang")
    cause: str = says("the cause that it named")
    minutes: int = says("from the first failure to the alarm", "minutes")
    orders: int = says("failed or overdue within its scope, beyond the usual", "orders")
    failure_rate: float = rate("share of the scope's orders that failed or were overdue, of those that were decided")
    usual_rate: float = rate("the share that is usual for them")


@record
class DrillStart(Record):
    """By what the playbook's plan was started: a channel's failed share that reached its threshold."""

    at: str = says("when the share reached it")
    acted_at: str = says("when the first step was done")
    cause: str = says("the cause that the alert named then, to which the threshold belongs")
    channel: str = says("the channel")
    failure_rate: float = rate("its failed share of the alert's scope over the threshold's hours")
    alarm_rate: float = rate("the share at which the plan starts")
    hours: int = says("hours over which both are taken", "hours")


@record
class Moment(Record):
    """One line of the timeline; times are local, of the rehearsed day."""

    at: str = says("when")
    what: What = says("first failure, alarm, a step of the playbook, a stage of the cure, or the money on the account")
    text: str = says("what happened, in the plan's language")


@record
class DelayCost(Record):
    """What it costs had staff acted later: what acting would have kept from failing in the hours lost.

    Where nobody acts, all that fails from the first failure on.
    """

    hours: int = says("how much later", "hours")
    loss: float = money("what of it is lost in the end")
    delayed: float = money("what of it comes in later")


@record
class Moved(Record):
    """Orders of a channel that are moved to another once the plan is started."""

    channel: str = says("the channel that fails")
    to: str = says("the channel through which orders are placed instead")
    at: str = says("from when on")
    failure_rate: float = rate("failed share of the alert's scope, as it had grown by the time of the decision")
    least_rate: float = rate("failed share from which on moving loses less than staying")
    lost: float = rate("share of what moves that is not placed at all")


@record
class DrillCall(Record):
    """A facility with room left, where cash falls short."""

    facility: str = says("name of the facility")
    room: float | None = money("what of its limit the recommended mix leaves unarranged; null: no limit")
    call_by: str | None = says("last day on which to ask, for the day by which cash falls short; null: none")
    arrives: str | None = says("day on which money asked for on the incident's first day is there; null: too late")


@record
class Lowest(Record):
    """The lowest cash from the first peak on before any financing, kept with the plan's confidence."""

    usual: float = money("without the incident")
    without_plan: float = money("with it")
    with_plan: float = money("with it, orders moved")


@record
class Missed(Record):
    """The most by which expected cash before financing lies below that without the incident."""

    amount: float = money("how much")
    day: str = says("on which day")


@record
class Short(Record):
    """The share of paths on which cash falls below the minimum on any day of the horizon, before the peak too."""

    usual: float = rate("without the incident")
    without_plan: float = rate("with it")
    with_plan: float = rate("with it, orders moved, and facilities drawn that come in time")


@record
class CashBeside(Record):
    """The cash from the horizon's first peak on with the incident on that day, kept with the plan's confidence."""

    lowest_without_plan: float = money("lowest cash with base's mix as arranged")
    lowest_with_plan: float = money("lowest cash with orders moved, and facilities drawn that come in time")
    day: str = says("the day of the lowest cash without the plan")
    holds: bool = says("whether cash stays above the minimum with the plan")
    holds_without_plan: bool = says("whether it does without it")
    usual: float = money("lowest cash without the incident")
    before_financing: Lowest = says("the same before any financing")
    missed_without_plan: Missed = says("what the incident takes from cash at most")
    missed_with_plan: Missed = says("the same with orders moved")
    calls: list[DrillCall] = says("facilities to ask for; none where cash holds")
    short: Short | None = says("on how many paths cash falls below the minimum", default=None)


@record
class CourseShown(Record):
    """The failed share of the scope's orders, each of the hour up to a moment; null where the hour has no order."""

    at: list[str] = says("a moment, every quarter of an hour")
    planted: list[float | None] = rate("what failed in truth")
    seen: list[float | None] = rate("what was known at that moment to have failed or to be overdue")
    usual: list[float | None] = rate("the usual share")


@record
class DrillResult(Record):
    """A rehearsal of an incident."""

    schema: int = says("version of the result's shape")
    version: str = says("version of the program")
    language: str = says("zh or en")
    merchant: Merchant = says("whose plan it is")
    as_of: str = says("last day that is fully known")
    horizon_days: int = says("days planned", "days")
    paths: int = says("sample paths", "paths")
    seed: int = says("seed of the random numbers")
    number: int = says("number of the rehearsal: another number is another incident")
    confidence: float = rate("chance with which cash must never fall below the minimum")
    currency: str = says("ISO 4217 code")
    channels: dict[str, ChannelShown] = says("the plan's channels")
    notes: list[NoteShown] = says("what a reader must know")
    day: str = says("the day of orders that is rehearsed")
    peak: str = says("the first peak of the horizon, on whose cash the incident is laid")
    incident: DrillIncident = says("what was planted")
    alarm: DrillAlarm | None = says("the alarm; null where the monitor did not ring")
    started: DrillStart | None = says("by what the plan was started; null where its threshold was never reached")
    timeline: list[Moment] = says("what happened, in order")
    cost_of_delay: list[DelayCost] = says("had staff acted later, hour by hour, to the end of the incident")
    moved: list[Moved] = says("orders moved once the plan was started")
    cash: CashBeside = says("lowest cash, with the plan and without")
    course: CourseShown = says("how the failed share went, and how much of it could be seen")
    facilities: list[FacilityKnown] | None = says("the plan's facilities and their kinds", default=None)
    quiz: QuizShown | None = says("under --quiz what was shown, asked and answered", default=None)
