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
    words would be another reader's, so they are left out, which must be said. ``other_settings`` names those of the
    same merchant and inputs whose paths or other settings are not this forecast's, with these settings: left out, too.
    """

    stress: StressResult | None = None
    playbook: PlaybookResult | None = None
    other_language: tuple[str, ...] = ()
    other_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()


def studies_beside(folder: Path, result: Result, inputs: Inputs) -> Studies:
    """The stress test and the emergency plan in a folder that are of this result, and of these inputs."""
    stale = {one.manifest for one in stale_beside(folder, "", inputs)}
    stress = None if "stress.manifest.json" in stale else _study(folder / "stress.json", StressResult)
    playbook = None if "playbook.manifest.json" in stale else _study(folder / "playbook.json", PlaybookResult)
    apart = {
        name: _apart(one, result)
        for name, one in (("stress", stress), ("playbook", playbook))
        if one is not None and (one.merchant, one.currency) == (result.merchant, result.currency)
    }
    stress = stress if apart.get("stress") == () else None
    playbook = playbook if apart.get("playbook") == () else None
    found = {"stress": stress, "playbook": playbook}
    other = tuple(name for name, one in found.items() if one is not None and one.language != result.language)
    return Studies(
        stress=None if "stress" in other else stress,
        playbook=None if "playbook" in other else playbook,
        other_language=other,
        other_settings=tuple((name, settings) for name, settings in apart.items() if settings),
    )


def _study(file: Path, kind: type[Study]) -> Study | None:
    """A study as its file has it, in whichever language and of whichever forecast; None where it cannot be read."""
    try:
        return read(kind, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, Misfit):
        return None


def _apart(one: StressResult | PlaybookResult, result: Result) -> tuple[str, ...]:
    """The settings in which a study is of another forecast."""
    own, others = _settings(one), _settings(result)
    return tuple(name for name in own if own[name] != others[name])


def _settings(one: StressResult | PlaybookResult | Result) -> dict[str, object]:
    """By what a merchant's forecast is known, by the names that readers know."""
    return {
        "as_of": one.as_of,
        "horizon": one.horizon_days,
        "paths": one.paths,
        "seed": one.seed,
        "confidence": one.confidence,
        "version": one.version,
    }
