"""How failures are watched and met: the monitor, the emergency plan beside the plan, its rehearsals; in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.playbook import alarm_text, label, move_text
from forecast.outputs.tables.run import Table
from forecast.plan.playbook_file import Faulty

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.plan.playbook_file import Playbook
    from forecast.results.playbook import PlaybookResult


def controls(playbook: Playbook | Faulty | None, figures: Figures) -> list[str]:
    """The sentences; without an emergency plan what one would name, and of a faulty one that it is."""
    texts = figures.texts
    if playbook is None:
        return [texts("controls.monitor"), texts("controls.playbook_none")]
    if isinstance(playbook, Faulty):
        return [texts("controls.monitor"), texts("controls.playbook_faulty", count=len(playbook.problems))]
    own = [
        texts("controls.alarm", name=figures.cause(cause), rate=figures.percent(guide.alarm_rate, 1))
        for cause, guide in playbook.causes.items()
        if guide.alarm_rate is not None
    ]
    rates = texts("language.list_comma").join(own)
    return [
        texts("controls.monitor"),
        texts(
            "controls.playbook",
            day=str(playbook.basics.reviewed),
            causes=len(playbook.causes),
            people=len(playbook.people),
            lenders=len(playbook.lenders),
            unfilled=len(playbook.unfilled),
        ),
        texts("controls.alarms", rates=rates) if own else texts("controls.alarms_calculated"),
        texts("controls.drills"),
    ]


def thresholds(result: PlaybookResult, figures: Figures) -> Table:
    """A row a cause and channel: the usual failed share, that which starts the plan, and that which moves orders."""
    texts = figures.texts
    rows = [
        [
            figures.cause(plan.cause),
            label(one.channel, result, figures),
            figures.percent(one.usual_rate, 1),
            alarm_text(one, figures),
            move_text(one, figures),
            label(one.move_to, result, figures),
        ]
        for plan in result.causes
        for one in plan.thresholds
    ]
    heads = [texts("words.cause"), *(texts(f"playbook.{name}") for name in ("channel", "usual", "alarm"))]
    heads += [texts(f"playbook.{name}") for name in ("move_rate", "move_to")]
    return Table(heads, rows, text_columns=(0, 1, 3, 4, 5), caption=texts("controls.thresholds"))
