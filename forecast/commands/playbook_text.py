"""What playbook says: contacts, then a block a cause with its thresholds, steps, people and texts, then the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.note_lines import warning_lines
from forecast.outputs.tables import playbook as tables
from forecast.plan.playbook_file import PLAYBOOK
from forecast.safe_text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.results.playbook import CausePlan, PlaybookResult


def playbook_text(result: PlaybookResult) -> str:
    """The warnings under a head, what must be known in an emergency, and the log of the providers' rules last."""
    figures = Figures.of(result)
    texts = figures.texts
    named = {"merchant": printable(result.merchant.name), "as_of": result.as_of, "reviewed": result.reviewed}
    own = [printable(note.text) for note in result.notes if note.where == PLAYBOOK and note.level == "info"]
    parts = ["\n".join([texts("playbook.head", **named), *warning_lines(result.notes, texts), *own])]
    parts += [_cause(plan, result, figures) for plan in result.causes]
    contacts = [("providers", tables.contacts(result.providers, figures, section="clearing"))]
    contacts += [("lenders", tables.contacts(result.lenders, figures))] if result.lenders else []
    shown = [*contacts, ("rules", tables.rules(result, figures))]
    parts += [f"{texts(f'playbook.{name}')}\n{table_text(table)}" for name, table in shown]
    return "\n\n".join(parts)


def _cause(plan: CausePlan, result: PlaybookResult, figures: Figures) -> str:
    """One cause: how to know it, what to do, who does it, what to say, and what the cash bears."""
    texts = figures.texts
    short, asked = tables.cash(plan, result, figures), tables.calls(plan, result, figures)
    parts = [
        f"== {figures.cause(plan.cause)} ==",
        _listed(texts("playbook.signs"), plan.signs, figures),
        table_text(tables.thresholds(plan, result, figures), caption=True),
        _listed(texts("playbook.steps"), plan.steps, figures),
        f"{texts('playbook.acts')}\n{table_text(tables.people(plan.acts, result, figures))}",
        *(
            f"{texts(f'playbook.{name}')}{texts('language.colon')}{printable(text)}"
            for name, text in (
                ("refund", plan.refund),
                ("instalments", plan.instalments),
                ("customers", plan.customers),
            )
        ),
        table_text(short, caption=True) if short.rows else texts("playbook.cash"),
        tables.others(plan, result, figures),
        *([] if asked is None else [table_text(asked, caption=True)]),
    ]
    return "\n\n".join(part for part in parts if part)


def _listed(title: str, lines: Sequence[str], figures: Figures) -> str:
    """A title with numbered lines."""
    numbered = [
        figures.texts("playbook.number", number=place, text=printable(one)) for place, one in enumerate(lines, 1)
    ]
    return "\n".join([title, *numbered])
