"""The tables of a drill's quiz: the screen, the questions with their options, the answers, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.tables.drill import clock
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecast.outputs.figures import Figures
    from forecast.results.quiz import AnswerShown, Asks, Cell, QuizShown, Screen

CELL_HEADS = ("orders", "failed", "silent", "rate", "usual")
LINE_HEADS = ("at", "channel", "sku", "region", "amount", "state")


def screen(shown: Screen, labels: Mapping[str, str], figures: Figures) -> list[Table]:
    """The screen: a table each by channel, goods, region and hour, the last hour's orders; ``labels`` of channels."""
    return list(_screen(shown, labels, figures))


def _screen(shown: Screen, labels: Mapping[str, str], figures: Figures) -> Iterator[Table]:
    texts, none = figures.texts, figures.texts("amount.none")
    for key, cells in (("by_channel", shown.channels), ("by_sku", shown.skus), ("by_region", shown.regions)):
        if cells:
            names = [labels.get(one.name, one.name) if key == "by_channel" else one.name for one in cells]
            yield _cells(texts(f"drill.{key}"), names, cells, figures)
    yield _cells(texts("drill.by_hour"), [clock(one.name)[11:] for one in shown.by_hour], shown.by_hour, figures)
    rows = [
        [
            clock(one.at)[11:],
            labels[one.channel],
            one.sku or none,
            one.region or none,
            figures.money(one.amount),
            texts(f"drill.states.{one.state}"),
        ]
        for one in shown.latest
    ]
    if rows:
        heads = [texts(f"drill.line_{one}") for one in LINE_HEADS]
        yield Table(heads, rows, text_columns=(0, 1, 2, 3, 5), caption=texts("drill.latest", count=len(rows)))


def _cells(title: str, names: Sequence[str], cells: Sequence[Cell], figures: Figures) -> Table:
    heads = [title, *(figures.texts(f"drill.cell_{one}") for one in CELL_HEADS)]
    rows = [
        [name, *(f"{count:,}" for count in (one.orders, one.failed, one.silent)), *_rates(one, figures)]
        for name, one in zip(names, cells, strict=True)
    ]
    return Table(heads, rows)


def _rates(one: Cell, figures: Figures) -> list[str]:
    if not one.orders:
        return [figures.texts("amount.none")] * 2
    return [figures.percent(one.rate, 0), figures.percent(one.usual, 1)]


def option(asks: Asks, value: str, figures: Figures) -> str:
    """An option as it is shown: a cause by its name, a step as it stands."""
    return figures.cause(value) if asks == "cause" else value


def question(one: AnswerShown, figures: Figures) -> Table:
    """A question with its numbered options."""
    rows = [[f"{place}", option(one.question, value, figures)] for place, value in enumerate(one.options, 1)]
    return Table([figures.texts("drill.quiz_number"), figures.texts(f"drill.quiz_{one.question}")], rows, (0, 1))


def answers(quiz: QuizShown, figures: Figures) -> Table:
    """A row a question: the answer given, the right one, and whether they are the same."""
    texts = figures.texts
    heads = [texts(f"drill.quiz_{one}") for one in ("question", "answered", "true", "is_right")]
    rows = [
        [
            texts(f"drill.quiz_{one.question}_short"),
            option(one.question, one.answered, figures),
            option(one.question, one.true, figures),
            figures.yes_no(one.right),
        ]
        for one in quiz.answers
    ]
    return Table(heads, rows, text_columns=(0, 1, 2, 3))


def why(quiz: QuizShown, figures: Figures) -> Table:
    """What the numbers showed, and the playbook's signs of the cause."""
    cause = next(one.true for one in quiz.answers if one.question == "cause")
    heads = figures.texts("drill.quiz_signs", cause=figures.cause(cause))
    return Table([figures.texts("drill.quiz_why")], [[quiz.shown], [heads], *([one] for one in quiz.signs)])
