"""How failures are watched and met: the monitor, the emergency plan beside the plan, its rehearsals; in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.outputs.figures import Figures
    from forecast.plan.playbook_file import Playbook


def controls(playbook: Playbook | None, figures: Figures) -> list[str]:
    """The sentences; without an emergency plan, how one is made."""
    texts = figures.texts
    if playbook is None:
        return [texts("controls.monitor"), texts("controls.playbook_none")]
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
