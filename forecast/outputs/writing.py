"""Writing a run to disk, all or nothing: a run that stops half-way leaves the earlier files as they were.

How the files are put in place as one: ``forecast.file_set``. ``manifest.json`` is moved last and holds the hashes of
the other files, so that whoever looks between two moves can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.file_set import replace_files
from forecast.outputs.manifest import manifest, sha256, write_manifest
from forecast.outputs.pages.report import Beside, report_html
from forecast.outputs.studies_beside import Studies, studies_beside
from forecast.outputs.tables.sources import FileRead
from forecast.outputs.text_files import write_table, write_text
from forecast.outputs.workbook.run import write_workbook
from forecast.records import rounded, text_of_rounded
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from forecast.outputs.manifest import Inputs, Manifest
    from forecast.outputs.workbook.live.carried import Origin
    from forecast.plan.playbook_file import Faulty, Playbook
    from forecast.results.live import Live
    from forecast.results.run import Result

RESULT, WORKBOOK, REPORT = "result.json", "scenarios.xlsx", "report.html"
REJECTED, UNMATCHED, MANIFEST = "rejected.csv", "unmatched.csv", "manifest.json"
PDF, LOAN_MANIFEST = "report.pdf", "report.manifest.json"
"""What a loan file has beside the page; of an earlier page, they go with it."""

OUTPUTS = (RESULT, WORKBOOK, REPORT, REJECTED, UNMATCHED, MANIFEST)
"""The files of a run, in the order in which they are put in place."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files of a run lie; ``rejected`` and ``unmatched`` are None where there is no such row or line."""

    result: Path
    workbook: Path
    report: Path
    manifest: Path
    rejected: Path | None
    unmatched: Path | None


def write_run(
    out_dir: Path,
    result: Result,
    rejected: pd.DataFrame,
    unmatched: pd.DataFrame | None = None,
    *,
    inputs: Inputs,
    command: Sequence[str],
    live: Live | None = None,
    origin: Origin | None = None,
    playbook: Playbook | Faulty | None = None,
) -> Written:
    """Writes all files of a run into ``out_dir``, which is made if need be; other files in it are left alone.

    ``inputs`` are what the run read, ``command`` is for the manifest, ``live`` what the workbook
    recalculates, ``origin`` what it carries to be read back, ``playbook`` the emergency plan beside the plan. A stress
    test and an emergency plan's thresholds in the folder that are of the same forecast and inputs are taken in, unless
    inputs were edited. Without rejected rows no ``rejected.csv`` is
    written, without unmatched lines of exports no ``unmatched.csv``, and an earlier one is removed; the print
    and the manifest of a loan file go with its page.

    Raises:
        InputError: Another process holds the folder, or what a killed one left in it cannot be finished.
        OSError: a file cannot be written; then the folder is as it was.
    """
    shown = rounded(result)
    described = manifest(out_dir, result.version, result.seed, inputs, command)
    lists = {REJECTED: rejected} | ({} if unmatched is None else {UNMATCHED: unmatched})
    lists = {name: rows for name, rows in lists.items() if not rows.empty}
    found = Studies() if shown.input_changes else studies_beside(out_dir, shown, inputs).of(playbook)
    left_out = found.left_out(Texts(shown.language))
    beside = Beside(files_read(inputs), playbook, found.stress, found.playbook, left_out)
    names = (PDF, LOAN_MANIFEST, *OUTPUTS)
    replace_files(
        out_dir, names, lambda folder: _write_all(folder, shown, live, origin, beside, found, lists, described)
    )
    return Written(
        result=out_dir / RESULT,
        workbook=out_dir / WORKBOOK,
        report=out_dir / REPORT,
        manifest=out_dir / MANIFEST,
        rejected=out_dir / REJECTED if REJECTED in lists else None,
        unmatched=out_dir / UNMATCHED if UNMATCHED in lists else None,
    )


def files_read(inputs: Inputs) -> list[FileRead]:
    """What was read, as a report tells it: without folders."""
    return [FileRead(Path(one.path).name, one.size, one.sha256) for one in inputs.files]


def _write_all(
    folder: Path,
    result: Result,
    live: Live | None,
    origin: Origin | None,
    beside: Beside,
    studies: Studies,
    lists: Mapping[str, pd.DataFrame],
    described: Manifest,
) -> None:
    write_text(folder / RESULT, text_of_rounded(result))
    result_hash = FileRead(RESULT, None, sha256(folder / RESULT))
    write_workbook(folder / WORKBOOK, result, live, origin, [*beside.files, result_hash], studies)
    write_text(folder / REPORT, report_html(result, beside))
    for name, rows in lists.items():
        write_table(folder / name, rows)
    write_manifest(folder, MANIFEST, described)
