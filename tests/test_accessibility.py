"""Every page without a serious finding of axe-core, on a telephone and on a screen, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from accessibility import grave_findings
from drill_shop import kept_drill, kept_quiz
from playbook_shop import kept_playbook
from result_example import example_result
from stress_shop import kept_stress
from study_examples import example_backtest, example_review

from forecast.outputs.pages.backtest import backtest_html
from forecast.outputs.pages.drill import drill_html
from forecast.outputs.pages.playbook import playbook_html
from forecast.outputs.pages.report import Beside, report_html
from forecast.outputs.pages.review import review_html
from forecast.outputs.pages.stress import stress_html
from forecast.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.plan.model import Language


def loan_file(language: Language) -> str:
    """The report with all that may lie beside a run."""
    return report_html(
        example_result(language), Beside(stress=kept_stress(language), thresholds=kept_playbook(language))
    )


PAGES: dict[str, Callable[[Language], str]] = {
    "report": loan_file,
    "stress": lambda language: stress_html(kept_stress(language)),
    "playbook": lambda language: playbook_html(kept_playbook(language)),
    "drill": lambda language: drill_html(replace(kept_drill(language), quiz=kept_quiz())),
    "backtest": lambda language: backtest_html(example_backtest(language)),
    "review": lambda language: review_html(example_review(language)),
}


LOOKED_AT = (
    *(("report", width, language) for width in (390, 1280) for language in LANGUAGES),
    *((name, width, language) for name in PAGES if name != "report" for width, language in ((390, "zh"), (1280, "en"))),
)
"""The loan file in every way; the others, made of the same parts, narrow in Chinese and wide in English."""


@pytest.mark.parametrize(("name", "width", "language"), LOOKED_AT)
def test_axe_core_finds_nothing_serious(name: str, width: int, language: Language, tmp_path: Path) -> None:
    assert grave_findings(PAGES[name](language), tmp_path, width) == []


def test_axe_core_finds_what_is_wrong_on_purpose(tmp_path: Path) -> None:
    """A picture without words and letters that hardly show: so an empty list is no accident."""
    wrong = (
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color: #ddd; background: #fff">hardly seen</p>'
    )
    page = playbook_html(kept_playbook("en")).replace("<main", wrong + "<main", 1)
    assert {rule for _, rule, _ in grave_findings(page, tmp_path, 1280)} >= {"image-alt", "color-contrast"}
