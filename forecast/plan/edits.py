"""What an edited workbook changes of a plan and its scenarios: one input after another, each with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_CHANNEL = ("failure_rate", "recovery", "refund_rate", "settlement_delay", "fee_rate")
"""The inputs that each channel has."""

OF_FACILITY = ("limit", "annual_rate")
"""The inputs that each facility has."""

PAYMENT = "payment"
"""The amount of one category of other flows on one day."""


@dataclass(frozen=True, slots=True)
class InputKey:
    """Which input: ``key`` as the workbook names it, ``own`` whose it is (a channel, a category, a facility).

    ``place`` tells costs of one category apart: which of the plan's costs it is, from 0. ``day`` is a payment's, as an
    ISO date. A payment is one for all scenarios.
    """

    key: str
    own: str = ""
    place: int = 0
    day: str = ""

    @property
    def dotted(self) -> str:
        """The key as a what-if writes it."""
        if self.key in OF_FACILITY:
            return f"facilities.{self.own}.{self.key}"
        if self.key == "share":
            return f"costs.{self.own}.share_of_sales"
        return ".".join(filter(None, (self.key, self.own, self.day)))


@dataclass(frozen=True, slots=True)
class InputEdit:
    """One edited input of a scenario: what it ``was`` and is ``now``, and its ``cell`` in the workbook."""

    scenario: str
    input: InputKey
    was: float
    now: float
    cell: str

    @property
    def place(self) -> str:
        """Where an error about it points: its cell, and its key."""
        return f"{self.cell} ({self.input.dotted})"


@dataclass(frozen=True, slots=True)
class Edits:
    """All edits of a workbook, and of those that it was made with; ``made`` are the labels of scenarios made of them.

    ``file`` is the workbook as it was named.
    """

    file: str
    edits: tuple[InputEdit, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)

    def of(self, scenario: str) -> tuple[InputEdit, ...]:
        """Those of one scenario."""
        return tuple(one for one in self.edits if one.scenario == scenario)

    @property
    def scenarios(self) -> frozenset[str]:
        """The scenarios that are edited."""
        return frozenset(one.scenario for one in self.edits)


def together(before: Edits, now: Edits) -> Edits:
    """Earlier edits with those made since: the later value stands, beside what was there before any of them.

    What is again as it was at first is no edit.
    """
    found = {(one.scenario, one.input): one for one in before.edits}
    for one in now.edits:
        first = found.get((one.scenario, one.input))
        was = one.was if first is None else first.was
        found[one.scenario, one.input] = InputEdit(one.scenario, one.input, was, one.now, one.cell)
    kept = tuple(one for one in found.values() if one.now != one.was)
    named = {one.scenario for one in kept}
    labels = {name: label for name, label in {**before.made, **now.made}.items() if name in named}
    return Edits(now.file, kept, labels)
