"""What was told in earlier runs: ``monitor.json``, read and checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forecast.errors import InputError, Problem, said
from forecast.records import Misfit, read
from forecast.results.monitor import MonitorResult

if TYPE_CHECKING:
    from pathlib import Path

    from forecast.results.monitor import AlertShown

FILE = "monitor.json"
"""The file in the folder of results that keeps what was told."""


def told_before(folder: Path) -> tuple[AlertShown, ...]:
    """The alerts told in earlier runs; none where there was none.

    Raises:
        InputError: The file is not what an earlier run wrote.
    """
    file = folder / FILE
    if not file.exists():
        return ()
    try:
        return read(MonitorResult, json.loads(file.read_text(encoding="utf-8"))).alerts
    except Misfit as error:
        raise InputError(Problem(said("monitor.told_misfit", key=error.key), str(file))) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(Problem(said("monitor.told_unreadable"), str(file))) from None
