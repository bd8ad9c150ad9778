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
from forecast.outputs.tables import drill as tables
from forecast.outputs.tables import drill_quiz as quiz_tables
from forecast.outputs.training import Training
from forecast.results.quiz import AnswerShown, QuizShown
from forecast.safe_text import printable
from forecast.studies.drill.quiz import asked_until, questions, read_answer, screen, shown_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecast.plan.playbook_file import Playbook
    from forecast.results.drill import DrillResult
    from forecast.results.quiz import Screen
    from forecast.studies.drill.quiz import Question
    from forecast.studies.drill.study import Rehearsed

HINT = ("?", "\N{FULLWIDTH QUESTION MARK}")
"""What asks for a hint."""


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
        seen = screen(self.rehearsed.replay, now)
        self.tell(screen_text(seen, self.result, figures))
        rng = np.random.default_rng([self.result.seed, self.result.number])
        answers = [self._answer(one, figures) for one in questions(self.rehearsed.incident, self.steps, rng)]
        found = shown_by(self.rehearsed.incident, self.rehearsed.replay, now)
        shown = QuizShown(
            name=name,
            hints=self.hints,
            screen=seen,
            answers=answers,
            shown=figures.texts(f"drill.shows.{self.rehearsed.incident.cause}", **found),
            signs=list(self.playbook.causes[self.rehearsed.incident.cause].signs),
        )
        self.tell(score_text(shown, figures))
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
        return shown, kept

    def _answer(self, question: Question, figures: Figures) -> AnswerShown:
        texts = figures.texts
        shown = [quiz_tables.option(question.asks, one, figures) for one in question.options]
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
                return AnswerShown(question.asks, list(question.options), given, true, given == true)

    def _hint(self, figures: Figures) -> None:
        """Tell what the numbers cannot show: the last sign of the playbook for the cause."""
        sign = self.playbook.causes[self.rehearsed.incident.cause].signs[-1]
        self.hints += 1
        self.tell(figures.texts("drill.quiz_hint", sign=printable(sign)))


def score_text(quiz: QuizShown, figures: Figures) -> str:
    """Right or wrong, the right answers, what the numbers showed, and the playbook's signs of the cause."""
    texts, cause = figures.texts, quiz.answers[0].true
    lines = ["", texts("drill.quiz_score", right=sum(one.right for one in quiz.answers), asked=len(quiz.answers))]
    for one in quiz.answers:
        true = printable(quiz_tables.option(one.question, one.true, figures))
        key = "drill.quiz_right" if one.right else "drill.quiz_wrong"
        lines.append(texts(key, question=texts(f"drill.quiz_{one.question}_short"), true=true))
    signs = [texts("drill.option", number=place, text=printable(one)) for place, one in enumerate(quiz.signs, 1)]
    return "\n".join([*lines, quiz.shown, texts("drill.quiz_signs", cause=figures.cause(cause)), *signs, ""])


def screen_text(shown: Screen, result: DrillResult, figures: Figures) -> str:
    """The screen as tables of plain text."""
    labels = {name: one.label for name, one in result.channels.items()}
    head = figures.texts("drill.screen", at=tables.clock(shown.at), hours=shown.hours)
    parts = (table_text(one, caption=True) for one in quiz_tables.screen(shown, labels, figures))
    return "\n\n".join([head, *parts])
