"""Writing a backtest or a review to disk, all or nothing, beside the files of a run and without touching them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.outputs.pages.backtest import backtest_html
from forecast.outputs.pages.review import review_html
from forecast.outputs.result import plain, result_json
from forecast.outputs.workbook.review import write_review_workbook
from forecast.outputs.writing import manifest, replace_files, write_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

BACKTEST = ("backtest.json", "backtest.html", "backtest.manifest.json")
REVIEW = ("review.json", "review.xlsx", "review.html", "review.manifest.json")
"""The files of each, in the order in which they are put in place."""


def write_backtest(
    out_dir: Path, result: Mapping[str, Any], *, inputs: Iterable[Path | str], command: Sequence[str]
) -> None:
    """Writes the result, the page and the manifest of a backtest into ``out_dir``.

    Raises:
        OSError: a file cannot be written; then the folder is as it was.
    """
    rounded = plain(result)
    described = manifest(rounded, inputs, command)

    def write(folder: Path) -> None:
        _text(folder / BACKTEST[0], result_json(rounded))
        _text(folder / BACKTEST[1], backtest_html(rounded))
        write_manifest(folder, BACKTEST[2], described)

    replace_files(out_dir, BACKTEST, write)


def write_review(
    out_dir: Path, result: Mapping[str, Any], *, inputs: Iterable[Path | str], command: Sequence[str]
) -> None:
    """Writes the result, the workbook, the page and the manifest of a review into ``out_dir``.

    Raises:
        OSError: a file cannot be written; then the folder is as it was.
    """
    rounded = plain(result)
    described = manifest({**rounded, "seed": rounded["forecast"]["seed"]}, inputs, command)

    def write(folder: Path) -> None:
        _text(folder / REVIEW[0], result_json(rounded))
        write_review_workbook(folder / REVIEW[1], rounded)
        _text(folder / REVIEW[2], review_html(rounded))
        write_manifest(folder, REVIEW[3], described)

    replace_files(out_dir, REVIEW, write)


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
