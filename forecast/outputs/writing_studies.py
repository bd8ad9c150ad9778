"""Writing backtests, reviews, stress tests, emergency plans and drills to disk, all or nothing, beside a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.file_set import replace_files
from forecast.outputs.manifest import manifest, write_manifest
from forecast.outputs.pages.backtest import backtest_html
from forecast.outputs.pages.drill import drill_html
from forecast.outputs.pages.playbook import playbook_html
from forecast.outputs.pages.review import review_html
from forecast.outputs.pages.stress import stress_html
from forecast.outputs.text_files import write_text
from forecast.outputs.workbook.playbook import write_playbook_workbook
from forecast.outputs.workbook.review import write_review_workbook
from forecast.outputs.workbook.stress import write_stress_workbook
from forecast.records import json_text, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from forecast.outputs.manifest import Inputs, Manifest
    from forecast.plan.model import Facility
    from forecast.records import Record
    from forecast.results.backtest import BacktestResult
    from forecast.results.drill import DrillResult
    from forecast.results.playbook import PlaybookResult
    from forecast.results.review import ReviewResult
    from forecast.results.stress import StressResult

BACKTEST = ("backtest.json", "backtest.html", "backtest.manifest.json")
STRESS = ("stress.json", "stress.xlsx", "stress.html", "stress.manifest.json")
PLAYBOOK = ("playbook.json", "playbook.xlsx", "playbook.html", "playbook.manifest.json")
DRILL = ("drill.json", "drill.html", "drill.manifest.json")
REVIEW = ("review.json", "review.xlsx", "review.html", "review.manifest.json")
"""The files of each, in the order in which they are put in place."""


def write_backtest(out_dir: Path, result: BacktestResult, *, inputs: Inputs, command: Sequence[str]) -> None:
    """Writes the result, the page and the manifest of a backtest into ``out_dir``.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown, described = rounded(result), manifest(out_dir, result.version, result.seed, inputs, command)
    _put(out_dir, BACKTEST, shown, described, lambda path: write_text(path, backtest_html(shown)))


def write_review(out_dir: Path, result: ReviewResult, *, inputs: Inputs, command: Sequence[str]) -> None:
    """Writes the result, the workbook, the page and the manifest of a review into ``out_dir``.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown = rounded(result)
    described = manifest(out_dir, result.version, result.forecast.seed, inputs, command)
    _put(
        out_dir,
        REVIEW,
        shown,
        described,
        lambda path: write_review_workbook(path, shown),
        lambda path: write_text(path, review_html(shown)),
    )


def write_stress(
    out_dir: Path,
    result: StressResult,
    facilities: Sequence[Facility] = (),
    *,
    inputs: Inputs,
    command: Sequence[str],
) -> None:
    """Writes the result, the workbook, the page and the manifest of a stress test into ``out_dir``.

    ``facilities`` are the plan's, for their names.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown, described = rounded(result), manifest(out_dir, result.version, result.seed, inputs, command)
    _put(
        out_dir,
        STRESS,
        shown,
        described,
        lambda path: write_stress_workbook(path, shown, facilities),
        lambda path: write_text(path, stress_html(shown, facilities)),
    )


def write_playbook(
    out_dir: Path,
    result: PlaybookResult,
    facilities: Sequence[Facility] = (),
    *,
    inputs: Inputs,
    command: Sequence[str],
) -> None:
    """Writes the result, the workbook, the page and the manifest of an emergency plan into ``out_dir``.

    ``facilities`` are the plan's, for their names.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown, described = rounded(result), manifest(out_dir, result.version, result.seed, inputs, command)
    _put(
        out_dir,
        PLAYBOOK,
        shown,
        described,
        lambda path: write_playbook_workbook(path, shown, facilities),
        lambda path: write_text(path, playbook_html(shown)),
    )


def write_drill(out_dir: Path, result: DrillResult, *, inputs: Inputs, command: Sequence[str]) -> None:
    """Writes the result, the page and the manifest of a drill into ``out_dir``.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown, described = rounded(result), manifest(out_dir, result.version, result.seed, inputs, command)
    _put(out_dir, DRILL, shown, described, lambda path: write_text(path, drill_html(shown)))


def _put(
    out_dir: Path, names: Sequence[str], shown: Record, described: Manifest, *fillers: Callable[[Path], None]
) -> None:
    """Puts the result, what else is made of it and the manifest in place together, under ``names`` in their order."""

    def write(folder: Path) -> None:
        write_text(folder / names[0], json_text(shown))
        for name, fill in zip(names[1:-1], fillers, strict=True):
            fill(folder / name)
        write_manifest(folder, names[-1], described)

    replace_files(out_dir, names, write)
