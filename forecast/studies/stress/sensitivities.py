"""Sensitivities: each assumption at both ends of its own range, all else as in base, sorted by what the buffer does.

The range is that of the ledger's law over this horizon, from its 5 % to its 95 % quantile: of sales and failure rates
on the paths, of the others by draw. It holds what base has, the same quantity. What the plan states, and what no law
says, goes over a documented range instead: see ``STATED``. The cost of financing is that of base's mix sized anew, so
that it differs by the assumption and not by the search; a what-if, which chooses anew, gives it to the search's
tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from forecast.results.stress import Sensitivity
from forecast.studies.stress.questions import key_of
from forecast.studies.stress.reverse import MOST_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forecast.arrays import Floats
    from forecast.financing.desk import Proposal
    from forecast.results.stress import Source
    from forecast.studies.stress.laws import Laws
    from forecast.studies.stress.questions import Answer, Questions

STATED = (0.8, 1.2)
"""What the plan states goes from four fifths to six fifths of it; a failure rate from half to twice: ``FAILING``."""

FAILING = (0.5, 2.0)

FLOWS = (0.9, 1.1)
"""Categories of other flows, and costs that move with sales, go a tenth down and up."""

DELAY = (0, 2)
"""Payout days of settlement delay."""

ENDS = (0.05, 0.95)
"""The quantiles of a law between which an assumption goes."""

TOTAL = "total"
"""The key of all causes together."""

FROM_NONE = 0.01
"""Up to this goes what is none: a rate stated as 0, and refunds of a channel that shows none."""

DIGITS = 6
"""Ends are rounded to so many significant digits, as a what-if would be asked with."""


@dataclass(frozen=True, slots=True)
class Range:
    """The range of one key, and what it rests on."""

    kind: str
    name: str
    low: float
    high: float
    base: float
    source: Source

    @property
    def key(self) -> str:
        """The key as a what-if writes it."""
        return key_of(self.kind, self.name)


def sensitivities(
    questions: Questions, laws: Laws, mix: Proposal | None, say: Callable[[str], None]
) -> list[Sensitivity]:
    """Every assumption at both ends of its range, the one that moves the buffer most first; ``mix`` is base's."""
    base, found = questions.whatif().buffer.amount, []
    for one in ranges(questions, laws):
        say(f"sensitivity:{one.key}")
        answers = [_at(questions, one, level) for level in (one.low, one.high)]
        found.append(
            Sensitivity(
                *(one.key, one.low, one.high, one.base, one.source),
                receipts=[answer.receipts for answer in answers],
                buffer=[answer.buffer.amount for answer in answers],
                expected_cost=[answer.cost_resized(mix) for answer in answers],
            )
        )
    return sorted(found, key=lambda one: -spread(one, base))


def spread(one: Sensitivity, base: float) -> float:
    """How far the buffer moves over an assumption's range, base included."""
    return max(*one.buffer, base) - min(*one.buffer, base)


def _at(questions: Questions, one: Range, level: float) -> Answer:
    return questions.whatif(f"{one.key}={level:.15g}")


def ranges(questions: Questions, laws: Laws) -> Iterator[Range]:
    """The range of every assumption, in the order of a scenario's keys."""
    prepared, plan = questions.prepared, questions.plan
    totals = laws.volumes()
    if totals.size:
        yield _range("volume", "", totals, 1.0, "ledger")
    for place, (name, channel) in enumerate(plan.channels.items()):
        known, law = prepared.estimates[name], prepared.engine.assumptions.channels[place]
        money = questions.channel(place, questions.base)
        failed, tried = float(money.failed_by_cause.sum()), float(money.tried.sum())
        failing = failed / tried if tried > 0 else known.failure_rate[TOTAL].mean
        yield _range("failure_rate", name, money.failed_share, failing, law.failure_source)
        cured = laws.recovered(name)
        yield _range("recovery", name, cured, float(cured.mean()), law.recovery_source)
        back = float(money.refunded.mean()) if money.refunded.size else 0.0
        yield _range("refund_rate", name, money.refunded, back, _of(channel.refund_rate))
        yield Range("settlement_delay", name, *DELAY, 0, "stated")
        yield _range("fee_rate", name, law.fee_rate, known.fee_rate.mean, _of(channel.fee_rate))
    for category in dict.fromkeys(cost.category for cost in plan.costs):
        yield Range("costs", category, *FLOWS, 1.0, "stated")
    for category in prepared.other.by_category:
        yield Range("flows", category, *FLOWS, 1.0, "stated")


def _of(stated: float | None) -> str:
    return "ledger" if stated is None else "plan"


def _range(kind: str, name: str, draws: Floats, base: float, rests_on: str) -> Range:
    """A range by what the law rests on: quantiles of its ``draws``, or a documented one around what the plan states.

    It holds what base has. A stated 0, and refunds where none was ever seen, go from none to ``FROM_NONE``.
    """
    source = {"ledger": "posterior", "prior": "prior", "plan": "stated"}[rests_on]
    if kind == "refund_rate" and source == "posterior" and base <= 0:
        return Range(kind, name, 0.0, FROM_NONE, 0.0, "prior")
    if source == "stated" and base <= 0:
        return Range(kind, name, 0.0, FROM_NONE, 0.0, "stated")
    if source == "stated":
        down, up = FAILING if kind == "failure_rate" else STATED
        low, high = base * down, max(base, min(base * up, MOST_RATE))
    else:
        low, high = np.quantile(draws, ENDS).tolist() if draws.size else (base, base)
    return Range(kind, name, _short(min(low, base)), _short(max(high, base)), _short(base), cast("Source", source))


def _short(level: float) -> float:
    return float(f"{level:.{DIGITS}g}")
