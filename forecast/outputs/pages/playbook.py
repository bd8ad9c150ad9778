"""playbook.html: the emergency plan on one page, a cause a sheet of paper, contacts and cards first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import Card, Page, filled
from forecast.outputs.readers import for_readers, named
from forecast.outputs.tables import playbook as tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.outputs.tables.run import Table
    from forecast.results.playbook import CausePlan, Incident, PlaybookResult

METHOD = ("alarm", "move", "target", "cash", "start", "calls", "refund")
"""The lines of the method in short."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the playbook, marked where it is still to be filled in."""

    text: str

    @property
    def unfilled(self) -> bool:
        """Whether it says that it is to be filled in."""
        return tables.is_unfilled(self.text)


@dataclass(frozen=True, slots=True)
class CauseShown:
    """One cause on the page; ``calls`` is None where no facility need be called."""

    title: str
    signs: Sequence[Words]
    steps: Sequence[Words]
    refund: Words
    instalments: Words
    customers: Words
    people: Table
    thresholds: Table
    cash: Table
    others: str
    calls: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookPage(Page):
    """An emergency plan; ``contacts`` are tables with their titles."""

    contacts: Sequence[tuple[str, Table]]
    causes: Sequence[CauseShown]
    rules: Table


def playbook_html(result: PlaybookResult) -> str:
    """The whole page of an emergency plan, in the result's language."""
    return filled("playbook.html.j2", playbook_page(result), Figures.of(result).texts)


def playbook_page(result: PlaybookResult) -> PlaybookPage:
    """All that the page says."""
    figures = named(result, result.facilities)
    texts = figures.texts
    lenders = [(texts("playbook.lenders"), tables.contacts(result.lenders, figures))] if result.lenders else []
    return PlaybookPage(
        title=texts("playbook.title", merchant=result.merchant.name),
        subtitle=texts(
            "playbook.subtitle",
            as_of=result.as_of,
            days=result.horizon_days,
            paths=f"{result.paths:,}",
            seed=result.seed,
            reviewed=result.reviewed,
        ),
        cards=cards(result, figures),
        charts={},
        contacts=[
            (texts("playbook.people"), tables.people(list(result.people), result, figures)),
            (texts("playbook.providers"), tables.contacts(result.providers, figures, section="clearing")),
            *lenders,
        ],
        causes=[_cause(plan, result, figures) for plan in result.causes],
        rules=tables.rules(result, figures),
        notes=for_readers(result.notes, figures, {}),
        method=[texts(f"playbook.methods.{line}") for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def _cause(plan: CausePlan, result: PlaybookResult, figures: Figures) -> CauseShown:
    asked = tables.calls(plan, result, figures)
    return CauseShown(
        title=figures.cause(plan.cause),
        signs=[Words(one) for one in plan.signs],
        steps=[Words(one) for one in plan.steps],
        refund=Words(plan.refund),
        instalments=Words(plan.instalments),
        customers=Words(plan.customers),
        people=tables.people(plan.acts, result, figures),
        thresholds=_below_its_title(tables.thresholds(plan, result, figures)),
        cash=_below_its_title(tables.cash(plan, result, figures)),
        others=tables.others(plan, result, figures),
        calls=None if asked is None else _below_its_title(asked),
    )


def _below_its_title(table: Table) -> Table:
    """A table whose caption leaves out its first line, the section's title."""
    return replace(table, caption=table.caption.partition("\n")[2])


def cards(result: PlaybookResult, figures: Figures) -> list[Card]:
    """What falls short first and whom to ask, the dearest hour, the lowest alarm, and what is to be filled in."""
    texts = figures.texts
    found = [_first_card(result, figures)]
    hours = [(one.lost_an_hour, plan, one) for plan in result.causes for one in plan.thresholds]
    if hours:
        amount, plan, one = max(hours, key=lambda hour: hour[0])
        words = {"channel": result.channels[one.channel].label, "cause": figures.cause(plan.cause)}
        line = texts("playbook.card_loss_line", day=one.busiest_day, **words)
        found.append(Card(texts("playbook.card_loss"), figures.amount(amount), [line]))
        _, plan, one = min(hours, key=lambda hour: hour[2].alarm_rate)
        words = {"channel": result.channels[one.channel].label, "cause": figures.cause(plan.cause)}
        alarm = figures.percent(one.alarm_rate, 1)
        found.append(Card(texts("playbook.card_alarm"), alarm, [texts("playbook.card_alarm_line", **words)]))
    if result.unfilled:
        count = str(len(result.unfilled))
        found.append(Card(texts("playbook.card_unfilled"), count, [texts("playbook.card_unfilled_line")]))
    return found


def _first_card(result: PlaybookResult, figures: Figures) -> Card:
    """What falls short first, and by when to ask for which facility."""
    texts, first = figures.texts, tables.first_to_fall(result)
    title = texts("playbook.card_first")
    if first is None:
        return Card(title, texts("playbook.card_none"), [texts("playbook.card_none_line")])
    plan, incident = first
    line = texts(
        "playbook.card_incident",
        cause=figures.cause(plan.cause),
        scope=tables.scope(incident, result, figures),
        start=incident.start,
        days=incident.days,
        rate=figures.percent(incident.arranged_rate, 0),
    )
    asked = [
        texts("playbook.card_call", day=one.call_by, facility=figures.facility(one.facility))
        for one in incident.calls
        if one.call_by
    ]
    return Card(
        title, tables.limit_text(incident.arranged_rate, figures), [line, *_ranked(result, incident, figures), *asked]
    )


def _ranked(result: PlaybookResult, first: Incident, figures: Figures) -> list[str]:
    """By which rule an incident is first, and which longer one falls short at a lower failed share, if one does."""
    if not first.arranged_rate:
        return []
    texts, rate = figures.texts, figures.percent(first.arranged_rate, 0)
    said = [texts("playbook.card_rule", rate=rate, days=first.days, whole=first.arranged_rate * first.days)]
    known = [(one, plan) for plan in result.causes for one in plan.incidents if one.arranged_rate is not None]
    lowest, plan = min(known, key=lambda each: each[0].arranged_rate or 0.0)
    if (lowest.arranged_rate or 0.0) < first.arranged_rate:
        words = {"cause": figures.cause(plan.cause), "scope": tables.scope(lowest, result, figures)}
        low = figures.percent(lowest.arranged_rate, 0)
        said.append(texts("playbook.card_lower", rate=low, days=lowest.days, **words))
    return said
