"""The tables of a drill: its timeline, what an hour of delay costs, and the cash with the plan and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.drill import DelayCost, DrillCall, DrillResult, Missed

ROUNDING = 1e-9
"""By so much a share of paths may be above what it may be and be the same."""

ALL_HOURS, EVERY = 6, 6
"""Up to so many hours of delay each has a row; then every so many hours, and the last."""


def heads(names: Sequence[str], figures: Figures) -> list[str]:
    """The heads of a table."""
    return [figures.texts(f"drill.{name}") for name in names]


def clock(moment: str) -> str:
    """A moment without its seconds."""
    return moment[:16].replace("T", " ")


def scope(result: DrillResult, figures: Figures) -> str:
    """Where the incident was planted, in words."""
    texts, found, parts = figures.texts, result.incident.scope, []
    comma = texts("language.list_comma")
    if found.clearing is not None and len(found.channels) > 1:
        parts.append(texts("monitor.all_of_clearing", clearing=found.clearing))
    elif len(found.channels) < len(result.channels):
        parts.append(comma.join(result.channels[name].label for name in found.channels))
    elif not found.sku and not found.region:
        parts.append(texts("drill.everything"))
    for key, values in (("monitor.skus", found.sku), ("monitor.regions", found.region)):
        if values:
            parts.append(texts(key, names=comma.join(values)))
    return texts("monitor.within").join(parts)


def timeline(result: DrillResult, figures: Figures) -> Table:
    """A row a moment."""
    rows = [[clock(one.at), figures.texts(f"drill.stages.{one.what}"), one.text] for one in result.timeline]
    strong = tuple(place for place, one in enumerate(result.timeline) if one.what == "alarm")
    return Table(heads(("when", "stage", "event"), figures), rows, text_columns=(0, 1, 2), strong_rows=strong)


def delay(result: DrillResult, figures: Figures) -> Table:
    """A row an hour by which the staff act later; of many hours those at even distances, and the last."""
    texts, last = figures.texts, len(result.cost_of_delay)
    shown = [
        one for one in result.cost_of_delay if one.hours <= ALL_HOURS or one.hours % EVERY == 0 or one.hours == last
    ]
    if result.started is not None:
        caption = texts("drill.delay_caption", at=clock(result.started.acted_at), unit=figures.unit)
    else:
        caption = texts("drill.delay_caption_idle" if result.alarm else "drill.delay_caption_missed", unit=figures.unit)
    rows = [_delay(one, figures) for one in shown]
    return Table(heads(("hours", "loss", "delayed", "together"), figures), rows, text_columns=(), caption=caption)


def no_delay(result: DrillResult, figures: Figures) -> str:
    """Why a delay costs nothing, in words; empty where it costs something."""
    if not result.cost_of_delay:
        return figures.texts("drill.no_delay")
    return "" if result.started is None or avoided(result) > 0 else figures.texts("drill.delay_nothing")


def avoided(result: DrillResult) -> float:
    """What acting keeps from failing, yuan: the cost of the longest delay."""
    if result.started is None or not result.cost_of_delay:
        return 0.0
    longest = result.cost_of_delay[-1]
    return longest.loss + longest.delayed


def kept(result: DrillResult, figures: Figures) -> Iterator[str]:
    """What acting kept from failing, in words, where it did."""
    if (amount := avoided(result)) > 0:
        yield figures.texts("drill.avoided", amount=figures.amount(amount))


def _delay(one: DelayCost, figures: Figures) -> list[str]:
    return [f"{one.hours}", *map(figures.money, (one.loss, one.delayed, one.loss + one.delayed))]


def cash(result: DrillResult, figures: Figures) -> Table:
    """The lowest cash without the incident, with it, and with the plan carried out."""
    texts, found = figures.texts, result.cash
    words = {"peak": result.peak, "confidence": figures.percent(result.confidence, 0), "unit": figures.unit}
    own, none = found.before_financing, texts("amount.none")
    short = found.short
    often = (None,) * 3 if short is None else (short.usual, short.without_plan, short.with_plan)
    rows = [
        [
            texts("drill.usual_case"),
            none,
            *map(figures.money, (own.usual, found.usual)),
            none if short is None else _holds(short.usual <= 1 - result.confidence + ROUNDING, often[0], figures),
        ],
        [
            texts("drill.without_plan"),
            _missed(found.missed_without_plan, figures),
            *map(figures.money, (own.without_plan, found.lowest_without_plan)),
            _holds(found.holds_without_plan, often[1], figures),
        ],
        [
            texts("drill.with_plan"),
            _missed(found.missed_with_plan, figures),
            *map(figures.money, (own.with_plan, found.lowest_with_plan)),
            _holds(found.holds, often[2], figures),
        ],
    ]
    caption = texts("drill.cash_caption", **words)
    if short is not None:
        caption += texts("drill.cash_short", most=figures.percent(1 - result.confidence, 1))
    return Table(
        heads(("case", "missed", "own", "arranged", "holds"), figures), rows, text_columns=(0, 4), caption=caption
    )


def _holds(holds: bool, short: float | None, figures: Figures) -> str:  # noqa: FBT001  # the value itself is shown
    """Whether cash holds, and on what share of paths it does not."""
    told = figures.yes_no(holds)
    return told if short is None else figures.texts("drill.holds_often", told=told, short=figures.percent(short, 1))


def _missed(found: Missed, figures: Figures) -> str:
    return figures.texts("drill.missed_on", amount=figures.money(found.amount), day=found.day[5:])


def verdict(result: DrillResult, figures: Figures) -> list[str]:
    """Whether cash holds, and whom to ask for money: a sentence each."""
    found = result.cash
    key = "still_holds" if found.holds_without_plan else "plan_holds" if found.holds else "falls"
    own = found.before_financing
    untouched = [figures.texts("drill.untouched")] if own.without_plan == own.usual else []
    said = [figures.texts(f"drill.{key}", day=found.day), *untouched]
    return [*said, *_moved(result, figures), *_asked(found.calls, figures)]


def _moved(result: DrillResult, figures: Figures) -> Iterator[str]:
    """Why cash with the plan is no better than without, where it is not."""
    found = result.cash
    if result.moved and found.missed_with_plan.amount > found.missed_without_plan.amount:
        yield figures.texts("drill.moved_later")
    elif result.started and result.cost_of_delay and not result.moved and avoided(result) <= 0:
        yield figures.texts("drill.nothing_moved")


def _asked(calls: Sequence[DrillCall], figures: Figures) -> Iterator[str]:
    for one in calls:
        room = figures.texts("drill.any_amount") if one.room is None else figures.amount(one.room)
        key = "ask" if one.arrives else "ask_late" if one.call_by else "ask_never"
        yield figures.texts(f"drill.{key}", facility=figures.facility(one.facility), room=room, day=one.call_by or "")


def alarm(result: DrillResult, figures: Figures) -> str:
    """How soon the alarm rang, and whether it named the right cause."""
    texts, found = figures.texts, result.alarm
    if found is None:
        return texts("drill.no_alarm")
    true = figures.cause(result.incident.cause)
    right = texts("drill.right") if found.cause == result.incident.cause else texts("drill.wrong", cause=true)
    return texts("drill.alarm_in", minutes=found.minutes, cause=figures.cause(found.cause), right=right)


def failed_by(result: DrillResult, figures: Figures) -> Iterator[str]:
    """How much had failed when the alarm rang, where it did."""
    if (found := result.alarm) is not None:
        rates = {"rate": figures.percent(found.failure_rate, 0), "usual": figures.percent(found.usual_rate, 1)}
        yield figures.texts("drill.card_alarm_failed", orders=f"{found.orders:,}", **rates)


def planted(result: DrillResult, figures: Figures) -> list[str]:
    """What was planted, and what became of it."""
    texts, incident = figures.texts, result.incident
    hours = float((np.datetime64(incident.ended_at) - np.datetime64(incident.started_at)) / np.timedelta64(1, "h"))
    words = {"cause": figures.cause(incident.cause), "scope": scope(result, figures)}
    rate = figures.percent(incident.share, 0)
    amounts = {"amount": incident.amount, "loss": incident.loss, "delayed": incident.delayed}
    return [
        texts("drill.planted", **words, start=clock(incident.started_at), hours=f"{hours:.1f}", rate=rate),
        texts(
            "drill.struck", orders=f"{incident.orders:,}", **{key: figures.amount(one) for key, one in amounts.items()}
        ),
    ]
