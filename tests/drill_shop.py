"""A drill of the small shop of ``playbook_shop`` on a day of ``feeds``; kept in ``snapshots/`` for all that shows it.

``python tests/drill_shop.py`` makes it anew.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from feeds import at, shop
from playbook_shop import base_run, playbook
from result_example import SNAPSHOTS
from stress_shop import shop_plan

from forecast.plan.changes import CAUSES
from forecast.records import json_text, read, rounded
from forecast.results.drill import DrillResult
from forecast.results.quiz import AnswerShown, QuizShown
from forecast.studies.drill.days import rehearsal
from forecast.studies.drill.planting import Planted, plant
from forecast.studies.drill.quiz import asked_until, screen
from forecast.studies.drill.replaying import replayed
from forecast.studies.drill.study import Rehearsed, drill_of
from forecast.watch.feed import HOUR

if TYPE_CHECKING:
    from forecast.plan.model import Language
    from forecast.watch.feed import Feed

KEPT = SNAPSHOTS / "drill.json"

DAYS = 34
"""Days of orders: enough to learn from before the busiest."""

BUSY = at(31)
"""The first moment of the busiest day."""

CURED = np.array([[0.5, 0.25], [0.5, 0.25]])
"""A quarter of what fails is lost, (channel, age)."""


@cache
def orders() -> Feed:
    """The orders of ``feeds`` on the two channels of the shop's plan; the day ``BUSY`` has twice as many."""
    feed = shop(days=DAYS, orders_a_day=240)
    feed = replace(
        feed,
        channels=("baitiao", "wechat"),
        clearing={"baitiao": "jd_pay", "wechat": "tenpay"},
        channel=np.minimum(feed.channel, 1),
    )
    days = (feed.ordered_at - at(0)) // (at(1) - at(0))
    twice = feed.take(
        np.sort(np.concatenate([np.arange(len(feed)), np.flatnonzero(days == (BUSY - at(0)) // (at(1) - at(0)))]))
    )
    return replace(twice, row=np.arange(len(twice)))


@cache
def rehearsal_of() -> Rehearsed:
    """Five hours of the busiest day in which most of baitiao's deductions fail for clearing, planted by hand."""
    day = rehearsal(shop_plan(), orders(), 1.0, np.random.default_rng(1))
    incident = Planted("clearing", ("baitiao",), BUSY + 9 * HOUR, BUSY + 14 * HOUR, 0.9)
    sown = plant(day.feed, incident, CURED, np.random.default_rng(1))
    return Rehearsed(day, incident, sown, replayed(sown, incident, day.since))


@cache
def shop_drill() -> DrillResult:
    """The shop's drill."""
    return drill_of(base_run(), playbook(), rehearsal_of(), 1)


def kept_drill(language: Language = "en") -> DrillResult:
    """The drill as it is kept, rounded, to be shown in a language."""
    return replace(read(DrillResult, json.loads(KEPT.read_text(encoding="utf-8"))), language=language)


def kept_quiz() -> QuizShown:
    """A quiz on the shop's drill: the cause is answered wrongly after a hint, the first step rightly."""
    one = rehearsal_of()
    seen = screen(one.replay, asked_until(one.replay, one.incident))
    answers = [
        AnswerShown("cause", list(CAUSES), "integration", "clearing", right=False),
        AnswerShown(
            "next_step", ["call the provider", "roll back"], "call the provider", "call the provider", right=True
        ),
    ]
    return QuizShown("Ann", 1, seen, answers, "What the numbers showed: all of one name", ["all of one clearing name"])


if __name__ == "__main__":
    KEPT.write_text(json_text(rounded(shop_drill())), encoding="utf-8")
