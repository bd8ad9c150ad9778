"""The result of an emergency plan: what ``playbook.json``, its page and its workbook show."""

from __future__ import annotations

from typing import Literal

from forecast.records import Record, money, rate, record, says
from forecast.results.inputs import ChannelShown, Merchant, NoteShown

RateSource = Literal["calculated", "playbook"]
When = Literal["peak", "first", "worst"]


@record
class PersonShown(Record):
    """Who acts."""

    name: str = says("name")
    phone: str = says("telephone")
    duty: str = says("what the person is answerable for")


@record
class ContactShown(Record):
    """Whom to call at a provider or a lender."""

    contact: str = says("whom to call there")
    phone: str = says("telephone")


@record
class RuleShown(Record):
    """An entry of the log of the providers' rules."""

    date: str = says("day from which it holds")
    provider: str = says("clearing name")
    text: str = says("what the rule says")
    source: str | None = says("where it is written; null where the playbook does not say")


@record
class UnfilledShown(Record):
    """A value that the template left for the user."""

    key: str = says("dotted key in playbook.toml")
    line: int = says("its line")


@record
class Threshold(Record):
    """One channel under one cause: when to act, and what failing costs; money is of a day's mean hour."""

    channel: str = says("the channel")
    usual_rate: float = rate("failed share of the cause without episodes")
    alarm_rate: float = rate("failed share that starts the plan")
    alarm_source: RateSource = says("calculated: what chance exceeds once in 10,000 times; or the playbook's own")
    alarm_hours: int = says("hours over which that share is taken, of the busiest day", "hours")
    move_rate: float | None = rate("failed share from which moving orders loses less than staying; null: at no rate")
    move_source: RateSource = says("calculated, or as the playbook has it")
    move_to: str | None = says("channel to which orders should move; null where there is none")
    instalments: str | None = says("channel that lends to the customer and clears elsewhere; null where there is none")
    busiest_day: str = says("the day of the horizon with most expected sales of the channel")
    stuck_an_hour: float = money("order value tried in its mean hour: held up where every first deduction fails")
    lost_an_hour: float = money("what of it is lost in the end")
    ordinary_stuck_an_hour: float = money("order value tried in the mean hour of an ordinary day of the horizon")
    recovered: float = rate("share of what fails that is deducted in the end")
    cured_days: float | None = rate("mean days until that; null where nothing is ever cured", "days")
    refund_after_days: int | None = says("days by which 95 % of what is cured has been; null as before", "days")


@record
class Call(Record):
    """A facility that can still be called in an incident: by when, and from which rate on that day is too early."""

    facility: str = says("name of the facility")
    notice_days: int = says("banking days from request to money", "days")
    room: float | None = money("what of its limit the recommended mix leaves unarranged; null: no limit")
    call_by: str | None = says("last day to ask, where every first deduction fails; null: too late from the start")
    arrives: str | None = says("day on which money asked for on the incident's first day arrives; null: none")
    too_late_from: float | None = rate("least failed share at which that is after cash falls short; null: at none")


@record
class Incident(Record):
    """A failure of some days on one channel or clearing name, and what it does to the cash."""

    channel: str | None = says("the channel that fails; null: all of the clearing name")
    clearing: str | None = says("the clearing name whose channels fail; null: one channel alone")
    when: When = says("peak: begins on the first peak; first: on the first day; worst: where cash lacks most")
    start: str = says("its first day")
    days: int = says("how long it lasts", "days")
    arranged_rate: float | None = rate(
        "least failed share with which base's recommended mix, asked for as planned, falls short; null: none"
    )
    every_rate: float | None = rate("least failed share with which no mix of all facilities holds; null: none")
    lack: float = money("what the recommended mix then lacks at the plan's confidence, every first deduction failing")
    short_day: str | None = says("day by which it falls short on more paths than it may; null where it holds")
    calls: list[Call] = says("facilities that could be called; none where the recommended mix holds")


@record
class CausePlan(Record):
    """What to do about one cause."""

    cause: str = says("the cause")
    signs: list[str] = says("by what it is known")
    steps: list[str] = says("steps of fault-finding, in order")
    acts: list[str] = says("keys of the people who act, the first called first")
    refund: str = says("when and how to close and refund orders")
    instalments: str = says("when to offer other instalments")
    customers: str = says("what customers are told")
    thresholds: list[Threshold] = says("by channel")
    incidents: list[Incident] = says("by scope, beginning and length")


@record
class ArrangedShown(Record):
    """A facility of the mix on which cash thresholds rest."""

    facility: str = says("name of the facility")
    limit: float | None = money("limit arranged; null: no limit")


@record
class FacilityKnown(Record):
    """A facility of the plan, as far as its name for readers needs."""

    name: str = says("its name in the plan")
    kind: str = says("its kind")


@record
class PlaybookResult(Record):
    """The emergency plan with its thresholds in this merchant's numbers."""

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
    reviewed: str = says("day on which the playbook was last gone through")
    moved_orders_lost: float = rate("share of orders moved to another channel that is not placed at all")
    arranged: list[ArrangedShown] = says("the mix recommended in base, on which the cash thresholds rest")
    unfilled: list[UnfilledShown] = says("what the playbook still leaves to be filled in")
    people: dict[str, PersonShown] = says("who acts, by key")
    providers: dict[str, ContactShown] = says("whom to call at the providers, by clearing name")
    lenders: dict[str, ContactShown] = says("whom to call at the lenders, by facility")
    facilities: list[FacilityKnown] = says("the plan's facilities and their kinds")
    causes: list[CausePlan] = says("by cause")
    rules: list[RuleShown] = says("log of the providers' rules, the earliest first")
