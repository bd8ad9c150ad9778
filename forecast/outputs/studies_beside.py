"""Studies whose results lie beside a report, taken into it where they are of the same forecast and inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from forecast.outputs.manifest import stale_beside
from forecast.records import Misfit, read
from forecast.results.playbook import PlaybookResult
from forecast.results.stress import StressResult

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.results.run import Result

Study = TypeVar("Study", StressResult, PlaybookResult)


@dataclass(frozen=True, slots=True)
class Studies:
    """What lies beside a report; None where there is none, or one of another forecast.

    ``other_language`` names those, ``stress`` or ``playbook``, that are of this forecast but for their language: their
    words would be another reader's, so they are left out, which must be said.
    """

    stress: StressResult | None = None
    playbook: PlaybookResult | None = None
    other_language: tuple[str, ...] = ()


def studies_beside(folder: Path, result: Result, inputs: Inputs) -> Studies:
    """The stress test and the emergency plan in a folder that are of this result, and of these inputs."""
    stale = {one.manifest for one in stale_beside(folder, "", inputs)}
    stress = None if "stress.manifest.json" in stale else _study(folder / "stress.json", StressResult, result)
    playbook = None if "playbook.manifest.json" in stale else _study(folder / "playbook.json", PlaybookResult, result)
    found = {"stress": stress, "playbook": playbook}
    other = tuple(name for name, one in found.items() if one is not None and one.language != result.language)
    return Studies(
        stress=None if "stress" in other else stress,
        playbook=None if "playbook" in other else playbook,
        other_language=other,
    )


def _study(file: Path, kind: type[Study], result: Result) -> Study | None:
    """A study as its file has it, in whichever language; None where it cannot be read, or is of another forecast."""
    try:
        found = read(kind, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, Misfit):
        return None
    return found if _forecast(found) == _forecast(result) else None


def _forecast(one: StressResult | PlaybookResult | Result) -> tuple[object, ...]:
    """By what a forecast is known."""
    drawn = (one.as_of, one.horizon_days, one.paths, one.seed, one.confidence)
    return (one.version, one.currency, one.merchant, *drawn)
