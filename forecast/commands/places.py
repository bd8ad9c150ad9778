"""Where a command writes: the folder that ``--out`` names, or the default beside the current folder's reports."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.texts import say
from forecast.errors import InputError, Problem, said
from forecast.file_set import settle
from forecast.temporary import STAGING_PREFIX, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecast.outputs.manifest import Inputs
    from forecast.plan.model import Language, Plan

REPORTS = Path("reports")
"""The default folder of results, relative to the current folder; git ignores what lies in it."""


def output_folder(plan: Plan, out: Path | None, names: Sequence[str] | None = None) -> Path:
    """The folder of a plan's results: ``out``, or ``reports/<plan folder's name>``; it need not exist yet.

    ``names`` are the files to be written there, by default those of a run.

    Raises:
        InputError: The folder, or a file in it, cannot be written; or it is the default one and holds results of a
            plan in another folder of the same name. Told before the work, not after it.
    """
    if names is None:
        from forecast.outputs.writing import OUTPUTS  # noqa: PLC0415  # loads the workbook and the report

        names = OUTPUTS
    folder = out if out is not None else REPORTS / plan.path.parent.name
    check_writable(folder)
    _heed_another_plan(folder, plan, names[-1], by_default=out is None)
    in_the_way = [folder / name for name in names if (folder / name).is_dir()]
    if in_the_way:
        raise InputError([Problem(said("output.is_folder"), str(path)) for path in in_the_way])
    return folder


def _heed_another_plan(folder: Path, plan: Plan, replaced: str, *, by_default: bool) -> None:
    """Say that another plan's results are about to be replaced, those that the manifest ``replaced`` describes.

    Where nobody named the folder and the other plan lies elsewhere, refuse.
    """
    from forecast.outputs.manifest import plan_of  # noqa: PLC0415  # loads the engine

    for file in sorted(folder.glob("*manifest.json")):
        other = plan_of(file)
        if other is None or other == plan.path or not other.is_file():  # an earlier place of the same plan
            continue
        if by_default and other.parent != plan.path.parent:
            message = said("output.another_plan", other=str(other), plan=str(plan.path))
            raise InputError(Problem(message, str(folder)))
        if file.name == replaced:
            console.tell(say(plan.language, "replaces", folder=str(folder), other=str(other)))


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written; what the trial makes, it removes again.

    Raises:
        InputError: A file bears the name of the folder or of one above it, or the system refuses.
    """
    with writing_into(folder):
        settle(folder)
        missing = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
        nearest = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
        if not nearest.is_dir():
            raise InputError(Problem(said("output.is_file"), str(nearest)))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with temporary_folder(folder, STAGING_PREFIX):
                pass
        finally:
            for path in missing:
                with suppress(OSError):
                    path.rmdir()


def tell_written(folder: Path, own: str, inputs: Inputs, language: Language) -> None:
    """Say where the results stand whose manifest is ``own``, and which others there are of inputs that have changed."""
    from forecast.outputs.manifest import stale_beside  # noqa: PLC0415  # loads the engine
    from forecast.outputs.studies_beside import of_another_version  # noqa: PLC0415  # loads the engine
    from forecast.version import __version__  # noqa: PLC0415  # as above

    console.tell(say(language, "written", folder=str(folder)))
    stale = stale_beside(folder, own, inputs)
    for one in stale:
        command = one.manifest.removesuffix("manifest.json").removesuffix(".") or "run"
        page = folder / ("report.html" if command == "run" else f"{command}.html")
        told = {"page": str(page), "day": one.day, "files": ", ".join(one.changed), "command": command}
        console.tell(say(language, "stale", **told))
    told_of = {one.manifest for one in stale}
    for name in of_another_version(folder, __version__):
        if f"{name}.manifest.json" in told_of:
            continue
        console.tell(say(language, "other_version", file=str(folder / f"{name}.json"), command=name))


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Within it, a file that cannot be written is wrong input, not a fault of the program.

    Raises:
        InputError: Names the path and what the system says.
    """
    try:
        yield
    except OSError as error:
        unwritable = said("output.unwritable", why=error.strerror or str(error))
        raise InputError(Problem(unwritable, str(folder))) from None
