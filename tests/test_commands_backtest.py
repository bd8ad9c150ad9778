"""forecast backtest: what it prints and writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ledgers import shop_orders, write_plan
from rich.cells import cell_len
from study_examples import example_backtest

from forecast.commands.backtest import backtest_text
from forecast.results.backtest import ChannelLabel
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from command_line import CommandLine

    from forecast.plan.model import Language

LABEL_WIDTH = 16
"""Columns of a channel's label with which the tables fit."""


def test_the_text_has_a_head_four_tables_and_the_notes() -> None:
    note = NoteShown("origins_missing", "info", "ledger", "a note")
    parts = backtest_text(replace(example_backtest(), notes=[note])).split("\n\n")
    assert parts[0] == "Sample Digital Store · 2 past as-of days · 14 days ahead · 60 paths"
    assert [part.split("  ")[0] for part in parts[1:5]] == [
        "Sales",
        "Net receipts",
        "Sales · As of",
        "Net receipts · As of",
    ]
    assert parts[5] == "ledger: a note"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_a_terminal_of_common_use(language: Language) -> None:
    result = example_backtest(language)
    labels = {name: ChannelLabel(channel.label[:LABEL_WIDTH]) for name, channel in result.channels.items()}
    assert max(map(cell_len, backtest_text(replace(result, channels=labels)).splitlines())) <= 120


def test_it_prints_json_alone_and_writes_its_files(forecast: CommandLine) -> None:
    write_plan(forecast.folder, shop_orders(), paths=20)
    ended = forecast("backtest", "plan.toml", "--origins", "1", "--horizon", "10", "--json", "--out", "here")
    assert ended.code == 0
    result = json.loads(ended.out)
    assert result == json.loads((forecast.folder / "here" / "backtest.json").read_text(encoding="utf-8"))
    assert set(result["accuracy"]) == {"sales", "receipts"}
    assert "as of 2026-10-08 (1/1)" in ended.err
    assert [path for path in forecast.files() if path.startswith("here/")] == [
        "here/backtest.html",
        "here/backtest.json",
        "here/backtest.manifest.json",
    ]


def test_a_history_that_is_too_short_ends_with_2_and_writes_nothing(forecast: CommandLine) -> None:
    forecast.copy_tiny()
    before = forecast.files()
    ended = forecast("backtest", "tiny/plan.toml", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "ledger.orders: has 5 days of trade (2026-06-01 to 2026-06-05), and a backtest needs 97" in ended.err
    assert forecast.files() == before
