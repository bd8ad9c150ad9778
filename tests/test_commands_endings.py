"""How commands end: warnings beside the JSON, and exit code 3 under ``--strict``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer

from forecast.commands.endings import end_on_warnings, show, show_result
from forecast.outputs.figures import Figures
from forecast.results.drill import DelayCost
from forecast.results.inputs import Merchant, NoteShown
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.plan.model import Language

WARNING = NoteShown("stale_ledger", "warning", "ledger", "it ends early")
REMARK = NoteShown("few_orders", "info", "channels.card", "only 12")


def test_json_stands_alone_on_standard_output_and_warnings_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_result(Merchant("shop"), [WARNING, REMARK], "en")
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"name": "shop"}
    assert printed.err == "WARNING stale_ledger (ledger): it ends early\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_strict_ends_with_3_on_a_warning(language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        end_on_warnings(language, [REMARK, WARNING], strict=True)
    assert ended.value.exit_code == 3
    assert "--strict" in capsys.readouterr().err


@pytest.mark.parametrize(("notes", "strict"), [([WARNING], False), ([REMARK], True), ([], True)])
def test_without_a_warning_or_without_strict_it_says_nothing(
    notes: list[NoteShown], capsys: pytest.CaptureFixture[str], *, strict: bool
) -> None:
    end_on_warnings("en", notes, strict=strict)
    assert capsys.readouterr().err == ""


def test_text_and_json_show_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    cost = DelayCost(hours=1, loss=12_027.4967, delayed=0.0)
    figures = Figures(Texts("en"), "CNY")
    show(cost, lambda shown: figures.money(shown.loss), [], "en", as_json=False)
    show(cost, lambda shown: figures.money(shown.loss), [], "en", as_json=True)
    text, _, written = capsys.readouterr().out.partition("\n")
    assert json.loads(written)["loss"] == 12_027.5
    assert text == "12,028", "as the page and a spreadsheet show what the file holds"
