"""drill.html: a rehearsal on one page, its failed share drawn with the marks of alarm and steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.outputs.charts import drill as charts
from forecast.outputs.figures import Figures
from forecast.outputs.pages.page import Card, Section, StudyPage, filled
from forecast.outputs.tables import drill as tables
from forecast.outputs.tables import drill_quiz as quiz_tables
from forecast.outputs.tables.run import Table

if TYPE_CHECKING:
    from forecast.results.drill import DrillResult
    from forecast.results.quiz import QuizShown

METHOD = ("planted", "size", "alarm", "staff", "delay", "cash")
"""The lines of the method in short."""


def drill_html(result: DrillResult) -> str:
    """The whole page of a drill, in the result's language."""
    return filled("study.html.j2", drill_page(result), Figures.of(result).texts)


def drill_page(result: DrillResult) -> StudyPage:
    """All that the page says and draws."""
    figures = Figures.of(result)
    texts = figures.texts
    words = {"day": result.day, "as_of": result.as_of, "paths": f"{result.paths:,}"}
    nothing = tables.no_delay(result, figures)
    delays = [Table([texts("drill.event")], [[nothing]])] if nothing else [tables.delay(result, figures)]
    verdict = Table([texts("drill.verdict")], [[one] for one in tables.verdict(result, figures)])
    what = Table(
        [texts("drill.planted_head")],
        [[one] for one in (*tables.planted(result, figures), *tables.kept(result, figures))],
    )
    return StudyPage(
        title=texts("drill.title", merchant=result.merchant.name),
        subtitle=texts("drill.subtitle", number=result.number, seed=result.seed, **words),
        cards=cards(result, figures),
        charts={"course": charts.course(result, figures)},
        sections=[
            Section(texts("drill.course"), [("course", texts("drill.course_caption"))], [what]),
            Section(texts("drill.timeline"), tables=[tables.timeline(result, figures)]),
            Section(texts("drill.delay"), tables=delays),
            Section(texts("drill.cash", peak=result.peak), tables=[tables.cash(result, figures), verdict]),
            *([] if result.quiz is None else [_quiz(result.quiz, result, figures)]),
        ],
        notes=result.notes,
        method=[texts(f"drill.methods.{line}") for line in METHOD],
        footer=texts("report.footer", version=result.version, seed=result.seed),
    )


def _quiz(quiz: QuizShown, result: DrillResult, figures: Figures) -> Section:
    """The quiz, folded: what the screen showed, the questions, and behind a fold of their own the answers and why."""
    texts, labels = figures.texts, {name: one.label for name, one in result.channels.items()}
    score = texts("drill.quiz_score", right=sum(one.right for one in quiz.answers), asked=len(quiz.answers))
    who = texts("drill.quiz_by", name=quiz.name or texts("amount.none"), hints=quiz.hints)
    screen = texts("drill.quiz_screen", at=tables.clock(quiz.screen.at), hours=quiz.screen.hours)
    return Section(
        texts("drill.quiz"),
        folded=[
            (screen, quiz_tables.screen(quiz.screen, labels, figures)),
            (texts("drill.quiz_questions"), [quiz_tables.question(one, figures) for one in quiz.answers]),
            (
                texts("drill.quiz_answers"),
                [
                    replace(quiz_tables.answers(quiz, figures), caption=f"{who} · {score}"),
                    quiz_tables.why(quiz, figures),
                ],
            ),
        ],
    )


def cards(result: DrillResult, figures: Figures) -> list[Card]:
    """How soon the alarm rang, what is lost, what the first hour of delay costs, and whether cash holds."""
    texts, found, incident = figures.texts, result.alarm, result.incident
    minutes = (
        texts("drill.card_none") if found is None else texts("drill.card_alarm_figure", minutes=f"{found.minutes:,}")
    )
    shown = [
        Card(texts("drill.card_alarm"), minutes, [tables.alarm(result, figures), *tables.failed_by(result, figures)]),
        Card(texts("drill.card_loss"), figures.amount(incident.loss), [tables.planted(result, figures)[1]]),
    ]
    if result.started is not None and result.cost_of_delay:
        hour = result.cost_of_delay[0]
        line = texts("drill.card_hour_line", delayed=figures.amount(hour.delayed))
        shown.append(Card(texts("drill.card_hour"), figures.amount(hour.loss), [line]))
    cash = result.cash
    lowest = texts("drill.card_lowest", amount=figures.amount(cash.lowest_with_plan), day=cash.day)
    holds = texts("drill.card_holds" if cash.holds else "drill.card_falls")
    amounts = {"without": figures.amount(cash.lowest_without_plan), "usual": figures.amount(cash.usual)}
    return [*shown, Card(texts("drill.card_cash"), holds, [lowest, texts("drill.card_beside", **amounts)])]
