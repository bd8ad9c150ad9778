"""What monitor says: the alerts that are new in full, and the others as a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.note_lines import other_lines, warning_lines
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.plan.model import Plan
    from forecast.results.monitor import AlertShown, MonitorResult


def monitor_text(plan: Plan, result: MonitorResult) -> str:
    """A head with the warnings, then every alert with its money and the next step, then the other notes."""
    texts = Texts(plan.language)
    figures = Figures(texts, plan.merchant.currency)
    lasting = sum(one.ended_at is None for one in result.alerts)
    head = texts(
        "monitor.head",
        merchant=plan.merchant.name,
        since=_clock(result.since),
        now=_clock(result.now),
        orders=f"{result.orders:,}",
    )
    state = (
        texts("monitor.quiet")
        if not result.alerts
        else texts("monitor.count", count=len(result.alerts), lasting=lasting)
    )
    parts = ["\n".join([head, *warning_lines(result.notes, texts), state])]
    parts += [_alert(one, figures) for one in result.alerts]
    notes = other_lines(result.notes, texts)
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])


def alert_text(plan: Plan, alert: AlertShown) -> str:
    """One alert, as a watch that goes on tells it: a blank line after it."""
    return _alert(alert, Figures(Texts(plan.language), plan.merchant.currency)) + "\n"


def _alert(one: AlertShown, figures: Figures) -> str:
    texts = figures.texts
    lines = [texts(f"monitor.titles.{one.status}", id=one.id, at=_clock(one.detected_at)), one.evidence]
    lines.append(texts("monitor.money", orders=f"{one.orders:,}", amount=figures.amount(one.amount)))
    if one.expected_loss is not None:
        days = "–" if one.expected_delay_days is None else f"{one.expected_delay_days:.1f}"
        lines.append(texts("monitor.loss", loss=figures.amount(one.expected_loss), days=days))
    if one.lowest_cash is not None and one.buffer is not None:
        cash, buffer = one.lowest_cash, one.buffer
        lines.append(
            texts(
                "monitor.cash",
                before=figures.amount(cash.before),
                after=figures.amount(cash.after),
                day=cash.day,
                buffer_before=figures.amount(buffer.before),
                buffer_after=figures.amount(buffer.after),
            )
        )
    if one.ended_at is None:
        lines.append(texts("monitor.next", step=one.next_step))
    return "\n  ".join(lines)


def _clock(moment: str) -> str:
    return moment[:16].replace("T", " ")
