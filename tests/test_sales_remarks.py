"""Notes on the history and on how the models were chosen."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.notes import Named, note_text
from forecast.sales.closures import find_closures
from forecast.sales.paths import forecast_sales
from forecast.sales.remarks import on_history
from forecast.texts import LANGUAGES, catalogue

AS_OF = dt.date(2026, 10, 18)


def _daily(days: int, shift: int = 0) -> pd.Series:
    rng = np.random.default_rng(1)
    log = 10 + np.cumsum(0.004 * rng.standard_normal(days)) + 0.1 * rng.standard_normal(days)
    if shift:
        log[-shift:] -= 0.7
    return pd.Series(np.exp(log), index=pd.date_range(end=pd.Timestamp(AS_OF), periods=days))


def test_gaps_of_the_history_are_counted() -> None:
    total = np.full(40, 100.0)
    total[[5, 6]] = np.nan
    total[-4:] = np.nan
    days = np.datetime64("2026-01-01") + np.arange(40)
    notes = on_history(total, find_closures(total, days), days)
    assert [(note.code, dict(note.values)) for note in notes] == [
        ("stale_ledger", {"days": 4, "last": "2026-02-05"}),
        ("missing_days", {"days": 2}),
    ]


@pytest.mark.parametrize(
    ("days", "code"), [(60, {"sales_model_short"}), (240, {"sales_model_core", "sales_model_combined"})]
)
def test_one_note_says_why_the_forecast_is_made_of_these_models(days: int, code: set[str]) -> None:
    notes = forecast_sales(_daily(days), AS_OF, 28, paths=50, seed=1).notes
    assert len([note for note in notes if note.code in code]) == 1
    assert len([note for note in notes if note.code.startswith("sales_model")]) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "quantile loss of days and sums together"), ("zh", "单日与合计的分位数损失之和")],
)
@pytest.mark.parametrize("why", ["core", "combined"])
def test_the_loss_that_chose_the_models_is_named_as_the_sum_that_it_is(language: str, words: str, why: str) -> None:
    assert words in catalogue(language)[f"notes.sales_model_{why}"]


def test_a_delisting_is_told_with_its_day_and_size() -> None:
    found = forecast_sales(_daily(240, shift=60), AS_OF, 28, paths=200, seed=1)
    (note,) = [note for note in found.notes if note.code == "level_shift"]
    said = dict(note.values)
    assert said["last"] == "2026-08-20"
    assert said["change"] == pytest.approx(np.expm1(-0.7), abs=0.08)
    recent = float(_daily(240, shift=60).iloc[-28:].mean())
    assert np.median(found.paths.sum(axis=1)) == pytest.approx(recent, rel=0.15)


def test_every_note_has_its_text_in_both_languages() -> None:
    notes = [*forecast_sales(_daily(240, shift=60), AS_OF, 28, paths=20, seed=1).notes]
    notes += forecast_sales(_daily(60), AS_OF, 28, paths=20, seed=1).notes
    assert all(note_text(note, language) for note in notes for language in LANGUAGES)


def test_a_change_of_the_last_days_is_told() -> None:
    notes = forecast_sales(_daily(240, shift=7), AS_OF, 28, paths=50, seed=1).notes
    (note,) = [note for note in notes if note.code == "recent_change"]
    assert dict(note.values) == {"first": "2026-10-12", "change": pytest.approx(-0.5, abs=0.08)}
    assert all("2026-10-12" in note_text(note, language) for language in LANGUAGES)


def test_a_long_holiday_that_no_day_has_shown_is_told() -> None:
    daily = _daily(240).set_axis(pd.date_range(end="2026-02-01", periods=240))
    notes = forecast_sales(daily, dt.date(2026, 2, 1), 40, holidays="CN", paths=50, seed=1).notes
    unseen = [(note.words["holiday"], dict(note.values)["first"]) for note in notes if note.code == "holiday_unseen"]
    assert (Named("holidays", "Chinese New Year"), "2026-02-15") in unseen
    assert all(holiday != Named("holidays", "New Year's Day") for holiday, _ in unseen)
    unseen_texts = {lang: [note_text(one, lang) for one in notes if one.code == "holiday_unseen"] for lang in LANGUAGES}
    assert any("春节" in text for text in unseen_texts["zh"])
    assert any("Chinese New Year" in text for text in unseen_texts["en"])
