"""What takes seconds, calculated once for all tests that print or write it: fits, and comparisons of financing.

Both follow from what they are given alone, as tests see that calculate anew: those of ``test_fitting.py``, and of
``test_pipeline.py`` the ones on the same bytes, on another seed and on what comes after as_of.
They are found again by the hash of all of that but its words, which are the language, the notes of flows and the
scenario's name: fits within a process, comparisons by all processes that run one session.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import fitting
from forecast.financing import comparison
from forecast.plan.bearing import bearing

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from forecast.cash import CashCase
    from forecast.financing.comparison import Financing
    from forecast.notes import Note
    from forecast.plan.model import Plan
    from forecast.simulated import Fitted

_ITS_NAME = "the scenario's name"

_FITS: dict[str, tuple[Fitted, list[str]]] = {}


def calculated_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let each be calculated once; comparisons are kept in ``folder``."""
    monkeypatch.setattr(fitting, "fit", _fits(fitting.fit))
    monkeypatch.setattr(comparison, "compare", _comparisons(comparison.compare, folder))


def _fits(make: Callable[..., Fitted]) -> Callable[..., Fitted]:
    def fit(plan: Plan, *, progress: Callable[[str], None] | None = None, past: bool = False) -> Fitted:
        if not all(Path(one).is_file() for one in plan.ledger.inputs):
            return make(plan, progress=progress, past=past)
        key = _hash(_words(bearing(plan)), _contents(plan), past)
        say = progress or (lambda _: None)
        if key not in _FITS:
            steps: list[str] = []
            _FITS[key] = make(plan, progress=steps.append, past=past), steps
        found, steps = _FITS[key]
        for step in steps:
            say(step)
        return found

    return fit


def _comparisons(make: Callable[..., Financing], folder: Path) -> Callable[..., Financing]:
    def compare(case: CashCase, *others: object, label: str = "", **named: object) -> Financing:
        bare = replace(case, movable=tuple(replace(flow, note="") for flow in case.movable))
        key = _hash("compare", bare, others, sorted(named.items()))
        found = _kept(folder / key, lambda: make(case, *others, label=_ITS_NAME, **named))
        return replace(found, notes=tuple(_named(note, label) for note in found.notes))

    return compare


def _named(note: Note, label: str) -> Note:
    """A note with the name of the scenario that it is told of."""
    return replace(note, values={key: label if value == _ITS_NAME else value for key, value in note.values.items()})


def _words(plan: Plan) -> str:
    """All that a plan says, wherever it stands and in whatever language it is told of."""
    return repr(replace(plan, language="zh")).replace(str(plan.path.parent), "")


def _contents(plan: Plan) -> list[bytes]:
    """The files of a plan's ledger."""
    return [hashlib.sha256(Path(one).read_bytes()).digest() for one in plan.ledger.inputs]


def _hash(*given: object) -> str:
    return hashlib.sha256(pickle.dumps(given)).hexdigest()


def _kept(file: Path, make: Callable[[], Financing]) -> Financing:
    if file.exists():
        kept: Financing = pickle.loads(file.read_bytes())  # noqa: S301  # written below
        return kept
    made = make()
    file.parent.mkdir(exist_ok=True)
    written = file.with_suffix(f".{id(made)}")
    written.write_bytes(pickle.dumps(made))
    written.replace(file)
    return made
