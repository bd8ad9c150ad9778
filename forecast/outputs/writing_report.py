"""Writing a loan file to disk, all or nothing: the page, its PDF if it is asked for, and a manifest of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.file_set import replace_files
from forecast.outputs.manifest import Manifest, manifest, sha256, write_manifest
from forecast.outputs.pages.report import Beside, report_html
from forecast.outputs.printing import print_pdf
from forecast.outputs.studies_beside import Studies, studies_beside
from forecast.outputs.text_files import write_text
from forecast.outputs.writing import LOAN_MANIFEST, MANIFEST, PDF, REPORT, files_read
from forecast.records import Misfit, json_text, read, rounded
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.plan.playbook_file import Faulty, Playbook
    from forecast.results.run import Result
    from forecast.results.stress import StressResult

LOAN_FILE = (REPORT, PDF, LOAN_MANIFEST)
"""The files of a loan file, in the order in which they are put in place."""


@dataclass(frozen=True, slots=True)
class LoanFile:
    """What a loan file tells: the result, whether names and amounts are away, the emergency plan, and a stress test.

    ``stress``: None takes that of the same forecast in the folder, unless names are away.
    """

    result: Result
    redacted: bool = False
    playbook: Playbook | Faulty | None = None
    stress: StressResult | None = None


def write_loan_file(
    out_dir: Path, told: LoanFile, *, browser: str | None, inputs: Inputs, command: Sequence[str]
) -> None:
    """Writes the page and its manifest into ``out_dir``, and with a ``browser`` the PDF; an earlier PDF is removed.

    A stress test and the thresholds of an emergency plan of the same forecast in that folder are taken in, unless names
    are away. The manifest of a run there no longer counts the page among what the run wrote.

    Raises:
        InputError: It cannot be printed; or another process holds the folder, or left it unfinished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    result = told.result
    described = manifest(out_dir, result.version, result.seed, inputs, command)
    files = () if told.redacted else files_read(inputs)
    found = Studies() if told.redacted else studies_beside(out_dir, rounded(result), inputs).of(told.playbook)
    found = found.with_stress(told.stress)
    left_out = found.left_out(Texts(result.language))
    beside = Beside(files, told.playbook, found.stress, found.playbook, left_out, redacted=told.redacted)
    page = report_html(rounded(result), beside)
    earlier = _run_manifest(out_dir)

    def write(folder: Path) -> None:
        write_text(folder / REPORT, page)
        if browser is not None:
            print_pdf(browser, folder / REPORT, folder / PDF)
        write_manifest(folder, LOAN_FILE[-1], described)
        if earlier is not None:
            write_text(folder / MANIFEST, json_text(_without_page(earlier, sha256(folder / REPORT))))

    replace_files(out_dir, (*LOAN_FILE[:-1], *(() if earlier is None else (MANIFEST,)), LOAN_FILE[-1]), write)


def _run_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run in a folder; None where there is none that can be read."""
    try:
        return read(Manifest, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, Misfit):
        return None


def _without_page(run: Manifest, page: str) -> Manifest:
    """A run's manifest without the page, unless the run had written just this one."""
    kept = {name: hashed for name, hashed in (run.outputs or {}).items() if name != REPORT or hashed == page}
    return replace(run, outputs=kept)
