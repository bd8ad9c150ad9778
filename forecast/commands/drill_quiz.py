"""drill --quiz: the screen without causes, two questions answered line by line, the score, and why."""

from __future__ import annotations

import datetime as dt
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.errors import InputError, Problem, said
from forecast.outputs.figures import Figures
from forecast.outputs.grid import table_text
from forecast.outputs.tables.run import Table
from forecast.outputs.training import Training
from forecast.results.drill import AnswerShown, QuizShown
from forecast.safe_text import printable
from forecast.studies.drill.quiz import asked_until, questions, read_answer, screen, shown_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import DrillResult
    from forecast.studies.drill.quiz import Cell, Question, Screen
    from forecast.studies.drill.study import Rehearsed

HINT = ("?", "\N{FULLWIDTH QUESTION MARK}")
"""What asks for a hint."""

CELL_HEADS = ("orders", "failed", "silent", "rate", "usual")
LINE_HEADS = ("at", "channel", "sku", "region", "amount", "state")


@dataclass(slots=True)
class Quiz:
    """A conversation about one rehearsal: what it says goes to ``tell``; ``steps`` are the playbook's, filled."""

    result: DrillResult
    rehearsed: Rehearsed
    playbook: Playbook
    steps: Mapping[str, Sequence[str]]
    tell: Callable[[str], None]
    hints: int = 0

    def ask(self, name: str) -> tuple[QuizShown, Training]:
        """Show the screen, ask, tell the score and why; give the answers, and the line of the record.

        Raises:
            InputError: The input ended before all was answered: nothing is scored.
        """
        figures, began = Figures.of(self.result), time.monotonic()
        now = asked_until(self.rehearsed.replay, self.rehearsed.incident)
        self.tell(screen_text(screen(self.rehearsed.replay, now), self.result, figures))
        rng = np.random.default_rng([self.result.seed, self.result.number])
        answers = [self._answer(one, figures) for one in questions(self.rehearsed.incident, self.steps, rng)]
        self.tell(self._score(answers, figures, now))
        right = sum(one.right for one in answers)
        kept = Training(
            date=dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
            name=name,
            number=self.result.number,
            incident=self.rehearsed.incident.cause,
            answered=answers[0].answered,
            right=right,
            asked=len(answers),
            hints=self.hints,
            seconds=round(time.monotonic() - began),
        )
        return QuizShown(name, self.hints, answers), kept

    def _answer(self, question: Question, figures: Figures) -> AnswerShown:
        texts, by_cause = figures.texts, question.asks == "cause"
        shown = [figures.cause(one) if by_cause else one for one in question.options]
        lines = [texts("drill.option", number=place, text=printable(one)) for place, one in enumerate(shown, 1)]
        self.tell("\n".join(["", texts(f"drill.quiz_{question.asks}"), *lines]))
        while True:
            self.tell(texts("drill.quiz_prompt", count=len(lines)))
            line = sys.stdin.readline()
            if not line:
                raise InputError(Problem(said("drill.unanswered"), key="--quiz"))
            if line.strip() in HINT:
                self._hint(figures)
                continue
            place = read_answer(line, len(lines))
            if place is not None:
                true = question.options[question.right]
                given = question.options[place]
                return AnswerShown(question.asks, given, true, given == true)

    def _hint(self, figures: Figures) -> None:
        """Tell what the numbers cannot show: the last sign of the playbook for the cause."""
        sign = self.playbook.causes[self.rehearsed.incident.cause].signs[-1]
        self.hints += 1
        self.tell(figures.texts("drill.quiz_hint", sign=printable(sign)))

    def _score(self, answers: Sequence[AnswerShown], figures: Figures, now: int) -> str:
        """Right or wrong, the right answers, what the numbers showed, and the playbook's signs of the cause."""
        texts, incident = figures.texts, self.rehearsed.incident
        found = shown_by(incident, self.rehearsed.replay, now)
        lines = ["", texts("drill.quiz_score", right=sum(one.right for one in answers), asked=len(answers))]
        for one in answers:
            true = figures.cause(one.true) if one.question == "cause" else printable(one.true)
            key = "drill.quiz_right" if one.right else "drill.quiz_wrong"
            lines.append(texts(key, question=texts(f"drill.quiz_{one.question}_short"), true=true))
        lines.append(texts(f"drill.shows.{incident.cause}", **found))
        signs = [texts("drill.option", number=place, text=printable(one)) for place, one in enumerate(self._signs(), 1)]
        return "\n".join([*lines, texts("drill.quiz_signs", cause=figures.cause(incident.cause)), *signs, ""])

    def _signs(self) -> Sequence[str]:
        return self.playbook.causes[self.rehearsed.incident.cause].signs


def screen_text(shown: Screen, result: DrillResult, figures: Figures) -> str:
    """The screen as tables of plain text."""
    texts = figures.texts
    parts = [texts("drill.screen", at=_clock(shown.now), hours=shown.hours)]
    labels = {name: one.label for name, one in result.channels.items()}
    for key, cells in (("by_channel", shown.channels), ("by_sku", shown.skus), ("by_region", shown.regions)):
        if cells:
            names = [labels.get(one.name, one.name) if key == "by_channel" else one.name for one in cells]
            parts.append(_cells(texts(f"drill.{key}"), names, cells, figures))
    hours = [_clock(int(one.name))[11:] for one in shown.by_hour]
    parts.append(_cells(texts("drill.by_hour"), hours, shown.by_hour, figures))
    none = texts("amount.none")
    rows = [
        [
            _clock(one.at)[11:],
            labels[one.channel],
            one.sku or none,
            one.region or none,
            figures.money(one.amount),
            texts(f"drill.states.{one.state}"),
        ]
        for one in shown.latest
    ]
    heads = [texts(f"drill.line_{one}") for one in LINE_HEADS]
    if rows:
        parts.append(f"{texts('drill.latest')}\n{table_text(Table(heads, rows, text_columns=(0, 1, 2, 3, 5)))}")
    return "\n\n".join(parts)


def _cells(title: str, names: Sequence[str], cells: Sequence[Cell], figures: Figures) -> str:
    heads = [title, *(figures.texts(f"drill.cell_{one}") for one in CELL_HEADS)]
    rows = [
        [name, *(f"{count:,}" for count in (one.orders, one.failed, one.silent)), *_rates(one, figures)]
        for name, one in zip(names, cells, strict=True)
    ]
    return table_text(Table(heads, rows))


def _rates(one: Cell, figures: Figures) -> list[str]:
    if not one.orders:
        return [figures.texts("amount.none")] * 2
    return [figures.percent(one.rate, 0), figures.percent(one.usual, 1)]


def _clock(moment: int) -> str:
    return str(np.datetime64(moment, "s"))[:16].replace("T", " ")
