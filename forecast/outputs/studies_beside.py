"""Studies whose results lie beside a report, taken into it where they are of the same forecast and inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from forecast.outputs.manifest import stale_beside
from forecast.plan.playbook_file import Playbook
from forecast.records import Misfit, Record, read
from forecast.results.playbook import PlaybookResult
from forecast.results.stress import StressResult

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.plan.playbook_file import Faulty
    from forecast.results.run import Result
    from forecast.texts import Texts

Study = TypeVar("Study", StressResult, PlaybookResult)

KINDS: dict[str, type[Record]] = {"stress": StressResult, "playbook": PlaybookResult}
"""The studies that are taken in, by the names of their files and commands."""


@dataclass(frozen=True, slots=True)
class Studies:
    """What lies beside a report; None where there is none, or one of another forecast.

    ``other_language`` names those, ``stress`` or ``playbook``, that are of this forecast but for their language: their
    words would be another reader's, so they are left out, which must be said. ``other_settings`` names those of the
    same merchant and inputs whose paths or other settings are not this forecast's, with these settings;
    ``other_version`` those that another version of the program made, or that are damaged: left out, too, and said.
    """

    stress: StressResult | None = None
    playbook: PlaybookResult | None = None
    other_language: tuple[str, ...] = ()
    other_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    other_version: tuple[str, ...] = ()

    def left_out(self, texts: Texts) -> list[str]:
        """Which studies are left out though they are of this forecast or may be, and why, in words."""
        told = [texts("about.in_other_language", study=texts(f"about.study_{name}")) for name in self.other_language]
        for name, settings in self.other_settings:
            words = texts("language.list_comma").join(texts(f"about.{one}") for one in settings)
            told.append(texts("about.of_other_settings", study=texts(f"about.study_{name}"), settings=words))
        return [*told, *self.strange(texts)]

    def strange(self, texts: Texts) -> list[str]:
        """Which studies another version made, in words."""
        return [texts("about.other_version", file=f"{name}.json", command=name) for name in self.other_version]

    def of(self, playbook: Playbook | Faulty | None) -> Studies:
        """Without the thresholds of an emergency plan that is no longer there, or cannot be used."""
        return self if isinstance(playbook, Playbook) else replace(self, playbook=None)


def studies_beside(folder: Path, result: Result, inputs: Inputs) -> Studies:
    """The stress test and the emergency plan in a folder that are of this result, and of these inputs."""
    stale = {one.manifest for one in stale_beside(folder, "", inputs)}
    strange = of_another_version(folder, result.version)
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
        other_settings=tuple((name, settings) for name, settings in apart.items() if settings and name not in strange),
        other_version=tuple(name for name in strange if f"{name}.manifest.json" not in stale),
    )


def of_another_version(folder: Path, version: str) -> tuple[str, ...]:
    """The studies in a folder that another ``version`` of the program made, or that are damaged: ``stress``."""
    return tuple(name for name, kind in KINDS.items() if _is_strange(folder / f"{name}.json", kind, version))


def _is_strange(file: Path, kind: type[Record], version: str) -> bool:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    try:
        found = json.loads(text)
        read(kind, found)
    except (ValueError, RecursionError, Misfit):
        return True
    return bool(found["version"] != version)


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
