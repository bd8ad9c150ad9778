"""The emergency plan as a whole: the playbook's own words beside the thresholds, and what a reader must know first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playbook_shop import base_run, playbook
from stress_shop import shop_plan

from forecast.notes import note_text
from forecast.plan.changes import CAUSES
from forecast.studies.playbook import study
from forecast.studies.playbook.study import language_note, playbook_notes, playbook_of

if TYPE_CHECKING:
    import pytest


def test_it_holds_the_playbooks_words_filled_with_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "incidents", lambda *_: iter(()))
    steps: list[str] = []
    own = playbook(("to fill in: name of who leads", "Li Lei"))
    result = playbook_of(base_run(), own, steps.append)
    assert steps == ["cause:Integration", "cause:Order validation", "cause:Risk control", "cause:Clearing"]
    assert tuple(plan.cause for plan in result.causes) == CAUSES
    assert result.people["lead"].name == "Li Lei"
    assert result.causes[0].refund.endswith("baitiao 1 days; wechat 1 days")
    assert result.causes[0].acts == ["engineering", "lead", "service"]
    assert [one.facility for one in result.arranged] == ["receivables_finance", "overdraft"]
    assert result.notes[0].code == "playbook_unfilled"
    assert len(result.unfilled) == len(own.unfilled)


def test_what_is_to_be_filled_in_is_a_warning_with_its_lines_and_the_day() -> None:
    (note,) = playbook_notes(shop_plan(), playbook())
    assert note.level == "warning"
    text = note_text(note, "en")
    assert f"{len(playbook().unfilled)} entries" in text
    assert "2026-10-29" in text
    assert str(playbook().unfilled[0].line) in text


def test_an_old_playbook_and_a_provider_without_a_rule_are_told() -> None:
    own = replace(playbook(("reviewed = 2026-10-18", "reviewed = 2026-01-31")), unfilled=())
    codes = [(note.code, note.where) for note in playbook_notes(shop_plan(), replace(own, rules=own.rules[:1]))]
    assert codes == [("playbook_old", "reviewed"), ("playbook_no_rule", "providers.wechat")]
    assert list(playbook_notes(shop_plan(), replace(playbook(), unfilled=()))) == []


def test_texts_in_another_language_than_the_answer_are_told() -> None:
    (note,) = language_note(playbook(), "zh", "drill")
    assert (note.code, note.where, note.level) == ("playbook_language", "drill", "info")
    assert "文字是英文的" in note_text(note, "zh")
    assert list(language_note(playbook(), "en", "drill")) == []
    causes = {cause: replace(one, steps=["查接口", "call"]) for cause, one in playbook().causes.items()}
    half = replace(playbook(), causes={**causes, CAUSES[0]: replace(causes[CAUSES[0]], steps=["查接口"])})
    (other,) = language_note(half, "en", "drill")
    assert "are in Chinese" in note_text(other, "en")
