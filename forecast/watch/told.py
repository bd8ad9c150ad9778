"""What was told in earlier runs: ``monitor.json``, read and checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.file_set import settle
from forecast.records import Misfit, read
from forecast.results.monitor import MonitorResult
from forecast.watch.delivery import marks
from forecast.watch.likeness import of_texts
from forecast.watch.telling import Told, seconds

if TYPE_CHECKING:
    from pathlib import Path

FILE = "monitor.json"
"""The file in the folder of results that keeps what was told."""


def kept_before(folder: Path) -> MonitorResult | None:
    """What an earlier run has kept; None where there was none.

    Raises:
        InputError: The file is not what an earlier run wrote.
    """
    settle(folder)
    file = folder / FILE
    if not file.exists():
        return None
    try:
        kept = read(MonitorResult, json.loads(file.read_text(encoding="utf-8")))
        seconds(kept.now)
    except Misfit as error:
        raise InputError(Problem(said("monitor.told_misfit", key=error.key), str(file))) from None
    except (ValueError, RecursionError):
        raise InputError(Problem(said("monitor.told_unreadable"), str(file))) from None
    return kept


def told_before(folder: Path) -> Told:
    """The alerts told in earlier runs, those that a killed watch was about to tell left out.

    Raises:
        InputError: The file is not what an earlier run wrote.
    """
    kept = kept_before(folder)
    if kept is None:
        return Told()
    left = set(kept.watch.pending) - marks(folder) if kept.watch is not None else set()
    alerts = tuple(one for one in kept.alerts if one.id not in left)
    return Told(alerts, seconds(kept.now), marks=of_texts(kept.seen or ()))
