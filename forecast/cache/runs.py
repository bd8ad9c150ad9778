"""Runs that begin where an earlier command left off: what was fitted and drawn, and base's results, from the cache."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from forecast import pipeline
from forecast.cache.key import keys_of
from forecast.cache.layouts import DamagedError, UncodableError
from forecast.pipeline import Known
from forecast.simulated import Evidence, Fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forecast.cache.key import Keys
    from forecast.cache.store import Store
    from forecast.outputs.manifest import Inputs
    from forecast.pipeline import Run
    from forecast.plan.model import Plan, Scenario

DRAWN, EVIDENCE, BASE = "drawn", "evidence", "base"
"""The parts of entries: what scenarios run on, what it rests on and shows, and base's results."""


def run(
    plan: Plan,
    inputs: Inputs,
    store: Store | None,
    *,
    scenarios: Mapping[str, Scenario] | None = None,
    progress: Callable[[str], None] | None = None,
    cases: bool = False,
) -> Run:
    """As ``pipeline.run``, from what the store holds of it; what it lacks is kept there.

    ``inputs`` are the plan's as hashed before it was read; where anything beside them was touched meanwhile, nothing is
    kept. ``cases`` asks for the cash of base, which is then simulated anew.

    Raises:
        InputError: As ``pipeline.run``; or an input is not what it was when it was hashed, or was touched since.
    """
    keys = keys_of(plan, inputs) if store else None
    if store is None or keys is None:
        done = pipeline.run(plan, scenarios=scenarios, progress=progress)
        inputs.require_unchanged()
        return done
    found = _fitted(store, keys, plan)
    fitted = found or _fit(plan, progress)
    prepared = pipeline.prepared_on(plan, fitted)
    known = None if cases else _base(store, keys)
    done = pipeline.run_scenarios(prepared, scenarios=scenarios, progress=progress, known=known)
    inputs.require_unchanged()
    if not inputs.untouched():
        return done
    if found is None:
        _keep_fitted(store, keys, fitted)
    if known is None:
        _keep_base(store, keys, done)
    return done


def _fit(plan: Plan, progress: Callable[[str], None] | None) -> Fitted:
    from forecast.fitting import fit  # noqa: PLC0415  # what is found needs none of all that fits

    return fit(plan, progress=progress)


def _fitted(store: Store, keys: Keys, plan: Plan) -> Fitted | None:
    """What was fitted and drawn before; None where it was not, or is damaged."""
    entry = store.read(keys.fitted)
    if entry is None:
        return None

    @cache
    def evidence() -> Evidence:
        try:
            found = entry.part(EVIDENCE)
            if isinstance(found, Evidence):
                return found
        except (DamagedError, OSError):  # as where it was taken away since
            store.drop(keys.fitted)
        return _fit(plan, None).evidence()

    try:
        engine, known, expected = entry.part(DRAWN)
    except (DamagedError, OSError, TypeError, ValueError):
        store.drop(keys.fitted)
        return None
    return Fitted(engine, known, expected, evidence)


def _keep_fitted(store: Store, keys: Keys, fitted: Fitted) -> None:
    from forecast.fitting import without_rows  # noqa: PLC0415  # as in _fit

    evidence = without_rows(fitted.evidence())
    _keep(store, keys.fitted, {DRAWN: (fitted.engine, fitted.known, fitted.expected), EVIDENCE: evidence})


def _base(store: Store, keys: Keys) -> Known | None:
    entry = store.read(keys.base) if keys.base else None
    if entry is None or keys.base is None:
        return None
    try:
        found = entry.part(BASE)
    except (DamagedError, OSError):
        found = None
    if isinstance(found, Known):
        return found
    store.drop(keys.base)
    return None


def _keep_base(store: Store, keys: Keys, done: Run) -> None:
    base = {name: answer for name, answer in done.known.answers.items() if name == "base"}
    if keys.base is not None and base:
        _keep(store, keys.base, {BASE: Known(done.known.frame, base)})


def _keep(store: Store, key: str, parts: Mapping[str, object]) -> None:
    """Keep an entry; what it cannot hold is calculated again the next time, and found by the tests."""
    try:
        store.write(key, parts)
    except UncodableError:
        store.drop(key)
