"""Studies whose results lie beside a report, taken into it where they are of the same forecast and inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from forecast.outputs.manifest import stale_beside
from forecast.plan.playbook_file import Playbook
from forecast.records import Misfit, read
from forecast.results.playbook import PlaybookResult
from forecast.results.stress import StressResult

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.plan.playbook_file import Faulty
    from forecast.results.run import Result
    from forecast.texts import Texts

Study: TypeAlias = StressResult | PlaybookResult
"""A study that is taken in."""

KINDS: dict[str, type[Study]] = {"stress": StressResult, "playbook": PlaybookResult}
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
        strange = [texts("about.other_version", file=f"{name}.json", command=name) for name in self.other_version]
        return [*told, *strange]

    def with_stress(self, stress: StressResult | None) -> Studies:
        """With a stress test made anew, if one was: then nothing is told of one that is left out."""
        if stress is None:
            return self
        return Studies(
            stress,
            self.playbook,
            tuple(name for name in self.other_language if name != "stress"),
            tuple((name, settings) for name, settings in self.other_settings if name != "stress"),
            tuple(name for name in self.other_version if name != "stress"),
        )

    def of(self, playbook: Playbook | Faulty | None) -> Studies:
        """Without the thresholds of an emergency plan that is no longer there, or cannot be used."""
        return self if isinstance(playbook, Playbook) else replace(self, playbook=None)


def studies_beside(folder: Path, result: Result, inputs: Inputs) -> Studies:
    """The stress test and the emergency plan in a folder that are of this result, and of these inputs."""
    stale = {one.manifest for one in stale_beside(folder, "", inputs)}
    seen = {name: one for name, one in _seen(folder).items() if f"{name}.manifest.json" not in stale}
    studies = Studies(other_version=_strange(seen, result.version))
    for name, one in seen.items():
        if one is not None and name not in studies.other_version and _is_of(one, result):
            studies = _with(studies, name, one, result)
    return studies


def _with(studies: Studies, name: str, one: Study, result: Result) -> Studies:
    """With a further study of the merchant: taken in, or named with why it is left out."""
    if settings := _apart(one, result):
        return replace(studies, other_settings=(*studies.other_settings, (name, settings)))
    if one.language != result.language:
        return replace(studies, other_language=(*studies.other_language, name))
    if isinstance(one, StressResult):
        return replace(studies, stress=one)
    return replace(studies, playbook=one)


def of_another_version(folder: Path, version: str) -> tuple[str, ...]:
    """The studies in a folder that another ``version`` of the program made, or that are damaged: ``stress``."""
    return _strange(_seen(folder), version)


def _strange(seen: Mapping[str, Study | None], version: str) -> tuple[str, ...]:
    return tuple(name for name, one in seen.items() if one is None or one.version != version)


def _is_of(one: Study, result: Result) -> bool:
    """Whether a study is of the merchant of a result."""
    return (one.merchant, one.currency) == (result.merchant, result.currency)


def _seen(folder: Path) -> dict[str, Study | None]:
    """The studies in a folder, in whichever language and of whichever forecast; None for one that cannot be read."""
    files = {name: folder / f"{name}.json" for name in KINDS}
    return {name: _study(file, KINDS[name]) for name, file in files.items() if file.exists()}


def _study(file: Path, kind: type[Study]) -> Study | None:
    try:
        return read(kind, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, Misfit):
        return None


def _apart(one: Study, result: Result) -> tuple[str, ...]:
    """The settings in which a study is of another forecast."""
    own, others = _settings(one), _settings(result)
    return tuple(name for name in own if own[name] != others[name])


def _settings(one: Study | Result) -> dict[str, object]:
    """By what a merchant's forecast is known, by the names that readers know."""
    return {
        "as_of": one.as_of,
        "horizon": one.horizon_days,
        "paths": one.paths,
        "seed": one.seed,
        "confidence": one.confidence,
    }
