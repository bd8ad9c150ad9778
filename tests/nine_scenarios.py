"""A small sample shop with the nine built-in scenarios over 75 days, as a loan file shows it: a run of seconds."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from result_example import write_example_plan

from forecast.pipeline import run
from forecast.plan.reading import load_plan
from forecast.records import rounded

if TYPE_CHECKING:
    from forecast.plan.model import Language
    from forecast.results.run import Result

DAYS, SCENARIOS = 75, 9
KEPT = ("bank_line", "term_loan")
"""The facilities of the example that stay: the mixes of two are found in a moment."""


def nine_scenarios(language: Language) -> Result:
    """The run's result, rounded as ``result.json`` is."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_example_plan(Path(folder) / "shop", language)
        text = path.read_text(encoding="utf-8")
        parts = re.split(r"\n(?=\[)", text)
        kept = [one for one in parts if not one.startswith("[scenarios.") and _stays(one)]
        text = re.sub(r"^horizon_days = .*$", f"horizon_days = {DAYS}", "\n".join(kept), flags=re.MULTILINE)
        path.write_text(re.sub(r"^paths = .*$", "paths = 40", text, flags=re.MULTILINE), encoding="utf-8")
        result = rounded(run(load_plan(path)).result)
    assert (result.horizon_days, len(result.scenarios)) == (DAYS, SCENARIOS)
    return result


def _stays(part: str) -> bool:
    return not part.startswith("[[facilities]]") or any(f'name = "{name}"' in part for name in KEPT)
