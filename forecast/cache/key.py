"""By which key an entry is found: the hash of all that its figures depend on.

That is the inputs' contents, the keys of the plan that bear on it, and what calculates: the package's own source files,
Python, the libraries, and the kind of processor. A key too many makes an entry once more; one too few would be wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecast.cache.codec import encoded
from forecast.plan.bearing import bearing
from forecast.plan.locator import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.outputs.manifest import InputFile, Inputs
    from forecast.plan.model import Plan

LIBRARIES = (
    "adbc-driver-postgresql",
    "duckdb",
    "holidays",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "python-calamine",
    "pyxirr",
    "scipy",
    "statsmodels",
    "tzdata",
)
"""The libraries that bear on figures, or on how a ledger is read."""

SETTINGS = (
    "MKL_NUM_THREADS",
    "NPY_DISABLE_CPU_FEATURES",
    "OMP_NUM_THREADS",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "TZ",
)
"""Variables by which libraries calculate otherwise."""

DIGITS = 40
"""Hexadecimal digits of a key: 160 bits."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of what is fitted and drawn, and of base's results, which is None where other scenarios bear on them."""

    fitted: str
    base: str | None


def keys_of(plan: Plan, inputs: Inputs) -> Keys | None:
    """The keys of a plan on inputs as they were hashed; None where one of them could not be, as on a server."""
    if any(one.sha256 is None for one in inputs.files):
        return None
    flows = plan.cash.other_flows
    apart = {str(plan.path), *([] if flows is None else [str(flows)])}
    ledger = [one for one in inputs.files if one.path not in apart]
    fitted = _key("fitted", bearing(plan), ledger)
    if plan.horizon.stress_scenarios_must_hold:
        return Keys(fitted, None)
    read = [one for one in inputs.files if one.path != str(plan.path)]
    return Keys(fitted, _key("base", plan, read))


def _key(what: str, plan: Plan, files: Iterable[InputFile]) -> str:
    """A key: the plan without the places of its keys, and the files by their paths and contents."""
    text, _ = encoded(replace(plan, places=Places()))
    named = sorted((one.path, one.size, one.sha256) for one in files)
    digest = hashlib.sha256(calculates().encode())
    for part in (what.encode(), text, json.dumps(named).encode()):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:DIGITS]


@cache
def calculates() -> str:
    """What calculates, as JSON: the package, Python, the libraries and the processor."""
    return json.dumps(
        {
            "source": source(Path(__file__).resolve().parents[1]),
            "python": [sys.implementation.name, platform.python_version()],
            "libraries": {name: _version(name) for name in LIBRARIES},
            "processor": processor(),
            "settings": {name: os.environ.get(name) for name in SETTINGS},
        }
    )


def source(package: Path) -> str:
    """The SHA-256 of the package's files, so that an edit of any of them is never answered by what was before it."""
    digest = hashlib.sha256()
    files = (path for path in package.rglob("*") if path.suffix in {".py", ".toml"} and path.is_file())
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def processor() -> list[object]:
    """The kind of processor, as far as it bears on the last bits of figures."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line for line in lines if line.startswith("model name")), "")
    return [platform.system(), platform.machine(), os.cpu_count(), model, np.show_config(mode="dicts")]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
