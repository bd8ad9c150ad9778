"""Notes in readers' words: no key of the plan, column, command or option is left in any."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from result_example import example_result

from forecast.outputs.figures import Figures
from forecast.outputs.readers import in_words, place, read_by_others
from forecast.plan.facilities import Facility
from forecast.plan.model import Cash, Channel, Cost, Covenants, Event, Horizon, Merchant, Scenario
from forecast.plan.reading import SECTIONS
from forecast.plan.terms import keys_of
from forecast.results.inputs import NoteShown
from forecast.texts import LANGUAGES, catalogue

if TYPE_CHECKING:
    from forecast.plan.model import Language

KEYS = re.compile(
    r"\[\[?\w|[a-z]+_[a-z_]+|\b[a-z]+\.[a-z_]+|forecast (?:check|formats|run|monitor)\b|(?<!\w)--[a-z]", re.ASCII
)
WORD = re.compile(r"(?<![\w.])[a-z]+(?![\w.])", re.ASCII)
SECTIONS_OF_PLANS = (Merchant, Horizon, Cash, Channel, Event, Cost, Scenario, Facility, Covenants)
FILES = re.compile(r"[\w.]+\.(?:csv|toml|json|xlsx)\b")


def figures(language: Language) -> Figures:
    return Figures.of(example_result(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_note_names_a_key_but_those_of_files(language: Language) -> None:
    notes = {key: text for key, text in catalogue(language).items() if key.startswith("notes.")}
    assert len(notes) > 100
    plain = {key: FILES.sub("", re.sub(r"\[channels\.\{\w+\}\]|\{[^}]*\}", "9", text)) for key, text in notes.items()}
    left = {key: KEYS.findall(in_words(text, figures(language), {})) for key, text in plain.items()}
    assert {key: found for key, found in left.items() if found} == {}
    assert sum(bool(KEYS.search(text)) for text in plain.values()) > 30


def test_no_chinese_note_names_a_key_that_is_one_plain_word() -> None:
    """In English such a key may be a word of the sentence; both languages name the same keys."""
    keys = {one for section in SECTIONS_OF_PLANS for one in keys_of(section)} | set(SECTIONS)
    keys |= {"amount", "reviewed", "channel"}
    notes = {key: text for key, text in catalogue("zh").items() if key.startswith("notes.")}
    assert "uplift" in keys
    plain = {key: FILES.sub("", re.sub(r"\{[^}]*\}", "9", text)) for key, text in notes.items()}
    left = {key: keys & set(WORD.findall(in_words(text, figures("zh"), {}))) for key, text in plain.items()}
    assert {key: found for key, found in left.items() if found} == {}


def test_places_bear_the_names_of_channels_facilities_and_scenarios() -> None:
    own, labels = figures("zh"), {"peak_hot": "销量 1.4 倍"}
    assert place("channels.baitiao", own, labels) == "京东白条"
    assert place("channels.baitiao.refund_rate", own, labels) == "京东白条 · 退款率"
    assert place("facilities.bank_line", own, labels) == "循环授信"
    assert place("scenarios.peak_hot", own, labels) == "销量 1.4 倍"
    assert place("cash.other_flows.payroll", own, labels) == "其他收支 · 工资"
    assert place("events.double11", own, labels) == "双11"
    assert place("merchant.holidays", own, labels) == "法定节假日"
    assert place("ledger.files (a.csv)", own, labels) == "数据文件 (a.csv)"
    assert place("", own, labels) == ""
    assert place("rejected", own, labels) == "rejected"


def test_a_result_keeps_all_but_its_notes() -> None:
    result = example_result("en")
    note = NoteShown("anything", "warning", "channels.baitiao", "Write fee_rate under [channels.baitiao], please.")
    shown = read_by_others(replace(result, notes=[note]), figures("en"))
    label = result.channels["baitiao"].label
    assert shown.notes == [replace(note, where=label, text=f"Write the fee rate under {label}, please.")]
    assert replace(shown, notes=result.notes) == result
