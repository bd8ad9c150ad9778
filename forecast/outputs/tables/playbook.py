"""The tables of an emergency plan: when to act by channel, cash thresholds, facilities to call, contacts and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.notes import Named
from forecast.outputs.tables.run import Table
from forecast.plan.playbook_file import UNFILLED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.playbook import (
        Call,
        CausePlan,
        ContactShown,
        Incident,
        PlaybookResult,
        RateSource,
        Threshold,
    )

THRESHOLD_HEADS = (
    *("channel", "usual", "alarm", "move_rate", "move_to", "other_instalments", "busiest"),
    *("stuck", "lost", "ordinary", "recovered", "cured_days", "refund_days"),
)
CASH_HEADS = ("scope", "start", "length", "arranged", "every", "lack", "short_day")
CALL_HEADS = ("scope", "start", "length", "facility", "notice", "room", "call_by", "arrives", "too_late", "contact")


def heads(names: Sequence[str], figures: Figures) -> list[str]:
    """The heads of a table."""
    return [figures.texts(f"playbook.{name}") for name in names]


def thresholds(plan: CausePlan, result: PlaybookResult, figures: Figures) -> Table:
    """A row a channel: when to act, and what an hour costs."""
    texts = figures.texts
    caption = texts("playbook.thresholds") + "\n" + texts("playbook.thresholds_caption", unit=figures.unit)
    rows = [_threshold(one, result, figures) for one in plan.thresholds]
    return Table(heads(THRESHOLD_HEADS, figures), rows, text_columns=(0, 4, 5, 6), caption=caption)


def _threshold(one: Threshold, result: PlaybookResult, figures: Figures) -> list[str]:
    none = figures.texts("amount.none")
    closing = none if one.refund_after_days is None else figures.texts("playbook.days", days=one.refund_after_days)
    return [
        label(one.channel, result, figures),
        figures.percent(one.usual_rate, 1),
        alarm_text(one, figures),
        move_text(one, figures),
        label(None if one.move_rate is None else one.move_to, result, figures),
        label(one.instalments, result, figures),
        one.busiest_day,
        *map(figures.money, (one.stuck_an_hour, one.lost_an_hour, one.ordinary_stuck_an_hour)),
        figures.percent(one.recovered, 0),
        figures.days(one.cured_days),
        closing,
    ]


def label(channel: str | None, result: PlaybookResult, figures: Figures) -> str:
    """A channel's label; a dash where there is none."""
    return figures.texts("amount.none") if channel is None else result.channels[channel].label


def alarm_text(one: Threshold, figures: Figures) -> str:
    """The failed share that starts the plan, and over how many hours it is taken."""
    rate = rate_text(one.alarm_rate, one.alarm_source, figures)
    return rate + figures.texts("playbook.hours", hours=one.alarm_hours)


def rate_text(rate: float, source: RateSource, figures: Figures) -> str:
    """A failed share, marked where it is the playbook's own."""
    text = figures.percent(rate, 1)
    return text if source == "calculated" else figures.texts("playbook.own", rate=text)


def move_text(one: Threshold, figures: Figures) -> str:
    """From which failed share on orders should move, or that they should stay."""
    if one.move_rate is None or one.move_to is None:
        return figures.texts("playbook.stay")
    return rate_text(one.move_rate, one.move_source, figures)


def cash(plan: CausePlan, result: PlaybookResult, figures: Figures) -> Table:
    """A row an incident with which what is arranged falls short: from which failed share on."""
    texts, comma = figures.texts, figures.texts("language.list_comma")
    named = [(figures.facility(one.facility), one.limit) for one in result.arranged]
    mix = comma.join(name + ("" if limit is None else f" {figures.money(limit)}") for name, limit in named)
    words = {"mix": mix or texts("playbook.no_mix"), "unit": figures.unit}
    rows = [
        [
            *incident_cells(one, result, figures),
            limit_text(one.arranged_rate, figures),
            limit_text(one.every_rate, figures),
            figures.money(one.lack),
            figures.day(one.short_day),
        ]
        for one in falling(plan)
    ]
    caption = texts("playbook.cash") + "\n" + texts("playbook.cash_caption", **words)
    return Table(heads(CASH_HEADS, figures), rows, text_columns=(0, 1), caption=caption)


def falling(plan: CausePlan) -> list[Incident]:
    """The incidents with which what is arranged falls short."""
    return [one for one in plan.incidents if one.arranged_rate is not None]


def others(plan: CausePlan, result: PlaybookResult, figures: Figures) -> str:
    """In how many incidents, all or the others, what is arranged holds though all fails; empty where in none."""
    held = [one for one in plan.incidents if one.arranged_rate is None]
    if not held:
        return ""
    scopes = figures.texts("language.list_comma").join(dict.fromkeys(scope(one, result, figures) for one in held))
    key = "others" if len(held) < len(plan.incidents) else "others_all"
    return figures.texts(f"playbook.{key}", count=len(held), scopes=scopes)


def incident_cells(one: Incident, result: PlaybookResult, figures: Figures) -> list[str]:
    """Scope, beginning and length of an incident."""
    when = figures.texts(f"playbook.when.{one.when}", day=one.start)
    return [scope(one, result, figures), when, str(one.days)]


def scope(one: Incident, result: PlaybookResult, figures: Figures) -> str:
    """The channel that fails, or the clearing name with its channels."""
    if one.clearing is None:
        return label(one.channel, result, figures)
    names = [channel.label for channel in result.channels.values() if channel.clearing == one.clearing]
    clearing = Named("clearing", one.clearing).text(figures.texts.language)
    channels = figures.texts("language.list_comma").join(names)
    return figures.texts("playbook.whole_clearing", name=clearing, channels=channels)


def limit_text(rate: float | None, figures: Figures) -> str:
    """From which failed share on cash falls short: at none, at every, or from one."""
    texts = figures.texts
    if rate is None:
        return texts("playbook.holds")
    return texts("playbook.from_rate", rate=figures.percent(rate, 0)) if rate else texts("playbook.already")


def calls(plan: CausePlan, result: PlaybookResult, figures: Figures) -> Table | None:
    """A row an incident, a column a facility that can be called in it: by when; None where none need be."""
    texts, found = figures.texts, falling(plan)
    names = {call.facility: call for one in found for call in one.calls}
    if not names:
        return None
    called = [{call.facility: call for call in one.calls} for one in found]
    rows = [
        [*incident_cells(one, result, figures), *(_by_when(known.get(name), figures) for name in names)]
        for one, known in zip(found, called, strict=True)
    ]
    titles = [
        texts(
            "playbook.facility_head",
            name=figures.facility(name),
            days=call.notice_days,
            room=figures.money(call.room),
        )
        for name, call in names.items()
    ]
    caption = texts("playbook.calls") + "\n" + texts("playbook.calls_caption", unit=figures.unit)
    places = tuple(range(3, 3 + len(names)))
    return Table([*heads(CASH_HEADS[:3], figures), *titles], rows, text_columns=(0, 1, *places), caption=caption)


def _by_when(one: Call | None, figures: Figures) -> str:
    """The last day on which to ask, and from which failed share on the incident's first day is too late."""
    texts = figures.texts
    if one is None:
        return texts("amount.none")
    day = texts("playbook.too_late_anyhow") if one.call_by is None else one.call_by
    if one.too_late_from is None:
        return day
    return texts("playbook.by_when", day=day, rate=figures.percent(one.too_late_from, 0))


def people(keys: Sequence[str], result: PlaybookResult, figures: Figures) -> Table:
    """A row a person who acts, the first called first."""
    rows = [[one.name, one.phone, one.duty] for one in (result.people[key] for key in keys)]
    shown = heads(("name", "phone", "duty"), figures)
    return Table(shown, rows, text_columns=(0, 1, 2), strong_rows=unfilled_rows(rows))


def contacts(found: Mapping[str, ContactShown], figures: Figures, *, section: str = "") -> Table:
    """A row a provider or lender; ``section`` of the catalogues names it, a lender its facility."""
    language = figures.texts.language
    named = {name: Named(section, name).text(language) if section else figures.facility(name) for name in found}
    rows = [[named[name], one.contact, one.phone] for name, one in found.items()]
    shown = heads(("whom", "contact", "phone"), figures)
    return Table(shown, rows, text_columns=(0, 1, 2), strong_rows=unfilled_rows(rows))


def rules(result: PlaybookResult, figures: Figures) -> Table:
    """A row an entry of the log."""
    language, none = figures.texts.language, figures.texts("amount.none")
    rows = [
        [one.date, Named("clearing", one.provider).text(language), one.text, one.source or none] for one in result.rules
    ]
    shown = heads(("date", "provider", "rule", "source"), figures)
    return Table(shown, rows, text_columns=(0, 1, 2, 3), strong_rows=unfilled_rows(rows))


def unfilled_rows(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The rows in which something is still to be filled in."""
    return tuple(place for place, row in enumerate(rows) if any(is_unfilled(cell) for cell in row))


def is_unfilled(text: str) -> bool:
    """Whether a text still says that it is to be filled in."""
    return any(word in text.casefold() for word in UNFILLED)


def first_to_fall(result: PlaybookResult) -> tuple[CausePlan, Incident] | None:
    """The incident that takes the least failed share and days to fall short; None where what is arranged holds."""
    found = [
        (one.arranged_rate * one.days, place, plan, one)
        for place, plan in enumerate(result.causes)
        for one in plan.incidents
        if one.arranged_rate is not None
    ]
    return min(found, key=lambda item: item[:2])[2:] if found else None
