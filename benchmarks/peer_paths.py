"""The peers' sample paths of log sales, made in an environment of their own: ``python peer_paths.py FOLDER``.

Runs without ``forecast``, as ``peer_models.py`` does. Reads ``pasts.npy``, (series, day), and ``task.json`` from the
folder; writes ``paths.npy``, (model, series, path, day), drawn by each package's own simulation of the model that it
has chosen on the history.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from statsforecast.models import AutoARIMA, AutoETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEEK = 7
PROCESSES = 2
MODELS = {
    "AutoETS": lambda: AutoETS(season_length=WEEK),
    "AutoARIMA": lambda: AutoARIMA(season_length=WEEK, approximation=True),
}


def drawn(part: tuple[Floats, dict[str, Any]]) -> Floats:
    """A series' paths by each model that is asked for, (model, path, day); ``part``: its history and the task."""
    past, task = part
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    asked = {"h": task["days"], "n_paths": task["paths"], "seed": task["seed"]}
    return np.stack([MODELS[name]().fit(past).simulate(**asked) for name in task["models"]])


def main() -> None:
    """Answer the task in the folder, on two processes."""
    folder = Path(sys.argv[1])
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    pasts = np.load(folder / "pasts.npy")
    found = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, paths in enumerate(pool.map(drawn, [(past, task) for past in pasts]), start=1):
            found.append(paths)
            print(f"\rpeers: series {number} of {len(pasts)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    np.save(folder / "paths.npy", np.stack(found, axis=1))


if __name__ == "__main__":
    main()
