"""The work of `run`, `whatif` and `finance`: from the cache as far as it reaches, with progress, and the files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forecast.commands import console
from forecast.commands.places import writing_into
from forecast.commands.texts import say, step_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.outputs.manifest import Inputs
    from forecast.outputs.writing import Written
    from forecast.pipeline import Run
    from forecast.plan.model import Plan, Scenario


def calculate(
    plan: Plan,
    inputs: Inputs,
    folder: Path | None,
    scenarios: Mapping[str, Scenario] | None = None,
    *,
    no_cache: bool,
    cases: bool = False,
) -> tuple[Run, Written | None]:
    """Calculate with progress on standard error, and write the files into ``folder`` if there is one."""
    from forecast.cache import runs, store  # noqa: PLC0415  # as cli.py says

    def announced(step: str) -> None:
        announce(step_text(plan.language, step))

    with console.progress() as announce:
        kept = store.usual_store(off=no_cache)
        done = runs.run(plan, inputs, kept, scenarios=scenarios, progress=announced, cases=cases)
        if folder is None:
            return done, None
        from forecast.live import live_model  # noqa: PLC0415  # as cli.py says
        from forecast.outputs.writing import write_run  # noqa: PLC0415  # as cli.py says
        from forecast.pipeline import scenarios_of  # noqa: PLC0415  # as cli.py says

        announced("writing")
        command = ["forecast", *sys.argv[1:]]
        shown_scenarios = [*scenarios_of(done.prepared, scenarios).values()]
        with writing_into(folder):
            written = write_run(
                folder,
                done.result,
                done.rejected,
                done.unmatched,
                inputs=inputs,
                command=command,
                live=lambda shown: live_model(done.prepared, shown_scenarios, shown),
            )
    console.tell(say(plan.language, "written", folder=str(folder)))
    return done, written
