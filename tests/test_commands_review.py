"""forecast review: what it prints and writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from earlier_runs import earlier_run
from study_examples import example_review

from forecast.commands.review import review_text
from forecast.results.inputs import NoteShown

if TYPE_CHECKING:
    from command_line import CommandLine

REVISED = NoteShown("review_revised", "info", "channels.wechat", "a note")


def test_the_text_has_a_head_three_tables_and_the_notes() -> None:
    result = replace(example_review(), notes=[REVISED])
    parts = review_text(result).split("\n\n")
    assert parts[0] == "Sample Digital Store · 2026-10-09 to 2026-10-18 (10 days) · forecast as of 2026-10-08"
    assert parts[1].splitlines()[0].startswith("Net receipts by channel (CNY)")
    total = result.total
    last = parts[1].splitlines()[-1].split()
    assert last[2:4] == [f"{amount:,.0f}" for amount in (total.receipts.forecast, total.effects.volume)]
    assert parts[2].splitlines()[0] == "Sales by channel (CNY)"
    assert parts[3].splitlines()[0] == "What became of the money"
    assert parts[4].splitlines()[0] == "Costs that move with sales (CNY); purchases as planned"
    assert parts[5:] == ["channels.wechat: a note"]


def test_what_concerns_every_figure_stands_before_them() -> None:
    ends = NoteShown("review_ledger_ends", "warning", "ledger", "it ends")
    parts = review_text(replace(example_review(), notes=[REVISED, ends])).split("\n\n")
    assert parts[0].splitlines()[1:] == ["WARNING review_ledger_ends (ledger): it ends"]
    assert parts[-1] == "channels.wechat: a note"


def test_it_prints_json_alone_and_writes_its_files(forecast: CommandLine) -> None:
    earlier_run(forecast.folder)
    ended = forecast("review", "plan.toml", "--result", "result.json", "--json", "--out", "here")
    assert ended.code == 0
    result = json.loads(ended.out)
    assert result == json.loads((forecast.folder / "here" / "review.json").read_text(encoding="utf-8"))
    assert set(result["total"]["effects"]) == {"volume", "failure", "timing", "refunds", "fees"}
    assert [path for path in forecast.files() if path.startswith("here/")] == [
        "here/review.html",
        "here/review.json",
        "here/review.manifest.json",
        "here/review.xlsx",
    ]


def test_a_wrong_result_ends_with_2_and_writes_nothing(forecast: CommandLine) -> None:
    earlier_run(forecast.folder)
    (forecast.folder / "result.json").write_text("{}", encoding="utf-8")
    before = forecast.files()
    ended = forecast("review", "plan.toml", "--result", "result.json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("result.json: schema: is missing") or "result.json: schema: is missing" in ended.err
    assert forecast.files() == before
